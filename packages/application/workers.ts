import { setImmediate } from 'node:timers/promises';
import type { Stored } from '@ledger/kernel';
import { breathing } from './breath.ts';

/** Processes that have the same ledger open, and answer about its people for whoever asks about all of them. */
export interface Workers {
  /** Those that are free, for one task; whoever engages them releases each of them. */
  engage(task: Task): readonly Worker[];
}
export interface Worker {
  /** What the task's function makes of each of the people, in their order; rejects where it cannot say. */
  answer(people: readonly string[]): Promise<readonly unknown[]>;
  release(): void;
}

/** What is asked about everybody, in words that reach another process: `answering` has the function for each kind. */
export type Task = ReplayTask | StatementTask | CostTask;
export interface ReplayTask {
  readonly kind: 'replay';
  readonly asOf: bigint;
  readonly from: string;
  readonly to: string;
  /** What is tried out on top of the book, and up to which date it matters. */
  readonly trial: { readonly events: readonly Stored[]; readonly upTo: string } | null;
}
export interface StatementTask {
  /** `failing`: only what cannot be calculated; `digest`: only that of the statement; `attainment`: in the windows of the period. */
  readonly kind: 'statement' | 'failing' | 'digest' | 'attainment';
  readonly asOf: bigint;
  readonly period: string;
}
/** What all statements cost that are not frozen. */
export interface CostTask {
  readonly kind: 'cost';
  readonly asOf: bigint;
}

/** Work that is over sooner is done by whoever was asked: others have to load the code and open the books first. */
const ALONE_MS = 100;
const WORTH_MS = 1_000;
/** People of one message, and how many messages a worker has before it, so that it need not wait while we are busy. */
const AT_ONCE = 4;
const WAITING = 8;
/** How many people others may be ahead of whoever takes the answers. */
const AHEAD = 400;

/**
 * What `own` makes of each of the people, in their order, whoever has worked it out: this process, and others too where it takes long.
 * What a worker cannot say is worked out here.
 */
export async function* ofEach<Answer, Told = Answer>(
  { workers }: { readonly workers?: Workers | undefined },
  task: Task,
  people: readonly string[],
  own: (participant: string) => Promise<Answer>,
  /** An answer of another process, where it comes in other words. */
  read: (told: Told) => Answer = (told) => told as unknown as Answer,
): AsyncGenerator<Answer> {
  const known = new Map<number, () => Answer>();
  const returned: number[] = [];
  /** Places that others have been given and have not answered, in the order in which they come to them. */
  const awaited = new Set<number>();
  let [at, given, mine] = [0, 0, 0];
  let isOver = false;
  let moved = Promise.withResolvers<void>();
  let engaged: readonly Worker[] | null = null;
  const breathe = breathing();
  const began = performance.now();
  try {
    for (; at < people.length; at += 1) {
      while (!known.has(at)) {
        const next = taken(1)[0] ?? lastAwaited();
        if (next === undefined) {
          await moved.promise;
          continue;
        }
        const answer = await own(people[next] ?? '');
        answered(next, () => answer);
        mine += 1;
        // What others have answered fills the way between them and us, and they wait until it is taken in.
        await (engaged === null ? breathe() : setImmediate());
        if (engaged === null && workers !== undefined && isLong()) {
          engaged = workers.engage(task);
          for (const worker of engaged) for (let each = 0; each < WAITING; each += 1) void serve(worker);
        }
      }
      const answer = known.get(at) as () => Answer;
      known.delete(at);
      yield answer();
      // Those who had come too far ahead may go on.
      if (engaged !== null) wake();
    }
  } finally {
    isOver = true;
    wake();
    for (const worker of engaged ?? []) worker.release();
  }

  function isLong(): boolean {
    const took = performance.now() - began;
    return took >= ALONE_MS && (took / Math.max(mine, 1)) * (people.length - given) >= WORTH_MS;
  }

  /** The next people that nobody works on, by their places. */
  function taken(most: number): readonly number[] {
    const places = returned.splice(0, most);
    while (places.length < most && given < people.length && given < at + AHEAD) places.push(given++);
    return places;
  }

  /** When nobody is left, what others come to last, as everything does while they begin; whoever is first answers. */
  function lastAwaited(): number | undefined {
    return given < people.length ? undefined : [...awaited].at(-1);
  }

  function answered(place: number, answer: () => Answer): void {
    awaited.delete(place);
    if (place >= at && !known.has(place)) known.set(place, answer);
  }

  /** Towards the end a worker is given less at a time, so that nobody waits for the last one. */
  function share(): number {
    const crew = 1 + (engaged?.length ?? 0);
    return Math.max(1, Math.min(AT_ONCE, Math.floor((people.length - given) / (2 * WAITING * crew))));
  }

  async function serve(worker: Worker): Promise<void> {
    while (!isOver) {
      const places = taken(share());
      if (places.length === 0) {
        if (given >= people.length) return;
        await moved.promise;
        continue;
      }
      for (const place of places) awaited.add(place);
      try {
        const answers = await worker.answer(places.map((place) => people[place] ?? ''));
        for (const [index, place] of places.entries()) answered(place, () => read(answers[index] as Told));
      } catch {
        returned.push(...places.filter((place) => awaited.delete(place)));
        return;
      } finally {
        wake();
      }
    }
  }

  function wake(): void {
    moved.resolve();
    moved = Promise.withResolvers();
  }
}
