import { EventStoreDBClient } from '@eventstore/db-client';
import { wrong } from './address.ts';
import { type Batches, batchesOf } from './batch.ts';
import { asProblem, isPassing, NoAnswer } from './failures.ts';

/** How long the server may say nothing before the answer is `store_unavailable`: promises.md (P18) gives it 2 s. */
const ANSWER_MS = 1_700;
/** A process that was kept from running finds its timers over before it has read what had come in time. */
const GRACE_MS = 100;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 400;

/** Clients of one server, for appends and for everything else. */
export interface Connection {
  readonly shown: string;
  /** How long the server may say nothing. */
  readonly answerMs: number;
  readonly writer: EventStoreDBClient;
  readonly reader: EventStoreDBClient;
  readonly batches: Batches;
  release(): Promise<void>;
}

interface Shared {
  readonly writer: EventStoreDBClient;
  readonly reader: EventStoreDBClient;
  readonly batches: Batches;
  users: number;
}

/** One pair for each server and process; reads have a client of their own, so that an error on theirs cannot renew the connection under the appends. */
const connections = new Map<string, Shared>();

export function connect(connection: string, shown: string, answerMs: number = ANSWER_MS): Connection {
  let shared = connections.get(connection);
  if (shared === undefined) {
    const writer = clientAt(connection, shown);
    shared = { writer, batches: batchesOf(writer), reader: clientAt(connection, shown), users: 0 };
    connections.set(connection, shared);
  }
  shared.users += 1;
  const { writer, reader, batches } = shared;
  let released = false;
  return {
    shown,
    answerMs,
    writer,
    reader,
    batches,
    async release() {
      if (released) return;
      released = true;
      shared.users -= 1;
      if (shared.users > 0) return;
      connections.delete(connection);
      await Promise.race([Promise.allSettled([writer.dispose(), reader.dispose()]), pause(500)]);
    },
  };
}

/** The address has been looked at; what is left to refuse are the files that it names. Throws store_address. */
function clientAt(connection: string, shown: string): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(connection);
  } catch (cause) {
    const remedy = 'tlsCAFile has to name a file that is there, and so have userCertFile and userKeyFile, or neither';
    throw wrong(shown, remedy, cause);
  }
}

/** When something has to be over. `extend` begins the time anew: what makes progress is not late. */
export interface Deadline {
  left(): number;
  extend(): void;
}

export function deadlineIn(ms: number): Deadline {
  let at = performance.now() + ms;
  return {
    left: () => Math.max(0, at - performance.now()),
    extend() {
      at = performance.now() + ms;
    },
  };
}

/** The client sets no timer of its own for appends (fact 9). Rejects with NoAnswer when the deadline is over; what comes later is nobody's. */
export async function within<T>(deadline: Deadline, action: () => Promise<T>): Promise<T> {
  // Nothing is begun that nobody waits for.
  if (deadline.left() <= 0) throw new NoAnswer();
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    const left = deadline.left();
    if (left > 0) timer = setTimeout(look, left);
    else timer = setTimeout(() => (deadline.left() > 0 ? look() : reject(new NoAnswer())), GRACE_MS);
  };
  look();
  action().then(resolve, reject);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Sends a request until it is answered or the deadline is over, with growing pauses; throws problems. Only for requests that may be sent
 * twice: reads, and appends with ids and a revision.
 */
export async function persist<T>(shown: string, deadline: Deadline, action: () => Promise<T>): Promise<T> {
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
    try {
      return await within(deadline, action);
    } catch (error) {
      if (!isPassing(error) || deadline.left() <= wait) throw asProblem(error, shown);
    }
    await pause(wait);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
