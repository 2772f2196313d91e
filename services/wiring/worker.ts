import { setImmediate } from 'node:timers/promises';
import { answering, type Task } from '@ledger/application';
import { isProblem, ProblemError, systemClock } from '@ledger/kernel';
import { openLedger } from './open.ts';
import type { ToWorker } from './workers.ts';

let ledger: ReturnType<typeof openLedger> | undefined;
let answer: ReturnType<typeof begun> | undefined;

async function begun(where: string, task: Task) {
  ledger ??= openLedger(where, { clock: systemClock, workers: 0 });
  const own = await answering(await ledger, task);
  if (isProblem(own)) throw new ProblemError(own);
  return own;
}

async function take(message: ToWorker): Promise<void> {
  if ('task' in message) {
    answer = begun(message.where, message.task);
    return;
  }
  const own = await answer;
  if (own === undefined) throw new TypeError('people without a task');
  for (const participant of message.people) {
    process.send?.(await own(participant));
    // A long answer is on its way only while we wait for something.
    await setImmediate();
  }
}

// One message after the other. What fails ends the process, which tells whoever waits; and nobody is left to work for who has gone.
let last = Promise.resolve();
process.on('message', (message) => {
  last = last.then(() => take(message as ToWorker));
});
process.once('disconnect', () => process.exit());
