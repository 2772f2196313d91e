import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { seededRandom } from '@ledger/kernel';
import { describe, expect, test } from 'vitest';
import { cli, companyPlace, EXITS, HEADER, headOf, type Place, refusal, WHEN } from '../cli/given.ts';

const MAIN = resolve(import.meta.dirname, '../../services/cli/main.ts');
/** Several pages of a copy. */
const MANY = 2_200;

/** A company with a frozen quarter, and more deals after it than are copied at once. */
async function grown(): Promise<Place> {
  const at = await companyPlace();
  const row = (n: number) => `E-${n},${n % 2 === 0 ? 'ada' : 'ben'},${100 + n}.00,USD,2026-0${4 + (n % 3)}-1${n % 10}`;
  const rows = Array.from({ length: MANY }, (_, n) => row(n));
  const lines = [
    ['ops:olga', "freeze 2026-Q1 --despite 'A house deal'"],
    ['finance:fred', 'approve freeze/2026-Q1'],
    ['ops:olga', 'open 2026-Q2'],
    ['ops:olga', `import deals ${at.write('more.csv', `${HEADER}${rows.join('\n')}\n`)}`],
  ] as const;
  for (const [as, line] of lines) expect(await at.at(WHEN, as, line)).toMatchObject({ code: 0 });
  return at;
}

const copy = (from: string, to: string) => cli(['copy', '--json', '--from', from, '--to', to]);

/** What a ledger answers: the digest of its log, that its views are what a rebuild makes, and what it pays. */
async function answersOf(file: string): Promise<readonly unknown[]> {
  const lines = ['verify', 'statement ada 2026-Q1', 'statement ada 2026-Q2', 'statement ben 2026-Q2', 'replay 2026-Q1'];
  const answers: unknown[] = [];
  for (const line of lines) {
    const ran = await cli(['--json', '--file', file, '--at', WHEN, '--as', 'ops:olga', ...line.split(' ')]);
    expect(ran).toMatchObject({ code: 0, err: '' });
    answers.push(JSON.parse(ran.out));
  }
  return answers;
}

/** Bytes of a ledger, with what is not yet in its file. */
const sizeOf = (file: string) =>
  [file, `${file}-wal`].reduce((sum, name) => sum + (statSync(name, { throwIfNoEntry: false })?.size ?? 0), 0);

/** Copies in a process of its own, which is killed when it has written so much more. Answers whether it was. */
async function killedAfter(bytes: number, from: string, to: string): Promise<boolean> {
  const until = sizeOf(to) + bytes;
  const child = spawn(process.execPath, [MAIN, 'copy', '--from', from, '--to', to], { stdio: 'ignore' });
  const watch = setInterval(() => sizeOf(to) >= until && child.kill('SIGKILL'), 1);
  const code = await new Promise<number | null>((done) => child.on('exit', done));
  clearInterval(watch);
  return code === null;
}

// promises.md, P30.
describe('a copy', () => {
  test('that is killed at any moment goes on, and in the end answers as what it was made from', async () => {
    const at = await grown();
    const head = await headOf(at.file);
    const random = seededRandom(20260105);
    let to = '';
    let found: number[] = [];
    // On its way, not before it or after it alone: a quick machine is through before it is seen that it began.
    const isOnItsWay = (each: number) => each > 0 && each < Number(head);
    for (let copies = 0; copies < 10 && !found.some(isOnItsWay); copies += 1) {
      to = join(at.folder, `copy-${copies}.ledger`);
      found = [];
      while (found.length < 5) {
        if (!(await killedAfter(random() * 400_000, at.file, to))) break;
        found.push(existsSync(to) ? Number(await headOf(to).catch(() => 0)) : 0);
      }
    }
    expect(found.some(isOnItsWay)).toBe(true);
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    const done = JSON.parse((await copy(at.file, to)).out);
    expect(done).toMatchObject({ position: head, events: Number(head), people: 2 });
    expect(await answersOf(to)).toEqual(await answersOf(at.file));
    // And once more: nothing is written twice.
    expect(JSON.parse((await copy(at.file, to)).out)).toEqual({ ...done, found: Number(head) });
    expect(await headOf(to)).toBe(head);
  }, 120_000);

  test('of a file with a changed byte ends at that event, which it names and does not take', async () => {
    const at = await companyPlace();
    const bytes = readFileSync(at.file);
    bytes[bytes.indexOf('80000.00')] = 0x39;
    const from = join(at.folder, 'changed.ledger');
    writeFileSync(from, bytes);
    const to = join(at.folder, 'copy.ledger');
    const ran = await copy(from, to);
    expect(refusal(ran, EXITS.integrity)).toEqual(['chain_broken']);
    expect(ran.err).toMatch(/Event 16 \(deal-csv\.D-1/);
    expect(await headOf(to)).toBe('0');
  });

  test('into a ledger that holds something else is refused, and leaves it as it was', async () => {
    const [at, other] = [await grown(), await companyPlace()];
    expect(await other.at(WHEN, 'ops:olga', 'cancel csv.D-1 --on 2026-03-05 --reason Mistake')).toMatchObject({
      code: 0,
    });
    const before = await cli(['--json', '--file', other.file, 'verify']);
    expect(refusal(await copy(at.file, other.file), EXITS.integrity)).toEqual(['store_foreign']);
    expect(await cli(['--json', '--file', other.file, 'verify'])).toEqual(before);
  }, 60_000);
});
