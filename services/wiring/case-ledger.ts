import type { OpenCaseLedger, Proved } from '@ledger/application';
import type { Case } from '@ledger/connectors';
import { seededRandom, ulidFactory } from '@ledger/kernel';
import { openDirectory, openLog, openViews } from '@ledger/store-sqlite';

/** Ledgers in memory that nobody keeps, for worked cases. */

/** Ids follow from the case alone, so that traces read the same at every run. */
const SEED = 7;

export const openCaseLedger: OpenCaseLedger = (clock) => {
  const store = openLog(':memory:', { mode: 'create', ledger: 'case', clock });
  const views = openViews(':memory:');
  const directory = openDirectory(':memory:');
  return {
    ledger: { store, views, directory, clock, newId: ulidFactory(clock, seededRandom(SEED)), runCases },
    async close() {
      await Promise.all([store.close(), views.close(), directory.close()]);
    },
  };
};

/** Runs worked cases one after the other, each on a ledger of its own. */
export async function runCases(cases: readonly Case[]): Promise<readonly Proved[]> {
  // A service that opens a ledger to read its log does not have to load all that can be done with one.
  const { runCase } = await import('@ledger/application');
  const results: Proved[] = [];
  for (const each of cases) results.push(await runCase(each, openCaseLedger));
  return results;
}
