import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { guardedFile as guarded, ProblemError, problem } from '@ledger/kernel';

export { guardedFile as guarded, sqliteProblem as asProblem } from '@ledger/kernel';

/** What makes a file ours: SQLite's application id and user version, written in its header. */
export interface Format {
  /** How messages call the file. */
  readonly what: string;
  readonly applicationId: number;
  readonly version: number;
}

/** How long a writer waits for another one before it answers `store_busy`. */
const BUSY_MS = 5_000;

/** How often a writer looks whether another one has finished. */
const LOOK_AGAIN_MS = 5;

/**
 * Writes as soon as no other process does. What waits within SQLite keeps everybody else in this process waiting, readers among them; this
 * waits beside them.
 */
export async function whenFree<T>(
  db: DatabaseSync,
  { busyMs = BUSY_MS }: { readonly busyMs?: number },
  write: () => T,
): Promise<T> {
  const until = performance.now() + busyMs;
  for (;;) {
    db.exec('PRAGMA busy_timeout = 0');
    try {
      return write();
    } catch (error) {
      const isBusy = error instanceof ProblemError && error.problem.code === 'store_busy';
      if (!isBusy || performance.now() >= until) throw error;
    } finally {
      db.exec(`PRAGMA busy_timeout = ${busyMs}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** Versions 3.7.0 to 3.51.2 can corrupt a database in WAL mode (promises.md); the fix was carried back to 3.50.7 and 3.44.6. */
export function checkSqlite(version: string): void {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const safe =
    major > 3 ||
    minor > 51 ||
    (minor === 51 && patch >= 3) ||
    (minor === 50 && patch >= 7) ||
    (minor === 44 && patch >= 6);
  if (safe) return;
  const remedy = 'use the Node that package.json names, whose SQLite is at least 3.51.3';
  throw new ProblemError(problem('sqlite_unsafe', `SQLite ${version} can corrupt files in WAL mode; ${remedy}.`));
}

/** A database that is gone when it is closed: for ledgers that nobody keeps. */
const IN_MEMORY = ':memory:';

/** Opens a connection without changing the file: a file that is not ours must stay as it is. */
export function connect(path: string, busyMs: number = BUSY_MS): DatabaseSync {
  return guarded(path, () => {
    const db = new DatabaseSync(path, { timeout: busyMs });
    try {
      // Reads the header: a file that is no database fails here.
      checkSqlite(textOf(db, 'SELECT sqlite_version()'));
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/** Throws `store_newer` or `store_foreign` unless the file has the format; answers `false` for an empty file. */
export function checkFormat(db: DatabaseSync, path: string, format: Format): boolean {
  const applicationId = numberOf(db, 'PRAGMA application_id');
  const version = numberOf(db, 'PRAGMA user_version');
  if (applicationId === 0 && version === 0 && numberOf(db, 'SELECT count(*) FROM sqlite_schema') === 0) return false;
  if (applicationId !== format.applicationId) {
    throw new ProblemError(problem('store_foreign', `${path} is not ${format.what}; name another file.`));
  }
  if (version > format.version) {
    const remedy = 'use the newer release of this product, or name another file';
    throw new ProblemError(
      problem('store_newer', `${path} has format ${version}, this release knows ${format.version}; ${remedy}.`),
    );
  }
  return true;
}

export function stampFormat(db: DatabaseSync, format: Format): void {
  db.exec(`PRAGMA application_id = ${format.applicationId}; PRAGMA user_version = ${format.version};`);
}

/**
 * WAL with `synchronous` as asked, read back from the connection (promises.md, P02): a build or a file system may refuse either
 * without an error.
 */
export function setDurability(db: DatabaseSync, path: string, synchronous: 'FULL' | 'NORMAL' | 'OFF'): void {
  // There is no file whose bytes could be lost, and no journal that SQLite would let be chosen.
  if (path === IN_MEMORY) return;
  db.exec(`PRAGMA synchronous = ${synchronous}`);
  const journal = textOf(db, 'PRAGMA journal_mode = WAL');
  const level = numberOf(db, 'PRAGMA synchronous');
  if (journal === 'wal' && level === { OFF: 0, NORMAL: 1, FULL: 2 }[synchronous]) return;
  const remedy = 'keep it on a local disk whose file system supports write-ahead logging';
  throw new ProblemError(
    problem('durability', `${path}: journal_mode is ${journal} and synchronous ${level}; ${remedy}.`),
  );
}

/** Runs an action in a transaction that is a writer from its first statement on (promises.md: IMMEDIATE or nothing). */
export function transactor(db: DatabaseSync): <T>(action: () => T) => T {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  return (action) => {
    begin.run();
    try {
      const result = action();
      commit.run();
      return result;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  };
}

export function requireFile(path: string, remedy: string): void {
  if (existsSync(path)) return;
  throw new ProblemError(problem('store_missing', `${path} does not exist; ${remedy}.`));
}

export function numberOf(db: DatabaseSync, sql: string): number {
  const value = Object.values(db.prepare(sql).get() ?? {})[0];
  if (typeof value !== 'number') throw new TypeError(`${sql}: a number was expected, not ${typeof value}`);
  return value;
}

function textOf(db: DatabaseSync, sql: string): string {
  const value = Object.values(db.prepare(sql).get() ?? {})[0];
  if (typeof value !== 'string') throw new TypeError(`${sql}: text was expected, not ${typeof value}`);
  return value;
}
