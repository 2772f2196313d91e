import { createHash } from 'node:crypto';
import { join as joinPath } from 'node:path';
import { isProblem, type Problem, ProblemError, problem } from '@ledger/kernel';
import { checkHeader, columnsOf, type Indexes, joined } from './header.ts';
import { type DealMapping, readingOf } from './mapping.ts';
import { shown } from './problems.ts';
import { readRecords } from './records.ts';

/** Joined files are held in memory: product lists and accounts, not transactions. */
const LARGEST = 32 * 1024 * 1024;

export interface Table {
  readonly file: string;
  readonly indexes: Indexes;
  readonly rows: ReadonlyMap<string, readonly string[]>;
  /** SHA-256 of its bytes, lower-case hex. */
  readonly digest: string;
}

/** Reads every joined file of the mapping from its folder. Throws a ProblemError for one that cannot be used. */
export async function loadJoins(mapping: DealMapping, folder: string): Promise<ReadonlyMap<string, Table>> {
  const tables = new Map<string, Table>();
  for (const [name, { file, key }] of Object.entries(mapping.join)) {
    const used = columnsOf(mapping).flatMap((column) => {
      const of = joined(mapping, column);
      return of?.[0] === name ? [of[1]] : [];
    });
    tables.set(name, await loadTable(joinPath(folder, file), file, key, [key, ...used], readingOf(mapping)));
  }
  return tables;
}

async function loadTable(
  path: string,
  file: string,
  key: string,
  needed: readonly string[],
  reading: ReturnType<typeof readingOf>,
): Promise<Table> {
  const hash = createHash('sha256');
  const rows = new Map<string, readonly string[]>();
  let header: readonly string[] | undefined;
  let indexes: Indexes = new Map();
  let row = 0;
  const refuse = (of: Problem): never => {
    throw new ProblemError({ ...of, message: `Joined file ${shown(file)}: ${of.message}` });
  };
  for await (const chunk of readRecords(path, { ...reading, onBytes: (bytes) => hash.update(bytes) })) {
    if (chunk.bytesTotal > LARGEST)
      refuse(problem('document_too_large', 'it is larger than 32 MiB; join smaller files.'));
    for (const record of chunk.records) {
      if (header === undefined) {
        header = record;
        const checked = checkHeader(record, { needed, delimiter: reading.delimiter, others: 'ignore' });
        indexes = isProblem(checked) ? refuse(checked) : checked;
        continue;
      }
      row += 1;
      if (record.length === 1 && record[0] === '') continue;
      if (record.length !== header.length) {
        refuse(
          problem('csv_row_length', `Row ${row} has ${record.length} fields instead of ${header.length}; correct it.`),
        );
      }
      const value = record[indexes.get(key) ?? 0] ?? '';
      if (rows.has(value)) {
        const again = `Row ${row} has the ${key} ${shown(value)} again; a key must name one row.`;
        refuse(problem('csv_lookup_ambiguous', again));
      }
      rows.set(value, record);
    }
    const { fault } = chunk;
    if (fault) refuse(problem(fault.code, `Row ${fault.row} ${fault.what}; ${fault.remedy}.`));
  }
  if (header === undefined) refuse(problem('csv_no_rows', 'it is empty.'));
  return { file, indexes, rows, digest: hash.digest('hex') };
}
