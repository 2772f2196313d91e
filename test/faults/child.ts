import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A script of this folder in a process of its own, which talks by lines on its standard output. */
export interface Child {
  readonly lines: string[];
  /** Resolves when a line comes for which the condition holds; fails when the process ends without it. */
  until(condition: (line: string) => boolean): Promise<void>;
  kill(): void;
  /** How the process ended: its exit code, or the signal. */
  readonly ended: Promise<number | string>;
}

export function start(script: string, ...args: readonly (string | number)[]): Child {
  return watched(spawn(process.execPath, [join(import.meta.dirname, script), ...args.map(String)], STDIO));
}

/** The same with a limit on the size of the files that the process may write, in KiB. */
export function startLimited(kib: number, script: string, ...args: readonly (string | number)[]): Child {
  const command = `ulimit -f ${kib}; exec "$0" "$@"`;
  const words = [process.execPath, join(import.meta.dirname, script), ...args.map(String)];
  return watched(spawn('bash', ['-c', command, ...words], STDIO));
}

/** The same with its calls of the system traced. */
export function startTraced(strace: readonly string[], script: string, ...args: readonly (string | number)[]): Child {
  const words = [process.execPath, join(import.meta.dirname, script), ...args.map(String)];
  return watched(spawn('strace', [...strace, ...words], STDIO));
}

const STDIO: SpawnOptions = { stdio: ['ignore', 'pipe', 'inherit'] };

function watched(child: ChildProcess): Child {
  const lines: string[] = [];
  const waiting = new Set<(line: string) => void>();
  if (child.stdout === null) throw new Error('the standard output of a child is not connected');
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    lines.push(line);
    for (const each of waiting) each(line);
  });
  // Both: the process may have ended before its last lines were read.
  const drained = new Promise<void>((resolve) => reader.on('close', resolve));
  const ended = new Promise<number | string>((resolve) => {
    child.on('exit', (code, signal) => void drained.then(() => resolve(code ?? signal ?? 'unknown')));
  });
  return {
    lines,
    ended,
    until: (condition) =>
      new Promise((resolve, reject) => {
        const look = (line: string) => {
          if (!condition(line)) return;
          waiting.delete(look);
          resolve();
        };
        for (const line of lines) look(line);
        waiting.add(look);
        void ended.then((how) => reject(new Error(`the process ended (${how}) after ${lines.length} lines`)));
      }),
    kill: () => void child.kill('SIGKILL'),
  };
}
