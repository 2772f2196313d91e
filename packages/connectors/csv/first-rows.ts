import { isProblem, type Problem, problem } from '@ledger/kernel';
import { columns } from './columns.ts';
import { compile, type Draft } from './compile.ts';
import { checkHeader, columnsOf } from './header.ts';
import { type DealMapping, readingOf } from './mapping.ts';
import { addLength, type RowErrors, rowErrors } from './problems.ts';
import { readRecords } from './records.ts';
import { snapshotJson } from './snapshot.ts';

/** A row as the import would read it. */
export interface RowRead {
  /** 1 is the first row after the header. */
  readonly row: number;
  readonly state: 'closed' | 'cancelled' | 'left out' | 'refused';
  /** What it says; `null` where it is left out or refused. */
  readonly deal: DealRead | null;
  /** What is wrong with it. */
  readonly errors: readonly { readonly column: string | null; readonly message: string }[];
}

export interface DealRead {
  readonly deal: string;
  readonly account: string | null;
  readonly closedOn: string;
  /** Of the deal, or of the line of it that the row is. */
  readonly amount: string | null;
  readonly currency: string;
  readonly credits: readonly { readonly participant: string; readonly pool: string; readonly share: string }[];
}

/**
 * The first rows of a CSV file as the import reads them, each with everything that is wrong with it: the same code looks at them. What
 * rows are only together, as deals that are told twice, the import says.
 */
export async function firstRows(
  file: string,
  mapping: DealMapping,
  most: number,
): Promise<readonly RowRead[] | Problem> {
  const errors = rowErrors();
  const read: RowRead[] = [];
  let readRow: ((record: readonly string[], row: number) => RowRead | undefined) | undefined;
  let row = 0;
  for await (const { records, fault } of readRecords(file, readingOf(mapping))) {
    for (const record of records) {
      if (readRow === undefined) {
        const started = reader(record, mapping, errors);
        if (isProblem(started)) return started;
        readRow = started;
        continue;
      }
      row += 1;
      const found = readRow(record, row);
      if (found !== undefined) read.push(found);
      if (read.length === most) return read;
    }
    if (fault !== undefined) {
      errors.row = fault.row;
      errors.list.length = 0;
      errors.add(fault.code, null, null, fault.what, fault.remedy);
      const [first] = errors.list;
      return readRow === undefined ? problem(fault.code, first?.message ?? fault.what) : [...read, refused(errors)];
    }
  }
  return readRow === undefined ? problem('csv_no_rows', 'The file is empty; there is nothing to read.') : read;
}

function reader(header: readonly string[], mapping: DealMapping, errors: RowErrors) {
  const { delimiter } = readingOf(mapping);
  const indexes = checkHeader(header, { needed: columnsOf(mapping), delimiter, others: mapping['other-columns'] });
  if (isProblem(indexes)) return indexes;
  const compiled = compile(mapping, columns(mapping, indexes, new Map(), errors), errors);
  return (record: readonly string[], row: number): RowRead | undefined => {
    // An empty line says nothing.
    if (record.length === 1 && record[0] === '') return undefined;
    errors.row = row;
    errors.list.length = 0;
    if (record.length !== header.length) {
      addLength(errors, record.length, header.length);
      return refused(errors);
    }
    if (compiled.ignores(record)) return { row, state: 'left out', deal: null, errors: [] };
    const draft = compiled.read(record, row);
    // Of several rows of a deal each may be right by itself.
    if (draft !== undefined && mapping.rows === 'deal') snapshotJson(mapping.source, [draft], errors);
    if (draft === undefined || errors.list.length > 0) {
      return refused(errors);
    }
    return { row, state: draft.status, deal: dealRead(draft), errors: [] };
  };
}

function refused({ row, list }: RowErrors): RowRead {
  return { row, state: 'refused', deal: null, errors: list.map(({ column, message }) => ({ column, message })) };
}

/** Fields of a draft are canonical JSON. */
function dealRead({ deal, account, closedOn, amount, lineAmount, currency, credits }: Draft): DealRead {
  return {
    deal,
    account: JSON.parse(account) as string | null,
    closedOn: JSON.parse(closedOn) as string,
    amount: amount === '' ? (lineAmount === '' ? null : lineAmount) : amount,
    currency,
    credits: JSON.parse(credits) as DealRead['credits'],
  };
}
