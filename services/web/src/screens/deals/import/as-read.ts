import type { Head, Row } from './file.ts';
import { fromOf, isMap, type Mapping, mapIn, mapsIn, textIn, textsIn, type Yaml, type YamlMap } from './mapping.ts';
import { dayIn, numberIn, slugOf, type Written } from './values.ts';

/** A cell as it would be read. `isWrong`: it cannot be, and the text is as it stands in the file. */
export interface Cell {
  readonly text: string;
  readonly isWrong?: boolean;
}

/** A row as it would be read: a look ahead, for whoever maps columns. What the ledger makes of the file, a dry run says. */
export interface AsRead {
  readonly number: number;
  readonly isLeftOut: boolean;
  readonly deal: Cell;
  readonly account: Cell;
  readonly amount: Cell;
  readonly currency: Cell;
  readonly closedOn: Cell;
  readonly credited: Cell;
  readonly state: Cell;
}

const NOTHING: Cell = { text: '' };

export function writtenIn(mapping: Mapping): Written {
  const format = mapIn(mapping, 'format');
  return {
    dates: textIn(format, 'dates') ?? 'yyyy-mm-dd',
    zone: textIn(format, 'time-zone') ?? 'UTC',
    mark: textIn(format, 'decimal-mark') ?? '.',
    thousands: textIn(format, 'thousands') ?? 'none',
  };
}

export function asRead({ columns, rows }: Head, mapping: Mapping, most: number): readonly AsRead[] {
  const written = writtenIn(mapping);
  const cellOf = (row: Row, column: string) => row[columns.indexOf(column)] ?? '';
  const textOf = (row: Row, field: Yaml | undefined): string => {
    const from = fromOf(field);
    return from.kind === 'column' ? cellOf(row, from.column) : from.kind === 'value' ? from.value : '';
  };
  const stateOf = (row: Row): Cell => {
    const status = mapping.status;
    if (!isMap(status)) return { text: textOf(row, mapping['cancelled-on']) === '' ? 'closed' : 'cancelled' };
    const value = cellOf(row, textIn(status, 'column') ?? '');
    const found = ['closed', 'cancelled', 'ignore'].find((list) => textsIn(status, list).includes(value));
    return found === undefined ? { text: value, isWrong: true } : { text: found };
  };
  const isOnly = (row: Row) =>
    Object.keys(mapIn(mapping, 'only')).every((column) =>
      textsIn(mapIn(mapping, 'only'), column).includes(cellOf(row, column)),
    );
  return rows.slice(0, most).flatMap((row, at) => {
    // An empty line says nothing.
    if (row.length === 1 && row[0] === '') return [];
    const state = stateOf(row);
    const day = textOf(row, mapping['closed-on']);
    const amount = textOf(row, mapping.amount);
    return {
      number: at + 1,
      isLeftOut: state.text === 'ignore' || !isOnly(row),
      deal: required(textOf(row, mapping.deal)),
      account: { text: textOf(row, mapping.account) },
      amount: fromOf(mapping.amount).kind === 'other' ? NOTHING : read(amount, numberIn(amount, written)),
      currency: required(textOf(row, mapping.currency)),
      closedOn: read(day, dayIn(day, written)),
      credited: creditedIn(row, mapping, cellOf),
      state,
    };
  });
}

function required(text: string): Cell {
  return text === '' ? { text: 'missing', isWrong: true } : { text };
}

function read(text: string, found: string | undefined): Cell {
  if (found !== undefined) return { text: found };
  return text === '' ? { text: 'missing', isWrong: true } : { text, isWrong: true };
}

function creditedIn(row: Row, mapping: Mapping, cellOf: (row: Row, column: string) => string): Cell {
  const splits = mapping.splits;
  const shares = isMap(splits) ? sharesIn(row, splits, cellOf) : cellOf(row, typeof splits === 'string' ? splits : '');
  if (shares !== '') return { text: shares };
  const owner = mapping.owner;
  if (owner === undefined) return { text: 'nobody' };
  const name = cellOf(row, isMap(owner) ? (textIn(owner, 'column') ?? '') : typeof owner === 'string' ? owner : '');
  return { text: name.trim() === '' ? 'nobody' : personIn(name, isMap(owner) ? owner : {}) };
}

function sharesIn(row: Row, splits: YamlMap, cellOf: (row: Row, column: string) => string): string {
  const column = textIn(splits, 'column');
  if (column !== undefined) return cellOf(row, column);
  const sign = textIn(splits, 'shares') === 'percent' ? ' %' : '';
  return mapsIn(splits, 'pairs')
    .flatMap((pair) => {
      const name = cellOf(row, textIn(pair, 'participant') ?? '');
      return name === '' ? [] : [`${personIn(name, splits)} ${cellOf(row, textIn(pair, 'share') ?? '')}${sign}`];
    })
    .join(', ');
}

function personIn(name: string, naming: YamlMap): string {
  if (textIn(naming, 'as') === 'slug') return slugOf(name) ?? name;
  return textIn(mapIn(naming, 'map'), name) ?? name;
}
