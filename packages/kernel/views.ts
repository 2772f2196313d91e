import type { Recorded } from './event.ts';
import type { Problem } from './problem.ts';

/**
 * A view: one pure fold for one question that people ask. Rows are kept as versions, one for each position that changed them, so
 * that reading as of a position is the same query with a bound. The row of a key is a function of the events that name that key.
 */
export interface Projection<Row, E extends { readonly type: string; readonly data: unknown }> {
  readonly name: string;
  /** Another number builds another view beside the old one. */
  readonly version: number;
  /** The keys whose rows this event changes; none for most views and events. */
  keys(event: Recorded<E>): readonly string[];
  /** The row after the event; `undefined` removes it. */
  evolve(row: Row | undefined, event: Recorded<E>, key: string): Row | undefined;
  /** The row is a function of its event alone, so that nobody has to look up the row before it: a trail, not a state. */
  readonly standalone?: true;
  /** Labels under which a row can be found besides its key: `participant:ada`. A label, once given, finds the key for ever. */
  labels?(row: Row): readonly string[];
}

/** A view's identity in a view store. */
export interface ViewId {
  readonly name: string;
  readonly version: number;
}

export interface RowVersion {
  readonly key: string;
  readonly position: bigint;
  /** Canonical JSON of the row; `null` when the event removed it. */
  readonly row: string | null;
  /** Labels to add; those that the key has already may be left out. */
  readonly labels: readonly string[];
}

export type ViewState =
  | { readonly state: 'running'; readonly checkpoint: bigint }
  /** Stopped visibly at an event that it could not fold: `position` is that event's, `checkpoint` the last one folded. */
  | { readonly state: 'stopped'; readonly checkpoint: bigint; readonly position: bigint; readonly reason: string };

/**
 * Where rows live: beside the log, never shared between nodes, always rebuildable. A view being rebuilt lives in the `shadow`
 * build until it is promoted; readers see the `live` build, whole.
 */
export type Build = 'live' | 'shadow';

export interface ViewStore {
  state(view: ViewId, build?: Build): Promise<ViewState>;
  /**
   * Writes row versions and moves checkpoints in one transaction, for several views at once. Throws `view_conflict` and writes
   * nothing when a checkpoint is not where the caller believes it is: another process was quicker.
   */
  commit(steps: readonly ViewStep[], build?: Build): Promise<void>;
  /** Records that a view stopped. A commit that passes the event makes it run again. */
  stop(view: ViewId, at: { readonly position: bigint; readonly reason: string }, build?: Build): Promise<void>;
  /** Row of a key as of a position (default: the newest). */
  get(view: ViewId, key: string, asOf?: bigint, build?: Build): Promise<string | undefined>;
  /** The rows of several keys, in the order of the keys; missing ones are `undefined`. One round trip: runners fold pages with it. */
  getMany(view: ViewId, keys: readonly string[], build?: Build): Promise<readonly (string | undefined)[]>;
  /** Rows whose key starts with a prefix, by key, as of a position. */
  list(view: ViewId, prefix: string, asOf?: bigint): Promise<readonly { readonly key: string; readonly row: string }[]>;
  /**
   * The row versions written after one position and up to another, in the order of (position, key): of the keys found under a label,
   * or of those that start with a prefix. What changed, and what made it change.
   */
  changes(
    view: ViewId,
    of: { readonly label: string } | { readonly prefix: string },
    range: { readonly after: bigint; readonly upTo: bigint },
  ): Promise<readonly { readonly key: string; readonly position: bigint; readonly row: string | null }[]>;
  /** Rows found under a label, by key, as of a position. */
  labelled(
    view: ViewId,
    label: string,
    asOf?: bigint,
  ): Promise<readonly { readonly key: string; readonly row: string }[]>;
  /** The labels with a prefix that any row was ever given, in order. */
  labels(view: ViewId, prefix: string): Promise<readonly string[]>;
  /**
   * SHA-256 over the row versions up to a position (default: all) in the order in which they were written: by position, and within
   * an event in the order of its keys. Equal digests mean equal views.
   */
  digest(view: ViewId, build?: Build, asOf?: bigint): Promise<string>;
  /** SHA-256 over which keys are found under which labels. */
  labelDigest(view: ViewId, build?: Build): Promise<string>;
  /** What the store can tell of damage that no digest shows, as an index that leaves rows out; `undefined`: nothing. */
  check(): Promise<Problem | undefined>;
  /**
   * Empties the shadow build and takes it: whoever had it, on another handle, gets `shadow_taken` for whatever they do to it or ask of
   * it from then on. Two builds in one place would each find the other's rows.
   */
  clearShadow(): Promise<void>;
  /** Makes the shadow build of these views the live one, in one transaction. */
  promote(views: readonly ViewId[]): Promise<void>;
  close(): Promise<void>;
}

export interface ViewStep {
  readonly view: ViewId;
  /** Checkpoint that the view must have now. */
  readonly from: bigint;
  readonly to: bigint;
  /** In the order of positions, all of them after `from` and up to `to`. */
  readonly rows: readonly RowVersion[];
}
