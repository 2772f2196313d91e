import { type Problem, ProblemError, problem } from '@ledger/kernel';
import {
  createInbox,
  DiscardPolicy,
  type JetStreamManager,
  type Msg,
  MsgHdrsImpl,
  type NatsConnection,
  NatsError,
  nanos,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from 'nats';
import { type NatsLink, orGone } from './link.ts';
import { factsUnder, streamName } from './subjects.ts';

/** A fact on its way out. */
export interface Outgoing {
  /** Event id: JetStream drops a second message with the same one inside its window. */
  readonly id: string;
  readonly subject: string;
  readonly position: bigint;
  readonly body: string;
}

/** Where a stream ends. */
export interface StreamEnd {
  /** Of the last message that the stream ever took; 0: none, it is new. */
  readonly sequence: number;
  /** Whether the stream holds any message: a new one does not, and neither does one whose messages were all too old. */
  readonly isEmpty: boolean;
  /** What the last fact in it says of itself; `undefined` where there is none among the last messages. */
  readonly last?: { readonly id: string; readonly position: bigint } | undefined;
}

export interface StreamSettings {
  /** Copies in a cluster. */
  readonly replicas: number;
  /** Facts older than this are dropped; 0: none. */
  readonly maxAgeMs: number;
  /** The oldest facts beyond this are dropped; 0: none. */
  readonly maxBytes: number;
}

/** What became of a batch: the first `taken` facts are in the stream; `why` the next one is not. */
interface Published {
  readonly taken: number;
  /** Sequence of the last message that was taken by this batch. */
  readonly sequence: number;
  readonly why?: Problem;
}

/** The facts of one ledger on JetStream. */
export interface FactStream {
  /** Where the stream ends; makes it where it is missing. Throws `bus_unavailable`, `relay_unfit`. */
  end(): Promise<StreamEnd>;
  /**
   * Adds facts right after the message with sequence `after`, and nowhere else: JetStream refuses each that would not follow the one
   * before it, so that whatever is lost, late or published by somebody else meanwhile, the stream holds the facts in the order of the
   * log and without a gap. Throws `bus_unavailable`, `limit_exceeded`.
   */
  publish(facts: readonly Outgoing[], after: number): Promise<Published>;
}

const POSITION_HEADER = 'Ledger-Position';
const CONTENT_TYPE = 'application/cloudevents+json';

/** How long JetStream may be silent about a batch before it counts as lost. */
const ACK_MS = 5_000;
const API_MS = 3_000;
/** Inside this time JetStream knows an id again. Order and position do the rest, so that nothing depends on it. */
const DUPLICATES_MS = 120_000;
/** What a server takes by default, headers included; the largest append of a store with its envelope stays below. */
const MESSAGE_BYTES = 1_048_576;
/** Id, subject and numbers are bounded: this holds the headers. */
const HEADER_BYTES = 1_024;
/** Messages that are no facts, at the end of a stream, past which a fact is looked for. */
const STRANGERS = 100;
/** Facts in one batch, and bytes of their bodies, that are on their way at a time. */
const IN_FLIGHT = { facts: 1_000, bytes: 4_000_000 } as const;

const WRONG_SEQUENCE = 10_071;
const NO_STREAM = 10_059;
const NO_MESSAGE = 10_037;

export function factStream(link: NatsLink, ledger: string, settings: StreamSettings): FactStream {
  const name = streamName(ledger);
  const acks = acksOn(link);

  return {
    async end() {
      const connection = link.need();
      try {
        const manager = await connection.jetstreamManager({ timeout: API_MS, checkAPI: false });
        const { state } = await ensured(manager, ledger, settings);
        const { last_seq: sequence } = state;
        if (state.messages === 0) return { sequence, isEmpty: true };
        return { sequence, isEmpty: false, last: await lastFact(manager, name, sequence) };
      } catch (error) {
        throw unavailable(error);
      }
    },
    async publish(facts, after) {
      const connection = link.need();
      const fits = fitting(facts, connection);
      const published = await acks.await(connection, fits.facts.length, after, (reply) => {
        for (const [index, fact] of fits.facts.entries()) {
          // By number alone a fact could take the place of the one before it, had that been refused and the place been taken otherwise.
          // Of the message before a batch the server may have forgotten the name; the number is enough there.
          const before = fits.facts[index - 1];
          const head = MsgHdrsImpl.fromRecord({
            'Nats-Msg-Id': [fact.id],
            'Nats-Expected-Stream': [name],
            'Nats-Expected-Last-Sequence': [String(after + index)],
            ...(before === undefined ? {} : { 'Nats-Expected-Last-Msg-Id': [before.id] }),
            'Content-Type': [CONTENT_TYPE],
            [POSITION_HEADER]: [String(fact.position)],
          });
          connection.publish(fact.subject, fact.body, { headers: head, reply: reply(index) });
        }
      });
      return published.why === undefined && fits.why !== undefined ? { ...published, why: fits.why } : published;
    },
  };
}

/** The facts before one that the server would not take, and why it would not. Throws that where it is the first. */
function fitting(facts: readonly Outgoing[], connection: NatsConnection) {
  if (facts.length === 0 || facts.length > IN_FLIGHT.facts) {
    throw new ProblemError(
      problem('limit_exceeded', `${facts.length} facts in a batch; give 1 to ${IN_FLIGHT.facts}.`),
    );
  }
  const most = Math.min(MESSAGE_BYTES, connection.info?.max_payload ?? MESSAGE_BYTES);
  const tooLong = facts.findIndex(({ body }) => isLonger(body, most - HEADER_BYTES));
  const fact = facts[tooLong];
  if (fact === undefined) return { facts };
  const bytes = Buffer.byteLength(fact.body) + HEADER_BYTES;
  const remedy = 'raise max_payload in its settings';
  const why = problem(
    'limit_exceeded',
    `Fact ${fact.position} takes ${bytes} bytes, and the server takes ${most}; ${remedy}.`,
  );
  if (tooLong === 0) throw new ProblemError(why);
  return { facts: facts.slice(0, tooLong), why };
}

/** A UTF-16 unit takes at most 3 bytes: only what might be too long is measured. */
function isLonger(text: string, bytes: number): boolean {
  return text.length * 3 > bytes && Buffer.byteLength(text) > bytes;
}

/** The newest message that is a fact. Others have no business there; past a few of them we stop looking. */
async function lastFact(manager: JetStreamManager, stream: string, sequence: number): Promise<StreamEnd['last']> {
  for (let seq = sequence; seq > 0 && seq > sequence - STRANGERS; seq -= 1) {
    const message = await manager.streams.getMessage(stream, { seq }).catch(missing);
    const last = saysOf(message?.header);
    if (last !== undefined) return last;
  }
  return undefined;
}

/** The stream as the relay needs it: made if it is missing, never changed if it is there. */
async function ensured(manager: JetStreamManager, ledger: string, settings: StreamSettings) {
  const name = streamName(ledger);
  try {
    const info = await manager.streams.info(name);
    checkStream(info.config, ledger);
    return info;
  } catch (error) {
    if (codeOf(error) !== NO_STREAM) throw error;
  }
  try {
    return await manager.streams.add({
      name,
      description: `Facts of the ledger ${ledger}, in the order of its log`,
      subjects: [factsUnder(ledger)],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      discard: DiscardPolicy.Old,
      num_replicas: settings.replicas,
      max_age: nanos(settings.maxAgeMs),
      max_bytes: settings.maxBytes === 0 ? -1 : settings.maxBytes,
      max_msgs: -1,
      max_msg_size: MESSAGE_BYTES,
      duplicate_window: nanos(settings.maxAgeMs === 0 ? DUPLICATES_MS : Math.min(DUPLICATES_MS, settings.maxAgeMs)),
      // A fact that is taken out would be a gap that nobody can heal.
      deny_delete: true,
      deny_purge: true,
    });
  } catch (error) {
    // Another relay was quicker.
    return await manager.streams.info(name).catch(() => {
      throw error;
    });
  }
}

function checkStream(config: StreamConfig, ledger: string): void {
  const subjects = [factsUnder(ledger)];
  const wrong =
    config.subjects?.length !== 1 || config.subjects[0] !== subjects[0]
      ? `takes ${JSON.stringify(config.subjects ?? [])} instead of ${JSON.stringify(subjects)}`
      : config.retention !== RetentionPolicy.Limits
        ? `has retention ${config.retention} instead of limits`
        : undefined;
  if (wrong === undefined) return;
  throw new ProblemError(
    problem('relay_unfit', `Stream ${config.name} ${wrong}; change it, or delete it: the relay makes another one.`),
  );
}

function saysOf(header: { get(name: string): string } | undefined): StreamEnd['last'] {
  const id = header?.get('Nats-Msg-Id') ?? '';
  const position = header?.get(POSITION_HEADER) ?? '';
  return id !== '' && /^(?:0|[1-9][0-9]{0,18})$/.test(position) ? { id, position: BigInt(position) } : undefined;
}

/** One message of JetStream about one of ours. */
type Ack = { readonly sequence: number } | { readonly refused: Problem };

interface Acks {
  await(
    connection: NatsConnection,
    count: number,
    after: number,
    send: (reply: (index: number) => string) => void,
  ): Promise<Published>;
}

/**
 * Answers to what we publish, on one inbox for each connection. The client's own way takes a timer and a promise for each message,
 * which costs more than the message.
 */
function acksOn(link: NatsLink): Acks {
  let inbox = '';
  let batch = 0;
  let receive: ((batch: number, index: number, message: Msg) => void) | undefined;
  let listening: NatsConnection | undefined;

  function listen(connection: NatsConnection): void {
    if (listening === connection) return;
    listening = connection;
    inbox = createInbox();
    connection.subscribe(`${inbox}.*.*`, {
      callback(error, message) {
        if (error !== null) return;
        const [of, index] = message.subject.slice(inbox.length + 1).split('.');
        receive?.(Number(of), Number(index), message);
      },
    });
  }

  return {
    async await(connection, count, after, send) {
      listen(connection);
      batch += 1;
      const mine = batch;
      const acks: (Ack | undefined)[] = new Array(count);
      const done = Promise.withResolvers<void>();
      let missing = count;
      let timer = setTimeout(done.resolve, ACK_MS);
      receive = (of, index, message) => {
        if (of !== mine || acks[index] !== undefined) return;
        const ack = ackOf(message);
        acks[index] = ack;
        missing -= 1;
        // After one is refused, so is every later one.
        if (missing === 0 || 'refused' in ack) done.resolve();
        else if (missing % 100 === 0) {
          clearTimeout(timer);
          timer = setTimeout(done.resolve, ACK_MS);
        }
      };
      try {
        send((index) => `${inbox}.${mine}.${index}`);
        await orGone(connection, done.promise);
      } finally {
        clearTimeout(timer);
        receive = undefined;
      }
      return resultOf(acks, after, link);
    },
  };
}

function resultOf(acks: readonly (Ack | undefined)[], after: number, link: NatsLink): Published {
  for (const [taken, ack] of acks.entries()) {
    const sequence = after + taken;
    if (ack === undefined) {
      const where =
        link.live() === undefined ? 'The connection to NATS was lost' : `JetStream was silent for ${ACK_MS} ms`;
      return {
        taken,
        sequence,
        why: problem('bus_unavailable', `${where} before it took a fact; it will be sent again.`),
      };
    }
    if ('refused' in ack) return { taken, sequence, why: ack.refused };
    // Known from before, and not where we thought: where the stream ends says whether it is there still, or was too old to be kept.
    if (ack.sequence !== sequence + 1) {
      const says = `A fact was taken before, as message ${ack.sequence}; going on from the end of the stream.`;
      return { taken, sequence, why: problem('bus_busy', says) };
    }
  }
  return { taken: acks.length, sequence: after + acks.length };
}

function ackOf(message: Msg): Ack {
  if (message.data.byteLength === 0) {
    return { refused: problem('bus_unavailable', 'No stream takes the facts; it will be made again.') };
  }
  try {
    const { seq, error } = message.json<{ seq?: unknown; error?: { err_code?: unknown; description?: unknown } }>();
    if (typeof seq === 'number' && seq > 0) return { sequence: seq };
    const says = String(error?.description ?? 'no reason given');
    if (error?.err_code === WRONG_SEQUENCE) {
      return { refused: problem('bus_busy', `JetStream: ${says}; going on from the end of the stream.`) };
    }
    return { refused: problem('bus_unavailable', `JetStream refused a fact: ${says}; it will be sent again.`) };
  } catch {
    return {
      refused: problem('bus_unavailable', 'JetStream answered what is no answer; the fact will be sent again.'),
    };
  }
}

function codeOf(error: unknown): number | undefined {
  return error instanceof NatsError ? error.api_error?.err_code : undefined;
}

function missing(error: unknown): undefined {
  if (codeOf(error) === NO_MESSAGE) return undefined;
  throw error;
}

/** Whatever JetStream does not do now it may do later; what cannot get better says so by itself. */
function unavailable(error: unknown): unknown {
  if (error instanceof ProblemError || !(error instanceof NatsError)) return error;
  const why = error.code === '503' ? 'is not enabled, or has no leader' : `does not answer: ${error.message}`;
  const says = `JetStream ${why}; start nats-server with JetStream, or look at its log.`;
  return new ProblemError(problem('bus_unavailable', says), { cause: error });
}
