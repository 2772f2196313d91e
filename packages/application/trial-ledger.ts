import {
  type Append,
  type Appended,
  type EventStore,
  instantText,
  NO_HASH,
  type RowVersion,
  type Stored,
  seal,
  type ViewId,
  type ViewStore,
} from '@ledger/kernel';
import type { Ledger } from './ledger.ts';

/**
 * A ledger that goes on from another one as of a position, in memory: what is recorded on it is read from it, and nobody else ever
 * sees it. Commands, deciders, views and reads work on it as on any ledger, so that what is tried out is checked by what would check it.
 * `recorded`: what was recorded on it before.
 */
export function trialLedger(ledger: Ledger, asOf: bigint, recorded: readonly Stored[] = []): Ledger {
  let made = 0;
  return {
    ...ledger,
    workers: undefined,
    store: storeOn(ledger, asOf, recorded),
    views: viewsOn(ledger.views, asOf),
    directory: { ...ledger.directory, put: async () => undefined, forget: async () => undefined },
    newId: () => {
      made += 1;
      return `trial-${made}`;
    },
  };
}

function storeOn({ store, clock }: Ledger, asOf: bigint, recorded: readonly Stored[]): EventStore {
  const own = [...recorded];

  async function read(stream: string, options: { readonly after?: number } = {}): Promise<readonly Stored[]> {
    const before = (await store.read(stream, options)).filter(({ position }) => position <= asOf);
    return [...before, ...own.filter((each) => each.stream === stream && each.revision > (options.after ?? 0))];
  }

  async function append({ stream, events, expected }: Append): Promise<Appended> {
    const last = (await read(stream)).at(-1);
    const revision = last?.revision ?? 0;
    if (revision !== expected) return { ok: false, revision };
    const recordedAt = instantText(clock());
    const end = { ledger: store.ledger, stream, revision, hash: last?.hash ?? NO_HASH };
    for (const sealed of seal(events, end, () => recordedAt)) {
      own.push({ ...sealed, position: asOf + BigInt(own.length + 1) });
    }
    return { ok: true, revision: revision + events.length, position: asOf + BigInt(own.length), recordedAt };
  }

  return {
    ...store,
    ledger: store.ledger,
    read,
    append,
    async appendEach(appends) {
      const answers: Appended[] = [];
      for (const each of appends) answers.push(await append(each));
      return answers;
    },
    async readAll({ after, limit }) {
      const before = after < asOf ? await store.readAll({ after, limit }) : [];
      const page = [...before.filter(({ position }) => position <= asOf), ...own.filter((one) => one.position > after)];
      return page.slice(0, limit);
    },
    head: async () => asOf + BigInt(own.length),
    watch: () => () => undefined,
    close: async () => undefined,
  };
}

/** What was folded on the branch, of one view. */
interface Folded {
  checkpoint: bigint;
  readonly rows: RowVersion[];
  readonly labels: Map<string, Set<string>>;
}

/** Rows of the branch over those of the ledger as of the position. Nothing is asked twice of a view that the branch did not touch. */
function viewsOn(views: ViewStore, asOf: bigint): ViewStore {
  const folded = new Map<string, Folded>();
  const of = ({ name }: ViewId): Folded => {
    const known = folded.get(name) ?? { checkpoint: asOf, rows: [], labels: new Map() };
    folded.set(name, known);
    return known;
  };
  const before = (position: bigint | undefined) => (position === undefined || position > asOf ? asOf : position);

  /** The newest own row of each key up to a position. */
  function newest(
    view: ViewId,
    upTo: bigint | undefined,
    isAsked: (key: string) => boolean,
  ): Map<string, string | null> {
    const rows = new Map<string, string | null>();
    for (const { key, position, row } of of(view).rows) {
      if ((upTo === undefined || position <= upTo) && isAsked(key)) rows.set(key, row);
    }
    return rows;
  }

  /** Keys that a label finds: given on the branch, or before. */
  async function found(view: ViewId, label: string): Promise<ReadonlySet<string>> {
    const own = [...of(view).labels].filter(([, labels]) => labels.has(label)).map(([key]) => key);
    const known = (await views.labelled(view, label, asOf)).map(({ key }) => key);
    return new Set([...own, ...known]);
  }

  function over(
    rows: readonly { readonly key: string; readonly row: string }[],
    own: ReadonlyMap<string, string | null>,
  ): readonly { readonly key: string; readonly row: string }[] {
    if (own.size === 0) return rows;
    const all = new Map<string, string | null>(rows.map(({ key, row }) => [key, row]));
    for (const [key, row] of own) all.set(key, row);
    return [...all]
      .flatMap(([key, row]) => (row === null ? [] : [{ key, row }]))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async function get(view: ViewId, key: string, position?: bigint): Promise<string | undefined> {
    const own = newest(view, position, (each) => each === key).get(key);
    if (own !== undefined) return own ?? undefined;
    return views.get(view, key, before(position));
  }

  return {
    ...views,
    state: async (view) => ({ state: 'running', checkpoint: of(view).checkpoint }),
    async commit(steps) {
      for (const { view, to, rows } of steps) {
        const own = of(view);
        own.checkpoint = to;
        own.rows.push(...rows);
        for (const { key, labels } of rows) {
          if (labels.length > 0) own.labels.set(key, new Set([...(own.labels.get(key) ?? []), ...labels]));
        }
      }
    },
    async stop(view, { reason }) {
      throw new Error(`view ${view.name} stopped on a branch: ${reason}`);
    },
    get,
    async getMany(view, keys) {
      const rows: (string | undefined)[] = [];
      for (const key of keys) rows.push(await get(view, key));
      return rows;
    },
    async list(view, prefix, position) {
      const rows = await views.list(view, prefix, before(position));
      return over(
        rows,
        newest(view, position, (key) => key.startsWith(prefix)),
      );
    },
    async labelled(view, label, position) {
      const rows = await views.labelled(view, label, before(position));
      if (of(view).rows.length === 0) return rows;
      const keys = await found(view, label);
      return over(
        rows,
        newest(view, position, (key) => keys.has(key)),
      );
    },
    async changes(view, what, { after, upTo }) {
      const rows = after < asOf ? await views.changes(view, what, { after, upTo: before(upTo) }) : [];
      const own = of(view).rows.filter(({ position }) => after < position && position <= upTo);
      if (own.length === 0) return rows;
      const keys = 'label' in what ? await found(view, what.label) : undefined;
      const isAsked = (key: string) => ('prefix' in what ? key.startsWith(what.prefix) : keys?.has(key) === true);
      return [...rows, ...own.filter(({ key }) => isAsked(key))];
    },
    close: async () => undefined,
  };
}
