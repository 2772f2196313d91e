import type { DealSnapshot } from '@ledger/events';
import { describe, expect, test } from 'vitest';
import { check, deals, rowErrors } from './csv.ts';

/** A mapping with the fields that every one needs, and some more. */
const mapping = (...more: readonly string[]) =>
  ['source: crm', 'deal: id', 'amount: amount', 'currency: { value: USD }', 'closed-on: day', ...more].join('\n');
const csv = (...rows: readonly string[]) => `${rows.join('\n')}\n`;

async function snapshots(...given: Parameters<typeof check>): Promise<readonly DealSnapshot[]> {
  return (await deals(await check(...given))).map(({ snapshot }) => snapshot);
}
async function faults(...given: Parameters<typeof check>): Promise<readonly string[]> {
  return rowErrors(await check(...given)).map(({ code, message }) => `${code}: ${message}`);
}

describe('formats', () => {
  const one = (amount: string, day: string, format: string) =>
    snapshots(csv('id;amount;day', `D-1;${amount};${day}`), mapping(`format: { delimiter: ';', ${format} }`));

  test.each([
    ['1.234,50', "decimal-mark: ',', thousands: '.'", '1234.50'],
    ['-1.234.567,5', "decimal-mark: ',', thousands: '.'", '-1234567.50'],
    ['1234,5', "decimal-mark: ','", '1234.50'],
    ['1,234.50', "thousands: ','", '1234.50'],
    ['1 234.50', "thousands: ' '", '1234.50'],
    ['1\u00a0234', "thousands: ' '", '1234.00'],
    ["1'234.50", `thousands: "'"`, '1234.50'],
  ])('amount %s with %s is %s', async (text, format, amount) => {
    expect(await one(text, '2026-01-31', format)).toMatchObject([{ amount }]);
  });

  test.each([
    ['1.2345,6', "decimal-mark: ',', thousands: '.'"],
    ['1,234.50', "decimal-mark: ',', thousands: '.'"],
    ['1234.50', "decimal-mark: ','"],
    ['12,34.50', "thousands: ','"],
    ['1e5', "thousands: ','"],
    ['', "thousands: ','"],
  ])('amount "%s" with %s is refused', async (text, format) => {
    const found = await faults(
      csv('id;amount;day', `D-1;${text};2026-01-31`),
      mapping(`format: { delimiter: ';', ${format} }`),
    );
    expect(found).toEqual([expect.stringMatching(/^amount_invalid: Row 1 amount .*; .*\.$/)]);
  });

  test.each(['1\u00a0000,00', '1.00.000,00', 'none'])(
    '"%s" is told to be written in the format of the mapping',
    async (text) => {
      const found = await faults(
        csv('id;amount;day', `D-1;${text};2026-01-31`),
        mapping(`format: { delimiter: ';', decimal-mark: ',', thousands: '.' }`),
      );
      expect(found).toEqual([
        expect.stringMatching(/ is not a number in the format of the mapping; write it as 1\.234,50\.$/),
      ]);
    },
  );

  test.each([
    ['31.01.2026', 'dates: dd.mm.yyyy', '2026-01-31'],
    ['1.2.2026', 'dates: dd.mm.yyyy', '2026-02-01'],
    ['02/01/2026', 'dates: mm/dd/yyyy', '2026-02-01'],
    ['02/01/2026', 'dates: dd/mm/yyyy', '2026-01-02'],
    ['2026-01-31T23:30:00Z', 'dates: instant', '2026-01-31'],
    ['2026-01-31T23:30:00.000+0000', 'dates: instant, time-zone: Europe/Berlin', '2026-02-01'],
    ['2026-02-01 00:30:00+01:00', 'dates: instant', '2026-01-31'],
    ['2026/01/31', 'dates: yyyy/mm/dd', '2026-01-31'],
    ['20260131', 'dates: yyyymmdd', '2026-01-31'],
    ['31-1-2026', 'dates: dd-mm-yyyy', '2026-01-31'],
    ['02-01-2026', 'dates: mm-dd-yyyy', '2026-02-01'],
    ['31-JAN-2026', 'dates: dd-mmm-yyyy', '2026-01-31'],
    ['Dec 3, 2026', "dates: 'mmm dd, yyyy'", '2026-12-03'],
    ['2026-01-31 00:00:00.000', 'times: ignore', '2026-01-31'],
    ['2026-01-31T23:59', 'times: ignore', '2026-01-31'],
    ['2/24/2026 0:00', 'dates: mm/dd/yyyy, times: ignore', '2026-02-24'],
    ['2/24/2026 11:05 PM', 'dates: mm/dd/yyyy, times: ignore', '2026-02-24'],
    ['24-02-2026', 'dates: dd-mm-yyyy, times: ignore', '2026-02-24'],
  ])('day %s with %s is %s', async (text, format, closedOn) => {
    expect(await one('1', text, format)).toMatchObject([{ closedOn }]);
  });

  test.each([
    ['13/13/2026', 'dates: mm/dd/yyyy'],
    ['29.02.2026', 'dates: dd.mm.yyyy'],
    ['31.01.26', 'dates: dd.mm.yyyy'],
    ['2026-01-31', 'dates: instant'],
    ['2026-01-31T10:30:00', 'dates: instant'],
    ['2026-02-30T10:30:00Z', 'dates: instant'],
    ['2026131', 'dates: yyyymmdd'],
    ['31-Foo-2026', 'dates: dd-mmm-yyyy'],
    ['31-01-2026', 'dates: dd-mmm-yyyy'],
    ['2026-01-31 24:00', 'times: ignore'],
    ['2026-01-31 10:30:00+01:00', 'times: ignore'],
    ['2026-02-30 10:30:00', 'times: ignore'],
  ])('day %s with %s is refused', async (text, format) => {
    const found = await faults(csv('id;amount;day', `D-1;1;${text}`), mapping(`format: { delimiter: ';', ${format} }`));
    expect(found).toEqual([expect.stringMatching(/^date_invalid: Row 1 day .*; .*\.$/)]);
  });

  test('a time of day is refused until the mapping leaves it out', async () => {
    const [found] = await faults(csv('id,amount,day', 'D-1,1,2026-01-31 10:30:00'), mapping());
    expect(found).toMatch(/has a time of day; write "times: ignore" under "format" if the day counts as it is written/);
  });

  test('amounts are recorded with the decimals of their currency', async () => {
    const rows = csv('id,amount,cur,day', 'A,1000,JPY,2026-01-01', 'B,1000.0,KWD,2026-01-01', 'C,5.00,JPY,2026-01-01');
    expect((await snapshots(rows, mapping().replace('{ value: USD }', 'cur'))).map(({ amount }) => amount)).toEqual([
      '1000',
      '1000.000',
      '5',
    ]);
  });
});

describe('owner', () => {
  const rows = (...owners: readonly string[]) =>
    csv('id,amount,day,rep', ...owners.map((owner, at) => `D-${at},1,2026-01-01,${owner}`));

  test('as a slug, a table of ids, or nobody', async () => {
    const slug = mapping('owner: { column: rep, as: slug }');
    const people = await snapshots(rows('Darcel Schlecht', 'Zoë O’Neil-Łoś', '', 'JOHN.DOE@acme.example'), slug);
    expect(people.map(({ owner }) => owner)).toEqual([
      'darcel-schlecht',
      'zoe-o-neil-los',
      null,
      'john-doe-acme-example',
    ]);
    expect(people[2]?.credits).toEqual([]);
    const table = mapping('owner: { column: rep, map: { "1": ada, "2": ben } }');
    expect((await snapshots(rows('2', '1'), table)).map(({ owner }) => owner)).toEqual(['ben', 'ada']);
    expect(await faults(rows('3'), table)).toEqual([
      expect.stringMatching(/^csv_value_unknown: Row 1 rep "3" is not in the map/),
    ]);
  });

  test('two names with one slug, or a name without any, are refused', async () => {
    const slug = mapping('owner: { column: rep, as: slug }');
    expect(await faults(rows('José Díaz', 'Jose Diaz'), slug)).toEqual([
      expect.stringMatching(/^csv_name_ambiguous: Row 2 rep "Jose Diaz" has the same id jose-diaz as "josé díaz"/),
    ]);
    expect(await snapshots(rows('Jo Lee', 'jo  LEE'), slug)).toHaveLength(2);
    expect(await faults(rows('山田'), slug)).toEqual([expect.stringMatching(/^id_invalid: .* cannot be made an id/)]);
  });

  test('without one, deals are counted', async () => {
    expect(await check(rows('ada', '', ''), mapping('owner: rep'))).toMatchObject({ deals: 3, withoutOwner: 2 });
  });
});

describe('credits', () => {
  const rows = (splits: string, overlay = '') =>
    csv('id,amount,day,rep,splits,overlay', `D,1,2026-01-01,ada,${splits},${overlay}`);
  const both = mapping('owner: rep', 'splits: splits', 'overlay: { column: overlay, shares: percent, as: slug }');

  test('are split by a column, sorted by participant, overlay after primary', async () => {
    const [deal] = await snapshots(rows('zoe:30%;ben:0.7;cy:0%', 'Eve Ng:25; Al:100'), both);
    expect(deal?.credits).toEqual([
      { participant: 'ben', pool: 'primary', share: '0.7' },
      { participant: 'zoe', pool: 'primary', share: '0.3' },
      { participant: 'al', pool: 'overlay', share: '1' },
      { participant: 'eve-ng', pool: 'overlay', share: '0.25' },
    ]);
  });

  test('may be fractions that no decimals end, of which there are three to a whole', async () => {
    const thirds = { pool: 'primary', share: '1/3' };
    const [deal] = await snapshots(rows('ada:1/3;ben:1/3;cy:2/6'), both);
    expect(deal?.credits).toEqual(['ada', 'ben', 'cy'].map((participant) => ({ participant, ...thirds })));
  });

  test('are all the owner’s where the column is empty', async () => {
    expect((await snapshots(rows('', 'cy:10'), both))[0]?.credits).toEqual([
      { participant: 'ada', pool: 'primary', share: '1' },
      { participant: 'cy', pool: 'overlay', share: '0.1' },
    ]);
  });

  test.each([
    ['ada:70%;ben:29.99%', /^shares_not_whole: Row 1 splits .* add up to 99.99%/],
    ['ada:1/3;ben:1/3', /^shares_not_whole: Row 1 splits .* add up to about 66.67%/],
    ['ada:1/0', /^percent_invalid/],
    ['ada:70;ben:30', /^shares_not_whole: .* add up to 10000%/],
    ['ada:50%;ada:50%', /^shares_not_whole: .* names ada twice/],
    ['ada:x', /^percent_invalid: .* has a share "x" that is not a rate; write it as 70%/],
    ['ada', /^percent_invalid/],
    [':100%', /^percent_invalid: .* names nobody/],
    ['ada:-10%;ben:110%', /^percent_invalid/],
    ['a b:100%', /^id_invalid/],
  ])('%s is refused', async (splits, says) => {
    expect(await faults(rows(splits), both)).toEqual([expect.stringMatching(says)]);
  });

  test('come from pairs of columns', async () => {
    const pairs = mapping(
      'splits: { pairs: [{ participant: a, share: as }, { participant: b, share: bs }], shares: percent }',
    );
    const table = csv('id,amount,day,a,as,b,bs', 'D,1,2026-01-01,ada,66.67,ben,33.33', 'E,1,2026-01-01,ada,100,,');
    expect((await snapshots(table, pairs)).map(({ credits }) => credits.map(({ share }) => share))).toEqual([
      ['0.6667', '0.3333'],
      ['1'],
    ]);
    expect(await faults(csv('id,amount,day,a,as,b,bs', 'D,1,2026-01-01,ada,50,,50'), pairs)).toEqual([
      expect.stringMatching(/^percent_invalid: Row 1 bs "50" names nobody/),
    ]);
  });
});

describe('status', () => {
  const stages = mapping(
    'cancelled-on: gone',
    'status: { column: stage, closed: [Won], cancelled: [Cancelled], ignore: [Lost] }',
  );
  const rows = (...rest: readonly string[]) => csv('id,amount,day,stage,gone', ...rest);

  test('tells closed from cancelled deals and leaves the others out, whatever else they hold', async () => {
    const checked = await check(
      rows('A,1,2026-01-01,Won,', 'B,1,2026-01-01,Cancelled,2026-02-01', ',x,,Lost,'),
      stages,
    );
    expect(checked).toMatchObject({ rows: 3, deals: 2, ignored: 1, cancelled: 1 });
    expect(await deals(checked)).toMatchObject([
      { status: 'closed', cancelledOn: null },
      { status: 'cancelled', cancelledOn: '2026-02-01' },
    ]);
  });

  test('that nobody listed, or that contradicts itself, is refused', async () => {
    const found = await faults(
      rows('A,1,2026-01-01,won,', 'B,1,2026-01-01,Won,2026-02-01', 'C,1,2026-01-01,Cancelled,'),
      stages,
    );
    expect(found).toEqual([
      expect.stringMatching(/^csv_value_unknown: Row 1 stage "won" is no status .*"Won", "Cancelled", "Lost"/),
      expect.stringMatching(/^field_invalid: Row 2 gone "2026-02-01" is a day of cancellation/),
      expect.stringMatching(/^date_invalid: Row 3 gone is empty/),
    ]);
  });

  test('is told by the day of cancellation alone, where there is no column for it', async () => {
    const checked = await check(
      rows('A,1,2026-01-01,x,', 'B,1,2026-01-01,x,2026-02-01'),
      mapping('cancelled-on: gone', 'other-columns: ignore'),
    );
    expect((await deals(checked)).map(({ status }) => status)).toEqual(['closed', 'cancelled']);
  });

  test('aside, `only` leaves rows out by any column', async () => {
    const checked = await check(
      rows('A,1,2026-01-01,EU,', 'B,x,2026-01-01,US,'),
      mapping('only: { stage: [EU] }', 'other-columns: ignore'),
    );
    expect(checked).toMatchObject({ deals: 1, ignored: 1 });
  });
});

describe('attributes', () => {
  const typed = mapping(
    'attributes:',
    '  note: note',
    '  termMonths: { column: term, as: decimal }',
    '  startsOn: { column: start, as: date }',
    '  renewal: { column: again, as: boolean, true: ["Y"], false: ["N"] }',
    '  channel: { value: direct }',
  );
  const rows = (rest: string) => csv('id,amount,day,note,term,start,again', `D,1,2026-01-01,${rest}`);

  test('have the types that the mapping gives them; an empty cell is none', async () => {
    expect(
      (await snapshots(rows('"He said ""no"" \\ ok\r\nand left é",12.50,2026-02-01,N'), typed))[0]?.attributes,
    ).toEqual({
      channel: 'direct',
      note: 'He said "no" \\ ok\nand left é',
      renewal: false,
      startsOn: { date: '2026-02-01' },
      termMonths: { decimal: '12.5' },
    });
    expect((await snapshots(rows(',,,'), typed))[0]?.attributes).toEqual({ channel: 'direct' });
  });

  test('that do not fit their types are refused', async () => {
    expect(await faults(rows('a\u200bb,twelve,2026-02-30,yes'), typed)).toEqual([
      expect.stringMatching(/^field_invalid: Row 1 note "a\\u200bb" holds the invisible character U\+200B/),
      expect.stringMatching(
        /^csv_value_unknown: Row 1 again "yes" is neither true nor false; write Y \(true\) or N \(false\)/,
      ),
      expect.stringMatching(/^date_invalid: Row 1 start/),
      expect.stringMatching(/^amount_invalid: Row 1 term "twelve" is not a number/),
    ]);
  });
});

describe('lines', () => {
  const lined = [
    'source: shop',
    'rows: line',
    'deal: order',
    'currency: { value: USD }',
    'closed-on: day',
    'owner: rep',
    'lines: { product: item, quantity: n, amount: { multiply: [price, n], less: off } }',
  ].join('\n');
  const rows = (...rest: readonly string[]) => csv('order,day,rep,item,price,n,off', ...rest);

  test('are rows that follow one another; the deal is worth their sum, each rounded half-up', async () => {
    const checked = await check(
      rows('1,2026-01-01,ada,x,0.35,1,10%', '1,2026-01-01,ada,y,10,3,0', '2,2026-01-02,ben,x,-1,1,'),
      lined,
    );
    expect(checked).toMatchObject({ rows: 3, deals: 2 });
    expect((await deals(checked)).map(({ snapshot }) => snapshot)).toMatchObject([
      {
        deal: '1',
        amount: '30.32',
        lines: [
          { line: '1', product: 'x', quantity: '1', amount: '0.32' },
          { line: '2', amount: '30.00' },
        ],
      },
      { deal: '2', amount: '-1.00' },
    ]);
  });

  test('of one deal must agree about it and stay together', async () => {
    expect(await faults(rows('1,2026-01-01,ada,x,1,1,', '1,2026-01-02,ada,y,1,1,'), lined)).toEqual([
      expect.stringMatching(/^row_conflict: Row 2 order "1" has another closedOn than row 1 of the same deal/),
    ]);
    expect(
      await faults(rows('1,2026-01-01,ada,x,1,1,', '2,2026-01-01,ada,x,1,1,', '1,2026-01-01,ada,y,1,1,'), lined),
    ).toEqual([
      expect.stringMatching(/^row_conflict: Row 3 order "1" is told differently in row 1; .*must follow one another/),
    ]);
  });

  test('with an attribute of their own are refused by its name', async () => {
    const sized = `${lined}\nattributes: { size: off }`;
    expect(await faults(rows('1,2026-01-01,ada,x,1,1,', '1,2026-01-01,ada,y,1,1,0.1'), sized)).toEqual([
      expect.stringMatching(/^row_conflict: Row 2 order "1" has another attribute size than row 1 of the same deal/),
    ]);
  });

  test('with ids may stand apart, and are taken once where they come again', async () => {
    const named = lined.replace('product: item', 'line: n, product: item').replace('quantity: n, ', '');
    const apart = rows(
      '1,2026-01-01,ada,x,1,1,',
      '2,2026-01-01,ben,x,5,1,',
      '1,2026-01-01,ada,y,1,2,',
      '1,2026-01-01,ada,x,1,1,',
    );
    const checked = await check(apart, named);
    expect(checked).toMatchObject({ rows: 4, deals: 2, duplicates: 1 });
    expect((await deals(checked)).map(({ row, snapshot }) => [row, snapshot.deal, snapshot.amount])).toEqual([
      [1, '1', '3.00'],
      [2, '2', '5.00'],
    ]);
    expect(await faults(rows('1,2026-01-01,ada,x,1,1,', '1,2026-01-01,ada,y,1,1,'), named)).toEqual([
      expect.stringMatching(/^row_conflict: Row 2 "1" is the second line 1 of deal 1/),
    ]);
  });

  test('with ids are put together over 20,000 rows, in the order in which their deals begin', async () => {
    const named = lined.replace('product: item', 'line: n, product: item').replace('quantity: n, ', '');
    const others = (count: number) => Array.from({ length: count }, (_, at) => `d${at},2026-01-01,ada,x,1,1,`);
    const around = (count: number) =>
      rows('1,2026-01-01,ada,x,1,1,', ...others(count), '1,2026-01-01,ada,y,1,2,', 'z,2026-01-01,ada,y,1,2,');
    const checked = await check(around(20_000), named);
    const found = await deals(checked);
    expect(found.map(({ row }) => row)).toEqual(found.map(({ row }) => row).toSorted((a, b) => a - b));
    expect(found[0]?.snapshot).toMatchObject({ deal: '1', amount: '3.00' });
    expect(await faults(around(20_001), named)).toEqual([
      expect.stringMatching(
        /^row_conflict: Row 20003 order "1" is told differently in row 1; .*20000 rows apart at most/,
      ),
    ]);
  });

  test.each([
    ['1,2026-01-01,ada,,1,1,', /^field_missing: Row 1 item is empty/],
    ['1,2026-01-01,ada,x,1,1,110%', /^percent_invalid: Row 1 off "110%" is not a discount from 0 to 1/],
    ['1,2026-01-01,ada,x,one,1,', /^amount_invalid: Row 1 price "one" is not a number/],
    ['1,2026-01-01,ada,x,999999999999999,999999999999999,', /^amount_invalid: Row 1 .* is more than an amount can be/],
  ])('such as %s are refused', async (row, says) => {
    expect((await faults(rows(row), lined))[0]).toMatch(says);
  });

  test('of a row that is a deal must be worth what the deal is', async () => {
    const single = mapping('lines: { line: sku, product: item, category: kind, amount: worth, cost: cost }');
    const table = (worth: string) =>
      csv('id,amount,day,sku,item,kind,worth,cost', `D,10,2026-01-01,S1,Box,,${worth},4`);
    expect((await snapshots(table('10'), single))[0]?.lines).toEqual([
      { line: 'S1', product: 'Box', category: null, quantity: null, amount: '10.00', cost: '4.00' },
    ]);
    expect(await faults(table('9'), single)).toEqual([
      expect.stringMatching(/^lines_not_whole: Row 1 "D" has lines that add up to 9.00, not to its amount 10.00/),
    ]);
  });

  test('give their cost back with what comes back, and have none below 0 otherwise', async () => {
    const single = mapping('lines: { product: item, amount: amount, cost: cost }');
    const table = (amount: string, cost: string) =>
      csv('id,amount,day,item,cost', `D,${amount},2026-01-01,Box,${cost}`);
    expect((await snapshots(table('-500', '-300'), single))[0]?.lines).toMatchObject([
      { amount: '-500.00', cost: '-300.00' },
    ]);
    expect((await snapshots(table('0', '-300'), single))[0]?.lines).toMatchObject([
      { amount: '0.00', cost: '-300.00' },
    ]);
    expect(await faults(table('500', '-300'), single)).toEqual([
      expect.stringMatching(
        /^amount_invalid: Row 1 cost "-300.00" is a negative cost of what is sold for 500.00; give 0/,
      ),
    ]);
  });

  test('are 2,000 at most', async () => {
    const many = Array.from({ length: 2001 }, (_, at) => `1,2026-01-01,ada,p${at},1,1,`);
    expect(await faults(rows(...many), lined)).toEqual([expect.stringMatching(/^limit_exceeded: .* has 2001 lines/)]);
    expect((await snapshots(rows(...many.slice(1)), lined))[0]?.amount).toBe('2000.00');
  });
});

describe('joins', () => {
  const joining = (...more: readonly string[]) =>
    mapping(
      'account: accounts.name',
      'attributes: { sector: accounts.sector, country: regions.country }',
      'join:',
      '  accounts: { file: accounts.csv, on: acc, key: id }',
      '  regions: { file: regions.csv, on: accounts.region, key: code, optional: yes }',
      ...more,
    );
  const rows = csv('id,amount,day,acc', 'D,1,2026-01-01,7', 'E,1,2026-01-01,8');
  const files = {
    'accounts.csv': csv('id,name,sector,region,unused', '7,Acme,technolgy,N,x', '8,Bolt,retail,?,x'),
    'regions.csv': csv('code,country', 'N,Norway'),
  };

  test('look columns up, through one another, and repairs are counted', async () => {
    const checked = await check(rows, joining('replace: { accounts.sector: { technolgy: technology } }'), files);
    expect(checked).toMatchObject({
      replaced: [{ column: 'accounts.sector', from: 'technolgy', to: 'technology', rows: 1 }],
    });
    expect((await deals(checked)).map(({ snapshot }) => [snapshot.account, snapshot.attributes])).toEqual([
      ['Acme', { sector: 'technology', country: 'Norway' }],
      ['Bolt', { sector: 'retail' }],
    ]);
  });

  test('refuse keys that are not there, twice there, and files that are not as the mapping says', async () => {
    expect(
      await faults(rows, joining(), { ...files, 'accounts.csv': csv('id,name,sector,region', '7,A,b,c') }),
    ).toEqual([expect.stringMatching(/^csv_lookup_missing: Row 2 acc "8" is not in "accounts.csv"; .*optional: yes/)]);
    const refused = async (accounts: string) => check(rows, joining(), { ...files, 'accounts.csv': accounts });
    expect(await refused(csv('id,name,sector,region', '7,A,b,c', '7,B,b,c'))).toMatchObject({
      code: 'csv_lookup_ambiguous',
    });
    expect(await refused(csv('id,name,region', '7,A,b'))).toMatchObject({
      code: 'csv_missing_column',
      message: expect.stringMatching(/^Joined file "accounts.csv": Column "sector" is missing/),
    });
    expect(await refused(csv('id,name,sector,region', '7,A'))).toMatchObject({ code: 'csv_row_length' });
    expect(await refused('')).toMatchObject({ code: 'csv_no_rows' });
    expect(await check(rows, joining().replace('regions.csv', 'none.csv'), files)).toMatchObject({
      code: 'file_missing',
    });
  });

  test('that need each other are refused', async () => {
    const loop = mapping(
      'account: a.x',
      'join: { a: { file: a.csv, on: b.x, key: k }, b: { file: b.csv, on: a.x, key: k } }',
    );
    const files = { 'a.csv': csv('k,x', '1,1'), 'b.csv': csv('k,x', '1,1') };
    expect(await check(csv('id,amount,day', 'D,1,2026-01-01'), loop, files)).toMatchObject({ code: 'mapping_invalid' });
  });
});

test('order among deals of a day and the day that selects the plan are read where they are mapped', async () => {
  const more = mapping('sequence: seq', 'selection-on: signed');
  const table = (seq: string) =>
    csv('id,amount,day,seq,signed', `D,1,2026-01-31,${seq},2026-01-15`, 'E,1,2026-01-31,0,');
  expect(await snapshots(table('12'), more)).toMatchObject([
    { sequence: 12, selectionOn: '2026-01-15' },
    { sequence: 0, selectionOn: null },
  ]);
  expect(await faults(table('1.5'), more)).toEqual([
    expect.stringMatching(/^field_invalid: Row 1 seq "1.5" is not a whole number/),
  ]);
});
