import { approve, type By, decline, define, retire } from '@ledger/application';
import { isProblem } from '@ledger/kernel';
import { expect, test } from 'vitest';
import { approveAll, defineText, documentsOf, FINANCE, type Made, makeCompany, sound } from '../support/company.ts';

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
  for (const text of [rates, calendar]) sound(await define(ledger, documentsOf(text), FINANCE));
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
