import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fields } from '@ledger/events';
import { type Kind, partsOf, shareLine, wrongWith } from '@ledger/web';
import { expect, test } from 'vitest';

/** Of a catalogue that is not part of this repository; what it has is here, too. */
const CATALOGUE = join(import.meta.dirname, '../../..', 'shared', 'design', 'bad-inputs.json');

/** What forms look at before they send it, and what the ledger takes: the same, whatever is typed. */
const JUDGES: Readonly<Partial<Record<Kind, { safeParse(text: string): { readonly success: boolean } }>>> = {
  amount: fields.decimal,
  positive: fields.positiveDecimal,
  share: fields.percent,
  day: fields.date,
  text: fields.text,
  label: fields.label,
  id: fields.partId,
  name: fields.id,
  period: fields.periodId,
};

const TYPED = [
  ...[
    '0',
    '-5',
    '12.50',
    '999999999999999',
    '0.000000000001',
    '50%',
    '0.5',
    '150%',
    'ada',
    'crm.OP-1',
    '2026-Q1',
    '2026-01',
  ],
  ...[
    '2026-01-31',
    '2024-02-29',
    'Weil: „ja“ 日本 עברית नमस्ते',
    'two\nlines',
    'a\ttab',
    'x'.repeat(200),
    '2199-12-31',
    '1970-01-01',
  ],
  // What is bad about amounts …
  ...[
    ' 1000',
    '1000 ',
    '1,000.00',
    '1.000,00',
    '1,5',
    '0x1F4',
    'Infinity',
    'NaN',
    '1_000',
    '$1000',
    '(1000)',
    '+1000',
    '1e3',
    '1E+05',
  ],
  ...[
    '１０００',
    '٣',
    '1 000',
    "1'000",
    '−5',
    '5-',
    '-0',
    '-0.00',
    '.5',
    '5.',
    '007',
    '99999999999999999999.00',
    '0.0000000000001',
  ],
  ...[`0.${'0'.repeat(300)}1`, '#REF!', 'N/A', 'USD 5', '5€', '50,5%', '５０%', '%', '-0%', ''],
  // … days …
  ...[
    '2026-02-30',
    '2026-06-31',
    '2025-02-29',
    '03/31/2026',
    '1',
    '2026-03-31T23:30:00',
    '2026-03-31T24:00:00Z',
    '0001-01-01',
  ],
  ...['9999-12-31', '２０２６-01-01', '2026-1-1', '20260101', '2026-13-01', '2026-00-10', '2026-01-00', '2026-01-31 '],
  // … names …
  ...[
    '../../etc/passwd',
    "D-1'; DROP TABLE events;--",
    'a b',
    'ä',
    '__proto__',
    'a/b',
    '-a',
    '2026-Q7',
    '2026',
    ' 2026-Q1',
    'x'.repeat(129),
  ],
  // … and texts.
  ...[
    'a\u0000b',
    'a\u202eb',
    '\u200b',
    'a\u2028b',
    'a\u0007b',
    '\ud800',
    'x'.repeat(201),
    'x'.repeat(4001),
    '👩\u200d👩\u200d👧',
  ],
];

/** Every value of the catalogue that stands for a field of ours. */
function catalogued(): readonly string[] {
  if (!existsSync(CATALOGUE)) return [];
  const entries = JSON.parse(readFileSync(CATALOGUE, 'utf8')) as readonly { readonly input: { body_raw?: string } }[];
  return entries.flatMap(({ input: { body_raw: body = '' } }) =>
    [...body.matchAll(/:\s*("(?:[^"\\]|\\.)*")/g)].map(([, text = '""']) => String(JSON.parse(text))),
  );
}

test.for(Object.entries(JUDGES))('a form takes as %s what the ledger takes, and nothing else', ([kind, judge]) => {
  for (const text of new Set([...TYPED, ...catalogued()])) {
    // A form asks for what is empty by itself.
    if (text.trim() === '') continue;
    const says = wrongWith(kind as Kind, text);
    // Free texts are sent composed.
    const sent = kind === 'text' || kind === 'label' ? text.normalize('NFC') : text;
    expect([text, says === undefined], says).toEqual([text, judge.safeParse(sent).success]);
    if (says !== undefined) expect(says, text).toMatch(/^[^\p{Cc}\u202e]{1,200}\.$/u);
  }
});

test.for([
  ['1,000.00', 'has a thousands separator; write 1000.00'],
  ['1.000,00', 'has a decimal comma; write 1000.00'],
  ['1,5', 'has a decimal comma; write 1.5'],
  ['1000.001', 'has 3 decimals; USD has 2'],
  [' 5', 'has spaces around it; leave them out'],
])('of the amount %s it says what to write instead', ([text = '', says = '']) => {
  expect(wrongWith('amount', text, 'USD')).toBe(`"${text}" ${says}.`);
});

test('shares are one person and one share a line, and nothing of a line is dropped', () => {
  expect(wrongWith('shares', 'ada 70%\n\nben=0.3')).toBeUndefined();
  expect(shareLine('ada:x 70%')).toEqual({ participant: 'ada:x', share: '70%' });
  for (const line of ['ada', 'ada 70% ben', 'ada 70,5%', '70%', 'a/b 1', 'ada  ']) {
    expect(wrongWith('shares', `ben 0.3\n${line}`), line).toMatch(/^Line 2: ".+\.$/);
  }
  expect(partsOf('70.5')).toEqual({ share: '0.705', others: '0.295' });
  expect(partsOf('100')).toEqual({ share: '1', others: undefined });
});
