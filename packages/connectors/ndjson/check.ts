import { createHash, randomInt } from 'node:crypto';
import { digest, isProblem, type Problem, problem } from '@ledger/kernel';
import type { CheckedDeals } from '../csv/check.ts';
import { createSeen } from '../csv/seen.ts';
import { type DealRow, type Spool, spooled, spoolTail } from '../csv/spool.ts';

/** Longest line, and the most of a batch that is held in memory. */
const LONGEST_LINE = 1 << 20;
/** Errors kept; all are counted. */
const SHOWN_ERRORS = 100;
const LF = 10;

/** What a line tells, as it may be recorded. */
export interface ToldDeal extends Pick<DealRow, 'source' | 'deal' | 'status' | 'cancelledOn'> {
  /** Canonical JSON of the snapshot. */
  readonly data: string;
  /** Somebody has primary credit. */
  readonly credited: boolean;
}

/** What is wrong with a line of a batch. */
export interface LineProblem extends Problem {
  /** 1 is the first line; empty lines count. */
  readonly line: number;
}

/** Why a batch was refused: its first errors and how many there are in all. */
export interface LinesProblem extends Problem {
  readonly errors: readonly LineProblem[];
  readonly total: number;
}

export interface LinesInput {
  /** The batch, in pieces of any size. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Reads a line and holds it to every rule that needs no ledger. */
  readonly read: (line: Buffer) => ToldDeal | Problem;
  /** Path of a temporary file that is written for `readSpool`; removed again if the batch is refused. */
  readonly spool: string;
}

/** The first of two passes over a batch of NDJSON, with the sources that are told of. */
export interface CheckedLines extends CheckedDeals {
  readonly sources: ReadonlySet<string>;
}

/**
 * Checks the whole batch and writes its deals to the spool, as `checkDeals` does with a CSV file: memory does not grow with the batch
 * but for 16 to 28 bytes a deal. Refuses with the first 100 errors of lines (see LinesProblem). Throws what `bytes` throws.
 */
export async function checkLines(input: LinesInput): Promise<CheckedLines | Problem> {
  return spooled(input.spool, (spool) => pass(input, spool));
}

async function pass({ bytes, read, spool: path }: LinesInput, spool: Spool): Promise<CheckedLines | Problem> {
  const hash = createHash('sha256');
  const errors: LineProblem[] = [];
  const seen = createSeen(randomInt(2 ** 32 - 1));
  const sources = new Set<string>();
  const counts = { rows: 0, deals: 0, withoutOwner: 0, cancelled: 0 };
  let total = 0;
  let line = 0;

  const refuse = (found: Problem): void => {
    // A line may have several things wrong with it.
    for (const { code, message, field } of found.errors ?? [found]) {
      total += 1;
      if (errors.length >= SHOWN_ERRORS) continue;
      errors.push({ ...problem(code, `Line ${line}: ${message}`, field), line });
    }
  };
  const take = (text: Buffer): void => {
    line += 1;
    if (isBlank(text)) return;
    counts.rows += 1;
    const told = read(text);
    if (isProblem(told)) {
      refuse(told);
      return;
    }
    const { source, deal, status, cancelledOn, data, credited } = told;
    const key = `${source}.${deal}`;
    const head = cancelledOn === null ? 'null' : `"${cancelledOn}"`;
    const tail = spoolTail(data, status);
    const before = seen.find(key, (offset) => spool.compare(offset, key, head, tail));
    if (before !== undefined) {
      refuse(problem('row_conflict', `Deal ${key} is told in line ${before.row} already; send it once.`, '/deal'));
      return;
    }
    seen.add(key, spool.write(line, key, head, tail));
    sources.add(source);
    counts.deals += 1;
    if (status === 'cancelled') counts.cancelled += 1;
    if (!credited) counts.withoutOwner += 1;
  };

  let rest: Buffer[] = [];
  let held = 0;
  for await (const piece of bytes) {
    hash.update(piece);
    const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let from = 0;
    for (let to = chunk.indexOf(LF); to >= 0; to = chunk.indexOf(LF, from)) {
      const own = chunk.subarray(from, to);
      from = to + 1;
      if (held + own.length > LONGEST_LINE) return overlong(line + 1);
      if (held === 0) take(own);
      else {
        take(Buffer.concat([...rest, own]));
        rest = [];
        held = 0;
      }
    }
    if (from === chunk.length) continue;
    // Whoever sent the piece may use its memory again.
    rest.push(Buffer.from(chunk.subarray(from)));
    held += chunk.length - from;
    if (held > LONGEST_LINE) return overlong(line + 1);
  }
  if (held > 0) take(Buffer.concat(rest));
  if (total > 0) return refusal(errors, total);
  if (counts.deals === 0) return problem('body_empty', 'The batch has no lines; send one JSON object in each line.');
  const named = digest({ lines: hash.digest('hex') });
  return { spool: path, ...counts, ignored: 0, duplicates: 0, mentions: 0, replaced: [], digest: named, sources };
}

function isBlank(text: Buffer): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at];
    if (byte !== 32 && byte !== 9 && byte !== 13) return false;
  }
  return true;
}

function overlong(line: number): Problem {
  const says = `Line ${line} exceeds ${LONGEST_LINE} bytes; nothing was recorded. Check the line ends of the batch.`;
  return problem('body_too_large', says);
}

/** The refusal of the whole batch: goes by the code of its first error. */
function refusal(errors: readonly LineProblem[], total: number): LinesProblem {
  const [first] = errors;
  if (first === undefined) throw new TypeError('a batch was refused without an error');
  const more =
    total === 1
      ? ''
      : ` ${total} errors in all${total > errors.length ? `, the first ${errors.length} are listed` : ''}.`;
  const message = `Nothing was recorded: ${first.message}${more}`;
  return { ...problem(first.code, message, first.field), errors, total };
}
