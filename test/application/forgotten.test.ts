import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  approve,
  decline,
  forgetAgain,
  handover,
  handoverPage,
  recordOnParticipant,
  registerPrincipal,
  requestErasure,
  statementOf,
  verify,
} from '@ledger/application';
import { isProblem } from '@ledger/kernel';
import { openDirectory } from '@ledger/store-sqlite';
import { expect, test } from 'vitest';
import {
  DEFINITIONS,
  defineText,
  FINANCE,
  freeze,
  importRows,
  type Made,
  makeCompany,
  OPS,
  sound,
} from '../support/company.ts';

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

// promises.md, P32, by the door that people have for it.
test('P32: somebody is forgotten by a decision of two, which is recorded without the name, and no file names them again', async () => {
  const made = await paid();
  const { ledger, folder } = made;
  const ADMIN = { actor: { id: 'adam', role: 'admin' } };
  const ask = { person: 'ada', keptUntil: '2033-04-15', reason: 'She asked for it.', evidence: ['Letter'] };
  const codeOf = (answer: unknown) => (isProblem(answer) ? answer.code : 'done');
  const request = (more: object = {}, by = ADMIN) => requestErasure(ledger, { ...ask, ...more }, by);
  expect(codeOf(await request())).toBe('person_active');
  const leaves = { type: 'OffboardParticipant', participant: 'ada', endsOn: '2026-07-01', reason: 'Left' } as const;
  sound(await recordOnParticipant(ledger, leaves, OPS));
  expect(codeOf(await request())).toBe('person_active');
  made.at('2033-04-14T09:00:00Z');
  expect(codeOf(await request())).toBe('retention_running');
  made.at('2033-04-15T09:00:00Z');
  expect(codeOf(await request({}, OPS))).toBe('role_forbidden');
  expect(codeOf(await request({ person: 'zoe' }))).toBe('not_found');
  expect(codeOf(await request({ reason: ' ' }))).toBe('reason_required');
  sound(await request());
  expect(sound(await request()).events).toEqual([]);
  expect(codeOf(await request({ keptUntil: '2033-01-01' }))).toBe('already_exists');
  const name = 'erasure/ada';
  expect(codeOf(await approve(ledger, name, ADMIN))).toBe('role_forbidden');
  expect(codeOf(await approve(ledger, name, { actor: { id: 'adam', role: 'finance' } }))).toBe('own_request');
  expect(codeOf(await approve(ledger, name, { actor: { id: 'ada', role: 'finance' } }))).toBe('approver_excluded');
  expect(await ledger.directory.get('ada')).toMatchObject({ name: 'Ada Berg' });
  const digestOf = async () => sound(await statementOf(ledger, { participant: 'ada', period: '2026-Q1' })).digest;
  const before = await digestOf();
  sound(await approve(ledger, name, FINANCE));
  expect(holds(folder, 'Ada Berg')).toEqual([]);
  expect(await digestOf()).toBe(before);
  expect((await ledger.store.read('person-ada')).map(({ type }) => type)).toEqual([
    'ErasureRequested',
    'PersonForgotten',
  ]);
  sound(await verify(ledger));
  // Nothing brings it back but a backup, and then it is forgotten again.
  await defineText(ledger, DEFINITIONS);
  expect(await ledger.directory.get('ada')).toBeUndefined();
  expect(codeOf(await request())).toBe('already_decided');
  await ledger.directory.put([{ id: 'ada', name: 'Ada Berg', email: null }]);
  expect(codeOf(await approve(ledger, name, FINANCE))).toBe('already_decided');
  expect(await ledger.directory.get('ada')).toBeUndefined();
  await ledger.directory.put([{ id: 'ada', name: 'Ada Berg', email: null }]);
  expect(codeOf(await forgetAgain(ledger, OPS))).toBe('role_forbidden');
  expect(await forgetAgain(ledger, ADMIN)).toEqual({ people: ['ada'] });
  expect(holds(folder, 'Ada Berg')).toEqual([]);
});

test('a request that somebody be forgotten may be declined, and the name stays', async () => {
  const made = await paid();
  const { ledger } = made;
  sound(
    await registerPrincipal(
      ledger,
      { principal: 'crm', identity: null, name: 'The CRM' },
      { actor: { id: 'adam', role: 'admin' } },
    ),
  );
  const ask = { person: 'crm', keptUntil: '2026-01-01', reason: 'Gone', evidence: [] };
  sound(await requestErasure(ledger, ask, { actor: { id: 'adam', role: 'admin' } }));
  sound(await decline(ledger, 'erasure/crm', 'Still needed', FINANCE));
  expect(await ledger.directory.get('crm')).toMatchObject({ name: 'The CRM' });
  sound(await requestErasure(ledger, ask, { actor: { id: 'adam', role: 'admin' } }));
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
