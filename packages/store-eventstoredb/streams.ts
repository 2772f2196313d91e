import { BACKWARDS, END, StreamNotFoundError } from '@eventstore/db-client';
import { LIMITS, type Stored } from '@ledger/kernel';
import { type Connection, deadlineIn, persist } from './connection.ts';
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

export function streamsOf({ reader, shown, answerMs }: Connection, ledger: string): Streams {
  const ends = new Map<string, End>();

  function remember(stream: string, end: End): void {
    ends.delete(stream);
    ends.set(stream, end);
    for (const oldest of ends.keys()) {
      if (ends.size <= REMEMBERED) break;
      ends.delete(oldest);
    }
  }

  async function read(stream: string, after: number, limit: number = LIMITS.eventsPerStream): Promise<Stored[]> {
    const deadline = deadlineIn(answerMs);
    try {
      return await persist(shown, deadline, async () => {
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
      });
    } catch (error) {
      if (error instanceof StreamNotFoundError) return [];
      throw asProblem(error, shown);
    }
  }

  return {
    read,
    remember,
    async length(stream) {
      const deadline = deadlineIn(answerMs);
      try {
        return await persist(shown, deadline, async () => {
          const options = { direction: BACKWARDS, fromRevision: END, maxCount: 1 } as const;
          const request = reader.readStream(streamName(ledger, stream), options);
          for await (const { event } of timely(request, () => request.cancel(), deadline)) {
            if (event !== undefined) return Number(event.revision) + 1;
          }
          return 0;
        });
      } catch (error) {
        if (error instanceof StreamNotFoundError) return 0;
        throw asProblem(error, shown);
      }
    },
    async endAt(stream, revision) {
      const known = ends.get(stream);
      if (known?.revision === revision) return known;
      const [event] = await read(stream, revision - 1, 1);
      if (event !== undefined) remember(stream, event);
      return event;
    },
  };
}
