import { openPeriod, requestSplit, statementOf } from '@ledger/application';
import { recompute } from '@ledger/recompute';
import { expect, test } from 'vitest';
import { approveAll, defineText, importRows, makeLedger, OPS, sound } from '../support/company.ts';

const PEOPLE = Array.from({ length: 40 }, (_, at) => `p${at}`);
const PLANS = `
calendar: { cadence: quarter, first-period: 2026-Q1, time-zone: UTC, currency: USD, reason: x }
---
metric: bookings
title: Bookings
counts: 'true'
amount: deal.amount
from: 2026-01-01
reason: x
---
plan: seller
title: Seller
currency: USD
from: 2026-01-01
reason: x
components:
  a: { measure: bookings, window: quarter, tier-by: amount, table: [{ from: 0, pays: 1% }] }
  b: { measure: bookings, window: quarter, tier-by: amount, table: [{ from: 0, pays: 2% }] }
  c: { measure: bookings, window: quarter, tier-by: amount, table: [{ from: 0, pays: 3% }] }
---
plan: leader
title: Leader
currency: USD
from: 2026-01-01
reason: x
components:
  over: { credits: team, measure: earnings, window: quarter, tier-by: amount, table: [{ from: 0, pays: 10% }] }
`;

test('of a deal on which very many people earn a hundred are named, and the others added up', async () => {
  const made = makeLedger();
  const { ledger } = made;
  await defineText(ledger, PLANS);
  await approveAll(ledger);
  const hired = (id: string, plan: string, more = '') =>
    `{ id: ${id}, starts: 2026-01-01, currency: USD, plans: [{ plan: ${plan}, from: 2026-01-01 }]${more} }`;
  const team = PEOPLE.map((id) => hired(id, 'seller', ', manager: mo'));
  await defineText(ledger, `participants: [${[hired('mo', 'leader'), ...team].join(', ')}]`);
  sound(await openPeriod(ledger, '2026-Q1', OPS));
  sound(await importRows(made, ['D-1,p0,100000.00,USD,2026-02-01']));
  const shares = PEOPLE.map((participant) => ({ participant, share: '0.025' }));
  const split = { source: 'csv', deal: 'D-1', exception: 's', shares, scope: 'this', expiresOn: null };
  sound(await requestSplit(ledger, { ...split, reason: 'All of them', evidence: ['mail'] }, OPS));
  await approveAll(ledger);

  const answer = sound(await statementOf(ledger, { participant: 'mo', period: '2026-Q1' }));
  // 6,000 in all: 1, 2 and 3 % of 2,500 for each of 40.
  expect(answer.statement.total).toBe('600.00');
  const [line] = answer.statement.lines;
  const earned = line?.trace.steps?.find(({ step }) => step === 'metric');
  expect(earned?.steps).toHaveLength(100);
  // 33 people with all three components, 150 each, and one with the first.
  expect(earned).toMatchObject({ inputs: { earned1: '25', more: '1025' }, result: '6000' });
  expect(recompute(JSON.parse(JSON.stringify(answer)))).toMatchObject({ ok: true });
});
