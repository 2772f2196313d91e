import { BACKWARDS, END, StreamNotFoundError } from '@eventstore/db-client';
import { LIMITS, ProblemError, type Stored } from '@ledger/kernel';
import { type Connection, type Deadline, deadlineIn, persist } from './connection.ts';
import { asProblem, damaged } from './failures.ts';
import { timely } from './feed.ts';
import { fromReceived, streamName } from './wire.ts';

/** The last event of a stream, which the next one is chained to. */
export interface End {
  readonly revision: number;
  readonly hash: string;
  readonly recordedAt: string;
}

/** The streams of a ledger, one by one. Events come without their position, which streams do not tell. */
export interface Streams {
  /** Events after a revision, oldest first. Throws store_damaged where some of them are gone. */
  read(stream: string, after: number, limit?: number): Promise<readonly Stored[]>;
  /** How long the stream is now. */
  length(stream: string): Promise<number>;
  /** The event that made the stream this long, if there is one. Events never change, so that what is remembered of it is true. */
  endAt(stream: string, revision: number): Promise<End | undefined>;
  remember(stream: string, end: End): void;
}

/** Ends of streams that are remembered: commands read a stream before they write to it. */
const REMEMBERED = 20_000;
/** Reads on their way at one time: the time of one that waits behind more of them would be over before it is answered. */
const READS_AT_ONCE = 64;

export function streamsOf({ reader, shown, answerMs }: Connection, ledger: string): Streams {
  const ends = new Map<string, End>();
  const inTurn = turns(READS_AT_ONCE);

  function remember(stream: string, end: End): void {
    ends.delete(stream);
    ends.set(stream, end);
    for (const oldest of ends.keys()) {
      if (ends.size <= REMEMBERED) break;
      ends.delete(oldest);
    }
  }

  async function answered<T>(missing: T, action: (deadline: Deadline) => Promise<T>): Promise<T> {
    const deadline = deadlineIn(answerMs);
    try {
      return await persist(shown, deadline, () => action(deadline));
    } catch (error) {
      if (error instanceof StreamNotFoundError) return missing;
      throw asProblem(error, shown);
    }
  }

  function read(stream: string, after: number, limit: number = LIMITS.eventsPerStream): Promise<Stored[]> {
    return inTurn(() =>
      answered<Stored[]>([], async (deadline) => {
        const events: Stored[] = [];
        const request = reader.readStream(streamName(ledger, stream), { fromRevision: BigInt(after), maxCount: limit });
        for await (const { event } of timely(request, () => request.cancel(), deadline)) {
          if (event === undefined) continue;
          const stored = fromReceived(event, ledger, 0n);
          const expected = after + events.length + 1;
          if (stored.revision !== expected) {
            // Soft-deleted and written to again: revisions go on, and what was before is hidden (fact 15).
            throw damaged(shown, `stream ${stream} has revision ${stored.revision} in the place of ${expected}`);
          }
          events.push(stored);
        }
        return events;
      }),
    );
  }

  return {
    read,
    remember,
    length: (stream) =>
      inTurn(() =>
        answered(0, async (deadline) => {
          const options = { direction: BACKWARDS, fromRevision: END, maxCount: 1 } as const;
          const request = reader.readStream(streamName(ledger, stream), options);
          for await (const { event } of timely(request, () => request.cancel(), deadline)) {
            if (event !== undefined) return Number(event.revision) + 1;
          }
          return 0;
        }),
      ),
    async endAt(stream, revision) {
      const known = ends.get(stream);
      if (known?.revision === revision) return known;
      const [event] = await read(stream, revision - 1, 1);
      if (event !== undefined) remember(stream, event);
      return event;
    },
  };
}

/** Lets so many actions run at one time. When one finds the server away, those that wait do not ask it, too: each would take its own time. */
function turns(most: number): <T>(action: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: { readonly go: () => void; readonly fail: (error: unknown) => void }[] = [];
  return async (action) => {
    if (running >= most) await new Promise<void>((go, fail) => waiting.push({ go, fail }));
    else running += 1;
    try {
      return await action();
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code === 'store_unavailable') {
        for (const { fail } of waiting.splice(0)) fail(error);
      }
      throw error;
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next.go();
    }
  };
}
