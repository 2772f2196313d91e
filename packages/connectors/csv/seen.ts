/**
 * Which deal ids a file had, and where: open addressing over typed arrays, 16 to 28 bytes for each deal. It remembers hashes, not ids;
 * whoever asks confirms a hit by looking at the place. Hashes are seeded, so that no file can be made to collide.
 */
export interface Seen {
  /** The value of `confirm` at the first place that is confirmed; `undefined` for an id that was not seen. */
  find<T>(id: string, confirm: (offset: number) => T | undefined): T | undefined;
  add(id: string, offset: number): void;
}

const FIRST_SLOTS = 1 << 12;

export function createSeen(seed: number): Seen {
  let slots = new Uint32Array(FIRST_SLOTS);
  let hashes = new Uint32Array(FIRST_SLOTS);
  let offsets = new Float64Array(FIRST_SLOTS);
  let count = 0;

  /** Entries are counted from 1 in the slots; 0 is a free slot. */
  const grow = (): void => {
    if (count === hashes.length) {
      const length = count + (count >> 1);
      hashes = longer(hashes, new Uint32Array(length));
      offsets = longer(offsets, new Float64Array(length));
    }
    if (count * 4 < slots.length * 3) return;
    slots = new Uint32Array(slots.length * 2);
    const mask = slots.length - 1;
    for (let entry = 1; entry <= count; entry += 1) {
      let slot = spread(hashes[entry - 1] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry;
    }
  };

  return {
    find(id, confirm) {
      const hash = hashOf(id, seed);
      const mask = slots.length - 1;
      for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
        const entry = slots[slot] ?? 0;
        if (entry === 0) return undefined;
        if (hashes[entry - 1] !== hash) continue;
        const found = confirm(offsets[entry - 1] ?? 0);
        if (found !== undefined) return found;
      }
    },
    add(id, offset) {
      grow();
      const hash = hashOf(id, seed);
      const mask = slots.length - 1;
      let slot = spread(hash) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      hashes[count] = hash;
      offsets[count] = offset;
      count += 1;
      slots[slot] = count;
    },
  };
}

function longer<T extends Uint32Array | Float64Array>(from: T, into: T): T {
  into.set(from);
  return into;
}

function hashOf(id: string, seed: number): number {
  let hash = seed | 0;
  for (let at = 0; at < id.length; at += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(at), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
