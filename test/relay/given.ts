import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FactStream, factStream, natsBus, type StreamSettings, streamName } from '@ledger/bus-nats';
import { encode, type LedgerEvent, streamOf } from '@ledger/events';
import { type EventStore, sha256, systemClock, ulidFactory } from '@ledger/kernel';
import { type RelayLog, startRelay } from '@ledger/relay';
import { openCheckpoint, openLog } from '@ledger/store-sqlite';
import { connect, type NatsConnection } from 'nats';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { linkTo, startNats } from '../support/nats.ts';

export const STREAM: StreamSettings = { replicas: 1, maxAgeMs: 0, maxBytes: 0 };
export const LEDGER = 'acme';

/** A fact as whoever listens gets it. */
export const factOf = z.looseObject({
  id: z.string(),
  type: z.string(),
  subject: z.string(),
  position: z.string().transform(BigInt),
  previous: z.string().transform(BigInt),
  data: z.record(z.string(), z.unknown()),
});
export type Fact = z.infer<typeof factOf>;

export interface Message extends Fact {
  readonly sequence: number;
  readonly on: string;
}

/** A real server that goes with the test, a ledger in a file, and what is done with both. */
export async function givenRelay(extra: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-relay-'));
  const server = await startNats(extra);
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
    async relay(options: { readonly checkpoint?: string; readonly log?: RelayLog; readonly store?: EventStore } = {}) {
      relays += 1;
      const link = await linkTo(server.settings);
      const checkpoint = openCheckpoint(options.checkpoint ?? join(folder, `relay-${relays}`));
      const facts = factStream(link, LEDGER, STREAM);
      const relay = startRelay({
        store: options.store ?? store,
        facts,
        checkpoint,
        bus: natsBus(link, LEDGER),
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

export type GivenRelay = Awaited<ReturnType<typeof givenRelay>>;

export const SILENT: RelayLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

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

export function dealOf(deal: string): LedgerEvent<'DealClosed'> {
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
function dealWriter(store: EventStore): (count: number) => Promise<bigint> {
  let written = 0;
  return async (count) => {
    const appends = Array.from({ length: count }, () => {
      written += 1;
      const deal = `D-${written}`;
      return { stream: streamOf.deal('crm', deal), events: [pendingOf(dealOf(deal))], expected: 0 };
    });
    await store.appendEach(appends);
    return store.head();
  };
}

/** All that the stream holds, in its order. */
export async function streamed({ server }: Pick<GivenRelay, 'server'>): Promise<readonly Message[]> {
  const connection = await connect({ servers: server.url });
  try {
    return await messagesOn(connection);
  } finally {
    await connection.close();
  }
}

async function messagesOn(connection: NatsConnection): Promise<readonly Message[]> {
  const manager = await connection.jetstreamManager();
  const { state } = await manager.streams.info(streamName(LEDGER));
  const messages: Message[] = [];
  if (state.messages === 0) return messages;
  const consumer = await connection.jetstream().consumers.get(streamName(LEDGER));
  const read = await consumer.fetch({ max_messages: state.messages, expires: 5_000 });
  for await (const message of read) {
    messages.push({ ...factOf.parse(message.json()), sequence: message.seq, on: message.subject });
    if (message.seq === state.last_seq) break;
  }
  return messages;
}

/** Where a stream ends, straight from the server. */
export function factsOf(link: Parameters<typeof factStream>[0]): FactStream {
  return factStream(link, LEDGER, STREAM);
}
