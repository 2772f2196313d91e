import { isCurrency, MoneyError, minorUnits } from '@ledger/money';
import { describe, expect, test } from 'vitest';

const ALPHABET = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const known = ALPHABET.flatMap((a) => ALPHABET.flatMap((b) => ALPHABET.map((c) => a + b + c))).filter(isCurrency);
const having = (units: number) => known.filter((code) => minorUnits(code) === units).join(' ');

// Source: ISO 4217 list one as published on 2026-01-01, counted by minor unit.
describe('ISO 4217', () => {
  test('the currencies without decimals, with three and with four, by name; all others have two', () => {
    expect(having(0)).toBe('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF');
    expect(having(3)).toBe('BHD IQD JOD KWD LYD OMR TND');
    expect(having(4)).toBe('CLF UYW');
    expect(having(2).split(' ')).toHaveLength(139 + 6);
    expect(known).toHaveLength(165 + 6);
  });

  test.each(['USD', 'EUR', 'HUF', 'TWD', 'COP', 'IDR', 'PKR'])(
    '%s has two decimals, whatever locale data say',
    (code) => {
      expect(minorUnits(code)).toBe(2);
    },
  );

  test.each(['ANG', 'BGN', 'CUC', 'HRK', 'SLL', 'ZWL'])('%s is withdrawn and stays readable', (code) => {
    expect(isCurrency(code)).toBe(true);
  });

  test.each(['XXX', 'XTS', 'XAU', 'XDR', 'usd', 'US', 'USDX', '', 'DEM', '__proto__', 'constructor'])(
    '%j is no currency that can be paid',
    (code) => {
      expect(isCurrency(code)).toBe(false);
      expect(() => minorUnits(code)).toThrow(MoneyError);
    },
  );
});
