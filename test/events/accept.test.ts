import { acceptsOf, EVENT_TYPES, schemaOf } from '@ledger/events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sampleData } from './samples.ts';

const DATA = new Map(EVENT_TYPES.map((type) => [type, sampleData(type)]));

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A copy of a value in which one thing, somewhere, is another. */
function spoiled(value: Json, at: readonly number[], by: Json): Json {
  const [here = 0, ...deeper] = at;
  if (typeof value !== 'object' || value === null) return by;
  const copy = structuredClone(value);
  if (Array.isArray(copy)) {
    if (copy.length === 0 || here % 5 === 4) return [...copy, by];
    copy[here % copy.length] = spoiled(copy[here % copy.length] ?? null, deeper, by);
    return copy;
  }
  const names = Object.keys(copy);
  const name = names[here % Math.max(names.length, 1)];
  if (name === undefined || here % 7 === 6) return { ...copy, [`more${here}`]: by };
  if (here % 11 === 10) {
    delete copy[name];
    return copy;
  }
  copy[name] = spoiled(copy[name] ?? null, deeper, by);
  return copy;
}

const JUNK: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    0,
    1,
    -1,
    1.5,
    2 ** 53,
    '',
    ' ',
    '0',
    '-0',
    '1.50',
    '1e3',
    '2026-02-30',
    '2026-01-31',
    'USD',
    'é',
    '\u202e',
    '😀',
    [],
    {},
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

describe('the quick yes of a schema', () => {
  test.each(EVENT_TYPES)('accepts the golden %s', (type) => {
    expect(acceptsOf(schemaOf(type))(DATA.get(type))).toBe(true);
  });

  test('says yes only where the schema does, and the schema then changes nothing', () => {
    let yes = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...EVENT_TYPES),
        fc.array(fc.array(fc.nat(40), { minLength: 1, maxLength: 5 }), { minLength: 0, maxLength: 2 }),
        JUNK,
        (type, places, junk) => {
          const value = places.reduce<Json>((data, at) => spoiled(data, at, junk), DATA.get(type) as Json);
          if (!acceptsOf(schemaOf(type))(value)) return;
          yes += 1;
          expect(schemaOf(type).safeParse(value)).toEqual({ success: true, data: value });
        },
      ),
      { numRuns: 3_000 },
    );
    expect(yes).toBeGreaterThan(300);
  });

  test('is never given for a kind of schema that it does not know', () => {
    expect(acceptsOf(z.map(z.string(), z.string()))(new Map())).toBe(false);
    expect(acceptsOf(z.looseObject({}))({})).toBe(false);
    expect(acceptsOf(z.string().toUpperCase())('A')).toBe(false);
    expect(acceptsOf(z.number())(1)).toBe(false);
  });

  test('stops at members of the language, as the schema does', () => {
    const open = JSON.parse('{"__proto__":{"a":"b"}}');
    expect(acceptsOf(z.record(z.string(), z.unknown()))(open)).toBe(false);
    expect(acceptsOf(z.strictObject({ toString: z.string() }))({})).toBe(false);
  });
});
