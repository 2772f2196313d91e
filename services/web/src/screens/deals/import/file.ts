import { CsvError, parse } from 'csv-parse/browser/esm/sync';

/** Bytes that are looked at to find columns and values. */
const LOOK = 1 << 20;
/** Bytes that are read to show rows that were refused. */
const SEARCH = 1 << 23;
const MARKS = [',', ';', '\t', '|'] as const;

export type Delimiter = (typeof MARKS)[number];
export type Row = readonly string[];

/** The beginning of a file. */
export interface Head {
  readonly delimiter: Delimiter;
  readonly columns: Row;
  /** 1 is the first after the header: `rows[0]`. */
  readonly rows: readonly Row[];
  /** These are all rows. */
  readonly isWhole: boolean;
}

export async function headOf(file: File): Promise<Head> {
  const text = await file.slice(0, LOOK).text();
  const isWhole = file.size <= LOOK;
  const delimiter = delimiterOf(text);
  const [columns = [], ...rows] = recordsOf(text, delimiter, isWhole);
  return { delimiter, columns, rows, isWhole };
}

/** The rows with these numbers, as far as they can be read and lie near enough to the beginning. */
export async function rowsWith(
  file: File,
  delimiter: Delimiter,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, Row>> {
  const last = Math.max(0, ...numbers);
  for (let size = LOOK; ; size *= 2) {
    const isWhole = file.size <= size;
    const records = recordsOf(await file.slice(0, size).text(), delimiter, isWhole, last + 1);
    if (records.length <= last && !isWhole && size < SEARCH) continue;
    return new Map(numbers.flatMap((row) => (records[row] === undefined ? [] : [[row, records[row]]])));
  }
}

/** What stands between the fields of the first line; a mark in quotes stands between nothing. */
function delimiterOf(text: string): Delimiter {
  const line = /^[^\r\n]*/.exec(text.replaceAll(/"[^"]*"/g, ''))?.[0] ?? '';
  const count = (mark: string) => line.split(mark).length;
  return MARKS.toSorted((a, b) => count(b) - count(a))[0] ?? ',';
}

const NEVER = 1_000_000_000;

/** The records of a text; where its end was cut, or something cannot be read, those before. */
function recordsOf(text: string, delimiter: Delimiter, isWhole: boolean, most = NEVER): readonly Row[] {
  const given = { delimiter, bom: true, relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] };
  // The last record of a part may go on after it.
  const whole = (records: readonly Row[]) => (isWhole || records.length >= most ? records : records.slice(0, -1));
  try {
    return whole(parse(text, { ...given, to: most }));
  } catch (error) {
    const before = error instanceof CsvError ? Number(error.records ?? 0) : 0;
    return before > 0 ? parse(text, { ...given, to: before }) : [];
  }
}
