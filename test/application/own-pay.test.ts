import { approve, assignPlan, type By, decline, define, retire } from '@ledger/application';
import { isProblem } from '@ledger/kernel';
import { expect, test } from 'vitest';
import {
  approveAll,
  defineText,
  documentsOf,
  FINANCE,
  type Made,
  makeCompany,
  OPS,
  sound,
  teamUnder,
} from '../support/company.ts';

/** Ada, of finance, earns under a plan, is credited by rules, and works where a law says what is recovered. */
const ADA: By = { actor: { id: 'ada', role: 'finance' } };
const IN_HER_PLACE: By = { actor: { id: 'fay', role: 'finance', onBehalfOf: 'ada' } };

const GATED = `
metric: renewals
title: Renewals
amount: deal.amount
from: 2026-01-01
reason: Plan year 2026
---
plan: seller
title: Seller
currency: USD
from: 2026-02-01
reason: Renewals open the gate
components:
  bookings:
    measure: bookings
    window: quarter
    gates: [{ name: renewed, measure: renewals, at-least: 1000 }]
    table: [{ from: 0%, pays: 8% }]
---
crediting: helpers
title: Helpers
from: 2026-01-01
reason: They help
rules: [{ rule: help, share: 50%, credits: { participant: ada }, pool: overlay }]
---
jurisdiction: us-ca
title: California
source: statute
offset: allowed
recover-draws: allowed
from: 2026-01-01
reason: Law
`;
const PLACE = `
exception: jurisdiction
name: home
participant: ada
jurisdiction: us-ca
from: 2026-01-01
scope: All
reason: Works there
evidence: [contract]
`;
const AGAIN = GATED.split('---\n')
  .filter((each) => !each.startsWith('plan'))
  .join('---\n')
  .replaceAll('from: 2026-01-01', 'from: 2026-04-01');

const codeOf = (answer: unknown) => (isProblem(answer) ? answer.code : 'done');

async function company(): Promise<Made> {
  const made = await makeCompany();
  await defineText(made.ledger, GATED);
  await approveAll(made.ledger);
  await defineText(made.ledger, PLACE);
  await approveAll(made.ledger);
  return made;
}

test('nobody who earns records rates or holidays', async () => {
  const { ledger } = await company();
  const head = await ledger.store.head();
  const rates = 'rates: [{ pair: EUR/USD, on: 2026-03-01, rate: "1.50", source: ECB }]';
  const calendar =
    'calendar: { cadence: quarter, first-period: 2026-Q1, time-zone: UTC, currency: USD, holidays: [2026-05-01], reason: x }';
  for (const text of [rates, calendar]) {
    for (const role of ['finance', 'ops']) {
      expect(codeOf(await define(ledger, documentsOf(text), { actor: { id: 'ada', role } }))).toBe('own_pay');
    }
    expect(codeOf(await define(ledger, documentsOf(text), IN_HER_PLACE))).toBe('own_pay');
  }
  expect(await ledger.store.head()).toBe(head);
  // Whoever is there without a plan, as the head of those who have one, is paid by neither.
  const oscar = { actor: { id: 'oscar', role: 'ops' } };
  await defineText(ledger, 'participants: [{ id: olga, starts: 2026-01-01, currency: USD }]', oscar);
  for (const text of [rates, calendar]) sound(await define(ledger, documentsOf(text), OPS));
});

test('what the ledger says already is told again by whoever it pays, as with files of which one line is theirs', async () => {
  const { ledger } = await company();
  await defineText(ledger, 'corrections: { from: 2026-01-01, policy: true-up, reason: Policy }', FINANCE);
  const head = await ledger.store.head();
  const by = (role: string) => ({ actor: { id: 'ada', role } });
  const rates = 'rates: [{ pair: EUR/USD, on: 2026-01-01, rate: "1.100", source: ECB }]';
  const calendar =
    'calendar: { cadence: quarter, first-period: 2026-Q1, time-zone: UTC, currency: USD, reason: The same }';
  const herself =
    'participants: [{ id: ada, starts: 2026-01-01, currency: USD, plans: [{ plan: seller, from: 2026-01-01 }] }]';
  for (const text of [rates, calendar, herself]) sound(await define(ledger, documentsOf(text), by('ops')));
  const corrections = 'corrections: { from: 2026-01-01, policy: true-up, reason: Policy }';
  sound(await define(ledger, documentsOf(corrections), by('finance')));
  // What a role may not tell at all it may not tell again.
  expect(codeOf(await define(ledger, documentsOf(corrections), by('ops')))).toBe('role_forbidden');
  expect(codeOf(await define(ledger, documentsOf(corrections), by('rep')))).toBe('role_forbidden');
  expect(
    codeOf(await define(ledger, documentsOf(herself.replace('starts: 2026-01-01', 'starts: 2025-12-01')), by('ops'))),
  ).toBe('own_pay');
  expect(await ledger.store.head()).toBe(head);
});

test.each([
  ['a metric that opens a gate of their plan', 'metric', 'renewals'],
  ['rules that credit them', 'crediting', 'helpers'],
  ['a jurisdiction that they are under', 'jurisdiction', 'us-ca'],
] as const)('nobody approves, declines or ends %s', async (_what, kind, id) => {
  const { ledger } = await company();
  await defineText(ledger, AGAIN);
  const head = await ledger.store.head();
  const name = `${kind}/${id}@2`;
  const end = { kind, id, effectiveFrom: '2026-06-01', reason: 'No longer' };
  for (const by of [ADA, IN_HER_PLACE]) {
    expect(codeOf(await approve(ledger, name, by))).toBe('own_pay');
    expect(codeOf(await decline(ledger, name, 'No', by))).toBe('own_pay');
    expect(codeOf(await retire(ledger, end, by))).toBe('own_pay');
  }
  expect(await ledger.store.head()).toBe(head);
  sound(await approve(ledger, name, FINANCE));
  sound(await retire(ledger, end, FINANCE));
});

const OVERRIDE = teamUnder('fred', 'measure: earnings, table: [{ from: 0, pays: 10% }]');

test('nobody decides a plan or a metric that pays them through what their team earns', async () => {
  const made = await makeCompany();
  const { ledger } = made;
  const fay: By = { actor: { id: 'fay', role: 'finance' } };
  await defineText(ledger, OVERRIDE);
  sound(await approve(ledger, 'plan/lead@1', fay));
  const assign = async (participant: string, plan: string) =>
    sound(await assignPlan(ledger, { participant, plan, from: '2026-01-01', to: null, reason: 'x' }, OPS));
  await assign('fred', 'lead');
  const again = GATED.split('---\n')
    .filter((each) => each.startsWith('plan'))
    .join();
  await defineText(ledger, 'metric: bookings\ntitle: B\namount: deal.amount\nfrom: 2026-03-01\nreason: x\n');
  await defineText(ledger, again.replace(/ {4}gates: .*\n/, ''));
  // Nobody of his team is under that plan yet.
  expect(codeOf(await decline(ledger, 'plan/seller@2', ' ', FINANCE))).toBe('reason_required');
  await assign('cy', 'seller');
  for (const name of ['plan/seller@2', 'metric/bookings@2']) {
    expect([name, codeOf(await approve(ledger, name, FINANCE))]).toEqual([name, 'own_pay']);
    expect([name, codeOf(await decline(ledger, name, 'No', FINANCE))]).toEqual([name, 'own_pay']);
    sound(await approve(ledger, name, fay));
  }
  for (const end of [{ kind: 'plan', id: 'seller' } as const, { kind: 'metric', id: 'bookings' } as const]) {
    expect(codeOf(await retire(ledger, { ...end, effectiveFrom: '2026-06-01', reason: 'x' }, FINANCE))).toBe('own_pay');
  }
});
