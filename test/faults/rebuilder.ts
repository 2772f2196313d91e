/**
 * Rebuilds the views of a ledger of boxes in small pages, and says `page <position>` after each: `rebuilder.ts <path> <hold>`. After
 * the page that ends at `hold` it waits to be killed.
 */
import { writeSync } from 'node:fs';
import { rebuildViews, systemClock } from '@ledger/kernel';
import { openLog, openViews } from '@ledger/store-sqlite';
import { boxes, decodeBox as decode, trail } from '../contracts/ledger.ts';

const [path = '', hold = ''] = process.argv.slice(2);
const store = openLog(path, { mode: 'open', clock: systemClock });
const views = openViews(`${path}.views`);
const onProgress = ({ position }: { readonly position: bigint }) => {
  writeSync(1, `page ${position}\n`);
  if (String(position) === hold) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
await rebuildViews({ store, views, projections: [boxes, trail], decode, pageSize: 20, onProgress });
writeSync(1, 'done\n');
await views.close();
await store.close();
