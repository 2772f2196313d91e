import { createHash } from 'node:crypto';
import { fields } from '@ledger/events';
import { isProblem, type Problem, ProblemError, problem } from '@ledger/kernel';
import { checkAmount } from '@ledger/money';
import { PAY_RUN_COLUMNS } from './pay-run.ts';
import { type RowErrors, rowErrors, rowsProblem, shown } from './problems.ts';
import { readRecords } from './records.ts';

/** What payroll says of one payment. */
export interface PaymentRow {
  readonly row: number;
  readonly period: string;
  readonly participant: string;
  readonly run: number;
  readonly outcome: 'paid' | 'returned';
  readonly on: string;
  readonly currency: string;
  readonly amount: string;
  readonly statement: string | null;
  readonly reference: string | null;
  readonly reason: string | null;
}

/** A file that was read whole; nothing in it has been compared with the ledger yet. */
export interface PaymentsFile {
  /** SHA-256 of the bytes. */
  readonly digest: string;
  readonly rows: readonly PaymentRow[];
}

const NEEDED = ['payment', 'currency', 'amount', 'status', 'date'] as const;
const KNOWN: readonly string[] = [...PAY_RUN_COLUMNS, 'status', 'date', 'reference', 'reason'];
const MOST_ROWS = 200_000;

/**
 * Reads what comes back from payroll: the lines of the file of a run, with what became of each. Refuses with everything that is wrong
 * with the rows, each with its number; 1 is the first after the header.
 */
export async function readPayments(file: string): Promise<PaymentsFile | Problem> {
  try {
    return await read(file);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
}

async function read(file: string): Promise<PaymentsFile | Problem> {
  const hash = createHash('sha256');
  const errors = rowErrors();
  const rows: PaymentRow[] = [];
  let columns: ReadonlyMap<string, number> | undefined;
  let width = 0;
  for await (const chunk of readRecords(file, { delimiter: ',', onBytes: (bytes) => void hash.update(bytes) })) {
    let { records } = chunk;
    const [header] = records;
    if (columns === undefined && header !== undefined) {
      const found = columnsOf(header);
      if (isProblem(found)) return found;
      columns = found;
      width = header.length;
      records = records.slice(1);
    }
    for (const record of records) {
      errors.row += 1;
      if (record.length === 1 && record[0] === '') continue;
      if (record.length !== width) {
        const what = `has ${record.length} field${record.length === 1 ? '' : 's'} instead of ${width}`;
        errors.add('csv_row_length', null, null, what, 'quote fields that hold a comma, and leave none out');
        continue;
      }
      const read = rowOf((name) => record[columns?.get(name) ?? -1] ?? '', errors);
      if (read !== undefined) rows.push(read);
      if (rows.length > MOST_ROWS) {
        return problem('limit_exceeded', `The file has more than ${MOST_ROWS} rows; import it in pieces.`);
      }
    }
    if (chunk.fault !== undefined) {
      errors.row = chunk.fault.row;
      errors.add(chunk.fault.code, null, null, chunk.fault.what, chunk.fault.remedy);
    }
  }
  if (errors.total > 0) return rowsProblem(errors);
  if (rows.length === 0) return problem('csv_no_rows', 'The file holds no payments; nothing was imported.');
  return { digest: hash.digest('hex'), rows };
}

function columnsOf(header: readonly string[]): ReadonlyMap<string, number> | Problem {
  const columns = new Map<string, number>();
  for (const [index, name] of header.entries()) {
    if (columns.has(name)) {
      return problem('csv_duplicate_column', `Column ${shown(name)} is there twice; rename or remove one of them.`);
    }
    columns.set(name, index);
  }
  const missing = NEEDED.filter((name) => !columns.has(name));
  if (missing.length > 0 && header.length === 1 && /[;\t|]/.test(header[0] ?? '')) {
    return problem('csv_delimiter', 'The header is not separated by commas; save the file with commas.');
  }
  if (missing.length > 0) {
    const has = header.slice(0, 12).map(shown).join(', ');
    const says = `${missing.length === 1 ? 'Column' : 'Columns'} ${missing.map(shown).join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing: the file has ${has}`;
    return problem('csv_missing_column', `${says}; add what payroll says to the lines of the run's file.`);
  }
  const unknown = header.find((name) => !KNOWN.includes(name));
  if (unknown === undefined) return columns;
  const says = `Column ${shown(unknown)} is not accepted; remove it. There may be: ${KNOWN.join(', ')}.`;
  return problem('csv_unknown_column', says);
}

const NAME = /^([0-9]{4}-(?:0[1-9]|1[0-2]|Q[1-4]))\.([A-Za-z0-9][A-Za-z0-9_:-]{0,63})\.([1-9][0-9]{0,4})$/;

function rowOf(cell: (name: string) => string, errors: RowErrors): PaymentRow | undefined {
  const before = errors.total;
  const name = cell('payment');
  const [, period = '', participant = '', run = ''] = NAME.exec(name) ?? [];
  if (run === '') {
    const what = name === '' ? 'is empty' : 'is no name of a payment';
    errors.add('id_invalid', 'payment', name, what, 'repeat the one of the file of the run, as 2026-Q1.ada.1');
  }
  // Columns that only repeat what the name of the payment says must say the same.
  for (const [column, said] of [
    ['participant', participant],
    ['period', period],
  ] as const) {
    const value = cell(column);
    if (value === '' || value === said || run === '') continue;
    errors.add('payment_unequal', column, value, `is not the ${column} of payment ${name}`, 'correct one of them');
  }
  const status = cell('status');
  if (status !== 'paid' && status !== 'returned') {
    errors.add('field_invalid', 'status', status, status === '' ? 'is empty' : 'is unknown', 'write paid or returned');
  }
  const on = cell('date');
  if (!fields.date.safeParse(on).success) {
    errors.add('date_invalid', 'date', on, on === '' ? 'is empty' : 'is no date', 'write it as 2026-04-15');
  }
  const currency = cell('currency');
  const amount = cell('amount');
  const checked = checkAmount(amount, currency);
  if (!checked.ok) {
    const [what = '', remedy = 'correct it'] = checked.why.split('; ');
    errors.add('amount_invalid', 'amount', amount, what, remedy);
  }
  const statement = cell('statement');
  if (statement !== '' && !fields.sha256.safeParse(statement).success) {
    errors.add(
      'field_invalid',
      'statement',
      statement,
      'is no digest',
      'repeat the one of the file, or leave it empty',
    );
  }
  const reference = cell('reference');
  if (reference !== '' && !fields.label.safeParse(reference).success) {
    errors.add('field_invalid', 'reference', reference, 'cannot be recorded', 'write up to 200 visible characters');
  }
  const reason = cell('reason');
  if (status === 'returned' && reason.trim() === '') {
    errors.add('reason_required', 'reason', reason, 'is empty', 'say why the payment came back');
  } else if (reason !== '' && !fields.reason.safeParse(reason).success) {
    errors.add('field_invalid', 'reason', reason, 'cannot be recorded', 'write up to 4000 visible characters');
  }
  if (errors.total > before) return undefined;
  return {
    row: errors.row,
    period,
    participant,
    run: Number(run),
    outcome: status === 'paid' ? 'paid' : 'returned',
    on,
    currency,
    amount,
    statement: statement === '' ? null : statement,
    reference: reference === '' ? null : reference,
    reason: status === 'returned' ? reason : null,
  };
}

/** The refusal of a whole file for what the ledger says against its rows. */
export function paymentsRefused(
  refused: readonly { readonly row: number; readonly problem: Problem }[],
): Problem | undefined {
  const errors = rowErrors();
  for (const { row, problem: found } of refused) {
    const column = found.field === undefined ? null : found.field.slice(1);
    errors.total += 1;
    if (errors.list.length >= 100) continue;
    const message = `Row ${row}: ${found.message}`;
    errors.list.push({ code: found.code, message, row, column, value: null, remedy: found.message });
  }
  return errors.total === 0 ? undefined : rowsProblem(errors);
}
