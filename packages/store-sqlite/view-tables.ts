import type { DatabaseSync } from 'node:sqlite';
import type { RowVersion } from '@ledger/kernel';
import { arrays, integer, type Row, rowOf, rowsOf, text } from './rows.ts';

interface KeyedRow {
  readonly key: string;
  readonly row: string;
}

type KeysOf = { readonly label: string } | { readonly prefix: string };

interface Version {
  readonly key: string;
  readonly position: bigint;
  readonly row: string | null;
}

/** The tables of one build of one view. Every call belongs into a transaction of the caller. */
export interface BuildTables {
  /** Makes the build fit to be asked by key; does nothing the second time. */
  index(): void;
  readonly indexed: () => boolean;
  write(rows: readonly RowVersion[], from: bigint, to: bigint): void;
  /** The newest row of a key; `checkpoint` is the build's, as read in this transaction. */
  newest(key: string, checkpoint: bigint): string | undefined;
  asOf(key: string, position: bigint): string | undefined;
  list(prefix: string, position: bigint): KeyedRow[];
  labelled(label: string, position: bigint): KeyedRow[];
  changes(of: KeysOf, after: bigint, upTo: bigint): Version[];
  labels(prefix: string): string[];
  /** Pages of (key, position, row) up to a position, in the order in which they were written. */
  versions(position: bigint): Iterable<readonly Row[]>;
  /** Pages of (label, key), each once, in their order. */
  allLabels(): Iterable<readonly Row[]>;
}

/**
 * Row versions are appended in the order of positions and found by an index: measured three times as fast as a table clustered by
 * key, whose pages are written again for every few rows. A build that nobody has asked by key yet, as a log is folded from its
 * beginning, goes without the index; that halves the time once more.
 */
export function createTables(db: DatabaseSync, id: number): void {
  db.exec(`
    CREATE TABLE rows_${id} (id INTEGER PRIMARY KEY, key TEXT NOT NULL, position INTEGER NOT NULL, row TEXT) STRICT;
    CREATE TABLE labels_${id} (label TEXT NOT NULL, key TEXT NOT NULL) STRICT;
  `);
}

export function dropTables(db: DatabaseSync, id: number): void {
  db.exec(`DROP TABLE rows_${id}; DROP TABLE labels_${id};`);
}

function isIndexed(db: DatabaseSync, id: number): boolean {
  return rowOf(arrays(db, 'SELECT 1 FROM sqlite_schema WHERE name = ?'), `keys_${id}`) !== undefined;
}

/** Rows read at a time where all of them are wanted. */
const PAGE = 2_000;
/** Rows that are sooner looked through than found by their keys. */
const SHORT_SPAN = 5_000;
const POSITIONS_KNOWN = 64;

export function buildTables(db: DatabaseSync, id: number, keysInMemory: number): BuildTables {
  const insertRow = db.prepare(`INSERT INTO rows_${id} (id, key, position, row) VALUES (?, ?, ?, ?)`);
  const insertLabel = db.prepare(`INSERT INTO labels_${id} (label, key) VALUES (?, ?)`);
  const insertNewLabel = db.prepare(
    `INSERT INTO labels_${id} (label, key) SELECT ?1, ?2
     WHERE NOT EXISTS (SELECT 1 FROM labels_${id} WHERE label = ?1 AND key = ?2)`,
  );
  const lastRow = arrays(db, `SELECT max(id) FROM rows_${id}`);
  const selectKeys = arrays(db, `SELECT id, key FROM rows_${id} WHERE id > ? ORDER BY id LIMIT ${PAGE}`);
  const selectById = arrays(db, `SELECT row FROM rows_${id} WHERE id = ?`);
  const selectAsOf = arrays(
    db,
    `SELECT row FROM rows_${id} WHERE key = ? AND position <= ? ORDER BY position DESC LIMIT 1`,
  );
  const newestOf = `(SELECT row FROM rows_${id} AS r WHERE r.key = k.key AND r.position <= ?2 ORDER BY r.position DESC LIMIT 1)`;
  // Steps from key to key: a key may have thousands of versions.
  const selectList = arrays(
    db,
    `WITH RECURSIVE k (key) AS (
       SELECT min(key) FROM rows_${id} WHERE key >= ?1 AND key < ?1 || char(1114111)
       UNION ALL
       SELECT (SELECT min(n.key) FROM rows_${id} AS n WHERE n.key > k.key AND n.key < ?1 || char(1114111)) FROM k
       WHERE k.key IS NOT NULL
     )
     SELECT key, ${newestOf} AS row FROM k WHERE key IS NOT NULL`,
  );
  const selectLabelled = arrays(
    db,
    `SELECT k.key, ${newestOf} AS row FROM (SELECT DISTINCT key FROM labels_${id} WHERE label = ?1) AS k ORDER BY k.key`,
  );
  // Steps from label to label, as from key to key.
  const selectLabels = arrays(
    db,
    `WITH RECURSIVE l (label) AS (
       SELECT min(label) FROM labels_${id} WHERE label >= ?1 AND label < ?1 || char(1114111)
       UNION ALL
       SELECT (SELECT min(n.label) FROM labels_${id} AS n WHERE n.label > l.label AND n.label < ?1 || char(1114111)) FROM l
       WHERE l.label IS NOT NULL
     )
     SELECT label FROM l WHERE label IS NOT NULL`,
  );
  const inRange = 'r.position > ?2 AND r.position <= ?3 ORDER BY r.position, r.key';
  const selectLabelledChanges = arrays(
    db,
    `SELECT r.key, r.position, r.row FROM (SELECT DISTINCT key FROM labels_${id} WHERE label = ?1) AS k
     CROSS JOIN rows_${id} AS r ON r.key = k.key WHERE ${inRange}`,
  );
  const selectChanges = arrays(
    db,
    `SELECT r.key, r.position, r.row FROM rows_${id} AS r
     WHERE r.key >= ?1 AND r.key < ?1 || char(1114111) AND ${inRange}`,
  );
  // Rows are appended in the order of positions, so that a span of the log is a span of ids.
  const selectSpan = arrays(
    db,
    `SELECT key, position, row FROM rows_${id}
     WHERE id >= ?2 AND id < ?3 AND key >= ?1 AND key < ?1 || char(1114111) ORDER BY position, key`,
  );
  const lastPosition = arrays(db, `SELECT position, id FROM rows_${id} ORDER BY id DESC LIMIT 1`);
  const positionOf = arrays(db, `SELECT position, id FROM rows_${id} WHERE id >= ? ORDER BY id LIMIT 1`);
  const selectVersions = arrays(
    db,
    `SELECT key, position, row, id FROM rows_${id} WHERE id > ? ORDER BY id LIMIT ${PAGE}`,
  );

  const selectAllLabels = arrays(
    db,
    `SELECT DISTINCT label, key FROM labels_${id} WHERE (label, key) > (?, ?) ORDER BY label, key LIMIT ${PAGE}`,
  );

  let indexed = isIndexed(db, id);
  /** Without an index: the newest row of every key, as of a checkpoint. */
  let known: { keys: Map<string, number>; checkpoint: bigint } | undefined;

  /** The keys as of the build's checkpoint; read again when another process has moved it. */
  function keysAt(checkpoint: bigint): Map<string, number> {
    if (known?.checkpoint === checkpoint) return known.keys;
    indexed = isIndexed(db, id);
    const keys = new Map<string, number>();
    for (let after = 0; ; ) {
      const page = rowsOf(selectKeys, after);
      if (page.length === 0) break;
      for (const row of page) {
        after = integer(row, 0);
        keys.set(text(row, 1), after);
      }
    }
    known = { keys, checkpoint };
    return keys;
  }

  /** Where the rows after the positions begin that were asked about last. */
  const begins = new Map<bigint, number>();

  /** The id of the first row after a position, which stays the same once it is there. */
  function firstAfter(position: bigint): number {
    const known = begins.get(position);
    if (known !== undefined) return known;
    const last = rowOf(lastPosition);
    if (last === undefined) return 1;
    if (integer(last, 0) <= position) return integer(last, 1) + 1;
    let [low, high] = [1, integer(last, 1)];
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = rowOf(positionOf, middle);
      if (at !== undefined && integer(at, 0) <= position) low = integer(at, 1) + 1;
      else high = middle;
    }
    if (begins.size >= POSITIONS_KNOWN) begins.clear();
    begins.set(position, low);
    return low;
  }

  /** The changes of keys with a prefix: a short span of the log is read as it was written, a long one by the keys. */
  function changesOf(prefix: string, after: bigint, upTo: bigint): readonly Row[] {
    const [from, to] = [firstAfter(after), firstAfter(upTo)];
    if (prefix === '' || to - from <= SHORT_SPAN) return rowsOf(selectSpan, prefix, from, to);
    return rowsOf(selectChanges, prefix, after, upTo);
  }

  function index(): void {
    db.exec(`
      CREATE UNIQUE INDEX IF NOT EXISTS keys_${id} ON rows_${id} (key, position);
      CREATE INDEX IF NOT EXISTS label_keys_${id} ON labels_${id} (label, key);
    `);
    indexed = true;
    known = undefined;
  }

  return {
    index,
    indexed: () => indexed,
    write(rows, from, to) {
      if (known !== undefined && known.keys.size > keysInMemory) index();
      const keys = indexed ? undefined : keysAt(from);
      const addLabel = indexed ? insertNewLabel : insertLabel;
      const last = rows.length === 0 ? undefined : rowOf(lastRow)?.[0];
      let row = typeof last === 'number' ? last : 0;
      for (const version of rows) {
        row += 1;
        insertRow.run(row, version.key, version.position, version.row);
        keys?.set(version.key, row);
        for (const label of version.labels) addLabel.run(label, version.key);
      }
      if (keys !== undefined) known = { keys, checkpoint: to };
    },
    newest(key, checkpoint) {
      if (indexed) return rowText(rowOf(selectAsOf, key, checkpoint));
      const row = keysAt(checkpoint).get(key);
      return row === undefined ? undefined : rowText(rowOf(selectById, row));
    },
    asOf: (key, position) => rowText(rowOf(selectAsOf, key, position)),
    list: (prefix, position) => keyed(rowsOf(selectList, prefix, position)),
    labelled: (label, position) => keyed(rowsOf(selectLabelled, label, position)),
    changes(of, after, upTo) {
      const found =
        'label' in of ? rowsOf(selectLabelledChanges, of.label, after, upTo) : changesOf(of.prefix, after, upTo);
      return found.map((row) => ({
        key: text(row, 0),
        position: BigInt(integer(row, 1)),
        row: row[2] === null ? null : text(row, 2),
      }));
    },
    labels: (prefix) => rowsOf(selectLabels, prefix).map((row) => text(row, 0)),
    *versions(position) {
      for (let after = 0; ; ) {
        const page = rowsOf(selectVersions, after);
        const within = page.filter((row) => integer(row, 1) <= position);
        if (within.length > 0) yield within;
        if (within.length < page.length || page.length === 0) return;
        after = integer(page.at(-1) ?? [], 3);
      }
    },
    *allLabels() {
      for (let last: Row = ['', '']; ; ) {
        const page = rowsOf(selectAllLabels, text(last, 0), text(last, 1));
        if (page.length > 0) yield page;
        const next = page.at(-1);
        if (next === undefined) return;
        last = next;
      }
    },
  };
}

function rowText(row: Row | undefined): string | undefined {
  return row === undefined || row[0] === null ? undefined : text(row, 0);
}

function keyed(rows: readonly Row[]): KeyedRow[] {
  return rows.filter((row) => row[1] !== null).map((row) => ({ key: text(row, 0), row: text(row, 1) }));
}
