import {
  type CopiedEnd,
  type CopyTarget,
  checkCopied,
  LIMITS,
  ProblemError,
  problem,
  type Stored,
} from '@ledger/kernel';
import type { Address } from './address.ts';
import { type LogOptions, openLogParts } from './log.ts';
import type { SealedAppend } from './writer.ts';

/** Opens or makes a ledger on EventStoreDB for a copy of another store to be written to. Throws as `openEventStoreLog` does. */
export async function openEventStoreCopy(address: Address, options: LogOptions): Promise<CopyTarget> {
  const { log, writer, streams, positions, feed } = await openLogParts(address, options);

  async function endsOf(events: readonly Stored[]): Promise<Map<string, CopiedEnd>> {
    const ends = new Map<string, CopiedEnd>();
    for (const stream of new Set(events.map((event) => event.stream))) {
      const length = positions.lengthOf(stream);
      const end = length === 0 ? undefined : await streams.endAt(stream, length);
      if (end !== undefined) ends.set(stream, end);
    }
    return ends;
  }

  return {
    store: log,
    demo: log.demo,
    async take(events) {
      await feed.catchUp();
      checkCopied(events, options.ledger, BigInt(positions.head()), await endsOf(events));
      await writer.writeSealed(appendsOf(events));
      for (const { stream, revision, hash, recordedAt, position } of events) {
        streams.remember(stream, { revision, hash, recordedAt });
        if (positions.positionOf(stream, revision) === Number(position)) continue;
        const says = `Event ${position} came to stand elsewhere in the log of ${address.shown}: somebody else writes to this ledger. Copy to a new one.`;
        throw new ProblemError(problem('store_foreign', says));
      }
    },
    close: () => log.close(),
  };
}

/** Neighbours of one stream go together, as far as an append may hold them. */
function appendsOf(events: readonly Stored[]): readonly SealedAppend[] {
  const appends: { stream: string; expected: number; events: Stored[] }[] = [];
  let bytes = 0;
  for (const event of events) {
    const last = appends.at(-1);
    const size = event.data.length * 3;
    if (
      last?.stream === event.stream &&
      bytes + size <= LIMITS.bytesPerAppend &&
      last.events.length < LIMITS.eventsPerAppend
    ) {
      last.events.push(event);
      bytes += size;
    } else {
      appends.push({ stream: event.stream, expected: event.revision - 1, events: [event] });
      bytes = size;
    }
  }
  return appends;
}
