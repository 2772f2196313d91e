import type { Problem } from '@ledger/kernel';

/** What is wrong with one cell or row, in parts, for programs; `message` says the same as a sentence. */
export interface RowProblem extends Problem {
  /** 1 is the first row after the header. */
  readonly row: number;
  /** Name of the column as the header or `<join>.<column>` has it; `null` where it is about the whole row. */
  readonly column: string | null;
  /** Shortened and escaped. */
  readonly value: string | null;
  readonly remedy: string;
}

/** Why a file was refused: its first errors and how many there are in all. */
export interface RowsProblem extends Problem {
  readonly errors: readonly RowProblem[];
  readonly total: number;
}

/** Errors shown; all are counted. */
const SHOWN_ERRORS = 100;
const SHOWN_TEXT = 40;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\ufffd]/gu;

/** Text of unknown origin, quoted, cut and with everything invisible escaped. */
export function shown(text: string): string {
  const cut = text.length > SHOWN_TEXT ? text.slice(0, SHOWN_TEXT).toWellFormed() : text;
  const quoted = JSON.stringify(cut).replace(
    INVISIBLE,
    (mark) => `\\u${(mark.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
  return text.length > SHOWN_TEXT ? `${quoted}…` : quoted;
}

/** Where readers of cells put what they find; they go on, so that one pass finds everything. */
export interface RowErrors {
  /** The row that is being read. */
  row: number;
  total: number;
  readonly list: RowProblem[];
  /** `what` follows column and value in a sentence: "is not a number"; `remedy` is an imperative. */
  add(code: string, column: string | null, value: string | null, what: string, remedy: string): void;
}

export function rowErrors(): RowErrors {
  const list: RowProblem[] = [];
  const errors: RowErrors = {
    row: 0,
    total: 0,
    list,
    add(code, column, value, what, remedy) {
      errors.total += 1;
      if (list.length >= SHOWN_ERRORS) return;
      const short = value === null ? null : shown(value);
      const name = column === null ? '' : ` ${/^[\w.:-]+$/.test(column) ? column : shown(column)}`;
      const subject = `${errors.row === 0 ? 'The header' : `Row ${errors.row}`}${name}${short === null || short === '""' ? '' : ` ${short}`}`;
      list.push({ code, message: `${subject} ${what}; ${remedy}.`, row: errors.row, column, value: short, remedy });
    },
  };
  return errors;
}

/** A row that has more cells than there are columns, or fewer. */
export function addLength(errors: RowErrors, length: number, width: number): void {
  const what = `has ${length} field${length === 1 ? '' : 's'} instead of ${width}`;
  const more = 'quote fields that hold the delimiter (an unquoted thousands separator?)';
  errors.add('csv_row_length', null, null, what, length > width ? more : 'add what is missing');
}

/** The refusal of the whole file. */
export function rowsProblem(errors: RowErrors): RowsProblem {
  const { list, total } = errors;
  const first = list[0];
  const more =
    total === 1 ? '' : ` ${total} errors in all${total > list.length ? `, the first ${list.length} are listed` : ''}.`;
  return {
    code: 'csv_rows_invalid',
    message: `Nothing was imported: ${first?.message ?? ''}${more}`,
    errors: list,
    total,
  };
}
