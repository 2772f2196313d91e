import { join } from 'node:path';
import { systemClock } from '@ledger/kernel';
import { openStore } from '@ledger/wiring';
import { expect, test } from 'vitest';
import { logOf } from '../contracts/given.ts';
import { newLedger, onServers, PATIENT } from '../eventstoredb/servers.ts';
import { NATS_SERVER, NO_NATS } from '../support/nats.ts';
import { until } from '../support/until.ts';
import { dealWriter, givenRelay, streamed } from './given.ts';

onServers('the relay on EventStoreDB', (server) => {
  test('publishes what another node writes, and goes on where the stream ends', async (context) => {
    if (NATS_SERVER === undefined) context.skip(NO_NATS);
    const given = await givenRelay();
    const ledger = newLedger(server.url());
    const writer = await ledger.make(systemClock, PATIENT);
    given.closing.push(() => writer.close());
    const write = dealWriter(writer);
    await write(120);
    for (const published of [150, 30]) {
      const store = await openStore(ledger.address(), { clock: systemClock });
      const relay = await given.relay({ store, checkpoint: join(given.folder, `of-${published}`) });
      const head = await write(30);
      await until('all facts are out', () => relay.status().position === head);
      expect(relay.status().published).toBe(published);
      await relay.stop();
      await store.close();
    }
    const log = await logOf(writer);
    expect(log).toHaveLength(180);
    expect((await streamed(given, ledger.name)).map(({ id, position }) => [id, position])).toEqual(
      log.map(({ id, position }) => [id, position]),
    );
  });
});
