import type { EventStore, ViewStore } from '@ledger/kernel';
import { describe, expect, test } from 'vitest';
import { givenStore, STORE_CONTRACT } from './store.ts';
import { VIEWS_CONTRACT } from './views.ts';

/** Takes everything, keeps nothing, complains about nothing. */
const noStore: EventStore = {
  ledger: 'test',
  append: async () => ({ ok: true, revision: 0, position: 0n, recordedAt: '' }),
  appendEach: async () => [],
  read: async () => [],
  readAll: async () => [],
  head: async () => 0n,
  positionAt: async () => 0n,
  check: async () => undefined,
  watch: () => () => undefined,
  close: async () => undefined,
};

const noViews: ViewStore = {
  state: async () => ({ state: 'running', checkpoint: 0n }),
  commit: async () => undefined,
  stop: async () => undefined,
  get: async () => undefined,
  getMany: async () => [],
  list: async () => [],
  changes: async () => [],
  labelled: async () => [],
  labels: async () => [],
  digest: async () => '',
  labelDigest: async () => '',
  check: async () => undefined,
  clearShadow: async () => undefined,
  promote: async () => undefined,
  close: async () => undefined,
};

describe('a contract that a store which does nothing could keep would say nothing', () => {
  test.each(STORE_CONTRACT)('event stores: $name', async ({ run }) => {
    const open = async () => ({ store: noStore, another: async () => noStore, reopen: async () => noStore });
    await expect(run(await givenStore(open, []))).rejects.toThrow();
  });

  test.each(VIEWS_CONTRACT)('view stores: $name', async ({ run }) => {
    await expect(run({ views: noViews, another: async () => noViews })).rejects.toThrow();
  });
});
