import {
  approvalsDecider,
  creditingDecider,
  type Decision,
  type Demand,
  dealDecider,
  exceptionDecider,
  jurisdictionDecider,
  metricDecider,
  periodDecider,
  planDecider,
  quotaDecider,
  type Role,
  rulesAbout,
} from '@ledger/decisions';
import type { ApprovalDocument, EventType, LedgerEvent } from '@ledger/events';
import { type Actor, type Decider, isProblem } from '@ledger/kernel';
import { exact } from '@ledger/money';
import { describe, expect, test } from 'vitest';
import { sampleData } from '../events/samples.ts';
import { FINANCE, OPS, TODAY } from './scenario.ts';

/** Every kind of request: what its stream holds while it waits, its approval, and the event of what is decided. */
type Any = Decider<never, never, LedgerEvent>;
interface Kind {
  readonly kind: string;
  readonly decider: Any;
  readonly before?: readonly EventType[];
  readonly asked: EventType;
  readonly approve: { readonly type: string; readonly [field: string]: unknown };
  readonly decline?: string;
  readonly decided: EventType;
}
const event = (type: EventType) => ({ type, data: sampleData(type) }) as LedgerEvent;
const of = (type: EventType, ...fields: readonly string[]) =>
  Object.fromEntries(fields.map((field) => [field, (sampleData(type) as Record<string, unknown>)[field]]));
const wide = { beneficiaries: [], unfrozenBefore: [], blockers: [], revision: 9 };
const asOf = '40';

const KINDS: readonly Kind[] = (
  [
    ['metric', metricDecider, 'MetricProposed', 'MetricDefined', ['metric', 'version'], 'Metric'],
    ['crediting', creditingDecider, 'CreditingProposed', 'CreditingDefined', ['crediting', 'version'], 'Crediting'],
    [
      'jurisdiction',
      jurisdictionDecider,
      'JurisdictionProposed',
      'JurisdictionDefined',
      ['jurisdiction', 'version'],
      'Jurisdiction',
    ],
    ['plan', planDecider, 'PlanProposed', 'PlanPublished', ['plan', 'version'], 'Plan'],
    ['quota', quotaDecider, 'QuotaProposed', 'QuotaAssigned', ['participant', 'metric', 'year', 'proposal'], 'Quota'],
    [
      'relief',
      quotaDecider,
      'QuotaReliefRequested',
      'QuotaReliefGranted',
      ['participant', 'metric', 'year', 'relief'],
      'Relief',
    ],
    [
      'split',
      dealDecider,
      'SplitExceptionRequested',
      'SplitExceptionApproved',
      ['source', 'deal', 'exception'],
      'Split',
    ],
    [
      'exception',
      exceptionDecider,
      'ExceptionRequested',
      'ExceptionApproved',
      ['participant', 'exception'],
      'Exception',
    ],
    ['approvals', approvalsDecider, 'ApprovalRulesProposed', 'ApprovalRuleSet', ['version'], 'Approvals'],
    ['freeze', periodDecider, 'PeriodFreezeRequested', 'PeriodFreezeStarted', ['period'], 'Freeze'],
  ] as const
).map(([kind, decider, asked, decided, fields, word]) => ({
  kind,
  decider: decider as unknown as Any,
  before: kind === 'split' ? (['DealClosed'] as const) : [],
  asked,
  decided,
  approve: { type: `Approve${word}`, ...of(asked, ...fields), ...wide, asOf, proof: { passed: 1, failed: [] } },
  ...(kind === 'freeze' ? {} : { decline: `Decline${word}` }),
}));

const TWO: Demand = { ruleSet: 3, approvers: [['finance'], ['finance']], excluded: [] };
const MANAGER_TOO: Demand = { ruleSet: 3, approvers: [['manager'], ['finance']], excluded: [] };
const person = (id: string, role: Role = 'finance', onBehalfOf?: string): Actor =>
  onBehalfOf === undefined ? { id, role } : { id, role, onBehalfOf };

describe.each(KINDS)('several approvers of a $kind', ({ decider, before = [], asked, approve, decline, decided }) => {
  const waiting = [...before.map(event), event(asked)];
  const decide = (
    events: readonly LedgerEvent[],
    command: object,
    actor: Actor,
    decision: Decision = { demand: TWO },
  ) => {
    const state = events.reduce((folded, each) => decider.evolve(folded as never, each), decider.initial as unknown);
    return decider.decide({ ...command, ...decision } as never, state as never, { actor, today: TODAY });
  };
  const approved = (events: readonly LedgerEvent[], actor: Actor, decision?: Decision): readonly LedgerEvent[] => {
    const answer = decide(events, approve, actor, decision);
    if (isProblem(answer)) expect.unreachable(answer.message);
    return [...events, ...answer];
  };
  const code = (answer: ReturnType<typeof decide>) =>
    isProblem(answer) ? answer.code : answer.map(({ type }) => type);

  test('the first is noted, the last decides and names those before', () => {
    const once = approved(waiting, person('finn'));
    expect(once.at(-1)).toMatchObject({
      type: 'ApprovalGiven',
      data: { approvedBy: 'finn', role: 'finance', number: 1, needed: 2, ruleSet: 3, requestRevision: waiting.length },
    });
    const twice = approved(once, person('fay'));
    expect(twice.at(-1)).toMatchObject({
      type: decided,
      data: { approvedBy: 'fay', coApprovedBy: ['finn'], ruleSet: 3, requestRevision: waiting.length },
    });
    expect(code(decide(twice, approve, person('flo')))).toBe('already_decided');
  });

  test('nobody counts twice, in person or by a stand-in', () => {
    const once = approved(waiting, person('finn'));
    expect(code(decide(once, approve, person('finn')))).toBe('approval_repeated');
    expect(code(decide(once, approve, person('fay', 'finance', 'finn')))).toBe('approval_repeated');
    const byStandIn = approved(waiting, person('fay', 'finance', 'finn'));
    expect(code(decide(byStandIn, approve, person('finn')))).toBe('approval_repeated');
    expect(code(decide(byStandIn, approve, person('fay')))).toBe('approval_repeated');
  });

  test('each of the roles that are asked for has to approve, in any order', () => {
    const demand = { demand: MANAGER_TOO };
    const manager = person('mia', 'manager');
    expect(code(decide(waiting, approve, manager))).toBe('role_forbidden');
    for (const [one, other] of [
      [manager, FINANCE],
      [FINANCE, manager],
    ] as const) {
      const once = approved(waiting, one, demand);
      expect(code(decide(once, approve, person('zoe', one.role as Role), demand))).toBe('role_forbidden');
      expect(approved(once, other, demand).at(-1)?.type).toBe(decided);
    }
  });

  test('without rules one is enough, and nothing is said about rules', () => {
    const last = approved(waiting, FINANCE, {}).at(-1);
    expect(last?.type).toBe(decided);
    expect(last?.data).not.toHaveProperty('coApprovedBy');
    expect(last?.data).not.toHaveProperty('ruleSet');
  });

  test('rules give the right to decide to managers and finance at most', () => {
    for (const role of ['admin', 'ops', 'auditor', 'rep', 'integration'] as const) {
      const demand: Demand = { ruleSet: 1, approvers: [[role]], excluded: [] };
      expect(code(decide(waiting, approve, person('x', role), { demand }))).toBe('role_forbidden');
    }
  });

  test('whom the rules keep from it does not decide, and is told why', () => {
    const demand = { ...TWO, excluded: [{ id: 'finn', why: 'reports to "olga", who requested it,' }] };
    const answer = decide(waiting, approve, FINANCE, { demand });
    expect(answer).toMatchObject({ code: 'approver_excluded' });
    expect(isProblem(answer) && answer.message).toMatch(
      /"finn" reports to "olga", who requested it, and cannot decide/,
    );
    expect(code(decide(waiting, approve, person('fay', 'finance', 'finn'), { demand }))).toBe('approver_excluded');
  });

  test('what has another hash, and what has expired, is not approved', () => {
    expect(code(decide(waiting, approve, FINANCE, { requestHash: 'f'.repeat(64) }))).toBe('approval_stale');
    const once = approved(waiting, person('fay'));
    const given = once.at(-1);
    if (given?.type !== 'ApprovalGiven') return expect.unreachable();
    const { request, requestHash, requestRevision } = given.data;
    const expired = {
      type: 'RequestExpired',
      data: { request, requestHash, requestRevision, expiredOn: TODAY },
    } as const;
    expect(code(decide([...once, expired], approve, FINANCE))).toBe('request_expired');
    expect(code(decide(once, approve, FINANCE, { requestHash, demand: TWO }))).toEqual([decided]);
  });

  test('whoever approved may still decline, and nobody their own request', () => {
    const { requestedBy } = event(asked).data as { requestedBy: string };
    expect(code(decide(waiting, approve, person(requestedBy)))).toBe('own_request');
    if (decline === undefined) return;
    const once = approved(waiting, FINANCE);
    const command = { ...approve, type: decline, reason: 'On second thoughts no.' };
    expect(code(decide(once, command, FINANCE))).toHaveLength(1);
    expect(code(decide(once, command, OPS))).toBe('role_forbidden');
  });
});

describe('a limit', () => {
  const anything = { kinds: [], exceptions: [], requestedBy: [], shareOfQuota: null, backDated: false, notBelow: [] };
  const document: ApprovalDocument = {
    ...{ title: 'Limits', expireAfter: 14, delegations: [] },
    rules: [
      { ...anything, rule: 'large', amounts: { USD: '50000' }, approvers: ['finance', 'finance'], reach: 'chain' },
    ],
  };
  const facts = { kind: 'exception', exception: 'adjustment', requesterRole: 'ops', shareOfQuota: null } as const;
  const isOver = (amount: readonly [size: string, currency: string] | null) => {
    const stated = amount && { size: exact(amount[0]), currency: amount[1] };
    return rulesAbout(document, { ...facts, backDated: false, amount: stated }).length > 0;
  };

  test('is passed by more than it, by no amount, and by one in a currency that has none', () => {
    expect([isOver(['50000', 'USD']), isOver(['50000.01', 'USD'])]).toEqual([false, true]);
    expect([isOver(null), isOver(['1', 'EUR'])]).toEqual([true, true]);
  });
});
