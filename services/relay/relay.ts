import type { FactStream, Outgoing } from '@ledger/bus-nats';
import { kindOf } from '@ledger/events';
import { type Bus, type EventStore, type Problem, ProblemError, problem } from '@ledger/kernel';
import type { Checkpoint, Mark } from '@ledger/store-sqlite';
import { cloudEvent } from './envelope.ts';

/** What a relay writes to its log: fields that name no person, no reason and no amount. */
export interface RelayLog {
  info(fields: object, says: string): void;
  warn(fields: object, says: string): void;
  error(fields: object, says: string): void;
}

export interface RelayOptions {
  readonly store: EventStore;
  readonly facts: FactStream;
  readonly checkpoint: Checkpoint;
  /** Wakes the relay sooner than the store can notice, and when NATS is back. */
  readonly bus?: Pick<Bus, 'onSignal'>;
  readonly log: RelayLog;
  /** How often an idle relay looks whether the stream still ends where it left it: 5 s. */
  readonly idleMs?: number;
}

export interface RelayStatus {
  /** `waiting`: for NATS or the store, which may come back. `stopped`: at something that somebody has to look at; still tried again. */
  readonly state: 'starting' | 'running' | 'waiting' | 'stopped' | 'ended';
  /** Position of the last fact that JetStream has. */
  readonly position: bigint;
  /** Facts that JetStream has taken since this process began. */
  readonly published: number;
  readonly problem?: Problem;
}

export interface Relay {
  status(): RelayStatus;
  /** Resolves when it has ended; rejects with what no relay can go on after. */
  readonly ended: Promise<void>;
  /** Ends it after the batch that is on its way. */
  stop(): Promise<void>;
}

/** Facts in a batch: all that is on its way at a time. */
const BATCH = { facts: 500, bytes: 4_000_000 };
const AGAIN_MS = { first: 50, longest: 2_000 };
/** The checkpoint is moved no more often than this while there is much to do: what it costs to be behind is a few facts sent twice. */
const MARK_MS = 1_000;

/** Where the next fact goes: after this one of the log, and after this message of the stream. */
interface Place {
  readonly mark: Mark | undefined;
  readonly sequence: number;
}

/**
 * The loop of a view whose commit is a publish: the log is the outbox. Where it goes on is where the stream ends, so that it does not
 * matter who published what is there, and whether this process lived to write down that it did. The checkpoint says where to go on
 * when the stream no longer knows.
 */
export function startRelay({ store, facts, checkpoint, bus, log, idleMs = 5_000 }: RelayOptions): Relay {
  const ending = new AbortController();
  let status: RelayStatus = { state: 'starting', position: 0n, published: 0 };
  let markedAt = 0;
  let alarm = (_isUrgent: boolean): void => undefined;
  /** Something was appended since the log was last read. */
  let isPending = false;
  /** The stream may not be what it was. */
  let isDoubtful = false;

  function wake(position?: bigint): void {
    isPending = true;
    if (position === 0n) isDoubtful = true;
    alarm(position === 0n);
  }

  /** For a time, or until something is appended, or until what was lost may be back. */
  async function pause(ms: number, until: 'appended' | 'back'): Promise<void> {
    if (ending.signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    alarm = (isUrgent) => {
      if (isUrgent || until === 'appended') resolve();
    };
    await promise;
    clearTimeout(timer);
  }

  function become(next: Partial<RelayStatus> & Pick<RelayStatus, 'state'>): void {
    const { problem: before, ...rest } = status;
    const same = status.state === next.state && before?.code === next.problem?.code;
    status = { ...rest, ...next };
    if (same) return;
    const fields = { state: status.state, position: String(status.position), ...told(next.problem) };
    if (next.state === 'stopped') log.error(fields, 'stopped at something that somebody has to look at');
    else if (next.state === 'waiting') log.warn(fields, 'waiting');
    else log.info(fields, next.state);
  }

  /** Where to go on. Throws `tail_lost` where the log does not hold what was published from it. */
  async function resume(): Promise<Place> {
    const mark = checkpoint.read();
    if (mark !== undefined && !(await holds(store, mark))) throw new ProblemError(lost('The checkpoint', mark));
    const { sequence, isEmpty, last } = await facts.end();
    if (isEmpty) {
      // Too old to be kept: they have been there.
      if (sequence > 0) return { mark, sequence };
      if (mark !== undefined)
        log.warn({ position: String(mark.position) }, 'the stream is new: publishing from the beginning');
      return { mark: undefined, sequence };
    }
    if (last === undefined) {
      log.warn({ sequence }, 'the stream holds what is no fact: publishing from the beginning');
      return { mark: undefined, sequence };
    }
    if (!(await holds(store, last))) throw new ProblemError(lost('The stream', last));
    return { mark: last, sequence };
  }

  /** The next facts after a position; fewer, or none, before one that cannot be published, which throws when it is the first. */
  async function nextBatch(after: bigint): Promise<readonly Outgoing[]> {
    const page = await store.readAll({ after, limit: BATCH.facts });
    const batch: Outgoing[] = [];
    let previous = after;
    let bytes = 0;
    for (const stored of page) {
      try {
        const fact = cloudEvent(stored, previous);
        bytes += fact.body.length;
        if (batch.length > 0 && bytes > BATCH.bytes) return batch;
        batch.push(fact);
        previous = stored.position;
      } catch (error) {
        if (batch.length > 0) return batch;
        throw error;
      }
    }
    return batch;
  }

  async function publishFrom(place: Place): Promise<void> {
    let { mark, sequence } = place;
    status = { ...status, position: mark?.position ?? 0n };
    let batch = await nextBatch(mark?.position ?? 0n);
    while (!ending.signal.aborted) {
      if (batch.length === 0) {
        become({ state: 'running' });
        keep(mark, true);
        isPending = false;
        batch = await nextBatch(mark?.position ?? 0n);
        if (batch.length > 0) continue;
        if (!isPending) await pause(idleMs, 'appended');
        // Nothing came, or the connection is another one: look where the stream ends.
        if (!isPending || isDoubtful) return;
        batch = await nextBatch(mark?.position ?? 0n);
        continue;
      }
      const publishing = facts.publish(batch, sequence);
      // While JetStream stores these, the next ones are made. What goes wrong with them is thrown when they are wanted.
      const following = nextBatch(batch.at(-1)?.position ?? 0n);
      following.catch(() => undefined);
      const { taken, sequence: end, why } = await publishing;
      const last = batch[taken - 1];
      if (last !== undefined) {
        mark = { position: last.position, id: last.id };
        sequence = end;
        status = { ...status, position: last.position, published: status.published + taken };
        keep(mark, false);
      }
      if (why !== undefined) throw new ProblemError(why);
      become({ state: 'running' });
      batch = await following;
    }
    keep(mark, true);
  }

  /** Moves the checkpoint forward, from wherever another relay may have moved it; never back. */
  function keep(mark: Mark | undefined, isRest: boolean): void {
    if (mark === undefined || (!isRest && performance.now() - markedAt < MARK_MS)) return;
    markedAt = performance.now();
    for (let tries = 0; tries < 10; tries += 1) {
      const before = checkpoint.read();
      if (before !== undefined && before.position >= mark.position) return;
      if (checkpoint.move(before, mark)) return;
    }
  }

  async function run(): Promise<void> {
    const unwatch = store.watch(() => wake());
    const unhear = bus?.onSignal(wake);
    let again: number = AGAIN_MS.first;
    try {
      while (!ending.signal.aborted) {
        const { published } = status;
        try {
          isDoubtful = false;
          await publishFrom(await resume());
          again = AGAIN_MS.first;
        } catch (error) {
          if (!(error instanceof ProblemError) || kindOf(error.problem.code) === 'crash') throw error;
          if (status.published > published) again = AGAIN_MS.first;
          // Two relays that run into each other: one of them has won, and there is something new to look at.
          if (error.problem.code !== 'bus_busy') {
            become({ state: PASSING.has(error.problem.code) ? 'waiting' : 'stopped', problem: error.problem });
          }
          await pause(again, 'back');
          again = Math.min(again * 2, AGAIN_MS.longest);
        }
      }
      become({ state: 'ended' });
    } finally {
      unwatch();
      unhear?.();
    }
  }

  const ended = run();
  ended.catch(() => undefined);
  return {
    status: () => status,
    ended,
    async stop() {
      ending.abort();
      alarm(true);
      await ended;
    },
  };
}

/** What goes away by itself. */
const PASSING: ReadonlySet<string> = new Set([
  'bus_unavailable',
  'bus_timeout',
  'bus_busy',
  'store_busy',
  'store_unavailable',
]);

/** Whose sentences name servers, streams of NATS and positions only. What others say may quote the ledger. */
const SPEAKABLE: ReadonlySet<string> = new Set([
  'bus_unavailable',
  'bus_busy',
  'relay_unfit',
  'tail_lost',
  'limit_exceeded',
]);

function told(what: Problem | undefined): object {
  if (what === undefined) return {};
  return SPEAKABLE.has(what.code) ? { code: what.code, why: what.message } : { code: what.code };
}

async function holds(store: EventStore, { position, id }: Mark): Promise<boolean> {
  if (position === 0n) return false;
  const [found] = await store.readAll({ after: position - 1n, limit: 1 });
  return found?.position === position && found.id === id;
}

function lost(what: string, { position, id }: Mark): Problem {
  const remedy =
    'open the log that was published from; if an older one is meant, delete the stream and the checkpoint, and let consumers begin again';
  return problem(
    'tail_lost',
    `${what} ends with event ${id} at position ${position}, which the log does not hold; ${remedy}.`,
  );
}
