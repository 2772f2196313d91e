import { z } from 'zod';
import { exchangePolicy, payoutPolicy } from './exchange.ts';
import { currency, decimal, label, nonNegativeDecimal, partId, percent, positiveDecimal } from './fields.ts';
import { onLeaving, phaseIn } from './leaving.ts';
import { against, combine, expression, looked, measuredMultiplier, measuringWindow, over, pick } from './measuring.ts';
import { objectives } from './objectives.ts';
import { personal, personalCaps } from './personal.ts';
import { budget, contest, groupCap, streak } from './pools.ts';
import { proration, quotaTerms } from './quota-terms.ts';
import { release, returned } from './release.ts';
import { settlementClauses } from './settlement.ts';
import { earningsOf, teamTerms } from './team.ts';
import { windfall } from './windfall.ts';

export * from './measuring.ts';

/**
 * The documents that people write: what a metric counts, what a plan pays. A document is data, travels whole inside the event that
 * proposes and publishes it, and is compiled once per version by `@ledger/calculation`.
 */

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

/** An amount of money or a number, in the plan's currency. */
const amountText = nonNegativeDecimal;

/** A condition on deals and the factor that it brings. */
export const multiplier = z.strictObject({
  when: expression.describe('CEL over the deal: does the factor apply?'),
  by: nonNegativeDecimal.describe('The factor: `1.1`.'),
});
export type Multiplier = z.infer<typeof multiplier>;

const bandPays = z.discriminatedUnion('by', [
  z
    .strictObject({ by: z.literal('share'), share: percent })
    .describe('A share of the paid amount that lies in the band.'),
  z
    .strictObject({ by: z.literal('unit'), money: decimal })
    .describe('Money for each unit of the paid amount that lies in the band.'),
  z
    .strictObject({ by: z.literal('amount'), money: decimal })
    .describe('Money for the whole band, in proportion to how much of it is used.'),
]);

export const band = z.strictObject({
  from: percent.describe('Where the band begins: attainment (`80%`) or measured amount (`50000`), as `tierBy` says.'),
  to: percent.nullable().describe('Where it ends; `null`: where the next one begins, or nowhere.'),
  pays: bandPays.nullable().describe('What the band pays; `null`: nothing but its lump sum.'),
  cells: z
    .array(bandPays)
    .max(50)
    .optional()
    .describe('What the band pays in each column, where the component has columns; `pays` is `null` then.'),
  lump: decimal.nullable().describe('Money paid once in a window, when the band is reached.'),
  lumps: z
    .array(decimal)
    .max(50)
    .optional()
    .describe('That money in each column, where the component has columns; `lump` is that of the first one then.'),
  forEach: percent
    .optional()
    .describe('The lump sum is paid for each full so much of the band, in the unit of `from`; absent: once.'),
  applies: z
    .enum(['marginal', 'retroactive'])
    .describe(
      '`marginal`: to what lies in the band; `retroactive`: once reached, to everything from the first unit on.',
    ),
  gate: partId.nullable().describe('Gate of the component; while it is closed, the band pays like the one below it.'),
  inRamp: z
    .literal('barred')
    .optional()
    .describe('For deals that close during the ramp of the quota, the band pays like the one below it.'),
});
export type Band = z.infer<typeof band>;

const curvePoint = z.strictObject({
  at: percent.describe('Attainment or measured amount.'),
  pays: percent.describe('Share paid at that point; between two points it runs in a straight line.'),
  cells: z
    .array(percent)
    .max(50)
    .optional()
    .describe('The share in each column, where the component has columns; `pays` is that of the first one then.'),
});
export type CurvePoint = z.infer<typeof curvePoint>;

export const gate = z.strictObject({
  name: partId,
  measures: looked,
  window: measuringWindow,
  against,
  combine,
  over,
  atLeast: percent,
  opens: z
    .enum(['latch', 're-evaluate'])
    .describe('`latch`: once open in its window, open to its end; `re-evaluate`: may close again.'),
  pays: z
    .enum(['everything', 'excess'])
    .describe('What an open gate lets through: everything, or what exceeds the threshold.'),
  guards: z.enum(['component', 'bands']).describe('The whole component, or the bands that name it.'),
  or: partId.optional().describe('Another gate: it is enough that one of the two is open.'),
});
export type Gate = z.infer<typeof gate>;

export const caps = z.strictObject({
  deal: amountText.nullable(),
  period: amountText.nullable(),
  window: amountText.nullable(),
  year: amountText.nullable(),
  excess: z
    .enum(['forfeited', 'later'])
    .describe('What a period cap removes: lost, or offered again in later periods of the year.'),
  personal: personalCaps.optional(),
  above: percent
    .optional()
    .describe('Share of what exceeds the caps of period, window and year that is paid all the same; absent: nothing.'),
});
export type Caps = z.infer<typeof caps>;

/** A table of its own for lines that are named: by variant before product before category. */
const productTable = z.strictObject({
  variants: z.array(label).max(200),
  products: z.array(label).max(200),
  categories: z.array(label).max(200),
  table: z.array(band).max(100),
});
export type ProductTable = z.infer<typeof productTable>;

export const component = z.strictObject({
  title: label,
  credits: z
    .enum(['primary', 'overlay', 'all', 'team'])
    .describe('Which credits it takes: of one pool or both, or those of everybody who reports to the participant.'),
  team: teamTerms.optional(),
  earningsOf: earningsOf.optional(),
  when: expression.describe('CEL over the deal: which of the credited deals it looks at.'),
  measure: partId.describe('Metric that is measured: it moves attainment and picks the band.'),
  paysOn: partId.nullable().describe('Metric that the bands pay on; `null`: the measure.'),
  window: measuringWindow.describe('Over what credits add up; with `deal`, each deal stands by itself.'),
  target: z
    .union([z.enum(['quota', 'quota-to-date', 'previous', 'prior-year']), z.strictObject({ amount: positiveDecimal })])
    .describe('What attainment is measured against.'),
  tierBy: z.enum(['attainment', 'amount']).describe('What picks the band.'),
  tierOf: pick.optional().describe('Of what, where it is not what the component itself measures in the window.'),
  columns: z
    .strictObject({ by: pick, from: z.array(percent).min(1).max(50) })
    .optional()
    .describe('A second dimension of the table: what picks the column, and where each column begins.'),
  products: z
    .array(productTable)
    .max(50)
    .optional()
    .describe('Tables for lines of products; a line goes to the most specific one that names it, else to `table`.'),
  read: z
    .enum(['marginal', 'retroactive', 'whole-deal', 'curve'])
    .describe('How the table is read; a band may say `applies` for itself.'),
  rateAt: z
    .enum(['after', 'before'])
    .describe('For whole-deal: the rate of the amount reached after the deal, or before it.'),
  each: z
    .enum(['deal', 'period'])
    .describe('`deal`: each credit by itself, in order; `period`: those of a pay period as one.'),
  table: z.array(band).max(100).describe('Bands from the lowest to the highest; none for a curve.'),
  curve: z.array(curvePoint).max(100).describe('Points of a curve; none for a table.'),
  curveOn: z
    .enum(['deal', 'part'])
    .optional()
    .describe(
      'What a curve without target incentive is a rate on: a whole deal, each part of it where it lies; absent: all of the window.',
    ),
  targetIncentive: amountText
    .nullable()
    .describe('What 100 % of a curve pays in a window; `null`: the curve pays a share of the paid amount.'),
  personal: personal
    .optional()
    .describe('What 100 % pays is agreed with each participant; `targetIncentive` is `null` then.'),
  incentive: z
    .literal('to-date')
    .optional()
    .describe(
      'What 100 % pays as of the end of a pay period: the part of the target incentive for what is over of the window; absent: all of it.',
    ),
  atBound: z.enum(['upper-band', 'lower-band']).describe('Which band an exact hit on a bound belongs to.'),
  multiplyCredit: z.array(multiplier).max(20).describe('Factors on what is credited; several multiply.'),
  multiplyEarning: z
    .array(z.union([multiplier, measuredMultiplier]))
    .max(20)
    .describe('Factors on what a deal earns; several multiply.'),
  gates: z.array(gate).max(10),
  fee: z
    .strictObject({ deal: amountText })
    .optional()
    .describe('Taken off what a deal earns, after factors and before floor and cap, down to 0; never off a reversal.'),
  floor: z
    .strictObject({ deal: amountText.nullable(), period: amountText.optional() })
    .nullable()
    .describe('Least earning of a deal, or of a pay period, that earns; never on a reversal.'),
  cap: caps.nullable(),
  subtract: z
    .enum(['paid'])
    .optional()
    .describe(
      '`paid`: what caps removed earlier in the window is offered again; absent: what was calculated is subtracted.',
    ),
  round: z
    .enum(['each-line', 'to-date'])
    .describe('`each-line`: every line by itself; `to-date`: the rounded balance less what was rounded before.'),
  streak: streak.optional().describe('Pays for windows in a row instead of by bands.'),
  contest: contest.optional().describe('Ranks people and pays by place instead of by bands.'),
  objectives: objectives.optional(),
  windfall: windfall.optional(),
  groupCap: groupCap.optional(),
  budget: budget.optional(),
  withoutQuota: z
    .enum(['pays-base', 'full-attainment', 'pays-nothing'])
    .optional()
    .describe('What is paid where there is no quota, or one of 0; absent: the statement stops.'),
  prorate: proration.optional(),
  onPlanChange: z
    .enum(['restart', 'finish'])
    .optional()
    .describe(
      'When another plan is assigned. Absent: windows go on; `restart`: each plan begins its own; `finish`: a window that has begun is finished by the plan that began it.',
    ),
  duringLeave: z
    .literal('not-paid')
    .optional()
    .describe('Deals that close while the participant is away earn nothing; absent: what they earn.'),
  release: release.optional(),
  returned: returned.optional(),
});
export type Component = z.infer<typeof component>;

/** Most that a plan pays to a participant over all its components. */
export const planCap = z.strictObject({
  period: amountText.nullable(),
  year: amountText.nullable(),
  personal: personalCaps.omit({ window: true }).optional(),
  earningsOf: z
    .array(partId)
    .min(1)
    .max(50)
    .optional()
    .describe('Components that it caps together; absent: all of them.'),
});
export type PlanCap = z.infer<typeof planCap>;

export const planDocument = z
  .strictObject({
    plan: partId,
    title: label,
    currency: currency.describe('Currency of quotas, of calculation and of pay.'),
    exchange: exchangePolicy,
    payout: payoutPolicy.optional(),
    cap: z
      .union([planCap, z.array(planCap).min(2).max(10)])
      .optional()
      .describe('Most that is paid over components; of several, each caps what those before it left.'),
    rounding: z
      .enum(['half-up', 'half-even'])
      .describe('How a line is rounded, once, when it is posted; both symmetric for negatives.'),
    components: z.record(partId, component).describe('What the plan pays for, by the id of the component.'),
    phaseIn: phaseIn.optional().describe('Held against an old plan for some time; absent: it pays what it pays.'),
    onLeaving: onLeaving
      .optional()
      .describe('What is paid to those who leave; absent: what closed before their last day.'),
    ...settlementClauses,
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
  ...quotaTerms,
});
export type QuotaAmounts = z.infer<typeof quotaAmounts>;
