import { sha256 } from './canonical.ts';
import { NO_HASH, type Pending, type Stored } from './event.ts';
import { ProblemError, problem } from './problem.ts';

/** Version of the recipe below. It is the first field hashed; another recipe gets another number. */
const SEAL_FORMAT = 1;

/** What the log adds to a pending event, all of it known before it is written. */
export interface Place {
  readonly ledger: string;
  readonly stream: string;
  readonly revision: number;
  readonly recordedAt: string;
  readonly previousHash: string;
}

/**
 * The hash of an event: SHA-256 over its fields, each preceded by its length in bytes and a colon, so that no two events share an
 * input. No field is left out but the position, which some stores assign while writing (promises.md, event hash).
 */
export function eventHash(event: Pending, place: Place): string {
  const { meta } = event;
  return sha256(
    name(String(SEAL_FORMAT)) +
      name(place.ledger) +
      name(place.stream) +
      name(String(place.revision)) +
      name(place.previousHash) +
      name(event.id) +
      name(event.type) +
      name(String(event.version)) +
      name(place.recordedAt) +
      name(meta.actor.id) +
      name(meta.actor.role) +
      optional(meta.actor.onBehalfOf) +
      name(meta.commandId) +
      name(meta.commandHash) +
      name(meta.correlationId) +
      optional(meta.causationId) +
      `${Buffer.byteLength(event.data)}:${event.data}`,
  );
}

/** Names are ASCII (admit.ts refuses others), so that their units are their bytes; counting bytes would take as long as hashing them. */
function name(value: string): string {
  return `${value.length}:${value}`;
}

/** Absent is not the same as empty. */
function optional(value: string | null | undefined): string {
  return value === null || value === undefined ? '-' : name(value);
}

/** Seals events in a row at the end of a stream: places them, dates them, chains them. */
export function seal(
  events: readonly Pending[],
  end: { readonly ledger: string; readonly stream: string; readonly revision: number; readonly hash: string },
  recordedAt: (index: number) => string,
): readonly Omit<Stored, 'position'>[] {
  let previousHash = end.hash;
  return events.map((event, index) => {
    const place: Place = {
      ledger: end.ledger,
      stream: end.stream,
      revision: end.revision + index + 1,
      recordedAt: recordedAt(index),
      previousHash,
    };
    const hash = eventHash(event, place);
    previousHash = hash;
    return { ...event, ...place, hash };
  });
}

/** Throws `chain_broken` unless the event's bytes are those that were sealed. */
export function checkHash(event: Stored): void {
  const actual = eventHash(event, event);
  if (actual === event.hash) return;
  throw new ProblemError(
    problem(
      'chain_broken',
      `Event ${event.position} (${event.stream}, revision ${event.revision}) does not match its hash; restore the ledger file from a backup.`,
    ),
  );
}

/** Checks the hashes of a whole log, event by event, and that each stream's events follow one another. */
export function chainChecker(): (event: Stored) => void {
  const ends = new Map<string, { revision: number; hash: string; recordedAt: string }>();
  return (event) => {
    checkHash(event);
    const end = ends.get(event.stream) ?? { revision: 0, hash: NO_HASH, recordedAt: '' };
    if (event.revision !== end.revision + 1 || event.previousHash !== end.hash || event.recordedAt <= end.recordedAt) {
      throw new ProblemError(
        problem(
          'chain_broken',
          `Event ${event.position} does not follow revision ${end.revision} of ${event.stream}; restore the ledger file from a backup.`,
        ),
      );
    }
    ends.set(event.stream, { revision: event.revision, hash: event.hash, recordedAt: event.recordedAt });
  };
}
