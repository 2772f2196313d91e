import { randomFillSync } from 'node:crypto';
import { monotonicFactory } from 'ulid';
import type { Clock } from './clock.ts';

/** One factory for a process: ids that it makes in a row sort in that row. They name events; positions order them. */
export function ulidFactory(clock: Clock, random: () => number = secureRandom): () => string {
  const next = monotonicFactory(random);
  return () => next(Number(clock() / 1000n));
}

/** Drawn a thousand at a time: an id takes sixteen, and asking the system for four bytes takes as long as for four thousand. */
const DRAWN = new Uint32Array(1_024);
let left = 0;

function secureRandom(): number {
  if (left === 0) {
    randomFillSync(DRAWN);
    left = DRAWN.length;
  }
  left -= 1;
  return (DRAWN[left] ?? 0) / 2 ** 32;
}

/** A repeatable sequence in [0, 1) for ledgers made for demonstration and for tests (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
