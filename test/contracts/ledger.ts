import { type EventStore, ProblemError, type Projection, problem, type Recorded, type Stored } from '@ledger/kernel';
import { appended, eventMaker } from './given.ts';

/** A little domain for tests of the runner: boxes into which amounts are put, moved and taken out. */
export type BoxEvent =
  | { readonly type: 'Put'; readonly data: { readonly box: string; readonly amount: number } }
  | { readonly type: 'Moved'; readonly data: { readonly from: string; readonly to: string; readonly amount: number } }
  | { readonly type: 'Emptied'; readonly data: { readonly box: string } }
  | { readonly type: 'Noted'; readonly data: { readonly text: string } };

export interface Box {
  readonly amount: number;
  readonly events: number;
  readonly last?: string | undefined;
}

/** Rows that appear, change, stay as they are, and vanish. */
export const boxes: Projection<Box, BoxEvent> = {
  name: 'boxes',
  version: 1,
  keys({ event }) {
    switch (event.type) {
      case 'Put':
      case 'Emptied':
        return [event.data.box];
      case 'Moved':
        return [event.data.from, event.data.to];
      case 'Noted':
        return [];
      default:
        return event satisfies never;
    }
  },
  evolve(row, { event, id }, key) {
    const box = row ?? { amount: 0, events: 0 };
    switch (event.type) {
      case 'Put':
        // Nothing changes, but the row is a new object: what counts is what it says.
        if (event.data.amount === 0) return row === undefined ? undefined : { ...row };
        return { ...box, amount: box.amount + event.data.amount, events: box.events + 1 };
      case 'Moved': {
        const { from, amount } = event.data;
        // `last` comes and goes, so that a fold in memory and one from stored rows would differ if members were kept as they came.
        const last = amount % 2 === 0 ? id : undefined;
        return { last, events: box.events + 1, amount: box.amount + (key === from ? -amount : amount) };
      }
      case 'Emptied':
        return undefined;
      case 'Noted':
        return row;
      default:
        return event satisfies never;
    }
  },
  labels: ({ amount }) => (amount < 0 ? ['overdrawn'] : amount > 5 ? ['full', 'used'] : ['used']),
};

/** A trail: every event makes a version. */
export const trail: Projection<{ readonly type: string }, BoxEvent> = {
  name: 'trail',
  version: 1,
  standalone: true,
  keys: ({ event }) => ('box' in event.data ? [event.data.box] : ['other']),
  evolve: (row, { event }) => {
    if (row !== undefined) throw new Error('nobody looks up the row before a standalone one');
    return { type: event.type };
  },
};

const KNOWN = new Set(['Put', 'Moved', 'Emptied', 'Noted']);

export function decodeBox(stored: Stored): Recorded<BoxEvent> {
  if (!KNOWN.has(stored.type)) {
    throw new ProblemError(
      problem('event_unknown', `Event ${stored.position} is a ${stored.type}; update this product.`),
    );
  }
  const { id, stream, revision, position, recordedAt, meta, hash } = stored;
  const event = { type: stored.type, data: JSON.parse(stored.data) } as BoxEvent;
  return { event, id, stream, revision, position, recordedAt, meta, hash };
}

/** Appends events, each to a stream of its own. Returns their positions. */
export function boxWriter(store: EventStore, seed = 1): (events: readonly BoxEvent[]) => Promise<readonly bigint[]> {
  const make = eventMaker(seed);
  let written = 0;
  return async (events) => {
    const positions: bigint[] = [];
    for (const { type, data } of events) {
      written += 1;
      const append = { stream: `box-${seed}.${written}`, events: [make(data, type)], expected: 0 };
      positions.push((await appended(store, append)).position);
    }
    return positions;
  };
}

export const put = (box: string, amount: number): BoxEvent => ({ type: 'Put', data: { box, amount } });
export const move = (from: string, to: string, amount: number): BoxEvent => ({
  type: 'Moved',
  data: { from, to, amount },
});
export const empty = (box: string): BoxEvent => ({ type: 'Emptied', data: { box } });
export const note = (text: string): BoxEvent => ({ type: 'Noted', data: { text } });
