import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '@ledger/kernel';
import { openLedger } from '@ledger/wiring';
import { expect, onTestFinished, test } from 'vitest';
import { foundCompany, temporaryFolder } from '../support/company.ts';
import { codeOf, makeApi } from './given.ts';

const DEAL = { source: 'crm', deal: 'D-9', amount: '1.00', currency: 'USD', closedOn: '2026-02-03', owner: 'ada' };

// promises.md, P18; on a cluster: test/eventstoredb/away.test.ts.
test('P18: while another process holds the file, writes are refused within two seconds and reads go on, as fresh as ever', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'held.ledger');
  const create = { ledger: 'held', demo: true };
  const ledger = await openLedger(file, { clock: systemClock, create, busyMs: 1_700 });
  onTestFinished(() => ledger.close());
  await foundCompany(ledger);
  const api = await makeApi({ made: { ledger, folder, at: () => undefined } });
  const head = String(await ledger.store.head());
  const other = new DatabaseSync(file);
  onTestFinished(() => other.close());
  other.exec('BEGIN EXCLUSIVE');
  const headers = { 'idempotency-key': 'once' };
  const write = () => api.call('POST', '/v1/deals', { as: 'ops:olga', body: DEAL, headers });
  const began = performance.now();
  let isOver = false;
  const refused = write().finally(() => {
    isOver = true;
  });
  for (let reads = 0; reads < 5; reads += 1) {
    const read = await api.call('GET', '/v1/periods/2026-Q1/statements/ada', { as: 'rep:ada' });
    expect([read.status, read.headers.get('ledger-position'), read.headers.get('ledger-stale')]).toEqual([
      200,
      head,
      null,
    ]);
    // Whoever waits to write keeps nobody from reading.
    expect(isOver).toBe(false);
  }
  expect(codeOf(await refused)).toBe('503 store_busy');
  // 1.7 s; the rest is for a machine that does other things as well.
  expect(performance.now() - began).toBeLessThan(3_500);
  other.exec('ROLLBACK');
  expect(await write()).toMatchObject({ status: 201, body: { repeated: false } });
  expect(await write()).toMatchObject({ body: { repeated: true } });
  expect(await ledger.store.read('deal-crm.D-9')).toHaveLength(1);
});
