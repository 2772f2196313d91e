import type { DatabaseSync } from 'node:sqlite';
import { type Directory, type Person, type Problem, ProblemError, problem } from '@ledger/kernel';
import { checkFormat, connect, type Format, guarded, setDurability, stampFormat, transactor } from './connection.ts';

/** "LGPD" and the version of the tables below. */
const FORMAT: Format = { what: 'a directory of people', applicationId: 0x4c475044, version: 1 };

/** Opens the directory of people, a file of its own beside the log, so that forgetting somebody touches no fact. */
export function openDirectory(path: string): Directory {
  const db = connect(path);
  try {
    return guarded(path, () => prepared(db, path));
  } catch (error) {
    db.close();
    throw error;
  }
}

function prepared(db: DatabaseSync, path: string): Directory {
  const known = checkFormat(db, path, FORMAT);
  setDurability(db, path, 'FULL');
  // What is forgotten must not stay readable in free pages.
  db.exec('PRAGMA secure_delete = ON');
  if (!known) {
    db.exec('CREATE TABLE IF NOT EXISTS people (id TEXT PRIMARY KEY, name TEXT, email TEXT) STRICT');
    stampFormat(db, FORMAT);
  }
  return directoryOn(db, path);
}

function directoryOn(db: DatabaseSync, path: string): Directory {
  const put = db.prepare(
    'INSERT INTO people (id, name, email) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email',
  );
  const get = db.prepare('SELECT id, name, email FROM people WHERE id = ?');
  const list = db.prepare('SELECT id, name, email FROM people ORDER BY id');
  const forget = db.prepare('DELETE FROM people WHERE id = ?');
  const inTransaction = transactor(db);
  return {
    async put(people) {
      guarded(path, () => inTransaction(() => people.forEach(({ id, name, email }) => void put.run(id, name, email))));
    },
    async get(id) {
      const row = guarded(path, () => get.get(id));
      return row === undefined ? undefined : personOf(row);
    },
    async list() {
      return guarded(path, () => list.all()).map(personOf);
    },
    async forget(id) {
      guarded(path, () => forget.run(id));
      // The write-ahead log still holds the pages in which the name was written (promises.md, P32).
      const { busy } = guarded(path, () => db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()) ?? {};
      if (busy !== 0) throw new ProblemError(stillRead(path));
    },
    async close() {
      db.close();
    },
  };
}

function stillRead(path: string): Problem {
  const says = `${path} is being read by another process: the name is gone, but its bytes are not yet; forget it again.`;
  return problem('store_busy', says);
}

function personOf(row: Record<string, unknown>): Person {
  const { id, name, email } = row;
  return {
    id: String(id),
    name: typeof name === 'string' ? name : null,
    email: typeof email === 'string' ? email : null,
  };
}
