import {
  type Increment,
  increment,
  NOTHING,
  type PlanBand,
  type Rating,
  type Section,
  type Table,
  tableOf,
  totalPay,
} from '@ledger/calculation';
import { add, cmp, type Exact, equal, exact, fraction, mul, ONE, sub, sum, toText, ZERO } from '@ledger/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

type Written = readonly [from: string, rate: string, retroactive?: boolean];

function band([from, rate, retroactive = false]: Written): PlanBand {
  return {
    from: exact(from),
    to: null,
    pays: { by: 'share', rate: exact(rate) },
    lump: null,
    forEach: null,
    retroactive,
    gate: null,
  };
}

function table(bands: readonly Written[], hitIsUpper = true): Table {
  return tableOf(bands.map(band), hitIsUpper, false);
}

function rating(of: Table): Rating {
  return {
    read: 'table',
    table: of,
    curve: null,
    whole: ONE,
    rateAt: 'after',
    threshold: null,
    place: null,
    columns: null,
  };
}

/** What an amount on top of another is paid. */
function added(of: Table, at: Exact, amount: Exact): Increment {
  return increment(rating(of), { ...NOTHING, at }, { measured: amount, paid: amount });
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
interface Drawn {
  readonly bands: readonly PlanBand[];
  readonly hitIsUpper: boolean;
}
const drawn = fc
  .record({
    bounds: fc.uniqueArray(fc.integer({ min: 1, max: 100_000 }), { maxLength: 5 }),
    rates: fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.boolean()), { minLength: 6, maxLength: 6 }),
    hitIsUpper: fc.boolean(),
  })
  .map(({ bounds, rates, hitIsUpper }): Drawn => {
    const one = (bound: number, index: number): PlanBand => {
      const [rate, retroactive] = rates[index] ?? [0, false];
      return { ...band([String(bound), '0']), pays: { by: 'share', rate: fraction(BigInt(rate), 100n) }, retroactive };
    };
    const above = [...bounds].sort((a, b) => a - b).map((bound, index) => one(bound, index + 1));
    return { bands: [one(0, 0), ...above], hitIsUpper };
  });
const made = ({ bands, hitIsUpper }: Drawn) => tableOf(bands, hitIsUpper, false);
const anyTable = drawn.map(made);
const marginal = drawn.map((each) => made({ ...each, bands: each.bands.map((of) => ({ ...of, retroactive: false })) }));
const retroactive = drawn.map((each) =>
  made({ ...each, bands: each.bands.map((of) => ({ ...of, retroactive: true })) }),
);
const rateOf = ({ pays }: Section) => pays?.rate ?? ZERO;

describe('mechanics §21', () => {
  test('2: a marginal table pays the sum of its parts, by the formula of §1.1', () => {
    fc.assert(
      fc.property(marginal, cents(20_000_000), (of, amount) => {
        const parts = of.sections.map((section) => {
          const to = section.to === null || cmp(amount, section.to) < 0 ? amount : section.to;
          return cmp(to, section.from) > 0 ? mul(rateOf(section), sub(to, section.from)) : ZERO;
        });
        expect(equal(totalPay(of, amount), sum(parts))).toBe(true);
      }),
    );
  });

  test('2: C(x + y | A) = C(x | A) + C(y | A + x), for every table', () => {
    fc.assert(
      fc.property(anyTable, cents(20_000_000), cents(20_000_000), cents(20_000_000), (of, before, x, y) => {
        const both = added(of, before, add(x, y)).total;
        expect(equal(both, add(added(of, before, x).total, added(of, add(before, x), y).total))).toBe(true);
      }),
    );
  });

  test('3: a retroactive table pays r(final) · A', () => {
    fc.assert(
      fc.property(retroactive, fc.array(cents(5_000_000), { minLength: 1, maxLength: 8 }), (of, amounts) => {
        let before = ZERO;
        let paid = ZERO;
        for (const amount of amounts) {
          paid = add(paid, added(of, before, amount).total);
          before = add(before, amount);
        }
        const reached = of.sections.findLast(
          ({ from }) => cmp(from, before) < 0 || (of.hitIsUpper && equal(from, before)),
        );
        expect(equal(paid, mul(rateOf(reached ?? of.sections[0]), before))).toBe(true);
      }),
    );
  });

  test('4: a reversal is the exact negative, whatever it crosses', () => {
    fc.assert(
      fc.property(anyTable, cents(20_000_000), cents(20_000_000), (of, before, x) => {
        const there = added(of, before, x);
        const back = added(of, add(before, x), { n: -x.n, d: x.d });
        expect(equal(add(there.total, back.total), ZERO)).toBe(true);
      }),
    );
  });

  test('the parts and the catch-up of an increment add up to it', () => {
    fc.assert(
      fc.property(anyTable, cents(20_000_000), cents(40_000_000), (of, before, to) => {
        const { total, parts, catchUp } = added(of, before, sub(to, before));
        const shown = [...parts.map(({ pays }) => pays), ...(catchUp === null ? [] : [catchUp.amount])];
        expect(equal(sum(shown), total)).toBe(true);
      }),
    );
  });
});
