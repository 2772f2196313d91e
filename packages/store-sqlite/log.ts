import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import {
  type Append,
  type Appended,
  type Clock,
  checkAppends,
  checkStream,
  type EventStore,
  eventHash,
  instantText,
  LEDGER_ID,
  LIMITS,
  NO_HASH,
  nextInstant,
  type Pending,
  ProblemError,
  parseInstant,
  problem,
} from '@ledger/kernel';
import {
  checkFormat,
  connect,
  type Format,
  guarded,
  numberOf,
  requireFile,
  setDurability,
  stampFormat,
  transactor,
  whenFree,
} from './connection.ts';
import { arrays, COLUMNS, integer, rowOf, rowsOf, storedRows, text } from './rows.ts';

export interface SqliteLog extends EventStore {
  readonly path: string;
  /** Drawn when the file was made: tells two ledgers of the same name apart. */
  readonly uid: string;
  /** Made for demonstration: ids and times in it were given, not drawn. */
  readonly demo: boolean;
}

export interface LogOptions {
  /** `create` refuses a file that exists, `open` one that does not. */
  readonly mode: 'create' | 'open';
  /** Id of the ledger: needed to create; checked against the file's when one is opened. */
  readonly ledger?: string;
  readonly clock: Clock;
  readonly demo?: boolean;
  /** Commits return before the disk has the bytes: for tests whose data nobody misses. */
  readonly allowLazyFsync?: boolean;
  /** How long a writer waits for another one before it answers `store_busy`: 5 s. */
  readonly busyMs?: number;
  /** How often the head is compared with what other processes wrote. */
  readonly pollMs?: number;
}

const FORMAT: Format = { what: 'a ledger', applicationId: 0x4c444752, version: 1 };

const SCHEMA = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE events (
  position INTEGER PRIMARY KEY,
  stream TEXT NOT NULL,
  revision INTEGER NOT NULL,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  version INTEGER NOT NULL,
  recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  role TEXT NOT NULL,
  on_behalf_of TEXT,
  command_id TEXT NOT NULL,
  command_hash TEXT NOT NULL,
  correlation_id TEXT NOT NULL,
  causation_id TEXT,
  data TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  UNIQUE (stream, revision)
) STRICT;
CREATE TRIGGER events_are_facts BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER events_are_kept BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
`;

/**
 * The log of a ledger in one SQLite file; `:memory:` is one that is gone when it is closed. Writers of all processes queue at `BEGIN IMMEDIATE`, so that the order of positions is
 * the order of commits, and a commit returns when the disk has it.
 * Throws store_missing, store_exists, store_foreign, store_newer, store_damaged, sqlite_unsafe, durability.
 */
export function openLog(path: string, options: LogOptions): SqliteLog {
  if (options.mode === 'open') requireFile(path, 'name an existing ledger, or make one with `ledger init`');
  else requireFile(dirname(path), 'make that folder first, or name a ledger in another one');
  // Before there is a file: a name that is refused must not leave an empty one behind.
  if (options.mode === 'create') checkName(options.ledger);
  const db = options.mode === 'create' ? connectNew(path, options.busyMs) : connect(path, options.busyMs);
  try {
    return guarded(path, () => {
      if (options.mode === 'create') initialise(db, path, options);
      else if (!checkFormat(db, path, FORMAT)) {
        throw new ProblemError(problem('store_foreign', `${path} is empty, not ${FORMAT.what}; name another file.`));
      }
      setDurability(db, path, options.allowLazyFsync === true ? 'OFF' : 'FULL');
      db.exec('PRAGMA cache_size = -16384');
      return withOurTables(path, () => logOn(db, path, options));
    });
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Our statements are prepared when the file is opened: one that SQLite does not understand speaks of tables that are not ours. */
function withOurTables<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Error && 'errcode' in error && error.errcode === 1)) throw error;
    const says = `${path}: ${error.message}; its tables are not those of a ledger. Restore it from a backup.`;
    throw new ProblemError(problem('store_damaged', says), { cause: error });
  }
}

/** A file that is there already is refused whatever it is, even if it is no database. */
function connectNew(path: string, busyMs: number | undefined): DatabaseSync {
  try {
    return connect(path, busyMs);
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'store_foreign') throw exists(path);
    throw error;
  }
}

function exists(path: string): ProblemError {
  return new ProblemError(problem('store_exists', `${path} exists already; open it, or name a new file.`));
}

function checkName(ledger: string | undefined): asserts ledger is string {
  if (ledger !== undefined && LEDGER_ID.test(ledger)) return;
  const remedy = 'use 1 to 32 lower-case letters, digits and hyphens, beginning with a letter';
  throw new ProblemError(
    problem('stream_invalid', `ledger cannot be ${JSON.stringify(ledger)}: ${remedy}.`, '/ledger'),
  );
}

function initialise(db: DatabaseSync, path: string, { ledger, clock, demo }: LogOptions): void {
  checkName(ledger);
  transactor(db)(() => {
    // Inside the transaction: of two processes that create the same file, the second one finds it made.
    if (numberOf(db, 'PRAGMA application_id') !== 0 || numberOf(db, 'SELECT count(*) FROM sqlite_schema') !== 0) {
      throw exists(path);
    }
    db.exec(SCHEMA);
    stampFormat(db, FORMAT);
    const put = db.prepare('INSERT INTO meta (name, value) VALUES (?, ?)');
    put.run('ledger', ledger);
    put.run('uid', randomUUID());
    put.run('demo', demo === true ? 'yes' : 'no');
    put.run('created', instantText(clock()));
  });
}

function logOn(db: DatabaseSync, path: string, options: LogOptions): SqliteLog {
  const meta = new Map(
    rowsOf(arrays(db, 'SELECT name, value FROM meta')).map(([name, value]) => [String(name), String(value)]),
  );
  const ledger = meta.get('ledger') ?? '';
  if (options.ledger !== undefined && options.ledger !== ledger) {
    throw new ProblemError(
      problem('store_foreign', `${path} holds the ledger ${ledger}, not ${options.ledger}; name the other file.`),
    );
  }

  const transaction = transactor(db);
  const lastOfLog = arrays(db, 'SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1');
  const endOfStream = arrays(db, 'SELECT revision, hash FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1');
  // A taken revision is an answer, not an error: the statement does nothing and the transaction stays usable.
  const insert = db.prepare(
    `INSERT INTO events (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (stream, revision) DO NOTHING`,
  );
  const selectStream = arrays(db, `SELECT ${COLUMNS} FROM events WHERE stream = ? AND revision > ? ORDER BY revision`);
  const selectAll = arrays(db, `SELECT ${COLUMNS} FROM events WHERE position > ? ORDER BY position LIMIT ?`);
  const recordedAtOf = arrays(
    db,
    'SELECT position, recorded_at FROM events WHERE position <= ? ORDER BY position DESC LIMIT 1',
  );
  const firstGap = arrays(
    db,
    `SELECT p.position FROM (SELECT 1 AS position UNION ALL SELECT position + 1 FROM events) AS p
     WHERE p.position <= (SELECT max(position) FROM events)
       AND NOT EXISTS (SELECT 1 FROM events AS e WHERE e.position = p.position)
     ORDER BY p.position LIMIT 1`,
  );
  const dataVersion = arrays(db, 'PRAGMA data_version');

  // What was appended in this transaction so far: the log's end, in plain numbers. Microseconds are safe integers until 2255.
  let position = 0;
  let micros = 0;
  let recordedAt = '';
  /** Set by an I/O error: after one, a commit that "succeeds" proves nothing (promises.md, P10). */
  let broken: unknown;

  function insertEvent(event: Pending, stream: string, revision: number, previousHash: string): string | undefined {
    const at = micros + 1;
    const text = instantText(at);
    const hash = eventHash(event, { ledger, stream, revision, recordedAt: text, previousHash });
    const m = event.meta;
    const { changes } = insert.run(
      position + 1,
      stream,
      revision,
      event.id,
      event.type,
      event.version,
      text,
      m.actor.id,
      m.actor.role,
      m.actor.onBehalfOf ?? null,
      m.commandId,
      m.commandHash,
      m.correlationId,
      m.causationId,
      event.data,
      previousHash,
      hash,
    );
    if (changes === 0) return undefined;
    position += 1;
    micros = at;
    recordedAt = text;
    return hash;
  }

  function appendOne({ stream, events, expected }: Append): Appended {
    let hash = NO_HASH;
    if (expected > 0) {
      const end = endOf(stream);
      if (end.revision !== expected) return { ok: false, revision: end.revision };
      hash = end.hash;
    }
    let revision = expected;
    for (const event of events) {
      revision += 1;
      const next = insertEvent(event, stream, revision, hash);
      if (next === undefined) {
        // Only revision 1 can be taken: any other expected revision was compared with the stream's end above.
        if (revision !== 1) throw new Error(`${stream} has revision ${revision} beyond its end`);
        return { ok: false, revision: endOf(stream).revision };
      }
      hash = next;
    }
    return { ok: true, revision, position: BigInt(position), recordedAt };
  }

  function endOf(stream: string): { revision: number; hash: string } {
    const row = rowOf(endOfStream, stream);
    return row === undefined ? { revision: 0, hash: NO_HASH } : { revision: integer(row, 0), hash: text(row, 1) };
  }

  function write(appends: readonly Append[]): Appended[] {
    if (broken !== undefined) throw broken;
    checkAppends(appends);
    try {
      const answers = guarded(path, () =>
        transaction(() => {
          const last = rowOf(lastOfLog);
          position = last === undefined ? 0 : integer(last, 0);
          const previous = last === undefined ? undefined : text(last, 1);
          micros = Number(nextInstant(previous, options.clock())) - 1;
          return appends.map(appendOne);
        }),
      );
      if (answers.some((answer) => answer.ok)) signal();
      return answers;
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code === 'store_io') broken = error;
      throw idTaken(error, path);
    }
  }

  const watchers = new Set<() => void>();
  let signalled = false;
  let poll: ReturnType<typeof setInterval> | undefined;
  let seen = 0;

  /** Wakes watchers once for any number of appends made before the event loop turns. */
  function signal(): void {
    if (signalled || watchers.size === 0) return;
    signalled = true;
    setImmediate(() => {
      signalled = false;
      for (const wake of watchers) wake();
    });
  }

  /** `data_version` changes when another connection, of this or another process, has committed. */
  function look(): void {
    const now = integer(rowOf(dataVersion) ?? [], 0);
    if (now !== seen) signal();
    seen = now;
  }

  return {
    ledger,
    path,
    uid: meta.get('uid') ?? '',
    demo: meta.get('demo') === 'yes',
    append: async (append) => (await whenFree(db, options, () => write([append])))[0] as Appended,
    appendEach: (appends) => whenFree(db, options, () => write(appends)),
    async read(stream, { after = 0 } = {}) {
      checkStream(stream);
      return guarded(path, () => storedRows(selectStream, ledger, stream, after));
    },
    async readAll({ after, limit }) {
      if (!Number.isSafeInteger(limit) || limit < 1 || limit > LIMITS.pageSize) {
        throw new ProblemError(
          problem('limit_exceeded', `A page of ${limit} events cannot be read; ask for 1 to ${LIMITS.pageSize}.`),
        );
      }
      return guarded(path, () => storedRows(selectAll, ledger, after, limit));
    },
    head: async () => guarded(path, () => BigInt(integer(rowOf(lastOfLog) ?? [0], 0))),
    check: async () =>
      guarded(path, () => {
        const [first] = rowsOf(arrays(db, 'PRAGMA integrity_check(1)'));
        const found = String(first?.[0]);
        if (found !== 'ok') return problem('store_damaged', `${path}: ${found}; restore it from a backup.`);
        // Writers count on from the last position, so that a position without an event had one.
        const missing = rowOf(firstGap);
        if (missing === undefined) return undefined;
        const remedy = 'restore the ledger file from a backup';
        return problem('tail_lost', `There is no event at position ${integer(missing, 0)}; ${remedy}.`);
      }),
    async positionAt(instant) {
      const micros = parseInstant(instant);
      if (micros === undefined) {
        const remedy = 'write it as 2026-01-31T12:00:00Z';
        throw new ProblemError(problem('as_of_invalid', `${JSON.stringify(instant)} is not an instant; ${remedy}.`));
      }
      const bound = instantText(micros);
      // Positions and recorded_at rise together, so that halving the range of positions finds the place without an index.
      return guarded(path, () => {
        let best = 0;
        let low = 1;
        let high = integer(rowOf(lastOfLog) ?? [0], 0);
        while (low <= high) {
          const middle = Math.floor((low + high) / 2);
          const row = rowOf(recordedAtOf, middle);
          const found = row === undefined ? 0 : integer(row, 0);
          if (row === undefined || found < low) low = middle + 1;
          else if (text(row, 1) > bound) high = found - 1;
          else {
            best = found;
            low = middle + 1;
          }
        }
        return BigInt(best);
      });
    },
    watch(wake) {
      watchers.add(wake);
      if (poll === undefined) {
        seen = integer(rowOf(dataVersion) ?? [], 0);
        poll = setInterval(look, options.pollMs ?? 250);
      }
      return () => {
        watchers.delete(wake);
        if (watchers.size > 0) return;
        clearInterval(poll);
        poll = undefined;
      };
    },
    async close() {
      watchers.clear();
      clearInterval(poll);
      poll = undefined;
      if (db.isOpen) guarded(path, () => db.close());
    },
  };
}

/** The unique index on event ids refuses a batch as a whole: an id drawn twice is a fault of the caller, not a conflict. */
function idTaken(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !error.message.includes('UNIQUE constraint failed: events.id')) return error;
  const remedy = 'draw a new id for each event; nothing of the batch was written';
  return new ProblemError(problem('event_id_taken', `${path} holds an event with one of these ids; ${remedy}.`));
}
