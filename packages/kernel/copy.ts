import { NO_HASH, type Stored } from './event.ts';
import { ProblemError, problem } from './problem.ts';
import { checkHash } from './seal.ts';
import type { EventStore } from './store.ts';

/**
 * A log that takes events as another log has sealed them, with their positions, times and hashes: what a copy is written to. Opened by a
 * function of its own, so that nothing else can write what it has not sealed itself.
 */
export interface CopyTarget {
  readonly store: EventStore;
  readonly demo: boolean;
  /**
   * Writes events that follow the last one; all or the first of them, in order. Throws `store_foreign` when they do not follow, and
   * `chain_broken` when they are not what was sealed.
   */
  take(events: readonly Stored[]): Promise<void>;
  close(): Promise<void>;
}

/** The last event of a stream as the target has it. */
export interface CopiedEnd {
  readonly revision: number;
  readonly hash: string;
}

/** Checks that events are what was sealed, and that they follow: the log, and each its stream. `ends` is kept up to date. */
export function checkCopied(
  events: readonly Stored[],
  ledger: string,
  head: bigint,
  ends: Map<string, CopiedEnd>,
): void {
  let position = head;
  for (const event of events) {
    checkHash(event);
    const end = ends.get(event.stream) ?? { revision: 0, hash: NO_HASH };
    const follows =
      event.ledger === ledger &&
      event.position === position + 1n &&
      event.revision === end.revision + 1 &&
      event.previousHash === end.hash;
    if (!follows) {
      const says = `Event ${event.position} (${event.stream}, revision ${event.revision}) does not follow position ${position} of the copy; copy to a new store.`;
      throw new ProblemError(problem('store_foreign', says));
    }
    position = event.position;
    ends.set(event.stream, { revision: event.revision, hash: event.hash });
  }
}
