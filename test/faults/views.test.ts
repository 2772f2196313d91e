import { join } from 'node:path';
import { rebuildViews, runViews, systemClock } from '@ledger/kernel';
import { openLog, openViews } from '@ledger/store-sqlite';
import { expect, test } from 'vitest';
import { boxes, boxWriter, decodeBox as decode, put, trail } from '../contracts/ledger.ts';
import { scratch } from '../store/scratch.ts';
import { start } from './child.ts';

test('a rebuild that is killed half-way leaves the live views whole, and the next one starts anew', async () => {
  const path = join(scratch(), 'test.ledger');
  const store = openLog(path, { mode: 'create', ledger: 'test', clock: systemClock, allowLazyFsync: true });
  await boxWriter(store)(Array.from({ length: 400 }, (_, n) => put(`box ${n % 37}`, n)));
  const views = openViews(`${path}.views`);
  const projections = [boxes, trail];
  await runViews({ store, views, projections, decode });
  const digests = await Promise.all(projections.map((view) => views.digest(view)));
  for (const position of [20, 200, 400]) {
    const child = start('rebuilder.ts', path, position);
    await child.until((line) => line === `page ${position}`);
    child.kill();
    expect(await child.ended).toBe('SIGKILL');
    expect(await Promise.all(projections.map((view) => views.digest(view)))).toEqual(digests);
    expect((await views.state(boxes, 'live')).checkpoint).toBe(400n);
    expect(await views.list(boxes, 'box ')).toHaveLength(37);
  }
  const child = start('rebuilder.ts', path);
  expect(await child.ended).toBe(0);
  expect(child.lines.at(-1)).toBe('done');
  expect(await Promise.all(projections.map((view) => views.digest(view)))).toEqual(digests);
  const { views: rebuilt } = await rebuildViews({ store, views, projections, decode });
  expect(rebuilt.map(({ after, promoted }) => [after, promoted])).toEqual(digests.map((digest) => [digest, true]));
  await Promise.all([views.close(), store.close()]);
});
