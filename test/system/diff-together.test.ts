import {
  approve,
  dealsOf,
  diff,
  openPeriod,
  recordOnDeal,
  requestSplit,
  requests,
  statementOf,
} from '@ledger/application';
import { isProblem, seededRandom } from '@ledger/kernel';
import { add, exact, toDecimalText } from '@ledger/money';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  approveAll,
  defineText,
  FINANCE,
  freeze,
  importRows,
  type Made,
  makeLedger,
  OPS,
  sound,
} from '../support/company.ts';

/** Two heads of teams, of whom one leads the other, and those who sell: what ties them together is drawn. */
const SELLERS = ['ana', 'bo', 'cleo', 'dan', 'eve'];
const HEADS = ['hal', 'ida'];
const PEOPLE = [...SELLERS, ...HEADS];
const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04'];

const ties = fc.record({
  seed: fc.nat(),
  contest: fc.constantFrom('none', 'all', 'of-each-team', 'short'),
  heads: fc.subarray(['team', 'override', 'race'] as const, { minLength: 1 }),
  groupCap: fc.boolean(),
  budget: fc.boolean(),
  gate: fc.boolean(),
  lead: fc.boolean(),
});
type Ties = typeof ties extends fc.Arbitrary<infer T> ? T : never;

const NOT_TIED = { budget: false, gate: false, lead: false, groupCap: false };
/** What a cap leaves changes by deals of others alone, and so does the place in a race that is over. */
const TOLD: readonly Ties[] = [
  { ...NOT_TIED, seed: 1944100441, contest: 'none', heads: ['team', 'race'], groupCap: true, budget: true },
  { ...NOT_TIED, seed: 19, contest: 'short', heads: ['override', 'race'], gate: true, lead: true },
];

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

async function companyOf(drawn: Ties): Promise<Made> {
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

/** Months of deals, some of them amended to another seller, split or cancelled; the first month is frozen. Where it begins. */
async function lived(made: Made, { seed }: Ties): Promise<string> {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly [T, ...T[]] | readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const amount = () => 1000 + 500 * Math.floor(random() * 24);
  const born = sound(await dealsOf(made.ledger, {})).asOf;
  const known: { id: string; on: string }[] = [];
  const row = ({ id, on }: (typeof known)[number]) => `${id},${pick(SELLERS)},${amount()}.00,USD,${on}`;
  for (const [at, month] of MONTHS.entries()) {
    made.at(`${month}-20T09:00:00Z`);
    const fresh = [1, 2, 3].map((each) => ({ id: `D-${at}${each}`, on: `${month}-${10 + Math.floor(random() * 18)}` }));
    const amended = known.filter(() => random() < 0.4);
    sound(await importRows(made, fresh.slice(0, 1).map(row)));
    sound(await openPeriod(made.ledger, month, OPS));
    sound(await importRows(made, [...fresh.slice(1), ...amended].map(row)));
    const shared = pick(fresh);
    const [one, other] = [pick(SELLERS.slice(0, 3)), pick(SELLERS.slice(3))];
    const shares = [
      { participant: one, share: '0.6' },
      { participant: other, share: '0.4' },
    ];
    const split = { source: 'csv', deal: shared.id, exception: `s${at}`, shares, expiresOn: null };
    const asked = await requestSplit(made.ledger, { ...split, reason: 'Worked together', evidence: ['mail'] }, OPS);
    if (!isProblem(asked)) {
      for (const { name } of await requests(made.ledger, { all: false })) {
        sound(await approve(made.ledger, name, FINANCE));
      }
    }
    known.push(...fresh);
    if (at === 2) {
      const cancel = { source: 'csv', deal: pick(known).id, cancelledOn: `${month}-28`, reason: 'Gone' };
      sound(await recordOnDeal(made.ledger, { type: 'CancelDeal', ...cancel }, OPS));
    }
    if (at === 0) {
      made.at('2026-02-02T09:00:00Z');
      await freeze(made.ledger, month);
    }
  }
  return born;
}

test('everybody told together is told as each is told alone, and as far as any event as the statement as of it', async () => {
  let [moves, looked] = [0, 0];
  await fc.assert(
    fc.asyncProperty(ties, async (drawn) => {
      const made = await companyOf(drawn);
      const from = await lived(made, drawn);
      const all = sound(await diff(made.ledger, { from }));
      for (const participant of PEOPLE) {
        const alone = sound(await diff(made.ledger, { from, participant }));
        expect(all.participants.filter((each) => each.participant === participant)).toEqual(alone.participants);
      }
      const positions = [
        ...new Set(all.participants.flatMap(({ periods }) => periods).flatMap(({ events }) => events)),
      ];
      const some = positions.map(({ position }) => position);
      for (const { participant, periods } of all.participants) {
        for (const { period, before, events, after } of periods) {
          moves += events.length;
          if (before.state === 'failed' || after.state === 'failed' || events.some(({ letIn }) => letIn !== null))
            continue;
          for (const asOf of some) {
            const statement = await statementOf(made.ledger, { participant, period, asOf });
            const soFar = events.filter(({ position }) => BigInt(position) <= BigInt(asOf));
            const total = soFar.reduce(
              (sum, { difference }) => add(sum, exact(difference ?? '0')),
              exact(before.total ?? '0'),
            );
            if (isProblem(statement)) continue;
            looked += 1;
            expect(toDecimalText(total, 2, 'half-up'), `${participant} ${period} as of ${asOf}`).toBe(
              statement.statement.total,
            );
          }
        }
      }
    }),
    { numRuns: 5, examples: TOLD.map((each) => [each]) },
  );
  expect(moves).toBeGreaterThan(50);
  expect(looked).toBeGreaterThan(50);
}, 120_000);
