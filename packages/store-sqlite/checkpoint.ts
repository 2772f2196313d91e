import { dirname } from 'node:path';
import {
  checkFormat,
  connect,
  type Format,
  guarded,
  requireFile,
  setDurability,
  stampFormat,
  transactor,
} from './connection.ts';

/** How far a reader of the log has come: an event by its position and id, so that another log with the same positions is noticed. */
export interface Mark {
  readonly position: bigint;
  readonly id: string;
}

export interface Checkpoint {
  /** `undefined`: nothing was read yet. */
  read(): Mark | undefined;
  /** Moves from where the caller believes it is; `false`, and nothing is written, when it is elsewhere. On the disk when it returns. */
  move(from: Mark | undefined, to: Mark): boolean;
  close(): void;
}

const FORMAT: Format = { what: 'a checkpoint', applicationId: 0x4c444743, version: 1 };

const SCHEMA = `
CREATE TABLE checkpoint (one INTEGER PRIMARY KEY CHECK (one = 1), position TEXT NOT NULL, id TEXT NOT NULL) STRICT;
`;

/**
 * A checkpoint in a file of its own, made if it is not there: what a file system does not offer without a lock, compare-and-set and a
 * sync of the disk in one step, is what this database is for.
 * Throws store_missing, store_foreign, store_newer, store_damaged, durability, store_busy.
 */
export function openCheckpoint(path: string): Checkpoint {
  requireFile(dirname(path), 'make that folder first, or name a file in another one');
  const db = connect(path);
  try {
    return guarded(path, () => {
      const known = checkFormat(db, path, FORMAT);
      setDurability(db, path, 'FULL');
      if (!known) {
        transactor(db)(() => {
          // Of two that make the same file, the second one finds it made.
          if (checkFormat(db, path, FORMAT)) return;
          db.exec(SCHEMA);
          stampFormat(db, FORMAT);
        });
      }
      const select = db.prepare('SELECT position, id FROM checkpoint');
      const first = db.prepare('INSERT INTO checkpoint (one, position, id) VALUES (1, ?, ?) ON CONFLICT DO NOTHING');
      const next = db.prepare('UPDATE checkpoint SET position = ?, id = ? WHERE position = ? AND id = ?');
      return {
        read: () =>
          guarded(path, () => {
            const row = select.get();
            return row === undefined ? undefined : { position: BigInt(String(row.position)), id: String(row.id) };
          }),
        move: (from, to) =>
          guarded(path, () => {
            const { changes } =
              from === undefined
                ? first.run(String(to.position), to.id)
                : next.run(String(to.position), to.id, String(from.position), from.id);
            return changes === 1;
          }),
        close: () => guarded(path, () => db.close()),
      };
    });
  } catch (error) {
    db.close();
    throw error;
  }
}
