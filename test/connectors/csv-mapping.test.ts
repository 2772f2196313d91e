import { DEFAULT_MAPPING, readMapping } from '@ledger/connectors';
import { isProblem } from '@ledger/kernel';
import { describe, expect, test } from 'vitest';
import { mappingOf } from './csv.ts';

const NEEDED = 'source: crm\ndeal: id\namount: x\ncurrency: { value: USD }\nclosed-on: d\n';

function faults(yaml: string): readonly string[] {
  const mapping = readMapping(yaml, 'crm.yaml');
  if (!isProblem(mapping)) throw new Error('the mapping was accepted');
  expect(mapping.code).toBe('mapping_invalid');
  return (mapping.errors ?? []).map(({ code, message }) => `${code} ${message}`);
}

describe('a mapping', () => {
  test('reads every scalar as text', () => {
    expect(mappingOf(`${NEEDED}only: { year: [2026, 1e3, no, null, 0x10] }`).only).toEqual({
      year: ['2026', '1e3', 'no', 'null', '0x10'],
    });
    expect(mappingOf(NEEDED).format).toEqual(DEFAULT_MAPPING.format);
  });

  test('may be JSON, or start with a byte order mark', () => {
    expect(mappingOf(JSON.stringify(DEFAULT_MAPPING))).toEqual(DEFAULT_MAPPING);
    expect(mappingOf(`\ufeff${NEEDED}`).source).toBe('crm');
  });

  const WRONG: readonly (readonly [yaml: string, faults: readonly (string | RegExp)[]])[] = [
    ['', [/^field_missing crm.yaml:1:1: The mapping is empty/]],
    ['- a', [/^field_invalid crm.yaml:1:1: The mapping must have fields of its own/]],
    [
      NEEDED.replace('amount', 'ammount'),
      [/^field_unknown crm.yaml:3:1: "ammount" is not a field here; did you mean "amount"\?$/],
    ],
    [
      `${NEEDED}owner: { column: rep, az: slug }`,
      [/^field_unknown crm.yaml:6:23: "az" is not a field here; did you mean "as"\?/],
    ],
    [
      `${NEEDED}lines: { product: p, amount: { multiply: [a], les: b } }`,
      [/crm.yaml:6:47: "les" .* did you mean "less"\?/],
    ],
    [
      `${NEEDED}format: { dates: yy/mm/dd }`,
      [/^field_invalid crm.yaml:6:11: "format.dates" "yy\/mm\/dd" must be one of "yyyy-mm-dd"/],
    ],
    [`${NEEDED}format: { decimal-mark: ',', thousands: ',' }`, [/one mark for decimals and for thousands/]],
    [`${NEEDED}format: { time-zone: Mars }`, [/must be a time zone/]],
    [`${NEEDED}format: { encoding: utf-9 }`, [/"format.encoding" "utf-9" must be an encoding as utf-8, windows-1252/]],
    [`${NEEDED}status: { column: s, cancelled: [a] }`, [/^field_missing .*"cancelled-on" is missing; name a column/]],
    [
      `${NEEDED}join: { a: { file: ../b.csv, on: x, key: y } }`,
      [/^field_invalid crm.yaml:6:14: "join.a.file" "..\/b.csv" must lie in the folder/],
    ],
    [`${NEEDED}join: { a: { file: b.csv, on: x, key: y, optional: true } }`, [/must be yes or no/]],
    [`${NEEDED}attributes: { Term: x }`, [/crm.yaml:6:15: "attributes.Term" must be a name in camelCase/]],
    [`${NEEDED}status: { column: s, closed: [a], ignore: [a] }`, [/must not name a value twice/]],
    [`${NEEDED}status: { column: s }`, [/"status" must list values of deals that were closed, as closed: \[Won\]/]],
    [
      `${NEEDED}attributes: { amount: gross }`,
      [/"attributes.amount" "gross" is what expressions call .*\(deal.amount\); choose/],
    ],
    [`${NEEDED}splits: { pairs: [] }`, [/"splits.pairs" must have at least one pair/]],
    [`${NEEDED}only: { stage: [] }`, [/"only.stage" must have at least one value/]],
    [`${NEEDED}splits: { shares: percent }`, [/must have either "column" or "pairs"/]],
    [`${NEEDED}owner: { column: a, as: slug, map: { b: c } }`, [/must not have both/]],
    [`${NEEDED}owner: { column: a, map: { b: c.d } }`, [/"owner.map.b" "c.d" may hold letters/]],
    [`${NEEDED}amount: y`, [/^document_invalid crm.yaml:6:1: "amount" is written twice/]],
    [`${NEEDED}account: *x`, [/^document_invalid crm.yaml:6:10: \*x would be read as a YAML alias/]],
    [`${NEEDED}__proto__: { x: y }`, [/^field_unknown crm.yaml:6:1: "__proto__" cannot name a field/]],
    [NEEDED.replace('amount: x\n', ''), [/^field_missing crm.yaml:1:1: "amount" is missing; name a column/]],
    [NEEDED.replace('amount: x', 'rows: line'), [/^field_missing .*"lines" is missing/]],
    [NEEDED.replace('source: crm', 'source: c.r'), [/^field_invalid crm.yaml:1:1: "source" "c.r" may hold letters/]],
    [
      'source: a\nsorce: b\ndeal: c\namount: d\ncurrency: e\nclosed-on: f\n',
      [/:2:1: "sorce" .* did you mean "source"\?/],
    ],
    ['source: crm\n  deal: [', [/^document_invalid crm.yaml:2:3: is indented deeper/]],
  ];
  test.each(WRONG)('%j is refused, with the place of each fault', (yaml, expected) => {
    expect(faults(yaml)).toEqual(expected.map((says) => expect.stringMatching(says)));
  });

  test('that is no mapping by its size is refused', () => {
    expect(readMapping('x'.repeat(1_100_000), 'big.yaml')).toMatchObject({ code: 'document_too_large' });
  });
});
