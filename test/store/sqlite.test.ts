import { join } from 'node:path';
import { gathering } from '@ledger/kernel';
import { openLog, openViews } from '@ledger/store-sqlite';
import { runnerContract } from '../contracts/runner.ts';
import { storeContract } from '../contracts/store.ts';
import { viewsContract } from '../contracts/views.ts';
import { scratch } from './scratch.ts';

storeContract('SQLite', async (clock) => {
  const path = join(scratch(), 'test.ledger');
  const options = { clock, allowLazyFsync: true, pollMs: 20 };
  const store = openLog(path, { mode: 'create', ledger: 'test', ...options });
  const another = async () => openLog(path, { mode: 'open', ...options });
  return {
    store,
    another,
    async reopen() {
      await store.close();
      return another();
    },
  };
});

storeContract('SQLite, appends gathered', async (clock) => {
  const path = join(scratch(), 'test.ledger');
  const options = { clock, allowLazyFsync: true, pollMs: 20 };
  const store = gathering(openLog(path, { mode: 'create', ledger: 'test', ...options }));
  const another = async () => gathering(openLog(path, { mode: 'open', ...options }));
  return {
    store,
    another,
    async reopen() {
      await store.close();
      return another();
    },
  };
});

viewsContract('SQLite', async () => {
  const path = join(scratch(), 'test.ledger.views');
  return { views: openViews(path), another: async () => openViews(path) };
});

runnerContract('SQLite', async (clock) => {
  const path = join(scratch(), 'test.ledger');
  const store = openLog(path, { mode: 'create', ledger: 'test', clock, allowLazyFsync: true, pollMs: 20 });
  return { store, openViews: async () => openViews(`${path}.views`) };
});
