import { settle } from '@ledger/calculation';
import type { DrawClause, PayClause, Statement } from '@ledger/events';
import { statement as statementSchema } from '@ledger/events';
import { abs, add, cmp, type Exact, equal, exact, isZero, max, min, sub, sum, ZERO } from '@ledger/money';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cancel, deal, type Given } from './given.ts';
import { seller } from './seller.ts';

/** Clauses about the person and the payment, settled over months that are frozen one after the other (mechanics §10, §12, §20, §21). */

const DRAW: DrawClause = {
  name: 'draw',
  kind: 'recoverable',
  amount: '2000.00',
  every: 'month',
  from: null,
  until: null,
  months: null,
  part: 'days',
  protectFloor: true,
  recover: '100%',
  recoverFrom: null,
  mostOwed: null,
  atEnd: 'recover',
  onLeaving: 'as-usual',
};
const PAY: PayClause = {
  every: 'period',
  minimum: null,
  always: ['year-end', 'termination', 'underpayment'],
  negative: 'carry',
  negativeMinimum: null,
  recover: { share: '100%', atLeast: null, instalment: null, onLeaving: 'in-full' },
  writeOffUnder: null,
};

const MONTHS = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'].map((month) => `2026-${month}`);

/** Statements of the year, each frozen before the next; a deal may be cancelled after its month is frozen. */
function year(
  ledger: Given,
  sales: readonly (readonly [cents: number, cancelledIn: number | null])[],
): readonly Statement[] {
  return MONTHS.slice(0, sales.length).map((month, at) => {
    for (const [earlier, [, cancelledIn]] of sales.entries()) {
      if (cancelledIn === at && earlier < at) cancel(ledger, `D-${earlier}`, `${month}-03`);
    }
    const [cents = 0] = sales[at] ?? [];
    if (cents !== 0) deal(ledger, { deal: `D-${at}`, closedOn: `${month}-15`, amount: (cents / 100).toFixed(2) });
    const statement = ledger.statement('ada', month);
    ledger.freeze(month);
    return statement;
  });
}

const amountsOf = (statements: readonly Statement[], step: string): Exact =>
  sum(
    statements.flatMap(({ lines }) =>
      lines.flatMap((line) => (line.kind === 'settlement' && line.step === step ? [exact(line.amount)] : [])),
    ),
  );
const closing = (statements: readonly Statement[], kind: string): Exact =>
  sum((statements.at(-1)?.balances ?? []).flatMap((each) => (each.balance === kind ? [exact(each.closing)] : [])));
const due = ({ lines }: Statement): Exact =>
  sum(lines.flatMap((line) => (line.kind === 'settlement' ? [] : [exact(line.amount)])));

const cents = fc.integer({ min: -300_000, max: 500_000 });
const sales = fc.array(fc.tuple(cents, fc.option(fc.integer({ min: 1, max: 11 }))), { minLength: 1, maxLength: 12 });
const share = fc.constantFrom('100%', '50%', '33.3%', '7%');
const money = fc.integer({ min: 1, max: 400_000 }).map((value) => (value / 100).toFixed(2));
const drawTerms: fc.Arbitrary<DrawClause> = fc.record({
  name: fc.constant('draw'),
  kind: fc.constant('recoverable' as const),
  amount: money,
  every: fc.constantFrom('month', 'quarter', 'half'),
  from: fc.option(fc.constantFrom('2026-01-01', '2026-02-10', '2026-05-01')),
  until: fc.option(fc.constantFrom('2026-06-15', '2026-08-01')),
  months: fc.constant(null),
  part: fc.constantFrom('days', 'whole'),
  protectFloor: fc.boolean(),
  recover: share,
  recoverFrom: fc.option(fc.constant('2026-04-10')),
  mostOwed: fc.option(money),
  atEnd: fc.constantFrom('recover', 'forgive'),
  onLeaving: fc.constantFrom('as-usual', 'in-full', 'forgive'),
});
const payTerms: fc.Arbitrary<PayClause> = fc.record({
  every: fc.constantFrom('period', 'quarter', 'year'),
  minimum: fc.option(money),
  always: fc.subarray(['year-end', 'termination', 'underpayment'] as const).map((list) => [...list]),
  negative: fc.constantFrom('carry', 'pay'),
  negativeMinimum: fc.option(money),
  recover: fc.record({
    share,
    atLeast: fc.option(money),
    instalment: fc.option(money),
    onLeaving: fc.constantFrom('in-full', 'as-usual'),
  }),
  writeOffUnder: fc.option(money),
});

describe('whatever is earned', () => {
  test('§21.6: what was advanced was paid back, is owed, or was forgiven', () => {
    fc.assert(
      fc.property(fc.array(drawTerms, { minLength: 1, maxLength: 3 }), sales, (draws, sold) => {
        const named = draws.map((each, at) => ({ ...each, name: `draw-${at}` }));
        const statements = year(seller({ draws: named }), sold);
        const advanced = amountsOf(statements, 'draw');
        const kept = add(closing(statements, 'owed'), closing(statements, 'forgiven'));
        expect(equal(advanced, sub(kept, amountsOf(statements, 'draw-recovered')))).toBe(true);
        for (const { balances = [] } of statements) {
          for (const { balance, closing: left, of } of balances) {
            const most = named.find(({ name }) => name === of)?.mostOwed ?? null;
            if (balance !== 'owed') continue;
            expect(cmp(exact(left), ZERO)).toBeGreaterThanOrEqual(0);
            if (most !== null) expect(cmp(exact(left), exact(most))).toBeLessThanOrEqual(0);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('what was due was paid, is deferred or carried, is to be recovered, or was written off', () => {
    fc.assert(
      fc.property(payTerms, sales, (pay, sold) => {
        const statements = year(seller({ pay }), sold);
        const paid = sum(statements.map(({ total }) => exact(total)));
        const later = add(closing(statements, 'deferred'), closing(statements, 'carried'));
        const tooMuch = add(closing(statements, 'to-recover'), closing(statements, 'written-off'));
        expect(equal(sum(statements.map(due)), add(paid, sub(later, tooMuch)))).toBe(true);
        for (const each of statements) {
          expect(statementSchema.safeParse(each).error).toBeUndefined();
          const total = sum(each.lines.map(({ amount }) => exact(amount)));
          expect(equal(total, exact(each.total))).toBe(true);
          if (pay.negative === 'carry') expect(cmp(exact(each.total), ZERO)).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('one draw alone is mechanics §10 to the letter', () => {
    fc.assert(
      fc.property(fc.boolean(), share, sales, (protectFloor, recover, sold) => {
        const ledger = seller({ draws: [{ ...DRAW, protectFloor, recover }] });
        let owed = ZERO;
        const d = exact('2000');
        const p = exact((Number(recover.slice(0, -1)) / 100).toFixed(3));
        for (const each of year(ledger, sold)) {
          const e = due(each);
          const advance = max(ZERO, sub(d, e));
          const back = min(owed, times(p, max(ZERO, protectFloor ? sub(e, d) : e)));
          owed = sub(add(owed, advance), back);
          expect(equal(exact(each.total), sub(add(e, advance), back))).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('a statement as it stands is the statement that is frozen', () => {
    fc.assert(
      fc.property(drawTerms, payTerms, fc.array(cents, { minLength: 3, maxLength: 6 }), (draw, pay, sold) => {
        const frozen = seller({ draws: [draw], pay });
        const open = seller({ draws: [draw], pay });
        const statements = year(
          frozen,
          sold.map((each) => [each, null] as const),
        );
        for (const [at, each] of sold.entries()) {
          if (each !== 0)
            deal(open, { deal: `D-${at}`, closedOn: `${MONTHS[at]}-15`, amount: (each / 100).toFixed(2) });
        }
        const last = settle(open.history('ada'), MONTHS[sold.length - 1] ?? '');
        expect('statement' in last && last.statement).toEqual(statements.at(-1));
      }),
      { numRuns: 30 },
    );
  });
});

/** To the cent, half up. */
function times(a: Exact, b: Exact): Exact {
  const scaled = (a.n * b.n * 100n * 2n + a.d * b.d) / (a.d * b.d * 2n);
  return exact(`${scaled / 100n}.${String(scaled % 100n).padStart(2, '0')}`);
}

test('a plan without clauses has no balances and no lines of settlement', () => {
  const statements = year(seller({}), [
    [-10_000, null],
    [20_000, null],
  ]);
  expect(statements.map(({ total }) => total)).toEqual(['-100.00', '200.00']);
  expect(statements.every((each) => !('balances' in each))).toBe(true);
  expect(isZero(abs(amountsOf(statements, 'recovery')))).toBe(true);
});

test('a limit keeps the pay of a period whole but for its share, whatever the corrections', () => {
  const ledger = seller({ pay: { ...PAY, recover: { ...PAY.recover, share: '25%' } } });
  const statements = year(ledger, [
    [300_000, 1],
    [400_000, null],
    [40_000, null],
  ]);
  expect(statements.map(({ total }) => total)).toEqual(['3000.00', '3000.00', '300.00']);
});
