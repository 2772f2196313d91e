import { checkAmount, checkDecimal, DECIMAL, exact, MoneyError, PERCENT, percent, toText } from '@ledger/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalText } from './arbitrary.ts';

const ok = (value: string) => ({ ok: true, value });
const no = (why: string) => ({ ok: false, why });

const HOSTILE: readonly (readonly [text: string, why: string])[] = [
  ['', 'is empty; write a number such as 1000.00'],
  ['   ', 'is empty; write a number such as 1000.00'],
  [' 1', 'has spaces around it; leave them out'],
  ['1 ', 'has spaces around it; leave them out'],
  ['1\n', 'has spaces around it; leave them out'],
  ['1\u00a0', 'has spaces around it; leave them out'],
  ['\ufeff1', 'has spaces around it; leave them out'],
  ['NaN', 'is not a number; write digits such as 1000.00'],
  ['Infinity', 'is not a number; write digits such as 1000.00'],
  ['-Infinity', 'is not a number; write digits such as 1000.00'],
  ['null', 'is not a number; write digits such as 1000.00'],
  ['N/A', 'is not a number; write digits such as 1000.00'],
  ['--1', 'is not a number; write digits such as 1000.00'],
  ['-', 'is not a number; write digits such as 1000.00'],
  ['.', 'is not a number; write digits such as 1000.00'],
  ['1.2.3', 'is not a number; write digits such as 1000.00'],
  ['1\u0000', 'is not a number; write digits such as 1000.00'],
  ['1e999999999', 'is in exponent notation; write the digits'],
  ['1E+05', 'is in exponent notation; write the digits'],
  ['1.23457E+17', 'is in exponent notation; write the digits'],
  ['0x10', 'is in hexadecimal; write decimal digits'],
  ['#REF!', 'is a spreadsheet error (#REF!); correct the cell in the source'],
  ['#N/A', 'is a spreadsheet error (#N/A); correct the cell in the source'],
  ['#DIV/0!', 'is a spreadsheet error (#DIV/0!); correct the cell in the source'],
  ['١٢٣', 'has digits that are not 0-9; write it in 0-9'],
  ['１２３', 'has digits that are not 0-9; write it in 0-9'],
  ['1٢3', 'has digits that are not 0-9; write it in 0-9'],
  ['−5', 'has a minus sign that is not "-"; use the hyphen of the keyboard'],
  ['+1', 'has a plus sign; leave it out'],
  ['(1000.00)', 'puts negatives in brackets; use a leading minus'],
  ['12.50-', 'has its minus at the end; use a leading minus'],
  ['8%', 'has a percent sign; write the number alone'],
  ['$1000', 'names its currency; write the number alone'],
  ['1000 EUR', 'names its currency; write the number alone'],
  ['USD 1000', 'names its currency; write the number alone'],
  ['1,000.00', 'has a thousands separator; write 1000.00'],
  ['1,234.5', 'has a thousands separator; write 1234.5'],
  ['-1,234,567', 'has a thousands separator; write -1234567'],
  ['12,34,567.00', 'has a thousands separator; write 1234567.00'],
  ["1'000", 'has a thousands separator; write 1000'],
  ['1 000', 'has a thousands separator; write 1000'],
  ['1\u202f000.5', 'has a thousands separator; write 1000.5'],
  ['1_000', 'has a thousands separator; write 1000'],
  ['1,234', 'has a thousands separator or a decimal comma; write 1234 or 1.234'],
  ['1.234,56', 'has a decimal comma; write 1234.56'],
  ['12,5', 'has a decimal comma; write 12.5'],
  ['0,125', 'has a decimal comma; write 0.125'],
  ['-0', 'is minus zero; write 0'],
  ['-0.00', 'is minus zero; write 0'],
  ['00.1', 'has leading zeros; leave them out'],
  ['-007', 'has leading zeros; leave them out'],
  ['.5', 'has no digit before the point; write 0.5'],
  ['-.5', 'has no digit before the point; write -0.5'],
  ['5.', 'has no digit after the point; write 5'],
  ['1234567890123456', 'has more than 15 digits before the point; split it or check the source'],
  ['0.1234567890123', 'has more than 12 digits after the point; round it in the source'],
];

describe('hostile texts are refused before a number library sees them', () => {
  test.each(HOSTILE)('%j %s', (text, why) => {
    expect(DECIMAL.test(text)).toBe(false);
    expect(checkDecimal(text)).toEqual(no(why));
    expect(checkAmount(text, 'USD')).toEqual(no(why));
    expect(() => exact(text)).toThrow(MoneyError);
    if (text !== '8%') {
      expect(PERCENT.test(text)).toBe(false);
      expect(PERCENT.test(`${text}%`)).toBe(false);
    }
  });

  test('the number that a reason proposes is itself accepted', () => {
    const proposed = HOSTILE.map(([, why]) => why.match(/; write (-?[0-9]\S*)(?: or (\S+))?$/)).filter(
      (m) => m !== null,
    );
    expect(proposed.length).toBeGreaterThan(10);
    for (const [, first, second] of proposed) {
      for (const text of [first, second]) if (text !== undefined) expect(text).toMatch(DECIMAL);
    }
  });

  test.each([
    ['digits', '9'.repeat(1_000_000), 'has more than 15 digits before the point; split it or check the source'],
    ['zeros', `0.${'0'.repeat(200_000)}1`, 'is 200003 characters long; write at most 29'],
    ['minus zero', `-0.${'0'.repeat(1_000_000)}`, 'is 1000003 characters long; write at most 29'],
    ['commas', '1,000'.repeat(200_000), 'is 1000000 characters long; write at most 29'],
    ['spaces', ' '.repeat(1_000_000), 'is 1000000 characters long; write at most 29'],
  ])('a million %s are refused without being read', (_, text, why) => {
    // A thousand times: work that grows with the text would not end within the test's limit.
    for (let times = 0; times < 1000; times += 1) {
      expect(DECIMAL.test(text) || PERCENT.test(text)).toBe(false);
      expect(checkDecimal(text)).toEqual(no(why));
    }
  });

  test('whatever the text, the check answers and agrees with the pattern', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.string({ unit: fc.constantFrom(..."0123456789.,-+eE%()_' #$"), maxLength: 40 }),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const checked = checkDecimal(text);
        expect(checked.ok).toBe(DECIMAL.test(text));
        if (!checked.ok) expect(checked.why).toMatch(/^(is|has|puts|names) .+; .+$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('accepted texts', () => {
  test('a decimal is kept as given and keeps its value', () => {
    fc.assert(
      fc.property(decimalText, (text) => {
        expect(checkDecimal(text)).toEqual(ok(text));
        expect(toText(percent(text))).toBe(toText(exact(text)));
        expect(PERCENT.test(`${text}%`)).toBe(true);
      }),
    );
  });

  test('the limits are 15 digits before the point and 12 after', () => {
    expect(checkDecimal('-999999999999999.999999999999')).toEqual(ok('-999999999999999.999999999999'));
  });
});

describe('amounts', () => {
  test.each([
    ['12.5', 'USD', ok('12.5')],
    ['12.50', 'USD', ok('12.50')],
    ['-12', 'USD', ok('-12')],
    ['12.500', 'USD', ok('12.50')],
    ['100.00', 'JPY', ok('100')],
    ['0.000', 'JPY', ok('0')],
    ['1.234', 'KWD', ok('1.234')],
    ['1.2345', 'CLF', ok('1.2345')],
    ['1000.001', 'USD', no('has 3 decimals; USD has 2')],
    ['1000.50', 'JPY', no('has 2 decimals; JPY has 0')],
    ['1.2345', 'KWD', no('has 4 decimals; KWD has 3')],
    ['1', 'XXX', no('is in "XXX", which is not a currency of ISO 4217; write a code such as USD')],
    ['1', 'usd', no('is in "usd", which is not a currency of ISO 4217; write a code such as USD')],
  ])('%s %s', (text, currency, expected) => {
    expect(checkAmount(text, currency)).toEqual(expected);
  });

  test('what is accepted keeps its value', () => {
    fc.assert(
      fc.property(decimalText, fc.constantFrom('USD', 'JPY', 'KWD'), (text, currency) => {
        const checked = checkAmount(text, currency);
        if (checked.ok) expect(toText(exact(checked.value))).toBe(toText(exact(text)));
      }),
    );
  });
});
