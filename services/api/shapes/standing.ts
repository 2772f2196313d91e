import { PAYOUT_STATES } from '@ledger/application';
import { balance, fields } from '@ledger/events';
import { z } from 'zod';
import { statementState } from './periods.ts';

/** Attainment as money: what rep and manager see first. */

const band = z
  .strictObject({
    from: z.string().describe('In the unit of the ladder.'),
    to: z.string().nullable(),
    fromShare: z.string().nullable().describe('As a fraction of the target; null where there is none.'),
    toShare: z.string().nullable(),
    pays: z
      .strictObject({
        by: z
          .enum(['share', 'unit', 'amount', 'curve'])
          .describe(
            '`share`: of what lies in the band; `unit`: money for each unit; `amount`: money for the whole band; `curve`: a share that runs from `rate` to `until`.',
          ),
        rate: z.string(),
        until: z.string().nullable(),
      })
      .nullable()
      .describe('Null: nothing.'),
    lump: z.string().nullable().describe('Money paid when the band is reached.'),
    forEach: z
      .string()
      .nullable()
      .describe('That money is paid for each full so much of the band, in the unit of the ladder; null: once.'),
    applies: z.enum(['marginal', 'retroactive']),
  })
  .meta({ id: 'LadderBand' });

const worth = z
  .strictObject({
    deals: z.int().describe('Deals that are supposed, all like the latest one that counted.'),
    amount: z.string().describe('What they close for together.'),
    currency: fields.currency,
    closedOn: fields.date,
    earned: z.string().describe('What the components earn more by them.'),
    paid: z.string().describe('What the statement pays more, after draws, holds and the rest.'),
  })
  .nullable()
  .describe('What reaching the next band brings, by the calculation itself; null where no such deals reach it.');

const shape = {
  component: z.string(),
  title: z.string(),
  plan: z.string(),
  planVersion: z.int(),
  metric: z.string(),
  metricTitle: z.string(),
  window: z.strictObject({ id: z.string(), from: fields.date, to: fields.date }),
  unit: z.string().describe('Currency of the plan, or `number`.'),
  credited: z.string(),
  quota: z.string().nullable(),
  attainment: z.string().nullable().describe('A fraction of one, to six decimals.'),
  bands: z.array(band).nullable().describe('As they pay this participant in this window; null: `says` tells why.'),
  at: z.int().nullable().describe('Index of the band in which the participant stands.'),
  next: z
    .strictObject({ band: z.int(), from: z.string(), away: z.string() })
    .nullable()
    .describe('Where the next band begins, and how much is missing.'),
  pace: z
    .strictObject({ elapsed: z.string(), expected: z.string(), ahead: z.string() })
    .nullable()
    .describe('A straight line to the target over the days of the window.'),
  latest: z.string().nullable().describe('The latest deal that counted.'),
  says: z.string().nullable(),
};
const ladder = z.strictObject(shape).meta({ id: 'Ladder' });

export const standing = z
  .strictObject({
    asOf: fields.position,
    on: fields.date.describe('The business day that pace speaks of.'),
    participant: z.string(),
    period: z.string(),
    state: statementState,
    digest: z.string().nullable(),
    frozenAt: z.string().nullable().describe('RFC 3339; null while open, and where nothing was due.'),
    currency: z.string(),
    total: z.string(),
    earned: z.string().describe('Earned, corrected and settled add up to the total.'),
    corrected: z.string(),
    settled: z.string(),
    pay: z.strictObject({
      every: z.enum(['period', 'quarter', 'half', 'year']).nullable(),
      standing: z.enum(PAYOUT_STATES).nullable().describe('Where the money is; null while the period is open.'),
      paidOn: z.string().nullable(),
      balances: z.array(balance),
      says: z.string().describe('When it is paid, in a sentence.'),
    }),
    ladders: z.array(z.strictObject({ ...shape, worth })),
    problems: z.array(z.looseObject({ code: z.string(), message: z.string() })),
  })
  .meta({ id: 'Standing' });

export const teammate = z
  .strictObject({
    participant: z.string(),
    name: z.string().nullable(),
    state: z.enum(['open', 'frozen']),
    currency: z.string(),
    total: z.string().nullable(),
    ladders: z.array(ladder),
    behind: z.array(z.string()).describe('Components that are behind a straight line to their target.'),
    near: z.array(z.string()).describe('Components whose next band is less than a tenth of the target away.'),
    problem: z.looseObject({ code: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: 'Teammate' });

const clause = z.strictObject({ field: z.string(), says: z.string() });
export const section = z.strictObject({
  component: z.string().nullable().describe('Null for what is about the plan as a whole.'),
  title: z.string(),
  clauses: z.array(clause),
});
export const change = z.strictObject({
  component: z.string().nullable(),
  title: z.string(),
  before: z.array(z.string()),
  after: z.array(z.string()),
});

export const letters = z
  .strictObject({
    asOf: fields.position,
    on: fields.date,
    participant: z.string(),
    plans: z
      .array(
        z.strictObject({
          plan: z.string(),
          title: z.string(),
          from: fields.date,
          to: fields.date.nullable(),
          versions: z.array(
            z.strictObject({
              version: z.int(),
              from: fields.date,
              to: fields.date.nullable(),
              approvedBy: z.string(),
              reason: z.string(),
              isInForce: z.boolean(),
              isAcknowledged: z.boolean(),
              sections: z.array(section),
              changes: z.array(change).describe('In what it differs from the version before.'),
            }),
          ),
        }),
      )
      .describe('By assignment, the latest first; versions, the newest first.'),
    quotas: z.array(z.strictObject({ metric: z.string(), year: z.int(), says: z.string() })),
  })
  .meta({ id: 'PlanLetters' });
