import { stripVTControlCharacters } from 'node:util';
import { exact, fromText, mul, toDecimalText } from '@ledger/money';
import Table from 'cli-table3';
import widthOf from 'string-width';

export { counted, grouped, signed } from '@ledger/application';
export { forPeople } from '@ledger/money';

/** An exact ratio as people read it: `121.25 %`. Display only. */
export function percentage(ratio: string): string {
  return `${toDecimalText(mul(fromText(ratio), exact('100')), 2, 'half-up')} %`;
}

export interface Column {
  readonly title: string;
  readonly right?: boolean;
  /** Longest width; longer cells are wrapped. */
  readonly width?: number;
}

/** The time that the layout of a table takes grows with the square of its rows: longer ones are laid out so many at a time. */
const ROWS_AT_ONCE = 50;

/** A table without lines that fits 80 columns; numbers to the right. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], indent = 2): string {
  const titles = columns.map(({ title }) => title);
  // Column by column as wide as the widest cell of all parts, or as it was said.
  const widths =
    rows.length <= ROWS_AT_ONCE
      ? columns.map(({ width }) => width ?? null)
      : columns.map(
          ({ width, title }, at) => width ?? rows.reduce((most, row) => widest(most, row[at]), widthOf(title)),
        );
  let text = part(columns, widths, indent, titles, rows.slice(0, ROWS_AT_ONCE));
  for (let at = ROWS_AT_ONCE; at < rows.length; at += ROWS_AT_ONCE) {
    text += part(columns, widths, indent, [], rows.slice(at, at + ROWS_AT_ONCE));
  }
  return text;
}

function widest(most: number, cell = ''): number {
  return cell.split('\n').reduce((wide, line) => Math.max(wide, widthOf(line)), most);
}

function part(
  columns: readonly Column[],
  widths: readonly (number | null)[],
  indent: number,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const none = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
  };
  const more = {
    'bottom-right': '',
    left: ' '.repeat(indent),
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
  };
  const made = new Table({
    head: [...head],
    chars: { ...none, ...more, middle: '  ' },
    colAligns: columns.map((column) => (column.right === true ? 'right' : 'left')),
    ...(widths.some((width) => width !== null) ? { colWidths: [...widths], wordWrap: true } : {}),
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
  });
  made.push(...rows.map((row) => [...row]));
  return `${made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

/** Columns that a text takes once its colours are taken off. */
function visible(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** Wraps a sentence to a width, continuing lines with an indent. */
export function wrapped(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && visible(line) + 1 + visible(word) > width) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line].join(`\n${indent}`);
}
