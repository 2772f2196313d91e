import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Ledger } from '@ledger/application';
import {
  type Clock,
  type CopyTarget,
  type Directory,
  type EventStore,
  type Problem,
  ProblemError,
  problem,
  ulidFactory,
  type ViewStore,
} from '@ledger/kernel';
import { openCopy, openDirectory, openLog, openViews } from '@ledger/store-sqlite';
import { runCases } from './case-ledger.ts';
import { processorsLeft, workersAt } from './workers.ts';

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
  /** How long a writer waits for another process that writes the same file; left out: 5 s. */
  readonly busyMs?: number;
  /** Processes that may share answers about everybody; left out: one for each processor beside this one. */
  readonly workers?: number;
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
  const workers = workersAt(where, options.workers ?? processorsLeft());
  return {
    store,
    views,
    directory,
    clock,
    newId: ulidFactory(clock),
    runCases,
    workers,
    demo,
    async close() {
      await Promise.all([workers.close(), store.close(), views.close(), directory.close()]);
    },
  };
}

/**
 * What this node knows of a ledger whose log does not answer: its views alone, as they are (promises.md, P18). `undefined`: it has none
 * apart from the log. Throws `away` where they have seen nothing.
 */
export async function openStanding(
  where: string,
  { clock }: Pick<OpenOptions, 'clock'>,
  away: Problem,
): Promise<OpenedLedger | undefined> {
  if (!isAddress(where)) return undefined;
  const { parseAddress } = await import('@ledger/store-eventstoredb');
  const address = parseAddress(where);
  const ledger = nameAt(address, undefined);
  const file = viewsAt(address, ledger);
  if (!existsSync(file)) return undefined;
  // Only whoever has found the log away needs it.
  const { standingStill } = await import('@ledger/application');
  const views = openViews(file);
  try {
    const store = { ledger, watch: () => () => undefined };
    const standing = await standingStill({ store, views, clock, newId: ulidFactory(clock), runCases }, away);
    return { ...standing, demo: false, close: () => views.close() };
  } catch (error) {
    await views.close();
    throw error;
  }
}

function viewsAt({ files }: { readonly files: string }, ledger: string): string {
  return join(files, `${ledger}.views`);
}

/** The log alone, for whoever only reads it: the relay. */
export async function openStore(where: string, { clock }: Pick<OpenOptions, 'clock'>): Promise<EventStore> {
  return isAddress(where) ? (await logAt(where, { clock })).store : openLog(where, { mode: 'open', clock });
}

function storesOf(file: string, { create, ...options }: OpenOptions): Stores {
  const store = openLog(
    file,
    create === undefined ? { mode: 'open', ...options } : { mode: 'create', ...options, ...create },
  );
  const { uid, demo } = store;
  const { people, views } = besides(file);
  return { store, directory: openDirectory(people), uid, demo, viewsFile: views };
}

/** Where the companions of a ledger file that is there lie: beside the file itself, by whatever link it is named. */
function besides(file: string): { readonly people: string; readonly views: string } {
  const itself = realpathSync(file);
  return { people: `${itself}.people`, views: `${itself}.views` };
}

async function storesAt(where: string, options: OpenOptions): Promise<Stores> {
  const { openEventStoreDirectory } = await import('@ledger/store-eventstoredb');
  const { store, address } = await logAt(where, options);
  const { uid, demo, ledger } = store;
  const directory = openEventStoreDirectory(address, ledger);
  return { store, directory, uid, demo, viewsFile: viewsAt(address, ledger) };
}

async function logAt(where: string, { clock, create }: OpenOptions) {
  // The client takes longer to load than a command on a file takes to run.
  const { openEventStoreLog, parseAddress } = await import('@ledger/store-eventstoredb');
  const address = parseAddress(where);
  const ledger = nameAt(address, create?.ledger);
  const mode = create === undefined ? 'open' : 'create';
  return { address, store: await openEventStoreLog(address, { mode, ledger, clock, demo: create?.demo === true }) };
}

/** The name of the ledger at an address, which says it unless the ledger is made with a name. */
function nameAt(
  address: { readonly shown: string; readonly ledger: string | undefined },
  made: string | undefined,
): string {
  const { shown, ledger } = address;
  const name = ledger ?? made;
  if (name !== undefined && (made === undefined || made === name)) return name;
  const says =
    name === undefined
      ? `${shown} may hold many ledgers; name yours at the end of the address: ?ledger=<name>.`
      : `The address ${shown} names the ledger ${name}, not ${made}; give the same name in both places.`;
  throw new ProblemError(problem('store_address', says));
}

/** A ledger to be copied, without views. Throws as `openLedger` does. */
export async function openCopySource(where: string, clock: Clock): Promise<CopySource> {
  const { store, directory, demo } = isAddress(where) ? await storesAt(where, { clock }) : storesOf(where, { clock });
  return { store, directory, demo, close: async () => void (await Promise.all([store.close(), directory.close()])) };
}

export interface CopySource {
  readonly store: EventStore;
  readonly directory: Directory;
  readonly demo: boolean;
  close(): Promise<void>;
}

/**
 * A store for a copy of a ledger, which is made where there is none: a copy that ended on its way has made it. Throws as `openLedger`
 * does, and `store_foreign` where another ledger is.
 */
export async function openCopyTarget(
  where: string,
  { ledger, demo, clock }: { readonly ledger: string; readonly demo: boolean; readonly clock: Clock },
): Promise<CopyTarget & { readonly directory: Directory }> {
  const { target, directory } = isAddress(where)
    ? await targetAt(where, ledger, demo, clock)
    : await targetOf(where, ledger, demo, clock);
  const close = async () => void (await Promise.all([target.close(), directory.close()]));
  if (target.demo === demo) return { ...target, directory, close };
  await close();
  const says = `${shownStore(where)} holds a ledger that was ${target.demo ? '' : 'not '}made for demonstration, unlike the one that is copied; name another store.`;
  throw new ProblemError(problem('store_foreign', says));
}

async function targetAt(where: string, ledger: string, demo: boolean, clock: Clock) {
  const { openEventStoreCopy, openEventStoreDirectory, parseAddress } = await import('@ledger/store-eventstoredb');
  const address = parseAddress(where);
  nameAt(address, ledger);
  const open = (mode: 'create' | 'open') => openEventStoreCopy(address, { mode, ledger, clock, demo });
  const target = await openOrMake(open);
  return { target, directory: openEventStoreDirectory(address, ledger) };
}

async function targetOf(file: string, ledger: string, demo: boolean, clock: Clock) {
  const target = await openOrMake(async (mode) => openCopy(file, { mode, ledger, clock, demo }));
  return { target, directory: openDirectory(besides(file).people) };
}

async function openOrMake(open: (mode: 'create' | 'open') => Promise<CopyTarget>): Promise<CopyTarget> {
  try {
    return await open('open');
  } catch (error) {
    if (!(error instanceof ProblemError && error.problem.code === 'store_missing')) throw error;
    return open('create');
  }
}

/** Whether a setting names EventStoreDB and not a file; an address of something else is refused as one. */
export function isAddress(where: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(where);
}

/** What may be shown of where a ledger is: the password in an address may not. */
export function shownStore(where: string): string {
  return isAddress(where) ? where.replace(/(?<=:\/\/)[^?]*@/, '') : where;
}
