import { ProblemError, problem } from '@ledger/kernel';
import { type Indexes, joined } from './header.ts';
import type { Table } from './joins.ts';
import type { CellMapping, DealMapping } from './mapping.ts';
import { type RowErrors, shown } from './problems.ts';

export type CsvRecord = readonly string[];
export type Cell = (record: CsvRecord) => string;

/** Where a field comes from: how errors name it (`null`: the mapping itself) and how it is read. */
export interface Column {
  readonly name: string | null;
  readonly read: Cell;
}

export interface Replaced {
  readonly column: string;
  readonly from: string;
  readonly to: string;
  readonly rows: number;
}

export interface Columns {
  named(name: string): Column;
  of(mapping: CellMapping): Column;
  /** Reports keys that a joined file does not have, and counts what was replaced. Once for each row that is not left out. */
  check(record: CsvRecord): void;
  replaced(): readonly Replaced[];
}

/** Resolves names of columns once, so that reading a cell is one indexed access. Throws for joins that need each other. */
export function columns(
  mapping: DealMapping,
  indexes: Indexes,
  tables: ReadonlyMap<string, Table>,
  errors: RowErrors,
): Columns {
  const resolving = new Set<string>();
  const lookedUp = new Map<string, (record: CsvRecord) => CsvRecord | undefined>();

  const raw = (name: string): Cell => {
    const of = joined(mapping, name);
    if (of === undefined) {
      const index = indexes.get(name) ?? -1;
      return (record) => record[index] ?? '';
    }
    const [join, column] = of;
    const index = tables.get(join)?.indexes.get(column) ?? -1;
    const row = rowOf(join);
    return (record) => row(record)?.[index] ?? '';
  };

  /** Several columns of one join are looked up once for a record. */
  const rowOf = (join: string): ((record: CsvRecord) => CsvRecord | undefined) => {
    const known = lookedUp.get(join);
    if (known !== undefined) return known;
    if (resolving.has(join)) {
      throw new ProblemError(
        problem('mapping_invalid', `Join ${shown(join)} needs itself; look it up by another column.`),
      );
    }
    resolving.add(join);
    const key = named(mapping.join[join]?.on ?? '').read;
    resolving.delete(join);
    const rows = tables.get(join)?.rows ?? new Map<string, CsvRecord>();
    let last: CsvRecord | undefined;
    let found: CsvRecord | undefined;
    const row = (record: CsvRecord): CsvRecord | undefined => {
      if (record === last) return found;
      last = record;
      found = rows.get(key(record));
      return found;
    };
    lookedUp.set(join, row);
    return row;
  };

  const named = (name: string): Column => {
    const read = raw(name);
    if (!Object.hasOwn(mapping.replace, name)) return { name, read };
    const repairs = new Map(Object.entries(mapping.replace[name] ?? {}));
    return {
      name,
      read: (record) => {
        const text = read(record);
        return repairs.get(text) ?? text;
      },
    };
  };

  const lookups = Object.entries(mapping.join)
    .filter(([, join]) => join.optional === 'no')
    .map(([name, join]) => ({ on: named(join.on), row: rowOf(name), file: tables.get(name)?.file ?? '' }));
  const counters = Object.entries(mapping.replace).map(([column, repairs]) => ({
    column,
    read: raw(column),
    counts: new Map(Object.entries(repairs).map(([from, to]) => [from, { to, rows: 0 }])),
  }));

  return {
    named,
    of: (cell) => {
      if (typeof cell === 'string') return named(cell);
      if ('column' in cell) return named(cell.column);
      return { name: null, read: () => cell.value };
    },
    check(record) {
      for (const { on, row, file } of lookups) {
        if (row(record) !== undefined) continue;
        const remedy = 'add it there, repair it with "replace", or write "optional: yes" for the join';
        errors.add('csv_lookup_missing', on.name, on.read(record), `is not in ${shown(file)}`, remedy);
      }
      for (const { read, counts } of counters) {
        const count = counts.get(read(record));
        if (count !== undefined) count.rows += 1;
      }
    },
    replaced: () =>
      counters.flatMap(({ column, counts }) => [...counts].map(([from, { to, rows }]) => ({ column, from, to, rows }))),
  };
}
