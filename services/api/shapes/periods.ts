import { CLOSE_STEPS, PAYOUT_STATES } from '@ledger/application';
import { fields } from '@ledger/events';
import { z } from 'zod';
import { note, totals } from './common.ts';

/** Periods, what closes them and what pays them, as they are answered. */

export const periodState = z.enum(['open', 'freezing', 'frozen']);

export const statementState = z
  .enum(['open', 'freezing', 'frozen'])
  .describe('`freezing`: a freeze of the period is under way, and will write it as it is.');

export const period = z
  .strictObject({
    period: z.string(),
    from: fields.date,
    to: fields.date.describe('First day of the next one.'),
    state: periodState,
    frozenAsOf: fields.position.nullable().describe('Position that the freeze pinned.'),
    digest: fields.sha256.nullable(),
    reopened: z.int().describe('How often it was opened again.'),
    reopenings: z
      .array(fields.position)
      .describe('Positions at which it was: as of the one before, the statements of the freeze that it undid.'),
  })
  .meta({ id: 'Period' });

export const blocker = z
  .strictObject({
    code: z.string(),
    about: z.string().describe('Period, deal, participant, request or query that it is about.'),
    says: z.string(),
    cause: z.string().describe('What is wrong, in words that are alike for everything that it stops.'),
    mend: z.string().describe('The command that mends it.'),
    overridable: z.boolean().describe('Whether a freeze may go on all the same, with a reason.'),
  })
  .meta({ id: 'Blocker' });

export const blockerCause = z
  .strictObject({
    code: z.string(),
    says: z.string().describe('The sentence of the one thing; for many, their cause with the first of them.'),
    count: z.int().describe('How many things it stops.'),
    about: z.array(z.string()).describe('The first of what they are about.'),
    mend: z.string().describe('The command that mends the first of them.'),
    mendsAll: z.boolean().describe('Whether the same command mends the others with it.'),
    overridable: z.boolean().describe('Whether a freeze may go on all the same, with a reason.'),
  })
  .meta({ id: 'BlockerCause' });

export const guidedClose = z
  .strictObject({
    asOf: fields.position,
    today: fields.date,
    period: z.string(),
    from: fields.date,
    to: fields.date,
    state: z.enum(['not open', ...periodState.options]),
    next: z
      .enum(CLOSE_STEPS)
      .nullable()
      .describe('The first step that can be done and is not; null: the close is complete.'),
    steps: z.array(
      z.strictObject({
        step: z.enum(CLOSE_STEPS),
        title: z.string(),
        state: z.enum(['done', 'now', 'later', 'advice']),
        says: z.string(),
        missing: z.array(blocker),
        causes: z.array(blockerCause).describe('What is missing, by what causes it.'),
        who: z.strictObject({
          roles: z.array(z.string()),
          not: z.array(z.string()).describe('Who may not although they have the role.'),
          before: z.array(z.string()).describe('Who has done it before.'),
        }),
        command: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'GuidedClose' });

const personName = z.string().nullable().describe('Kept beside the log; null where nobody wrote one down.');

export const statementListed = z
  .strictObject({
    participant: z.string(),
    name: personName,
    currency: z.string(),
    state: statementState,
    total: z.string().nullable().describe('Null where it cannot be computed; `problem` says why.'),
    digest: fields.sha256.nullable().describe('Of the frozen statement.'),
    problem: note.nullable(),
  })
  .meta({ id: 'StatementListed' });

export const run = z
  .strictObject({
    run: z.int(),
    asOf: fields.position.describe('What was payable then is in the run.'),
    payments: z.int(),
    totals,
    digest: fields.sha256.describe('Of the bytes of the file.'),
    releasedBy: z.string(),
    position: fields.position,
    recordedAt: z.string(),
  })
  .meta({ id: 'PayRunReleased' });

export const payout = z
  .strictObject({
    participant: z.string(),
    name: personName,
    currency: z.string(),
    amount: z.string().describe('Total of the frozen statement.'),
    state: z.enum(PAYOUT_STATES),
    statement: fields.sha256,
    payments: z.array(
      z.strictObject({
        payment: z.string(),
        run: z.int(),
        currency: z.string(),
        amount: z.string(),
        statement: fields.sha256,
        state: z.enum(['in-run', 'paid', 'returned']),
        paidOn: fields.date.nullable(),
        returnedOn: fields.date.nullable(),
        reference: z.string().nullable(),
        reason: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Payout' });

export const payRun = z
  .strictObject({
    period: z.string(),
    run: z.int(),
    asOf: fields.position.nullable(),
    state: z
      .enum(['released', 'again', 'planned'])
      .describe('`released`: by this request; `again`: before it; `planned`: not yet.'),
    payments: z.array(
      z.strictObject({
        payment: z.string(),
        participant: z.string(),
        period: z.string(),
        currency: z.string(),
        amount: z.string(),
        statement: fields.sha256,
      }),
    ),
    totals,
    digest: fields.sha256.describe('Of the bytes of the file.'),
    negative: z
      .array(z.strictObject({ participant: z.string(), currency: z.string(), amount: z.string() }))
      .describe('Statements that take money back, which no payment can.'),
    position: fields.position.nullable().describe('Of the event that released it; null: it is not released.'),
    repeated: z.boolean(),
  })
  .meta({ id: 'PayRun' });

export const paymentsReport = z
  .strictObject({
    digest: fields.sha256.describe('Of the file.'),
    rows: z.int(),
    paid: z.int(),
    returned: z.int(),
    unchanged: z.int().describe('Rows that say what was recorded already.'),
    totals: z.strictObject({ paid: totals, returned: totals }),
    dryRun: z.boolean(),
    position: fields.position.nullable().describe('Of the last event written; null: there was nothing to record.'),
    repeated: z.boolean(),
  })
  .meta({ id: 'PaymentsReport' });
