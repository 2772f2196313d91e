import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckedDeals } from '@ledger/connectors';
import { DEFAULT_MAPPING } from '@ledger/connectors';
import { dealSnapshot } from '@ledger/events';
import { canonical, isProblem, type Problem } from '@ledger/kernel';
import { exact, sum, toText } from '@ledger/money';
import { describe, expect, test } from 'vitest';
import { check, checkFile, deals, HEADER, mappingOf } from './csv.ts';

/** Real exports, which are not part of this repository: `../shared` beside it. Skipped where it is absent. */
const shared = join(import.meta.dirname, '../../../shared');
const fixture = (name: string) => mappingOf(readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8'));

describe.skipIf(!existsSync(join(shared, 'data')))('real exports in ../shared/data', () => {
  test('crm: four files that belong together', async () => {
    const checked = await checkFile(join(shared, 'data/crm/sales_pipeline.csv'), fixture('crm.yaml'));
    expect(checked).toMatchObject({ rows: 8800, deals: 4238, ignored: 4562, duplicates: 0, withoutOwner: 0 });
    expect(checked).toMatchObject({ replaced: [{ from: 'GTXPro', to: 'GTX Pro', rows: 729 }, {}, {}] });
    const all = (await deals(checked)).map(({ snapshot }) => snapshot);
    expect(toText(sum(all.map(({ amount }) => exact(amount))))).toBe('10005534');
    expect(all[0]).toMatchObject({
      deal: '1C1I7A6R',
      owner: 'moses-frase',
      attributes: { sector: 'retail', region: 'Central', engagedOn: { date: '2016-10-20' } },
      lines: [{ product: 'GTX Plus Basic', category: 'GTX', amount: '1054.00' }],
    });
    expect(new Set(all.map(({ owner }) => owner)).size).toBe(30);
  });

  test('northwind: details are lines, orders are looked up', async () => {
    const checked = await checkFile(join(shared, 'data/northwind/OrderDetails.csv'), fixture('northwind.yaml'));
    expect(checked).toMatchObject({ rows: 2155, deals: 830 });
    const all = (await deals(checked)).map(({ snapshot }) => snapshot);
    expect(all[0]).toMatchObject({ deal: '10248', account: 'VINET', amount: '440.00', owner: 'steven' });
    // 1,265,793.0395 before each line is rounded to cents.
    expect(toText(sum(all.map(({ amount }) => exact(amount))))).toBe('1265793.29');
    for (const deal of all) expect(canonical(dealSnapshot.parse(deal))).toBe(canonical(deal));
  });

  const spectrum = join(shared, 'data/csv-spectrum');
  const names = existsSync(spectrum) ? readdirSync(join(spectrum, 'csvs')).map((name) => name.replace('.csv', '')) : [];
  test.each(names)('csv-spectrum: %s', async (name) => {
    const csv = readFileSync(join(spectrum, 'csvs', `${name}.csv`), 'utf8');
    const rows = JSON.parse(readFileSync(join(spectrum, 'json', `${name}.json`), 'utf8')) as Record<string, string>[];
    // The columns of the table become attributes; what a deal needs beside them is joined or constant.
    const columns = Object.keys(rows[0] ?? {});
    const [key = ''] = columns;
    const attributes = columns.map((column) => `${column}: ${column}`).join(', ');
    const yaml = `{source: s, deal: ids.id, amount: ids.amount, currency: {value: USD}, closed-on: ids.day, attributes: {${attributes}}, join: {ids: {file: ids.csv, on: ${key}, key: key}}}`;
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    // Line ends inside the fields are those of the file.
    const end = csv.includes('\r\n') ? '\r\n' : '\n';
    const keys = rows.map((row, at) => `${quoted((row[key] ?? '').replaceAll(/\r?\n/g, end))},D-${at},1,2026-01-01`);
    const read = await deals(await check(csv, yaml, { 'ids.csv': ['key,id,amount,day', ...keys, ''].join('\n') }));
    const expected = rows.map((row) =>
      Object.entries(row).map(([column, text]) => [column, text.replaceAll('\r\n', '\n')]),
    );
    expect(read.map(({ snapshot }) => snapshot.attributes)).toEqual(
      expected.map((entries) => Object.fromEntries(entries.filter(([, text]) => text !== ''))),
    );
  });
});

interface Entry {
  readonly id: string;
  readonly input: { readonly csv?: string; readonly gen?: string };
  readonly expect: string;
}

/** Entries that only say how a file is made. */
const MADE: Readonly<Record<string, () => string>> = {
  'one 20 MiB line without newline': () => `${HEADER}\n${'x'.repeat(20 << 20)}`,
  'header with 10,001 columns': () => Array.from({ length: 10_001 }, (_, at) => `c${at}`).join(','),
  '10,000 bad rows': () => `${HEADER}\n${'D-1,rep_1,x,USD,2026-03-31\n'.repeat(10_000)}`,
};
/** Size of uploads, and what a second import does, are not matters of reading one file. */
const ELSEWHERE = new Set(['C008', 'C040', 'C041']);

const catalogue = join(shared, 'design/bad-inputs.json');
describe.skipIf(!existsSync(catalogue))('the list of bad CSV files in ../shared/design', () => {
  const entries = existsSync(catalogue) ? (JSON.parse(readFileSync(catalogue, 'utf8')) as readonly Entry[]) : [];
  const ours = entries.filter(({ id }) => id.startsWith('C') && !ELSEWHERE.has(id));

  test('has entries', () => expect(ours.length).toBeGreaterThan(15));

  test.each(ours.map((entry) => [entry.id, entry] as const))('%s', async (_id, { input, expect: says }) => {
    const csv = input.csv ?? MADE[input.gen ?? '']?.();
    if (csv === undefined) throw new Error(`nothing makes ${JSON.stringify(input)}`);
    const checked: CheckedDeals | Problem = await check(csv, DEFAULT_MAPPING);
    const imported = /^201 imported ([0-9]+) row/.exec(says);
    if (imported !== null) {
      expect(checked).toMatchObject({ deals: Number(imported[1]) });
      return;
    }
    if (!isProblem(checked)) throw new Error(`accepted, but: ${says}`);
    const code = /^[0-9]{3} ([a-z_]+):/.exec(says)?.[1];
    if (code === undefined) expect(checked).toMatchObject({ code: 'csv_rows_invalid', total: 10_000 });
    else expect(checked.code === 'csv_rows_invalid' ? checked.errors?.[0]?.code : checked.code).toBe(code);
  });
});
