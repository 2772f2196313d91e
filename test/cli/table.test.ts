import { stripVTControlCharacters } from 'node:util';
import { forPeople, table } from '@ledger/cli';
import { expect, test } from 'vitest';

const NAMES = ['Ada', 'Jürgen Müller-Lüdenscheid', '山田太郎', '\u001b[1mbold\u001b[22m'];
const COLUMNS = [{ title: '' }, { title: 'period' }, { title: 'amount', right: true }] as const;

/** Columns that a line takes: a letter of these names is two wide. */
const widthOf = (line: string) => stripVTControlCharacters(line).replace(/[山田太郎]/g, 'xx').length;

test('a long table is as wide in all of its parts, with every row in its place', () => {
  const rows = Array.from({ length: 1_203 }, (_, at) => [NAMES[at % 4] ?? '', '2026-Q1', `${at}.00`]);
  // Only the last part has a cell as wide as this.
  rows.push(['Somebody with the longest name of them all', '2026-Q1', '1,234,567.00']);
  const [head = '', ...lines] = table(COLUMNS, rows).trimEnd().split('\n');
  expect(lines.length).toBe(rows.length);
  expect(lines.map((line) => line.trim().split(/\s+/).at(-1))).toEqual(rows.map((row) => row[2]));
  expect(new Set([head, ...lines].map(widthOf)).size).toBe(1);
});

test.each([
  ['1200000', 'JPY', '1,200,000'],
  ['1200000/7', 'JPY', '171,429'],
  ['1000.0005', 'KWD', '1,000.001'],
  ['-2/3', 'EUR', '-0.67'],
  ['7', 'number', '7.00'],
])('%s of %s is shown as %s', (value, unit, text) => {
  expect(forPeople(value, unit)).toBe(text);
});
