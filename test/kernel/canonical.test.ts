import { canonical, readOnce } from '@ledger/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** RFC 8785 in the fewest words, however slow. */
function plainly(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(plainly).join(',')}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const sorted = members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, member]) => `${JSON.stringify(key)}:${plainly(member)}`).join(',')}}`;
}

const key = fc.oneof(fc.constantFrom('a', 'b', 'A', 'é', '10', '9', '😀', '__proto__', '', '"', 'toJSON'), fc.string());
const { value: arbitrary } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.constant(-0),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value')),
    fc.dictionary(key, fc.oneof(tie('value'), fc.constant(undefined))),
  ),
}));

describe('canonical JSON', () => {
  test('spells every value in one way, whatever the order of its keys', () => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        const text = canonical(value);
        expect(text).toBe(plainly(value));
        // In order by now, which takes another way to the same text.
        expect(canonical(JSON.parse(text))).toBe(text);
      }),
    );
  });

  test('spells a value whose text is known like any other, by itself and inside of others', () => {
    fc.assert(
      fc.property(fc.dictionary(key, arbitrary), key, (written, name) => {
        const spelling = plainly(written);
        const value = readOnce(spelling);
        expect(value).toEqual(JSON.parse(spelling));
        expect(canonical(value)).toBe(spelling);
        for (const around of [{ [name]: [value], '': value }, { a: 1, b: value }, { b: value, a: 1 }, [value]]) {
          expect(canonical(around)).toBe(plainly(around));
        }
      }),
    );
  });

  test.each([
    ['a float', 0.1],
    ['a number beyond the safe integers', 2 ** 53],
    ['NaN', Number.NaN],
    ['a bigint', 1n],
    ['nothing', undefined],
    ['a gap in a list', Array(1)],
    ['half a character', '\ud800'],
    ['half a character as a key', { '\udc00': 1 }],
    ['a function', { toJSON: () => 'x' }],
  ])('refuses %s, alone and inside', (_, value) => {
    for (const holder of [value, [value], { a: 1, b: [value] }, { b: [value], a: 1 }]) {
      expect(() => canonical(holder)).toThrow(TypeError);
    }
  });
});
