import type { Ledger } from '@ledger/application';
import { type Clock, type Directory, type EventStore, ulidFactory, type ViewStore } from '@ledger/kernel';
import { openDirectory, openLog, openViews } from '@ledger/store-sqlite';
import { runCases } from './case-ledger.ts';

/** The ledger that a setting names, opened for any service: command line, API, relay. */
export interface OpenedLedger extends Ledger {
  /** Made for demonstration: times may be given, and anybody may take a role. */
  readonly demo: boolean;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly clock: Clock;
  /** Makes the ledger; refuses one that exists. Without it the ledger has to exist. */
  readonly create?: { readonly ledger: string; readonly demo: boolean };
}

/** What a store brings: the log, and the names that are kept apart from it. */
interface Stores {
  readonly store: EventStore;
  readonly directory: Directory;
  /** Drawn when the ledger was made: views made from another one are thrown away. */
  readonly uid: string;
  readonly demo: boolean;
  readonly viewsFile: string;
}

/**
 * Opens the ledger at `where`, the path of a SQLite file with its companions `.views` and `.people` beside it.
 * Throws what the store throws: store_missing, store_exists, store_foreign, store_newer, store_damaged.
 */
export async function openLedger(where: string, options: OpenOptions): Promise<OpenedLedger> {
  const { store, directory, uid, demo, viewsFile } = storesOf(where, options);
  let views: ViewStore;
  try {
    views = openViews(viewsFile, { log: uid });
  } catch (error) {
    await Promise.all([store.close(), directory.close()]);
    throw error;
  }
  const { clock } = options;
  return {
    store,
    views,
    directory,
    clock,
    newId: ulidFactory(clock),
    runCases,
    demo,
    async close() {
      await Promise.all([store.close(), views.close(), directory.close()]);
    },
  };
}

/** The log alone, for whoever only reads it: the relay. */
export async function openStore(where: string, { clock }: { readonly clock: Clock }): Promise<EventStore> {
  return openLog(where, { mode: 'open', clock });
}

function storesOf(file: string, { clock, create }: OpenOptions): Stores {
  const store = openLog(file, create === undefined ? { mode: 'open', clock } : { mode: 'create', clock, ...create });
  const { uid, demo } = store;
  return { store, directory: openDirectory(`${file}.people`), uid, demo, viewsFile: `${file}.views` };
}
