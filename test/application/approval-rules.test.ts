import {
  approvalRulesSeen,
  approve,
  assignPlan,
  type By,
  decline,
  define,
  explain,
  handover,
  neededFor,
  neededThen,
  recordOnDeal,
  requestRelief,
  requestSplit,
  requests,
  requestsAsOf,
  revoke,
} from '@ledger/application';
import { readDefinitions } from '@ledger/connectors';
import { isProblem, type Problem } from '@ledger/kernel';
import { beforeEach, describe, expect, test } from 'vitest';
import { FINANCE, importRows, MANAGER, type Made, makeCompany, OPS, sound, teamUnder } from '../support/company.ts';

const as = (id: string, role = 'finance', onBehalfOf?: string): By => ({
  actor: onBehalfOf === undefined ? { id, role } : { id, role, onBehalfOf },
});
const FAY = as('fay');

/** Written by ops, proposed by an admin, approved by finance. */
async function rules(made: Made, text: string): Promise<void> {
  const { waiting } = sound(await proposed(made, text));
  for (const name of waiting) sound(await approve(made.ledger, name, FINANCE));
}
function proposed(made: Made, text: string, by = as('adam', 'admin')) {
  const read = readDefinitions(new TextEncoder().encode(text), 'rules.yaml');
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return define(made.ledger, read.documents, by);
}

type Ask = Parameters<typeof requestRelief>[1];
const relief = (basis: Ask['basis'], from = '2026-02-01', to = '2026-03-01'): Ask => ({
  ...({ participant: 'ada', metric: 'bookings', year: 2026, kind: 'other', from, to, basis } as const),
  ...{ reason: 'Territory', evidence: ['Memo 1'], scope: 'Q1', expiresOn: null },
});
const RELIEF = 'relief/ada.bookings.2026/relief-1';

let made: Made;
beforeEach(async () => {
  made = await makeCompany();
});

/** What becomes of a decision: the last event that it recorded, or the code of its refusal. */
async function outcome(work: Promise<unknown>): Promise<string> {
  const before = await made.ledger.store.head();
  const answer = await work;
  if (isProblem(answer)) {
    expect(await made.ledger.store.head()).toBe(before);
    expect(answer.message).toMatch(/; .+\.$/);
    return answer.code;
  }
  const events = await made.ledger.store.readAll({ after: before, limit: 10 });
  return events.at(-1)?.type ?? 'nothing';
}

describe('limits', () => {
  const LIMITS = `
approvals: Limits
from: 2026-01-01
reason: Audit
rules:
  - { rule: a quarter of the quota, kinds: [relief], over: { share-of-quota: 10% }, approvers: [finance, finance] }
  - { rule: large amounts, over: { amount: { USD: 50000 } }, kinds: [relief, split, quota, exception], approvers: [manager, finance] }
`;
  beforeEach(() => rules(made, LIMITS));

  test.each([
    // The year's quota is 400,000.
    [{ by: 'amount', amount: '40000' }, ['finance']],
    [{ by: 'amount', amount: '40000.01' }, ['finance', 'finance']],
    [{ by: 'amount', amount: '50000.01' }, ['finance', 'finance', 'manager']],
    [{ by: 'days', share: '100%' }, ['finance']],
  ] as const)('a relief of %j needs %j', async (basis, roles) => {
    sound(await requestRelief(made.ledger, relief(basis), MANAGER));
    expect(sound(await neededFor(made.ledger, RELIEF)).approvers).toEqual(roles.map((role) => [role]));
  });

  test('over one of them two people have to approve, over both also a manager who has not asked for it', async () => {
    sound(await requestRelief(made.ledger, relief({ by: 'amount', amount: '60000' }), MANAGER));
    expect(await outcome(approve(made.ledger, RELIEF, FINANCE))).toBe('ApprovalGiven');
    expect(await outcome(approve(made.ledger, RELIEF, FINANCE))).toBe('approval_repeated');
    expect(await outcome(approve(made.ledger, RELIEF, MANAGER))).toBe('own_request');
    expect(await outcome(approve(made.ledger, RELIEF, as('mia', 'manager')))).toBe('ApprovalGiven');
    expect(await outcome(approve(made.ledger, RELIEF, as('max', 'manager')))).toBe('role_forbidden');
    expect(await outcome(approve(made.ledger, RELIEF, as('adam', 'admin')))).toBe('role_forbidden');
    const [row] = await requests(made.ledger, { all: false });
    expect(row?.approvals.map(({ by }) => by)).toEqual(['fred', 'mia']);
    const then = String(await made.ledger.store.head());
    expect(await outcome(approve(made.ledger, RELIEF, FAY))).toBe('QuotaReliefGranted');
    sound(await importRows(made, ['D-1,ada,1000.00,USD,2026-01-20']));
    const line = { participant: 'ada', period: '2026-Q1', line: 'csv.D-1' };
    const trace = JSON.stringify(sound(await explain(made.ledger, line)).line.trace);
    expect(trace).toContain('approved by fred and mia and fay');
    expect(await outcome(revoke(made.ledger, RELIEF, 'It was not so.', FINANCE))).toBe('QuotaReliefRevoked');
    // What it needed is told of then, whatever became of it and of the rules.
    await rules(made, LIMITS.replace('[manager, finance]', '[finance]'));
    const [past] = sound(await requestsAsOf(made.ledger, { all: false, asOf: then }));
    if (past === undefined) throw new Error('it waited then');
    expect(sound(await neededThen(made.ledger, past, then))).toEqual({
      ruleSet: 1,
      rules: ['a quarter of the quota', 'large amounts'],
      approvers: [['finance'], ['finance'], ['manager']],
    });
  });

  test('what is split counts with what changes hands', async () => {
    sound(await importRows(made, ['D-1,ada,100000.00,USD,2026-01-20']));
    const split = (ada: string, ben: string) => ({
      ...{ source: 'csv', deal: 'D-1', reason: 'Shared', evidence: ['Mail'], scope: 'deal', expiresOn: null },
      shares: [
        { participant: 'ada', share: ada },
        { participant: 'ben', share: ben },
      ],
    });
    sound(await requestSplit(made.ledger, split('0.5', '0.5'), OPS));
    expect(sound(await neededFor(made.ledger, 'split/csv.D-1/split-1')).rules).toEqual([]);
    sound(await requestSplit(made.ledger, split('0.4', '0.6'), OPS));
    expect(sound(await neededFor(made.ledger, 'split/csv.D-1/split-2')).rules).toEqual(['large amounts']);
    // By the first split ben has half of it already, and 10,000 more by the second.
    sound(await approve(made.ledger, 'split/csv.D-1/split-1', FINANCE));
    expect(sound(await neededFor(made.ledger, 'split/csv.D-1/split-2')).rules).toEqual([]);
    sound(await approve(made.ledger, 'split/csv.D-1/split-2', FINANCE));
    // All of it back to ada, as the source has it, takes 60,000 from ben.
    const back = { ...split('1', '0'), shares: [{ participant: 'ada', share: '1' }] };
    sound(await requestSplit(made.ledger, back, OPS));
    expect(sound(await neededFor(made.ledger, 'split/csv.D-1/split-3')).rules).toEqual(['large amounts']);
    expect(await outcome(approve(made.ledger, 'split/csv.D-1/split-3', FINANCE))).toBe('ApprovalGiven');
  });

  test('as of a moment a request needs what it needed by what was known then', async () => {
    sound(await requestRelief(made.ledger, relief({ by: 'amount', amount: '40000' }), MANAGER));
    const then = String(await made.ledger.store.head());
    // A tenth of 400,000 is half of 80,000.
    await proposed(
      made,
      'quotas: [{ participant: ada, metric: bookings, year: 2026, per: quarter, amount: 20000, currency: USD }]',
      OPS,
    );
    const lower = 'quota/ada.bookings.2026/proposal-2';
    sound(await approve(made.ledger, lower, FINANCE));
    sound(await approve(made.ledger, lower, as('mia', 'manager')));
    const needs = async (asOf?: string) =>
      sound(await handover(made.ledger, { asOf })).waiting.flatMap((each) =>
        each.name === RELIEF ? [each.needs] : [],
      );
    expect(await needs()).toEqual([[['finance'], ['finance']]]);
    expect(await needs(then)).toEqual([[['finance']]]);
  });

  test('what states no amount is over every limit', async () => {
    const text = 'exception: waiver\nparticipant: ada\nperiod: 2026-Q1\nreason: x\nevidence: [y]';
    const { waiting } = sound(await proposed(made, text, OPS));
    expect(sound(await neededFor(made.ledger, waiting[0] ?? '')).rules).toEqual(['large amounts']);
  });
});

describe('who stands below', () => {
  const PEOPLE = `
participants:
  - { id: vera, name: Vera, starts: 2026-01-01, currency: USD }
  - { id: mo, name: Mo, starts: 2026-01-01, currency: USD, manager: vera }
  - { id: fred, name: Fred, starts: 2026-01-01, currency: USD, manager: mo }
  - { id: fay, name: Fay, starts: 2026-01-01, currency: USD, manager: fred }
`;
  const chain = (reach: string, whom = 'requester') => `
approvals: Chain
from: 2026-01-01
reason: Audit
rules: [{ rule: nobody below, not-below: [${whom}], reach: ${reach} }]
`;
  beforeEach(async () => {
    sound(await proposed(made, PEOPLE, OPS));
  });

  test('directly: who reports to the requester does not decide, who reports to those does', async () => {
    await rules(made, chain('direct'));
    sound(await requestRelief(made.ledger, relief({ by: 'days', share: '50%' }), MANAGER));
    expect(await outcome(approve(made.ledger, RELIEF, FINANCE))).toBe('approver_excluded');
    expect(await outcome(decline(made.ledger, RELIEF, 'No', FINANCE))).toBe('approver_excluded');
    expect(await outcome(approve(made.ledger, RELIEF, FAY))).toBe('QuotaReliefGranted');
  });

  test('over the whole hierarchy, also by a stand-in and against the one for whom it was requested', async () => {
    await rules(made, chain('chain'));
    sound(await requestRelief(made.ledger, relief({ by: 'days', share: '50%' }), as('olga', 'ops', 'vera')));
    for (const by of [FINANCE, FAY, as('flo', 'finance', 'fay')]) {
      expect(await outcome(approve(made.ledger, RELIEF, by))).toBe('approver_excluded');
    }
    expect(await outcome(approve(made.ledger, RELIEF, as('flo')))).toBe('QuotaReliefGranted');
  });

  test('who is moved out of the line after the request stays bound by it', async () => {
    await rules(made, chain('chain'));
    made.at('2026-02-01T09:00:00Z');
    sound(await requestRelief(made.ledger, relief({ by: 'days', share: '50%' }), MANAGER));
    const { recordOnParticipant } = await import('@ledger/application');
    const line = { participant: 'fred', manager: null, effectiveFrom: '2026-02-02', reason: 'New team' };
    sound(await recordOnParticipant(made.ledger, { type: 'ChangeReportingLine', ...line }, OPS));
    made.at('2026-02-03T09:00:00Z');
    const refused = await approve(made.ledger, RELIEF, FINANCE);
    expect(refused).toMatchObject({ code: 'approver_excluded' });
    expect((refused as Problem).message).toMatch(/"fred" reports to "mo", who requested it \(rule "nobody below"\)/);
  });

  test('who reports to the beneficiary', async () => {
    await rules(made, chain('chain', 'beneficiary'));
    const text = 'exception: adjustment\nparticipant: mo\nperiod: 2026-Q1\namount: 10\nreason: x\nevidence: [y]';
    const { waiting } = sound(await proposed(made, text, OPS));
    expect(await outcome(approve(made.ledger, waiting[0] ?? '', FINANCE))).toBe('approver_excluded');
  });
});

describe('standing in', () => {
  const DELEGATED = `
approvals: Holidays
from: 2026-01-01
reason: Holidays
delegations: [{ by: flo, for: fay, from: 2026-02-01, until: 2026-02-15, kinds: [relief] }]
`;
  const inPlace = as('flo', 'finance', 'fay');

  test('is for the days and the requests that the rules name', async () => {
    await rules(made, DELEGATED);
    for (const [instant, code] of [
      ['2026-01-31T23:00:00Z', 'approver_excluded'],
      ['2026-02-01T00:00:00Z', 'QuotaReliefGranted'],
      ['2026-02-15T00:00:00Z', 'approver_excluded'],
    ] as const) {
      made.at(instant);
      const month = instant.slice(5, 7) === '01' ? ['2026-01-01', '2026-01-09'] : ['2026-02-03', instant.slice(0, 10)];
      const end = month[0] === month[1] || month[1] === '2026-02-01' ? '2026-02-20' : month[1];
      const outcomes = sound(
        await requestRelief(made.ledger, relief({ by: 'days', share: '50%' }, month[0], end), MANAGER),
      );
      const event = outcomes.events.at(-1);
      const name = event?.type === 'QuotaReliefRequested' ? event.data.relief : '';
      expect(await outcome(approve(made.ledger, `relief/ada.bookings.2026/${name}`, inPlace))).toBe(code);
    }
    sound(await requestFreezeOf(made));
    expect(await outcome(approve(made.ledger, 'freeze/2026-Q1', inPlace))).toBe('approver_excluded');
  });

  test('nobody approves that they stand in for somebody, or somebody for them', async () => {
    const { waiting } = sound(await proposed(made, DELEGATED));
    expect(await outcome(approve(made.ledger, waiting[0] ?? '', FAY))).toBe('approver_excluded');
    expect(await outcome(approve(made.ledger, waiting[0] ?? '', as('flo')))).toBe('approver_excluded');
    expect(await outcome(approve(made.ledger, waiting[0] ?? '', FINANCE))).toBe('ApprovalRuleSet');
  });
});

async function requestFreezeOf({ ledger, at }: Made) {
  const { requestFreeze } = await import('@ledger/application');
  at('2026-04-02T09:00:00Z');
  return requestFreeze(ledger, { period: '2026-Q1', reason: 'Close', evidence: [] }, OPS);
}

describe('the rules themselves', () => {
  const TWICE = (from: string, to = '') => `
approvals: Two of finance
from: ${from}
${to === '' ? '' : `to: ${to}`}
reason: Audit
expire-after: 3
rules: [{ rule: two, approvers: [finance, finance] }]
`;

  test('hold from their day on, and until it ends', async () => {
    await rules(made, TWICE('2026-02-01', '2026-03-01'));
    for (const [instant, needed] of [
      ['2026-01-31T12:00:00Z', 1],
      ['2026-02-01T12:00:00Z', 2],
      ['2026-03-01T12:00:00Z', 1],
    ] as const) {
      made.at(instant);
      const { waiting } = sound(
        await proposed(
          made,
          `exception: adjustment\nparticipant: ada\nperiod: 2026-Q1\namount: ${needed}\nreason: ${instant}\nevidence: [y]`,
          OPS,
        ),
      );
      const [name = ''] = waiting;
      expect(sound(await neededFor(made.ledger, name)).approvers).toHaveLength(needed);
      sound(await decline(made.ledger, name, 'Test', FINANCE));
    }
  });

  test('bind those that come after them, and how long requests wait', async () => {
    await rules(made, TWICE('2026-01-01'));
    const { waiting } = sound(await proposed(made, TWICE('2026-06-01')));
    expect(waiting).toEqual(['approvals@2']);
    expect((await requests(made.ledger, { all: false })).map(({ expiresOn }) => expiresOn)).toEqual(['2026-01-08']);
    expect(await outcome(approve(made.ledger, 'approvals@2', FINANCE))).toBe('ApprovalGiven');
    expect(await outcome(approve(made.ledger, 'approvals@2', as('adam', 'finance')))).toBe('own_request');
    made.at('2026-01-08T00:00:00Z');
    expect(await outcome(approve(made.ledger, 'approvals@2', FAY))).toBe('request_expired');
  });

  test('a freeze waits for the second of them, and is carried out by the last', async () => {
    await rules(made, TWICE('2026-01-01'));
    sound(await requestFreezeOf(made));
    expect(await outcome(approve(made.ledger, 'freeze/2026-Q1', FINANCE))).toBe('ApprovalGiven');
    expect(sound(await approve(made.ledger, 'freeze/2026-Q1', FAY))).toMatchObject({ frozen: { statements: 2 } });
  });

  test.each([
    ['rules: [{ rule: a, approvers: [manager] }]', 'field_invalid', /finance, which every request needs/],
    ['rules: [{ rule: a, kinds: [reliefs] }]', 'field_invalid', /"reliefs" is no kind of request; write one of/],
    ['rules: [{ rule: a, kinds: [deal] }]', 'field_invalid', /"deal" is no kind of request/],
    [
      'rules: [{ rule: a, kinds: [exception], exceptions: [bonus] }]',
      'field_invalid',
      /"bonus" is no kind of exception/,
    ],
    ['rules: [{ rule: a, exceptions: [waiver] }]', 'field_invalid', /write kinds: \[exception\]/],
    ['rules: [{ rule: a, requested-by: [boss] }]', 'field_invalid', /"boss" is no role/],
    ['rules: [{ rule: a }, { rule: a }]', 'already_exists', /two rules "a"/],
    ['rules: [{ rule: a, over: { amount: { XXQ: 5 } } }]', 'currency_unknown', /:4:26: "XXQ"/],
    ['delegations: [{ by: a, for: a, from: 2026-01-01 }]', 'field_invalid', /two people/],
    ['delegations: [{ by: a, for: b, from: 2026-02-01, until: 2026-02-01 }]', 'interval_invalid', /holds no day/],
  ])('%s is refused', async (line, code, says) => {
    const head = await made.ledger.store.head();
    const answer = await proposed(made, `approvals: A\nfrom: 2026-01-01\nreason: x\n${line}`);
    expect(answer).toMatchObject({ code });
    expect((answer as Problem).message).toMatch(says);
    expect((answer as Problem).message).toMatch(/^rules\.yaml:\d+:\d+: /);
    expect(await made.ledger.store.head()).toBe(head);
  });

  test('are proposed by ops and admins only', async () => {
    for (const by of [MANAGER, FINANCE, as('ada', 'rep'), as('au', 'auditor')]) {
      expect(await proposed(made, TWICE('2026-01-01'), by)).toMatchObject({ code: 'role_forbidden' });
    }
  });
});

describe('what has changed since it was asked for', () => {
  test('a deal that is told otherwise is not split as it was', async () => {
    sound(await importRows(made, ['D-1,ada,100000.00,USD,2026-01-20']));
    const shares = [
      { participant: 'ada', share: '0.5' },
      { participant: 'ben', share: '0.5' },
    ];
    const ask = {
      source: 'csv',
      deal: 'D-1',
      shares,
      reason: 'Shared',
      evidence: ['Mail'],
      scope: 'deal',
      expiresOn: null,
    };
    sound(await requestSplit(made.ledger, ask, OPS));
    sound(await importRows(made, ['D-1,ada,150000.00,USD,2026-01-20']));
    expect(await outcome(approve(made.ledger, 'split/csv.D-1/split-1', FINANCE))).toBe('approval_stale');
    expect(await outcome(decline(made.ledger, 'split/csv.D-1/split-1', 'The deal changed', FINANCE))).toBe(
      'SplitExceptionDeclined',
    );
    sound(await requestSplit(made.ledger, ask, OPS));
    const reach = { source: 'csv', deal: 'D-1', milestone: 'paid', reachedOn: '2026-02-01', amount: null };
    sound(await recordOnDeal(made.ledger, { type: 'ReachMilestone', ...reach }, OPS));
    expect(await outcome(approve(made.ledger, 'split/csv.D-1/split-2', FINANCE))).toBe('SplitExceptionApproved');
  });

  test('a quota that is another one is not relieved as the one before', async () => {
    sound(await requestRelief(made.ledger, relief({ by: 'amount', amount: '20000' }), MANAGER));
    const quota =
      'quotas:\n  - { participant: ada, metric: bookings, year: 2026, per: quarter, amount: 50000, currency: USD }';
    const { waiting } = sound(await proposed(made, quota, OPS));
    sound(await approve(made.ledger, waiting[0] ?? '', FINANCE));
    expect(await outcome(approve(made.ledger, RELIEF, FINANCE))).toBe('approval_stale');
  });
});

test('who is paid by an override on somebody does not decide what moves their credits', async () => {
  const text = `${teamUnder('fred', 'measure: bookings, table: [{ from: 0, pays: 1% }]')}---
quotas: [{ participant: cy, metric: bookings, year: 2026, per: quarter, amount: 100000, currency: USD }]
`;
  for (const name of sound(await proposed(made, text, OPS)).waiting) sound(await approve(made.ledger, name, FAY));
  const lead = { participant: 'fred', plan: 'lead', from: '2026-01-01', to: null, reason: 'x' };
  sound(await assignPlan(made.ledger, lead, OPS));
  const ask = { ...relief({ by: 'days', share: '50%' }), participant: 'cy' };
  sound(await requestRelief(made.ledger, ask, MANAGER));
  expect(await outcome(approve(made.ledger, 'relief/cy.bookings.2026/relief-1', FINANCE))).toBe('own_pay');
  sound(await requestRelief(made.ledger, relief({ by: 'days', share: '50%' }), MANAGER));
  expect(await outcome(approve(made.ledger, RELIEF, FINANCE))).toBe('QuotaReliefGranted');
});

describe('the rules are read', () => {
  const SAYS = `
approvals: Rules 2026
from: 2026-01-01
reason: The audit asked for them.
evidence: [Audit report]
expire-after: 10
rules:
  - { rule: large, kinds: [exception], exceptions: [draw, draw-forgiveness], over: { amount: { USD: 10000 } }, approvers: [finance, finance] }
  - { rule: relief, kinds: [relief, quota], requested-by: [manager], over: { share-of-quota: 5% }, approvers: [manager, finance] }
  - { rule: back, kinds: [plan], back-dated: true }
  - { rule: lines, not-below: [requester, beneficiary], reach: direct }
delegations: [{ by: flora, for: fay, from: 2026-04-13, until: 2026-04-27, kinds: [freeze] }]
`;
  const seen = async (role: string, asOf?: string) =>
    sound(await approvalRulesSeen(made.ledger, { id: 'someone', role }, { asOf }));

  test('in sentences, with who may ask for what beside them', async () => {
    await rules(made, SAYS);
    const { inForce, expireAfter, versions, always } = await seen('manager');
    expect([inForce, expireAfter, versions.length]).toEqual([1, 10, 1]);
    expect(versions[0]?.rules.map(({ says }) => says)).toEqual([
      'An exception about pay (draw or draw forgiveness) of more than 10,000.00 USD, of any other currency, or of no stated amount, needs the approval of two of finance.',
      'A quota relief or a quota asked for by a manager of more than 5% of the quota of the year needs the approval of one manager and one of finance.',
      'A plan that takes effect before the day on which it is decided needs the approval of one of finance.',
      'Every request needs the approval of one of finance. Nobody decides who reports, directly, to whoever asked or to whom it is about.',
    ]);
    expect(versions[0]?.delegations.map(({ says }) => says)).toEqual([
      'flora decides in the place of fay from 2026-04-13 until the day before 2026-04-27, about a period freeze.',
    ]);
    expect(always.find(({ kind }) => kind === 'reopen')).toMatchObject({ approve: ['finance'], approvals: 2 });
    expect(isProblem(await approvalRulesSeen(made.ledger, { id: 'ada', role: 'rep' }, {}))).toBe(true);
  });

  test('as they were and as they may come to be', async () => {
    const before = String(await made.ledger.store.head());
    await rules(made, SAYS);
    const after = String(await made.ledger.store.head());
    await proposed(made, SAYS.replace('Rules 2026', 'Later rules').replace('2026-01-01', '2026-02-01'));
    const now = await seen('auditor');
    expect(now.inForce).toBe(1);
    expect(now.versions.map(({ title, state, approvedBy }) => [title, state, approvedBy.join()])).toEqual([
      ['Later rules', 'waiting', ''],
      ['Rules 2026', 'approved', 'fred'],
    ]);
    expect((await seen('auditor', after)).versions).toHaveLength(1);
    expect(await seen('auditor', before)).toMatchObject({ inForce: null, expireAfter: 14, versions: [] });
  });
});
