import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { handover, handoverPage, statementOf, verify } from '@ledger/application';
import { openDirectory } from '@ledger/store-sqlite';
import { expect, test } from 'vitest';
import { freeze, importRows, type Made, makeCompany, sound } from '../support/company.ts';

/** Every file of a ledger that is open, and what else was made of it. */
function holds(folder: string, text: string): readonly string[] {
  return readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(text));
}

async function paid(): Promise<Made> {
  const made = await makeCompany();
  made.at('2026-04-02T09:00:00Z');
  sound(await importRows(made, ['D-1,ada,120000.00,USD,2026-02-10', 'D-2,ben,1000.00,USD,2026-02-11']));
  await freeze(made.ledger, '2026-Q1');
  return made;
}

// promises.md, P32.
test('somebody who was paid and is forgotten is in no file any more; what was paid, its digest and that of the log stay', async () => {
  const made = await paid();
  const { ledger, folder } = made;
  // A second process, as a server beside the command line.
  const beside = openDirectory(join(folder, 'test.ledger.people'));
  expect(await beside.get('ada')).toMatchObject({ name: 'Ada Berg' });
  const of = async () => {
    const { digest, statement } = sound(await statementOf(ledger, { participant: 'ada', period: '2026-Q1' }));
    return { digest, statement, log: sound(await verify(ledger)).digest };
  };
  const before = await of();
  // 100,000 at 8 %, 20,000 at 12 %.
  expect(before).toMatchObject({ statement: { total: '10400.00' }, digest: expect.any(String) });
  expect(holds(folder, 'Ada Berg')).not.toEqual([]);

  await ledger.directory.forget('ada');
  expect(holds(folder, 'Ada Berg')).toEqual([]);
  expect(await beside.get('ada')).toBeUndefined();
  expect(await of()).toEqual(before);
  const pack = sound(await handover(ledger, {}));
  // What is printed cannot forget: it has ids alone, of everybody.
  for (const name of ['Ada Berg', 'Ben Osei']) expect(JSON.stringify(pack) + handoverPage(pack)).not.toContain(name);
  await beside.close();
});

test('while somebody reads, forgetting says that the bytes are still there; given again, they go', async () => {
  const { ledger, folder } = await paid();
  const reader = new DatabaseSync(join(folder, 'test.ledger.people'));
  reader.exec('BEGIN; SELECT * FROM people');
  await expect(ledger.directory.forget('ada')).rejects.toMatchObject({ problem: { code: 'store_busy' } });
  expect(await ledger.directory.get('ada')).toBeUndefined();
  reader.exec('COMMIT');
  reader.close();
  await ledger.directory.forget('ada');
  expect(holds(folder, 'Ada Berg')).toEqual([]);
}, 20_000);
