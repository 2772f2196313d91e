import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ImportReport, importDeals, type Ledger } from '@ledger/application';
import { type Clock, systemClock, ulidFactory } from '@ledger/kernel';
import { openDirectory, openLog, openViews } from '@ledger/store-sqlite';
import { processorsLeft, workersAt } from '@ledger/wiring';
import { companyMapping, good, OPS } from './company.ts';

/** A ledger as the command line opens it. */
export interface OpenedLedger extends Ledger {
  readonly file: string;
  close(): Promise<void>;
}

let made = 0;

/** A new ledger in a folder, with the durability that a user gets. */
export function newLedger(folder: string, clock: Clock = systemClock): OpenedLedger {
  made += 1;
  return ledgerAt(join(folder, `bench-${made}.ledger`), clock, { mode: 'create', ledger: 'bench' });
}

/** One that another process has made. */
export function knownLedger(file: string): OpenedLedger {
  return ledgerAt(file, systemClock, { mode: 'open' });
}

type Mode = { readonly mode: 'open' } | { readonly mode: 'create'; readonly ledger: string };

function ledgerAt(file: string, clock: Clock, mode: Mode): OpenedLedger {
  const store = openLog(file, { clock, ...mode });
  const views = openViews(`${file}.views`, { log: store.uid });
  const directory = openDirectory(`${file}.people`);
  const newId = ulidFactory(clock);
  const workers = workersAt(file, processorsLeft());
  return {
    store,
    views,
    directory,
    clock,
    newId,
    workers,
    file,
    async close() {
      await Promise.all([workers.close(), store.close(), views.close(), directory.close()]);
    },
  };
}

export async function importFile(ledger: Ledger, folder: string, file: string): Promise<ImportReport> {
  const mapping = await companyMapping();
  return good(await importDeals(ledger, { file, mapping, folder, snapshot: false, dryRun: false }, OPS));
}

/** Gives a folder that is gone afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-bench-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // Also when somebody loses patience.
  process.once('exit', remove);
  try {
    return await work(folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}
