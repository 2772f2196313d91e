import { z } from 'zod';
import { percent, positiveDecimal } from './fields.ts';

/** What a component pays for a row of windows, instead of bands. */
export const streak = z
  .strictObject({
    windows: z.int().min(2).max(60).describe('How many windows in a row.'),
    atLeast: percent.describe('From where on a window counts: attainment, or a measured amount, as `tierBy` says.'),
    pays: positiveDecimal.describe('Money paid when the row is complete.'),
    afterwards: z
      .enum(['restart', 'continue', 'stop'])
      .describe(
        '`restart`: counting begins again at 0; `continue`: every further window in a row pays, too; `stop`: nothing more until the row is broken and made again.',
      ),
    acrossYears: z.boolean().describe('Whether a row may go on from one calendar year to the next.'),
  })
  .describe('Money for a number of windows in a row at or above a level.');
export type Streak = z.infer<typeof streak>;
