import {
  addMoney,
  cmp,
  convert,
  equal,
  exact,
  fraction,
  isZero,
  type Money,
  MoneyError,
  money,
  negate,
  type Rate,
  round,
  roundDecimal,
  sumMoney,
  toText,
  ZERO,
} from '@ledger/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyExact } from './arbitrary.ts';

const usd = (amount: string) => money(amount, 'USD');

const anyUsd: fc.Arbitrary<Money> = fc
  .bigInt({ min: -(10n ** 14n), max: 10n ** 14n })
  .map((cents) => round(fraction(cents, 100n), 'USD', 'half-up'));

describe('money', () => {
  test.each([
    ['12.5', 'USD', '12.50'],
    ['-12', 'USD', '-12.00'],
    ['100.00', 'JPY', '100'],
    ['1.5', 'KWD', '1.500'],
    ['0.0000000', 'USD', '0.00'],
    ['999999999999999.99', 'USD', '999999999999999.99'],
  ])('%s %s has exactly the decimals of its currency: %s', (text, currency, amount) => {
    expect(money(text, currency)).toEqual({ amount, currency });
  });

  test.each([
    ['12.505', 'USD', '"12.505" has 3 decimals; USD has 2'],
    ['0.5', 'JPY', '"0.5" has 1 decimal; JPY has 0'],
    ['1,000.00', 'USD', '"1,000.00" has a thousands separator; write 1000.00'],
    ['1e999999999', 'USD', '"1e999999999" is in exponent notation; write the digits'],
    ['1', 'ZZZ', '"1" is in "ZZZ", which is not a currency of ISO 4217; write a code such as USD'],
  ])('%s %s is refused', (text, currency, message) => {
    expect(() => money(text, currency)).toThrow(message);
    expect(() => money(text, currency)).toThrow(MoneyError);
  });

  test('addition is that of exact numbers', () => {
    fc.assert(
      fc.property(anyUsd, anyUsd, (a, b) => {
        const total = addMoney(a, b);
        expect(BigInt(total.amount.replace('.', ''))).toBe(
          BigInt(a.amount.replace('.', '')) + BigInt(b.amount.replace('.', '')),
        );
        expect(money(total.amount, 'USD')).toEqual(total);
        expect(addMoney(total, negate(b))).toEqual(a);
      }),
    );
  });

  test('sums', () => {
    expect(sumMoney([], 'KWD')).toEqual(money('0', 'KWD'));
    expect(sumMoney([usd('0.10'), usd('0.20'), usd('-0.30')], 'USD')).toEqual(usd('0.00'));
    expect(negate(usd('0.00'))).toEqual(usd('0.00'));
    expect(negate(usd('-3.10'))).toEqual(usd('3.10'));
  });

  test('different currencies do not add up', () => {
    expect(() => addMoney(usd('1.00'), money('1.00', 'EUR'))).toThrow(
      '"EUR" cannot be added to "USD"; convert it with a recorded rate',
    );
    expect(() => sumMoney([usd('1.00')], 'EUR')).toThrow(MoneyError);
  });

  test('an amount that was not built by money() is not rounded unseen', () => {
    expect(() => addMoney(usd('1.00'), { amount: '0.005', currency: 'USD' })).toThrow('has 3 decimals; USD has 2');
    expect(() => negate({ amount: 'NaN', currency: 'USD' })).toThrow(MoneyError);
  });

  test('an amount outgrowing 15 digits throws instead of becoming unreadable', () => {
    expect(() => addMoney(usd('999999999999999.99'), usd('0.01'))).toThrow('more than 15 digits');
    expect(() => round(fraction(10n ** 15n, 1n), 'USD', 'half-up')).toThrow(MoneyError);
  });

  test('rounds once, by mode, to the unit of the currency', () => {
    expect(round(fraction(2n, 3n), 'USD', 'half-up')).toEqual(usd('0.67'));
    expect(round(exact('269.125'), 'USD', 'half-up')).toEqual(usd('269.13'));
    expect(round(exact('269.125'), 'USD', 'half-even')).toEqual(usd('269.12'));
    expect(round(exact('-269.125'), 'USD', 'half-up')).toEqual(usd('-269.13'));
    expect(round(exact('-0.004'), 'USD', 'half-up')).toEqual(usd('0.00'));
    expect(roundDecimal('-0.004', 'USD', 'half-up')).toEqual(usd('0.00'));
    expect(round(exact('2.5'), 'JPY', 'half-even')).toEqual(money('2', 'JPY'));
    expect(() => roundDecimal('1e5', 'USD', 'half-up')).toThrow(MoneyError);
  });
});

describe('conversion', () => {
  const rate: Rate = { base: 'EUR', quote: 'USD', rate: '1.0842' };

  test('multiplies in the recorded direction and divides in the other', () => {
    expect(toText(convert(exact('1000'), 'EUR', 'USD', rate))).toBe('1084.2');
    expect(toText(convert(exact('1084.2'), 'USD', 'EUR', rate))).toBe('1000');
    expect(toText(convert(exact('1'), 'USD', 'EUR', rate))).toBe('5000/5421');
  });

  test('there and back is the same value, and the sign and order are kept', () => {
    const anyRate = fc.bigInt({ min: 1n, max: 10n ** 18n }).map((n) => {
      const text = n.toString().padStart(13, '0');
      return { ...rate, rate: `${text.slice(0, -12)}.${text.slice(-12)}` };
    });
    fc.assert(
      fc.property(anyExact, anyExact, anyRate, (a, b, r) => {
        expect(equal(convert(convert(a, 'EUR', 'USD', r), 'USD', 'EUR', r), a)).toBe(true);
        expect(equal(convert(convert(a, 'USD', 'EUR', r), 'EUR', 'USD', r), a)).toBe(true);
        expect(cmp(convert(a, 'EUR', 'USD', r), convert(b, 'EUR', 'USD', r))).toBe(cmp(a, b));
      }),
    );
    expect(isZero(convert(ZERO, 'USD', 'EUR', rate))).toBe(true);
  });

  test.each([
    ['EUR', 'GBP', rate],
    ['GBP', 'USD', rate],
    ['EUR', 'EUR', rate],
    ['USD', 'USD', { base: 'USD', quote: 'USD', rate: '1' }],
    ['EUR', 'USD', { ...rate, rate: '0' }],
    ['EUR', 'USD', { ...rate, rate: '-1.1' }],
    ['EUR', 'USD', { ...rate, rate: '1,1' }],
    ['EUR', 'USD', { ...rate, rate: '1e5' }],
  ])('%s to %s by %o is refused', (from, to, r) => {
    expect(() => convert(exact('1'), from, to, r)).toThrow(MoneyError);
  });
});
