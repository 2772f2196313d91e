import { increment, type Table, totalPay } from '@ledger/calculation';
import { add, cmp, type Exact, equal, exact, fraction, mul, sub, sum, toText, ZERO } from '@ledger/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

function table(
  bands: readonly (readonly [from: string, rate: string, retroactive?: boolean])[],
  hitIsUpper = true,
): Table {
  const [first, ...rest] = bands.map(([from, rate, retroactive = false]) => ({
    from: exact(from),
    rate: exact(rate),
    retroactive,
  }));
  if (first === undefined) throw new Error('a table has a band');
  return { bands: [first, ...rest], hitIsUpper };
}

const pay = (of: Table, amount: string) => toText(totalPay(of, exact(amount)));

describe('what a table pays in all', () => {
  const mixed = table([
    ['0', '0.05'],
    ['50', '0.1', true],
    ['100', '0.2'],
    ['200', '0.3', true],
    ['300', '0.4'],
  ]);

  test.each([
    ['-10', '-0.5'],
    ['0', '0'],
    ['49.99', '2.4995'],
    ['50', '5'],
    ['100', '10'],
    ['150', '20'],
    ['199.99', '29.998'],
    ['200', '60'],
    ['300', '90'],
    ['400', '130'],
  ])('%s pays %s when some bands are retroactive', (amount, pays) => expect(pay(mixed, amount)).toBe(pays));

  test('a hit on a bound is of the lower band when the plan says so', () => {
    const lower = { ...mixed, hitIsUpper: false };
    expect([pay(lower, '50'), pay(lower, '50.01'), pay(lower, '200'), pay(lower, '0')]).toEqual([
      '2.5',
      '5.001',
      '30',
      '0',
    ]);
  });

  test('declining rates are a table like any other', () => {
    expect(
      pay(
        table([
          ['0', '0.1'],
          ['100', '0.02'],
        ]),
        '150',
      ),
    ).toBe('11');
  });
});

const cents = (most: number) => fc.bigInt(0n, BigInt(most)).map((n): Exact => ({ n, d: 100n }));
const anyTable = fc
  .record({
    bounds: fc.uniqueArray(fc.integer({ min: 1, max: 100_000 }), { maxLength: 5 }),
    rates: fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.boolean()), { minLength: 6, maxLength: 6 }),
    hitIsUpper: fc.boolean(),
  })
  .map(({ bounds, rates, hitIsUpper }): Table => {
    const band = (bound: number, index: number) => {
      const [rate, retroactive] = rates[index] ?? [0, false];
      return { from: fraction(BigInt(bound), 1n), rate: fraction(BigInt(rate), 100n), retroactive };
    };
    const above = [...bounds].sort((a, b) => a - b).map((bound, index) => band(bound, index + 1));
    return { bands: [band(0, 0), ...above], hitIsUpper };
  });
const marginal = anyTable.map(({ bands: [first, ...rest], hitIsUpper }): Table => {
  const off = (band: Table['bands'][0]) => ({ ...band, retroactive: false });
  return { bands: [off(first), ...rest.map(off)], hitIsUpper };
});
const retroactive = anyTable.map(({ bands: [first, ...rest], hitIsUpper }): Table => {
  const on = (band: Table['bands'][0]) => ({ ...band, retroactive: true });
  return { bands: [on(first), ...rest.map(on)], hitIsUpper };
});

describe('mechanics §21', () => {
  test('2: a marginal table pays the sum of its parts, by the formula of §1.1', () => {
    fc.assert(
      fc.property(marginal, cents(20_000_000), (of, amount) => {
        const parts = of.bands.map(({ from, rate }, index) => {
          const upper = of.bands[index + 1]?.from;
          const to = upper === undefined || cmp(amount, upper) < 0 ? amount : upper;
          return cmp(to, from) > 0 ? mul(rate, sub(to, from)) : ZERO;
        });
        expect(equal(totalPay(of, amount), sum(parts))).toBe(true);
      }),
    );
  });

  test('2: C(x + y | A) = C(x | A) + C(y | A + x), for every table', () => {
    fc.assert(
      fc.property(anyTable, cents(20_000_000), cents(20_000_000), cents(20_000_000), (of, before, x, y) => {
        const both = increment(of, before, add(x, y)).total;
        expect(equal(both, add(increment(of, before, x).total, increment(of, add(before, x), y).total))).toBe(true);
      }),
    );
  });

  test('3: a retroactive table pays r(final) · A', () => {
    fc.assert(
      fc.property(retroactive, fc.array(cents(5_000_000), { minLength: 1, maxLength: 8 }), (of, amounts) => {
        let before = ZERO;
        let paid = ZERO;
        for (const amount of amounts) {
          paid = add(paid, increment(of, before, amount).total);
          before = add(before, amount);
        }
        const reached = of.bands.findLast(
          ({ from }) => cmp(from, before) < 0 || (of.hitIsUpper && equal(from, before)),
        );
        expect(equal(paid, mul((reached ?? of.bands[0]).rate, before))).toBe(true);
      }),
    );
  });

  test('4: a reversal is the exact negative, whatever it crosses', () => {
    fc.assert(
      fc.property(anyTable, cents(20_000_000), cents(20_000_000), (of, before, x) => {
        const there = increment(of, before, x);
        const back = increment(of, add(before, x), { n: -x.n, d: x.d });
        expect(equal(add(there.total, back.total), ZERO)).toBe(true);
      }),
    );
  });

  test('the parts and the catch-up of an increment add up to it', () => {
    fc.assert(
      fc.property(anyTable, cents(20_000_000), cents(40_000_000), (of, before, to) => {
        const { total, parts, catchUp } = increment(of, before, sub(to, before));
        const shown = [...parts.map(({ pays }) => pays), ...(catchUp === null ? [] : [catchUp.amount])];
        expect(equal(sum(shown), total)).toBe(true);
      }),
    );
  });
});
