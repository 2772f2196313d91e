/**
 * A TEST DOUBLE of EventStoreDB: the log behind it, in memory. It decides as the real server (24.2) does in the points that
 * eventstoredb.md lists; nothing else of a database is here.
 */

export interface Proposed {
  readonly id: string;
  readonly type: string;
  readonly json: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface DoubleRecord extends Proposed {
  readonly commit: bigint;
  readonly stream: string;
  readonly revision: bigint;
  /** 100-nanosecond ticks since 1970. */
  readonly created: bigint;
}

export type Expected = 'any' | 'no_stream' | 'stream_exists' | bigint;

export type Answer =
  | { readonly is: 'success'; readonly last: bigint; readonly commit: bigint }
  | { readonly is: 'wrong'; readonly current: bigint }
  | { readonly is: 'deleted' };

type Visible = readonly DoubleRecord[] | 'not_found' | 'deleted';

export interface DoubleLog {
  readonly records: readonly DoubleRecord[];
  append(stream: string, expected: Expected, events: readonly Proposed[]): Answer;
  /** Hides a stream: its metadata says that everything is before the truncation. */
  softDelete(stream: string, expected: Expected): Answer;
  tombstone(stream: string, expected: Expected): Answer;
  stream(name: string): Visible;
  /** What a server forgets and writes when it starts. */
  start(): void;
  /** Calls back after every append. Returns how to stop. */
  onAppended(listener: () => void): () => void;
}

/** The revision of a tombstone. */
const DELETED = 2n ** 63n - 1n;
const NONE = -1n;

interface StreamState {
  readonly records: DoubleRecord[];
  deleted: boolean;
}

export function doubleLog(): DoubleLog {
  const records: DoubleRecord[] = [];
  const streams = new Map<string, StreamState>();
  /** Ids that the server has in its cache: idempotency of "any" ends where it starts again (fact 6). */
  const recent = new Map<string, DoubleRecord>();
  const listeners = new Set<() => void>();
  // Positions are places in a file; nothing of ours is the first thing in it.
  let next = 1_024n;

  function stateOf(name: string): StreamState {
    const known = streams.get(name);
    if (known !== undefined) return known;
    const state = { records: [], deleted: false };
    streams.set(name, state);
    return state;
  }

  const lastOf = (name: string): bigint => streams.get(name)?.records.at(-1)?.revision ?? NONE;

  function put(stream: string, revision: bigint, event: Proposed): DoubleRecord {
    const record = { ...event, commit: next, stream, revision, created: BigInt(Date.now()) * 10_000n };
    next += BigInt(100 + 2 * stream.length + 2 * event.type.length + event.data.length + event.metadata.length);
    records.push(record);
    stateOf(stream).records.push(record);
    recent.set(event.id, record);
    return record;
  }

  function metadataOf(stream: string): ReadonlyMap<string, unknown> {
    const last = streams.get(`$$${stream}`)?.records.at(-1);
    if (last === undefined) return new Map();
    const parsed: unknown = JSON.parse(Buffer.from(last.data).toString('utf8'));
    return new Map(Object.entries(parsed ?? {}));
  }

  /** Written as text: the number is larger than the safe ones. */
  const isSoftDeleted = (stream: string) => (metadataOf(stream).get('$tb') ?? 0) === Number(DELETED);

  function putMetadata(stream: string, json: string): void {
    const bytes = Buffer.from(json);
    const event = { id: crypto.randomUUID(), type: '$metadata', json: true, data: bytes, metadata: Buffer.alloc(0) };
    put(`$$${stream}`, lastOf(`$$${stream}`) + 1n, event);
  }

  function check(stream: string, expected: Expected, events: readonly Proposed[]): Answer | 'go' {
    if (streams.get(stream)?.deleted === true) return { is: 'deleted' };
    const current = lastOf(stream);
    if (expected === 'any' || expected === 'stream_exists') {
      if (expected === 'stream_exists' && (current === NONE || isSoftDeleted(stream))) return { is: 'wrong', current };
      const known = events.map(({ id }) => recent.get(id)).filter((record) => record?.stream === stream);
      const last = known.at(-1);
      if (events.length === 0 || last === undefined) return 'go';
      return known.length === events.length
        ? { is: 'success', last: last.revision, commit: last.commit }
        : { is: 'wrong', current };
    }
    const at = expected === 'no_stream' ? NONE : expected;
    if (at === current) return 'go';
    if (at > current || events.length === 0) return { is: 'wrong', current };
    // By event id, from the expected revision on; what the events say is not compared.
    const stored = stateOf(stream).records.filter(({ revision }) => revision > at);
    const same = events.filter(({ id }, index) => stored[index]?.id === id).length;
    const last = stored[events.length - 1];
    if (same === events.length && last !== undefined) {
      return { is: 'success', last: last.revision, commit: last.commit };
    }
    return same === 0 && expected === 'no_stream' && isSoftDeleted(stream) ? 'go' : { is: 'wrong', current };
  }

  function append(stream: string, expected: Expected, events: readonly Proposed[]): Answer {
    const checked = check(stream, expected, events);
    if (checked !== 'go') return checked;
    const hidden = isSoftDeleted(stream);
    const before = lastOf(stream);
    let last: DoubleRecord | undefined;
    for (const [index, event] of events.entries()) last = put(stream, before + BigInt(index) + 1n, event);
    // Revisions go on, and what was deleted stays hidden (fact 15).
    if (hidden) putMetadata(stream, JSON.stringify({ $tb: Number(before + 1n) }));
    for (const listener of [...listeners]) listener();
    return { is: 'success', last: last?.revision ?? before, commit: last?.commit ?? next };
  }

  return {
    records,
    append,
    softDelete(stream, expected) {
      const checked = check(stream, expected, []);
      if (checked !== 'go') return checked;
      putMetadata(stream, `{"$tb":${DELETED}}`);
      for (const listener of [...listeners]) listener();
      return { is: 'success', last: lastOf(stream), commit: next };
    },
    tombstone(stream, expected) {
      const checked = check(stream, expected, []);
      if (checked !== 'go') return checked;
      const nothing = Buffer.alloc(0);
      put(stream, DELETED, {
        id: crypto.randomUUID(),
        type: '$streamDeleted',
        json: false,
        data: nothing,
        metadata: nothing,
      });
      stateOf(stream).deleted = true;
      for (const listener of [...listeners]) listener();
      return { is: 'success', last: DELETED, commit: next };
    },
    stream(name) {
      const state = streams.get(name);
      if (state?.deleted === true) return 'deleted';
      if (state === undefined || state.records.length === 0 || isSoftDeleted(name)) return 'not_found';
      const metadata = metadataOf(name);
      const from = BigInt(Number(metadata.get('$tb') ?? 0));
      const most = Number(metadata.get('$maxCount') ?? state.records.length);
      return state.records.filter(({ revision }) => revision >= from).slice(-most);
    },
    start() {
      recent.clear();
      const stats = {
        id: crypto.randomUUID(),
        type: '$statsCollected',
        json: true,
        data: Buffer.from('{}'),
        metadata: Buffer.alloc(0),
      };
      put('$stats-127.0.0.1:2113', lastOf('$stats-127.0.0.1:2113') + 1n, stats);
    },
    onAppended(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
