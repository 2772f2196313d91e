import { parentPort, workerData } from 'node:worker_threads';
import { isProblem, jsonOf, type Problem, ProblemError, systemClock } from '@ledger/kernel';
import { openLedger, processorsLeft } from '@ledger/wiring';
import { doWork, type Work } from './work.ts';

/** What the thread of a job says. */
export type Said =
  | { readonly is: 'progress'; readonly done: number; readonly of: number }
  /** JSON of the result. */
  | { readonly is: 'done'; readonly result: string }
  | { readonly is: 'refused'; readonly problem: Problem };

/** Told no oftener than this, in milliseconds. */
const TELL_MS = 100;

/** The ledger is opened once more, by this thread alone: what it reads and computes keeps nobody else waiting. */
async function main({ store, work }: { readonly store: string; readonly work: Work }): Promise<Said> {
  // A processor is left to the server, for those who are waiting at its doors.
  const ledger = await openLedger(store, { clock: systemClock, workers: processorsLeft(1) });
  let told = 0;
  try {
    const result = await doWork(ledger, work, (done, of) => {
      const now = performance.now();
      if (now - told < TELL_MS) return;
      told = now;
      tell({ is: 'progress', done, of });
    });
    if (isProblem(result)) return { is: 'refused', problem: result };
    return { is: 'done', result: jsonOf(result) };
  } finally {
    await ledger.close();
  }
}

function tell(said: Said): void {
  parentPort?.postMessage(said);
}

try {
  // The server that started the thread gave it.
  tell(await main(workerData as Parameters<typeof main>[0]));
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  tell({ is: 'refused', problem: error.problem });
}
