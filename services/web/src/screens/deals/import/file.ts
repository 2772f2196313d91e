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
  readonly encoding: string;
  readonly delimiter: Delimiter;
  readonly columns: Row;
  /** 1 is the first after the header: `rows[0]`. */
  readonly rows: readonly Row[];
  /** These are all rows. */
  readonly isWhole: boolean;
}

/** `encoding`: what the file is in, if somebody has said so. */
export async function headOf(file: File, encoding?: string): Promise<Head> {
  const bytes = await file.slice(0, LOOK).arrayBuffer();
  const isIn = encoding ?? encodingOf(new Uint8Array(bytes));
  const text = textIn(bytes, isIn);
  const isWhole = file.size <= LOOK;
  const delimiter = delimiterOf(text);
  const [columns = [], ...rows] = recordsOf(text, delimiter, isWhole);
  return { encoding: isIn, delimiter, columns, rows, isWhole };
}

/** The rows with these numbers, as far as they can be read and lie near enough to the beginning. */
export async function rowsWith(
  file: File,
  { encoding, delimiter }: Pick<Head, 'encoding' | 'delimiter'>,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, Row>> {
  const last = Math.max(0, ...numbers);
  for (let size = LOOK; ; size *= 2) {
    const isWhole = file.size <= size;
    const text = textIn(await file.slice(0, size).arrayBuffer(), encoding);
    const records = recordsOf(text, delimiter, isWhole, last + 1);
    if (records.length <= last && !isWhole && size < SEARCH) continue;
    return new Map(numbers.flatMap((row) => (records[row] === undefined ? [] : [[row, records[row]]])));
  }
}

/** What a file says that it is in; one that says nothing and is no UTF-8 is most often of Excel on Windows. */
function encodingOf(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  try {
    // The last character may be cut.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

/** From the header on: empty lines before it say nothing to the ledger either. */
function textIn(bytes: ArrayBuffer, encoding: string): string {
  return decoded(bytes, encoding).replace(/^[\r\n]+/, '');
}

function decoded(bytes: ArrayBuffer, encoding: string): string {
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    // What no encoding is called is for the ledger to refuse.
    return new TextDecoder().decode(bytes);
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
