import type { Bus, EventStore, ViewStore } from '@ledger/kernel';
import { describe, expect, test } from 'vitest';
import { BUS_CONTRACT } from './bus.ts';
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

const noBus: Bus = {
  signal: () => undefined,
  onSignal: () => () => undefined,
  serve: () => async () => undefined,
  request: async () => new Uint8Array(),
  close: async () => undefined,
};

describe('a contract that an adapter which does nothing could keep would say nothing', () => {
  test.each(STORE_CONTRACT)('event stores: $name', async ({ run }) => {
    const open = async () => ({ store: noStore, another: async () => noStore, reopen: async () => noStore });
    await expect(run(await givenStore(open, []))).rejects.toThrow();
  });

  // What never happens is waited for: all at once.
  test.concurrent.each(BUS_CONTRACT)('buses: $name', async ({ run }) => {
    await expect(run({ bus: noBus, other: noBus, ready: async () => undefined })).rejects.toThrow();
  });

  test.each(VIEWS_CONTRACT)('view stores: $name', async ({ run }) => {
    await expect(run({ views: noViews, another: async () => noViews })).rejects.toThrow();
  });
});
