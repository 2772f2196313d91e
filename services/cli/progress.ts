import { SingleBar } from 'cli-progress';
import type { Io } from './io.ts';

export interface Progress {
  readonly update: (done: number, of: number) => void;
  readonly stop: () => void;
}

/** Work shorter than this shows no bar. */
const PATIENCE_MS = 400;

/** A bar on `err` while long work runs, with the time that remains; nothing where nobody watches. */
export function progressOf(io: Io, what: string): Progress {
  if (!io.terminal) return { update: () => undefined, stop: () => undefined };
  const began = Date.now();
  let bar: SingleBar | undefined;
  return {
    update(done, of) {
      if (bar === undefined) {
        if (Date.now() - began < PATIENCE_MS) return;
        bar = new SingleBar({
          format: `  ${what} {bar} {percentage} % · {eta_formatted} left`,
          stream: process.stderr,
          clearOnComplete: true,
          // Whoever interrupts it gets the terminal back as it was: the bar changes none of its modes.
          linewrap: true,
        });
        bar.start(of, done);
      }
      bar.setTotal(of);
      bar.update(done);
    },
    stop: () => bar?.stop(),
  };
}
