/** A value for each of some objects, which lives as long as its object. */
export interface Alongside<K extends object, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): void;
}

class Itself {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: so a subclass adds its private field to the object that it is given.
    return object;
  }
}

/**
 * What a `WeakMap` is to those who use it, kept in a private field of the key: nobody sees it there, no copy has it. The collector of young
 * objects holds whatever stands in a WeakMap of long standing, and all that it leads to, for alive; what is calculated of one
 * person would then stay until everything is looked at, long after the answer was given. Keys have to be extensible. A value stays for as long
 * as its key, also where nobody has the table any more: whoever makes tables while running makes few, as `compile.ts` does by remembering
 * what it compiled.
 */
export function alongside<K extends object, V>(): Alongside<K, V> {
  class Slot extends Itself {
    #value: V | undefined;
    constructor(key: K, value: V) {
      super(key);
      this.#value = value;
    }
    static get(key: K): V | undefined {
      return #value in key ? key.#value : undefined;
    }
    static set(key: K, value: V): void {
      if (#value in key) key.#value = value;
      else new Slot(key, value);
    }
    static delete(key: K): void {
      if (#value in key) key.#value = undefined;
    }
  }
  return Slot;
}
