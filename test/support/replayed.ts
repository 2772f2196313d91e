import { freeze, importRows, type Made, makeCompany, sound } from './company.ts';

/** What tests of replays go by: a quarter that is history, and a metric that would have counted less of it. */

export const Q1 = { from: '2026-Q1', to: '2026-Q1' };

export const LARGE_ONLY = `
metric: bookings
title: Bookings
counts: deal.amount > 50000
amount: deal.amount
from: 2026-01-01
reason: Only deals over 50,000 count
`;

/** Ada closed 80,000 and 40,000 of a quota of 100,000, Ben 30,000: 10,400 and 2,400, frozen. */
export async function frozenCompany(): Promise<Made> {
  const made = await makeCompany();
  const rows = [
    'D-1,ada,80000.00,USD,2026-01-20',
    'D-2,ada,40000.00,USD,2026-02-20',
    'D-3,ben,30000.00,USD,2026-03-01',
  ];
  sound(await importRows(made, rows));
  made.at('2026-04-02T09:00:00Z');
  await freeze(made.ledger, '2026-Q1');
  return made;
}
