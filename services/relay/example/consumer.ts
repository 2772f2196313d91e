/**
 * How a program of somebody else follows the facts of a ledger, and misses none and takes none twice: an example to begin from, which
 * needs the package `nats` and nothing of ours (docs/how-to/consume-facts.md).
 */
import { AckPolicy, type Consumer, DeliverPolicy, type JetStreamManager, type NatsConnection, nanos } from 'nats';

/** A fact of the ledger: docs/schemas/fact.schema.json. */
export interface Fact {
  readonly id: string;
  readonly type: string;
  /** Stream of the ledger. */
  readonly subject: string;
  readonly time: string;
  readonly position: bigint;
  /** Position of the fact before this one in the log. */
  readonly previous: bigint;
  readonly data: unknown;
}

/** How far we have come: the position in the log, and where on JetStream that was, to find it again. */
export interface Place {
  readonly position: bigint;
  readonly sequence: number;
}

export const BEGINNING: Place = { position: 0n, sequence: 0 };

/** What is ours. */
export interface State {
  place(): Promise<Place>;
  /** Does what the fact asks for and keeps the place, both or neither: one transaction. */
  apply(fact: Fact, place: Place): Promise<void>;
}

/**
 * The whole rule. Positions rise, so that what lies at or before ours was seen before: sent twice, or by a stream that was made anew.
 * What names ours as the one before it comes next. Anything else came too early: something is missing between.
 */
export function verdict(place: Place, fact: Fact): 'seen' | 'next' | 'early' {
  if (fact.position <= place.position) return 'seen';
  return fact.previous === place.position ? 'next' : 'early';
}

/** The stream no longer has what comes next: what is missing has to be read from the ledger. */
class Gap extends Error {
  readonly after: bigint;
  constructor(after: bigint) {
    super(`The stream has nothing that follows position ${after}; read the ledger from there, or begin again.`);
    this.name = 'Gap';
    this.after = after;
  }
}

export interface Following {
  /** With the client's default of connecting again by itself, `maxReconnectAttempts: -1`. */
  readonly connection: NatsConnection;
  readonly ledger: string;
  readonly state: State;
  readonly signal: AbortSignal;
}

/** A message of the stream to begin at. */
interface Start {
  readonly sequence: number;
  /** There is none before it. */
  readonly isFirst: boolean;
}

/** What came of one reading. */
interface Pass {
  readonly applied: number;
  readonly isMissing: boolean;
}

/**
 * Follows the facts until the signal aborts. Throws `Gap`. Whatever else happens to NATS, it goes on from the place that the state keeps:
 * from the message after it, if the stream still has it there, or from the beginning of the stream, past all that was seen.
 */
export async function follow({ connection, ledger, state, signal }: Following): Promise<void> {
  const stream = `ledger-${ledger}`;
  /** Where to read once more, when something was missing. */
  let again: Start | undefined;
  while (!signal.aborted) {
    try {
      const manager = await connection.jetstreamManager();
      const start: Start = again ?? (await startOf(manager, stream, await state.place()));
      const pass = await readFrom(start.sequence);
      if (!pass.isMissing) again = undefined;
      // What came too early may fit now.
      else if (pass.applied > 0) again = start;
      else if (start.isFirst) throw new Gap((await state.place()).position);
      else again = await startOf(manager, stream, BEGINNING);
    } catch (error) {
      if (error instanceof Gap || connection.isClosed()) throw error;
      again = undefined;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** Reads from a message on; to the end of what there is when something is missing, and for as long as it goes well otherwise. */
  async function readFrom(sequence: number): Promise<Pass> {
    const consumer = await consumerFrom(connection, stream, sequence);
    let applied = 0;
    let isMissing = false;
    try {
      while (!signal.aborted) {
        let received = 0;
        const messages = await consumer.fetch({ max_messages: BATCH, expires: WAIT_MS });
        const stop = () => messages.stop();
        signal.addEventListener('abort', stop, { once: true });
        for await (const message of messages) {
          received += 1;
          const fact = factOf(message.string());
          // What is no fact is nothing to us. Had it been one, the next fact would name it, and we would be early there.
          const found = fact === undefined ? 'seen' : verdict(await state.place(), fact);
          if (found === 'early') isMissing = true;
          else if (found === 'next' && fact !== undefined) {
            await state.apply(fact, { position: fact.position, sequence: message.seq });
            applied += 1;
          }
          if (isMissing && message.info.pending === 0) return { applied, isMissing };
        }
        signal.removeEventListener('abort', stop);
        // Silence: perhaps there is nothing new, perhaps the stream is another one. Whoever begins again finds out.
        if (received === 0) return { applied, isMissing };
      }
    } finally {
      await consumer.delete().catch(() => false);
    }
    return { applied, isMissing };
  }
}

const BATCH = 500;
const WAIT_MS = 2_000;
const PAUSE_MS = 200;

/** The message after our place, if the stream still has our place where we saw it; its first message otherwise. */
async function startOf(manager: JetStreamManager, stream: string, { position, sequence }: Place): Promise<Start> {
  if (sequence > 0) {
    const there = await manager.streams.getMessage(stream, { seq: sequence }).catch(() => undefined);
    if (there !== undefined && factOf(there.string())?.position === position) {
      return { sequence: sequence + 1, isFirst: false };
    }
  }
  const { state } = await manager.streams.info(stream);
  return { sequence: Math.max(state.first_seq, 1), isFirst: true };
}

/** A consumer that the server forgets by itself: the place is ours to keep, not NATS's. */
async function consumerFrom(connection: NatsConnection, stream: string, sequence: number): Promise<Consumer> {
  const manager = await connection.jetstreamManager();
  const { name } = await manager.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: sequence,
    inactive_threshold: nanos(60_000),
    mem_storage: true,
  });
  return connection.jetstream().consumers.get(stream, name);
}

/** Parses what has come in; `undefined` for what is no fact. */
export function factOf(text: string): Fact | undefined {
  let event: Readonly<Record<string, unknown>>;
  try {
    event = JSON.parse(text) ?? {};
  } catch {
    return undefined;
  }
  const { id, type, subject, time, position, previous, data } = event;
  if (event.specversion !== '1.0' || !isPosition(position) || !isPosition(previous)) return undefined;
  return {
    id: String(id),
    type: String(type),
    subject: String(subject),
    time: String(time),
    position: BigInt(position),
    previous: BigInt(previous),
    data,
  };
}

function isPosition(value: unknown): value is string {
  return typeof value === 'string' && /^(?:0|[1-9][0-9]{0,18})$/.test(value);
}
