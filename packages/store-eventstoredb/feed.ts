import {
  type AllStreamRecordedEvent,
  type EventStoreDBClient,
  type Position,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { ProblemError, parseInstant } from '@ledger/kernel';
import { type Connection, type Deadline, deadlineIn, persist, within } from './connection.ts';
import { damaged } from './failures.ts';
import type { Positions, Seen } from './positions.ts';
import { prefixOf, recordedAtOf } from './wire.ts';

/** An event of the ledger's part of `$all`. */
export type Found = AllStreamRecordedEvent;

/** Events of a plain read of `$all`: what is new since a moment ago fits in, and takes one round trip. */
const PAGE = 200;
/** Events that the server looks through for a filtered subscription before it says how far it has come. */
const WINDOW = 1_000;
/** Events that are noted in one transaction of the index. */
const BATCH = 1_000;

/**
 * The ledger's part of `$all`, in order. The client's `readAll` ignores filters (eventstoredb.md, fact 13), so one plain page of the
 * whole log is read and filtered here, which finds the end of the log in one round trip. Where there is more than a page, the rest comes
 * from a subscription that the server filters, until it has caught up: it gives 2.5 times as many events a second as plain pages
 * where all are ours, and 20 times as many where one in seven is (docs/adr/0036).
 */
export interface Feed {
  /** Notes in the index what was appended by anybody until now, or at least up to a commit position. */
  catchUp(atLeast?: bigint): Promise<void>;
  /** Goes through so many events of ours from a place on, or fewer when `more` says no. */
  scan(from: From, count: number, more: (event: Found) => boolean): Promise<void>;
  /** Whether an event, ours or not, begins at a commit position. */
  begins(commit: bigint): Promise<boolean>;
  /** Every event of ours from the beginning, without the index. */
  whole(each: (event: Found) => void): Promise<void>;
}

/** Where a scan begins: with the event at `commit`; the one of ours before it is at `before`, 0n for none. */
interface From {
  readonly commit: bigint;
  readonly before: bigint;
}

/** Where to begin: after the event at a position, or with it. */
interface Start {
  readonly after: bigint;
  readonly inclusive: boolean;
}

/** What `$all` says of one event: ours, none of ours, or damage. */
export type Judge = (event: AllStreamRecordedEvent) => 'ours' | 'other';

export function judgeOf(ledger: string, shown: string): Judge {
  const prefix = prefixOf(ledger);
  const meta = `$$${prefix}`;
  return ({ streamId, type, data }) => {
    if (streamId.startsWith(prefix)) {
      // A tombstone is an event of the stream that it ends (fact 15).
      if (type.startsWith('$')) throw damaged(shown, `stream ${streamId} was deleted`);
      return 'ours';
    }
    if (streamId.startsWith(meta) && takesAway(data)) {
      throw damaged(shown, `events of stream ${streamId.slice(2)} were taken away by its metadata`);
    }
    return 'other';
  };
}

/** Rights may be given by metadata; limits and a soft deletion hide events, and the next scavenge removes them. */
function takesAway(data: unknown): boolean {
  return typeof data === 'object' && data !== null && ('$tb' in data || '$maxCount' in data || '$maxAge' in data);
}

export function seenOf(ledger: string, event: Found): Seen {
  return {
    commit: event.position.commit,
    stream: event.streamId.slice(prefixOf(ledger).length),
    revision: Number(event.revision) + 1,
    recordedAt: Number(parseInstant(recordedAtOf(event)) ?? 0n),
  };
}

/** Takes an event, and says whether there may be more. */
type Visit = (event: Found) => boolean;
type Through = (commit: bigint) => void;

export interface FeedOptions {
  readonly connection: Connection;
  readonly ledger: string;
  readonly positions: Positions;
  /** Sees every event of ours that is noted, before it is. */
  readonly onFound: (event: Found) => void;
}

export function feedOf({ connection, ledger, positions, onFound }: FeedOptions): Feed {
  const { reader, shown, answerMs } = connection;
  const judge = judgeOf(ledger, shown);

  /** Runs through one plain page; answers where it ended, `undefined` when that was enough or the end of the log. */
  async function page(start: Start, visit: Visit, through: Through, deadline: Deadline): Promise<bigint | undefined> {
    let events = 0;
    let last = start.after;
    for await (const event of plainPage(reader, start, deadline)) {
      events += 1;
      if (judge(event) === 'ours' && !visit(event)) return undefined;
      last = event.position.commit;
    }
    through(last);
    return events < PAGE ? undefined : last;
  }

  /** Runs through the log after a commit position to its end. `through` tells how far it has come, also where nothing is ours. */
  async function walk(after: bigint, visit: Visit, through: Through, deadline: Deadline): Promise<void> {
    for (let at: bigint | undefined = after; ; ) {
      at = await page({ after: at, inclusive: false }, visit, through, deadline);
      if (at === undefined) return;
      at = await filtered(reader, ledger, at, judge, visit, through, deadline);
      if (at === undefined) return;
    }
  }

  async function take(): Promise<void> {
    let batch: Seen[] = [];
    const flush = (commit: bigint) => {
      if (batch.length === 0 && commit <= positions.known()) return;
      const broken = positions.take(batch, commit);
      batch = [];
      if (broken !== undefined) throw gap(shown, broken);
    };
    const deadline = deadlineIn(answerMs);
    const visit = (event: Found) => {
      onFound(event);
      batch.push(seenOf(ledger, event));
      if (batch.length >= BATCH) flush(event.position.commit);
      return true;
    };
    await persist(shown, deadline, async () => {
      // What came before an error is noted: the next attempt goes on from there.
      batch = [];
      await walk(positions.known(), visit, flush, deadline);
    });
  }

  let asked = 0;
  let covered = 0;
  let running: Promise<void> | undefined;

  async function catchUp(atLeast?: bigint): Promise<void> {
    // A run that began before now may have passed the end before what is asked for was written.
    asked += 1;
    const ticket = asked;
    while (covered < ticket && (atLeast === undefined || positions.known() < atLeast)) {
      if (running === undefined) {
        const began = asked;
        running = take()
          .then(() => {
            covered = Math.max(covered, began);
          })
          .finally(() => {
            running = undefined;
          });
      }
      await running;
    }
  }

  return {
    catchUp,
    async scan({ commit, before }, count, more) {
      const deadline = deadlineIn(answerMs);
      const nothing = () => undefined;
      await persist(shown, deadline, async () => {
        const begin = { after: commit, inclusive: true };
        const at = count <= PAGE ? await page(begin, more, nothing, deadline) : before;
        if (at !== undefined) await filtered(reader, ledger, at, judge, more, nothing, deadline);
      });
    },
    async begins(commit) {
      const deadline = deadlineIn(answerMs);
      try {
        return await persist(shown, deadline, async () => {
          const stream = reader.readAll({ fromPosition: positionAt(commit), maxCount: 1 });
          for await (const { event } of timely(stream, () => stream.cancel(), deadline)) {
            if (event !== undefined) return event.position.commit === commit;
          }
          return false;
        });
      } catch (error) {
        if (error instanceof ProblemError && error.problem.code === 'tail_lost') return false;
        throw error;
      }
    },
    async whole(each) {
      const deadline = deadlineIn(answerMs);
      const all = (event: Found) => {
        each(event);
        return true;
      };
      await persist(shown, deadline, () => walk(0n, all, () => undefined, deadline));
    },
  };
}

export function gap(
  shown: string,
  { stream, expected, found }: NonNullable<ReturnType<Positions['take']>>,
): ProblemError {
  return damaged(shown, `stream ${stream} goes on with revision ${found}, not ${expected}: events of it were deleted`);
}

/** Events that were written since 20.6 are their own commit: both numbers are the same. */
export function positionAt(commit: bigint): Position {
  return { commit, prepare: commit };
}

/** One page of the whole log after a position, one round trip. The server begins with the event at the position (fact 12). */
async function* plainPage(
  client: EventStoreDBClient,
  { after, inclusive }: Start,
  deadline: Deadline,
): AsyncGenerator<Found> {
  const fromPosition = after === 0n ? START : positionAt(after);
  const stream = client.readAll({ fromPosition, maxCount: after === 0n ? PAGE : PAGE + 1 });
  for await (const { event } of timely(stream, () => stream.cancel(), deadline)) {
    if (event !== undefined && (inclusive || event.position.commit > after)) yield event;
  }
}

/** Before its first event a subscription reports the largest number of all. */
export const LAST = 2n ** 63n - 1n;

/** How far a subscription has come, between its events: they wait in a buffer, and so must this. */
interface Mark {
  readonly through?: bigint;
  readonly caughtUp?: true;
}

/** Our events after a position until the subscription has caught up; answers where that was, `undefined` when it was enough before. */
async function filtered(
  client: EventStoreDBClient,
  ledger: string,
  after: bigint,
  judge: Judge,
  visit: Visit,
  through: Through,
  deadline: Deadline,
): Promise<bigint | undefined> {
  let last = after;
  const marks = new WeakMap<object, Mark>();
  const mark = (what: Mark) => {
    const element = {};
    marks.set(element, what);
    subscription.push(element);
  };
  const subscription = client.subscribeToAll({
    fromPosition: after === 0n ? START : positionAt(after),
    filter: streamNameFilter({
      prefixes: [prefixOf(ledger), `$$${prefixOf(ledger)}`],
      maxSearchWindow: WINDOW,
      checkpointInterval: 1,
      checkpointReached: async (_, { commit }) => mark({ through: commit <= LAST ? commit : after }),
    }),
  });
  subscription.on('caughtUp', () => mark({ caughtUp: true }));
  for await (const element of timely(subscription, () => subscription.unsubscribe(), deadline)) {
    const passed = marks.get(element);
    if (passed?.caughtUp === true) break;
    const { event } = element;
    const at = passed?.through ?? event?.position.commit ?? last;
    if (event !== undefined && judge(event) === 'ours' && !visit(event)) return undefined;
    if (at > last) last = at;
    if (passed !== undefined) through(last);
  }
  through(last);
  return last;
}

interface Readable<T> extends AsyncIterable<T> {
  on(event: 'error', listener: () => void): unknown;
}

/** Events as they come; a server that says nothing for too long ends the reading, which the client would not do by itself (fact 9). */
export async function* timely<T>(
  stream: Readable<T>,
  cancel: () => Promise<void>,
  deadline: Deadline,
): AsyncGenerator<T> {
  // What the client reports after nobody reads any more would end the process.
  stream.on('error', () => undefined);
  const iterator = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await within(deadline, () => iterator.next());
      if (next.done === true) return;
      deadline.extend();
      yield next.value;
    }
  } finally {
    // Not awaited: without a connection there is nothing to cancel, and the client waits for one.
    cancel().catch(() => undefined);
  }
}
