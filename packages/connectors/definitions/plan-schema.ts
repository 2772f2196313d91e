import { fields } from '@ledger/events';
import { z } from 'zod';
import { capChanges, capFile, capOf, most } from './cap-schema.ts';
import { exchangeFile, payoutFile } from './exchange-schema.ts';
import { objectivesFile, unscoredFile } from './objectives-schema.ts';
import { onLeavingFile, phaseInFile, prorateField } from './people-terms-schema.ts';
import { targetIncentiveFile } from './personal-schema.ts';
import { budgetFile, contestFile, groupCapFile, streakFile } from './pool-schema.ts';
import { columnsFile, measuredMultiplierFile, multiplierFile, names, over, pickFile, window } from './rates-schema.ts';
import { releaseFile, returnedFile } from './release-schema.ts';
import { amount, anId, cel, currency, decimal, ids, rate, say, when, why } from './say.ts';
import { settlementFile } from './settlement-schema.ts';
import { earningsOfFile, teamFile } from './team-schema.ts';
import { windfallFile } from './windfall-schema.ts';

/** Plans as people write them; plan.ts turns them into documents, with every default written out. */

/** One value, or one for each column. */
function cells<T extends z.ZodType>(of: T) {
  return say(z.union([of, z.array(of).min(1).max(50)]), `${of.description ?? ''} With columns: one for each of them.`);
}

const bandFile = z
  .strictObject({
    from: rate('Where the band begins: attainment as 80%, or a measured amount as 50000, as tier-by says.'),
    to: rate('Where it ends; where the next band begins if left out, and the last one has no end.').optional(),
    pays: cells(rate('Share of the paid amount that lies in the band, as 8%.')).optional(),
    'per-unit': cells(decimal('Money for each unit of the paid amount that lies in the band, as 50.00.')).optional(),
    amount: decimal('Money for the whole band, in proportion to how much of it is used.').optional(),
    lump: cells(decimal('Money paid once in a window, when the band is reached.')).optional(),
    'for-each': rate(
      'The lump is paid for each full so much of the band, as 10000 or 5%; once, when the band is reached, if left out.',
    ).optional(),
    applies: say(
      z.enum(['marginal', 'retroactive']),
      'marginal: to what lies in the band; retroactive: once reached, to everything from the first unit on. As `read` of the component if left out.',
    ).optional(),
    gate: anId('Gate of the component; while it is closed, the band pays like the one below it.').optional(),
    'in-ramp': say(
      z.enum(['paid', 'barred']),
      'barred: for deals that close during the ramp of the quota, the band pays like the one below it.',
    ).optional(),
  })
  .describe('A band of a rate table.');

const pointFile = z
  .strictObject({
    at: rate('Attainment as 75%, or a measured amount as 50000, as tier-by says.'),
    pays: cells(rate('Share paid at that point, as 50%; between two points it runs in a straight line.')),
  })
  .describe('A point of a curve.');

const gateFile = z
  .strictObject({
    name: anId('Name of the gate, as bands call it.'),
    measure: anId('Metric that it looks at.').optional(),
    measures: say(
      z
        .array(
          z
            .strictObject({ measure: anId('Metric that it looks at.'), weight: rate('Its weight, as 60%.') })
            .describe('A metric and its weight.'),
        )
        .min(1, 'must name at least one metric')
        .max(20),
      'Several metrics instead of one: the weighted average of their attainments counts; weights add up to 100%.',
    ).optional(),
    sum: say(
      z.array(anId('Id of a metric.')).min(2, 'must name at least two metrics').max(20),
      'Several metrics instead of one: their amounts, and their quotas, are added up.',
    ).optional(),
    component: anId('Another component of the plan instead of a metric: what it has measured.').optional(),
    over: over.optional(),
    target: say(
      z.enum(['quota', 'quota-to-date']),
      'What attainment is measured against: the quota of its window, or what of it is over.',
    ).default('quota'),
    window: window('Over what it looks; the window of the component if left out.').optional(),
    'at-least': rate('From where on it is open: attainment of the quota as 90%, or an amount as 50000.'),
    opens: say(
      z.enum(['latch', 're-evaluate']),
      'latch: once open in its window, open to its end; re-evaluate: may close again.',
    ).default('re-evaluate'),
    pays: say(
      z.enum(['everything', 'excess']),
      'What an open gate lets through: everything, or what exceeds the threshold.',
    ).default('everything'),
    guards: say(z.enum(['component', 'bands']), 'The whole component, or the bands that name it.').default('component'),
    or: anId('A gate above it: it is enough that one of the two is open.').optional(),
  })
  .describe('A condition under which the component, or some of its bands, pays.');

const productFile = z
  .strictObject({
    variant: names('Variant of a product, or several.').optional(),
    product: names('Product, or several.').optional(),
    category: names('Category of products, or several.').optional(),
    pays: rate('One rate for all of it, as 8%.').optional(),
    table: say(z.array(bandFile).max(100), 'Bands from the lowest to the highest.', 'table_invalid').optional(),
  })
  .describe('Rates for the lines that it names.');

const planCapFile = z
  .strictObject({
    period: most('Most that the plan pays in a pay period.'),
    year: most('Most that it pays in a calendar year.'),
    of: capOf,
    changes: capChanges,
    'earnings-of': ids('Components that it caps together; all of them if left out.').optional(),
  })
  .describe('Most that is paid over all components, or over some of them together.');

const componentFile = z
  .strictObject({
    title: say(fields.label, 'Name that people read; the id of the component if left out.').optional(),
    credits: say(
      z.enum(['primary', 'overlay', 'all', 'team']),
      'Which credits it takes: of one pool or both, or those of everybody who reports to the participant.',
    ).default('primary'),
    team: teamFile.optional(),
    'earnings-of': earningsOfFile.optional(),
    when: cel('CEL over the deal: which of the credited deals it looks at; all if left out.').default('true'),
    measure: anId('Metric that is measured: it moves attainment and picks the band; none with objectives.').optional(),
    'pays-on': anId('Metric that the bands pay on; the measure if left out.').optional(),
    window: window('Over what credits add up; with `deal`, each deal stands by itself.'),
    target: say(
      z.union([
        z.enum(['quota', 'quota-to-date', 'previous', 'prior-year']),
        z.strictObject({ amount: say(fields.positiveDecimal, 'A fixed target, as 250000.', 'amount_invalid') }),
      ]),
      'What attainment is measured against.',
    ).default('quota'),
    'tier-by': say(
      z.union([z.enum(['attainment', 'amount']), pickFile]),
      'What picks the band: attainment (measured amount over target), the measured amount itself, or something else.',
    ).default('attainment'),
    columns: columnsFile.optional(),
    products: say(
      z.array(productFile).min(1).max(50),
      'Rates of their own for lines of products; a line goes to the most specific entry that names it, else to `table`.',
    ).optional(),
    read: say(
      z.enum(['marginal', 'retroactive', 'whole-deal', 'curve']),
      'How the table is read; a band of a marginal or retroactive one may say otherwise with `applies`.',
    ).default('marginal'),
    'rate-at': say(
      z.enum(['after', 'before']),
      'For whole-deal: the rate of the amount reached after the deal, or before it.',
    ).default('after'),
    each: say(
      z.enum(['deal', 'period']),
      'deal: each credit by itself, in order; period: those of a pay period as one.',
    ).default('deal'),
    table: say(z.array(bandFile).max(100), 'Bands from the lowest to the highest.', 'table_invalid').optional(),
    curve: say(z.array(pointFile).max(100), 'Points of a curve, for `read: curve`.', 'table_invalid').optional(),
    'curve-on': say(
      z.enum(['window', 'deal', 'part']),
      'What the rate of a curve is paid on: everything in the window, each deal as a whole, or each part of it where it lies.',
    ).default('window'),
    'target-incentive': say(
      targetIncentiveFile,
      'What 100% of a curve, or of objectives, pays in a window; if left out, a curve pays its share of the paid amount.',
    ).optional(),
    incentive: say(
      z.enum(['whole', 'to-date']),
      'Of the target incentive, at the end of a pay period: all of the window, or the part for what is over of it.',
    ).default('whole'),
    'at-bound': say(z.enum(['upper-band', 'lower-band']), 'Which band an exact hit on a bound belongs to.').default(
      'upper-band',
    ),
    'multiply-credit': say(z.array(multiplierFile).max(20), 'Factors on what is credited; several multiply.').default(
      [],
    ),
    'multiply-earning': say(
      z.array(z.union([multiplierFile, measuredMultiplierFile])).max(20),
      'Factors on what a deal earns; several multiply.',
    ).default([]),
    gates: say(z.array(gateFile).max(10), 'Conditions under which it pays.').default([]),
    fee: z
      .strictObject({ deal: amount('As 250.00.') })
      .describe('A fee that is taken off what each deal earns, before floor and cap, and no more than that.')
      .optional(),
    floor: z
      .strictObject({
        deal: amount('Least earning of a deal that earns; never on a reversal.').optional(),
        period: amount('Least that it earns in a pay period in which it earns; never on a reversal.').optional(),
      })
      .describe('Least that is paid.')
      .optional(),
    cap: capFile.optional(),
    subtract: say(
      z.enum(['calculated', 'paid']),
      'What is taken off for earlier pay periods of the window: what was calculated, or what was paid after caps.',
    ).default('calculated'),
    round: say(
      z.enum(['each-line', 'to-date']),
      'each-line: every line by itself; to-date: the rounded balance less what was rounded before.',
    ).default('each-line'),
    streak: streakFile.optional(),
    contest: contestFile.optional(),
    objectives: objectivesFile.optional(),
    unscored: unscoredFile.optional(),
    windfall: windfallFile.optional(),
    'group-cap': groupCapFile.optional(),
    budget: budgetFile.optional(),
    'without-quota': say(
      z.enum(['stop', 'pays-base', 'full-attainment', 'pays-nothing']),
      'Where there is no quota, or one of 0: the statement stops; paid as at 0%; as at 100%; nothing is paid.',
    ).default('stop'),
    prorate: prorateField('What is less for days on which somebody does not earn under the component.'),
    'on-plan-change': say(
      z.enum(['carry', 'restart', 'finish']),
      'When another plan with the component is assigned: windows go on; begin anew; or are finished by the plan that began them.',
    ).default('carry'),
    'during-leave': say(
      z.enum(['paid', 'not-paid']),
      'Deals that close while the person is away: paid, or lost.',
    ).default('paid'),
    release: releaseFile,
    returned: returnedFile,
  })
  .describe('One thing that a plan pays for.');
export type ComponentFile = z.output<typeof componentFile>;

export const planFile = z
  .strictObject({
    plan: anId('Id of the plan, as participants name it.'),
    title: say(fields.label, 'Name that people read.'),
    currency: currency('Currency of quotas, of calculation and of pay.'),
    exchange: exchangeFile.default('booking-date'),
    payout: payoutFile.optional(),
    cap: say(
      z.union([
        planCapFile,
        z.array(planCapFile).min(2, 'must hold at least two caps; write one without a list').max(10),
      ]),
      'Most that the plan pays, over all components or some of them; several in a list.',
    ).optional(),
    rounding: say(z.enum(['half-up', 'half-even']), 'How a line is rounded, once, when it is posted.').default(
      'half-up',
    ),
    components: say(z.record(fields.partId, componentFile), 'What the plan pays for, by the id of the component.'),
    prorate: prorateField('For every component that does not say it itself.'),
    windfall: windfallFile.optional(),
    'phase-in': phaseInFile.optional(),
    'on-leaving': onLeavingFile.optional(),
    ...settlementFile,
    cases: z
      .array(z.record(z.string(), z.unknown()))
      .max(200)
      .optional()
      .describe('Worked cases of this plan: `case`, `given` and `then` each, without the plan itself.'),
    ...when,
    ...why,
  })
  .describe('What is paid, for what, under which conditions.');
export type PlanFile = z.output<typeof planFile>;
