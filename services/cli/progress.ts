import { SingleBar } from 'cli-progress';
import type { Io } from './io.ts';

export interface Progress {
  readonly update: (done: number, of: number) => void;
  readonly stop: () => void;
}

/** Work shorter than this shows no bar; and what was done in less than this says nothing about how long the rest takes. */
const PATIENCE_MS = 400;

/** A bar on `err` while long work runs, with the time that remains; nothing where nobody watches. */
export function progressOf(io: Io, what: string): Progress {
  if (!io.terminal) return { update: () => undefined, stop: () => undefined };
  const began = Date.now();
  const remaining = remainingTime();
  let bar: SingleBar | undefined;
  return {
    update(done, of) {
      const left = remaining(done, of, Date.now());
      if (bar === undefined) {
        if (Date.now() - began < PATIENCE_MS) return;
        bar = new SingleBar({
          format: `  ${what} {bar} {percentage} %{left}`,
          stream: process.stderr,
          clearOnComplete: true,
          // Whoever interrupts it gets the terminal back as it was: the bar changes none of its modes.
          linewrap: true,
        });
        bar.start(of, done, { left });
      }
      bar.setTotal(of);
      bar.update(done, { left });
    },
    stop: () => bar?.stop(),
  };
}

/** The time that remains, in words, if the rest goes as fast as what was done since the first call; nothing until that can be told. */
export function remainingTime(): (done: number, of: number, now: number) => string {
  let first: { readonly done: number; readonly at: number } | undefined;
  return (done, of, now) => {
    first ??= { done, at: now };
    const [did, took] = [done - first.done, now - first.at];
    if (did <= 0 || took < PATIENCE_MS) return '';
    const seconds = Math.ceil(((of - done) * took) / did / 1000);
    return ` · ${seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`} left`;
  };
}

/** Whoever gave the command has stopped it, before it wrote anything. */
export class Interrupted extends Error {}

/**
 * The same for work that only reads for a long time: when it is interrupted it ends where it next says how far it is. What it
 * writes afterwards, if anything, is written to the end.
 */
export function interruptible(io: Io, what: string): Progress {
  const { update, stop } = progressOf(io, what);
  const seen = io.interrupted?.();
  return {
    update(done, of) {
      if (seen?.aborted === true) throw new Interrupted();
      update(done, of);
    },
    stop,
  };
}
