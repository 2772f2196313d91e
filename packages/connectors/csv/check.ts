import { createHash, randomInt } from 'node:crypto';
import { digest, isProblem, type Problem, problem } from '@ledger/kernel';
import { columns, type Replaced } from './columns.ts';
import { compile, type Draft, type Reader } from './compile.ts';
import { checkHeader, columnsOf, joined } from './header.ts';
import { loadJoins, type Table } from './joins.ts';
import { linesTogether, MOST_WAITING } from './lines.ts';
import { type DealMapping, readingOf } from './mapping.ts';
import { addLength, type RowErrors, rowErrors, rowsProblem } from './problems.ts';
import { type Chunk, readRecords } from './records.ts';
import { createSeen, type Seen } from './seen.ts';
import { snapshotJson } from './snapshot.ts';
import { type Spool, spooled, spoolTail } from './spool.ts';

export interface CheckInput {
  /** Path of the CSV file. */
  readonly file: string;
  readonly mapping: DealMapping;
  /** Folder of the files that the mapping joins; mostly that of the file. */
  readonly folder: string;
  /** Path of a temporary file that is written for `readSpool`; removed again if the file is refused. */
  readonly spool: string;
  /** Texts to look for in the deals, as their canonical JSON spells them: see `mentions`. */
  readonly lookFor?: readonly string[];
  readonly onProgress?: (bytesRead: number, bytesTotal: number) => void;
  readonly signal?: AbortSignal;
}

/** A file or a batch that was checked whole and may be imported. */
export interface CheckedDeals {
  readonly spool: string;
  /** Rows after the header, without empty lines. */
  readonly rows: number;
  /** Deals in the spool. */
  readonly deals: number;
  /** Rows that `status` or `only` leave out. */
  readonly ignored: number;
  /** Deals that came again exactly as before, and were left out. */
  readonly duplicates: number;
  /** Deals without primary credit. */
  readonly withoutOwner: number;
  readonly cancelled: number;
  /** Deals that hold one of the texts of `lookFor`. */
  readonly mentions: number;
  /** What `replace` repaired. */
  readonly replaced: readonly Replaced[];
  /** SHA-256 over the bytes of the file and of joined files and over the mapping: names the import. */
  readonly digest: string;
}

/**
 * First pass: checks the whole file and writes its deals to the spool. Memory does not grow with the file but for 16 to 28 bytes a
 * deal. Refuses with a Problem: about the file (`csv_missing_column`, `file_missing`, …), or `csv_rows_invalid` with the first 100
 * errors of rows (see RowsProblem). Throws the reason of `signal` when it is aborted.
 */
export async function checkDeals(input: CheckInput): Promise<CheckedDeals | Problem> {
  return spooled(input.spool, (spool) => firstPass(input, spool));
}

async function firstPass(input: CheckInput, spool: Spool): Promise<CheckedDeals | Problem> {
  const { file, mapping, folder } = input;
  const reading = readingOf(mapping);
  const tables = await loadJoins(mapping, folder);
  const hash = createHash('sha256');
  const errors = rowErrors();
  let rows: Reading | undefined;
  let row = 0;

  const options = { ...reading, onBytes: (bytes: Uint8Array) => void hash.update(bytes), signal: input.signal };
  for await (const chunk of readRecords(file, options)) {
    let records = chunk.records;
    const [header] = records;
    if (rows === undefined && header !== undefined) {
      const started = start(header, input, tables, errors, spool);
      if (isProblem(started)) return started;
      rows = started;
      records = records.slice(1);
    }
    if (rows !== undefined) {
      for (const record of records) {
        row += 1;
        rows.next(record, row);
      }
    }
    if (chunk.fault !== undefined) {
      if (rows === undefined) return headerFault(chunk.fault);
      errors.row = chunk.fault.row;
      errors.add(chunk.fault.code, null, null, chunk.fault.what, chunk.fault.remedy);
    }
    input.onProgress?.(chunk.bytesRead, chunk.bytesTotal);
  }
  if (rows === undefined) return problem('csv_no_rows', 'The file is empty; nothing was imported.');
  const counts = rows.end();
  if (errors.total > 0) return rowsProblem(errors);
  if (counts.rows === 0) return problem('csv_no_rows', 'The file has a header and 0 rows; nothing was imported.');
  const joins = Object.fromEntries([...tables].map(([name, table]) => [name, table.digest]));
  return { spool: input.spool, ...counts, digest: digest({ file: hash.digest('hex'), joins, mapping }) };
}

function headerFault(fault: NonNullable<Chunk['fault']>): Problem {
  const one = rowErrors();
  one.row = fault.row;
  one.add(fault.code, null, null, fault.what, fault.remedy);
  return problem(fault.code, one.list[0]?.message ?? fault.what);
}

type Counts = Omit<CheckedDeals, 'spool' | 'digest'>;

interface Reading {
  next(record: readonly string[], row: number): void;
  end(): Counts;
}

function start(
  header: readonly string[],
  { mapping, lookFor = [] }: CheckInput,
  tables: ReadonlyMap<string, Table>,
  errors: RowErrors,
  spool: Spool,
): Reading | Problem {
  const needed = columnsOf(mapping).filter((name) => joined(mapping, name) === undefined);
  const { delimiter } = readingOf(mapping);
  const indexes = checkHeader(header, { needed, delimiter, others: mapping['other-columns'] });
  if (isProblem(indexes)) return indexes;
  const resolved = columns(mapping, indexes, tables, errors);
  const reader: Reader = compile(mapping, resolved, errors);
  const deals = dealWriter({ mapping, lookFor }, errors, spool, createSeen(randomInt(2 ** 32 - 1)));
  const width = header.length;
  let rows = 0;
  let ignored = 0;

  return {
    next(record, row) {
      errors.row = row;
      if (record.length !== width) {
        // An empty line says nothing, wherever it stands.
        if (record.length === 1 && record[0] === '') return;
        rows += 1;
        addLength(errors, record.length, width);
        return;
      }
      rows += 1;
      if (reader.ignores(record)) {
        ignored += 1;
        return;
      }
      const draft = reader.read(record, row);
      if (draft !== undefined) deals.add(draft);
    },
    end: () => ({ rows, ignored, ...deals.end(), replaced: resolved.replaced() }),
  };
}

/** Puts rows together to deals, notices those that come again, and writes the others. */
function dealWriter(
  { mapping, lookFor }: { readonly mapping: DealMapping; readonly lookFor: readonly string[] },
  errors: RowErrors,
  spool: Spool,
  seen: Seen,
) {
  const counts = { deals: 0, duplicates: 0, withoutOwner: 0, cancelled: 0, mentions: 0 };
  const groups = linesTogether(mapping, errors, (rows) => write(rows));

  const write = (rows: readonly Draft[]): void => {
    const [first] = rows;
    const snapshot = snapshotJson(mapping.source, rows, errors);
    if (first === undefined || snapshot === undefined) return;
    const { deal, cancelledOn } = first;
    const tail = spoolTail(snapshot, first.status);
    const key = `${mapping.source}.${deal}`;
    const before = seen.find(deal, (offset) => spool.compare(offset, key, cancelledOn, tail));
    if (before !== undefined) {
      if (before.same) {
        counts.duplicates += 1;
        return;
      }
      errors.row = first.row;
      const what = `is told differently in row ${before.row}`;
      errors.add('row_conflict', mapping.deal, deal, what, `keep one of them${orTogether(mapping)}`);
      return;
    }
    seen.add(deal, spool.write(first.row, key, cancelledOn, tail));
    counts.deals += 1;
    if (first.status === 'cancelled') counts.cancelled += 1;
    if (lookFor.some((text) => snapshot.includes(text))) counts.mentions += 1;
    if (!first.credits.includes('"pool":"primary"')) counts.withoutOwner += 1;
  };

  return {
    add(draft: Draft): void {
      if (mapping.rows === 'deal') write([draft]);
      else if (groups.add(draft) === 'again') counts.duplicates += 1;
    },
    end() {
      groups.end();
      return counts;
    },
  };
}

function orTogether({ rows, lines }: DealMapping): string {
  if (rows === 'deal') return ', or keep the rows of a deal together and write "rows: line"';
  if (lines?.line !== undefined) return `; rows of a deal must be ${MOST_WAITING} rows apart at most`;
  return '; rows of a deal must follow one another, or name a column with the id of a line ("line" under "lines")';
}
