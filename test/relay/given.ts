import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { factStream, natsBus, type StreamSettings, streamName } from '@ledger/bus-nats';
import { encode, type LedgerEvent, streamOf } from '@ledger/events';
import { type EventStore, sha256, systemClock, ulidFactory } from '@ledger/kernel';
import { example, type RelayLog, startRelay } from '@ledger/relay';
import { openCheckpoint, openLog } from '@ledger/store-sqlite';
import { connect, type NatsConnection } from 'nats';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { linkTo, startNats } from '../support/nats.ts';

const STREAM: StreamSettings = { replicas: 1, maxAgeMs: 0, maxBytes: 0 };
export const LEDGER = 'acme';

/** A fact as whoever listens gets it. */
const factOf = z.looseObject({
  id: z.string(),
  type: z.string(),
  subject: z.string(),
  position: z.string().transform(BigInt),
  previous: z.string().transform(BigInt),
  data: z.record(z.string(), z.unknown()),
});
type Fact = z.infer<typeof factOf>;

export interface Message extends Fact {
  readonly sequence: number;
  readonly on: string;
}

/** A real server that goes with the test, a ledger in a file, and what is done with both. */
export async function givenRelay() {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-relay-'));
  const server = await startNats();
  const closing: (() => unknown)[] = [];
  onTestFinished(async () => {
    for (const close of closing.toReversed()) await close();
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  });
  const file = join(folder, 'acme.ledger');
  const store = openLog(file, {
    mode: 'create',
    ledger: LEDGER,
    clock: systemClock,
    allowLazyFsync: true,
    pollMs: 10,
  });
  closing.push(() => store.close());
  let relays = 0;
  return {
    folder,
    file,
    server,
    store,
    /** Ends with the test. */
    closing,
    write: dealWriter(store),
    /** A relay in this process, with a checkpoint of its own unless one is named. */
    async relay(options: RelayOptions = {}) {
      relays += 1;
      const link = await linkTo(server.settings);
      const from = options.store ?? store;
      const checkpoint = openCheckpoint(options.checkpoint ?? join(folder, `relay-${relays}`));
      const facts = factStream(link, from.ledger, { ...STREAM, ...options.stream });
      const relay = startRelay({
        store: from,
        facts,
        checkpoint,
        bus: natsBus(link, from.ledger),
        log: options.log ?? SILENT,
        idleMs: 100,
      });
      const end = async () => {
        await relay.stop();
        await link.close();
        checkpoint.close();
      };
      const once = { done: undefined as Promise<void> | undefined };
      const stop = () => (once.done ??= end());
      closing.push(stop);
      return { ...relay, stop };
    },
    /** The command, in a process of its own. */
    spawn: (env: Readonly<Record<string, string>> = {}) => {
      const child = relayProcess({ NATS_URL: server.url, LEDGER_STORE: file, ...env });
      closing.push(() => child.kill('SIGKILL'));
      return child;
    },
  };
}

interface RelayOptions {
  readonly checkpoint?: string;
  readonly log?: RelayLog;
  readonly store?: EventStore;
  readonly stream?: Partial<StreamSettings>;
}

export type GivenRelay = Awaited<ReturnType<typeof givenRelay>>;

const SILENT: RelayLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

export function relayProcess(env: Readonly<Record<string, string>>): ChildProcess & { readonly said: string[] } {
  const main = join(import.meta.dirname, '..', '..', 'services', 'relay', 'main.ts');
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => said.push(String(data)));
  return Object.assign(child, { said });
}

const newId = ulidFactory(systemClock);

export function pendingOf(event: LedgerEvent) {
  const id = newId();
  const meta = {
    actor: { id: 'olga', role: 'ops' },
    commandId: `command-${id}`,
    commandHash: sha256(id),
    correlationId: id,
    causationId: null,
  };
  return { id, ...encode(event), meta };
}

function dealOf(deal: string): LedgerEvent<'DealClosed'> {
  return {
    type: 'DealClosed',
    data: {
      source: 'crm',
      deal,
      account: 'Ada Lovelace & Sons',
      amount: '1234.56',
      currency: 'USD',
      closedOn: '2026-01-15',
      selectionOn: null,
      sequence: 0,
      owner: 'p-17',
      credits: [],
      attributes: { notes: 'call Ada on her mobile' },
      lines: [],
    },
  };
}

/** Appends so many deals, each to a stream of its own. Returns the position of the last. */
export function dealWriter(store: EventStore, name = 'D'): (count: number) => Promise<bigint> {
  let written = 0;
  return async (count) => {
    const appends = Array.from({ length: count }, () => {
      written += 1;
      const deal = `${name}-${written}`;
      return { stream: streamOf.deal('crm', deal), events: [pendingOf(dealOf(deal))], expected: 0 };
    });
    await store.appendEach(appends);
    return store.head();
  };
}

/** Something done with a plain client. */
export async function withClient<T>(
  { server }: Pick<GivenRelay, 'server'>,
  action: (connection: NatsConnection) => Promise<T>,
): Promise<T> {
  const connection = await connect({ servers: server.url });
  try {
    return await action(connection);
  } finally {
    await connection.close();
  }
}

/** All that the stream holds, in its order. */
export function streamed(given: Pick<GivenRelay, 'server'>, ledger = LEDGER): Promise<readonly Message[]> {
  return withClient(given, (connection) => messagesOn(connection, streamName(ledger)));
}

async function messagesOn(connection: NatsConnection, stream: string): Promise<readonly Message[]> {
  const manager = await connection.jetstreamManager();
  const { state } = await manager.streams.info(stream);
  const messages: Message[] = [];
  if (state.messages === 0) return messages;
  const consumer = await connection.jetstream().consumers.get(stream);
  while (messages.at(-1)?.sequence !== state.last_seq) {
    for await (const message of await consumer.fetch({ max_messages: 1_000, expires: 2_000 })) {
      messages.push({ ...factOf.parse(message.json()), sequence: message.seq, on: message.subject });
      if (message.seq === state.last_seq) break;
    }
  }
  return messages;
}

export interface Follower {
  /** What was applied, in the order in which it was. */
  readonly applied: readonly { readonly id: string; readonly position: bigint }[];
  /** Rejects with what the example throws. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** The example, with a state in memory that lives as long as the test. */
export async function follower({ server, closing }: GivenRelay): Promise<Follower> {
  const connection = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
  const ending = new AbortController();
  const applied: { id: string; position: bigint }[] = [];
  let place = example.BEGINNING;
  const state: example.State = {
    place: async () => place,
    async apply({ id, position }, next) {
      applied.push({ id, position });
      place = next;
    },
  };
  const ended = example.follow({ connection, ledger: LEDGER, state, signal: ending.signal });
  ended.catch(() => undefined);
  const stop = async () => {
    ending.abort();
    await connection.close();
    await ended.catch(() => undefined);
  };
  closing.push(stop);
  return { applied, ended, stop };
}
