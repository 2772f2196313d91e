import {
  type Append,
  type Appended,
  type Clock,
  instantText,
  NO_HASH,
  nextInstant,
  ProblemError,
  parseInstant,
  problem,
  seal,
} from '@ledger/kernel';
import { type Connection, type Deadline, deadlineIn, persist, within } from './connection.ts';
import { asProblem, damaged, isPassing, Refused } from './failures.ts';
import type { Feed, Found } from './feed.ts';
import type { Positions } from './positions.ts';
import type { End, Streams } from './streams.ts';
import { type Sealed, streamName, toProposal, ulidOf } from './wire.ts';

/** Appends on their way at one time, and their bytes: as many as fill the connection, and no queue without end. */
const IN_FLIGHT = 256;
const BYTES_IN_FLIGHT = 8_000_000;

/** Events of one stream, sealed already. */
export interface SealedAppend {
  readonly stream: string;
  readonly expected: number;
  readonly events: readonly Sealed[];
}

export interface Writer {
  write(appends: readonly Append[]): Promise<readonly Appended[]>;
  /**
   * Writes events as they were sealed elsewhere; the caller has checked the chain. Nothing is sent twice: what lands are the first of
   * them, in order, and the caller looks how many. Throws wrong_revision.
   */
  writeSealed(appends: readonly SealedAppend[]): Promise<void>;
  /** Tells the writer what is stored under the ids that it has sent. */
  sees(event: Found): void;
}

export interface WriterOptions {
  readonly connection: Connection;
  readonly ledger: string;
  readonly clock: Clock;
  readonly streams: Streams;
  readonly positions: Positions;
  readonly feed: Feed;
}

/** What was acknowledged, before its position is known. */
interface Landed {
  readonly stream: string;
  readonly expected: number;
  readonly last: Sealed;
  readonly commit: bigint;
}

type Conflict = Appended & { readonly ok: false };

export function writerOf({ connection, ledger, clock, streams, positions, feed }: WriterOptions): Writer {
  const { batches, shown, answerMs } = connection;
  /** The latest moment that was given to an event, in microseconds. */
  let latest = 0;
  /**
   * The client has a stream to the server for its appends. The append that opens it takes longer on its way there than those after it,
   * which would overtake it: it goes alone.
   */
  let opened = false;
  /** Ids of last events of appends that are on their way, with the hash that the log has under them. */
  const sent = new Map<string, string | undefined>();

  /** Later than everything that this node knows to be recorded, and than the event before it in the stream. */
  function moments(count: number, previous: string): readonly string[] {
    latest = Math.max(latest, positions.latest(), Number(parseInstant(previous) ?? 0n));
    const first = Number(nextInstant(latest === 0 ? undefined : instantText(latest), clock()));
    latest = first + count - 1;
    return Array.from({ length: count }, (_, index) => instantText(first + index));
  }

  /** Where this node knows already that the stream has gone on, the server need not be asked once more. */
  async function conflict(stream: string, expected: number): Promise<Conflict> {
    const known = positions.lengthOf(stream);
    return { ok: false, revision: known > expected ? known : await streams.length(stream) };
  }

  /** The event that an append is chained to, if the stream is where the append expects it. */
  async function previousOf({ stream, expected }: Append): Promise<End | undefined> {
    // The server would answer what was appended before as it did then (fact 6): for our callers it is a conflict.
    if (positions.lengthOf(stream) > expected) return undefined;
    return expected === 0 ? BEGINNING : await streams.endAt(stream, expected);
  }

  /** Sends an append until it is known what became of it: the same ids and revision make that safe (facts 6, 9 and 10). */
  async function send({ stream, expected, events }: SealedAppend, deadline: Deadline): Promise<bigint | undefined> {
    const proposals = events.map(toProposal);
    // What went before took its own time. As many as are on their way together are late when none of them is answered.
    deadline.extend();
    try {
      const { last, commit } = await persist(shown, deadline, async () => {
        try {
          const written = await batches.append(streamName(ledger, stream), proposals, BigInt(expected) - 1n);
          opened = true;
          return written;
        } catch (error) {
          if (isPassing(error)) opened = false;
          throw error;
        }
      });
      deadline.extend();
      if (last !== BigInt(expected + events.length - 1)) {
        // Soft-deleted: it took the append as that of a new stream, and revisions go on (fact 15).
        throw damaged(shown, `stream ${stream} goes on at revision ${last + 1n}: events of it were deleted`);
      }
      return commit;
    } catch (error) {
      if (error instanceof Refused && error.refusal === 'conflict') return undefined;
      if (error instanceof Refused && error.refusal === 'deleted') throw damaged(shown, `stream ${stream} was deleted`);
      throw asProblem(error, shown);
    }
  }

  async function appendOne(append: Append, end: End, deadline: Deadline): Promise<Landed | Conflict> {
    const { stream, events, expected } = append;
    const recordedAt = moments(events.length, end.recordedAt);
    const sealed = seal(events, { ledger, stream, revision: expected, hash: end.hash }, (n) => recordedAt[n] ?? '');
    const last = sealed.at(-1);
    if (last === undefined) throw new TypeError('an append without events');
    sent.set(last.id, undefined);
    try {
      const commit = await send({ stream, expected, events: sealed }, deadline);
      if (commit !== undefined) return { stream, expected, last, commit };
    } catch (error) {
      sent.delete(last.id);
      throw error;
    }
    sent.delete(last.id);
    return conflict(stream, expected);
  }

  /** Waits for the log to show what has landed, and answers with its place in it. */
  async function settle({ stream, expected, last, commit }: Landed): Promise<Appended> {
    await feed.catchUp(commit);
    const stored = sent.get(last.id) ?? (await streams.read(stream, last.revision - 1, 1))[0]?.hash;
    sent.delete(last.id);
    // The server knows events by their ids alone: somebody has written these before (fact 6).
    if (stored !== last.hash) return conflict(stream, expected);
    const position = positions.positionOf(stream, last.revision);
    if (position === undefined) throw new Error(`${stream} has no position at revision ${last.revision}`);
    streams.remember(stream, last);
    return { ok: true, revision: last.revision, position: BigInt(position), recordedAt: last.recordedAt };
  }

  /** Reads the ends of streams that are not remembered, many at a time: one after the other would take a round trip each. */
  async function warm(appends: readonly Append[]): Promise<void> {
    await Promise.all(appends.filter(({ expected }) => expected > 0).map(previousOf));
  }

  async function write(appends: readonly Append[]): Promise<readonly Appended[]> {
    await warm(appends);
    const deadline = deadlineIn(answerMs);
    const settling = new Map<string, () => Promise<Appended>>();
    const landed = await inOrder(
      appends,
      async (append) => {
        // The end that an earlier append of the same call has made is known when the log shows it.
        await settling.get(append.stream)?.();
        return previousOf(append);
      },
      async (append, end) => {
        const { stream, expected } = append;
        const answer = end === undefined ? await conflict(stream, expected) : await appendOne(append, end, deadline);
        if (!('commit' in answer)) return async () => answer;
        let settled: Promise<Appended> | undefined;
        const once = () => {
          settled ??= settle(answer);
          return settled;
        };
        settling.set(stream, once);
        return once;
      },
      () => opened,
    );
    const answers: Appended[] = [];
    for (const settled of landed) answers.push(await settled());
    return answers;
  }

  return {
    write,
    async writeSealed(appends) {
      const deadline = deadlineIn(answerMs);
      const commits = await inOrder(
        appends,
        async () => deadline.extend(),
        async (append) => {
          const { stream, expected, events } = append;
          try {
            const proposals = events.map(toProposal);
            const { commit } = await within(deadline, () =>
              batches.append(streamName(ledger, stream), proposals, BigInt(expected) - 1n),
            );
            opened = true;
            deadline.extend();
            return commit;
          } catch (error) {
            opened = false;
            if (error instanceof Refused && error.refusal === 'conflict') throw taken(append);
            throw asProblem(error, shown);
          }
        },
        () => opened,
      );
      await feed.catchUp(commits.reduce(later, 0n));
    },
    sees(event) {
      if (sent.size === 0) return;
      const id = ulidOf(event.id);
      if (sent.has(id)) sent.set(id, hashOf(event));
    },
  };
}

const BEGINNING: End = { revision: 0, hash: NO_HASH, recordedAt: '' };

/**
 * Runs appends in the order given, many at a time: each is prepared alone, and sent as soon as it is; a stream's next one begins when
 * the one before it is answered. Waits for all that was begun, then throws the first error.
 */
async function inOrder<
  A extends { readonly stream: string; readonly events: readonly { readonly data: string }[] },
  P,
  R,
>(
  appends: readonly A[],
  prepare: (append: A) => Promise<P>,
  run: (append: A, prepared: P) => Promise<R>,
  together: () => boolean,
): Promise<readonly R[]> {
  const running = new Map<string, Promise<unknown>>();
  const results: Promise<R>[] = [];
  let bytes = 0;
  let failed = false;
  let room = () => {};
  for (const append of appends) {
    const size = append.events.reduce((sum, { data }) => sum + data.length, 0);
    await running.get(append.stream);
    while (running.size >= IN_FLIGHT || (bytes > 0 && bytes + size > BYTES_IN_FLIGHT)) {
      await new Promise<void>((resolve) => {
        room = resolve;
      });
    }
    const prepared = await prepare(append);
    if (failed) break;
    bytes += size;
    const result = run(append, prepared);
    const over = result
      .catch(() => {
        failed = true;
      })
      .finally(() => {
        bytes -= size;
        if (running.get(append.stream) === over) running.delete(append.stream);
        room();
      });
    running.set(append.stream, over);
    results.push(result);
    if (!together()) await over;
  }
  await Promise.allSettled(results);
  return Promise.all(results);
}

function later(a: bigint, b: bigint): bigint {
  // Math.max, which the linter asks for, takes no bigint.
  if (a > b) return a;
  return b;
}

function hashOf({ metadata }: Found): string | undefined {
  if (typeof metadata !== 'object' || metadata === null || !('hash' in metadata)) return undefined;
  return typeof metadata.hash === 'string' ? metadata.hash : undefined;
}

function taken({ stream, expected }: SealedAppend): ProblemError {
  const remedy = 'somebody else writes to this ledger; copy to one that nobody uses';
  return new ProblemError(problem('wrong_revision', `Stream ${stream} is not at revision ${expected}; ${remedy}.`));
}
