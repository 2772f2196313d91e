import { z } from 'zod';
import { date, partId, percent } from './fields.ts';

/** How somebody leaves, for plans and payments that differ by it (mechanics §15). */
export const separation = z.enum(['voluntary', 'involuntary', 'retirement', 'death', 'other']);
export type Separation = z.infer<typeof separation>;

/** What a plan pays to somebody who leaves. */
const leavingRule = z.strictObject({
  partial: z
    .enum(['paid', 'prorated', 'forfeited'])
    .describe('What was earned in the period that the last day cuts: paid, for its part of the days, or lost.'),
  of: z.enum(['period', 'window']).describe('Which period that is: the pay period, or the window of the component.'),
  pipeline: z
    .array(z.strictObject({ days: z.int().min(1).max(3660), pays: percent }))
    .max(20)
    .describe(
      'Deals that close after the last day: within so many days, this share of what they earn; later ones nothing.',
    ),
  held: z
    .enum(['forfeited'])
    .optional()
    .describe(
      'What is not released by then of deals that closed before; without it it is released as it would have been.',
    ),
});
export type LeavingRule = z.infer<typeof leavingRule>;

/** By kind of separation; `default` is for those that are not named, and for one of which no kind was recorded. */
export const onLeaving = z.partialRecord(z.enum([...separation.options, 'default']), leavingRule);
export type OnLeaving = z.infer<typeof onLeaving>;

/** A plan that comes in step by step, held against what another one would have paid. */
export const phaseIn = z.strictObject({
  of: partId.describe('The old plan.'),
  shares: z.array(percent).min(1).max(60).describe('Share of what it would have paid, for each step.'),
  per: z.enum(['period', 'month', 'quarter', 'year']).describe('Length of a step, by the calendar.'),
  from: date.nullable().describe('First day; `null`: that of the assignment to the plan.'),
  as: z
    .enum(['floor', 'blend'])
    .describe('`floor`: pay is at least the share; `blend`: it is the share, and of the new plan the rest.'),
});
export type PhaseIn = z.infer<typeof phaseIn>;
