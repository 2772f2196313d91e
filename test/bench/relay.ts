import { join } from 'node:path';
import { factStream, type Outgoing, streamName } from '@ledger/bus-nats';
import { encode, streamOf } from '@ledger/events';
import { cloudEvent, startRelay } from '@ledger/relay';
import { openCheckpoint } from '@ledger/store-sqlite';
import { connect, type NatsConnection } from 'nats';
import { logOf } from '../contracts/given.ts';
import { linkTo, NATS_SERVER, type NatsServer, NO_NATS, startNats } from '../support/nats.ts';
import { until } from '../support/until.ts';
import { snapshots } from './company.ts';
import { inFolder, newLedger, type OpenedLedger } from './ledgers.ts';
import { alternate, type Result, type Sizes, seconds } from './measure.ts';
import { throughput } from './rows.ts';

/** Messages that the reference has on its way: as many as the relay. */
const BATCH = 500;

/**
 * The log to JetStream, each hash checked and each fact decoded and cut, against the same bodies published under the same subjects with
 * the same client: its own way to publish to JetStream, as many at a time.
 */
export async function relayToJetStream({ relayed, pairs }: Sizes): Promise<readonly Result[]> {
  if (NATS_SERVER === undefined) {
    console.error(`  relay: ${NO_NATS}`);
    return [];
  }
  return inFolder(async (folder) => {
    const ledger = await ledgerOf(folder, relayed);
    const facts = factsIn(await logOf(ledger.store));
    const server = await startNats();
    const client = await connect({ servers: server.url });
    let relays = 0;
    const measured = await alternate(
      pairs,
      async () => {
        await emptied(client);
        relays += 1;
        return relayedIn(server, ledger, join(folder, `relay-${relays}`), facts.length);
      },
      async () => {
        await emptied(client);
        return seconds(() => publish(client, facts));
      },
    );
    await client.close();
    await server.end();
    await ledger.close();
    return [throughput('relay to JetStream, facts of deals', facts.length, measured, 0.6)];
  });
}

async function ledgerOf(folder: string, deals: number): Promise<OpenedLedger> {
  const ledger = newLedger(folder);
  const meta = {
    actor: { id: 'olga', role: 'ops' },
    commandId: 'bench',
    commandHash: '0'.repeat(64),
    correlationId: 'bench',
    causationId: null,
  };
  const pending = [...snapshots(deals)].map((data) => ({
    stream: streamOf.deal(data.source, data.deal),
    expected: 0,
    events: [{ id: ledger.newId(), ...encode({ type: 'DealClosed', data }), meta }],
  }));
  for (let at = 0; at < pending.length; at += 1_000) await ledger.store.appendEach(pending.slice(at, at + 1_000));
  return ledger;
}

function factsIn(log: Awaited<ReturnType<typeof logOf>>): readonly Outgoing[] {
  let previous = 0n;
  return log.map((stored) => {
    const fact = cloudEvent(stored, previous);
    previous = stored.position;
    return fact;
  });
}

/** A stream as the relay makes it, with nothing in it. */
async function emptied(client: NatsConnection): Promise<void> {
  const manager = await client.jetstreamManager();
  await manager.streams.delete(streamName('bench')).catch(() => undefined);
  const link = await linkTo({ servers: [client.getServer()], name: 'bench' });
  await factStream(link, 'bench', { replicas: 1, maxAgeMs: 0, maxBytes: 0 }).end();
  await link.close();
}

async function relayedIn(server: NatsServer, { store }: OpenedLedger, file: string, count: number): Promise<number> {
  const link = await linkTo(server.settings);
  const checkpoint = openCheckpoint(file);
  const facts = factStream(link, 'bench', { replicas: 1, maxAgeMs: 0, maxBytes: 0 });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  let relay: ReturnType<typeof startRelay> | undefined;
  const took = await seconds(async () => {
    const begun = startRelay({ store, facts, checkpoint, log });
    relay = begun;
    await until('all facts are out', () => begun.status().published >= count, 600_000);
  });
  await relay?.stop();
  await link.close();
  checkpoint.close();
  return took;
}

async function publish(client: NatsConnection, facts: readonly Outgoing[]): Promise<void> {
  const stream = client.jetstream();
  for (let at = 0; at < facts.length; at += BATCH) {
    await Promise.all(facts.slice(at, at + BATCH).map(({ subject, body }) => stream.publish(subject, body)));
  }
}
