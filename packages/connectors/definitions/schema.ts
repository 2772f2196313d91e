import { type Code, expression, fields } from '@ledger/events';
import { isCurrency } from '@ledger/money';
import { z } from 'zod';

/**
 * What people write by hand, in their spelling (kebab-case, every value text, defaults for what is usually the same). The JSON
 * Schemas that editors use are generated from these (docs/schemas); read.ts turns what they let through into documents.
 */

/** The code with which a wrong value of a schema is refused; others are `field_invalid`. */
const codes = new Map<unknown, Code>();
export const codeOf = (schema: unknown): Code => codes.get(schema) ?? 'field_invalid';

function say<T extends z.ZodType>(schema: T, description: string, code?: Code): T {
  const described = schema.describe(description);
  if (code !== undefined) codes.set(described, code);
  return described;
}

const anId = (what: string) => say(fields.partId, what, 'id_invalid');
const date = (what: string) => say(fields.date, what, 'date_invalid');
const currency = (what: string) =>
  say(fields.currency.refine(isCurrency, 'is not a currency of ISO 4217'), what, 'currency_unknown');
const amount = (what: string) => say(fields.nonNegativeDecimal, what, 'amount_invalid');
const rate = (what: string) => say(fields.percent, what, 'percent_invalid');
const reason = say(fields.reason, 'Why this is so, or why it changes; people read it years later.', 'reason_required');
const evidence = say(z.array(say(fields.text.max(1000), 'A link or a short text.')).max(50), 'Where the proof is.');
const cel = (what: string) => say(expression, what, 'expression_invalid');

const when = {
  from: date('First day on which it applies.'),
  to: date('First day on which it no longer applies; without end if left out.').optional(),
};
const why = { reason, evidence: evidence.default([]) };

export const metricFile = z
  .strictObject({
    metric: anId('Id of the metric, as plans and quotas name it.'),
    title: say(fields.label, 'Name that people read.'),
    unit: say(z.enum(['money', 'number']), 'money: an amount in a currency; number: a count or quantity.').default(
      'money',
    ),
    of: say(z.enum(['deal', 'line']), 'Looked at once for each deal, or for each of its lines.').default('deal'),
    counts: cel('CEL: does this deal (or line) count? True or false.').default('true'),
    amount: cel('CEL: how much it counts for, exactly.'),
    ...when,
    ...why,
  })
  .describe('What counts, and for how much.');

const bandFile = z
  .strictObject({
    from: rate(
      'Where the band begins: attainment as 100%, or a measured amount as 50000. It ends where the next begins.',
    ),
    pays: rate('Share of the credited amount that the band pays, as 8%.'),
    applies: say(
      z.enum(['marginal', 'retroactive']),
      'marginal: to what lies in the band; retroactive: once reached, to everything from the first unit on. As `read` of the component if left out.',
    ).optional(),
  })
  .describe('A band of a rate table.');

const componentFile = z
  .strictObject({
    title: say(fields.label, 'Name that people read; the id of the component if left out.').optional(),
    credits: say(z.enum(['primary', 'overlay', 'all']), 'Which credits it takes.').default('primary'),
    measure: anId('Metric that is measured and paid.'),
    window: say(z.enum(['month', 'quarter', 'year']), 'Calendar interval over which credits add up.'),
    'tier-by': say(
      z.enum(['attainment', 'amount']),
      'What picks the band: attainment (measured amount over quota) or the measured amount itself.',
    ).default('attainment'),
    read: say(
      z.enum(['marginal', 'retroactive']),
      'How the table is read; a band may say otherwise with `applies`.',
    ).default('marginal'),
    table: say(
      z.array(bandFile).min(1, 'must have at least one band').max(100),
      'Bands from the lowest to the highest; the first begins at 0, the last has no end.',
      'table_invalid',
    ),
    'at-bound': say(z.enum(['upper-band', 'lower-band']), 'Which band an exact hit on a bound belongs to.').default(
      'upper-band',
    ),
  })
  .describe('One thing that a plan pays for.');

export const planFile = z
  .strictObject({
    plan: anId('Id of the plan, as participants name it.'),
    title: say(fields.label, 'Name that people read.'),
    currency: currency('Currency of quotas, of calculation and of pay.'),
    exchange: say(z.enum(['booking-date']), 'Which exchange rate a deal in another currency gets.').default(
      'booking-date',
    ),
    rounding: say(z.enum(['half-up', 'half-even']), 'How a line is rounded, once, when it is posted.').default(
      'half-up',
    ),
    components: say(z.record(fields.partId, componentFile), 'What the plan pays for, by the id of the component.'),
    ...when,
    ...why,
  })
  .describe('What is paid, for what, under which conditions.');

export const peopleFile = z
  .strictObject({
    participants: z
      .array(
        z
          .strictObject({
            id: anId(
              'Id of the participant, as deals, quotas and statements name them. Opaque: it stays when a name is forgotten.',
            ),
            name: say(fields.label, 'Kept in the directory, never in the log.').optional(),
            email: say(
              z.string().regex(/^[^\s@]{1,64}@[^\s@]{1,189}$/, 'must be an e-mail address'),
              'Kept in the directory, never in the log.',
            ).optional(),
            starts: date('First day on which they earn under plans.'),
            currency: currency('Currency that they are paid in.'),
            manager: anId('Id of the participant whom they report to.').optional(),
            title: say(fields.label, 'What their job is called.').optional(),
            plans: z
              .array(
                z
                  .strictObject({ plan: anId('Id of a plan.'), ...when, reason: reason.optional() })
                  .describe('A plan that they earn under, over an interval.'),
              )
              .max(100)
              .default([]),
          })
          .describe('Somebody who earns under a plan.'),
      )
      .min(1, 'must name at least one participant'),
    reason: reason.optional(),
  })
  .describe('Who earns, from when on, under which plans.');

const year = say(
  z.string().regex(/^(?:19[7-9][0-9]|20[0-9]{2}|21[0-9]{2})$/, 'must be a year, as 2026'),
  'Plan year.',
  'date_invalid',
);
const quotaDefaults = {
  metric: anId('Metric that the quota is for.').optional(),
  year: year.optional(),
  per: say(z.enum(['month', 'quarter', 'year']), 'Interval that each amount is for; year if left out.').optional(),
  currency: currency('Currency of the amounts; left out for metrics that are counted, not valued.').optional(),
  reason: reason.optional(),
  evidence: evidence.optional(),
};

export const quotasFile = z
  .strictObject({
    quotas: z
      .array(
        z
          .strictObject({
            participant: anId('Id of the participant.'),
            ...quotaDefaults,
            amount: amount('The same amount for every interval of the year, as 250000.').optional(),
            amounts: say(
              z.array(amount('')).min(1).max(12),
              'One amount for each interval of the year, in order.',
            ).optional(),
          })
          .describe('The target of a participant for a metric and a year.'),
      )
      .min(1, 'must hold at least one quota'),
    ...quotaDefaults,
  })
  .describe('Targets. What is written beside `quotas` applies to each that does not say otherwise.');

export const ratesFile = z
  .strictObject({
    rates: z
      .array(
        z
          .strictObject({
            pair: say(
              z.string().regex(/^[A-Z]{3}\/[A-Z]{3}$/, 'must be two currencies, as EUR/USD'),
              'EUR/USD: what one euro is worth in dollars.',
              'currency_unknown',
            ),
            on: date('First day on which it applies, until the next rate of the pair.'),
            rate: say(
              fields.positiveDecimal,
              'Units of the second currency for one unit of the first.',
              'amount_invalid',
            ),
            source: say(fields.reason, 'Who says so.').optional(),
          })
          .describe('An exchange rate.'),
      )
      .min(1, 'must hold at least one rate'),
    source: say(fields.reason, 'Who says so, for rates that do not say it themselves.').optional(),
  })
  .describe('Exchange rates with their source.');

export const calendarFile = z
  .strictObject({
    calendar: z
      .strictObject({
        cadence: say(z.enum(['month', 'quarter']), 'Length of a pay period.'),
        'first-period': say(fields.periodId, 'First pay period of the ledger, as 2026-01 or 2026-Q1.', 'date_invalid'),
        'time-zone': say(z.string().min(1).max(64), 'IANA time zone in which a day begins and ends, as Europe/Oslo.'),
        currency: currency('Currency that the ledger reports in.'),
        reason,
      })
      .describe('How the ledger cuts time into pay periods.'),
  })
  .describe('The close calendar of a ledger.');

/** By the field that a document of the kind begins with. */
export const definitionSchemas = {
  metric: metricFile,
  plan: planFile,
  participants: peopleFile,
  quotas: quotasFile,
  rates: ratesFile,
  calendar: calendarFile,
} as const;
export type DefinitionKind = keyof typeof definitionSchemas;
