import { fields } from '@ledger/events';
import { z } from 'zod';
import { note, totals } from './common.ts';
import { exception } from './decisions.ts';
import { guidedClose, periodState } from './periods.ts';

/** Everything that somebody who takes over has to know, as it is answered. */

const amount = z.string();
const who = z.string();
const instant = z.string().describe('RFC 3339, UTC.');

const closeDate = z.strictObject({
  period: z.string(),
  from: fields.date,
  to: fields.date.describe('First day after it: its freeze can be requested from then on.'),
  state: z.enum(['not open', ...periodState.options]),
});

const money = z.strictObject({
  period: z.string(),
  state: z.enum(['frozen', 'in-run', 'returned', 'negative']),
  statements: z.int(),
  totals,
});

const waiting = z.strictObject({
  name: z.string(),
  says: z.string(),
  reason: z.string(),
  requestedBy: who,
  requestedAt: instant,
  expiresOn: fields.date.describe('From this day on it can no longer be decided.'),
  approvedSoFar: z.array(who),
  roles: z.array(z.string()).describe('Of which somebody decides it.'),
  needs: z.array(z.array(z.string())).describe('One for each approval that it needs: the roles that may give it.'),
  rules: z.array(z.string()).describe('Rules of the company that ask for them.'),
  not: z.array(who).describe('Who may not although they have the role.'),
  before: z.array(who).describe('Who has decided such requests before, or at least others.'),
  command: z.string(),
});

const query = z.strictObject({
  query: fields.queryName,
  participant: who,
  period: z.string(),
  line: z.string(),
  says: z.string(),
  saw: amount.describe('What the line came to when it was asked about.'),
  expects: amount.nullable(),
  difference: amount.nullable().describe('What the line would be by the facts that were told, less what it is.'),
  currency: fields.currency,
  openedBy: who,
  openedAt: instant,
  holder: who.nullable().describe('Who is to answer it.'),
  ball: z.enum(['desk', 'participant', 'nobody']).describe('Whose move it is.'),
  escalations: z.int(),
  messages: z.int(),
  dueOn: fields.date.nullable().describe('By when it has to be answered or resolved; null: nothing was promised.'),
  isLate: z.boolean(),
  thread: z.array(z.strictObject({ at: instant, by: who, says: z.string() })),
});

const replay = z
  .strictObject({
    replay: z.string(),
    from: z.string(),
    to: z.string(),
    by: who,
    recordedAt: instant,
    reason: z.string(),
    definitions: z.array(z.string()).describe('Requests that it tried out.'),
    deltas: totals,
  })
  .describe('Kept, and neither applied nor discarded.');

const coming = z.strictObject({
  on: fields.date,
  what: z.enum([
    ...(['hold', 'release', 'draw', 'guarantee', 'ramp', 'assignment', 'leave', 'leaving'] as const),
    ...(['definition', 'exception', 'delegation', 'request'] as const),
  ]),
  who: who.nullable(),
  says: z.string(),
});

const carried = z.strictObject({
  participant: who,
  leftOn: fields.date.nullable().describe('First day without them, where that has come.'),
  period: z.string(),
  currency: fields.currency,
  balances: z.array(z.strictObject({ balance: z.string(), of: z.string().nullable(), closing: amount })),
});

const unusual = z.strictObject({
  why: z.enum(['largest effect', 'beside the rules', 'overridden', 'back-dated']),
  position: fields.position.nullable(),
  recordedOn: fields.date.nullable(),
  type: z.string().nullable(),
  by: who.nullable(),
  approvedBy: z.array(who),
  says: z.string(),
  reason: z.string().nullable(),
  moved: totals.describe('What it moved, where that is known, whatever the sign.'),
});

const onlyPerson = z.strictObject({
  what: z.string(),
  people: z.array(z.strictObject({ id: who, times: z.int() })),
  only: who.nullable().describe('Who alone has ever done it; null: several have.'),
});

const rehearsal = z.strictObject({
  period: z.string(),
  asOf: fields.position,
  statements: z.int(),
  equal: z.boolean().describe('Whether every statement comes out as it was frozen.'),
  frozenAt: instant.describe('RFC 3339, UTC: when the last event before the freeze was recorded.'),
  unequal: z.array(
    z.strictObject({
      participant: who,
      frozen: amount.nullable().describe('Null: none was frozen, and there would be one.'),
      recomputed: amount.nullable().describe('Null: it can no longer be calculated.'),
      says: z.string().describe('What is another one.'),
      lines: z
        .array(z.strictObject({ line: z.string(), frozen: amount.nullable(), recomputed: amount.nullable() }))
        .describe('Lines that come to another amount, the first 20; null: there is no such line.'),
      problem: note.nullable(),
    }),
  ),
  since: z
    .strictObject({
      totals: z.record(fields.currency, z.strictObject({ frozen: amount, replayed: amount, delta: amount })),
      causes: z.array(
        z.strictObject({
          participant: who,
          period: z.string(),
          component: z.string(),
          currency: fields.currency,
          delta: amount,
          event: z.string().nullable(),
          says: z.string(),
        }),
      ),
      problem: note.nullable(),
    })
    .describe('What frozen periods would be by what is known now: the corrections to come.'),
});

const definition = z.strictObject({
  kind: z.enum(['metric', 'plan', 'crediting', 'jurisdiction']),
  name: z.string(),
  title: z.string(),
  inForce: z.int().nullable().describe('Version that applies on the day.'),
  retiredFrom: fields.date.nullable(),
  versions: z.array(
    z.strictObject({
      version: z.int(),
      from: fields.date,
      to: fields.date.nullable(),
      requestedBy: who.nullable(),
      approvedBy: who,
      recordedAt: instant.nullable(),
      position: fields.position.nullable(),
      reason: z.string(),
      event: z.string(),
      frozenWith: z.array(z.string()).describe('Frozen periods whose statements were calculated by it.'),
      changes: z.array(z.string()).describe('In what it differs from the version before.'),
    }),
  ),
  pays: z.array(who),
});

const policy = z.strictObject({
  what: z.enum(['approvals', 'delegation', 'corrections', 'query clocks', 'rates', 'replay']),
  from: fields.date.nullable(),
  until: fields.date.nullable(),
  says: z.string(),
  reason: z.string().nullable(),
  by: z.string().nullable(),
});

const person = z.strictObject({
  participant: who,
  plans: z.array(z.string()),
  manager: who.nullable(),
  startsOn: fields.date,
  endsOn: fields.date.nullable(),
  quotas: z.array(z.strictObject({ metric: z.string(), year: z.int(), says: z.string(), approvedBy: who })),
});

export const handoverPack = z
  .strictObject({
    ledger: z.string(),
    asOf: fields.position,
    at: instant,
    today: fields.date,
    calendar: z.strictObject({
      cadence: z.enum(['month', 'quarter']),
      firstPeriod: z.string(),
      timeZone: z.string(),
      currency: fields.currency,
    }),
    closes: z.array(closeDate),
    close: guidedClose.nullable().describe('The close that comes next, step by step.'),
    money: z.array(money).describe('Money of frozen periods that is not where it should end.'),
    waiting: z.array(waiting),
    queries: z.array(query).describe('Those that are open, with everything that was said.'),
    replays: z.array(replay),
    coming: z.array(coming),
    carried: z.array(carried).describe('What the last frozen statements carry into the next ones.'),
    exceptions: z.array(exception),
    unusual: z.array(unusual),
    busFactor: z.array(onlyPerson),
    rehearsal: rehearsal.nullable().describe('Null: no period is frozen yet.'),
    definitions: z.array(definition),
    policies: z.array(policy),
    people: z.array(person),
  })
  .meta({ id: 'HandoverPack' });
