import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemDocument } from '@ledger/api';
import { parseInstant, seededRandom, ulidFactory } from '@ledger/kernel';
import { openDirectory, openLog, openViews } from '@ledger/store-sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Answered, type Api, makeApi } from '../api/given.ts';
import { cli, companyPlace, EXITS, HEADER, headOf, type Place, place, type Ran, refusal } from '../cli/given.ts';
import { type Command, METRIC, type Slot, type Words, WRITES } from './told-commands.ts';
import { READS } from './told-reads.ts';
import { WRONG } from './wrong-words.ts';

const COMMANDS: Readonly<Record<string, Command>> = { ...WRITES, ...READS };

const NOW = '2026-07-03T08:00:00Z';

/** A company with a frozen quarter, one that can be frozen, and something of everything that is decided about them. */
let company: string | undefined;
/** Words that a ledger makes itself. */
const made: Record<string, string> = {};

async function done(at: Place, instant: string, as: string, line: string): Promise<string> {
  const ran = await at.at(instant, as, line);
  expect(ran, `${as}: ${line}`).toMatchObject({ code: 0, err: '' });
  return ran.out;
}

async function founded(): Promise<string> {
  const at = await companyPlace();
  const april = (as: string, line: string) => done(at, '2026-04-02T08:00:00Z', as, line);
  const june = (as: string, line: string) => done(at, '2026-06-30T08:00:00Z', as, line);
  await april('ops:olga', "freeze 2026-Q1 --despite 'A house deal'");
  await april('finance:fred', 'approve freeze/2026-Q1');
  await april('ops:olga', 'open 2026-Q2');
  await april(
    'manager:mo',
    'relief ben bookings 2026 --kind leave --from 2026-05-01 --to 2026-05-08 --reason x --evidence y',
  );
  const hold = { exception: 'hold', name: 'h1', participant: 'ada', from: '2026-04-01', scope: 'All' };
  const why = { reason: 'Audit', evidence: ['mail'] };
  await april('ops:olga', `define ${at.write('hold.json', JSON.stringify({ ...hold, ...why }))}`);
  await april('finance:fred', 'approve exception/ada.h1');
  await april('rep:ada', 'query open ada 2026-Q1 csv.D-2 --says Why');
  await april('rep:ada', 'query open ada 2026-Q1 total --says Why');
  await april('finance:fred', "query resolve ada.2 --reason 'It is right'");
  const late = at.write('late.csv', `${HEADER}D-2,ada,30000.00,USD,2026-02-10\nD-5,ada,20000.00,USD,2026-05-20\n`);
  await april('ops:olga', `import deals ${late}`);
  const file = at.write('large.yaml', METRIC);
  const kept = await june('ops:olga', `--json replay 2026-Q1 --with ${file} --record large --note Test`);
  const trail = await june('finance:fred', '--json audit deal csv.D-2');
  await june('manager:mo', 'split csv.D-2 ada=70% ben=30% --reason x --evidence y');
  const waiting = await june('finance:fred', '--json requests split/csv.D-2/split-1');
  made.LARGE = JSON.parse(kept).answer.digest;
  made.HASH = /"hash":"([0-9a-f]{64})"/.exec(waiting)?.[1] ?? '';
  made.LATE = JSON.parse(trail).events.at(-1).id;
  made.END = await at.head();
  const folder = mkdtempSync(join(tmpdir(), 'ledger-words-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  copyTo(folder, at.folder);
  return folder;
}

function copyTo(folder: string, from: string): void {
  for (const name of ['test.ledger', 'test.ledger.views', 'test.ledger.people']) {
    copyFileSync(join(from, name), join(folder, name));
  }
}

/** A copy of the company that a test may write to; `first`: what is given before it. */
async function copied({ first = [] }: Command): Promise<Place> {
  company ??= await founded();
  const mine = place();
  copyTo(mine.folder, company);
  for (const [as, line] of first) await done(mine, NOW, as, line.replace('FOLDER', mine.folder));
  return mine;
}

async function serving({ file, folder }: Place): Promise<Api> {
  const clock = () => parseInstant(NOW) ?? 0n;
  const store = openLog(file, { mode: 'open', clock });
  const views = openViews(`${file}.views`, { log: store.uid });
  const directory = openDirectory(`${file}.people`);
  onTestFinished(async () => {
    await Promise.all([store.close(), views.close(), directory.close()]);
  });
  const ledger = { store, views, directory, clock, newId: ulidFactory(clock, seededRandom(7)) };
  return makeApi({ made: { ledger, folder, at: () => undefined } });
}

function given(at: Place, { as, argv }: Command, words: Words): Promise<Ran> {
  return cli(['--file', at.file, '--at', NOW, '--as', as, ...argv(words, at.write)]);
}

function sent(api: Api, { as }: Command, { method, path, body, raw }: ReturnType<NonNullable<Command['http']>>) {
  if (raw === undefined) return api.call(method, path, { as, ...(body === undefined ? {} : { body }) });
  const type = path === '/v1/payments' ? 'text/csv' : 'application/json';
  return api.call(method, path, { as, raw, headers: { 'content-type': type } });
}

const filled = (good: Words): Words =>
  Object.fromEntries(Object.entries(good).map(([slot, word]) => [slot, made[word] ?? word]));

/** A sentence of a bounded length that says what to do instead. */
function saysWhatToDo(what: string, says: string): void {
  expect([what, says]).toEqual([what, expect.stringMatching(/;|: |must|may hold|so there is nothing/)]);
  expect(says.length, what).toBeLessThan(3_000);
}

function refusedOverHttp(what: string, answer: Answered): string {
  expect([what, answer.status, answer.text]).toEqual([
    what,
    expect.toSatisfy((status) => status >= 400 && status < 500),
    answer.text,
  ]);
  const { code, detail, errors } = problemDocument.parse(answer.body);
  saysWhatToDo(`${what}, over HTTP`, detail);
  return code === 'csv_rows_invalid' ? (errors?.[0]?.code ?? code) : code;
}

describe.each(Object.entries(COMMANDS))('%s', (_name, command) => {
  const { good, http, reads } = command;

  test('does what it says with good words, and the same again writes nothing', async () => {
    const mine = await copied(command);
    const start = await mine.head();
    const ran = await given(mine, command, filled(good));
    expect(ran).toMatchObject({ code: 0, err: '' });
    const end = await mine.head();
    if (reads === true) expect(end).toBe(start);
    else expect(Number(end)).toBeGreaterThan(Number(start));
    const again = await given(mine, command, filled(good));
    if (again.code !== 0) expect(refusal(again, EXITS.conflict)).toEqual(['already_decided']);
    expect(await mine.head()).toBe(end);
    if (http === undefined || command.isSlow === true) return;
    const api = await serving(await copied(command));
    const position = () => api.ledger.store.head();
    const before = await position();
    const answer = await sent(api, command, http(filled(good)));
    expect([answer.status, answer.text]).toEqual([reads === true ? 200 : 201, answer.text]);
    const after = await position();
    expect(after > before).toBe(reads !== true);
    await sent(api, command, http(filled(good)));
    expect(await position()).toBe(after);
  });

  test('refuses what is none of what it is given, with a code and what to do, and writes nothing', async () => {
    const mine = await copied(command);
    const before = await mine.head();
    const api = await serving(mine);
    for (const slot of Object.keys(good) as Slot[]) {
      for (const [what, [word, codes]] of Object.entries(WRONG[slot])) {
        const words = { ...filled(good), [slot]: word };
        const row = `${slot} ${what}`;
        const ran = await given(mine, command, words);
        expect([EXITS.usage, EXITS.input, EXITS.forbidden, EXITS.conflict], `${row}: ${ran.out}`).toContain(ran.code);
        const [code = ''] = refusal(ran, ran.code);
        expect(codes, `${row}: ${ran.err.slice(0, 300)}`).toContain(code);
        saysWhatToDo(row, ran.err);
        expect(await headOf(mine.file), row).toBe(before);
        if (http === undefined) continue;
        const answer = await sent(api, command, http(words));
        expect(codes, `${row}, over HTTP: ${answer.text.slice(0, 300)}`).toContain(refusedOverHttp(row, answer));
        expect(String(await api.ledger.store.head()), `${row}, over HTTP`).toBe(before);
      }
    }
  });
});

/** What would be right of somebody else, at another time, or of another thing. */
const OTHERWISE: readonly (readonly [command: string, as: string, words: Words, code: string])[] = [
  ['freeze', 'ops:olga', { period: '2026-Q1' }, 'period_frozen'],
  ['freeze', 'ops:olga', { period: '2026-Q3' }, 'period_unknown'],
  ['freeze', 'finance:fred', {}, 'role_forbidden'],
  ['reopen', 'finance:cora', { period: '2026-Q2' }, 'period_not_frozen'],
  ['reopen', 'ops:olga', {}, 'role_forbidden'],
  ['adjustment', 'finance:fred', {}, 'role_forbidden'],
  ['split', 'auditor:ann', {}, 'role_forbidden'],
  ['pay run', 'finance:fred', { period: '2026-Q2' }, 'period_not_frozen'],
  ['pay run', 'finance:olga', {}, 'own_request'],
  ['pay run', 'finance:ada', {}, 'own_pay'],
  ['apply', 'ops:olga', { digest: 'HASH' }, 'approval_stale'],
  ['apply', 'finance:fred', {}, 'role_forbidden'],
  ['approve', 'finance:mo', {}, 'own_request'],
  ['approve', 'finance:ada', {}, 'own_pay'],
  ['approve', 'finance:ben', {}, 'own_pay'],
  ['approve', 'admin:adam', {}, 'role_forbidden'],
  ['approve', 'finance:fred', { digest: 'LARGE' }, 'approval_stale'],
  ['decline', 'finance:mo', {}, 'own_request'],
  ['decline', 'finance:fred', { request: 'relief/ben.bookings.2026/relief-1' }, 'request_expired'],
  ['decline', 'finance:fred', { request: 'freeze/2026-Q1' }, 'already_decided'],
  ['revoke', 'finance:olga', {}, 'own_request'],
  ['revoke', 'finance:ada', {}, 'own_pay'],
  ['revoke', 'finance:fred', { request: 'split/csv.D-2/split-1' }, 'not_found'],
  ['query open', 'ops:olga', {}, 'role_forbidden'],
  ['query open', 'rep:ben', { period: '2026-Q3' }, 'period_unknown'],
  ['query resolve', 'ops:olga', { query: 'ada.2' }, 'query_closed'],
  ['query withdraw', 'rep:ada', { query: 'ada.2' }, 'query_closed'],
  ['query reopen', 'rep:ada', { query: 'ada.1' }, 'nothing_to_record'],
  ['query resolve by', 'finance:fred', { request: '3' }, 'correction_invalid'],
  ['query resolve by', 'finance:fred', { request: 'split/csv.D-2/split-1' }, 'not_found'],
  ['payments', 'finance:fred', { amount: '10400.01' }, 'payment_unequal'],
  ['payments', 'ops:olga', {}, 'role_forbidden'],
  ['approval rules', 'finance:fred', {}, 'role_forbidden'],
  ['diff of freezes', 'finance:fred', { period: '2026-Q2' }, 'period_not_frozen'],
];

test.each(OTHERWISE)('%s by %s with %j is refused as %s by both doors', async (name, as, words, code) => {
  const command = { ...(COMMANDS[name] as Command), as };
  const mine = await copied(command);
  const before = await mine.head();
  const all = filled({ ...command.good, ...words });
  const ran = await given(mine, command, all);
  expect(refusal(ran, ran.code)[0], ran.err).toBe(code);
  expect(await mine.head()).toBe(before);
  if (command.http === undefined) return;
  const api = await serving(mine);
  expect(refusedOverHttp(name, await sent(api, command, command.http(all)))).toBe(code);
  expect(String(await api.ledger.store.head())).toBe(before);
});
