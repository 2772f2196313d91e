import {
  dealDecider,
  fxDecider,
  metricDecider,
  participantDecider,
  payoutDecider,
  periodDecider,
  planDecider,
  policyDecider,
  queryDecider,
  quotaDecider,
} from '@ledger/decisions';
import type { LedgerEvent } from '@ledger/events';
import { type Actor, type Decider, isProblem } from '@ledger/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as samples from './samples.ts';
import { ADMIN, decide, FEED, FINANCE, MANAGER, OPS, REP, TODAY } from './scenario.ts';

const { OF_DEAL, OF_QUOTA } = samples;
const OF_QUERY = { query: 'ada.1', managers: ['mona'] };
const why = { reason: 'Because.', beneficiaries: ['ada'], alsoPaid: ['ada'] };
const metric = { metric: 'expansion', version: 1, ...why };
const plan = { plan: 'ae', version: 1, ...why };
const proposal = { ...OF_QUOTA, proposal: 'proposal-1', ...why };
const relief = { ...OF_QUOTA, relief: 'relief-1', ...why };
const split = { ...OF_DEAL, exception: 'split-1', ...why };
const statement = samples.statementOf([samples.line(1)], '10.25');

/** Good commands of every decider, in an order in which each can succeed. */
const SUBJECTS: readonly {
  name: string;
  decider: Decider<unknown, unknown, LedgerEvent>;
  commands: readonly object[];
}[] = [
  subject('policy', policyDecider, [samples.CALENDAR]),
  subject('fx', fxDecider, [samples.RATE]),
  subject('participant', participantDecider, [
    samples.ONBOARD,
    { type: 'ChangeReportingLine', participant: 'ada', manager: 'max', effectiveFrom: '2026-02-01', reason: 'Team.' },
    samples.ASSIGN,
    { type: 'AcknowledgePlan', participant: 'ada', plan: 'ae', version: 1 },
    { type: 'UnassignPlan', participant: 'ada', plan: 'ae', effectiveFrom: '2026-05-01', reason: 'Moves.' },
    { type: 'RecordLeave', participant: 'ada', from: '2026-02-01', to: '2026-03-01', kind: 'sick', reason: 'Ill.' },
    { type: 'OffboardParticipant', participant: 'ada', endsOn: '2026-07-01', reason: 'Left.' },
  ]),
  subject('metric', metricDecider, [
    samples.PROPOSE_METRIC,
    { type: 'ApproveMetric', ...metric },
    { type: 'DeclineMetric', ...metric },
    { type: 'RetireMetric', ...metric, effectiveFrom: '2026-07-01' },
  ]),
  subject('plan', planDecider, [
    samples.PROPOSE_PLAN,
    { type: 'ApprovePlan', ...plan },
    { type: 'DeclinePlan', ...plan },
    { type: 'RetirePlan', ...plan, effectiveFrom: '2026-07-01' },
  ]),
  subject('quota', quotaDecider, [
    samples.PROPOSE_QUOTA,
    { type: 'ApproveQuota', ...proposal },
    { type: 'DeclineQuota', ...proposal },
    samples.REQUEST_RELIEF,
    { type: 'ApproveRelief', ...relief },
    { type: 'DeclineRelief', ...relief },
    { type: 'RevokeRelief', ...relief },
  ]),
  subject('deal', dealDecider, [
    samples.RECORD_DEAL,
    { type: 'ReachMilestone', ...OF_DEAL, milestone: 'paid', reachedOn: '2026-03-01', amount: '10' },
    samples.REQUEST_SPLIT,
    { type: 'ApproveSplit', ...split },
    { type: 'DeclineSplit', ...split },
    { type: 'RevokeSplit', ...split },
    { type: 'NoticeVanished', ...OF_DEAL, noticedOn: '2026-03-01', evidence: 'export' },
    { ...samples.RECORD_DEAL, status: 'cancelled', cancelledOn: '2026-03-20' },
    { type: 'CancelDeal', ...OF_DEAL, cancelledOn: '2026-03-20', reason: 'Fraud.' },
  ]),
  subject('period', periodDecider, [
    samples.OPEN_PERIOD,
    samples.REQUEST_FREEZE,
    samples.APPROVE_FREEZE,
    { type: 'CompleteFreeze', period: '2026-Q1', statements: 1, totals: { USD: '1' }, digest: 'a'.repeat(64) },
  ]),
  subject('payout', payoutDecider, [
    { type: 'FreezePayoutPart', period: '2026-Q1', participant: 'ada', asOf: '412', part: 1, lines: statement.lines },
    { type: 'FreezePayout', asOf: '412', parts: 1, statement, digest: 'a'.repeat(64) },
  ]),
  subject('query', queryDecider, [
    samples.QUERY,
    { type: 'PostMessage', ...OF_QUERY, says: 'Hm.', asks: false },
    { type: 'AssignQuery', ...OF_QUERY, to: 'olga', knownAs: ['ops'], reason: 'To answer it.' },
    { type: 'EscalateQuery', ...OF_QUERY, to: 'finn', knownAs: ['finance'], reason: 'Needs finance.' },
    { type: 'ResolveQuery', ...OF_QUERY, reason: 'Explained.', corrections: [] },
    { type: 'ReopenQuery', ...OF_QUERY, reason: 'Still.', until: null },
    { type: 'WithdrawQuery', ...OF_QUERY, reason: 'My mistake.' },
  ]),
];

function subject<S, C extends object, E extends LedgerEvent>(
  name: string,
  decider: Decider<S, C, E>,
  commands: readonly C[],
) {
  // Bent commands keep the shape of their sample; only texts change.
  return { name, decider: decider as unknown as Decider<unknown, unknown, LedgerEvent>, commands };
}

const hostile = fc.oneof(
  fc.constant('\ud800'),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    ' ',
    '\ud800',
    'x\u0000',
    '\u202e',
    '__proto__',
    'constructor',
    'e\u0301',
    '1e999999999',
    'NaN',
    '-0',
    '-0%',
    '0.0',
  ),
  fc.constantFrom(
    '2026-02-30',
    '9999-Q4',
    '0000-01',
    '2199-12',
    '2200-01-01',
    'USD',
    'XXX',
    '٣',
    '9'.repeat(40),
    'x'.repeat(5000),
  ),
);
const actors = fc.constantFrom<Actor>(OPS, FINANCE, MANAGER, ADMIN, FEED, REP, {
  id: 'ada',
  role: 'ops',
  onBehalfOf: 'finn',
});

/** Paths of all texts in a command but its type, and the cadence, which comes from the calendar and not from a person. */
function textsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value === 'string')
    return path.length === 1 && (path[0] === 'type' || path[0] === 'cadence') ? [] : [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => textsOf(member, [...path, key]));
}

function bend<T>(value: T, path: readonly string[], text: string): T {
  const [key, ...rest] = path;
  if (key === undefined || typeof value !== 'object' || value === null) return text as T;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  Reflect.set(copy, key, bend(Reflect.get(copy, key), rest, text));
  return copy as T;
}

describe.each(SUBJECTS)('$name', ({ decider, commands }) => {
  const step = fc.record({
    command: fc.constantFrom(...commands),
    actor: actors,
    bends: fc.array(fc.tuple(fc.nat(), hostile), { maxLength: 2 }),
  });
  const bent = ({ command, bends }: { command: object; bends: readonly (readonly [number, string])[] }) =>
    bends.reduce((all, [at, text]) => {
      const paths = textsOf(all);
      return bend(all, paths[at % paths.length] ?? [], text);
    }, command);

  test('no text makes it throw or write what cannot be read back; the same command twice writes nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let events: readonly LedgerEvent[] = [];
        for (const each of steps) {
          const command = bent(each);
          const context = { actor: each.actor, today: TODAY };
          const answer = decide(decider, events, command, context);
          if (isProblem(answer)) continue;
          events = [...events, ...answer];
          const again = decide(decider, events, command, context);
          expect(isProblem(again) ? [] : again).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('deciding and folding change nothing that they were given', () => {
    const freeze = (value: unknown): void => {
      if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
      Object.freeze(value);
      for (const member of Object.values(value)) freeze(member);
    };
    let state = decider.initial;
    for (const command of commands) {
      for (const actor of [OPS, FINANCE, REP]) {
        freeze(state);
        freeze(command);
        const answer = decider.decide(command, state, { actor, today: TODAY });
        if (isProblem(answer)) continue;
        freeze(answer);
        state = answer.reduce((before, event) => decider.evolve(before, event), state);
      }
    }
    expect(state).not.toBe(decider.initial);
  });
});
