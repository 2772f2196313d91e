import { bound, type EventStore } from '@ledger/kernel';

/** The same log as if nothing had been recorded after a position. */
export function prefix(store: EventStore, upTo: bigint): EventStore {
  const until = <E extends { readonly position: bigint }>(events: readonly E[]) =>
    events.filter(({ position }) => position <= upTo);
  return {
    ...bound(store),
    append: () => Promise.reject(new Error('a past that is over')),
    appendEach: () => Promise.reject(new Error('a past that is over')),
    read: async (stream, options) => until(await store.read(stream, options)),
    readAll: async (options) => until(await store.readAll(options)),
    head: async () => upTo,
  };
}
