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
import { FINANCE, freeze, importRows, type Made, OPS, sound } from '../support/company.ts';
import { companyOf, MONTHS, PEOPLE, SELLERS, type Ties, ties } from '../support/tied.ts';

const NOT_TIED = { budget: false, gate: false, lead: false, groupCap: false };
/** What a cap leaves changes by deals of others alone, and so does the place in a race that is over. */
const TOLD: readonly Ties[] = [
  { ...NOT_TIED, seed: 1944100441, contest: 'none', heads: ['team', 'race'], groupCap: true, budget: true },
  { ...NOT_TIED, seed: 19, contest: 'short', heads: ['override', 'race'], gate: true, lead: true },
];

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
