import { z } from 'zod';
import { date, partId, percent, positiveDecimal } from './fields.ts';

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

/** Components that name the same group share one pool, whatever their plans. */
const group = partId
  .nullable()
  .describe('Components of all plans that name it belong together; `null`: this component of this plan alone.');

const moneyOrShare = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('money'), money: positiveDecimal }),
  z.strictObject({ by: z.literal('share'), share: percent }),
]);

export const groupCap = z
  .strictObject({
    most: moneyOrShare.describe('Money, or a share of what the paid metric says of the whole deal.'),
    group,
  })
  .describe('Most that all recipients of one deal earn together.');
export type GroupCap = z.infer<typeof groupCap>;

const place = z.int().min(1).max(10_000);

/** What a place wins: money, or with the sign a share of the target incentive. */
const prize = z.union([positiveDecimal, percent.regex(/%$/, 'must be a share, as 200%')]);

export const contest = z
  .strictObject({
    awards: z.discriminatedUnion('by', [
      z
        .strictObject({
          by: z.literal('place'),
          prizes: z
            .array(z.strictObject({ from: place, to: place, pays: prize }))
            .min(1)
            .max(100),
        })
        .describe('Money for each of the places from one to another.'),
      z
        .strictObject({
          by: z.literal('top'),
          prizes: z
            .array(z.strictObject({ top: percent, pays: prize }))
            .min(1)
            .max(100),
        })
        .describe('Money for each of the best share of those who take part, rounded up to whole places.'),
      z
        .strictObject({ by: z.literal('pot'), pot: moneyOrShare, divided: z.enum(['by-score', 'equally']) })
        .describe('A sum, or a share of what all measured, divided among those who qualify.'),
    ]),
    atLeast: percent.nullable().describe('Least score that qualifies; `null`: anything above 0.'),
    ties: z
      .enum(['share', 'higher', 'lower', 'earlier'])
      .describe(
        '`share`: those with equal scores share the prizes of their places; `higher`, `lower`: each gets the highest, the lowest of them; `earlier`: who reached the score with an earlier deal goes first.',
      ),
    present: z
      .enum(['at-end', 'any-time'])
      .describe('Who takes part: those under the component on the last day of the window, or on any day of it.'),
    among: z.array(partId).min(1).max(1000).nullable().describe('Those who take part; `null`: everybody.'),
    group,
  })
  .describe('Ranks people by what they measured in the window and pays by place.');
export type Contest = z.infer<typeof contest>;

export const budget = z
  .strictObject({
    amount: positiveDecimal.describe('Most that all people together are paid in a window.'),
    window: z
      .union([z.enum(['half-month', 'month', 'quarter', 'half', 'year']), z.strictObject({ from: date, to: date })])
      .nullable()
      .describe('Over what the money is there; `null`: the window of the component.'),
    spends: z
      .enum(['first-come', 'in-proportion'])
      .describe(
        '`first-come`: in the order of credits until it is spent; `in-proportion`: to everybody the same share, when the window ends.',
      ),
    group,
  })
  .describe('Most that is paid to all people together.');
export type Budget = z.infer<typeof budget>;
