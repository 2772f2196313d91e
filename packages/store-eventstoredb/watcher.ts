import { streamNameFilter } from '@eventstore/db-client';
import { type Connection, pause } from './connection.ts';
import { type Feed, type Found, judgeOf, LAST, positionAt, seenOf } from './feed.ts';
import type { Positions } from './positions.ts';
import { prefixOf } from './wire.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** Events of others that the server looks through before it tells how far it has come. */
const WINDOW = 1_000;

export interface Watcher {
  watch(wake: () => void): () => void;
  /** This process has appended something. */
  wake(): void;
  close(): void;
}

export interface WatcherOptions {
  readonly connection: Connection;
  readonly ledger: string;
  readonly positions: Positions;
  readonly feed: Feed;
  readonly onFound: (event: Found) => void;
  readonly pollMs: number;
}

/**
 * Wakes those who wait for new events. While somebody watches, one subscription of the ledger's part of `$all` is open and keeps the
 * index at its end. When the server goes, the client reports an error, ends nothing and does not subscribe again (eventstoredb.md,
 * fact 12): we do, from the last position known; and a poll finds what a subscription that says nothing has missed.
 */
export function watcherOf({ connection, ledger, positions, feed, onFound, pollMs }: WatcherOptions): Watcher {
  const watchers = new Set<() => void>();
  const judge = judgeOf(ledger, connection.shown);
  let signalled = false;
  /** Ends the present subscription; `undefined` while nobody watches. */
  let stop: (() => void) | undefined;

  /** Wakes once for any number of events that come before the event loop turns. */
  function wake(): void {
    if (signalled || watchers.size === 0) return;
    signalled = true;
    setImmediate(() => {
      signalled = false;
      for (const each of [...watchers]) each();
    });
  }

  /** Follows the log until something goes wrong; resolves then. */
  async function follow(ended: AbortSignal): Promise<void> {
    await feed.catchUp();
    if (ended.aborted) return;
    wake();
    const from = positions.known();
    const subscription = connection.reader.subscribeToAll({
      ...(from === 0n ? {} : { fromPosition: positionAt(from) }),
      filter: streamNameFilter({
        prefixes: [prefixOf(ledger), `$$${prefixOf(ledger)}`],
        maxSearchWindow: WINDOW,
        checkpointInterval: 1,
        checkpointReached: async (_, { commit }) => {
          if (commit <= LAST) through = commit;
        },
      }),
    });
    let through = from;
    // When it said the last thing that the log knew of.
    const over = Promise.withResolvers<void>();
    subscription.on('error', () => over.resolve());
    subscription.on('data', ({ event }) => {
      try {
        if (event === undefined || judge(event) === 'other') return;
        onFound(event);
        through = event.position.commit;
        // A gap is the business of whoever reads next, and is told then.
        positions.take([seenOf(ledger, event)], through);
        wake();
      } catch {
        over.resolve();
      }
    });
    const poll = setInterval(() => void look(), pollMs);
    const look = async () => {
      const before = positions.head();
      await feed.catchUp().catch(() => over.resolve());
      if (positions.head() === before) return;
      wake();
      // The log has moved on, and the subscription has not said so.
      if (through < (positions.last()?.commit ?? 0n)) over.resolve();
    };
    ended.addEventListener('abort', () => over.resolve(), { once: true });
    try {
      await over.promise;
    } finally {
      clearInterval(poll);
      subscription.unsubscribe().catch(() => undefined);
    }
  }

  async function run(ended: AbortSignal): Promise<void> {
    for (let wait = FIRST_PAUSE_MS; !ended.aborted; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
      const began = performance.now();
      // The server is away, or the log is damaged: readers are told; a watcher tries again.
      await follow(ended).catch(() => undefined);
      if (ended.aborted) return;
      if (performance.now() - began > LONGEST_PAUSE_MS) wait = FIRST_PAUSE_MS;
      wake();
      await pause(wait);
    }
  }

  function begin(): void {
    const ending = new AbortController();
    stop = () => {
      ending.abort();
      stop = undefined;
    };
    void run(ending.signal);
  }

  return {
    wake,
    watch(each) {
      watchers.add(each);
      if (stop === undefined) begin();
      return () => {
        watchers.delete(each);
        if (watchers.size === 0) stop?.();
      };
    },
    close() {
      watchers.clear();
      stop?.();
    },
  };
}
