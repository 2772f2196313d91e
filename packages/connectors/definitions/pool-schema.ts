import { fields } from '@ledger/events';
import { z } from 'zod';
import { rate, say } from './say.ts';

/** What a component pays by windows in a row, as people write it; pool.ts turns it into documents. */

export const streakFile = z
  .strictObject({
    windows: say(
      z.string().regex(/^(?:[2-9]|[1-5][0-9]|60)$/, 'must be a number of windows from 2 to 60'),
      'How many windows in a row.',
    ),
    'at-least': rate('From where on a window counts: attainment as 100%, or an amount as 50000, as tier-by says.'),
    pays: say(fields.positiveDecimal, 'Money paid when the row is complete, as 5000.00.', 'amount_invalid'),
    afterwards: say(
      z.enum(['restart', 'continue', 'stop']),
      'restart: counting begins again at 0; continue: every further window in a row pays, too; stop: nothing more until the row is broken and made again.',
    ).default('restart'),
    'across-years': say(z.enum(['yes', 'no']), 'Whether a row may go on from one calendar year to the next.').default(
      'yes',
    ),
  })
  .describe('Money for a number of windows in a row at or above a level.');
