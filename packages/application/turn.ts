/** What is kept about a thing until the turn of the event loop ends. */
export interface Kept<Value> {
  get(of: object): Value | undefined;
  keep(of: object, value: Value): void;
  forget(of: object): void;
}

/**
 * Fifty requests that arrive together are answered in one turn of the event loop. What they all ask is looked up once for them; whatever
 * another process writes meanwhile, it may as well have written after they asked.
 */
export function keptForATurn<Value>(): Kept<Value> {
  const kept = new WeakMap<object, Value>();
  return {
    get: (of) => kept.get(of),
    keep(of, value) {
      if (!kept.has(of)) setImmediate(() => kept.delete(of));
      kept.set(of, value);
    },
    forget: (of) => void kept.delete(of),
  };
}
