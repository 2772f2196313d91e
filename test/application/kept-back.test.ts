import { handover, openPeriod, recordOnDeal } from '@ledger/application';
import { expect, test } from 'vitest';
import {
  approveAll,
  DEFINITIONS,
  defineText,
  FINANCE,
  freeze,
  importRows,
  type Made,
  makeCompany,
  OPS,
  sound,
} from '../support/company.ts';

const HOLDING = `
metric: orders
title: Orders
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
  orders:
    measure: orders
    window: quarter
    tier-by: amount
    table: [{ from: 0, pays: 10% }]
    windfall: { deal-over: 100000.00 }
  follow-up:
    measure: orders
    window: quarter
    tier-by: amount
    table: [{ from: 0, pays: 1% }]
    release: [{ at: closed, share: 60% }, { at: live, share: 40% }]
`;
const [CALENDAR = '', METRIC = '', , ...REST] = DEFINITIONS.split('---\n');
const COMPANY = [CALENDAR, METRIC, HOLDING, ...REST].join('---\n');

async function carried({ ledger }: Made) {
  const pack = sound(await handover(ledger, {}));
  return pack.carried.flatMap(({ participant, balances }) =>
    balances.map(({ balance, of, closing }) => `${participant} ${balance} ${closing}: ${of}`),
  );
}

test('windfalls and what a plan holds are handed over until they are decided, paid or released', async () => {
  const made = await makeCompany({}, COMPANY);
  const { ledger } = made;
  // 10% of 200,000 is held as a windfall; of 1% of it, 2,000, and of 1% of 50,000, 500, 40% wait until the deals are live.
  await importRows(made, ['D-1,ada,200000.00,USD,2026-01-20', 'D-2,ada,50000.00,USD,2026-02-10']);
  made.at('2026-04-02T09:00:00Z');
  await freeze(ledger, '2026-Q1');
  sound(await openPeriod(ledger, '2026-Q2', OPS));
  const byPlan = 'ada held 1000.00: follow-up, of 2 deals, by the plan';
  expect(await carried(made)).toEqual([
    'ada held 20000.00: orders, windfall csv.D-1, which nobody has decided',
    byPlan,
  ]);

  const decision =
    'exception: windfall\nparticipant: ada\ndeal: csv.D-1\nperiod: 2026-Q2\nreason: x\nevidence: [Memo]\n';
  await defineText(ledger, `${decision}name: parts\ntreatment: instalments\ncount: 4\n`);
  await approveAll(ledger);
  const parts = 'orders, windfall csv.D-1, paid in 4 instalments from 2026-Q2 on';
  expect(await carried(made)).toEqual([`ada held 20000.00: ${parts}`, byPlan]);
  made.at('2026-07-02T09:00:00Z');
  await freeze(ledger, '2026-Q2');
  sound(await openPeriod(ledger, '2026-Q3', OPS));
  expect(await carried(made)).toEqual([`ada held 15000.00: ${parts}`, byPlan]);

  // Decided anew: 8,000 in all, of which 5,000 were paid; the rest is lost as soon as that is settled.
  await defineText(ledger, `${decision.replace('Q2', 'Q3')}name: less\ntreatment: cap\namount: 8000.00\n`);
  await approveAll(ledger);
  expect(await carried(made)).toEqual(['ada held 15000.00: orders, windfall csv.D-1, decided for 2026-Q3', byPlan]);
  made.at('2026-10-02T09:00:00Z');
  await freeze(ledger, '2026-Q3');
  expect(await carried(made)).toEqual([byPlan]);
});

test('a decision on a windfall that has expired by the end of the last statement decides nothing', async () => {
  const made = await makeCompany({}, COMPANY);
  await importRows(made, ['D-1,ada,200000.00,USD,2026-01-20']);
  await defineText(
    made.ledger,
    'exception: windfall\nparticipant: ada\nname: parts\ndeal: csv.D-1\nperiod: 2026-Q1\ntreatment: instalments\ncount: 4\nexpires: 2026-06-01\nreason: x\nevidence: [Memo]\n',
  );
  await approveAll(made.ledger);
  made.at('2026-04-02T09:00:00Z');
  await freeze(made.ledger, '2026-Q1');
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  expect(await carried(made)).toContain(
    'ada held 15000.00: orders, windfall csv.D-1, paid in 4 instalments from 2026-Q1 on',
  );
  made.at('2026-07-02T09:00:00Z');
  await freeze(made.ledger, '2026-Q2');
  expect(await carried(made)).toContain('ada held 15000.00: orders, windfall csv.D-1, which nobody has decided');
});

test('of what is paid in another currency nothing is left when all was released, at whatever rate', async () => {
  const rates = (days: readonly [on: string, rate: string][]) =>
    `rates: [${days.map(([on, rate]) => `{ pair: USD/GBP, on: ${on}, rate: "${rate}" }`).join(', ')}]\nsource: Central bank\n`;
  const inPounds = COMPANY.replace('currency: USD\nfrom', 'currency: USD\npayout: { rate: period-end }\nfrom').replace(
    '{ id: ada, name: Ada Berg, starts: 2026-01-01, currency: USD }',
    '{ id: ada, name: Ada Berg, starts: 2026-01-01, currency: GBP }',
  );
  const made = await makeCompany({}, inPounds);
  const { ledger } = made;
  await defineText(ledger, rates([['2026-01-01', '0.80']]), FINANCE);
  await importRows(made, ['D-1,ada,200000.00,USD,2026-01-20', 'D-2,ada,50000.00,USD,2026-02-10']);
  const decided =
    'exception: windfall\nparticipant: ada\ndeal: csv.D-1\nperiod: 2026-Q1\nreason: x\nevidence: [Memo]\nname: parts\ntreatment: instalments\n';
  await defineText(ledger, `${decided}count: 2\n`);
  await approveAll(ledger);
  made.at('2026-04-02T09:00:00Z');
  await freeze(ledger, '2026-Q1');
  const windfall = 'orders, windfall csv.D-1, paid in 2 instalments from 2026-Q1 on';
  // At 0.80: half of 20,000.00, and 40% of 2,000.00 and of 500.00.
  expect(await carried(made)).toEqual([
    `ada held 8000.00: ${windfall}`,
    'ada held 800.00: follow-up, of 2 deals, by the plan',
  ]);
  sound(await openPeriod(ledger, '2026-Q2', OPS));
  await defineText(ledger, rates([['2026-06-30', '0.90']]), FINANCE);
  const live = {
    type: 'ReachMilestone',
    source: 'csv',
    deal: 'D-1',
    milestone: 'live',
    reachedOn: '2026-05-04',
  } as const;
  sound(await recordOnDeal(ledger, { ...live, amount: null }, OPS));
  made.at('2026-07-02T09:00:00Z');
  await freeze(ledger, '2026-Q2');
  // The second half and the 800.00 of D-1 were paid at 0.90, more than they were when they were held; of D-2 160.00 goes on waiting.
  expect(await carried(made)).toEqual(['ada held 160.00: follow-up, of csv.D-2, by the plan']);
});
