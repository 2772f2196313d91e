import type { Pending, Stored } from './event.ts';
import type { Problem } from './problem.ts';

/** The events of one append all land, in order, or none does. */
export interface Append {
  readonly stream: string;
  readonly events: readonly Pending[];
  /** The revision that the stream must have now: 0 for a new one. There is no "any". */
  readonly expected: number;
}

export type Appended =
  | { readonly ok: true; readonly revision: number; readonly position: bigint; readonly recordedAt: string }
  /** Somebody else wrote first. Nothing of this append was written. */
  | { readonly ok: false; readonly revision: number };

/**
 * The log. One contract suite (test/contracts/store.ts) says what an adapter must do.
 * Adapters throw `ProblemError` for what the caller or the environment did. Before they write they call `checkAppends` and seal each
 * event with `eventHash`.
 */
export interface EventStore {
  readonly ledger: string;
  append(append: Append): Promise<Appended>;
  /**
   * Many appends for one round trip: each is atomic by itself, in the order given; an answer for each. An append that is refused by
   * `checkAppends` refuses all of them.
   */
  appendEach(appends: readonly Append[]): Promise<readonly Appended[]>;
  /** The events of a stream after a revision, oldest first. */
  read(stream: string, options?: { readonly after?: number }): Promise<readonly Stored[]>;
  /** A page of the log after a position, in order. Empty means: nothing there yet. */
  readAll(options: { readonly after: bigint; readonly limit: number }): Promise<readonly Stored[]>;
  /** Position of the last event; 0n for an empty log. */
  head(): Promise<bigint>;
  /** Last position recorded at or before an instant (RFC 3339, UTC, microseconds); 0n when there is none. */
  positionAt(instant: string): Promise<bigint>;
  /** Calls back, at least once, some time after anything was appended by this process. Returns how to stop. */
  watch(wake: () => void): () => void;
  /** What the store can tell of damage that no hash of an event shows, as an index that leaves events out; `undefined`: nothing. */
  check(): Promise<Problem | undefined>;
  close(): Promise<void>;
}

/** The same store with methods of its own, for one that does some of them otherwise: `{ ...bound(store), append }`. */
export function bound(store: EventStore): EventStore {
  return {
    ledger: store.ledger,
    append: (append) => store.append(append),
    appendEach: (appends) => store.appendEach(appends),
    read: (stream, options) => store.read(stream, options),
    readAll: (options) => store.readAll(options),
    head: () => store.head(),
    positionAt: (instant) => store.positionAt(instant),
    watch: (wake) => store.watch(wake),
    check: () => store.check(),
    close: () => store.close(),
  };
}
