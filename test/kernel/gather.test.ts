import { join } from 'node:path';
import { type Append, type EventStore, gathering, ulidFactory } from '@ledger/kernel';
import { openLog } from '@ledger/store-sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/company.ts';

const clock = () => 1_767_603_600_000_000n;

function given() {
  const newId = ulidFactory(clock);
  const log = openLog(join(temporaryFolder(), 'test.ledger'), { mode: 'create', ledger: 'test', clock });
  onTestFinished(() => log.close());
  const batches: number[] = [];
  const counted: EventStore = {
    ...log,
    appendEach(appends) {
      batches.push(appends.length);
      return log.appendEach(appends);
    },
  };
  const append = (stream: string, id = newId(), expected = 0): Append => ({
    stream,
    expected,
    events: [
      {
        id,
        type: 'Noted',
        version: 1,
        data: '{}',
        meta: {
          actor: { id: 'olga', role: 'ops' },
          commandId: 'c',
          commandHash: '0'.repeat(64),
          correlationId: 'c',
          causationId: null,
        },
      },
    ],
  });
  return { store: gathering(counted), batches, append };
}

test('appends of one turn are one batch, each with its own answer', async () => {
  const { store, batches, append } = given();
  const answers = await Promise.all([
    store.append(append('deal-1')),
    store.append(append('deal-2')),
    store.append(append('deal-1')),
    store.appendEach([append('deal-3'), append('deal-4')]),
  ]);
  expect(batches).toEqual([5]);
  expect(answers.flat().map(({ ok }) => ok)).toEqual([true, true, false, true, true]);
});

test('an append that is refused refuses none of the others', async () => {
  const { store, append } = given();
  const id = '01KE6V2Q0000000000000000AA';
  await store.append(append('deal-1', id));
  const settled = await Promise.allSettled([
    store.append(append('deal-2')),
    store.append(append('deal-3', id)),
    store.append(append('no stream')),
    store.append(append('deal-4')),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(await store.read('deal-4')).toHaveLength(1);
});
