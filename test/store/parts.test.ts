import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { instantText, nextInstant, ProblemError, parseInstant, systemClock } from '@ledger/kernel';
import { asProblem, checkSqlite, openLog } from '@ledger/store-sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeOf, eventMaker } from '../contracts/given.ts';
import { scratch } from './scratch.ts';

describe('instants', () => {
  const range = { min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n };

  test('are read as they were written, to the microsecond', () => {
    fc.assert(
      fc.property(fc.bigInt(range), (micros) => {
        const text = instantText(micros);
        expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
        expect(parseInstant(text)).toBe(micros);
        if (Number.isSafeInteger(Number(micros))) expect(instantText(Number(micros))).toBe(text);
      }),
    );
  });

  test('are ordered as text as they are ordered in time', () => {
    fc.assert(
      fc.property(fc.bigInt(range), fc.bigInt(range), (a, b) => {
        expect(instantText(a) < instantText(b)).toBe(a < b);
      }),
    );
  });

  test('the next one is the clock, and always later than the one before', () => {
    expect(nextInstant(undefined, 5n)).toBe(5n);
    expect(nextInstant(instantText(5n), 9n)).toBe(9n);
    expect(nextInstant(instantText(5n), 5n)).toBe(6n);
    expect(nextInstant(instantText(5n), -9n)).toBe(6n);
    fc.assert(
      fc.property(fc.bigInt(range), (micros) => {
        expect(nextInstant(instantText(micros), micros)).toBe(micros + 1n);
      }),
    );
    for (const text of ['', 'yesterday', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000xyzZ']) {
      expect(() => nextInstant(text, 5n)).toThrow(TypeError);
    }
  });
});

describe('versions of SQLite', () => {
  test.each(['3.7.0', '3.44.5', '3.45.0', '3.49.9', '3.50.6', '3.51.0', '3.51.2'])(
    '%s can corrupt a ledger',
    async (version) => {
      expect(await codeOf(() => checkSqlite(version))).toBe('sqlite_unsafe');
    },
  );

  test.each(['3.44.6', '3.50.7', '3.51.3', '3.53.4', '4.0.0'])('%s is safe', (version) => {
    checkSqlite(version);
  });
});

describe('errors of SQLite become problems that name the file and the remedy', () => {
  function errorOf(action: () => unknown): unknown {
    try {
      action();
    } catch (error) {
      return asProblem(error, 'x.ledger');
    }
    throw new Error('an error was expected');
  }

  test('a full disk', () => {
    const db = new DatabaseSync(join(scratch(), 'full.db'));
    db.exec('CREATE TABLE t (x TEXT); PRAGMA max_page_count = 4');
    const error = errorOf(() => db.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(100_000)));
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ problem: { code: 'storage_full', message: expect.stringContaining('x.ledger') } });
    db.close();
  });

  test('a file that may only be read', () => {
    const path = join(scratch(), 'read.db');
    const writer = new DatabaseSync(path);
    writer.exec('CREATE TABLE t (x TEXT)');
    const reader = new DatabaseSync(path, { readOnly: true });
    expect(errorOf(() => reader.exec('INSERT INTO t VALUES (1)'))).toMatchObject({
      problem: { code: 'store_read_only' },
    });
    reader.close();
    writer.close();
  });

  test('anything else stays what it is', () => {
    const error = new TypeError('a defect of ours');
    expect(asProblem(error, 'x.ledger')).toBe(error);
  });
});

test('a writer that waits too long for another one is told so, and can try again', async () => {
  const path = join(scratch(), 'test.ledger');
  const log = openLog(path, { mode: 'create', ledger: 'test', clock: systemClock, busyMs: 20 });
  const other = new DatabaseSync(path);
  const append = { stream: 'deal-1', events: [eventMaker()()], expected: 0 };
  other.exec('BEGIN IMMEDIATE');
  expect(await codeOf(() => log.append(append))).toBe('store_busy');
  expect(await log.head()).toBe(0n);
  other.exec('ROLLBACK');
  expect(await log.append(append)).toMatchObject({ ok: true, revision: 1 });
  other.close();
  await log.close();
});
