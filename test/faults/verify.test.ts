import { copyFileSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { eventHash, type Stored, seededRandom, systemClock } from '@ledger/kernel';
import { openLog } from '@ledger/store-sqlite';
import { describe, expect, test } from 'vitest';
import { cli, companyPlace, EXITS, type Place, refusal, WHEN } from '../cli/given.ts';

/** A company with a frozen quarter, whose ledger is closed and all in one file. */
async function frozen(): Promise<Place> {
  const at = await companyPlace();
  await at.at(WHEN, 'ops:olga', "freeze 2026-Q1 --despite 'A house deal'");
  const ran = await at.at(WHEN, 'finance:fred', 'approve freeze/2026-Q1');
  expect(ran).toMatchObject({ code: 0 });
  return at;
}

const verify = (at: Place, ...more: string[]) => cli(['--file', at.file, 'verify', ...more]);

/** Statements that nothing of ours would give, as somebody with the file in hand can. */
function tamper(file: string, ...statements: readonly string[]): void {
  const db = new DatabaseSync(file, { defensive: false });
  db.exec('DROP TRIGGER IF EXISTS events_are_facts; DROP TRIGGER IF EXISTS events_are_kept;');
  for (const sql of statements) db.exec(sql);
  db.close();
}

/** What verify found: the code, and the sentence. */
async function found(at: Place, ...more: string[]) {
  const ran = await verify(at, ...more);
  expect(ran.out).toBe('');
  return { codes: refusal(ran, EXITS.integrity), says: ran.err };
}

async function eventsOf(at: Place): Promise<readonly Stored[]> {
  const log = openLog(at.file, { mode: 'open', clock: systemClock });
  const events = await log.readAll({ after: 0n, limit: 1000 });
  await log.close();
  return events;
}

describe('verify', () => {
  test('a ledger in order: events, freezes, views, and a digest that names the log up to here', async () => {
    const at = await frozen();
    const head = await at.head();
    const ran = await verify(at);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toMatch(/every view is what a rebuild from nothing makes/);
    const kept = JSON.parse((await cli(['--json', '--file', at.file, 'verify'])).out);
    expect(kept).toMatchObject({ position: head, statements: 2, periods: 1 });
    expect(kept.views).toContain('deals');
    // Later it is still the beginning of the log.
    await at.at(WHEN, 'ops:olga', 'open 2026-Q2');
    expect(await verify(at, '--expect', `${kept.position}:${kept.digest}`, '--log-only')).toMatchObject({ code: 0 });
    const later = JSON.parse((await cli(['--json', '--file', at.file, 'verify', '--log-only'])).out);
    expect(later.digest).not.toBe(kept.digest);
    expect(later.views).toEqual([]);
  });

  test('a byte of an event that was flipped', async () => {
    const at = await frozen();
    const [, victim] = (await eventsOf(at)).filter(({ type }) => type === 'DealClosed');
    if (victim === undefined) throw new Error('the company has deals');
    const bytes = readFileSync(at.file);
    const place = bytes.indexOf(victim.data) + 5;
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    writeFileSync(at.file, bytes);
    const { codes, says } = await found(at);
    expect(codes).toEqual(['chain_broken']);
    expect(says).toContain(`Event ${victim.position} `);
  });

  test('a tail that was cut off: seen by the views, and by whoever kept the digest', async () => {
    const at = await frozen();
    const { position, digest } = JSON.parse((await cli(['--json', '--file', at.file, 'verify'])).out);
    tamper(at.file, `DELETE FROM events WHERE position > ${Number(position) - 2}`);
    const seen = await found(at);
    expect(seen.codes).toEqual(['tail_lost']);
    expect(seen.says).toContain(`the log ends at ${Number(position) - 2}`);
    rmSync(`${at.file}.views`);
    // Without views and without a digest from before, a shorter log is a log.
    expect(await verify(at, '--log-only')).toMatchObject({ code: 0 });
    const kept = await found(at, '--expect', `${position}:${digest}`);
    expect(kept.codes).toEqual(['tail_lost']);
    expect(kept.says).toContain(`had one at ${position}`);
  });

  test('a stream that was taken out whole', async () => {
    const at = await frozen();
    const first = (await eventsOf(at)).find(({ stream }) => stream === 'deal-csv.D-3');
    tamper(at.file, "DELETE FROM events WHERE stream = 'deal-csv.D-3'");
    const { codes, says } = await found(at, '--log-only');
    expect(codes).toEqual(['tail_lost']);
    expect(says).toContain(`no event at position ${first?.position}`);
  });

  test('an event that was taken out is named before what is missed because of it', async () => {
    const at = await frozen();
    const events = await eventsOf(at);
    const inTheWay = [
      events.find(({ type }) => type === 'PayoutFrozen'),
      events.find(({ type }) => type === 'PeriodFreezeRequested'),
    ];
    for (const victim of inTheWay) {
      const copy = await frozen();
      tamper(copy.file, `DELETE FROM events WHERE position = ${victim?.position}`);
      const { codes, says } = await found(copy, '--log-only');
      expect(codes).toEqual(['tail_lost']);
      expect(says).toContain(`no event at position ${victim?.position}`);
    }
  });

  test('an event that was changed and sealed anew, with the whole of its stream', async () => {
    const at = await frozen();
    const { position, digest } = JSON.parse((await cli(['--json', '--file', at.file, 'verify'])).out);
    const victim = (await eventsOf(at)).find(({ stream }) => stream === 'deal-csv.D-1');
    if (victim === undefined) throw new Error('the company has deals');
    const data = victim.data.replaceAll('80000.00', '90000.00');
    const hash = eventHash({ ...victim, data }, victim);
    tamper(at.file, `UPDATE events SET data = '${data}', hash = '${hash}' WHERE position = ${victim.position}`);
    // The log by itself is as good as any; the views remember, and so does whoever kept the digest.
    expect(await verify(at, '--log-only')).toMatchObject({ code: 0 });
    const seen = await found(at);
    expect(seen.codes).toEqual(['replay_unequal']);
    expect(seen.says).toContain(`from position ${victim.position} on`);
    expect((await found(at, '--expect', `${position}:${digest}`, '--log-only')).codes).toEqual(['chain_broken']);
  });

  test('a frozen statement that was changed and sealed anew', async () => {
    const at = await frozen();
    const victim = (await eventsOf(at)).find(({ type }) => type === 'PayoutFrozen');
    if (victim === undefined) throw new Error('the quarter is frozen');
    const data = victim.data.replace(/"total":"(\d)/, (_, digit) => `"total":"${(Number(digit) % 9) + 1}`);
    const hash = eventHash({ ...victim, data }, victim);
    tamper(
      at.file,
      `UPDATE events SET data = '${data.replaceAll("'", "''")}', hash = '${hash}' WHERE position = ${victim.position}`,
    );
    const { codes, says } = await found(at);
    expect(codes).toEqual(['statement_damaged']);
    expect(says).toContain(`event at position ${victim.position}`);
    // Nor is it shown to anybody.
    const shown = await at.at(WHEN, 'ops:olga', `statement ${victim.stream.split('.')[1]} 2026-Q1`);
    expect(refusal(shown, EXITS.integrity)).toEqual(['statement_damaged']);
    expect(shown).toMatchObject({ out: '' });
  });

  test.each([
    [
      'a row',
      "UPDATE rows_# SET row = replace(row, '80000.00', '90000.00') WHERE key = 'csv.D-1'",
      /View deals is not what the log says, from position \d+ on/,
    ],
    [
      'what a row is found by',
      "DELETE FROM labels_# WHERE key = 'csv.D-1'",
      /View deals .* in what its rows are found by/,
    ],
    [
      'a row that was never there',
      "INSERT INTO rows_# (id, key, position, row) VALUES (99999, 'csv.D-99', 19, '{}')",
      /View deals .* from position 19 on/,
    ],
  ])('views in which somebody changed %s', async (_, sql, says) => {
    const at = await frozen();
    expect(await verify(at)).toMatchObject({ code: 0 });
    const db = new DatabaseSync(`${at.file}.views`);
    const { id } = db.prepare("SELECT id FROM builds WHERE name = 'deals' AND build = 'live'").get() as { id: number };
    db.exec(sql.replaceAll('#', String(id)));
    db.close();
    const damage = await found(at);
    expect(damage.codes).toEqual(['replay_unequal']);
    expect(damage.says).toMatch(says);
    // A rebuild mends it; it says that it had to.
    expect((await cli(['--file', at.file, 'rebuild'])).code).toBe(_ === 'what a row is found by' ? 0 : EXITS.integrity);
    expect(await verify(at)).toMatchObject({ code: 0 });
  });

  test('a file that was cut anywhere', async () => {
    const at = await frozen();
    const whole = statSync(at.file).size;
    const copy = `${at.file}.copy`;
    copyFileSync(at.file, copy);
    for (let size = whole - 4096; size > 4096; size -= 3 * 4096) {
      copyFileSync(copy, at.file);
      truncateSync(at.file, size);
      refusal(await verify(at), EXITS.integrity);
    }
  });

  test('any byte that is flipped is found, or was none of the log', async () => {
    const at = await frozen();
    const copy = `${at.file}.copy`;
    copyFileSync(at.file, copy);
    const { digest } = JSON.parse((await cli(['--json', '--file', at.file, 'verify'])).out);
    const seed = Number(process.env.LEDGER_PROVE_SEED ?? 20261127);
    const random = seededRandom(seed);
    const bytes = readFileSync(copy);
    let damaged = 0;
    for (let round = 0; round < 60; round += 1) {
      const place = Math.floor(random() * bytes.length);
      const bit = 1 << Math.floor(random() * 8);
      const flipped = Buffer.from(bytes);
      flipped[place] = (flipped[place] ?? 0) ^ bit;
      for (const suffix of ['-wal', '-shm']) if (existsSync(at.file + suffix)) rmSync(at.file + suffix);
      writeFileSync(at.file, flipped);
      const ran = await cli(['--json', '--file', at.file, 'verify', '--log-only'], { env: { LEDGER_DEBUG: '1' } });
      const where = `seed ${seed}: bit ${bit} of byte ${place}: ${ran.err}`;
      if (ran.code === 0) expect(JSON.parse(ran.out).digest, where).toBe(digest);
      else {
        expect(ran.code, where).toBe(EXITS.integrity);
        damaged += 1;
      }
    }
    expect(damaged).toBeGreaterThan(10);
  });

  test.each(['', '12', '12:abc', `0:${'a'.repeat(64)}`, `12:${'A'.repeat(64)}`])(
    '--expect %j is refused',
    async (text) => {
      const at = await companyPlace();
      expect(refusal(await verify(at, '--expect', text), EXITS.usage)).toEqual(['option_invalid']);
    },
  );
});
