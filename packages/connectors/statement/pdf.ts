import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Balance, Statement, StatementLine } from '@ledger/events';
import { exact, forPeople, fromText, grouped, minorUnits, mul, sum, toDecimalText } from '@ledger/money';
import fonts from 'dejavu-fonts-ttf/package.json' with { type: 'json' };
import type PdfDocument from 'pdfkit';
import { piecesOf } from './pieces.ts';

/** What a statement on paper says besides its lines. */
export interface StatementPaper {
  readonly ledger: string;
  /** Of the participant; `null`: nobody tells. */
  readonly name: string | null;
  readonly state: 'open' | 'freezing' | 'frozen';
  /** Position that the numbers are computed from. */
  readonly asOf: string;
  /** SHA-256 of the frozen statement. */
  readonly digest: string | null;
  readonly statement: Statement;
  /** Titles of components; an id stands for itself. */
  readonly titles: ReadonlyMap<string, string>;
}

const MARGIN = 48;
const INK = '#1a1b1e';
const FAINT = '#5c5f66';
/** Nobody's clock is in the file: the same statement has the same bytes for ever. */
const NO_TIME = new Date(0);

/** A statement to keep and to print: every line, stamped with position and digest on every page. The same input gives the same bytes. */
export async function statementPdf(paper: StatementPaper): Promise<Uint8Array> {
  const { default: Pdf } = await import('pdfkit');
  const { participant, period } = paper.statement;
  const folder = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');
  const document = new Pdf({
    size: 'A4',
    margins: { top: MARGIN, bottom: MARGIN + 24, left: MARGIN, right: MARGIN },
    bufferPages: true,
    lang: 'en',
    displayTitle: true,
    info: {
      Title: `Statement of ${participant} for ${period}`,
      Creator: `fonts ${fonts.version}`,
      CreationDate: NO_TIME,
      ModDate: NO_TIME,
    },
  });
  const parts: Buffer[] = [];
  const done = new Promise<Uint8Array>((resolve, reject) => {
    document.on('data', (part: Buffer) => parts.push(part));
    document.on('end', () => resolve(Buffer.concat(parts)));
    document.on('error', reject);
  });
  document.registerFont('plain', join(folder, 'DejaVuSansCondensed.ttf'));
  document.registerFont('bold', join(folder, 'DejaVuSansCondensed-Bold.ttf'));
  write(document, paper);
  document.end();
  return done;
}

type Pdf = InstanceType<typeof PdfDocument>;

const STAMPS = {
  open: 'OPEN: not final, and no promise of pay',
  freezing: 'BEING FROZEN: as it will be written',
  frozen: 'FROZEN: this is history',
} as const satisfies Readonly<Record<StatementPaper['state'], string>>;

function write(document: Pdf, paper: StatementPaper): void {
  const { statement, name, state, asOf, digest, titles } = paper;
  const { participant, period, currency, total, lines } = statement;
  document.font('bold').fontSize(18).fillColor(INK).text('Commission statement');
  document.font('plain').fontSize(11).fillColor(FAINT);
  // The id stands there, too: it can be read where the font lacks the letters of a name.
  words(document, name === null ? `${participant} · ${period}` : `${name} (${participant}) · ${period}`);
  document.moveDown(0.6);
  const stamp = STAMPS[state];
  document.font('bold').fontSize(10).fillColor(INK).text(`${stamp}, as of position ${asOf}`);
  if (digest !== null) document.font('plain').fontSize(8).fillColor(FAINT).text(`SHA-256 ${digest}`);
  document.moveDown(0.8);
  row(document, 'Total', `${grouped(total)} ${currency}`, { isBold: true, size: 14 });
  document.moveDown(0.6);

  for (const { component, credited, quota, attainment, window, unit } of statement.attainment) {
    const share = attainment === null ? '' : ` (${percentage(attainment)})`;
    const of = quota === null ? '' : ` of ${forPeople(quota, unit)}`;
    row(
      document,
      `${titles.get(component) ?? component}, ${window}`,
      `${forPeople(credited, unit)}${of} ${unit}${share}`,
      {
        isFaint: true,
      },
    );
  }

  const earnings = lines.filter((line) => line.kind === 'earning');
  for (const component of new Set(earnings.map((line) => line.component))) {
    const own = earnings.filter((line) => line.component === component);
    heading(document, titles.get(component) ?? component, `${added(own, currency)} ${currency}`);
    for (const line of own) {
      const closed = line.closedOn === null ? '' : `, closed ${line.closedOn}`;
      row(document, `${line.line.slice(line.component.length + 1)}${closed}`, grouped(line.amount));
    }
  }
  const corrections = lines.filter((line) => line.kind === 'correction');
  if (corrections.length > 0)
    heading(document, 'Corrections of earlier periods', `${added(corrections, currency)} ${currency}`);
  for (const line of corrections) {
    row(
      document,
      `${line.period}, ${titles.get(line.component) ?? line.component}: ${line.trace.says}`,
      grouped(line.amount),
    );
  }
  const settled = lines.filter((line) => line.kind === 'settlement');
  if (settled.length > 0) heading(document, 'Draws, holds and payment', `${added(settled, currency)} ${currency}`);
  for (const line of settled) row(document, line.trace.says, grouped(line.amount));
  if (statement.balances !== undefined) balances(document, statement.balances, currency);
  footers(document, paper);
}

function heading(document: Pdf, title: string, amount: string): void {
  document.moveDown(0.9);
  row(document, title, amount, { isBold: true, size: 11 });
  const y = document.y + 1;
  document
    .moveTo(MARGIN, y)
    .lineTo(document.page.width - MARGIN, y)
    .lineWidth(0.5)
    .strokeColor('#ced4da')
    .stroke();
  document.y = y + 4;
}

/** What people have written, wherever the document is at, or at the margin at a height. */
function words(document: Pdf, text: string, at?: { readonly y: number; readonly width: number }): void {
  const pieces = piecesOf(text);
  for (const [index, piece] of pieces.entries()) {
    const continued = index < pieces.length - 1;
    if (index === 0 && at !== undefined) document.text(piece, MARGIN, at.y, { width: at.width, continued });
    else document.text(piece, { continued });
  }
}

interface Look {
  readonly isBold?: boolean;
  readonly isFaint?: boolean;
  readonly size?: number;
}
const AMOUNT_WIDTH = 190;

/** Words to the left, an amount to the right; a row is never cut by the end of a page. */
function row(
  document: Pdf,
  left: string,
  right: string,
  { isBold = false, isFaint = false, size = 9.5 }: Look = {},
): void {
  document
    .font(isBold ? 'bold' : 'plain')
    .fontSize(size)
    .fillColor(isFaint ? FAINT : INK);
  const whole = document.page.width - 2 * MARGIN;
  const width = whole - AMOUNT_WIDTH - 12;
  const height = document.heightOfString(left, { width });
  if (document.y + height > document.page.height - document.page.margins.bottom) document.addPage();
  const { y } = document;
  words(document, left, { y, width });
  const below = document.y;
  document.text(right, MARGIN + whole - AMOUNT_WIDTH, y, { width: AMOUNT_WIDTH, align: 'right' });
  document.x = MARGIN;
  document.y = Math.max(below, document.y) + 2;
}

function balances(document: Pdf, all: readonly Balance[], currency: string): void {
  heading(document, 'What is carried to the next statement', currency);
  for (const { balance, of, opening, change, closing } of all) {
    const name = of === null ? balance : `${balance}, ${of}`;
    row(document, `${name}: ${grouped(opening)} before, ${grouped(change)} now`, grouped(closing));
  }
}

function footers(document: Pdf, { ledger, asOf, digest, statement: { participant, period } }: StatementPaper): void {
  const { start, count } = document.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    document.switchToPage(page);
    // Below the margin, where text would otherwise begin a page of its own.
    document.page.margins.bottom = 0;
    const proof = digest === null ? 'not frozen' : `SHA-256 ${digest}`;
    const says = `${ledger} · ${participant} · ${period} · position ${asOf} · ${proof} · page ${page + 1} of ${count}`;
    document
      .font('plain')
      .fontSize(6.5)
      .fillColor(FAINT)
      .text(says, MARGIN, document.page.height - MARGIN, { width: document.page.width - 2 * MARGIN, lineBreak: false });
  }
}

function added(lines: readonly StatementLine[], currency: string): string {
  return grouped(toDecimalText(sum(lines.map(({ amount }) => exact(amount))), minorUnits(currency), 'half-up'));
}

function percentage(share: string): string {
  return `${toDecimalText(mul(fromText(share), exact('100')), 2, 'half-up')} %`;
}
