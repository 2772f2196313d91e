import { z } from 'zod';
import { date, decimal, percent, positiveDecimal } from './fields.ts';

/**
 * What a quota says beside its amounts, and how days are counted (mechanics §8). All of it may be absent: a quota is then its amounts,
 * and a day is a calendar day.
 */

/** How the share of a stretch of days is worked out. */
const counting = z.strictObject({
  by: z
    .enum(['calendar-days', 'working-days', 'whole-months', '30-360'])
    .describe('What is counted: days; Monday to Friday; months; days of months that all have 30.'),
  of: z
    .union([z.literal('actual'), positiveDecimal])
    .describe('What a share is of: what is counted in the whole, or so many days a year.'),
  decidingDay: z.int().min(1).max(31).describe('For whole months: a month belongs to what applies on this day of it.'),
  changeDay: z.enum(['new', 'old']).describe('Whose the day is on which an amount changes.'),
  roundShare: z
    .int()
    .min(0)
    .max(6)
    .nullable()
    .describe('Decimals of a percentage that shares are rounded to, half-up.'),
  roundAmount: positiveDecimal.nullable().describe('What a prorated amount is rounded to a multiple of, half-up.'),
});
export type Counting = z.infer<typeof counting>;

/** Shares of a quota while somebody starts. */
const ramp = z.strictObject({
  shares: z.array(percent).min(1).max(36).describe('Share of the quota in each step; after the last, all of it.'),
  per: z.enum(['month', 'quarter']).describe('Length of a step.'),
  from: z.union([z.literal('start'), date]).describe("The participant's first day, or a date."),
  steps: z
    .enum(['anniversary', 'calendar', 'next'])
    .describe('Steps from the day on; by the calendar, the first one being that which holds the day, or the next one.'),
  leave: z.enum(['counts', 'pauses']).describe('Whether days of recorded leave move the ramp on.'),
});
export type Ramp = z.infer<typeof ramp>;

export const quotaTerms = {
  spread: z
    .array(percent)
    .min(4)
    .max(12)
    .optional()
    .describe("The one amount is the year's, and each interval has this share of it, in order."),
  changes: z
    .array(z.strictObject({ from: date, amount: decimal }))
    .min(1)
    .max(50)
    .optional()
    .describe('Another amount from a day on; an interval that holds the day takes both by days.'),
  ramp: ramp.optional(),
  prorate: z
    .enum(['employed', 'assigned'])
    .optional()
    .describe('Only these days count: those employed, or those assigned to any plan.'),
  count: counting.optional().describe('How changes, ramps, prorated days and reliefs are counted.'),
  relief: z
    .strictObject({ minimumDays: z.int().min(1).max(366), minimum: z.enum(['each', 'together']) })
    .optional()
    .describe('Reliefs by days of fewer calendar days, each or all of the year together, relieve nothing.'),
};

/** What of a component is prorated for days on which somebody does not earn under it. */
export const proration = z.strictObject({
  over: z
    .enum(['assigned', 'employed'])
    .describe('Days that count: those assigned to a plan with the component, or all those employed.'),
  leave: z.enum(['counts', 'left-out']).describe('Whether days of recorded leave count.'),
  what: z
    .array(z.enum(['quota', 'target', 'target-incentive', 'lumps', 'bounds', 'caps']))
    .min(1)
    .max(6)
    .describe('What is prorated.'),
  count: counting,
});
export type Proration = z.infer<typeof proration>;
