import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { checkHash, runViews } from '@ledger/kernel';
import { openLog, openViews, type SqliteLog } from '@ledger/store-sqlite';
import { describe, expect, test } from 'vitest';
import { appended, codeOf, eventMaker, logOf, testClock } from '../contracts/given.ts';
import { boxes, boxWriter, decodeBox as decode, note, put, trail } from '../contracts/ledger.ts';
import { scratch } from '../store/scratch.ts';

const clock = testClock();
const open = (path: string) => openLog(path, { mode: 'open', clock });

/** A closed ledger of a few events, all of it in the one file. */
async function closedLedger(write: (log: SqliteLog) => Promise<unknown>): Promise<string> {
  const path = join(scratch(), 'test.ledger');
  const log = openLog(path, { mode: 'create', ledger: 'test', clock });
  await write(log);
  await log.close();
  return path;
}

const threeEvents = (log: SqliteLog) => boxWriter(log)([put('a', 1), note('find-me-here'), put('a', 2)]);

describe('events in the file', () => {
  test('cannot be updated or deleted by statements', async () => {
    const path = await closedLedger(threeEvents);
    const db = new DatabaseSync(path);
    expect(() => db.exec("UPDATE events SET data = '{}'")).toThrow('events are never changed');
    expect(() => db.exec('UPDATE events SET position = 9 WHERE position = 3')).toThrow('events are never changed');
    expect(() => db.exec('DELETE FROM events WHERE position = 3')).toThrow('events are never deleted');
    db.close();
    const log = open(path);
    expect(await logOf(log)).toHaveLength(3);
    await log.close();
  });

  test('an index that leaves an event out is found by the check of the store', async () => {
    const path = await closedLedger(threeEvents);
    const whole = open(path);
    expect(await whole.check()).toBeUndefined();
    await whole.close();
    const bytes = readFileSync(path);
    const db = new DatabaseSync(path);
    const { rootpage, size } = db
      .prepare(
        `SELECT rootpage, (SELECT page_size FROM pragma_page_size) AS size FROM sqlite_schema
         WHERE name = 'sqlite_autoindex_events_2'`,
      )
      .get() as { rootpage: number; size: number };
    db.close();
    // One entry fewer on the leaf of the index by stream: the bytes stay, the page no longer points at them.
    const page = (rootpage - 1) * size;
    bytes.writeUInt16BE(bytes.readUInt16BE(page + 3) - 1, page + 3);
    writeFileSync(path, bytes);
    const log = open(path);
    expect(await logOf(log)).toHaveLength(3);
    expect(await log.check()).toMatchObject({ code: 'store_damaged' });
    await log.close();
  });

  test('show a bit that was flipped in the data: the hash, and every view stops before it', async () => {
    const path = await closedLedger(threeEvents);
    const bytes = readFileSync(path);
    const at = bytes.indexOf('find-me-here');
    expect(at).toBeGreaterThan(0);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const store = open(path);
    const [first, second, third] = await logOf(store);
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('three events were expected');
    expect(second.data).toContain('gind-me-here');
    expect(await codeOf(() => checkHash(second))).toBe('chain_broken');
    checkHash(first);
    checkHash(third);
    const views = openViews(`${path}.views`);
    const report = await runViews({ store, views, projections: [boxes, trail], decode });
    expect(report.views.map(({ state, checkpoint }) => [state, checkpoint])).toEqual([
      ['stopped', 1n],
      ['stopped', 1n],
    ]);
    await Promise.all([views.close(), store.close()]);
  });

  test.each(['stream', 'type', 'recorded_at', 'actor', 'role', 'command_id', 'causation_id', 'data', 'previous_hash'])(
    'show a %s that was written anew',
    async (column) => {
      const path = await closedLedger(threeEvents);
      rewrite(path, `UPDATE events SET ${column} = coalesce(${column}, '') || 'x' WHERE position = 2`);
      const log = open(path);
      const second = (await logOf(log))[1];
      expect(await codeOf(() => second !== undefined && checkHash(second))).toBe('chain_broken');
      await log.close();
    },
  );

  test.each(['data', 'stream', 'hash', 'meta'])(
    'are not read when a flip turned their %s from text into bytes',
    async (column) => {
      const path = await closedLedger(threeEvents);
      const name = column === 'meta' ? 'correlation_id' : column;
      rewrite(path, `UPDATE events SET ${name} = CAST(${name} AS BLOB) WHERE position = 2`);
      const log = open(path);
      expect(await codeOf(() => logOf(log))).toBe('storage_type');
      await log.close();
    },
  );

  test('are not read when a number left the range of exact ones', async () => {
    const path = await closedLedger(threeEvents);
    rewrite(path, 'UPDATE events SET version = 9007199254740993 WHERE position = 2');
    const log = open(path);
    expect(await codeOf(() => logOf(log))).toBe('storage_type');
    await log.close();
  });
});

/** Writes what neither triggers nor STRICT allow, as a fault of the disk would. */
function rewrite(path: string, sql: string): void {
  const before = new DatabaseSync(path, { defensive: false });
  before.exec(`
    DROP TRIGGER events_are_facts;
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE name = 'events';
  `);
  before.close();
  const loose = new DatabaseSync(path, { defensive: false });
  loose.exec(`
    ${sql};
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = sql || ' STRICT' WHERE name = 'events';
  `);
  loose.close();
}

describe('opening', () => {
  test('a file that is not there names it and the remedy, and does not make it', async () => {
    const path = join(scratch(), 'none.ledger');
    expect(await codeOf(() => open(path))).toBe('store_missing');
    expect(() => open(path)).toThrow(path);
    expect(() => open(path)).toThrow('ledger init');
    expect(() => readFileSync(path)).toThrow('ENOENT');
    const nowhere = join(path, 'x.ledger');
    expect(await codeOf(() => openLog(nowhere, { mode: 'create', ledger: 'test', clock }))).toBe('store_missing');
  });

  test('creating over anything that is there is refused and changes nothing', async () => {
    const path = await closedLedger(threeEvents);
    const text = join(scratch(), 'notes.txt');
    writeFileSync(text, 'these are notes and no database, whatever their name may be');
    for (const file of [path, text]) {
      const before = readFileSync(file);
      expect(await codeOf(() => openLog(file, { mode: 'create', ledger: 'other', clock }))).toBe('store_exists');
      expect(() => openLog(file, { mode: 'create', ledger: 'other', clock })).toThrow(file);
      expect(readFileSync(file)).toEqual(before);
    }
  });

  test('a foreign, an empty and a cut file are refused and not changed', async () => {
    const folder = scratch();
    const foreign = join(folder, 'other.db');
    const db = new DatabaseSync(foreign);
    db.exec('CREATE TABLE things (id INTEGER PRIMARY KEY)');
    db.close();
    const text = join(folder, 'text');
    writeFileSync(text, 'this is a text that is long enough to look like the header of a file');
    const none = join(folder, 'empty');
    writeFileSync(none, '');
    for (const file of [foreign, text, none]) {
      const before = readFileSync(file);
      expect(await codeOf(() => open(file))).toBe('store_foreign');
      expect(() => open(file)).toThrow(file);
      expect(readFileSync(file)).toEqual(before);
    }
    const cut = await closedLedger(threeEvents);
    writeFileSync(cut, readFileSync(cut).subarray(0, 5_000));
    expect(['store_damaged', 'store_foreign']).toContain(await codeOf(async () => logOf(open(cut))));
  });

  test('a ledger of a newer release, or of another company, is refused', async () => {
    const path = await closedLedger(threeEvents);
    expect(await codeOf(() => openLog(path, { mode: 'open', ledger: 'other', clock }))).toBe('store_foreign');
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version = 2');
    db.close();
    expect(await codeOf(() => open(path))).toBe('store_newer');
  });

  test('the id of a ledger is checked', async () => {
    const path = join(scratch(), 'test.ledger');
    for (const ledger of ['', 'Acme', 'a b', 'ä', undefined]) {
      const options = { mode: 'create', clock, ...(ledger === undefined ? {} : { ledger }) } as const;
      expect(await codeOf(() => openLog(path, options))).toBe('stream_invalid');
    }
    const log = openLog(path, { mode: 'create', ledger: 'acme-1', clock, demo: true });
    expect([log.ledger, log.demo]).toEqual(['acme-1', true]);
    await log.close();
  });

  test('a place where write-ahead logging cannot be had is refused', async () => {
    // A database that has no file has no write-ahead log; only the name `:memory:` says that this is meant.
    const path = 'file:nowhere?mode=memory&cache=shared';
    expect(await codeOf(() => openLog(path, { mode: 'create', ledger: 'test', clock }))).toBe('durability');
  });
});

describe('the file of views', () => {
  async function ledgerWithViews(): Promise<string> {
    return closedLedger(async (store) => {
      await threeEvents(store);
      const views = openViews(`${store.path}.views`, { log: store.uid });
      await runViews({ store, views, projections: [boxes], decode });
      await views.close();
    });
  }

  test.each([
    ['is no database', (path: string) => writeFileSync(path, 'x'.repeat(10_000))],
    ['is cut off', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 6_000))],
    [
      'has the format of another release',
      (path: string) => {
        const db = new DatabaseSync(path);
        db.exec('PRAGMA user_version = 99');
        db.close();
      },
    ],
    [
      'has a view without the tables of its rows',
      (path: string) => {
        const db = new DatabaseSync(path);
        db.exec('UPDATE builds SET id = id + 1000');
        db.close();
      },
    ],
  ])('is built again when it %s', async (_, spoil) => {
    const path = await ledgerWithViews();
    spoil(`${path}.views`);
    const store = open(path);
    const views = openViews(`${path}.views`, { log: store.uid });
    const report = await runViews({ store, views, projections: [boxes], decode });
    expect(report.events).toBe(3);
    expect(await views.get(boxes, 'a')).toBe('{"amount":3,"events":2}');
    await Promise.all([views.close(), store.close()]);
  });

  test('is kept when nothing is wrong with it, and built again when the ledger is another one', async () => {
    const path = await ledgerWithViews();
    const store = open(path);
    const views = openViews(`${path}.views`, { log: store.uid });
    expect((await views.state(boxes)).checkpoint).toBe(3n);
    await views.close();
    const others = openViews(`${path}.views`, { log: 'another ledger' });
    expect((await others.state(boxes)).checkpoint).toBe(0n);
    await Promise.all([others.close(), store.close()]);
  });
});

describe('an id that was used before', () => {
  test('refuses the batch as a whole', async () => {
    const event = eventMaker()();
    await closedLedger(async (log) => {
      await appended(log, { stream: 'box-1', events: [event], expected: 0 });
      const other = eventMaker(2)();
      const appends = [
        { stream: 'box-2', events: [other], expected: 0 },
        { stream: 'box-3', events: [event], expected: 0 },
      ];
      expect(await codeOf(() => log.appendEach(appends))).toBe('event_id_taken');
      expect(await log.read('box-2')).toEqual([]);
      await appended(log, { stream: 'box-2', events: [other], expected: 0 });
    });
  });
});
