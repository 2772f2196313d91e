import { join } from 'node:path';
import { rebuild, refresh } from '@ledger/application';
import { encode, streamOf } from '@ledger/events';
import { LIMITS } from '@ledger/kernel';
import { found, participantsOf, snapshots, writeExport } from './company.ts';
import { importFile, inFolder, newLedger } from './ledgers.ts';
import { alternate, type Result, type Sizes, seconds } from './measure.ts';
import { type EventRow, eventRows, rawLog, scan } from './raw.ts';

/** The rows that compare with SQLite itself. */

/** One event, one commit, one sync of the disk. */
export async function durableAppend({ appends, appendPairs }: Sizes): Promise<Result> {
  return inFolder(async (folder) => {
    const total = appends * appendPairs;
    const meta = {
      actor: { id: 'olga', role: 'ops' },
      commandId: 'bench',
      commandHash: '0'.repeat(64),
      correlationId: 'bench',
      causationId: null,
    };
    const ledger = newLedger(folder);
    const pending = [...snapshots(total)].map((data) => ({
      stream: streamOf.deal(data.source, data.deal),
      expected: 0,
      events: [{ id: ledger.newId(), ...encode({ type: 'DealClosed', data }), meta }],
    }));
    // The same events once before, for their sealed bytes.
    const before = newLedger(folder);
    for (let at = 0; at < total; at += 1_000) await before.store.appendEach(pending.slice(at, at + 1_000));
    await before.close();
    const rows = eventRows(before.file);
    const raw = rawLog(join(folder, 'raw.db'), before.file);
    const block = <T>(of: readonly T[], pair: number) => of.slice(pair * appends, (pair + 1) * appends);
    const measured = await alternate(
      appendPairs,
      (pair) =>
        seconds(async () => {
          for (const append of block(pending, pair)) await ledger.store.append(append);
        }),
      (pair) =>
        seconds(() => {
          for (const row of block(rows, pair)) raw.insert([row]);
        }),
    );
    raw.close();
    await ledger.close();
    return throughput('durable append, one event each', appends, measured, 0.8);
  });
}

/** CSV file → checked, hashed, stored events. */
export async function bulkImport({ deals, pairs }: Sizes): Promise<Result> {
  return inFolder(async (folder) => {
    const file = join(folder, 'deals.csv');
    await writeExport(file, deals);
    const first = newLedger(folder);
    await importFile(first, folder, file);
    await first.close();
    const measured = await alternate(
      pairs,
      async () => {
        const ledger = newLedger(folder);
        const took = await seconds(() => importFile(ledger, folder, file));
        await ledger.close();
        return took;
      },
      async (pair) => {
        // Read here and let go of, so that our imports do not have to carry the reference's rows through their collections.
        const rows = eventRows(first.file);
        const raw = rawLog(join(folder, `raw-${pair}.db`), first.file);
        const took = await seconds(() => {
          for (const batch of batches(rows)) raw.insert(batch);
        });
        raw.close();
        return took;
      },
    );
    return throughput('bulk import', deals, measured, 0.4);
  });
}

/** As many events in a transaction as fit into one batch of the store's. */
function* batches(rows: readonly EventRow[]): Generator<readonly EventRow[]> {
  const { appendsPerBatch } = LIMITS;
  for (let at = 0; at < rows.length; at += appendsPerBatch) yield rows.slice(at, at + appendsPerBatch);
}

/** Every view from nothing, with the hash of every event checked and both builds compared. */
export async function rebuildAll({ deals, pairs }: Sizes): Promise<Result> {
  return inFolder(async (folder) => {
    const file = join(folder, 'deals.csv');
    await writeExport(file, deals);
    const ledger = newLedger(folder);
    await found(ledger, participantsOf(deals));
    await importFile(ledger, folder, file);
    await refresh(ledger);
    const { events, views } = await rebuild(ledger);
    if (!views.every(({ equal }) => equal)) throw new Error('a rebuilt view differs');
    const measured = await alternate(
      pairs,
      () => seconds(() => rebuild(ledger)),
      () =>
        seconds(() => {
          const scanned = scan(ledger.file, 1_000);
          if (scanned !== events) throw new Error(`${scanned} events scanned, ${events} folded`);
        }),
    );
    await ledger.close();
    return throughput('rebuild of all views', events, measured, 0.4);
  });
}

export function throughput(
  row: string,
  count: number,
  { ours, reference, ratio }: { readonly ours: number; readonly reference: number; readonly ratio: number },
  atLeast: number,
  unit = 'events/s',
): Result {
  return {
    row,
    ours: Math.round(count / ours),
    reference: Math.round(count / reference),
    unit,
    ratio: rounded(ratio),
    goal: `>= ${atLeast}`,
    met: ratio >= atLeast,
  };
}

export function rounded(value: number): number {
  return Number(value.toFixed(3));
}
