import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { chainChecker, type Stored, seededRandom, systemClock } from '@ledger/kernel';
import { openLog } from '@ledger/store-sqlite';
import { describe, expect, test } from 'vitest';
import { logOf } from '../contracts/given.ts';
import { scratch } from '../store/scratch.ts';
import { type Child, start, startLimited, startTraced } from './child.ts';
import { callsIn, diskWith, TRACE } from './disk.ts';

const clock = systemClock;

async function newLedger(): Promise<string> {
  const path = join(scratch(), 'test.ledger');
  await openLog(path, { mode: 'create', ledger: 'test', clock }).close();
  return path;
}

async function eventsOf(path: string): Promise<Stored[]> {
  const log = openLog(path, { mode: 'open', clock });
  const events = await logOf(log);
  await log.close();
  return events;
}

const idsOf = (child: Child, word: string) =>
  child.lines.filter((line) => line.startsWith(`${word} `)).flatMap((line) => line.split(' ').slice(1));

describe('several processes', () => {
  test('append at once: all succeed, positions are dense, every stream is one chain', async () => {
    const path = await newLedger();
    const children = [1, 2, 3, 4].map((seed) => start('appender.ts', path, seed, 60));
    expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
    const events = await eventsOf(path);
    expect(events.map(({ position }) => position)).toEqual(Array.from({ length: 240 }, (_, n) => BigInt(n + 1)));
    expect(events.filter(({ stream }) => stream === 'box-shared')).toHaveLength(80);
    expect(events.map(({ id }) => id).sort()).toEqual(children.flatMap((child) => idsOf(child, 'ack')).sort());
    events.forEach(chainChecker());
    const times = events.map(({ recordedAt }) => recordedAt);
    expect(times).toEqual([...new Set(times)].sort());
  });

  test('a reader sees batches of another process whole or not at all', async () => {
    const path = await newLedger();
    const log = openLog(path, { mode: 'open', clock });
    const child = start('appender.ts', path, 7, 30, 50);
    const sizes = new Set<number>();
    let running = true;
    void child.ended.then(() => {
      running = false;
    });
    while (running) {
      const size = (await log.readAll({ after: 0n, limit: 10_000 })).length;
      sizes.add(size);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await child.ended).toBe(0);
    expect([...sizes].filter((size) => size % 50 !== 0)).toEqual([]);
    // Not only before the first batch and after the last one.
    expect(sizes.size).toBeGreaterThan(2);
    expect(await logOf(log)).toHaveLength(1_500);
    await log.close();
  });

  test('a watcher is woken by what another process appends', async () => {
    const path = await newLedger();
    const log = openLog(path, { mode: 'open', clock, pollMs: 10 });
    const woken = new Promise<void>((resolve) => log.watch(resolve));
    start('appender.ts', path, 8, 1);
    await woken;
    expect(await log.head()).toBe(1n);
    await log.close();
  });
});

/** How often a process had the disk told to keep what it wrote. */
async function flushes(path: string, seed: number, count: number): Promise<number> {
  const trace = `${path}.${seed}.trace`;
  const words = ['-f', '-qq', '-e', 'trace=fsync,fdatasync', '-o', trace];
  const child = startTraced(words, 'appender.ts', path, seed, count);
  expect(await child.ended).toBe(0);
  expect(idsOf(child, 'ack')).toHaveLength(count);
  return readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => / f(?:data)?sync\(.*= 0$/.test(line)).length;
}

describe('an acknowledgement', () => {
  test('means that the disk was told to keep it: a flush for each commit', async (context) => {
    if (spawnSync('strace', ['-qq', 'true']).status !== 0) context.skip('strace cannot trace a process here');
    const path = await newLedger();
    // What a process does besides its commits, as opening and closing the file, it does once.
    const [few, many] = [await flushes(path, 5, 10), await flushes(path, 6, 40)];
    expect(many - few).toBeGreaterThanOrEqual(30);
  });
});

describe('power that fails', () => {
  // promises.md, P03. A process that dies leaves what it wrote to the system; a machine that dies does not.
  test.for([
    ['one event at a time', 60, 1],
    ['long batches', 20, 50],
  ] as const)('at any moment loses nothing that was acknowledged: %s', async ([, count, size], context) => {
    if (spawnSync('strace', ['-qq', 'true']).status !== 0) context.skip('strace cannot trace a process here');
    const path = await newLedger();
    const disk = diskWith(path, [`${path}-shm`]);
    const trace = `${path}.trace`;
    const child = startTraced([...TRACE, '-o', trace], 'appender.ts', path, 21, count, size);
    expect(await child.ended).toBe(0);
    const random = seededRandom(20260102);
    const tally = { acked: [] as readonly string[], tried: new Set<string>(), images: 0, longer: 0 };
    const fails = async (survives: () => boolean) => {
      const folder = scratch();
      disk.image(folder, survives);
      const events = await eventsOf(join(folder, basename(path)));
      const stored = events.map(({ id }) => id);
      expect(stored.slice(0, tally.acked.length)).toEqual(tally.acked);
      expect(stored.filter((id) => !tally.tried.has(id))).toEqual([]);
      events.forEach(chainChecker());
      expect(events.map(({ position }) => position)).toEqual(events.map((_, n) => BigInt(n + 1)));
      tally.images += 1;
      if (stored.length > tally.acked.length) tally.longer += 1;
    };
    for (const call of callsIn(trace)) {
      if (call.does !== 'say') {
        disk.take(call);
        if (random() < (call.does === 'flush' ? 0.2 : 0.01)) await fails(() => random() < 0.7);
        continue;
      }
      const [word, ...ids] = call.line.split(' ');
      if (word === 'ack') tally.acked = [...tally.acked, ...ids];
      else for (const id of ids) tally.tried.add(id);
      // The worst case at every acknowledgement: nothing is there but what was flushed.
      if (word === 'ack') await fails(() => false);
    }
    expect(tally.acked).toHaveLength(count * size);
    expect(tally.images).toBeGreaterThan(count);
    expect(tally.longer).toBeGreaterThan(0);
  });
});

describe('a copy that SQLite makes while others write', () => {
  test('is a whole beginning of the log, with all that was acknowledged before it', async () => {
    const path = await newLedger();
    const child = start('appender.ts', path, 11, 0);
    for (let round = 1; round <= 4; round++) {
      await child.until(() => idsOf(child, 'ack').length >= 15 * round);
      const acked = idsOf(child, 'ack');
      const backup = join(scratch(), 'backup.ledger');
      const db = new DatabaseSync(path, { timeout: 5_000 });
      db.exec(`VACUUM INTO '${backup}'`);
      db.close();
      const events = await eventsOf(backup);
      const stored = new Set(events.map(({ id }) => id));
      expect(acked.filter((id) => !stored.has(id))).toEqual([]);
      expect(events.map(({ position }) => position)).toEqual(events.map((_, n) => BigInt(n + 1)));
      events.forEach(chainChecker());
    }
    child.kill();
    expect(await child.ended).toBe('SIGKILL');
  });
});

describe('kill -9', () => {
  test('at any moment of an append loses nothing that was acknowledged and writes nothing that was not tried', async () => {
    const path = await newLedger();
    const random = seededRandom(20260101);
    const acked = new Set<string>();
    const tried = new Set<string>();
    for (let round = 0; round < 10; round++) {
      const child = start('appender.ts', path, 1_000 + round, 0, round % 2 === 0 ? 1 : 20);
      await child.until((line) => line.startsWith('ack'));
      await new Promise((resolve) => setTimeout(resolve, random() * 60));
      child.kill();
      expect(await child.ended).toBe('SIGKILL');
      for (const id of idsOf(child, 'try')) tried.add(id);
      for (const id of idsOf(child, 'ack')) acked.add(id);
      const events = await eventsOf(path);
      const stored = new Set(events.map(({ id }) => id));
      expect([...acked].filter((id) => !stored.has(id))).toEqual([]);
      expect([...stored].filter((id) => !tried.has(id))).toEqual([]);
      events.forEach(chainChecker());
      expect(events.map(({ position }) => position)).toEqual(events.map((_, n) => BigInt(n + 1)));
    }
    expect(acked.size).toBeGreaterThan(10);
  });
});

describe('a disk that fails', () => {
  test('ends the writing: what was acknowledged is there, and nothing is acknowledged after the error', async () => {
    const path = await newLedger();
    const child = startLimited(400, 'appender.ts', path, 9, 0);
    await child.ended;
    expect(child.lines.slice(-2)).toEqual(['problem store_io', 'then store_io']);
    const events = await eventsOf(path);
    const stored = new Set(events.map(({ id }) => id));
    expect(idsOf(child, 'ack').filter((id) => !stored.has(id))).toEqual([]);
    expect(idsOf(child, 'ack').length).toBeGreaterThan(10);
    events.forEach(chainChecker());
  });
});
