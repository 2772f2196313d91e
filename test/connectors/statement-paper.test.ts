import { inflateSync } from 'node:zlib';
import { type StatementPaper, statementPdf } from '@ledger/connectors';
import { expect, test } from 'vitest';

/** The letters of a file in the order in which they stand on its first page, from left to right. */
function lettersOf(pdf: Uint8Array): string {
  const file = Buffer.from(pdf).toString('latin1');
  const objects = new Map<string, string>();
  for (const [, id = '', body = ''] of file.matchAll(/\n(\d+) 0 obj\n(.*?)\nendobj/gs)) {
    const stream = /stream\n(.*)\nendstream/s.exec(body)?.[1];
    objects.set(id, stream === undefined ? body : inflateSync(Buffer.from(stream, 'latin1')).toString('latin1'));
  }
  const at = (body: string, name: string) => objects.get(new RegExp(`/${name} (\\d+) 0 R`).exec(body)?.[1] ?? '') ?? '';
  const page = [...objects.values()].find((body) => body.includes('/Type /Page\n')) ?? '';
  const letters = (font: string) => {
    const map = at(at(at(page, 'Resources'), font), 'ToUnicode');
    return [...(/\[(.*)\]/s.exec(map)?.[1] ?? '').matchAll(/<([^>]*)>/g)].map(([, hex = '']) =>
      Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'),
    );
  };
  let found = '';
  let font: readonly string[] = [];
  for (const [, name, hex = ''] of at(page, 'Contents').matchAll(/\/(F\d+) [\d.]+ Tf|<([0-9a-f]+)>/g)) {
    if (name !== undefined) font = letters(name);
    for (const [glyph] of hex.matchAll(/.{4}/g)) found += font[Number.parseInt(glyph, 16)] ?? '';
  }
  return found.replaceAll('\u00a0', ' ');
}

const paper: StatementPaper = {
  ledger: 'hoshi',
  name: 'נועה בן דוד',
  state: 'open',
  asOf: '5',
  digest: null,
  titles: new Map(),
  statement: {
    period: '2026-02',
    participant: 'noa',
    currency: 'EUR',
    lines: [],
    attainment: [],
    total: '0.00',
  },
};
const backwards = (text: string) => [...text].reverse().join('');

test('words that are written from right to left stand in their order on paper, and nothing else is turned round', async () => {
  expect(lettersOf(await statementPdf(paper))).toContain(`${backwards('נועה בן דוד')} (noa) · 2026-02`);
});

test('the id of a person stands beside a name, whose letters the font may lack', async () => {
  expect(lettersOf(await statementPdf({ ...paper, name: '山田 ゆき' }))).toContain(' (noa) · 2026-02');
  expect(lettersOf(await statementPdf({ ...paper, name: null }))).toContain('statementnoa · 2026-02');
});

test('what was credited has the decimals of its currency on paper', async () => {
  const measured = { component: 'sales', metric: 'rev', window: '2026-02', credited: '1200000', quota: '1000000' };
  const attainment = [{ ...measured, unit: 'JPY', attainment: '6/5' }];
  const text = lettersOf(await statementPdf({ ...paper, statement: { ...paper.statement, attainment } }));
  expect(text).toContain('1,200,000 of 1,000,000 JPY (120.00 %)');
});
