import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ProblemError, problem } from '@ledger/kernel';
import { shown } from './problems.ts';

/** The text of a file as UTF-8, from its beginning to its end. */
export interface Bytes {
  /** Of the file as it is. */
  readonly total: number;
  /** Of the file as it is, until now. */
  read(): number;
  /** Puts what comes next into a buffer behind what it holds. Returns how much that is, 0 at the end; throws `file_unreadable`. */
  next(buffer: Buffer, held: number): Promise<number>;
  /** Why the end is not that of the file: what follows is not in the encoding that it was said to be in. */
  broken(): Broken | undefined;
  close(): Promise<void>;
}

/** The encoding whose mark the file begins with, where that is another one; `null` for bytes that mean nothing. */
export interface Broken {
  readonly marked: string | null;
}

export interface BytesOptions {
  /** As the Encoding Standard names it. */
  readonly encoding: string;
  /** Sees every byte of the file once, in order. */
  readonly onBytes?: ((bytes: Uint8Array) => void) | undefined;
}

/** Throws `file_missing` or `file_unreadable`. */
export async function openBytes(file: string, { encoding, onBytes }: BytesOptions): Promise<Bytes> {
  const handle = await openFile(file);
  let read = 0;
  let broken: Broken | undefined;

  async function raw(buffer: Buffer, held: number): Promise<number> {
    try {
      const { bytesRead } = await handle.read(buffer, held, buffer.length - held, null);
      onBytes?.(buffer.subarray(held, held + bytesRead));
      read += bytesRead;
      return bytesRead;
    } catch {
      throw new ProblemError(
        problem('file_unreadable', `${shown(file)} cannot be read to its end; copy it and try again.`),
      );
    }
  }

  return {
    total: (await handle.stat()).size,
    read: () => read,
    next: namesUtf8(encoding)
      ? raw
      : decoded(raw, encoding, (why) => {
          broken = why;
        }),
    broken: () => broken,
    close: () => handle.close(),
  };
}

/** UTF-8 is checked where it is read, which tells where it is none. */
export function namesUtf8(encoding: string): boolean {
  return new TextDecoder(encoding).encoding === 'utf-8';
}

const MARKS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** A byte order mark is no guess: in any other encoding these bytes begin no header. */
function markedOtherwise(start: Uint8Array, encoding: string): string | undefined {
  const marked = MARKS.find(([, mark]) => mark.every((byte, at) => start[at] === byte))?.[0];
  return marked === encoding ? undefined : marked;
}

const PIECE = 1 << 16;

function decoded(raw: Bytes['next'], encoding: string, broken: (why: Broken) => void): Bytes['next'] {
  const decoder = new TextDecoder(encoding);
  const piece = Buffer.allocUnsafeSlow(PIECE);
  let waiting = Buffer.alloc(0);
  let isOver = false;
  let isStart = true;

  async function more(): Promise<void> {
    const got = await raw(piece, 0);
    const marked = isStart ? markedOtherwise(piece.subarray(0, got), decoder.encoding) : undefined;
    isStart = false;
    if (marked !== undefined) {
      isOver = true;
      broken({ marked });
      return;
    }
    const text = decoder.decode(piece.subarray(0, got), { stream: got > 0 });
    // What stands for bytes that mean nothing; where the file itself holds it, its text was lost before.
    const lost = text.indexOf('\ufffd');
    waiting = Buffer.from(lost < 0 ? text : text.slice(0, lost));
    isOver = got === 0 || lost >= 0;
    if (lost >= 0) broken({ marked: null });
  }

  return async (buffer, held) => {
    // The first half of a character alone says nothing.
    while (waiting.length === 0 && !isOver) await more();
    const taken = waiting.copy(buffer, held);
    waiting = waiting.subarray(taken);
    return taken;
  };
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    const handle = await open(file, constants.O_RDONLY);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      throw new ProblemError(problem('file_missing', `There is no file ${shown(file)}; check the path.`));
    }
  }
  throw new ProblemError(problem('file_unreadable', `${shown(file)} cannot be read; name a file that you may read.`));
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
