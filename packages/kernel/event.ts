/** Who acts. `role` is the role in which they acted; `onBehalfOf` names the person for whom, when somebody stands in. */
export interface Actor {
  readonly id: string;
  readonly role: string;
  readonly onBehalfOf?: string;
}

/** An actor at work, with what limits them beyond their role. Limits hold when something is decided; nothing records them. */
export interface Acting extends Actor {
  /** What the key may do by which they came in. Left out: no key, and whatever the role may. */
  readonly scopes?: readonly string[] | undefined;
}

/** The actor as an event names it. */
export function recordedActor({ id, role, onBehalfOf }: Acting): Actor {
  return onBehalfOf === undefined ? { id, role } : { id, role, onBehalfOf };
}

/** What is known about an event besides its data. All of it is covered by the event's hash. */
export interface Meta {
  readonly actor: Actor;
  /** Names the command that caused the event; the same id with the same hash is the same command. */
  readonly commandId: string;
  /** SHA-256 of the canonical command, lower-case hex. */
  readonly commandHash: string;
  readonly correlationId: string;
  /** Event id of the cause, where an event caused the command. */
  readonly causationId: string | null;
}

/** An event on its way into the log. `data` is canonical JSON: the bytes that are hashed are the bytes that are stored. */
export interface Pending {
  /** ULID. Names the event; it does not order it. */
  readonly id: string;
  readonly type: string;
  /** Version of the schema of `data`, from 1. */
  readonly version: number;
  readonly data: string;
  readonly meta: Meta;
}

/** An event as the log holds it. */
export interface Stored extends Pending {
  readonly ledger: string;
  /** Stream without the ledger's prefix: `<category>-<id>`. */
  readonly stream: string;
  /** Revision of the stream after this event: 1 for the first. */
  readonly revision: number;
  /** Place in the log. Strictly increasing, may have gaps, opaque; text in JSON. */
  readonly position: bigint;
  /** RFC 3339, UTC, microseconds: `2026-01-05T09:00:00.000000Z`. Strictly increasing along a stream. */
  readonly recordedAt: string;
  /** Hash of the previous event of the stream; 64 zeros for the first. */
  readonly previousHash: string;
  /** SHA-256 over every field above but `position`, lower-case hex (see seal.ts). */
  readonly hash: string;
}

/** A stored event whose data has been decoded (and upcast) to the present schema. */
export interface Recorded<E extends { readonly type: string; readonly data: unknown }> {
  readonly event: E;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: bigint;
  readonly recordedAt: string;
  readonly meta: Meta;
  readonly hash: string;
}

/** Ids come from outside and end up in stream names, files and addresses (promises.md, parser rule 3). */
export const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
export const LEDGER_ID = /^[a-z][a-z0-9-]{0,31}$/;
/** `<category>-<id>`; the id of a stream may join several ids with dots. */
export const STREAM = /^[a-z]{1,32}-[A-Za-z0-9._:-]{1,280}$/;

export const NO_HASH = '0'.repeat(64);

/** Limits that every store asserts before it writes, so that a ledger can move between stores (eventstoredb.md, fact 8). */
export const LIMITS = {
  /** Events in one append to one stream. */
  eventsPerAppend: 1_000,
  /** Bytes in one append, data and metadata together. The smallest store takes 1 MiB. */
  bytesPerAppend: 1_000_000,
  /** Appends in one batch of `appendEach`. */
  appendsPerBatch: 5_000,
  /** Events returned by one `readAll`. */
  pageSize: 10_000,
  /** Events in one stream; longer ones are cut by period. */
  eventsPerStream: 50_000,
} as const;
