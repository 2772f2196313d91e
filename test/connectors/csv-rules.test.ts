import { type DealSnapshot, dealSnapshot, fields } from '@ledger/events';
import { canonical, isProblem } from '@ledger/kernel';
import { checkAmount, exact, toText } from '@ledger/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check, deals, mappingOf, rowErrors } from './csv.ts';

/** The import checks cells by hand, for speed: here it is held to the schemas, over texts made to be nearly right. */

const mapping = mappingOf(`
source: csv
deal: deal
account: account
amount: amount
currency: { value: USD }
closed-on: day
owner: owner
sequence: sequence
attributes: { note: note, term: { column: term, as: decimal } }
`);

interface Row {
  readonly deal: string;
  readonly account: string;
  readonly amount: string;
  readonly day: string;
  readonly owner: string;
  readonly sequence: string;
  readonly note: string;
  readonly term: string;
}
const COLUMNS = ['deal', 'account', 'amount', 'day', 'owner', 'sequence', 'note', 'term'] as const;

const HOSTILE = [
  '',
  ' ',
  '-',
  '+',
  '.',
  ',',
  '0',
  '00',
  '9',
  'e5',
  '%',
  ':',
  '_',
  '"',
  '\\',
  "'",
  '\n',
  '\t',
  '\r\n',
  'é',
  'e\u0301',
  '١',
  '漢',
  '\u202e',
  '\u200b',
  '\u200d',
  '\u00ad',
  '\ufeff',
  '\u2028',
  '\u0085',
  '\u001b',
  '\u007f',
  '\u00a0',
  '😀',
  '0'.repeat(12),
  'x'.repeat(70),
  'y'.repeat(190),
];

/** A text of the kind, or one with something put into it or taken out of it. */
const nearly = (good: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 20, arbitrary: good },
    {
      weight: 1,
      arbitrary: fc.tuple(good, fc.constantFrom(...HOSTILE), fc.nat()).map(([text, odd, seed]) => {
        const at = seed % (text.length + 1);
        return (text.slice(0, at) + odd + text.slice(at + (seed % 3))).toWellFormed();
      }),
    },
    {
      weight: 1,
      arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !text.includes('\u0000')),
    },
  );

const idText = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,20}$/);
const two = (number: number) => String(number).padStart(2, '0');
const dayLike = fc
  .tuple(fc.integer({ min: 1968, max: 2201 }), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }))
  .map(([year, month, day]) => `${year}-${two(month)}-${two(day)}`);
const existing = fc
  .tuple(fc.integer({ min: 1970, max: 2199 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([year, month, day]) => `${year}-${two(month)}-${two(day)}`);
const row: fc.Arbitrary<Row> = fc.record({
  deal: nearly(idText),
  account: nearly(fc.constantFrom('Acme Corporation', 'Ünïcode & Söhne', '', 'Kan-code "K"', 'back\\slash')),
  amount: nearly(
    fc
      .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.constantFrom('', '.5', '.50', '.05', '.500'))
      .map(([whole, part]) => `${whole}${part}`),
  ),
  day: nearly(fc.oneof({ weight: 6, arbitrary: existing }, { weight: 1, arbitrary: dayLike })),
  owner: nearly(fc.constantFrom('ada', 'rep_1', 'b:c-d', '')),
  sequence: nearly(fc.nat().map(String)),
  note: nearly(fc.constantFrom('on two\nlines', 'plain', '', 'tab\there', 'quote " here')),
  term: nearly(fc.constantFrom('12', '0.5', '-3.25', '', '12.50', '0')),
});

const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
const csvOf = (rows: readonly Row[]) =>
  `${COLUMNS.join(',')}\n${rows.map((each) => COLUMNS.map((name) => cell(each[name])).join(',')).join('\n')}\n`;

/** The deal that a row means, by the schemas alone; `undefined` if it means none. */
function meant(of: Row): DealSnapshot | undefined {
  const amount = checkAmount(of.amount, 'USD');
  const note = of.note.normalize('NFC').replaceAll(/\r\n?/g, '\n');
  const term = fields.decimal.safeParse(of.term);
  if (!amount.ok || (of.note !== '' && !fields.text.max(1000).safeParse(note).success)) return undefined;
  if (of.term !== '' && !term.success) return undefined;
  if (!/^[0-9]{1,15}$/.test(of.sequence) || String(Number(of.sequence)) !== of.sequence) return undefined;
  const [whole, part = ''] = amount.value.split('.');
  const snapshot = dealSnapshot.safeParse({
    source: 'csv',
    deal: of.deal,
    account: of.account === '' ? null : of.account.normalize('NFC'),
    amount: `${whole}.${part.padEnd(2, '0')}`,
    currency: 'USD',
    closedOn: of.day,
    selectionOn: null,
    sequence: Number(of.sequence),
    owner: of.owner === '' ? null : of.owner,
    credits: of.owner === '' ? [] : [{ participant: of.owner, pool: 'primary', share: '1' }],
    attributes: {
      ...(of.note === '' ? {} : { note }),
      ...(of.term === '' ? {} : { term: { decimal: toText(exact(of.term)) } }),
    },
    lines: [],
  });
  return snapshot.success ? snapshot.data : undefined;
}

describe('the import and the schemas', () => {
  test('refuse the same rows, and read the others as the same deals', async () => {
    let accepted = 0;
    let refused = 0;
    const rows = fc.uniqueArray(row, { minLength: 1, maxLength: 60, selector: ({ deal }) => deal });
    await fc.assert(
      fc.asyncProperty(rows, async (all) => {
        const wrong = all.flatMap((each, index) => (meant(each) === undefined ? [index + 1] : []));
        const checked = await check(csvOf(all), mapping);
        if (wrong.length > 0) {
          const found = new Set(rowErrors(checked).map((error) => error.row));
          // A row may have several errors, so that not all rows need to be among the first 100.
          const last = Math.max(...found);
          expect([...found]).toEqual(rowErrors(checked).length < 100 ? wrong : wrong.filter((at) => at <= last));
        } else expect(isProblem(checked)).toBe(false);
        const good = all.filter((each) => meant(each) !== undefined);
        accepted += good.length;
        refused += wrong.length;
        if (good.length === 0) return;
        const read = await deals(await check(csvOf(good), mapping));
        expect(read.map(({ data }) => data)).toEqual(good.map((each) => canonical(meant(each))));
      }),
      { numRuns: 150 },
    );
    // Both sides have been tried.
    expect(accepted).toBeGreaterThan(300);
    expect(refused).toBeGreaterThan(300);
  });
});

test('a field reads the same wherever the file is cut, with any line end', async () => {
  const notes = fc.array(
    fc
      .array(fc.constantFrom('a', 'b c', '"', '""', ',', '\n', 'é', '😀', ';', "'"), { maxLength: 8 })
      .map((parts) => `x${parts.join('')}`),
    { minLength: 1, maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(
      notes,
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.integer({ min: 1, max: 97 }),
      async (texts, end, step) => {
        // Larger than several reads; `step` moves the cuts.
        const many = Array.from({ length: 4000 }, (_, at) => texts[(at * step) % texts.length] ?? '');
        const rows = many.map((note, at) => `D-${at},,1,2026-01-01,,0,${/^[\w ]*$/.test(note) ? note : cell(note)},`);
        const read = await deals(await check([COLUMNS.join(','), ...rows, ''].join(end), mapping));
        expect(read.map(({ snapshot }) => snapshot.attributes.note)).toEqual(many);
      },
    ),
    { numRuns: 15 },
  );
});

test('the longest texts are read, one character more is not', async () => {
  const of = (change: Partial<Row>): Row => ({
    deal: 'D',
    account: 'A',
    amount: '1',
    day: '2026-01-01',
    owner: 'ada',
    sequence: '0',
    note: 'n',
    term: '1',
    ...change,
  });
  const longest: Readonly<Partial<Record<keyof Row, number>>> = {
    deal: 128,
    owner: 64,
    account: 200,
    note: 1000,
    sequence: 15,
  };
  for (const [name, length] of Object.entries(longest)) {
    expect(isProblem(await check(csvOf([of({ [name]: '1'.repeat(length) })]), mapping))).toBe(false);
    expect(rowErrors(await check(csvOf([of({ [name]: '1'.repeat(length + 1) })]), mapping))).toMatchObject([
      { column: name },
    ]);
  }
});
