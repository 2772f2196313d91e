import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { guardedFile, ProblemError, problem, type Remedies } from '@ledger/kernel';

/** Where an event of the ledger is on the server. */
export interface Place {
  readonly position: number;
  readonly commit: bigint;
  readonly stream: string;
  readonly revision: number;
}

/** An event of the ledger as it passes by in `$all`. */
export interface Seen {
  readonly commit: bigint;
  readonly stream: string;
  readonly revision: number;
  /** Microseconds; 0 where the event does not say. */
  readonly recordedAt: number;
}

/** What an event that does not follow the one before it says of the log. */
interface Break {
  readonly stream: string;
  readonly expected: number;
  readonly found: number;
}

/**
 * The numbers of a ledger's events: the n-th one in `$all` has position n, on every node. Kept in a file of this node, which can be
 * thrown away: it is made again by reading the log once.
 */
export interface Positions {
  /** Commit position up to which nothing is missing here; 0n: nothing is known. */
  known(): bigint;
  head(): number;
  lengthOf(stream: string): number;
  positionOf(stream: string, revision: number): number | undefined;
  page(after: number, limit: number): readonly Place[];
  last(): Place | undefined;
  /** The latest moment at which one of the events was recorded, in microseconds; 0 for none. */
  latest(): number;
  /** The last position before which nothing was recorded later than a moment. */
  upTo(micros: number): number;
  /** Notes events in the order of `$all`, those that are new, and that nothing is missing up to `through`. */
  take(seen: readonly Seen[], through: bigint): Break | undefined;
  reset(): void;
  /** Knows of nothing after its last event any more. */
  rewind(): void;
  close(): void;
}

const FORMAT = 1;
const SCHEMA = `
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, length INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS events (
  position INTEGER PRIMARY KEY,
  commit_position INTEGER NOT NULL,
  stream INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  latest INTEGER NOT NULL,
  UNIQUE (stream, revision)
) STRICT;
`;

const REWIND = `
UPDATE meta SET value = coalesce((SELECT CAST(commit_position AS TEXT) FROM events ORDER BY position DESC LIMIT 1), '0')
WHERE name = 'known'`;

const AGAIN = 'delete it, the next command reads it again from the cluster';
const REMEDIES: Remedies = { store_damaged: AGAIN, store_foreign: AGAIN };

/** Opens the index of the ledger with this uid. A file that is damaged or of another ledger is made anew. Throws what a file can say. */
export function openPositions(path: string, uid: string): Positions {
  makeFolder(dirname(path));
  try {
    return openFile(path, uid);
  } catch (error) {
    if (!isUseless(error)) throw error;
  }
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
  return openFile(path, uid);
}

class ForeignIndex extends Error {}

/** Whether there is nothing in the file to be kept; one that is locked or cannot be written is somebody's all the same. */
function isUseless(error: unknown): boolean {
  if (error instanceof ProblemError) return error.problem.code in REMEDIES;
  return error instanceof ForeignIndex || (error instanceof Error && 'errcode' in error);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const says = `${folder} cannot be made (${error.code}); name a folder that you may write by files= in the address.`;
    throw new ProblemError(problem('store_read_only', says), { cause: error });
  }
}

function openFile(path: string, uid: string): Positions {
  return guardedFile(path, () => {
    const db = new DatabaseSync(path, { timeout: 5_000 });
    try {
      // What a power cut takes away is read again from the server.
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
      db.exec(SCHEMA);
      const put = db.prepare('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING');
      put.run('ledger', `${uid} ${FORMAT}`);
      put.run('known', '0');
      const own = db.prepare("SELECT value FROM meta WHERE name = 'ledger'").get()?.value;
      if (own !== `${uid} ${FORMAT}`) throw new ForeignIndex(path);
      return positionsOn(db, path);
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

type Row = readonly SQLOutputValue[];

/** A page of the log may be on its way when the log is closed: whoever waits for it is told, and nothing breaks. */
function stillOpen(db: DatabaseSync): void {
  if (db.isOpen) return;
  throw new ProblemError(problem('store_unavailable', 'The log is closed on this node; open it again.'));
}

function positionsOn(db: DatabaseSync, path: string): Positions {
  const arrays = (sql: string): StatementSync => {
    const statement = db.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  };
  const knownRow = arrays("SELECT value FROM meta WHERE name = 'known'");
  const setKnown = db.prepare("UPDATE meta SET value = ? WHERE name = 'known'");
  const lastRow = arrays('SELECT position, latest FROM events ORDER BY position DESC LIMIT 1');
  const streamRow = arrays('SELECT id, length FROM streams WHERE name = ?');
  const addStream = db.prepare('INSERT INTO streams (name, length) VALUES (?, 1)');
  const grow = db.prepare('UPDATE streams SET length = ? WHERE id = ?');
  const addEvent = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?)');
  const findEvent = arrays(
    'SELECT e.position FROM events AS e JOIN streams AS s ON s.id = e.stream WHERE s.name = ? AND e.revision = ?',
  );
  const pageRows = arrays(
    `SELECT e.position, e.commit_position, s.name, e.revision FROM events AS e JOIN streams AS s ON s.id = e.stream
     WHERE e.position > ? ORDER BY e.position LIMIT ?`,
  );
  const latestAt = arrays('SELECT latest FROM events WHERE position = ?');

  const guarded = <T>(action: () => T): T => {
    stillOpen(db);
    return guardedFile(path, action, REMEDIES);
  };
  const rowOf = (statement: StatementSync, ...values: SQLInputValue[]) =>
    guarded(() => statement.get(...values) as unknown as Row | undefined);
  const numberAt = (row: Row | undefined, column: number) => Number(row?.[column] ?? 0);
  const known = () => BigInt(String(rowOf(knownRow)?.[0] ?? '0'));
  const placeOf = (row: Row): Place => ({
    position: numberAt(row, 0),
    commit: BigInt(numberAt(row, 1)),
    stream: String(row[2]),
    revision: numberAt(row, 3),
  });

  function note({ commit, stream, revision, recordedAt }: Seen, position: number, latest: number): Break | undefined {
    const row = rowOf(streamRow, stream);
    const length = numberAt(row, 1);
    if (revision !== length + 1) return { stream, expected: length + 1, found: revision };
    const id = row === undefined ? Number(addStream.run(stream).lastInsertRowid) : numberAt(row, 0);
    if (row !== undefined) grow.run(revision, id);
    addEvent.run(position, commit, id, revision, Math.max(latest, recordedAt));
    return undefined;
  }

  return {
    known,
    head: () => numberAt(rowOf(lastRow), 0),
    lengthOf: (stream) => numberAt(rowOf(streamRow, stream), 1),
    positionOf(stream, revision) {
      const row = rowOf(findEvent, stream, revision);
      return row === undefined ? undefined : numberAt(row, 0);
    },
    page: (after, limit) => guarded(() => pageRows.all(after, limit) as unknown as readonly Row[]).map(placeOf),
    last() {
      const row = rowOf(pageRows, numberAt(rowOf(lastRow), 0) - 1, 1);
      return row === undefined ? undefined : placeOf(row);
    },
    latest: () => numberAt(rowOf(lastRow), 1),
    upTo(micros) {
      let low = 0;
      let high = numberAt(rowOf(lastRow), 0);
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (numberAt(rowOf(latestAt, middle), 0) > micros) high = middle - 1;
        else low = middle;
      }
      return low;
    },
    take: (seen, through) =>
      guarded(() => {
        db.exec('BEGIN IMMEDIATE');
        try {
          // Inside the transaction: another process of this node may have noted some of them.
          let at = known();
          const end = rowOf(lastRow);
          let position = numberAt(end, 0);
          let latest = numberAt(end, 1);
          let broken: Break | undefined;
          for (const event of seen) {
            if (event.commit <= at) continue;
            broken = note(event, position + 1, latest);
            if (broken !== undefined) break;
            position += 1;
            latest = Math.max(latest, event.recordedAt);
            at = event.commit;
          }
          if (broken === undefined && through > at) at = through;
          setKnown.run(String(at));
          db.exec('COMMIT');
          return broken;
        } catch (error) {
          if (db.isTransaction) db.exec('ROLLBACK');
          throw error;
        }
      }),
    reset: () =>
      guarded(() =>
        db.exec(
          "BEGIN IMMEDIATE; DELETE FROM events; DELETE FROM streams; UPDATE meta SET value = '0' WHERE name = 'known'; COMMIT",
        ),
      ),
    // In one statement: another process of this node may be noting events.
    rewind: () => guarded(() => db.exec(REWIND)),
    close() {
      if (db.isOpen) db.close();
    },
  };
}
