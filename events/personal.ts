import { z } from 'zod';
import { percent } from './fields.ts';

export const personal = z
  .strictObject({
    term: z.enum(['target-incentive', 'salary']),
    share: percent.describe('Of the amount that is agreed.'),
    changes: z
      .enum(['start', 'end', 'by-days'])
      .describe('What counts where it changes inside a window: the first day, the last one, or all by their days.'),
  })
  .describe('What is agreed with the participant, for the window.');
export type Personal = z.infer<typeof personal>;

export const personalCaps = personal
  .pick({ term: true, changes: true })
  .extend({ period: percent.optional(), window: percent.optional(), year: percent.optional() })
  .describe('Caps that are shares of what is agreed with the participant, for the time that they are for.');
export type PersonalCaps = z.infer<typeof personalCaps>;
