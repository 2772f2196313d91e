import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { DealSnapshot } from '@ledger/events';
import { isProblem, type Problem, ProblemError, problem } from '@ledger/kernel';

/** A deal as its row (or rows) tells it. */
export interface DealRow {
  /** Number of its (first) row, 1 for the first after the header. */
  readonly row: number;
  readonly source: string;
  /** Id in its source. */
  readonly deal: string;
  readonly status: 'closed' | 'cancelled';
  /** `null` where the source does not say, or the deal stands. */
  readonly cancelledOn: string | null;
  /** Canonical JSON of the snapshot: the very bytes that an event records. */
  readonly data: string;
  /** Parsed from `data` when it is asked for: who records new deals never needs it. */
  readonly snapshot: DealSnapshot;
}

/** Where a deal is in the spool. */
interface Spooled {
  readonly row: number;
  readonly same: boolean;
}

/**
 * The file between the two passes: one line of canonical JSON for each deal, `{"cancelledOn":…,"deal":…,"row":…,"snapshot":…,"status":…}`,
 * where the deal goes by its key, `crm.D-1`. It lives as long as one import; what is in it has been checked.
 */
export interface Spool {
  /** Byte offset of the line that was written. */
  write(row: number, deal: string, head: string, tail: string): number;
  /** Compares the deal at an offset; `undefined` if another deal is there. */
  compare(offset: number, deal: string, head: string, tail: string): Spooled | undefined;
  close(): void;
  remove(): void;
}

const BUFFER = 1 << 20;
const LF = 10;

/** Fills a spool, which stays where everything that was checked is in order, and goes where it is not. */
export async function spooled<T>(path: string, fill: (spool: Spool) => Promise<T | Problem>): Promise<T | Problem> {
  const spool = createSpool(path);
  let kept = false;
  try {
    const checked = await fill(spool);
    kept = !isProblem(checked);
    if (kept) spool.close();
    return checked;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  } finally {
    if (!kept) spool.remove();
  }
}

function createSpool(path: string): Spool {
  const file = openSync(path, 'w+', 0o600);
  let buffer = Buffer.allocUnsafeSlow(BUFFER);
  let used = 0;
  let written = 0;

  const flush = (): void => {
    for (let at = 0; at < used; ) at += writeSome(file, buffer, at, used - at);
    written += used;
    used = 0;
  };

  /** The line at an offset, without its end; up to `most` bytes of it. */
  const lineAt = (offset: number, most: number): string => {
    if (offset >= written) {
      const start = offset - written;
      const end = buffer.indexOf(LF, start);
      return buffer.toString('utf8', start, Math.min(end, start + most));
    }
    const line = Buffer.allocUnsafe(most);
    const length = readSync(file, line, 0, most, offset);
    const end = line.subarray(0, length).indexOf(LF);
    return line.toString('utf8', 0, end < 0 ? length : end);
  };

  return {
    write(row, deal, head, tail) {
      const line = `{"cancelledOn":${head},"deal":"${deal}","row":${row},"snapshot":${tail}\n`;
      const most = line.length * 3;
      if (used + most > buffer.length) {
        flush();
        if (most > buffer.length) buffer = Buffer.allocUnsafeSlow(most);
      }
      const offset = written + used;
      used += buffer.write(line, used);
      return offset;
    },
    compare(offset, deal, head, tail) {
      const stored = lineAt(offset, Buffer.byteLength(tail) + 300);
      const found = LINE.exec(stored);
      if (found?.[2] !== deal) return undefined;
      return { row: Number(found[3]), same: found[1] === head && stored.slice(found[0].length) === tail };
    },
    close() {
      flush();
      closeSync(file);
    },
    remove() {
      closeSync(file);
      rmSync(path, { force: true });
    },
  };
}

function writeSome(file: number, buffer: Buffer, at: number, length: number): number {
  try {
    return writeSync(file, buffer, at, length);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
      throw new ProblemError(
        problem('storage_full', 'There is no room for the spool of the import; free some and try again.'),
      );
    }
    throw error;
  }
}

const LINE = /^\{"cancelledOn":(null|"[0-9-]{10}"),"deal":"([^"]*)","row":([0-9]+),"snapshot":/;

const BATCH = 2000;
const CANCELLED = ',"status":"cancelled"}';
const CLOSED = ',"status":"closed"}';

/**
 * Second pass: the deals of a spool in the order of the file, in batches. `after` is the row that was written last; deals up to it
 * are left out, so that an import that was stopped goes on.
 */
export async function* readSpool(spool: string, after = 0): AsyncGenerator<readonly DealRow[]> {
  const handle = await open(spool, 'r');
  try {
    let buffer = Buffer.allocUnsafeSlow(BUFFER);
    let held = 0;
    let batch: DealRow[] = [];
    for (;;) {
      const { bytesRead } = await handle.read(buffer, held, buffer.length - held, null);
      if (bytesRead === 0) break;
      const end = held + bytesRead;
      let from = 0;
      for (let to = buffer.indexOf(LF); to >= 0 && to < end; to = buffer.indexOf(LF, from)) {
        const row = dealRow(buffer.toString('utf8', from, to));
        from = to + 1;
        if (row.row <= after) continue;
        batch.push(row);
        if (batch.length === BATCH) {
          yield batch;
          batch = [];
        }
      }
      buffer.copyWithin(0, from, end);
      held = end - from;
      if (held === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafeSlow(buffer.length)]);
    }
    if (batch.length > 0) yield batch;
  } finally {
    await handle.close();
  }
}

function dealRow(line: string): DealRow {
  const found = LINE.exec(line);
  const tail = line.endsWith(CLOSED) ? CLOSED : CANCELLED;
  if (found === null || !line.endsWith(tail))
    throw new Error('the spool of the import holds a line that was not written by it');
  return spooledDeal(
    Number(found[3]),
    found[2] ?? '',
    tail === CLOSED ? 'closed' : 'cancelled',
    found[1] === 'null' ? null : (found[1] ?? '').slice(1, -1),
    line.slice(found[0].length, -tail.length),
  );
}

function spooledDeal(
  row: number,
  key: string,
  status: DealRow['status'],
  cancelledOn: string | null,
  data: string,
): DealRow {
  let parsed: DealSnapshot | undefined;
  // Names of sources have no dots, ids of deals may.
  const dot = key.indexOf('.');
  return {
    row,
    source: key.slice(0, dot),
    deal: key.slice(dot + 1),
    status,
    cancelledOn,
    data,
    get snapshot() {
      // Every field of the line has passed the rules of `dealSnapshot` before it was written.
      parsed ??= JSON.parse(data) as DealSnapshot;
      return parsed;
    },
  };
}

/** The end of a spool line: everything that two rows of the same deal must agree about. */
export function spoolTail(snapshot: string, status: DealRow['status']): string {
  return snapshot + (status === 'closed' ? CLOSED : CANCELLED);
}
