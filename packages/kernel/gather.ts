import { checkAppends } from './admit.ts';
import { LIMITS } from './event.ts';
import { ProblemError } from './problem.ts';
import { type Append, type Appended, bound, type EventStore } from './store.ts';

/** Appends of one call that wait for the turn of the event loop to end. */
interface Waiting {
  readonly appends: readonly Append[];
  readonly resolve: (answers: readonly Appended[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Calls with more appends than this are batches already. */
const FEW = 50;

/**
 * A store whose callers share what a durable write costs: appends that are given in one turn of the event loop go into one
 * `appendEach`, and are on the disk together. Each still lands or meets its conflict by itself, and one that is refused refuses
 * nothing of the others.
 */
export function gathering(store: EventStore): EventStore {
  let waiting: Waiting[] = [];

  function flush(): void {
    for (const batch of batches(waiting)) void write(store, batch);
    waiting = [];
  }

  function appendEach(appends: readonly Append[]): Promise<readonly Appended[]> {
    if (appends.length === 0 || appends.length > FEW) return store.appendEach(appends);
    return new Promise((resolve, reject) => {
      // Refused before it meets the others: a batch is refused as a whole.
      checkAppends(appends);
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ appends, resolve, reject });
    });
  }

  return {
    ...bound(store),
    async append(append) {
      const [answer] = await appendEach([append]);
      if (answer === undefined) throw new TypeError('an append without an answer');
      return answer;
    },
    appendEach,
  };
}

function* batches(waiting: readonly Waiting[]): Generator<readonly Waiting[]> {
  let batch: Waiting[] = [];
  let size = 0;
  for (const each of waiting) {
    if (size + each.appends.length > LIMITS.appendsPerBatch) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(each);
    size += each.appends.length;
  }
  if (batch.length > 0) yield batch;
}

async function write(store: EventStore, batch: readonly Waiting[]): Promise<void> {
  try {
    const answers = await store.appendEach(batch.flatMap(({ appends }) => appends));
    let from = 0;
    for (const { appends, resolve } of batch) {
      resolve(answers.slice(from, from + appends.length));
      from += appends.length;
    }
  } catch (error) {
    // One of them is at fault, as with an id that is taken; nothing of the batch was written, and each is asked by itself.
    if (batch.length > 1 && error instanceof ProblemError && REFUSED.has(error.problem.code)) {
      for (const each of batch) await write(store, [each]);
      return;
    }
    for (const { reject } of batch) reject(error);
  }
}

/** What a store refuses of what it was given; everything else befell the store, and is the same for all. */
const REFUSED: ReadonlySet<string> = new Set(['event_id_taken', 'stream_invalid', 'limit_exceeded']);
