import { readDefinitions } from '@ledger/connectors';
import { fields } from '@ledger/events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const bytes = (text: string) => new TextEncoder().encode(text);

/** `code message` of each problem. */
function problems(input: string | Uint8Array): readonly string[] {
  const result = readDefinitions(typeof input === 'string' ? bytes(input) : input, 'x.yaml');
  return result.ok ? [] : result.problems.map(({ code, message }) => `${code} ${message}`);
}

const METRIC = `metric: new-arr
title: New annual recurring revenue
amount: deal.amount
from: 2026-01-01
reason: Plan year 2026.
`;

const PLAN = `plan: ae
title: Account executive
currency: USD
components:
  new: { measure: new-arr, window: quarter, table: [{ from: 0%, pays: 8% }] }
from: 2026-01-01
reason: Plan year 2026.
`;

describe('given hostile bytes, then a refusal in bounded time', () => {
  const many = (count: number, make: (index: number) => string) =>
    Array.from({ length: count }, (_, i) => make(i)).join('');

  test.each<[string, () => string | Uint8Array, RegExp]>([
    [
      'a bomb of aliases',
      () => `a: &a [x]\n${many(30, (i) => `b${i}: &b${i} [*a, *a]\n`)}`,
      /^document_invalid .*anchor/,
    ],
    [
      'NUL',
      () => `${METRIC}evidence: ["a\u0000b"]`,
      /^encoding_invalid x\.yaml:6:14: holds the control character U\+0000/,
    ],
    ['NUL in an escape', () => METRIC.replace('Plan year 2026.', '"a\\u0000b"'), /^field_invalid .*control/],
    ['text that runs backwards', () => METRIC.replace('Plan year', '\u202eyear'), /^field_invalid .*bidirectional/],
    ['a lone surrogate', () => METRIC.replace('Plan year 2026.', '"\\ud800"'), /^field_invalid .*Unicode/],
    [
      'invalid UTF-8',
      () => new Uint8Array([...bytes(METRIC), 0x61, 0xff]),
      /^encoding_invalid x\.yaml:6:2: is not UTF-8/,
    ],
    ['UTF-16', () => new Uint8Array([0xff, 0xfe, 0x61, 0x00]), /^encoding_invalid/],
    ['deep brackets', () => '['.repeat(1_000_000), /^document_invalid .*levels deep/],
    ['deep braces', () => '{a: '.repeat(200_000), /^document_invalid .*levels deep/],
    ['deep lists', () => '- '.repeat(500_000), /^document_invalid .*levels deep/],
    ['deep keys', () => '? '.repeat(500_000), /^document_invalid .*levels deep/],
    ['a million keys', () => many(1_000_000, (i) => `${i.toString(36)}:\n`), /^document_too_large/],
    ['as many keys as fit', () => `plan:\n${many(150_000, (i) => `${i.toString(36)}:\n`)}`, /^document_too_large/],
    ['many unknown fields', () => `metric: a\n${many(50_000, (i) => `k${i}: x\n`)}`, /^field_missing/],
    ['many lines', () => '\n'.repeat(1_000_000), /^document_too_large/],
    ['many documents', () => '---\n'.repeat(250_000), /^document_(too_large|invalid)/],
    ['an unfinished quote', () => `metric: "${'\\'.repeat(1_000_000)}`, /^document_invalid/],
    ['a file too large', () => new Uint8Array(1_048_577).fill(0x61), /^document_too_large .*1048577 bytes/],
    ['a key of the prototype', () => `${METRIC}__proto__: { reason: x }\n`, /^field_unknown .*__proto__/],
    ['a component of the prototype', () => PLAN.replace('  new:', '  __proto__:'), /^field_unknown .*__proto__/],
    ['the constructor', () => PLAN.replace('  new:', '  constructor:'), /^field_unknown .*constructor/],
  ])('%s', (_, make, expected) => {
    const found = problems(make());
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(100);
    expect(found[0]).toMatch(expected);
    expect(Math.max(...found.map((message) => message.length))).toBeLessThan(2_000);
  });

  test('whatever the bytes, an answer', () => {
    const word = fc.constantFrom(
      'plan:',
      'metric: a',
      'quotas:',
      '\n',
      '  ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      ': ',
      '"',
      "'",
      '|',
      '>',
      '\t',
      '---\n',
      '8%',
      '#',
    );
    const text = fc.array(fc.oneof(word, fc.string({ unit: 'grapheme', maxLength: 8 })), { maxLength: 40 });
    fc.assert(
      fc.property(
        fc.oneof(
          text.map((words) => bytes(words.join(''))),
          fc.uint8Array({ maxLength: 200 }),
        ),
        (input) => {
          for (const name of ['x.yaml', 'x.json']) {
            const result = readDefinitions(input, name);
            expect(result.ok || result.problems.length > 0).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('whatever the text of a reason, it comes back as it was or is refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), (reason) => {
        const text = METRIC.replace('Plan year 2026.', () => JSON.stringify(reason));
        const result = readDefinitions(bytes(text), 'x.yaml');
        expect(result.ok).toBe(fields.reason.safeParse(reason).success);
        if (result.ok) expect(result.documents[0]).toMatchObject({ reason });
      }),
    );
  });
});
