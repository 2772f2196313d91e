import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { type Meta, ProblemError, problem, type Stored } from '@ledger/kernel';

/** Columns of `events` in the order in which `stored` reads them. */
export const COLUMNS = `position, stream, revision, id, type, version, recorded_at, actor, role, on_behalf_of,
  command_id, command_hash, correlation_id, causation_id, data, previous_hash, hash`;

/** A row as an array: no names to look up for each of 17 columns. */
export type Row = readonly SQLOutputValue[];

export function arrays(db: DatabaseSync, sql: string): StatementSync {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

export function rowsOf(statement: StatementSync, ...values: SQLInputValue[]): readonly Row[] {
  return statement.all(...values) as unknown as readonly Row[];
}

export function rowOf(statement: StatementSync, ...values: SQLInputValue[]): Row | undefined {
  return statement.get(...values) as unknown as Row | undefined;
}

/** Reads events. A statement that cannot represent a value (an integer beyond 2^53) found damage, as `text` and `integer` do. */
export function storedRows(statement: StatementSync, ledger: string, ...values: SQLInputValue[]): readonly Stored[] {
  try {
    return rowsOf(statement, ...values).map((row) => stored(row, ledger));
  } catch (error) {
    if (error instanceof RangeError) throw damaged('an integer out of range');
    throw error;
  }
}

/**
 * The door from a row to an event. STRICT tables check types when a row is written, not when it is read: a flipped bit on the disk
 * can turn TEXT into BLOB, which neither `integrity_check` nor, where text is compared, a hash would notice (promises.md, P05).
 */
function stored(row: Row, ledger: string): Stored {
  const onBehalfOf = row[9] === null ? undefined : text(row, 9);
  const meta: Meta = {
    actor:
      onBehalfOf === undefined
        ? { id: text(row, 7), role: text(row, 8) }
        : { id: text(row, 7), role: text(row, 8), onBehalfOf },
    commandId: text(row, 10),
    commandHash: text(row, 11),
    correlationId: text(row, 12),
    causationId: row[13] === null ? null : text(row, 13),
  };
  return {
    id: text(row, 3),
    type: text(row, 4),
    version: integer(row, 5),
    data: text(row, 14),
    meta,
    ledger,
    stream: text(row, 1),
    revision: integer(row, 2),
    position: BigInt(integer(row, 0)),
    recordedAt: text(row, 6),
    previousHash: text(row, 15),
    hash: text(row, 16),
  };
}

export function text(row: Row, column: number): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw damaged(`${value === null ? 'null' : typeof value} where text belongs`);
}

export function integer(row: Row, column: number): number {
  const value = row[column];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw damaged(`${value === null ? 'null' : typeof value} where an integer belongs`);
}

function damaged(what: string): ProblemError {
  return new ProblemError(problem('storage_type', `The file holds ${what}; restore it from a backup.`));
}
