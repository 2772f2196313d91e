import { fields } from '@ledger/events';
import { z } from 'zod';
import { approvalsFile } from './approvals.ts';
import { creditingFile } from './crediting-schema.ts';
import { exceptionFile } from './exception-schema.ts';
import { jurisdictionFile } from './jurisdiction.ts';
import { planFile } from './plan-schema.ts';
import { queriesFile } from './queries.ts';
import { quotaTermsFile } from './quota-schema.ts';
import { amount, anId, cel, currency, date, evidence, rate, reason, say, when, why } from './say.ts';

/**
 * What people write by hand, in their spelling (kebab-case, every value text, defaults for what is usually the same). The JSON
 * Schemas that editors use are generated from these (docs/schemas); read.ts turns what they let through into documents.
 */

const metricFile = z
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

const peopleFile = z
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
  ...quotaTermsFile,
  reason: reason.optional(),
  evidence: evidence.optional(),
};

const quotasFile = z
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
    total: z
      .strictObject({
        amount: amount('What they are to be together, in the year.'),
        'at-least': rate('Share of it that they must reach.').default('100%'),
        'at-most': rate('Share of it that they must not exceed.').default('105%'),
      })
      .describe('A warning where the quotas of the list are together less or more: a territory that was split.')
      .optional(),
    ...quotaDefaults,
  })
  .describe('Targets. What is written beside `quotas` applies to each that does not say otherwise.');

const ratesFile = z
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

const calendarFile = z
  .strictObject({
    calendar: z
      .strictObject({
        cadence: say(z.enum(['month', 'quarter']), 'Length of a pay period.'),
        'first-period': say(fields.periodId, 'First pay period of the ledger, as 2026-01 or 2026-Q1.', 'date_invalid'),
        'time-zone': say(z.string().min(1).max(64), 'IANA time zone in which a day begins and ends, as Europe/Oslo.'),
        currency: currency('Currency that the ledger reports in.'),
        holidays: say(
          z.array(date('A day.')).max(2000),
          'Days from Monday to Friday that are no working days, for quotas that count those.',
        ).optional(),
        reason,
      })
      .describe('How the ledger cuts time into pay periods.'),
  })
  .describe('The close calendar of a ledger.');

const correctionsFile = z
  .strictObject({
    corrections: z
      .strictObject({
        policy: say(
          z.enum(['true-up', 'positives-only', 'spread']),
          'true-up: paid or taken back at once; positives-only: what an earlier period and component take back is not; spread: in parts.',
        ),
        over: say(
          z.string().regex(/^(?:[2-9]|[1-5][0-9]|60)$/, 'must be a number of pay periods from 2 to 60'),
          'Over how many pay periods it is spread.',
        ).optional(),
        'waive-under': z
          .record(fields.currency, amount('What takes back less is not taken back.'))
          .describe('By currency: an earlier period and component that take back less are left alone.')
          .optional(),
        from: date('For statements of periods whose last day is not earlier.'),
        reason,
      })
      .describe('How corrections of earlier periods are posted.'),
  })
  .describe('How corrections of earlier periods are posted, of whatever nobody decided otherwise.');

/** By the field that a document of the kind begins with. */
export const definitionSchemas = {
  metric: metricFile,
  plan: planFile,
  crediting: creditingFile,
  jurisdiction: jurisdictionFile,
  approvals: approvalsFile,
  participants: peopleFile,
  quotas: quotasFile,
  rates: ratesFile,
  calendar: calendarFile,
  queries: queriesFile,
  corrections: correctionsFile,
  exception: exceptionFile,
} as const;
export type DefinitionKind = keyof typeof definitionSchemas;
