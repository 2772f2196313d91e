import { join } from 'node:path';
import type { Ledger } from '@ledger/application';
import {
  type Clock,
  type Directory,
  type EventStore,
  ProblemError,
  problem,
  ulidFactory,
  type ViewStore,
} from '@ledger/kernel';
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
 * Opens the ledger at `where`: the path of a SQLite file with its companions `.views` and `.people` beside it, or an address of
 * EventStoreDB, `esdb://<host>:<port>?tls=false&ledger=<name>`, with the files of this node in the folder `&files=`.
 * Throws what the store throws: store_missing, store_exists, store_foreign, store_newer, store_damaged; for an address also
 * store_address, store_access and store_unavailable.
 */
export async function openLedger(where: string, options: OpenOptions): Promise<OpenedLedger> {
  const { store, directory, uid, demo, viewsFile } = isAddress(where)
    ? await storesAt(where, options)
    : storesOf(where, options);
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
export async function openStore(where: string, { clock }: Pick<OpenOptions, 'clock'>): Promise<EventStore> {
  return isAddress(where) ? (await logAt(where, { clock })).store : openLog(where, { mode: 'open', clock });
}

function storesOf(file: string, { clock, create }: OpenOptions): Stores {
  const store = openLog(file, create === undefined ? { mode: 'open', clock } : { mode: 'create', clock, ...create });
  const { uid, demo } = store;
  return { store, directory: openDirectory(`${file}.people`), uid, demo, viewsFile: `${file}.views` };
}

async function storesAt(where: string, options: OpenOptions): Promise<Stores> {
  const { openEventStoreDirectory } = await import('@ledger/store-eventstoredb');
  const { store, address } = await logAt(where, options);
  const { uid, demo, ledger } = store;
  const directory = openEventStoreDirectory(address, ledger);
  return { store, directory, uid, demo, viewsFile: join(address.files, `${ledger}.views`) };
}

async function logAt(where: string, { clock, create }: OpenOptions) {
  // The client takes longer to load than a command on a file takes to run.
  const { openEventStoreLog, parseAddress } = await import('@ledger/store-eventstoredb');
  const address = parseAddress(where);
  const ledger = address.ledger ?? create?.ledger;
  if (ledger === undefined) throw unnamed(address.shown);
  if (create !== undefined && create.ledger !== ledger) throw otherName(address.shown, ledger, create.ledger);
  const mode = create === undefined ? 'open' : 'create';
  return { address, store: await openEventStoreLog(address, { mode, ledger, clock, demo: create?.demo === true }) };
}

function unnamed(shown: string): ProblemError {
  return new ProblemError(
    problem('store_address', `${shown} may hold many ledgers; name yours at the end of the address: ?ledger=<name>.`),
  );
}

function otherName(shown: string, ledger: string, asked: string): ProblemError {
  const says = `The address ${shown} names the ledger ${ledger}, not ${asked}; give the same name in both places.`;
  return new ProblemError(problem('store_address', says));
}

/** Whether a setting names EventStoreDB and not a file. */
export function isAddress(where: string): boolean {
  return /^esdb(?:\+discover)?:\/\//.test(where);
}

/** What may be shown of where a ledger is: the password in an address may not. */
export function shownStore(where: string): string {
  return isAddress(where) ? where.replace(/(?<=:\/\/)[^@/?]*@/, '') : where;
}
