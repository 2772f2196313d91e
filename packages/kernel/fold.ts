import { canonical } from './canonical.ts';
import type { Recorded } from './event.ts';
import { ProblemError } from './problem.ts';
import type { Build, Projection, RowVersion, ViewId, ViewStore } from './views.ts';

export type Fact = { readonly type: string; readonly data: unknown };

/** Where a view cannot go on, and why. */
export interface Halt {
  readonly position: bigint;
  readonly reason: string;
}

/** What a page did to a view. */
export interface Folded {
  readonly rows: readonly RowVersion[];
  /** Position of the last event folded; `undefined` if not one was. */
  readonly to: bigint | undefined;
  readonly halt?: Halt;
}

/** A key's row while a page is folded, as a value and as its canonical JSON. */
interface Current {
  readonly value: unknown;
  readonly json: string | null;
}

const NOTHING: Current = { value: undefined, json: null };

/**
 * Folds a page of events that a view has not passed yet. Pure but for reading the rows that the page changes; throws nothing that a
 * projection threw.
 */
export async function foldPage<E extends Fact>(
  projection: Projection<unknown, E>,
  events: readonly Recorded<E>[],
  views: ViewStore,
  build: Build,
): Promise<Folded> {
  const keysOf: (readonly string[])[] = [];
  let halt: Halt | undefined;
  for (const event of events) {
    try {
      keysOf.push(distinct(projection.keys(event)));
    } catch (error) {
      halt = { position: event.position, reason: reasonOf(error) };
      break;
    }
  }
  const current = await rowsBefore(projection, keysOf, views, build);
  const rows: RowVersion[] = [];
  let to: bigint | undefined;
  for (const [index, keys] of keysOf.entries()) {
    const event = events[index] as Recorded<E>;
    const complete = rows.length;
    try {
      for (const key of keys) {
        const before = current.get(key) ?? NOTHING;
        const after = step(projection, before, event, key);
        if (after === before) continue;
        if (projection.standalone !== true) current.set(key, after);
        rows.push({
          key,
          position: event.position,
          row: after.json,
          labels: newLabels(projection, before.value, after.value),
        });
      }
    } catch (error) {
      // Nothing of an event that cannot be folded whole.
      rows.length = complete;
      return { rows, to, halt: { position: event.position, reason: reasonOf(error) } };
    }
    to = event.position;
  }
  return halt === undefined ? { rows, to } : { rows, to, halt };
}

/**
 * The row after an event; the same object when nothing changed, which its JSON tells, so that the limits of pages make no difference.
 * Every event makes a version of a standalone row.
 */
function step<E extends Fact>(
  projection: Projection<unknown, E>,
  before: Current,
  event: Recorded<E>,
  key: string,
): Current {
  const value = projection.evolve(before.value, event, key);
  if (projection.standalone === true) return value === undefined ? { ...NOTHING } : { value, json: canonical(value) };
  if (value === undefined) return NOTHING;
  if (value === before.value) return before;
  const json = canonical(value);
  return json === before.json ? before : { value, json };
}

function newLabels<E extends Fact>(
  projection: Projection<unknown, E>,
  before: unknown,
  after: unknown,
): readonly string[] {
  if (projection.labels === undefined || after === undefined) return [];
  const labels = projection.labels(after);
  if (before === undefined || labels.length === 0) return labels;
  const given = projection.labels(before);
  return labels.filter((label) => !given.includes(label));
}

async function rowsBefore<E extends Fact>(
  projection: Projection<unknown, E>,
  keysOf: readonly (readonly string[])[],
  views: ViewStore,
  build: Build,
): Promise<Map<string, Current>> {
  const current = new Map<string, Current>();
  if (projection.standalone === true) return current;
  const keys = [...new Set(keysOf.flat())];
  if (keys.length === 0) return current;
  const rows = await views.getMany(idOf(projection), keys, build);
  for (const [index, key] of keys.entries()) {
    const json = rows[index];
    if (json !== undefined) current.set(key, { value: JSON.parse(json), json });
  }
  return current;
}

export function reasonOf(error: unknown): string {
  return error instanceof ProblemError ? error.message : `error in the view: ${String(error)}`;
}

export function idOf({ name, version }: ViewId): ViewId {
  return { name, version };
}

function distinct(keys: readonly string[]): readonly string[] {
  return keys.length < 2 ? keys : [...new Set(keys)];
}
