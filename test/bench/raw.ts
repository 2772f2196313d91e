import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite';

/** The reference: what SQLite costs by itself for the same bytes, in an equal table with equal indexes, written by hand. */

export type EventRow = readonly (SQLOutputValue & SQLInputValue)[];

/** Every event of a ledger file, as rows. */
export function eventRows(file: string): readonly EventRow[] {
  const db = new DatabaseSync(file, { readOnly: true });
  const select = db.prepare('SELECT * FROM events ORDER BY position');
  select.setReturnArrays(true);
  const rows = select.all() as unknown as readonly EventRow[];
  db.close();
  return rows;
}

export interface RawLog {
  /** Inserts rows in one transaction. */
  insert(rows: readonly EventRow[]): void;
  close(): void;
}

/** A file with the table, indexes and triggers of a ledger's, in WAL mode with synchronous=FULL. */
export function rawLog(file: string, like: string): RawLog {
  const source = new DatabaseSync(like, { readOnly: true });
  const sql = source
    .prepare("SELECT sql FROM sqlite_schema WHERE tbl_name = 'events' AND sql IS NOT NULL")
    .all()
    .map((row) => String(row.sql));
  source.close();
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; ${sql.join('; ')}`);
  const insert = db.prepare(`INSERT INTO events VALUES (${Array(17).fill('?').join(', ')})`);
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  return {
    insert(rows) {
      begin.run();
      for (const row of rows) insert.run(...row);
      commit.run();
    },
    close: () => db.close(),
  };
}

/** Reads a log from beginning to end in pages and parses the data of every event. Answers with the number of events. */
export function scan(file: string, pageSize: number): number {
  const db = new DatabaseSync(file, { readOnly: true });
  const select = db.prepare('SELECT * FROM events WHERE position > ? ORDER BY position LIMIT ?');
  select.setReturnArrays(true);
  const column = columnOf(db, 'data');
  let events = 0;
  for (let after: SQLInputValue = 0; ; ) {
    const page = select.all(after, pageSize) as unknown as readonly EventRow[];
    for (const row of page) {
      if (JSON.parse(String(row[column])) === null) throw new Error('an event without data');
    }
    events += page.length;
    if (page.length < pageSize) break;
    after = page.at(-1)?.[0] ?? 0;
  }
  db.close();
  return events;
}

function columnOf(db: DatabaseSync, name: string): number {
  return db
    .prepare('PRAGMA table_info(events)')
    .all()
    .findIndex((column) => column.name === name);
}
