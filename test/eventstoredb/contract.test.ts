import { join } from 'node:path';
import { openViews } from '@ledger/store-sqlite';
import { runnerContract } from '../contracts/runner.ts';
import { storeContract } from '../contracts/store.ts';
import { scratch } from '../store/scratch.ts';
import { newLedger, onServers, PATIENT } from './servers.ts';

onServers('EventStoreDB', (server) => {
  storeContract('EventStoreDB', async (clock) => {
    const ledger = newLedger(server.url());
    const store = await ledger.make(clock, PATIENT);
    const another = () => ledger.open(clock, PATIENT);
    return {
      store,
      another,
      async reopen() {
        await store.close();
        return another();
      },
    };
  });

  runnerContract(
    'EventStoreDB',
    async (clock) => {
      const store = await newLedger(server.url()).make(clock, { ...PATIENT, pollMs: 50 });
      const views = join(scratch(), 'test.views');
      return { store, openViews: async () => openViews(views) };
    },
    5,
  );
});
