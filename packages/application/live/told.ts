import type { Problem } from '@ledger/kernel';
import type { Ending, Said, Sink } from './follower.ts';

/** What a follower is told, one after the other. */
export type Told =
  | { readonly is: 'notice'; readonly notice: Said }
  /** Everything up to here has been told. */
  | { readonly is: 'ready'; readonly position: bigint }
  | { readonly is: 'end'; readonly ending: Ending };

export interface Following {
  /** Waits for the next; `undefined` after `stop`, and after the end. */
  next(): Promise<Told | undefined>;
  stop(): void;
}

/** Follows for a program that takes what it is told when it is ready for it. `follow` begins, with where it is told. */
export async function following(follow: (sink: Sink) => Promise<(() => void) | Problem>): Promise<Following | Problem> {
  const waiting: Told[] = [];
  let taker = Promise.withResolvers<void>();
  let taken = Promise.withResolvers<void>();
  let isOver = false;

  function put(told: Told): void {
    waiting.push(told);
    taker.resolve();
  }
  const sink: Sink = {
    ready: (position) => put({ is: 'ready', position }),
    beat: (position) => put({ is: 'ready', position }),
    take: ({ notices }) => notices.forEach((notice) => void put({ is: 'notice', notice })),
    end: (ending) => put({ is: 'end', ending }),
    waiting: () => waiting.reduce((bytes, told) => bytes + (told.is === 'notice' ? told.notice.data.length : 0), 0),
    drained: async () => (waiting.length === 0 || isOver ? undefined : taken.promise),
  };
  const stop = await follow(sink);
  if (typeof stop !== 'function') return stop;
  return {
    async next() {
      while (waiting.length === 0 && !isOver) {
        taker = Promise.withResolvers();
        await taker.promise;
      }
      const told = isOver ? undefined : waiting.shift();
      if (waiting.length === 0 || isOver) {
        taken.resolve();
        taken = Promise.withResolvers();
      }
      if (told?.is === 'end') isOver = true;
      return told;
    },
    stop() {
      isOver = true;
      stop();
      taker.resolve();
      taken.resolve();
    },
  };
}
