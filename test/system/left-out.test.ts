import { exceptionRegister, openPeriod, requestRelief, requestSplit, revoke, statementOf } from '@ledger/application';
import { isProblem, seededRandom } from '@ledger/kernel';
import { exact, sub, toDecimalText } from '@ledger/money';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { approveAll, defineText, FINANCE, freeze, importRows, type Made, OPS, sound } from '../support/company.ts';
import { companyOf, MONTHS, PEOPLE, SELLERS, type Ties, ties } from '../support/tied.ts';

const COMMON = { reason: 'Agreed', evidence: ['mail'], scope: 'this', expiresOn: null };
const RELIEF = {
  kind: 'other',
  from: '2026-01-01',
  to: '2026-04-01',
  basis: { by: 'amount', amount: '3000' },
} as const;

/** Months of deals and of decisions, all but the last one frozen; `leaving`: the decision that nobody takes. */
async function lived(made: Made, { seed }: Ties, leaving: string | null): Promise<void> {
  const { ledger } = made;
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const amount = () => 1000 + 500 * Math.floor(random() * 24);
  const known: { id: string; on: string }[] = [];
  const row = ({ id, on }: (typeof known)[number]) => `${id},${pick(SELLERS)},${amount()}.00,USD,${on}`;
  const taken: string[] = [];
  const decide = async (name: string, ask: () => Promise<unknown>) => {
    if (name === leaving) return;
    const asked = await ask();
    if (isProblem(asked)) throw new Error(asked.message);
    await approveAll(ledger);
  };
  const split = new Set<string>();
  for (const [at, month] of MONTHS.entries()) {
    made.at(`${month}-20T09:00:00Z`);
    sound(await openPeriod(ledger, month, OPS));
    const fresh = [1, 2, 3, 4].map((each) => ({
      id: `D-${at}${each}`,
      on: `${month}-${10 + Math.floor(random() * 18)}`,
    }));
    const amended = known.filter(() => random() < 0.2);
    sound(await importRows(made, [...fresh, ...amended].map(row)));
    known.push(...fresh);
    for (const each of [0, 1]) {
      const deal = pick(known.filter(({ id }) => !split.has(id))).id;
      split.add(deal);
      const shares = [
        { participant: pick(SELLERS.slice(0, 3)), share: '0.6' },
        { participant: pick(SELLERS.slice(3)), share: '0.4' },
      ];
      const exception = `s${at}${each}`;
      const ask = { source: 'csv', deal, exception, shares, ...COMMON };
      await decide(`split/csv.${deal}/${exception}`, () => requestSplit(ledger, ask, OPS));
      if (at === 0) taken.push(`split/csv.${deal}/${exception}`);
    }
    const participant = pick(PEOPLE);
    const relief = { participant, metric: 'bookings', year: 2026, relief: `r${at}`, ...RELIEF, ...COMMON };
    await decide(`relief/${participant}.bookings.2026/r${at}`, () => requestRelief(ledger, relief, OPS));
    const held = `exception: hold\nname: h${at}\nparticipant: ${pick(PEOPLE)}\nfrom: ${month}-01\nexpires: 2026-03-15`;
    const bonus = `exception: adjustment\nname: a${at}\nparticipant: ${pick(PEOPLE)}\nperiod: ${month}\namount: 77.00`;
    for (const asked of at === 1 ? [held, bonus] : []) {
      const [, name, whose] = asked.split('\n').map((line) => line.split(': ')[1]);
      await decide(`exception/${whose}.${name}`, () => defineText(ledger, `${asked}\nreason: Audit\nevidence: [Memo]`));
    }
    const [first = ''] = taken;
    if (at === 2 && first !== leaving) sound(await revoke(ledger, first, 'It was not so', FINANCE));
    if (month === MONTHS.at(-1)) continue;
    made.at(`${MONTHS[at + 1]}-02T09:00:00Z`);
    await freeze(ledger, month);
  }
}

async function totalsOf({ ledger }: Made): Promise<ReadonlyMap<`${string} ${string}`, string | null>> {
  const totals = new Map<`${string} ${string}`, string | null>();
  for (const participant of PEOPLE) {
    for (const period of MONTHS) {
      const answer = await statementOf(ledger, { participant, period });
      totals.set(`${participant} ${period}`, isProblem(answer) ? null : answer.statement.total);
    }
  }
  return totals;
}

test('what a decision moves is what a ledger in which nobody took it says otherwise', async () => {
  let moved = 0;
  await fc.assert(
    fc.asyncProperty(ties, async (drawn) => {
      const made = await companyOf(drawn);
      await lived(made, drawn, null);
      const is = await totalsOf(made);
      const { exceptions } = sound(await exceptionRegister(made.ledger, {}));
      for (const { name, moves } of exceptions.filter((_, at) => (at + drawn.seed) % 4 === 0)) {
        const other = await companyOf(drawn);
        await lived(other, drawn, name);
        const told = moves.flatMap(({ participant, periods }) =>
          periods.flatMap((each) =>
            each.difference === null ? [] : [[`${participant} ${each.period}`, each] as const],
          ),
        );
        const by = new Map(told);
        moved += told.length;
        for (const [key, without] of await totalsOf(other)) {
          const total = is.get(key) ?? null;
          if (total === null || without === null) continue;
          const each = by.get(key);
          const difference = toDecimalText(sub(exact(total), exact(without)), 2, 'half-up');
          expect(each?.difference ?? '0.00', `${name}: ${key}`).toBe(difference);
          if (each !== undefined) expect([each.with ?? '0.00', each.without]).toEqual([total, without]);
        }
      }
    }),
    { numRuns: 3 },
  );
  expect(moved).toBeGreaterThan(20);
}, 120_000);
