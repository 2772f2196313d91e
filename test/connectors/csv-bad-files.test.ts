import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkDeals, DEFAULT_MAPPING } from '@ledger/connectors';
import { isProblem } from '@ledger/kernel';
import { describe, expect, test } from 'vitest';
import { check, checkFile, deals, HEADER, mappingOf, rowErrors, SPOOL } from './csv.ts';

const ROW = 'D-1,rep_1,1000.00,USD,2026-03-31';
const file = (...rows: readonly string[]) => `${[HEADER, ...rows].join('\n')}\n`;

describe('a file that is well', () => {
  const WELL: readonly (readonly [name: string, csv: string | Uint8Array])[] = [
    ['LF', file(ROW)],
    ['CRLF', `${HEADER}\r\n${ROW}\r\n`],
    ['CR', `${HEADER}\r${ROW}\r`],
    ['no line end at its end', `${HEADER}\n${ROW}`],
    ['a byte order mark', `\ufeff${file(ROW)}`],
    ['quotes around everything', file('"D-1","rep_1","1000.00","USD","2026-03-31"')],
    ['empty lines', `${HEADER}\n\n${ROW}\n\n\n`],
    ['empty lines before the header', `\ufeff\r\n\n${file(ROW)}`],
    ['columns in another order', 'amount,deal_id,closed_on,currency,rep_id\n1000.00,D-1,2026-03-31,USD,rep_1\n'],
    ['an amount without decimals', file('D-1,rep_1,1000,USD,2026-03-31')],
  ];
  test.each(WELL)('with %s gives its one deal', async (_name, csv) => {
    const checked = await check(csv);
    expect(checked).toMatchObject({ rows: 1, deals: 1, ignored: 0, duplicates: 0, withoutOwner: 0, cancelled: 0 });
    const [deal] = await deals(checked);
    expect(deal?.snapshot).toMatchObject({
      deal: 'D-1',
      source: 'csv',
      amount: '1000.00',
      currency: 'USD',
      owner: 'rep_1',
    });
    expect(deal?.snapshot.credits).toEqual([{ participant: 'rep_1', pool: 'primary', share: '1' }]);
  });
});

describe('a file in another encoding', () => {
  const named = (encoding: string) =>
    mappingOf(
      `{ source: crm, deal: id, account: account, amount: amount, currency: { value: EUR }, closed-on: day, format: { encoding: ${encoding} } }`,
    );
  const text = 'id,account,amount,day\r\nD-1,Müller €,1,2026-01-31\r\n"D-2","Łódź, Süd",2,2026-02-01\r\n';
  const western = text.replace('Łódź', 'Lodz');
  const bytes = (written: string, of: Readonly<Record<string, number>>) =>
    Buffer.from([...written].map((letter) => of[letter] ?? letter.charCodeAt(0)));
  const WELL: readonly (readonly [encoding: string, csv: Uint8Array, accounts: readonly string[]])[] = [
    ['windows-1252', bytes(western, { '€': 0x80 }), ['Müller €', 'Lodz, Süd']],
    ['iso-8859-2', bytes(text.replace('€', 'E'), { Ł: 0xa3, ź: 0xbc }), ['Müller E', 'Łódź, Süd']],
    ['utf-16le', Buffer.from(`\ufeff${text}`, 'utf16le'), ['Müller €', 'Łódź, Süd']],
    ['utf-16be', Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), ['Müller €', 'Łódź, Süd']],
  ];
  test.each(WELL)('%s is read as the mapping says', async (encoding, csv, accounts) => {
    const found = await deals(await check(csv, named(encoding)));
    expect(found.map(({ snapshot }) => snapshot.account)).toEqual(accounts);
  });

  test('is read whole, wherever the file is cut', async () => {
    const many = Array.from({ length: 30_000 }, (_, at) => `D-${at},Zoë ${'ü'.repeat(at % 7)},1,2026-01-31`);
    const csv = Buffer.from(`\ufeffid,account,amount,day\n${many.join('\n')}`, 'utf16le');
    const found = await deals(await check(csv, named('utf-16le')));
    expect(found.map(({ snapshot }) => `${snapshot.deal},${snapshot.account}`)).toEqual(
      many.map((row) => row.split(',').slice(0, 2).join(',')),
    );
  });

  const MARKED: readonly (readonly [encoding: string, csv: Uint8Array, is: string])[] = [
    ['windows-1252', Buffer.from(`\ufeff${text}`), 'utf-8'],
    ['iso-8859-2', Buffer.from(`\ufeff${text}`, 'utf16le'), 'utf-16le'],
    ['utf-16le', Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), 'utf-16be'],
  ];
  test.each(MARKED)('than %s, as its mark says, is refused before names change', async (encoding, csv, is) => {
    expect(await check(csv, named(encoding))).toMatchObject({
      code: 'encoding_invalid',
      message: `The header begins with the mark of ${is}, and is not ${encoding}; say "encoding: ${is}" under "format" in the mapping.`,
    });
  });

  test('than the mapping says is refused at its row', async () => {
    const lone = Buffer.concat([
      Buffer.from('id,account,amount,day\nD-1,x,1,2026-01-31\nD-2,', 'utf16le'),
      Buffer.from([0, 0xd8, 0x0a, 0]),
    ]);
    expect(rowErrors(await check(lone, named('utf-16le')))).toMatchObject([
      { code: 'encoding_invalid', row: 2, message: expect.stringMatching(/holds bytes that are not utf-16le/) },
    ]);
    const latin = bytes('id,account,amount,day\nD-1,Müller,1,2026-01-31\n', {});
    expect(rowErrors(await check(latin, named('utf-8')))).toMatchObject([
      {
        code: 'encoding_invalid',
        row: 1,
        message: expect.stringMatching(/or write "encoding: windows-1252" under "format" in the mapping/),
      },
    ]);
  });
});

describe('a file that cannot be read as deals', () => {
  const wide = (columns: number) => Array.from({ length: columns }, (_, at) => `c${at}`).join(',');
  const REFUSED: readonly (readonly [name: string, csv: string | Uint8Array, code: string, says: RegExp])[] = [
    ['nothing in it', '', 'csv_no_rows', /empty/],
    ['a byte order mark only', '\ufeff', 'csv_no_rows', /empty/],
    ['a header only', `${HEADER}\n`, 'csv_no_rows', /header and 0 rows; nothing was imported/],
    ['semicolons', file(ROW).replaceAll(',', ';'), 'csv_delimiter', /looks semicolon-separated; use commas/],
    [
      'tabs',
      file(ROW).replaceAll(',', '\t'),
      'csv_delimiter',
      /looks tab-separated; use commas, or write "delimiter: tab"/,
    ],
    [
      'a line for Excel',
      `sep=,\n${file(ROW)}`,
      'csv_delimiter',
      /first line, "sep=", is for a spreadsheet .*; remove it/,
    ],
    ['no amount', 'deal_id,rep_id,currency,closed_on\n', 'csv_missing_column', /Column "amount" is missing/],
    [
      'other names',
      'Deal ID,Rep,Amt,Cur,Close\n',
      'csv_missing_column',
      /Columns "deal_id", "closed_on", .* are missing/,
    ],
    [
      'a column of its own',
      `${HEADER},approved_by\n${ROW},cfo\n`,
      'csv_unknown_column',
      /"approved_by" is not accepted/,
    ],
    ['a column __proto__', `${HEADER},__proto__\n${ROW},x\n`, 'csv_unknown_column', /"__proto__" is not accepted/],
    ['a column without name', `${HEADER},\n${ROW},\n`, 'csv_unknown_column', /Column 6 has no name/],
    ['a column twice', `${HEADER},amount\n${ROW},2.00\n`, 'csv_duplicate_column', /"amount" is there twice/],
    ['10,001 columns', wide(10_001), 'csv_too_many_columns', /10001 columns, the limit is 100/],
    ['one line of 20 MiB', 'x'.repeat(20 << 20), 'csv_line_too_long', /longer than 1 MiB/],
    [
      'UTF-16',
      Buffer.from(`\ufeff${file(ROW)}`, 'utf16le'),
      'encoding_invalid',
      /the file is UTF-16, save it as "CSV UTF-8", or write "encoding: utf-16le" under "format" in the mapping/,
    ],
    ['a workbook in it', Buffer.from('PK\u0003\u0004\u0000\u0000'), 'encoding_invalid', /workbook/],
  ];
  test.each(REFUSED)('for %s is refused', async (_name, csv, code, says) => {
    const checked = await check(csv);
    expect(checked).toMatchObject({ code, message: expect.stringMatching(says) });
    expect(existsSync(SPOOL)).toBe(false);
  });

  test('that is not there, or is no file, is refused', async () => {
    expect(await checkFile('/nowhere/deals.csv', DEFAULT_MAPPING)).toMatchObject({ code: 'file_missing' });
    expect(await checkFile(import.meta.dirname, DEFAULT_MAPPING)).toMatchObject({ code: 'file_unreadable' });
  });
});

describe('a row that is wrong refuses the file', () => {
  const amount = (text: string) =>
    `D-1,rep_1,${/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text},USD,2026-03-31`;
  const day = (text: string) => `D-1,rep_1,1.00,USD,${text}`;
  const deal = (text: string) => `${text},rep_1,1.00,USD,2026-03-31`;
  type Wrong = readonly [row: string, code: string, column: string | null, says: RegExp];
  const WRONG: readonly Wrong[] = [
    [
      amount('1,000.00'),
      'amount_invalid',
      'amount',
      /^Row 1 amount "1,000.00" has a thousands separator; write 1000.00/,
    ],
    [amount('1.000,00'), 'amount_invalid', 'amount', /decimal comma; write 1000.00/],
    [amount('(1000.00)'), 'amount_invalid', 'amount', /use a leading minus/],
    [amount('1E+05'), 'amount_invalid', 'amount', /exponent notation/],
    [amount('1e999999999'), 'amount_invalid', 'amount', /exponent notation/],
    [amount('NaN'), 'amount_invalid', 'amount', /is not a number/],
    [amount('N/A'), 'amount_invalid', 'amount', /"N\/A" is not a number/],
    [amount('#REF!'), 'amount_invalid', 'amount', /spreadsheet error \(#REF!\)/],
    [amount('١٢٣'), 'amount_invalid', 'amount', /digits that are not 0-9/],
    [amount('$5'), 'amount_invalid', 'amount', /names its currency/],
    [amount('-0.00'), 'amount_invalid', 'amount', /minus zero/],
    [amount('1.005'), 'amount_invalid', 'amount', /has 3 decimals; USD has 2/],
    [amount('1'.repeat(16)), 'amount_invalid', 'amount', /more than 15 digits/],
    [amount(''), 'amount_invalid', 'amount', /^Row 1 amount is empty/],
    [amount(' 1.00'), 'amount_invalid', 'amount', /spaces around it/],
    [
      'D-1,rep_1,1,000.00,USD,2026-03-31',
      'csv_row_length',
      null,
      /^Row 1 has 6 fields instead of 5; .*thousands separator/,
    ],
    ['D-1,rep_1,1.00,USD', 'csv_row_length', null, /^Row 1 has 4 fields instead of 5/],
    [deal('D"1'), 'csv_quote', null, /^Row 1 has a quote inside an unquoted field/],
    [deal('"D-1"x'), 'csv_quote', null, /text after a closing quote/],
    [deal('"D-1'), 'csv_quote', null, /opens a quote that is never closed/],
    [deal('"D-1\nX"'), 'deal_id_invalid', 'deal_id', /contains a line break/],
    [deal("=cmd|' /C calc'!A0"), 'deal_id_invalid', 'deal_id', /may contain letters, digits, "\.", "_", ":", "-"/],
    [deal('1.23457E+17'), 'deal_id_suspicious', 'deal_id', /looks rounded by a spreadsheet; format the column as text/],
    [deal(''), 'deal_id_invalid', 'deal_id', /is empty/],
    [deal('D'.repeat(129)), 'deal_id_invalid', 'deal_id', /129 characters/],
    [deal('D-\u202e1'), 'deal_id_invalid', 'deal_id', /"D-\\u202e1"/],
    [day('2026-02-30'), 'date_invalid', 'closed_on', /is not a day of the calendar/],
    [day('2026-13-01'), 'date_invalid', 'closed_on', /is not a day of the calendar/],
    [day('31.03.2026'), 'date_invalid', 'closed_on', /write it as 2026-01-31, or say how dates are written/],
    [day('46112'), 'date_invalid', 'closed_on', /not a date in the format/],
    [day(''), 'date_invalid', 'closed_on', /is empty/],
    ['D-1,rep_1,1.00,usd,2026-03-31', 'currency_unknown', 'currency', /"usd" is no currency of ISO 4217/],
    ['D-1,rep_1,1.00,XYZ,2026-03-31', 'currency_unknown', 'currency', /no currency/],
    ['D-1,Rep One,1.00,USD,2026-03-31', 'id_invalid', 'rep_id', /"as: slug"/],
    ['D-1,r.one,1.00,USD,2026-03-31', 'id_invalid', 'rep_id', /is not an id/],
  ];
  test.each(WRONG)('%s', async (row, code, column, says) => {
    const [error, ...others] = rowErrors(await check(file(row)));
    expect(others).toEqual([]);
    expect(error).toMatchObject({ code, column, row: 1, message: expect.stringMatching(says) });
    expect(error?.remedy).not.toBe('');
  });

  const OTHER_DAYS: readonly (readonly [dates: string, text: string, says: string])[] = [
    ['dd/mm/yyyy', '1/13/2026', 'correct it in the source, or write "dates: mm/dd/yyyy" under "format" if'],
    ['mm-dd-yyyy', '31-01-2026', 'correct it in the source, or write "dates: dd-mm-yyyy" under "format" if'],
    ['dd/mm/yyyy', '31/02/2026', 'correct it in the source.'],
    ['dd-mmm-yyyy', '5-Mrz-2026', 'write the month in English, as 31-Jan-2026.'],
  ];
  test.each(OTHER_DAYS)('a day that is no %s: %s', async (dates, text, says) => {
    const mapping = `{ source: crm, deal: id, amount: amount, currency: { value: USD }, closed-on: day, format: { dates: ${dates} } }`;
    expect(rowErrors(await check(`id,amount,day\nD-1,1,${text}\n`, mapping))).toMatchObject([
      { code: 'date_invalid', message: expect.stringContaining(`between 1970 and 2199; ${says}`) },
    ]);
  });

  test.each(['\n', '\r\n', '\r'])('an account with the line end %j in it', async (end) => {
    const mapping = '{ source: crm, deal: id, account: account, amount: amount, currency: currency, closed-on: day }';
    const csv = `id,account,amount,currency,day\nD-1,"Acme${end}Ltd",1,USD,2026-03-31\n`;
    expect(rowErrors(await check(csv, mapping))).toMatchObject([
      { code: 'field_invalid', message: expect.stringMatching(/holds a line break or tab; write it on one line/) },
    ]);
  });

  test('with all that is wrong in it, the rows counted with empty ones', async () => {
    const csv = file(
      ROW,
      '',
      'D-2,rep 2,x,USD,2026-02-30',
      'D-3,rep_1,1.00,USD,2026-01-31',
      'D-4,rep_1,,USD,2026-01-31',
    );
    const found = rowErrors(await check(csv)).map(({ row, column }) => `${row} ${column}`);
    expect(found.sort()).toEqual(['3 amount', '3 closed_on', '3 rep_id', '5 amount']);
  });

  test('with the first 100 of 10,000 errors, in less than 100 KiB', async () => {
    const rows = Array.from({ length: 10_000 }, (_, at) => `D-${at},rep_1,${'9'.repeat(60)}x,USD,2026-03-31`);
    const checked = await check(file(...rows));
    expect(checked).toMatchObject({ code: 'csv_rows_invalid', total: 10_000 });
    expect(rowErrors(checked)).toHaveLength(100);
    expect(JSON.stringify(checked).length).toBeLessThan(100 * 1024);
  });

  test('whose bytes are not UTF-8, with the row and the byte', async () => {
    const csv = Buffer.concat([
      Buffer.from(file(ROW)),
      Buffer.from([0x44, 0x2d, 0xe9, 0x2c]),
      Buffer.from('rep_1,1,USD,x\n'),
    ]);
    const at = file(ROW).length + 2;
    expect(rowErrors(await check(csv))).toMatchObject([
      {
        code: 'encoding_invalid',
        row: 2,
        message: `Row 2 holds byte 0xE9 at offset ${at}, which is not UTF-8; save it as "CSV UTF-8", or write "encoding: windows-1252" under "format" in the mapping.`,
      },
    ]);
    expect(rowErrors(await check(file('D-1,r\u0000,1.00,USD,2026-03-31')))).toMatchObject([
      { code: 'encoding_invalid', row: 1, message: expect.stringMatching(/NUL byte/) },
    ]);
    expect(rowErrors(await check(file(ROW, 'D-2,rep_1,1.00,US\u0000')))).toHaveLength(1);
  });

  test('that is longer than 1 MiB, after the rows before it', async () => {
    const csv = file('D-0,rep_1,x,USD,2026-03-31', `D-1,${'y'.repeat(2 << 20)},1.00,USD,2026-03-31`);
    expect(rowErrors(await check(csv)).map(({ row, code }) => [row, code])).toEqual([
      [1, 'amount_invalid'],
      [2, 'csv_line_too_long'],
    ]);
  });

  test('whose stray quote would swallow the rest of a large file', async () => {
    const rows = Array.from({ length: 60_000 }, (_, at) => `D-${at},rep_1,1.00,USD,2026-03-31`);
    rows[3] = 'D"3,rep_1,1.00,USD,2026-03-31';
    expect(rowErrors(await check(file(...rows)))).toMatchObject([{ code: 'csv_quote', row: 4 }]);
    rows[3] = '"D-3,rep_1,1.00,USD,2026-03-31';
    expect(rowErrors(await check(file(...rows)))).toMatchObject([{ code: 'csv_quote', row: 4 }]);
  });
});

describe('a deal that comes again', () => {
  test('exactly as before is left out and counted, near or far', async () => {
    const many = Array.from({ length: 20_000 }, (_, at) => `D-${at},rep_1,1.00,USD,2026-03-31`);
    const checked = await check(file(...many, many[19_999] ?? '', many[0] ?? '', many[0] ?? ''));
    expect(checked).toMatchObject({ rows: 20_003, deals: 20_000, duplicates: 3 });
    const all = await deals(checked);
    expect(new Set(all.map(({ deal }) => deal)).size).toBe(20_000);
  });

  test('with the same amount spelled otherwise is the same', async () => {
    expect(await check(file(ROW, ROW.replace('1000.00', '1000')))).toMatchObject({ deals: 1, duplicates: 1 });
  });

  test('told differently is a conflict that names both rows', async () => {
    const many = Array.from({ length: 20_000 }, (_, at) => `D-${at},rep_1,1.00,USD,2026-03-31`);
    const near = 'D-19999,rep_1,2.00,USD,2026-03-31';
    const far = 'D-1,rep_1,1.00,USD,2026-03-30';
    expect(rowErrors(await check(file(...many, near, far)))).toMatchObject([
      { code: 'row_conflict', row: 20_001, message: expect.stringMatching(/is told differently in row 20000/) },
      { code: 'row_conflict', row: 20_002, message: expect.stringMatching(/is told differently in row 2;/) },
    ]);
  });
});

test('an import that was stopped goes on after the row that was written last', async () => {
  const checked = await check(
    file(...Array.from({ length: 2500 }, (_, at) => `D-${at + 1},rep_1,1.00,USD,2026-03-31`)),
  );
  const rest = await deals(checked, 1200);
  expect(rest.length).toBe(1300);
  expect(rest[0]).toMatchObject({ row: 1201, deal: 'D-1201' });
});

test('the digest names file and mapping', async () => {
  const digestOf = async (csv: string, mapping = DEFAULT_MAPPING) => {
    const checked = await check(csv, mapping);
    return isProblem(checked) ? checked.code : checked.digest;
  };
  const one = await digestOf(file(ROW));
  expect(await digestOf(file(ROW))).toBe(one);
  expect(await digestOf(`${file(ROW)}\n`)).not.toBe(one);
  const other = mappingOf(
    '{source: b, deal: deal_id, owner: rep_id, amount: amount, currency: currency, closed-on: closed_on}',
  );
  expect(await digestOf(file(ROW), other)).not.toBe(one);
});

test('progress is told in bytes, and an import can be stopped while it checks', async () => {
  const csv = file(...Array.from({ length: 20_000 }, (_, at) => `D-${at},rep_1,1.00,USD,2026-03-31`));
  const told: number[] = [];
  const stop = new AbortController();
  await check(csv);
  const ask = {
    file: join(dirname(SPOOL), 'deals.csv'),
    mapping: DEFAULT_MAPPING,
    folder: dirname(SPOOL),
    spool: SPOOL,
  };
  await checkDeals({ ...ask, onProgress: (read, total) => told.push(read / total) });
  expect(told.length).toBeGreaterThan(5);
  expect(told.at(-1)).toBe(1);
  expect(told.every((share, at) => share >= (told[at - 1] ?? 0))).toBe(true);
  const stopped = checkDeals({ ...ask, signal: stop.signal, onProgress: () => stop.abort(new Error('stopped')) });
  await expect(stopped).rejects.toThrow('stopped');
  expect(existsSync(SPOOL)).toBe(false);
});
