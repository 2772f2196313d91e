import { join } from 'node:path';
import {
  type Append,
  type Appended,
  type Clock,
  checkAppends,
  checkStream,
  type EventStore,
  LEDGER_ID,
  LIMITS,
  type Problem,
  ProblemError,
  parseInstant,
  problem,
  type Stored,
} from '@ledger/kernel';
import type { Address } from './address.ts';
import { makeCard, readCard } from './card.ts';
import { type Connection, connect } from './connection.ts';
import { damaged, elsewhere } from './failures.ts';
import { type Feed, type Found, feedOf, gap, seenOf } from './feed.ts';
import { openPositions, type Place, type Positions } from './positions.ts';
import { type Streams, streamsOf } from './streams.ts';
import { watcherOf } from './watcher.ts';
import { fromReceived } from './wire.ts';
import { type Writer, writerOf } from './writer.ts';

export interface EventStoreLog extends EventStore {
  /** Drawn when the ledger was made: tells two ledgers of the same name apart. */
  readonly uid: string;
  /** Made for demonstration: ids and times in it were given, not drawn. */
  readonly demo: boolean;
}

export interface LogOptions {
  /** `create` refuses a ledger that exists, `open` one that does not. */
  readonly mode: 'create' | 'open';
  readonly ledger: string;
  readonly clock: Clock;
  readonly demo?: boolean;
  /** How often a watcher asks the log itself, in case its subscription says nothing any more: 15 s. */
  readonly pollMs?: number;
  /** How long the server may say nothing before it counts as away: 1.7 s. */
  readonly answerMs?: number;
}

/** Pages this short are read event by event from their streams, in one round trip. */
const SINGLE = 4;

/**
 * The log of a ledger on EventStoreDB: streams `<ledger>.<stream>`, read through the index of their positions on this node.
 * Throws store_missing, store_exists, store_newer, store_damaged, tail_lost, store_unavailable, store_access.
 */
export async function openEventStoreLog(address: Address, options: LogOptions): Promise<EventStoreLog> {
  return (await openLogParts(address, options)).log;
}

/** A log and what it is made of: a copy writes through the parts. */
interface LogParts {
  readonly log: EventStoreLog;
  readonly writer: Writer;
  readonly streams: Streams;
  readonly positions: Positions;
  readonly feed: Feed;
}

export async function openLogParts(address: Address, options: LogOptions): Promise<LogParts> {
  const { ledger, clock, mode } = options;
  if (!LEDGER_ID.test(ledger)) {
    const remedy = 'use 1 to 32 lower-case letters, digits and hyphens, beginning with a letter';
    const says = `ledger cannot be ${JSON.stringify(ledger)}: ${remedy}.`;
    throw new ProblemError(problem('stream_invalid', says, '/ledger'));
  }
  const connection = connect(address.connection, address.shown, options.answerMs);
  try {
    const card =
      mode === 'create'
        ? await makeCard(connection, ledger, { demo: options.demo === true, clock })
        : await readCard(connection, ledger);
    const positions = openPositions(join(address.files, `${ledger}.positions`), card.uid);
    try {
      const { store, ...parts } = await logOn(connection, positions, options);
      return { ...parts, positions, log: { ...store, ...card } };
    } catch (error) {
      positions.close();
      throw error;
    }
  } catch (error) {
    await connection.release();
    throw error;
  }
}

async function logOn(
  connection: Connection,
  positions: Positions,
  options: LogOptions,
): Promise<{ store: EventStore; writer: Writer; streams: Streams; feed: Feed }> {
  const { ledger, clock } = options;
  const { shown } = connection;
  const streams = streamsOf(connection, ledger);
  const onFound = (event: Found) => writer.sees(event);
  const feed = feedOf({ connection, ledger, positions, onFound });
  const writer = writerOf({ connection, ledger, clock, streams, positions, feed });
  const watcher = watcherOf({ connection, ledger, positions, feed, onFound, pollMs: options.pollMs ?? 15_000 });
  await checkSameLog(positions, feed, ledger, shown);

  async function write(appends: readonly Append[]): Promise<readonly Appended[]> {
    checkAppends(appends);
    if (appends.length === 0) return [];
    const answers = await writer.write(appends);
    if (answers.some(({ ok }) => ok)) watcher.wake();
    return answers;
  }

  /** The events at places, which are in the order of the log. */
  async function eventsAt(places: readonly Place[]): Promise<readonly Stored[]> {
    const [first] = places;
    if (first === undefined) return [];
    if (places.length <= SINGLE) {
      return Promise.all(
        places.map(async ({ stream, revision, position }) => {
          const [event] = await streams.read(stream, revision - 1, 1);
          if (event === undefined) throw damaged(shown, `event ${position} is not in stream ${stream} any more`);
          return { ...event, position: BigInt(position) };
        }),
      );
    }
    let events: Stored[] = [];
    const [before] = positions.page(first.position - 2, 1);
    const from = { commit: first.commit, before: first.position === 1 ? 0n : (before?.commit ?? 0n) };
    await feed.scan(from, places.length, (event) => {
      // An attempt that broke begins anew.
      if (event.position.commit === first.commit) events = [];
      const place = places[events.length];
      const stored = fromReceived(event, ledger, BigInt(place?.position ?? 0));
      if (place === undefined || stored.stream !== place.stream || stored.revision !== place.revision) {
        throw damaged(shown, `event ${place?.position} is not where it was in the log`);
      }
      events.push(stored);
      return events.length < places.length;
    });
    if (events.length < places.length) throw damaged(shown, `the log ends before event ${places.at(-1)?.position}`);
    return events;
  }

  const store: EventStore = {
    ledger,
    append: async (append) => (await write([append]))[0] as Appended,
    appendEach: write,
    async read(stream, { after = 0 } = {}) {
      checkStream(stream);
      const events = await streams.read(stream, after);
      const last = events.at(-1);
      if (last === undefined) {
        // Either there is nothing more, or what was there is gone.
        const known = positions.lengthOf(stream);
        if (known > after) throw damaged(shown, `stream ${stream} had ${known} events and shows none after ${after}`);
        return [];
      }
      streams.remember(stream, last);
      if (positions.lengthOf(stream) < last.revision) await feed.catchUp();
      return events.map((event) => {
        const position = positions.positionOf(stream, event.revision);
        if (position === undefined) throw damaged(shown, `$all does not hold revision ${event.revision} of ${stream}`);
        return { ...event, position: BigInt(position) };
      });
    },
    async readAll({ after, limit }) {
      if (!Number.isSafeInteger(limit) || limit < 1 || limit > LIMITS.pageSize) {
        throw new ProblemError(
          problem('limit_exceeded', `A page of ${limit} events cannot be read; ask for 1 to ${LIMITS.pageSize}.`),
        );
      }
      // Nobody has as many events: the end of the log is the answer to all of these.
      const from = after > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(after);
      if (positions.head() < from + limit) await feed.catchUp();
      return eventsAt(positions.page(from, limit));
    },
    async head() {
      await feed.catchUp();
      return BigInt(positions.head());
    },
    async positionAt(instant) {
      const micros = parseInstant(instant);
      if (micros === undefined) {
        const remedy = 'write it as 2026-01-31T12:00:00Z';
        throw new ProblemError(problem('as_of_invalid', `${JSON.stringify(instant)} is not an instant; ${remedy}.`));
      }
      await feed.catchUp();
      return BigInt(positions.upTo(Number(micros)));
    },
    watch: watcher.watch,
    check: () => checkIndex(feed, positions, ledger, shown),
    async close() {
      watcher.close();
      await connection.release();
      positions.close();
    },
  };
  return { store, writer, streams, feed };
}

/**
 * An index whose last event is not in the log was made from another state of the cluster, and so were the views of this node: throws
 * tail_lost. What it knows to be nobody's of ours after that may be so of another state alone, and is looked at again.
 */
async function checkSameLog(positions: Positions, feed: Feed, ledger: string, shown: string): Promise<void> {
  const last = positions.last();
  const known = positions.known();
  if (known > (last?.commit ?? 0n) && !(await feed.begins(known))) positions.rewind();
  if (last === undefined) return;
  let same = false;
  await feed.scan({ commit: last.commit, before: 0n }, 1, (event) => {
    const { commit, stream, revision } = seenOf(ledger, event);
    same = commit === last.commit && stream === last.stream && revision === last.revision;
    return false;
  });
  if (!same) throw elsewhere(shown);
}

/** Numbers the whole log once more and compares: an event that the index leaves out would be missing in every answer. */
async function checkIndex(
  feed: Feed,
  positions: Positions,
  ledger: string,
  shown: string,
): Promise<Problem | undefined> {
  try {
    await feed.catchUp();
    const head = positions.head();
    const lengths = new Map<string, number>();
    let position = 0;
    let wrong: string | undefined;
    await feed.whole((event) => {
      const { stream, revision } = seenOf(ledger, event);
      const length = lengths.get(stream) ?? 0;
      if (revision !== length + 1) throw gap(shown, { stream, expected: length + 1, found: revision });
      lengths.set(stream, revision);
      position += 1;
      if (position <= head && wrong === undefined && positions.positionOf(stream, revision) !== position) {
        wrong = `event ${position} (${stream}, revision ${revision}) is not in the index of this node`;
      }
    });
    if (position < head) wrong = `the index of this node ends at ${head}, the log at ${position}`;
    if (wrong === undefined) return undefined;
    positions.reset();
    return problem('store_damaged', `${shown}: ${wrong}; it was thrown away, so rebuild the views and verify again.`);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
}
