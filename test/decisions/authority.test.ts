import { judge, KINDS, type Kind, ROLES, type Role, rolesFor, type Step } from '@ledger/decisions';
import { describe, expect, test } from 'vitest';

const STEPS: readonly Step[] = ['request', 'decide', 'record'];
const code = (claim: Parameters<typeof judge>[0]) => judge(claim)?.code;

/** The matrix once more, as the document has it, so that a slip in the product's table shows. */
const EXPECTED: Readonly<Record<Kind, Partial<Record<Step, readonly Role[]>>>> = {
  deal: { record: ['ops', 'integration'] },
  split: { request: ['manager', 'ops'], decide: ['finance'] },
  quota: { request: ['manager', 'ops'], decide: ['finance'] },
  relief: { request: ['manager', 'ops'], decide: ['finance'] },
  exception: { request: ['manager', 'ops'], decide: ['finance'] },
  metric: { request: ['ops'], decide: ['finance'], record: ['finance'] },
  jurisdiction: { request: ['ops'], decide: ['finance'], record: ['finance'] },
  crediting: { request: ['ops'], decide: ['finance'], record: ['finance'] },
  plan: { request: ['ops'], decide: ['finance'], record: ['finance'] },
  assignment: { record: ['ops'] },
  acknowledgement: { record: ['rep', 'manager'] },
  participant: { record: ['ops'] },
  leave: { record: ['manager', 'ops'] },
  freeze: { request: ['ops'], decide: ['finance'] },
  reopen: { request: ['finance'], decide: ['finance'] },
  period: { record: ['ops', 'finance'] },
  payout: { record: ['ops', 'finance'] },
  'pay-run': { record: ['finance'] },
  payment: { record: ['finance', 'integration'] },
  calendar: { record: ['ops', 'finance', 'admin'] },
  approvals: { request: ['ops', 'admin'], decide: ['finance'] },
  corrections: { record: ['finance'] },
  replay: { request: ['ops'], decide: ['finance'] },
  fx: { record: ['ops', 'finance', 'integration'] },
  query: { request: ['rep', 'manager'] },
  'query-desk': { record: ['ops', 'finance'] },
  'query-resolution': { record: ['ops', 'finance'] },
  'query-clocks': { record: ['ops', 'finance', 'admin'] },
  grant: { request: ['admin'], decide: ['finance'] },
  access: { record: ['admin'] },
  key: { request: ['admin'], decide: ['finance'], record: ['admin'] },
  erasure: { request: ['admin'], decide: ['finance'] },
  rebuild: { record: ['ops', 'admin'] },
  backup: { record: ['admin'] },
};

const CELLS = KINDS.flatMap((kind) => STEPS.flatMap((step) => ROLES.map((role) => ({ kind, step, role }))));
const DECIDABLE = KINDS.filter((kind) => rolesFor(kind, 'decide').length > 0);
const PAID = KINDS.filter((kind) => kind !== 'acknowledgement').flatMap((kind) =>
  (['decide', 'record'] as const).flatMap((step) => rolesFor(kind, step).map((role) => ({ kind, step, role }))),
);

describe('who may', () => {
  test.each(CELLS)('$kind: $role may $step only as the matrix says', ({ kind, step, role }) => {
    const beneficiaries = kind === 'acknowledgement' ? ['x'] : [];
    const allowed = EXPECTED[kind][step]?.includes(role) ?? false;
    expect(code({ kind, step, actor: { id: 'x', role }, beneficiaries })).toBe(allowed ? undefined : 'role_forbidden');
  });

  test.each(['', 'root', 'OPS', 'constructor', '__proto__'])('role %j may nothing', (role) => {
    for (const kind of KINDS)
      for (const step of STEPS) {
        expect(code({ kind, step, actor: { id: 'x', role }, beneficiaries: ['x'] })).toBe('role_forbidden');
      }
  });

  test('admins, auditors, reps and integrations decide nothing', () => {
    for (const kind of KINDS) {
      for (const role of ['admin', 'auditor', 'rep', 'integration'] as const) {
        expect(rolesFor(kind, 'decide')).not.toContain(role);
      }
    }
  });
});

describe.each(DECIDABLE)('own request: %s', (kind) => {
  const decide = (actor: { id: string; onBehalfOf?: string }, requestedBy: { id: string; onBehalfOf?: string }) =>
    code({ kind, step: 'decide', actor: { ...actor, role: 'finance' }, requestedBy, beneficiaries: [] });

  test('nobody decides what they requested, in person or by a stand-in', () => {
    expect(decide({ id: 'finn' }, { id: 'finn' })).toBe('own_request');
    expect(decide({ id: 'finn', onBehalfOf: 'olga' }, { id: 'olga' })).toBe('own_request');
    expect(decide({ id: 'finn' }, { id: 'olga', onBehalfOf: 'finn' })).toBe('own_request');
    expect(decide({ id: 'finn', onBehalfOf: 'pia' }, { id: 'olga', onBehalfOf: 'pia' })).toBe('own_request');
    expect(decide({ id: 'finn' }, { id: 'olga' })).toBeUndefined();
  });
});

describe('own pay', () => {
  test.each(PAID)('$kind: $role does not $step what pays them', ({ kind, step, role }) => {
    const by = (actor: { id: string; onBehalfOf?: string }) =>
      code({ kind, step, actor: { ...actor, role }, requestedBy: { id: 'olga' }, beneficiaries: ['ada', 'finn'] });
    expect(by({ id: 'finn' })).toBe('own_pay');
    expect(by({ id: 'pia', onBehalfOf: 'ada' })).toBe('own_pay');
    expect(by({ id: 'pia' })).toBeUndefined();
  });

  test('to request what pays oneself is allowed to makers: a request pays nothing', () => {
    const actor = { id: 'mona', role: 'manager' };
    expect(judge({ kind: 'quota', step: 'request', actor, beneficiaries: ['mona'] })).toBeUndefined();
  });

  test('a plan is acknowledged by the participant and by nobody in their place', () => {
    const sign = (actor: { id: string; onBehalfOf?: string }) =>
      code({ kind: 'acknowledgement', step: 'record', actor: { ...actor, role: 'rep' }, beneficiaries: ['ada'] });
    expect(sign({ id: 'ada' })).toBeUndefined();
    expect(sign({ id: 'bob' })).toBe('role_forbidden');
    expect(sign({ id: 'bob', onBehalfOf: 'ada' })).toBe('role_forbidden');
    expect(sign({ id: 'ada', onBehalfOf: 'bob' })).toBe('role_forbidden');
  });
});

test('a refusal names who could', () => {
  const refused = judge({ kind: 'relief', step: 'decide', actor: { id: 'ada', role: 'rep' }, beneficiaries: [] });
  expect(refused?.message).toBe('Role "rep" may not decide a quota relief; ask somebody with role finance.');
});
