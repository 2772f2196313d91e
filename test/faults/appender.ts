/**
 * Appends events to a ledger until it is killed, or as many as it is told: `appender.ts <path> <seed> <count> <events per batch>`.
 * Writes `try <id>…` before an append and `ack <id>…` after it; every third append goes to a stream that all appenders share.
 */
import { writeSync } from 'node:fs';
import { type Pending, ProblemError, systemClock } from '@ledger/kernel';
import { openLog } from '@ledger/store-sqlite';
import { eventMaker } from '../contracts/given.ts';

const [path = '', seed = '1', count = '0', size = '1'] = process.argv.slice(2);
// Where files may not grow any more, the write fails instead of ending the process.
process.on('SIGXFSZ', () => undefined);

const log = openLog(path, { mode: 'open', clock: systemClock });
const make = eventMaker(Number(seed), systemClock);
const say = (word: string, events: readonly Pending[]) =>
  writeSync(1, `${word} ${events.map(({ id }) => id).join(' ')}\n`);

async function appendShared(event: Pending): Promise<void> {
  for (;;) {
    const expected = (await log.read('box-shared')).length;
    if ((await log.append({ stream: 'box-shared', events: [event], expected })).ok) return;
  }
}

try {
  for (let n = 0; Number(count) === 0 || n < Number(count); n++) {
    const events = Array.from({ length: Number(size) }, (_, part) => make({ n, part, text: 'x'.repeat(200) }));
    say('try', events);
    const [event] = events;
    if (events.length === 1 && event !== undefined && n % 3 === 2) await appendShared(event);
    else {
      // A batch over several streams: one transaction.
      await log.appendEach(
        events.map((each, part) => ({ stream: `box-${seed}.${n}.${part}`, events: [each], expected: 0 })),
      );
    }
    say('ack', events);
  }
  await log.close();
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  writeSync(1, `problem ${error.problem.code}\n`);
  // After an I/O error nothing may be acknowledged any more (promises.md, P10).
  const again = await log.append({ stream: 'box-after', events: [make({})], expected: 0 }).catch((refusal) => refusal);
  writeSync(1, `then ${again instanceof ProblemError ? again.problem.code : 'appended'}\n`);
}
