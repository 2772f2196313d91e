import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { companyPlace, EXITS, HEADER, refusal, refused, WHEN } from './given.ts';

describe('files', () => {
  const CSV: readonly (readonly [what: string, bytes: string | Uint8Array, code: string, says: RegExp])[] = [
    ['that is empty', '', 'csv_no_rows', /empty/],
    ['with a header alone', HEADER, 'csv_no_rows', /0 rows/],
    ['of other bytes', new Uint8Array([...Buffer.from(HEADER), 0x44, 0xff, 0xfe, 0x0a]), 'encoding_invalid', /UTF-8/],
    [
      'in UTF-16',
      Buffer.from(`\ufeff${HEADER}D-1,ada,1.00,USD,2026-01-20\n`, 'utf16le'),
      'encoding_invalid',
      /UTF-8|UTF-16/,
    ],
    ['with semicolons', HEADER.replaceAll(',', ';'), 'csv_delimiter', /semicolon/],
    [
      'without a column',
      'deal_id,rep_id,currency,closed_on\nD-1,ada,USD,2026-01-20\n',
      'csv_missing_column',
      /"amount"/,
    ],
    [
      'with another column',
      `${HEADER.trim()},approved_by\nD-1,ada,1.00,USD,2026-01-20,cfo\n`,
      'csv_unknown_column',
      /approved_by/,
    ],
    [
      'with an exponent',
      `${HEADER}D-1,ada,1e999999999,USD,2026-01-20\n`,
      'amount_invalid',
      /Row 1 amount "1e999999999"/,
    ],
    ['with NaN', `${HEADER}D-1,ada,NaN,USD,2026-01-20\n`, 'amount_invalid', /Row 1 amount "NaN"/],
    ['with other digits', `${HEADER}D-1,ada,١٢٣,USD,2026-01-20\n`, 'amount_invalid', /0-9/],
    ['with thousands', `${HEADER}D-1,ada,"1,234.5",USD,2026-01-20\n`, 'amount_invalid', /write 1234\.5/],
    [
      'with a day that is none',
      `${HEADER}D-1,ada,1.00,USD,2026-02-30\n`,
      'date_invalid',
      /Row 1 closed_on "2026-02-30"/,
    ],
    ['with a currency that is none', `${HEADER}D-1,ada,1.00,XXQ,2026-01-20\n`, 'currency_unknown', /XXQ/],
    ['with an id that climbs', `${HEADER}../x,ada,1.00,USD,2026-01-20\n`, 'deal_id_invalid', /Row 1 deal_id/],
    ['with a formula', `${HEADER}=cmd|' /C calc'!A0,ada,1.00,USD,2026-01-20\n`, 'deal_id_invalid', /Row 1 deal_id/],
    [
      'with one deal told twice differently',
      `${HEADER}D-1,ada,1.00,USD,2026-01-20\nD-1,ada,2.00,USD,2026-01-20\n`,
      'row_conflict',
      /Row 2/,
    ],
  ];
  test.each(CSV)('a CSV %s', async (_what, bytes, code, says) => {
    const at = await companyPlace();
    const before = await at.head();
    const ran = await at.at(WHEN, 'ops:olga', `import deals ${at.write('bad.csv', bytes)}`);
    expect(refusal(ran, EXITS.input)[0]).toBe(code);
    expect(ran.err).toMatch(says);
    expect(await at.head()).toBe(before);
  });

  test('a CSV with many errors shows the first hundred and counts all', async () => {
    const at = await companyPlace();
    const rows = Array.from({ length: 3_000 }, (_, row) => `D-${row},ada,x,USD,2026-01-20`).join('\n');
    const ran = await at.at(WHEN, 'ops:olga', `import deals ${at.write('bad.csv', `${HEADER}${rows}\n`)}`);
    expect(refusal(ran, EXITS.input)).toHaveLength(101);
    expect(ran.err).toMatch(/error\[csv_rows_invalid\]: .*3000 errors in all, the first 100 are listed/);
    expect(ran.err.length).toBeLessThan(100 * 1024);
  });

  test('an import that would record what pays its own recorder writes none of its rows', async () => {
    const at = await companyPlace();
    const rows = Array.from(
      { length: 12_000 },
      (_, row) => `E-${row},${row === 11_999 ? 'olga' : 'ada'},1.00,USD,2026-01-20`,
    );
    const argv = ['import', 'deals', at.write('own.csv', `${HEADER}${rows.join('\n')}\n`)];
    expect(await refused(at, 'ops:olga', argv, EXITS.forbidden, 'own_pay')).toMatch(/Row 12000/);
    expect(await refused(at, 'ops:olga', [...argv, '--dry-run'], EXITS.forbidden, 'own_pay')).toMatch(/Row 12000/);
    // Nor may it take a deal away from, or report missing, what pays them.
    await at.at(WHEN, 'ops:otto', `import deals ${at.write('mine.csv', `${HEADER}F-1,olga,1.00,USD,2026-01-20\n`)}`);
    const away = at.write('away.csv', `${HEADER}${rows.slice(0, 11_000).join('\n')}\nF-1,ada,1.00,USD,2026-01-20\n`);
    expect(await refused(at, 'ops:olga', ['import', 'deals', away], EXITS.forbidden, 'own_pay')).toMatch(/Row 11001/);
    const gone = at.write('gone.csv', `${HEADER}G-1,ada,1.00,USD,2026-01-20\n`);
    await refused(at, 'ops:olga', ['import', 'deals', gone, '--snapshot'], EXITS.forbidden, 'own_pay');
  });

  test.each<[what: string, bytes: string | Uint8Array, code: string, says: RegExp]>([
    ['of other bytes', new Uint8Array([0x73, 0x6f, 0xff, 0x0a]), 'encoding_invalid', /UTF-8/],
    ['that is no YAML', 'source: [', 'document_invalid', /:1:/],
    ['with an unknown field', 'source: crm\nammount: x\n', 'field_unknown', /ammount/],
  ])('a mapping %s', async (_what, bytes, code, says) => {
    const at = await companyPlace();
    const ran = await at.at(
      WHEN,
      'ops:olga',
      `import deals ${at.folder}/deals.csv --map ${at.write('bad.yaml', bytes)}`,
    );
    expect(refusal(ran, EXITS.input)).toContain(code);
    expect(ran.err).toMatch(says);
    expect(await at.head()).toBe('19');
  });

  test.each<[what: string, bytes: string | Uint8Array, code: string, says: RegExp]>([
    ['of other bytes', new Uint8Array([0xff, 0xfe, 0x00]), 'encoding_invalid', /UTF-8/],
    ['with a control character', 'metric: a\u0007\n', 'encoding_invalid', /U\+0007/],
    ['that is empty', '', 'document_invalid', /holds no definition/],
    ['that is too long', `# ${'x'.repeat(1_048_576)}\n`, 'document_too_large', /1048576/],
    [
      'with an unknown field',
      'metric: a\ntitle: A\namount: deal.amount\nfrom: 2026-01-01\nreason: r\nrate: 8%\n',
      'field_unknown',
      /rate/,
    ],
    [
      'with a float',
      'metric: a\ntitle: A\namount: deal.amount * 1.5\nfrom: 2026-01-01\nreason: r\n',
      'expression_invalid',
      /1\.5/,
    ],
    ['without a reason', 'metric: a\ntitle: A\namount: deal.amount\nfrom: 2026-01-01\n', 'reason_required', /reason/],
    [
      'with a blank reason',
      'metric: a\ntitle: A\namount: deal.amount\nfrom: 2026-01-01\nreason: "  "\n',
      'reason_required',
      /reason/,
    ],
    [
      'with a day that is none',
      'metric: a\ntitle: A\namount: deal.amount\nfrom: 2026-02-30\nreason: r\n',
      'date_invalid',
      /2026-02-30/,
    ],
    [
      'with a quota in words',
      'quotas: [{ participant: ada, metric: bookings, year: 2026, amount: 1e5, currency: USD }]\n',
      'amount_invalid',
      /1e5/,
    ],
    [
      'with a hostile id',
      'participants: [{ id: __proto__, starts: 2026-01-01, currency: USD }]\n',
      'id_invalid',
      /__proto__/,
    ],
    ['with two wrong documents', 'metric: a\n---\nmetric: b\n', 'field_missing', /b/],
  ])('definitions %s', async (_what, bytes, code, says) => {
    const at = await companyPlace();
    const good = at.write('good.yaml', 'metric: fine\ntitle: Fine\namount: deal.amount\nfrom: 2026-01-01\nreason: r\n');
    const ran = await at.at(WHEN, 'ops:olga', `define ${good} ${at.write('bad.yaml', bytes)}`);
    expect(refusal(ran, EXITS.input)).toContain(code);
    expect(ran.err).toMatch(/bad\.yaml/);
    expect(ran.err).toMatch(says);
    expect(await at.head()).toBe('19');
  });

  test('files that are not there, or are folders', async () => {
    const at = await companyPlace();
    mkdirSync(join(at.folder, 'folder'));
    for (const name of ['nothing.csv', 'folder', '']) {
      const path = join(at.folder, name);
      await refused(
        at,
        'ops:olga',
        ['import', 'deals', path],
        EXITS.input,
        name.includes('.') ? 'file_missing' : 'file_unreadable',
      );
      await refused(
        at,
        'ops:olga',
        ['import', 'deals', join(at.folder, 'deals.csv'), '--map', path],
        EXITS.input,
        'file_missing',
      );
      await refused(at, 'ops:olga', ['define', path], EXITS.input, 'file_missing');
    }
  });
});
