import { countAtFirst } from '@ledger/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test('halving finds what counting finds, in lists of any length and with values that come again', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.integer({ min: -1, max: 10 }), (values, bound) => {
      const sorted = values.toSorted((a, b) => a - b);
      const below = sorted.filter((value) => value < bound).length;
      expect(countAtFirst(sorted, (value) => value < bound)).toBe(below);
      expect(countAtFirst(Uint32Array.from(sorted), (value) => value < bound)).toBe(below);
    }),
  );
});
