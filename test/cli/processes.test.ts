import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { cli, companyPlace, EXITS, HEADER, headOf, type Place, place, type Ran, refusal, widest } from './given.ts';

const root = join(import.meta.dirname, '../..');
const main = join(root, 'services/cli/main.ts');

function start(argv: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const clean = {
    ...process.env,
    NO_COLOR: undefined,
    FORCE_COLOR: undefined,
    LEDGER_AS: undefined,
    LEDGER_STORE: undefined,
  };
  return spawn(process.execPath, argv, { cwd: root, env: { ...clean, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function ended(child: ChildProcess): Promise<Ran> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  const code = await new Promise<number>((resolve) => child.once('close', (exit) => resolve(exit ?? -1)));
  return { code, out, err };
}

const run = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) => ended(start([main, ...argv], env));

test('what one place and language builds another one builds to the byte', async () => {
  const at = await companyPlace();
  const env = (zone: string, language: string) => ({
    ...{ LEDGER_STORE: at.file, LEDGER_AS: 'ops:olga', TZ: zone, LANG: language, LC_ALL: language },
  });
  const places = [env('Pacific/Kiritimati', 'tr_TR.UTF-8'), env('America/St_Johns', 'C')];
  const answers: unknown[] = [];
  for (const each of places) {
    rmSync(`${at.file}.views`, { force: true });
    const statement = await run(['statement', 'ada', '2026-Q1', '--json'], each);
    expect(statement).toMatchObject({ code: 0, err: '' });
    // The views were built here; the other place rebuilds them from nothing and compares.
    const other = places.find((one) => one !== each);
    const verified = await run(['verify', '--json'], other);
    expect(verified).toMatchObject({ code: 0, err: '' });
    answers.push([JSON.parse(statement.out), JSON.parse(verified.out)]);
  }
  expect(answers[0]).toEqual(answers[1]);
});

describe('as a process', () => {
  test('answers on out, refuses on err, with the exit code of the refusal', async () => {
    const at = await companyPlace();
    const env = { LEDGER_STORE: at.file, LEDGER_AS: 'ops:olga' };
    const [statement, json, wrong, usage, missing] = await Promise.all([
      run(['statement', 'ada', '2026-Q1'], env),
      run(['statement', 'ada', '2026-Q1', '--json'], env),
      run(['open', '2026-Q5'], env),
      run([]),
      run(['verify'], { LEDGER_STORE: join(at.folder, 'none.ledger') }),
    ]);
    expect(statement).toMatchObject({ code: 0, err: '' });
    expect(statement.out).toContain('USD 10,400.00');
    expect(JSON.parse(json.out)).toMatchObject({ state: 'open', asOf: '19', statement: { total: '10400.00' } });
    expect(refusal(wrong, EXITS.input)).toEqual(['field_invalid']);
    expect(usage).toMatchObject({ code: EXITS.usage, out: '' });
    expect(refusal(missing, EXITS.environment)).toEqual(['store_missing']);
  });

  // Only there is a device on which nothing can be written.
  test.runIf(existsSync('/dev/full'))('what cannot be printed is said, without a word of code', async () => {
    const at = await companyPlace();
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [main, '-f', at.file, 'statement', 'ada', '2026-Q1'], {
      ...{ cwd: root, env: { ...process.env, NO_COLOR: '1' }, stdio: ['ignore', full, 'pipe'] },
    });
    const ran = await ended(child);
    closeSync(full);
    expect(refusal(ran, EXITS.environment)).toEqual(['storage_full']);
    expect(ran.err).toMatch(/cannot be written \(ENOSPC\)/);
    expect(ran.err).not.toContain(' at ');
  });

  test('a reader that has seen enough, as `| head`, ends it quietly', async () => {
    const at = await companyPlace();
    const child = start([main, '-f', at.file, 'audit', 'participant', 'ada', '--all']);
    child.stdout?.destroy();
    const { code, err } = await ended(child);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  test('two at once import the same file: each deal is recorded once', async () => {
    const at = await companyPlace();
    const rows = Array.from({ length: 3_000 }, (_, row) => `E-${row},ada,${row}.50,USD,2026-02-0${1 + (row % 9)}`);
    const argv = [
      '-f',
      at.file,
      '--as',
      'ops:olga',
      'import',
      'deals',
      at.write('e.csv', `${HEADER}${rows.join('\n')}\n`),
      '--json',
    ];
    const before = Number(await at.head());
    const both = await Promise.all([run(argv), run(argv)]);
    expect(both.map(({ code, err }) => ({ code, err }))).toEqual([
      { code: 0, err: '' },
      { code: 0, err: '' },
    ]);
    const reports = both.map(({ out }) => JSON.parse(out));
    expect(reports.reduce((sum, { closed }) => sum + closed, 0)).toBe(3_000);
    expect(reports.reduce((sum, { unchanged }) => sum + unchanged, 0)).toBe(3_000);
    expect(Number(await at.head())).toBe(before + 3_000);
    expect(await cli(['-f', at.file, 'verify'])).toMatchObject({ code: 0 });
  });

  test('four at once decide the same request: one does', async () => {
    const at = await companyPlace();
    await at.at('2026-04-02T08:00:00Z', 'manager:mo', 'split csv.D-2 ada=70% ben=30% --reason x --evidence y');
    const decided = ['-f', at.file, '--at', '2026-04-02T09:00:00Z', 'approve', 'split/csv.D-2/split-1'];
    const argv = (who: string) => [...decided, '--as', `finance:${who}`];
    const all = await Promise.all(['fred', 'fay', 'finn', 'flo'].map((who) => run(argv(who))));
    expect(all.map(({ code }) => code).sort()).toEqual([0, EXITS.conflict, EXITS.conflict, EXITS.conflict]);
    expect(Number(await at.head())).toBe(21);
  });
});

/** A copy of the ledger's file in which one thing was changed. */
function damaged(at: Place, change: (bytes: Buffer) => Buffer): string {
  const file = join(at.folder, 'damaged.ledger');
  writeFileSync(file, change(readFileSync(at.file)));
  return file;
}

const READS = [
  ['statement', 'ada', '2026-Q1'],
  ['attainment', '2026-Q1'],
  ['deals', 'ada'],
  ['requests'],
  ['audit', 'deal', 'csv.D-1'],
  ['explain', 'ada', '2026-Q1', 'csv.D-1'],
  ['rebuild'],
  ['verify'],
];

describe('a ledger file that is none, or no more', () => {
  test.each<[what: string, make: (path: string) => void, exit: number, code: string]>([
    ['is not there', () => undefined, EXITS.environment, 'store_missing'],
    ['is a folder', (path) => mkdirSync(path), EXITS.environment, 'store_missing'],
    ['is a text', (path) => writeFileSync(path, HEADER.repeat(100)), EXITS.integrity, 'store_foreign'],
    ['is empty', (path) => writeFileSync(path, ''), EXITS.integrity, 'store_foreign'],
    ['leads nowhere', (path) => symlinkSync('nowhere', path), EXITS.environment, 'store_missing'],
  ])('%s', async (_what, make, exit, code) => {
    const at = place();
    make(at.file);
    for (const argv of [...READS, ['--as', 'ops:olga', 'open', '2026-Q1']]) {
      expect(refusal(await cli(['-f', at.file, ...argv]), exit)).toEqual([code]);
    }
  });

  test('the views of a ledger are not a ledger', async () => {
    const at = await companyPlace();
    expect(refusal(await cli(['-f', `${at.file}.views`, 'verify']), EXITS.integrity)).toEqual(['store_foreign']);
  });

  test('a changed digit in an amount: verify says which event, and nothing is answered from it', async () => {
    const at = await companyPlace();
    const file = damaged(at, (bytes) => {
      bytes[bytes.indexOf('80000.00')] = 0x39;
      return bytes;
    });
    const verified = await cli(['-f', file, 'verify']);
    expect(refusal(verified, EXITS.integrity)).toEqual(['chain_broken']);
    expect(verified.err).toMatch(/Event 16 \(deal-csv\.D-1/);
    for (const argv of READS) {
      const ran = await cli(['-f', file, ...argv]);
      expect(ran, argv.join(' ')).toMatchObject({ code: EXITS.integrity, out: '' });
      refusal(ran, EXITS.integrity);
    }
    refusal(
      await cli(['-f', file, '--as', 'ops:olga', 'import', 'deals', join(at.folder, 'deals.csv')]),
      EXITS.integrity,
    );
    expect(await headOf(file)).toBe('19');
  });

  test('a flipped bit anywhere in what was recorded is found, or changes nothing that anybody is told', async () => {
    const at = await companyPlace();
    const whole = await cli(['-f', at.file, 'verify', '--json']);
    const clean = readFileSync(at.file);
    let found = 0;
    for (let round = 0; round < 60; round++) {
      const at0 = (round * 7919 + 13) % clean.length;
      const file = damaged(at, (bytes) => {
        bytes[at0] = (bytes[at0] ?? 0) ^ (1 << (round % 8));
        return bytes;
      });
      for (const suffix of ['-wal', '-shm', '.views', '.people']) rmSync(`${file}${suffix}`, { force: true });
      const ran = await cli(['-f', file, 'verify', '--json']);
      if (ran.code === 0) expect(ran.out).toBe(whole.out);
      else {
        found += 1;
        expect([EXITS.integrity, EXITS.environment], ran.err).toContain(ran.code);
        refusal(ran, ran.code);
      }
    }
    expect(found).toBeGreaterThan(5);
  });

  test('half a file', async () => {
    const at = await companyPlace();
    truncateSync(at.file, Math.floor(readFileSync(at.file).length / 2));
    for (const argv of READS) refusal(await cli(['-f', at.file, ...argv]), EXITS.integrity);
  });

  test('views that are garbage, or of another ledger, are built again', async () => {
    const at = await companyPlace();
    const expected = await cli(['-f', at.file, 'statement', 'ada', '2026-Q1', '--json']);
    writeFileSync(`${at.file}.views`, 'garbage '.repeat(1000));
    expect(await cli(['-f', at.file, 'statement', 'ada', '2026-Q1', '--json'])).toEqual(expected);

    const other = place();
    copyFileSync(`${at.file}.views`, `${other.file}.views`);
    await cli(['-f', other.file, 'init', '--ledger', 'other']);
    expect(await cli(['-f', other.file, 'requests'])).toEqual({
      code: 0,
      err: '',
      out: 'Nothing waits for a decision.\n',
    });
  });

  test('a link to a ledger has the names and the views of the ledger', async () => {
    const at = await companyPlace();
    const link = `${at.file}.link`;
    symlinkSync(at.file, link);
    const statement = ['statement', 'ada', '2026-Q1', '--json'];
    expect(await cli(['-f', link, ...statement])).toEqual(await cli(['-f', at.file, ...statement]));
    const file = at.write('zoe.yaml', 'participants: [{ id: zoe, name: Zoë Ek, starts: 2026-01-01, currency: USD }]');
    await cli(['-f', link, '--as', 'ops:olga', 'define', file]);
    expect((await cli(['-f', at.file, 'show', 'people', 'zoe'])).out).toContain('Zoë Ek');
    expect(['views', 'people'].filter((of) => existsSync(`${link}.${of}`))).toEqual([]);
  });

  test('a file that may only be read says what right is missing', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'rights do not bind root');
    const at = await companyPlace();
    chmodSync(at.file, 0o444);
    expect(refusal(await cli(['-f', at.file, '--as', 'ops:olga', 'open', '2026-Q2']), EXITS.environment)).toEqual([
      'store_read_only',
    ]);
  });
});

describe('the demo', () => {
  test('tells the same story every time, in 80 columns, with and without colour, and leaves a ledger behind', async () => {
    const at = place();
    const file = join(at.folder, 'demo.ledger');
    const demo = join(root, 'services/cli/demo/demo.ts');
    const plain = await ended(start([demo, file]));
    const coloured = await ended(start([demo, file], { FORCE_COLOR: '1' }));
    expect(plain).toMatchObject({ code: 0, err: '' });
    expect(coloured).toMatchObject({ code: 0, err: '' });
    expect(coloured.out).not.toBe(plain.out);
    expect(stripVTControlCharacters(coloured.out)).toBe(plain.out);
    // A command that is there to be copied stays in one piece.
    expect(widest(plain.out.replace(/^ +ledger .*$/gm, ''))).toBeLessThanOrEqual(80);
    for (const says of ['FROZEN 2026-Q1', 'byte for\nbyte', 'split exception split-1', 'Parental leave', 'whole:'])
      expect(plain.out).toContain(says);
    expect(plain.out).not.toContain('DIFFERENT');
    expect(plain.out).not.toContain('undefined');
    expect(plain.out).not.toMatch(/\bNaN\b/);

    const verified = await cli(['-f', file, 'verify']);
    expect(verified).toMatchObject({ code: 0, err: '' });
    expect(verified.out).toContain(/has the digest\n +([0-9a-f]{64})/.exec(plain.out)?.[1]);
    expect(await cli(['-f', file, 'statement', 'ema', '2026-Q2'])).toMatchObject({ code: 0 });
    expect(await cli(['-f', file, 'statement', 'ben', '2026-Q1', '--as-of', '2026-04-02T08:30:00Z'])).toMatchObject({
      code: 0,
    });
  }, 90_000);
});
