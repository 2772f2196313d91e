import { createHash, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import {
  type Build,
  ProblemError,
  problem,
  type RowVersion,
  type ViewId,
  type ViewState,
  type ViewStep,
  type ViewStore,
} from '@ledger/kernel';
import { checkFormat, connect, type Format, guarded, setDurability, stampFormat, transactor } from './connection.ts';
import { arrays, integer, type Row, rowOf, rowsOf, text } from './rows.ts';
import { type BuildTables, buildTables, createTables, dropTables } from './view-tables.ts';

const FORMAT: Format = { what: 'a file of views', applicationId: 0x4c445657, version: 1 };

const SCHEMA = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE builds (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  build TEXT NOT NULL,
  checkpoint INTEGER NOT NULL,
  stopped_at INTEGER,
  reason TEXT,
  UNIQUE (name, version, build)
) STRICT;
`;

/** Bytes of the file that are read where they lie in memory, once somebody asks by label: what is found so lies all over it. */
const MAPPED = 268_435_456;

/** Every key of a build has its newest row in memory by number while the build has no index; beyond this many keys it gets one. */
const KEYS_IN_MEMORY = 4_000_000;

interface BuildRow {
  readonly id: number;
  readonly checkpoint: bigint;
  readonly stoppedAt: number | undefined;
  readonly reason: string;
}

/**
 * Where views live: a file beside the log that can be thrown away. A file that is damaged, of another format, or made from another
 * log than `log` names is deleted, and the views start again from nothing.
 */
export function openViews(path: string, options: { readonly log?: string } = {}): ViewStore {
  try {
    return openFile(path, options.log);
  } catch (error) {
    if (!(error instanceof ProblemError) || !REPLACED.has(error.problem.code)) throw error;
  }
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
  return openFile(path, options.log);
}

const REPLACED = new Set(['store_foreign', 'store_newer', 'store_damaged', 'storage_type']);

const BUILD_WITHOUT_TABLES = `SELECT name FROM builds WHERE
  (SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('rows_' || id, 'labels_' || id)) < 2 LIMIT 1`;

function openFile(path: string, log: string | undefined): ViewStore {
  const db = connect(path);
  try {
    return guarded(path, () => {
      if (!checkFormat(db, path, FORMAT)) initialise(db, path, log);
      const made = rowOf(arrays(db, "SELECT value FROM meta WHERE name = 'log'"));
      if (log !== undefined && (made === undefined || text(made, 0) !== log)) {
        throw new ProblemError(problem('store_foreign', `${path} was made from another ledger; it is built again.`));
      }
      const orphan = rowOf(arrays(db, BUILD_WITHOUT_TABLES));
      if (orphan !== undefined) {
        throw new ProblemError(problem('store_damaged', `${path}: view ${text(orphan, 0)} has no rows; built again.`));
      }
      // NORMAL: losing power may lose the last commits, which the next run folds again, and damages nothing.
      setDurability(db, path, 'NORMAL');
      db.exec('PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000');
      return viewsOn(db, path);
    });
  } catch (error) {
    db.close();
    throw error;
  }
}

function initialise(db: DatabaseSync, path: string, log: string | undefined): void {
  // Rows are longer than events: larger pages take a tenth off the time of a commit.
  db.exec('PRAGMA page_size = 8192');
  transactor(db)(() => {
    // Another process may have made it since.
    if (checkFormat(db, path, FORMAT)) return;
    db.exec(SCHEMA);
    stampFormat(db, FORMAT);
    if (log !== undefined) db.prepare("INSERT INTO meta (name, value) VALUES ('log', ?)").run(log);
  });
}

function viewsOn(db: DatabaseSync, path: string): ViewStore {
  const transaction = transactor(db);
  const findBuild = arrays(
    db,
    'SELECT id, checkpoint, stopped_at, reason FROM builds WHERE name = ? AND version = ? AND build = ?',
  );
  const addBuild = db.prepare('INSERT INTO builds (name, version, build, checkpoint) VALUES (?, ?, ?, 0)');
  const moveBuild = db.prepare('UPDATE builds SET checkpoint = ?, stopped_at = NULL, reason = NULL WHERE id = ?');
  const stopBuild = db.prepare('UPDATE builds SET stopped_at = ?, reason = ? WHERE id = ? AND checkpoint < ?');
  const renameBuild = db.prepare("UPDATE builds SET build = 'live' WHERE id = ?");
  const dropBuild = db.prepare('DELETE FROM builds WHERE id = ?');
  const shadows = arrays(db, "SELECT id FROM builds WHERE build = 'shadow'");
  const claimOf = arrays(db, "SELECT value FROM meta WHERE name = 'shadow'");
  const claim = db.prepare(
    "INSERT INTO meta (name, value) VALUES ('shadow', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  );
  const [begin, commit] = [db.prepare('BEGIN'), db.prepare('COMMIT')];
  const opened = new Map<number, BuildTables>();
  /** Names this handle as the one that builds in the shadow, once it does. */
  let claimed: string | undefined;

  function find(view: ViewId, build: Build): BuildRow | undefined {
    if (build === 'shadow') checkClaim();
    const row = rowOf(findBuild, view.name, view.version, build);
    if (row === undefined) return undefined;
    const stoppedAt = row[2] === null ? undefined : integer(row, 2);
    const reason = row[3] === null ? '' : text(row, 3);
    return { id: integer(row, 0), checkpoint: BigInt(integer(row, 1)), stoppedAt, reason };
  }

  function checkClaim(): void {
    if (claimed === undefined || rowOf(claimOf)?.[0] === claimed) return;
    const says = `${path}: somebody else builds these views beside those in use, which this build cannot share; wait for them and begin again.`;
    throw new ProblemError(problem('shadow_taken', says));
  }

  function make(view: ViewId, build: Build): BuildRow {
    const id = Number(addBuild.run(view.name, view.version, build).lastInsertRowid);
    createTables(db, id);
    return { id, checkpoint: 0n, stoppedAt: undefined, reason: '' };
  }

  function tables(id: number): BuildTables {
    let known = opened.get(id);
    if (known === undefined) {
      known = buildTables(db, id, KEYS_IN_MEMORY);
      opened.set(id, known);
    }
    return known;
  }

  /** Everything that an action reads is of one moment, even when another process promotes a build meanwhile. */
  function snapshot<T>(action: () => T): T {
    return guarded(path, () => {
      begin.run();
      try {
        return action();
      } finally {
        commit.run();
      }
    });
  }

  let isMapped = false;
  /** Not before, as a log is folded: mapped pages would count as memory of an import. */
  function mapped(): void {
    if (isMapped) return;
    db.exec(`PRAGMA mmap_size = ${MAPPED}`);
    isMapped = true;
  }

  /** The first question by key pays for the index. A transaction that has begun to read could not write it. */
  function asking<T>(view: ViewId, build: Build, none: T, action: (tables: BuildTables, found: BuildRow) => T): T {
    let isIndexed = true;
    const answer = reading(view, build, none, (t, found) => {
      isIndexed = t.indexed();
      return isIndexed ? action(t, found) : none;
    });
    if (isIndexed) return answer;
    indexed(view, build);
    return reading(view, build, none, action);
  }

  function indexed(view: ViewId, build: Build): void {
    guarded(path, () =>
      transaction(() => {
        const found = find(view, build);
        if (found !== undefined) tables(found.id).index();
      }),
    );
  }

  function reading<T>(view: ViewId, build: Build, none: T, action: (tables: BuildTables, found: BuildRow) => T): T {
    return snapshot(() => {
      const found = find(view, build);
      return found === undefined ? none : action(tables(found.id), found);
    });
  }

  function apply({ view, from, to, rows }: ViewStep, build: Build): void {
    const found = find(view, build) ?? make(view, build);
    if (found.checkpoint !== from) {
      throw new ProblemError(
        problem('view_conflict', `View ${view.name} is at ${found.checkpoint}, not at ${from}; read its state again.`),
      );
    }
    checkOrder(view, from, to, rows);
    tables(found.id).write(rows, from, to);
    moveBuild.run(to, found.id);
  }

  function drop(id: number): void {
    dropTables(db, id);
    dropBuild.run(id);
    opened.delete(id);
  }

  return {
    state: async (view, build = 'live') =>
      guarded(path, (): ViewState => {
        const found = find(view, build);
        if (found === undefined) return { state: 'running', checkpoint: 0n };
        const { checkpoint, stoppedAt, reason } = found;
        if (stoppedAt === undefined) return { state: 'running', checkpoint };
        return { state: 'stopped', checkpoint, position: BigInt(stoppedAt), reason };
      }),
    async commit(steps, build = 'live') {
      try {
        guarded(path, () =>
          transaction(() => {
            for (const step of steps) apply(step, build);
          }),
        );
      } catch (error) {
        // What the tables remember of their keys may be of the transaction that was rolled back.
        opened.clear();
        throw error;
      }
    },
    async stop(view, { position, reason }, build = 'live') {
      guarded(path, () =>
        transaction(() => {
          const found = find(view, build) ?? make(view, build);
          stopBuild.run(position, reason, found.id, position);
        }),
      );
    },
    get: async (view, key, asOf, build = 'live') =>
      asking(view, build, undefined, (t, { checkpoint }) =>
        asOf === undefined || asOf >= checkpoint ? t.newest(key, checkpoint) : t.asOf(key, asOf),
      ),
    getMany: async (view, keys, build = 'live') =>
      reading(
        view,
        build,
        keys.map(() => undefined),
        (t, { checkpoint }) => keys.map((key) => t.newest(key, checkpoint)),
      ),
    list: async (view, prefix, asOf) =>
      asking(view, 'live', [], (t, { checkpoint }) => t.list(prefix, asOf ?? checkpoint)),
    changes: async (view, of, { after, upTo }) => asking(view, 'live', [], (t) => t.changes(of, after, upTo)),
    async labelled(view, label, asOf) {
      guarded(path, mapped);
      return asking(view, 'live', [], (t, { checkpoint }) => t.labelled(label, asOf ?? checkpoint));
    },
    labels: async (view, prefix) => asking(view, 'live', [], (t) => t.labels(prefix)),
    digest: async (view, build = 'live', asOf) =>
      reading(view, build, sha256([]), (t, { checkpoint }) => sha256(t.versions(asOf ?? checkpoint))),
    labelDigest: async (view, build = 'live') => asking(view, build, hashed([]), (t) => hashed(t.allLabels())),
    async check() {
      return guarded(path, () => {
        const [first] = rowsOf(arrays(db, 'PRAGMA integrity_check(1)'));
        const found = String(first?.[0]);
        if (found === 'ok') return undefined;
        return problem('store_damaged', `${path}: ${found}; delete it, the next command makes it from the log.`);
      });
    },
    async clearShadow() {
      guarded(path, () =>
        transaction(() => {
          for (const row of rowsOf(shadows)) drop(integer(row, 0));
          claimed = randomUUID();
          claim.run(claimed);
        }),
      );
    },
    async promote(views) {
      guarded(path, () => {
        // Outside of the exchange itself, which then takes a moment only.
        for (const view of views) indexed(view, 'shadow');
        transaction(() => {
          for (const view of views) {
            const shadow = shadowOf(view);
            const live = find(view, 'live');
            if (live !== undefined) drop(live.id);
            tables(shadow.id).index();
            renameBuild.run(shadow.id);
            opened.delete(shadow.id);
          }
        });
      });
    },
    async close() {
      if (db.isOpen) guarded(path, () => db.close());
    },
  };

  function shadowOf(view: ViewId): BuildRow {
    const shadow = find(view, 'shadow');
    if (shadow !== undefined) return shadow;
    throw new ProblemError(problem('view_conflict', `View ${view.name} has no shadow build; rebuild it first.`));
  }
}

/** The digest reads rows in the order in which they were written, which is by position only if every step keeps to it. */
function checkOrder(view: ViewId, from: bigint, to: bigint, rows: readonly RowVersion[]): void {
  let last = from + 1n;
  for (const { position } of rows) {
    if (position < last || position > to) {
      throw new RangeError(`View ${view.name}: a row at ${position} does not belong between ${last} and ${to}`);
    }
    last = position;
  }
}

/** Rows arrive in pages; each field is preceded by its length, as in `eventHash`. */
function sha256(pages: Iterable<readonly Row[]>): string {
  const hash = createHash('sha256');
  for (const page of pages) {
    let chunk = '';
    for (const row of page) {
      const key = text(row, 0);
      const json = row[2] === null ? '-' : text(row, 2);
      chunk += `${key.length}:${key}${integer(row, 1)}:${json.length}:${json}`;
    }
    hash.update(chunk);
  }
  return hash.digest('hex');
}

function hashed(pages: Iterable<readonly Row[]>): string {
  const hash = createHash('sha256');
  for (const page of pages) {
    for (const row of page) {
      const [label, key] = [text(row, 0), text(row, 1)];
      hash.update(`${label.length}:${label}${key.length}:${key}`);
    }
  }
  return hash.digest('hex');
}
