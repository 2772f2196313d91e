import { z } from 'zod';
import { partId, percent, positiveDecimal, shareText } from './fields.ts';

/** When what is earned may be paid, and what is taken back of it. */

const timeSpan = z
  .strictObject({ count: z.int().min(1).max(3660), unit: z.enum(['days', 'months']) })
  .describe('So many days, or calendar months, after a date.');
export type TimeSpan = z.infer<typeof timeSpan>;

/** `at` of a part that waits for nothing but the deal itself. */
export const CLOSED = 'closed';

const releasePart = z
  .strictObject({
    at: partId.describe('`closed`: when the deal closes; otherwise the milestone that it reaches.'),
    share: shareText.describe('Part of what the deal earns, as `30%` or `1/3`; the parts add up to 100%.'),
    inProportion: z
      .literal(true)
      .optional()
      .describe('Released in proportion to the amounts of the milestone over the amount of the deal.'),
    fromShare: percent
      .optional()
      .describe('Released in full once the amounts of the milestone are that part of the amount of the deal.'),
    endOf: z
      .enum(['month', 'quarter', 'half', 'year'])
      .optional()
      .describe('Released on the last day of the calendar interval that holds the day, and `after` counts from there.'),
    after: timeSpan.optional().describe('Released only so long after it.'),
  })
  .describe('A part of what a deal earns, and when it is released.');
export type ReleasePart = z.infer<typeof releasePart>;

export const release = z
  .array(releasePart)
  .min(1)
  .max(60)
  .describe('When what deals earn may be paid; absent: when they close.');

const trigger = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('cancellation') }).describe('The deal is cancelled.'),
  z.strictObject({ by: z.literal('milestone'), milestone: partId }).describe('It reaches a milestone, as refunded.'),
  z
    .strictObject({ by: z.literal('unpaid'), milestone: partId, after: timeSpan, late: z.enum(['lost']).optional() })
    .describe(
      'So long after closing the amounts of a milestone do not add up to the amount of the deal. What comes later is given again, unless it is lost.',
    ),
]);

const taken = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('full') }).describe('All of it.'),
  z
    .strictObject({ by: z.literal('proportional'), share: percent.optional() })
    .describe('The part that the amount of the milestone is of the amount of the deal, or a share of that part.'),
  z.strictObject({ by: z.literal('share'), share: percent }).describe('A fixed part.'),
  z
    .strictObject({ by: z.literal('straight-line'), over: timeSpan })
    .describe('The part of a time that is not over: whole months, or days, since closing count as served.'),
  z
    .strictObject({
      by: z.literal('steps'),
      steps: z
        .array(z.strictObject({ within: timeSpan, share: percent }))
        .min(1)
        .max(50),
    })
    .describe('By how long after closing it is; nothing after the last step.'),
]);

const returnRule = z
  .strictObject({
    on: trigger,
    credit: z
      .enum(['original-period', 'period-of-return'])
      .describe(
        '`original-period`: the period in which the deal closed is calculated again without it; `period-of-return`: credit and money are taken back where the return falls, as they were calculated.',
      ),
    takes: taken.describe('How much of what the deal earned is taken back.'),
    since: partId.optional().describe('Times run from the first such milestone on; absent: from closing.'),
    within: timeSpan.optional().describe('Nothing is taken back for what happens later than that after closing.'),
    atLeast: positiveDecimal
      .optional()
      .describe('Least amount of the deal that must come back, in its currency; less takes nothing.'),
    outOf: z
      .enum(['held-first'])
      .optional()
      .describe('`held-first`: what is held of the deal is taken before what was released; absent: both alike.'),
  })
  .describe('What is taken back, and when.');
export type ReturnRule = z.infer<typeof returnRule>;

export const returned = z.array(returnRule).min(1).max(20).describe('What is taken back of what deals earned.');
