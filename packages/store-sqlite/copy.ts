import { type CopiedEnd, type CopyTarget, checkCopied, type Stored } from '@ledger/kernel';
import { connect, guarded, setDurability, transactor } from './connection.ts';
import { type LogOptions, openLog } from './log.ts';
import { arrays, COLUMNS, integer, rowOf, text } from './rows.ts';

/** Opens or makes the log of a ledger for a copy of another store to be written to. Throws as `openLog` does. */
export function openCopy(path: string, options: LogOptions): CopyTarget {
  const store = openLog(path, options);
  const db = connect(path, options.busyMs);
  setDurability(db, path, options.allowLazyFsync === true ? 'OFF' : 'FULL');
  const transaction = transactor(db);
  const lastPosition = arrays(db, 'SELECT coalesce(max(position), 0) FROM events');
  const endOfStream = arrays(db, 'SELECT revision, hash FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1');
  const insert = db.prepare(
    `INSERT INTO events (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );

  function endsOf(events: readonly Stored[]): Map<string, CopiedEnd> {
    const ends = new Map<string, CopiedEnd>();
    for (const stream of new Set(events.map((event) => event.stream))) {
      const row = rowOf(endOfStream, stream);
      if (row !== undefined) ends.set(stream, { revision: integer(row, 0), hash: text(row, 1) });
    }
    return ends;
  }

  return {
    store,
    demo: store.demo,
    async take(events) {
      guarded(path, () =>
        transaction(() => {
          checkCopied(events, store.ledger, BigInt(integer(rowOf(lastPosition) ?? [0], 0)), endsOf(events));
          for (const event of events) {
            const { actor, commandId, commandHash, correlationId, causationId } = event.meta;
            insert.run(
              Number(event.position),
              event.stream,
              event.revision,
              event.id,
              event.type,
              event.version,
              event.recordedAt,
              actor.id,
              actor.role,
              actor.onBehalfOf ?? null,
              commandId,
              commandHash,
              correlationId,
              causationId,
              event.data,
              event.previousHash,
              event.hash,
            );
          }
        }),
      );
    },
    async close() {
      db.close();
      await store.close();
    },
  };
}
