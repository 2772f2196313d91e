import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * What lies on a disk whose power fails, told from the calls by which a process wrote. What was written since the last flush of a file
 * may be there or not, sector by sector; what was flushed is there.
 */

/** What strace has to be told for a trace that can be read here. */
export const TRACE = [
  '-f',
  '-qq',
  '-y',
  '-xx',
  '-s',
  '1000000',
  '-e',
  'trace=write,pwrite64,ftruncate,fsync,fdatasync,unlink',
];

/** The smallest part that a disk writes whole. */
const SECTOR = 512;

type Call =
  | { readonly does: 'write'; readonly path: string; readonly at: number; readonly bytes: Buffer }
  | { readonly does: 'truncate'; readonly path: string; readonly size: number }
  | { readonly does: 'flush'; readonly path: string }
  | { readonly does: 'remove'; readonly path: string }
  /** A line on the standard output of the process. */
  | { readonly does: 'say'; readonly line: string };

const text = (hex: string): Buffer => Buffer.from(hex.replaceAll('\\x', ''), 'hex');

/** The calls of a trace, in order; those that failed are left out. */
export function callsIn(trace: string): readonly Call[] {
  return readFileSync(trace, 'latin1')
    .split('\n')
    .flatMap((line) => callIn(line) ?? []);
}

function callIn(line: string): Call | undefined {
  const [, name, rest = ''] = /^\d+ +(\w+)\((.*\) += \d+)$/.exec(line) ?? [];
  const [, fd, hex = ''] = /^(\d+)<([^>]*)>/.exec(rest) ?? [];
  const path = text(hex).toString();
  const [, data = ''] = /"([^"]*)"/.exec(rest) ?? [];
  const [, last = ''] = /, (\d+)\) += \d+$/.exec(rest) ?? [];
  switch (name) {
    case 'write':
      return fd === '1' ? { does: 'say', line: text(data).toString().trimEnd() } : undefined;
    case 'pwrite64':
      return { does: 'write', path, at: Number(last), bytes: text(data) };
    case 'ftruncate':
      return { does: 'truncate', path, size: Number(last) };
    case 'fsync':
    case 'fdatasync':
      return { does: 'flush', path };
    case 'unlink':
      return { does: 'remove', path: text(data).toString() };
    default:
      return undefined;
  }
}

interface File {
  /** `null`: not there. */
  readonly kept: Buffer | null;
  readonly pending: readonly Call[];
}

export interface Disk {
  take(call: Call): void;
  /** Writes what may be there after the power failed into a folder. `survives`: whether a sector that was not flushed is. */
  image(folder: string, survives: () => boolean): void;
}

/** A disk with one folder, that of `path`, as it is now. `memory`: files that live in memory alone, which no disk keeps. */
export function diskWith(path: string, memory: readonly string[]): Disk {
  const files = new Map<string, File>([[path, { kept: readFileSync(path), pending: [] }]]);
  const of = (name: string): File => files.get(name) ?? { kept: null, pending: [] };
  return {
    take(call) {
      if (call.does === 'say' || dirname(call.path) !== dirname(path) || memory.includes(call.path)) return;
      const file = of(call.path);
      if (call.does !== 'flush') files.set(call.path, { ...file, pending: [...file.pending, call] });
      else files.set(call.path, { kept: outcome(file, () => true), pending: [] });
    },
    image(folder, survives) {
      mkdirSync(folder, { recursive: true });
      for (const [name, file] of files) {
        const bytes = outcome(file, survives);
        if (bytes !== null) writeFileSync(join(folder, basename(name)), bytes);
      }
    },
  };
}

function outcome({ kept, pending }: File, survives: () => boolean): Buffer | null {
  let bytes = kept;
  for (const call of pending) {
    if (call.does === 'write') bytes = written(bytes ?? Buffer.alloc(0), call, survives);
    else if (call.does === 'truncate' && survives()) bytes = resized(bytes ?? Buffer.alloc(0), call.size);
    else if (call.does === 'remove' && survives()) bytes = null;
  }
  return bytes;
}

function written(old: Buffer, { at, bytes }: Extract<Call, { does: 'write' }>, survives: () => boolean): Buffer {
  let now = old;
  for (let from = at; from < at + bytes.length; ) {
    const to = Math.min(at + bytes.length, from - (from % SECTOR) + SECTOR);
    if (survives()) {
      if (now.length < to) now = resized(now, to);
      else if (now === old) now = Buffer.from(old);
      bytes.copy(now, from, from - at, to - at);
    }
    from = to;
  }
  return now;
}

function resized(old: Buffer, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  old.copy(bytes, 0, 0, Math.min(size, old.length));
  return bytes;
}
