import fc from 'fast-check';
import { approveAll, defineText, type Made, makeLedger } from './company.ts';

/** Two heads of teams, of whom one leads the other, and those who sell: what ties them together is drawn. */
export const SELLERS = ['ana', 'bo', 'cleo', 'dan', 'eve'];
const HEADS = ['hal', 'ida'];
export const PEOPLE = [...SELLERS, ...HEADS];
export const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04'];

export const ties = fc.record({
  seed: fc.nat(),
  contest: fc.constantFrom('none', 'all', 'of-each-team', 'short'),
  heads: fc.subarray(['team', 'override', 'race'] as const, { minLength: 1 }),
  groupCap: fc.boolean(),
  budget: fc.boolean(),
  gate: fc.boolean(),
  lead: fc.boolean(),
});
export type Ties = typeof ties extends fc.Arbitrary<infer T> ? T : never;

const RACE = (window: string) => `
  race:
    measure: bookings
    window: ${window}
    tier-by: amount
    contest: { prizes: [{ place: 1, pays: 1000.00 }, { place: 2, pays: 500.00 }], ties: share }`;

function sellerPlan(name: string, { contest, groupCap, budget, gate }: Ties): string {
  return `
plan: ${name}
title: Seller
currency: USD
from: 2026-01-01
reason: Year
components:
  bookings:
    measure: bookings
    window: quarter
    table: [{ from: 0%, pays: 5% }, { from: 100%, pays: 9% }]
    ${groupCap ? 'group-cap: { deal: 300.00 }' : ''}
    ${budget ? 'budget: { amount: 3000.00, window: quarter }' : ''}
    ${gate ? 'gates: [{ name: enough, measure: bookings, window: month, at-least: 9000.00 }]' : ''}
  ${contest === 'none' ? '' : RACE(contest === 'short' ? 'month' : 'quarter')}`;
}

function headPlan({ heads }: Ties): string {
  return `
plan: head
title: Head
currency: USD
from: 2026-01-01
reason: Year
components:
  ${heads.includes('team') ? 'team: { credits: team, measure: bookings, window: quarter, table: [{ from: 0%, pays: 1% }, { from: 100%, pays: 2% }] }' : ''}
  ${heads.includes('override') ? 'override: { credits: team, measure: earnings, earnings-of: [bookings], window: quarter, tier-by: amount, table: [{ from: 0, pays: 10% }] }' : ''}
  ${heads.includes('race') ? `teams: { credits: team, measure: bookings, window: month, tier-by: amount, contest: { prizes: [{ place: 1, pays: 300.00 }] } }` : ''}`;
}

/** A company in which people are tied as drawn; nobody has sold anything yet. */
export async function companyOf(drawn: Ties): Promise<Made> {
  const made = makeLedger();
  const ofTeam = (at: number) => (drawn.contest === 'of-each-team' ? `seller${at % 2}` : 'seller0');
  const person = (id: string, plan: string, manager: string) =>
    `  - { id: ${id}, starts: 2026-01-01, currency: USD, manager: ${manager}, plans: [{ plan: ${plan}, from: 2026-01-01 }] }`;
  const people = [
    ...HEADS.map((id, at) => person(id, 'head', at === 0 ? 'null' : 'hal')),
    ...SELLERS.map((id, at) => person(id, ofTeam(at), HEADS[at % 2] ?? 'hal')),
  ];
  const crediting = `
---
crediting: shares
title: Shares
rules: [{ rule: lead, credits: manager, share: 1/5, when: deal.amount > 8000 }]
from: 2026-01-01
reason: Year`;
  await defineText(
    made.ledger,
    `calendar: { cadence: month, first-period: 2026-01, time-zone: UTC, currency: USD, reason: Policy }
---
metric: bookings
title: Bookings
amount: deal.amount
from: 2026-01-01
reason: Year
---${sellerPlan('seller0', drawn)}
---${sellerPlan('seller1', drawn)}
---${headPlan(drawn)}${drawn.lead ? crediting : ''}`,
  );
  await approveAll(made.ledger);
  await defineText(made.ledger, `participants:\n${people.join('\n').replaceAll(', manager: null', '')}`);
  const quota = (id: string) =>
    `  - { participant: ${id}, metric: bookings, year: 2026, per: quarter, amount: ${HEADS.includes(id) ? 30000 : 8000}, currency: USD }`;
  await defineText(made.ledger, `quotas:\n${PEOPLE.map(quota).join('\n')}`);
  await approveAll(made.ledger);
  return made;
}
