import { z } from 'zod';
import { currency, decimal, label, partId, percent, text } from './fields.ts';

/**
 * The documents that people write: what a metric counts, what a plan pays. A document is data, travels whole inside the event that
 * proposes and publishes it, and is compiled once per version by `@ledger/calculation`.
 */

/** CEL: a condition or an amount over a deal. Parsed, typed and compiled before it is proposed. */
export const expression = text.max(2000, 'must not be longer than 2000 characters');

export const metricDocument = z
  .strictObject({
    metric: partId.describe('Id of the metric, as plans and quotas name it.'),
    title: label.describe('Name that people read.'),
    unit: z
      .enum(['money', 'number'])
      .describe('`money`: an amount in the currency of the deal; `number`: a count or quantity.'),
    of: z
      .enum(['deal', 'line'])
      .describe('`deal`: looked at once for each deal; `line`: once for each line of the deal, and added up.'),
    counts: expression.describe('CEL: does this deal (or line) count? True or false.'),
    amount: expression.describe('CEL: how much it counts for; exact decimals.'),
  })
  .describe('What counts, and for how much.');
export type MetricDocument = z.infer<typeof metricDocument>;

export const band = z.strictObject({
  from: percent.describe(
    'Where the band begins, in attainment (`100%`) or in measured amount (`50000`). It ends where the next begins.',
  ),
  pays: percent.describe('Share of the credited amount that the band pays: `8%`.'),
  applies: z
    .enum(['marginal', 'retroactive'])
    .describe(
      '`marginal`: to what lies in the band; `retroactive`: once reached, to everything from the first unit on.',
    ),
});
export type Band = z.infer<typeof band>;

export const component = z.strictObject({
  title: label,
  credits: z.enum(['primary', 'overlay', 'all']).describe('Which pool of credits it takes.'),
  measure: partId.describe('Metric that is measured and paid.'),
  window: z
    .enum(['month', 'quarter', 'year'])
    .describe('Calendar interval over which credits add up; it starts again with the next.'),
  tierBy: z
    .enum(['attainment', 'amount'])
    .describe(
      'What picks the band: `attainment` (measured amount over quota of the same metric and window) or the measured `amount`.',
    ),
  table: z
    .array(band)
    .min(1)
    .max(100)
    .describe('Bands from the lowest to the highest; the first begins at 0, the last has no end.'),
  atBound: z
    .enum(['upper-band', 'lower-band'])
    .describe('Which band an exact hit on a bound belongs to; it matters for retroactive bands.'),
});
export type Component = z.infer<typeof component>;

export const planDocument = z
  .strictObject({
    plan: partId,
    title: label,
    currency: currency.describe('Currency of quotas, of calculation and of pay.'),
    exchange: z
      .enum(['booking-date'])
      .describe('Which exchange rate a deal in another currency gets: the newest of its closing date.'),
    rounding: z
      .enum(['half-up', 'half-even'])
      .describe('How a line is rounded, once, when it is posted; both symmetric for negatives.'),
    components: z.record(partId, component).describe('What the plan pays for, by the id of the component.'),
  })
  .describe('What is paid, for what, under which conditions.');
export type PlanDocument = z.infer<typeof planDocument>;

/** Quota amounts by interval of a year: one amount for each, or one for all. */
export const quotaAmounts = z.strictObject({
  per: z.enum(['month', 'quarter', 'year']).describe('Interval that each amount is for.'),
  amounts: z
    .array(decimal)
    .min(1)
    .max(12)
    .describe('One amount for each interval of the year, in order, or a single one for every interval.'),
  /** `null` for metrics that are counted, not valued. */
  currency: currency.nullable(),
});
export type QuotaAmounts = z.infer<typeof quotaAmounts>;
