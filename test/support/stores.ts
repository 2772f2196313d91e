import type { EventStore } from '@ledger/kernel';

/** The same store with methods of its own, for a double that does some of them otherwise. */
export function bound(store: EventStore): EventStore {
  return {
    ledger: store.ledger,
    append: (append) => store.append(append),
    appendEach: (appends) => store.appendEach(appends),
    read: (stream, options) => store.read(stream, options),
    readAll: (options) => store.readAll(options),
    head: () => store.head(),
    positionAt: (instant) => store.positionAt(instant),
    check: () => store.check(),
    watch: (wake) => store.watch(wake),
    close: () => store.close(),
  };
}
