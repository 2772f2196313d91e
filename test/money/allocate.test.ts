import {
  abs,
  allocate,
  cmp,
  div,
  type Exact,
  exact,
  fraction,
  MoneyError,
  money,
  mul,
  negate,
  percent,
  round,
  sub,
  sum,
  sumMoney,
} from '@ledger/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const byKey = (shares: Record<string, string>) =>
  Object.entries(shares).map(([key, weight]) => ({ key, weight: percent(weight) }));

const parts = (amount: string, currency: string, shares: Record<string, string>) =>
  Object.fromEntries([...allocate(money(amount, currency), byKey(shares))].map(([key, part]) => [key, part.amount]));

const weight: fc.Arbitrary<Exact> = fc.oneof(
  fc.constantFrom(exact('1'), exact('0'), percent('50%'), percent('33.33%')),
  fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** 9n }), fc.bigInt({ min: 1n, max: 10n ** 6n }))
    .map(([n, d]) => fraction(n, d)),
);

const shares = fc
  .uniqueArray(fc.record({ key: fc.string({ minLength: 1, maxLength: 3 }), weight }), {
    selector: (share) => share.key,
    minLength: 1,
    maxLength: 12,
  })
  .filter((list) => list.some((share) => share.weight.n > 0n));

const total = fc
  .tuple(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.constantFrom('USD', 'JPY', 'KWD'))
  .map(([units, currency]) => round(fraction(units, 1000n), currency, 'half-up'));

const UNIT: Record<string, Exact> = { USD: exact('0.01'), JPY: exact('1'), KWD: exact('0.001') };

describe('worked cases', () => {
  // Source: moneyphp/money, doc/features/allocation.rst. There the leftover unit goes to whoever is listed first, so
  // 70/30 of 5 gives 4 and 1 but 30/70 gives 2 and 3. Here both people have the same remainder, and the key decides.
  test('5 minor units by 70/30 are the same for the same people in any order', () => {
    expect(parts('5', 'JPY', { ann: '70%', bob: '30%' })).toEqual({ ann: '4', bob: '1' });
    expect(parts('5', 'JPY', { bob: '30%', ann: '70%' })).toEqual({ ann: '4', bob: '1' });
    expect(parts('5', 'JPY', { ann: '30%', bob: '70%' })).toEqual({ ann: '2', bob: '3' });
  });

  test('8.00 in three equal parts is 2.67, 2.67, 2.66', () => {
    expect(parts('8.00', 'USD', { a: '1', b: '1', c: '1' })).toEqual({ a: '2.67', b: '2.67', c: '2.66' });
  });

  test('the largest remainder wins over the key', () => {
    expect(parts('0.10', 'USD', { a: '1', b: '1', c: '4' })).toEqual({ a: '0.02', b: '0.02', c: '0.06' });
    expect(parts('0.05', 'USD', { a: '1', z: '3' })).toEqual({ a: '0.01', z: '0.04' });
  });

  test('ties go by code unit, not by what a language thinks comes first', () => {
    expect(parts('0.01', 'USD', { a: '1', B: '1' })).toEqual({ B: '0.01', a: '0.00' });
    expect(parts('0.01', 'USD', { é: '1', z: '1' })).toEqual({ z: '0.01', é: '0.00' });
  });

  test('who has no share gets nothing', () => {
    expect(parts('0.05', 'USD', { a: '0', b: '1', c: '1' })).toEqual({ a: '0.00', b: '0.03', c: '0.02' });
  });
});

describe('always', () => {
  test('the parts sum to the total', () => {
    fc.assert(
      fc.property(total, shares, (amount, list) => {
        expect(sumMoney(allocate(amount, list).values(), amount.currency)).toEqual(amount);
      }),
    );
  });

  test('the order of the list changes nothing, not even the order of the answer', () => {
    const shuffled = shares.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
    );
    fc.assert(
      fc.property(total, shuffled, (amount, [list, other]) => {
        expect([...allocate(amount, other)]).toEqual([...allocate(amount, list)]);
      }),
    );
  });

  test('each part is within one minor unit of its exact share', () => {
    fc.assert(
      fc.property(total, shares, (amount, list) => {
        const all = sum(list.map((share) => share.weight));
        const given = allocate(amount, list);
        for (const share of list) {
          const ideal = div(mul(exact(amount.amount), share.weight), all);
          const off = abs(sub(exact(given.get(share.key)?.amount ?? ''), ideal));
          expect(cmp(off, UNIT[amount.currency] ?? exact('0'))).toBe(-1);
        }
      }),
    );
  });

  test('a negative total is the exact mirror', () => {
    fc.assert(
      fc.property(total, shares, (amount, list) => {
        const mirrored = [...allocate(negate(amount), list)].map(([key, part]) => [key, negate(part)]);
        expect(mirrored).toEqual([...allocate(amount, list)]);
      }),
    );
  });

  test('only the proportion of the weights counts', () => {
    fc.assert(
      fc.property(total, shares, fc.bigInt({ min: 1n, max: 10n ** 9n }), (amount, list, k) => {
        const scaled = list.map((share) => ({ ...share, weight: mul(share.weight, fraction(k, 7n)) }));
        expect([...allocate(amount, scaled)]).toEqual([...allocate(amount, list)]);
      }),
    );
  });
});

test.each([
  ['nobody', []],
  ['all shares zero', byKey({ a: '0', b: '0' })],
  ['a negative share', byKey({ a: '2', b: '-1' })],
  ['a key twice', [...byKey({ a: '1', b: '1' }), ...byKey({ a: '2' })]],
])('%s is refused', (_, list) => {
  expect(() => allocate(money('1.00', 'USD'), list)).toThrow(MoneyError);
});
