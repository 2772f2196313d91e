import { streamOf } from '@ledger/events';
import type { Stored } from '@ledger/kernel';
import type { Ledger } from '../ledger.ts';
import type { Topic } from './follower.ts';

export interface Missed {
  readonly events: readonly Stored[];
  /** Everything up to here has been read. */
  readonly upTo: bigint;
}

const PAGE = 500;
/** Told at once: bounds what one reader makes this process hold. */
const PART = 50;

/** Events after one position and up to another, those that can concern a topic among them, part by part. */
export async function* missedOf(ledger: Ledger, topic: Topic, after: bigint, upTo: bigint): AsyncIterable<Missed> {
  const isIn = ({ position }: Stored) => position > after && position <= upTo;
  if (topic.of === 'query') {
    yield* inParts((await ledger.store.read(streamOf.query(topic.query))).filter(isIn), upTo);
    return;
  }
  for (let from = after; from < upTo; ) {
    const page = await ledger.store.readAll({ after: from, limit: PAGE });
    const events = page.filter(isIn);
    const isLast = page.length < PAGE || events.length < page.length;
    from = isLast ? upTo : (events.at(-1)?.position ?? upTo);
    yield* inParts(events, from);
  }
}

function* inParts(events: readonly Stored[], upTo: bigint): Iterable<Missed> {
  for (let from = 0; from < events.length; from += PART) {
    const part = events.slice(from, from + PART);
    yield { events: part, upTo: from + PART < events.length ? (part.at(-1)?.position ?? upTo) : upTo };
  }
  if (events.length === 0) yield { events: [], upTo };
}
