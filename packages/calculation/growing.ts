/** A map that grows; what it has shown stays as it was shown. */
export interface Growing<V> {
  get(key: string): V | undefined;
  put(key: string, value: V): void;
  shown(): ReadonlyMap<string, V>;
}

/** Maps up to this size are copied as a whole. */
const SMALL = 500;

/** Copied before it changes, once for each time that it was shown; of a large one only what was put into it lately. */
export function growing<V>(from: ReadonlyMap<string, V>): Growing<V> {
  let shown = from;
  let open: Open<V> | null = null;
  return {
    get: (key) => (open === null ? shown.get(key) : (open.own.get(key) ?? open.base?.get(key))),
    put: (key, value) => {
      open ??= opened(shown);
      open.own.set(key, value);
    },
    shown: () => {
      if (open !== null) shown = open.base === null ? open.own : new Layered(open.base, open.own);
      open = null;
      return shown;
    },
  };
}

/** A map that nobody has seen yet, and the one that it is put over. */
interface Open<V> {
  readonly base: ReadonlyMap<string, V> | null;
  readonly own: Map<string, V>;
}

function opened<V>(shown: ReadonlyMap<string, V>): Open<V> {
  if (shown.size <= SMALL) return { base: null, own: new Map(shown) };
  if (!(shown instanceof Layered)) return { base: shown, own: new Map() };
  // What has grown for long enough is one map again: to go on copying what was put in costs more than to copy all of it once.
  const { base, own }: Layered<V> = shown;
  return own.size ** 2 > base.size ? { base: null, own: new Map(shown) } : { base, own: new Map(own) };
}

/** One map over another one: what both have is where it was below, what only the upper one has comes last. */
class Layered<V> implements ReadonlyMap<string, V> {
  readonly base: ReadonlyMap<string, V>;
  readonly own: ReadonlyMap<string, V>;
  readonly size: number;

  constructor(base: ReadonlyMap<string, V>, own: ReadonlyMap<string, V>) {
    this.base = base;
    this.own = own;
    let more = 0;
    for (const key of own.keys()) if (!base.has(key)) more += 1;
    this.size = base.size + more;
  }
  get(key: string): V | undefined {
    return this.own.get(key) ?? this.base.get(key);
  }
  has(key: string): boolean {
    return this.own.has(key) || this.base.has(key);
  }
  *entries(): MapIterator<[string, V]> {
    for (const pair of this.base) {
      const over = this.own.get(pair[0]);
      yield over === undefined ? pair : [pair[0], over];
    }
    for (const pair of this.own) if (!this.base.has(pair[0])) yield pair;
  }
  *keys(): MapIterator<string> {
    for (const [key] of this.entries()) yield key;
  }
  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }
  forEach(told: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this.entries()) told(value, key, this);
  }
  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }
}
