import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import { type Broken, namesUtf8, openBytes } from './bytes.ts';

/** Longest record; also the most of a file that is held in memory. */
const LONGEST_RECORD = 1 << 20;
const FIRST_BUFFER = 1 << 16;
const LF = 10;
const CR = 13;
const QUOTE = 34;

/** Why a file cannot be read on. */
interface Fault {
  readonly code: 'csv_quote' | 'csv_line_too_long' | 'encoding_invalid';
  /** Records before it in the file: 0 is the header, so that this is the number of the row. */
  readonly row: number;
  /** Index of the field, where it is known. */
  readonly column: number | undefined;
  readonly what: string;
  readonly remedy: string;
}
/** Whole records in the order of the file; the first of the first chunk is the header. A fault is the last that comes. */
export interface Chunk {
  readonly records: readonly (readonly string[])[];
  readonly fault: Fault | undefined;
  readonly bytesRead: number;
  readonly bytesTotal: number;
}
export interface ReadOptions {
  readonly delimiter: string;
  /** What a mapping says; without one it is UTF-8, and nobody can say otherwise. */
  readonly encoding?: string | undefined;
  /** Sees every byte once, in order. */
  readonly onBytes?: (bytes: Uint8Array) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a CSV file (RFC 4180; line ends LF, CRLF or CR; strict quotes; strict encoding, with or without a mark) in bounded memory.
 * The file is cut at ends of records, and each piece is parsed as a whole: that costs two thirds of what the parser's own stream
 * does, and lets the encoding be checked for a piece at a time. Throws `file_missing` or `file_unreadable`.
 */
export async function* readRecords(file: string, options: ReadOptions): AsyncGenerator<Chunk> {
  const { encoding = 'utf-8', onBytes, signal } = options;
  const bytes = await openBytes(file, { encoding, onBytes });
  const isAsWritten = namesUtf8(encoding);
  try {
    let buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER);
    let held = 0;
    let before = 0;
    let row = 0;
    let first = true;
    for (;;) {
      signal?.throwIfAborted();
      const got = await bytes.next(buffer, held);
      before += got;
      const end = held + got;
      const broken = got === 0 ? bytes.broken() : undefined;
      const isBroken = broken !== undefined;
      if (end === 0 && !isBroken) return;
      const start = first ? headerStart(buffer.subarray(0, end)) : 0;
      let cut = got === 0 && !isBroken ? end : lastRecordEnd(buffer, end);
      if (cut === 0 && !isBroken) {
        if (end < buffer.length) {
          held = end;
          continue;
        }
        if (buffer.length < LONGEST_RECORD) {
          buffer = Buffer.concat([buffer, Buffer.allocUnsafeSlow(buffer.length)]);
          held = end;
          continue;
        }
        cut = end;
      }
      const tooLong = cut === end && end === LONGEST_RECORD && got !== 0 && lastRecordEnd(buffer, end) === 0;
      const piece = buffer.subarray(start, Math.max(start, cut));
      const offset = isAsWritten ? before - end + start : null;
      const chunk = tooLong ? overlong(piece, row, offset, options) : parsed(piece, row, offset, options);
      const { fault = isBroken ? notIn(encoding, broken, row + chunk.records.length) : undefined, records } = chunk;
      yield { records, fault, bytesRead: bytes.read(), bytesTotal: bytes.total };
      if (fault !== undefined || got === 0) return;
      row += records.length;
      first = false;
      buffer.copyWithin(0, cut, end);
      held = end - cut;
    }
  } finally {
    await bytes.close();
  }
}

function notIn(encoding: string, { marked }: Broken, row: number): Fault {
  const what =
    marked === null
      ? `holds bytes that are not ${encoding}`
      : `begins with the mark of ${marked}, and is not ${encoding}`;
  const which = marked === null ? 'in which encoding the file is' : `"encoding: ${marked}"`;
  const remedy = `say ${which} under "format" in the mapping`;
  return { code: 'encoding_invalid', row, column: undefined, what, remedy };
}

/** Behind a byte order mark, and behind empty lines, which say nothing before the header either. */
function headerStart(buffer: Buffer): number {
  let at = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf ? 3 : 0;
  while (buffer[at] === CR || buffer[at] === LF) at += 1;
  return at;
}

type Parsed = Pick<Chunk, 'records' | 'fault'>;
const NOTHING: Parsed = { records: [], fault: undefined };

function parsed(piece: Buffer, row: number, offset: number | null, options: ReadOptions): Parsed {
  if (piece.length === 0) return NOTHING;
  if (!isUtf8(piece) || piece.includes(0)) return misencoded(piece, row, offset, options);
  return parsedText(piece, row, options);
}

// Three line ends, none guessed: a file may mix them, and each piece is looked at on its own.
const LINE_ENDS = ['\r\n', '\n', '\r'];

function parsedText(piece: Buffer, row: number, options: ReadOptions): Parsed {
  if (!piece.includes(QUOTE)) return { records: unquoted(piece, options.delimiter), fault: undefined };
  const given = { delimiter: options.delimiter, record_delimiter: LINE_ENDS, relax_column_count: true };
  try {
    return { records: parse(piece, given), fault: undefined };
  } catch (error) {
    if (!isParseError(error)) throw error;
    const good = error.records === 0 ? [] : parse(piece, { ...given, to: error.records });
    const column = typeof error.column === 'number' ? error.column : undefined;
    return { records: good, fault: { code: 'csv_quote', row: row + error.records, column, ...quoteFault(error.code) } };
  }
}

/** Without quotes there is nothing to parse: that is most pieces of most files, and takes a fifth of the parser's time. */
function unquoted(piece: Buffer, delimiter: string): readonly (readonly string[])[] {
  const text = piece.toString('utf8');
  const lines = text.split(text.includes('\r') ? /\r\n|\n|\r/ : '\n');
  // The end of the last line begins no other one.
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => line.split(delimiter));
}

interface ParseError {
  readonly code: string;
  readonly records: number;
  readonly column?: unknown;
}

function isParseError(error: unknown): error is ParseError {
  return error instanceof Error && 'code' in error && 'records' in error && typeof error.records === 'number';
}

function quoteFault(code: string): Pick<Fault, 'what' | 'remedy'> {
  const double = 'put the whole field in quotes and double those inside';
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return {
        what: 'opens a quote that is never closed',
        remedy: 'close it, or double a quote that is part of the text',
      };
    case 'CSV_INVALID_CLOSING_QUOTE':
      return { what: 'has text after a closing quote', remedy: double };
    default:
      return { what: 'has a quote inside an unquoted field', remedy: double };
  }
}

/** A piece without an end of a record in sight: a quote gone astray, or really one long record. */
function overlong(piece: Buffer, row: number, offset: number | null, options: ReadOptions): Parsed {
  const { records, fault } = parsed(piece, row, offset, options);
  const astray = fault !== undefined && piece.includes(LF);
  if (fault?.code === 'encoding_invalid' || astray) return { records, fault };
  const what = 'is longer than 1 MiB';
  const remedy = 'check the line ends and quotes of the file';
  return { records: [], fault: { code: 'csv_line_too_long', row, column: undefined, what, remedy } };
}

/** Finds the first byte that is not text, and what could be read before its line. */
function misencoded(piece: Buffer, row: number, offset: number | null, options: ReadOptions): Parsed {
  const decoded = Buffer.from(piece.toString('utf8'));
  let at = 0;
  while (at < piece.length && piece[at] === decoded[at]) at += 1;
  const zero = piece.indexOf(0);
  if (zero >= 0) at = Math.min(at, zero);
  const before = lastRecordEnd(piece, at);
  const { records, fault } = before === 0 ? NOTHING : parsedText(piece.subarray(0, before), row, options);
  if (fault !== undefined) return { records, fault };
  const byte = `0x${(piece[at] ?? 0).toString(16).toUpperCase().padStart(2, '0')}`;
  const where = offset === null ? '' : ` at offset ${offset + at}`;
  const what = zero === at ? `holds a NUL byte${where}` : `holds byte ${byte}${where}, which is not UTF-8`;
  const [kind, named] = kindOf(piece, offset);
  const other =
    options.encoding === undefined || named === null
      ? ''
      : `, or write "encoding: ${named}" under "format" in the mapping`;
  const remedy = `${kind}save it as "CSV UTF-8"${other}`;
  return { records, fault: { code: 'encoding_invalid', row: row + records.length, column: undefined, what, remedy } };
}

/** What the file seems to be instead, and the encoding that most often is meant; `null` for a file that is no text. */
function kindOf(piece: Buffer, offset: number | null): readonly [string, string | null] {
  const [a, b] = offset !== null && offset <= 3 ? piece : [];
  if (a === 0x50 && b === 0x4b) return ['the file is a workbook or an archive, ', null];
  if (a === 0xff && b === 0xfe) return ['the file is UTF-16, ', 'utf-16le'];
  if (a === 0xfe && b === 0xff) return ['the file is UTF-16, ', 'utf-16be'];
  return ['', piece.includes(0) ? null : 'windows-1252'];
}

/** Where the last whole record in `buffer[0..end)` ends, 0 if none does. A line end inside quotes ends nothing. */
function lastRecordEnd(buffer: Buffer, end: number): number {
  const piece = buffer.subarray(0, end);
  if (!piece.includes(QUOTE)) {
    const line = piece.lastIndexOf(LF);
    if (line >= 0) return line + 1;
  }
  let last = 0;
  let quoted = false;
  for (let at = 0; at < end; at += 1) {
    const byte = buffer[at];
    if (byte === QUOTE) quoted = !quoted;
    else if (quoted) continue;
    else if (byte === LF) last = at + 1;
    // A CR that comes last may be the first half of CRLF.
    else if (byte === CR && at + 1 < end && buffer[at + 1] !== LF) last = at + 1;
  }
  return last;
}
