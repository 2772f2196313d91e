import { setTimeout as pause } from 'node:timers/promises';
import { ProblemError, type Stored } from '@ledger/kernel';
import { type Ledger, refresh } from '../ledger.ts';

/** Reads the end of the log, once, for everybody who follows it. */
export interface Tail {
  /** Up to which the log has been taken. */
  readonly position: bigint;
  /** Resolves when the log has been taken up to a position that it has. */
  reach(position: bigint): Promise<void>;
  close(): void;
}

/** What takes the log, page by page. */
export interface Taker {
  /** What has to be known before a page can be taken; the views have seen the page. */
  readonly prepare: (page: readonly Stored[]) => Promise<void>;
  /** At once: nothing else happens between this and the move of the tail's position. */
  readonly take: (page: readonly Stored[]) => void;
}

const PAGE = 500;
/** How long to wait before the log is read again where that failed. */
const RETRY_MS = 1_000;
/** Telling many takes time. What happens in that time is told together, so that everything else gets its turn. */
const REST = { times: 2, atMostMs: 50 } as const;

export function tailOf(ledger: Ledger, from: bigint, { prepare, take }: Taker): Tail {
  let position = from;
  let isClosed = false;
  let isWanted = false;
  let reading: Promise<void> | undefined;

  function wake(): Promise<void> {
    isWanted = true;
    reading ??= read().finally(() => {
      reading = undefined;
      if (isWanted && !isClosed) void wake();
    });
    return reading;
  }

  async function read(): Promise<void> {
    while (isWanted && !isClosed) {
      isWanted = false;
      try {
        await toTheEnd();
      } catch (error) {
        // What was on its way when everything closed is nobody's any more.
        if (isClosed) return;
        // A store that is busy, a view that stopped: what is not told now is told when it goes on.
        if (!(error instanceof ProblemError)) throw error;
        isWanted = true;
        await pause(RETRY_MS, undefined, { ref: false });
      }
    }
  }

  async function toTheEnd(): Promise<void> {
    while (!isClosed) {
      const page = await ledger.store.readAll({ after: position, limit: PAGE });
      const last = page.at(-1);
      if (last === undefined) return;
      await refresh(ledger);
      await prepare(page);
      if (isClosed) return;
      const began = performance.now();
      take(page);
      position = last.position;
      const rest = Math.min((performance.now() - began) * REST.times, REST.atMostMs);
      if (rest >= 1) await pause(rest, undefined, { ref: false });
    }
  }

  const unwatch = ledger.store.watch(() => void wake());
  return {
    get position() {
      return position;
    },
    async reach(wanted) {
      while (position < wanted && !isClosed) await wake();
    },
    close() {
      isClosed = true;
      unwatch();
    },
  };
}
