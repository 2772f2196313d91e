import { decode, type RecordedEvent } from '@ledger/events';
import { instantText } from '@ledger/kernel';
import type { Ledger } from './ledger.ts';

const PAGE = 1_000;
/** An import draws the ids of a batch before it writes it, so that an event stands a few pages after the moment in its id at most. */
const MOST_PAGES = 10;

/**
 * Events by their ids, as far as they can be found: an id begins with the moment at which it was drawn (ULID), and the log is read from
 * there on. No index of ids is kept, which would cost a row for each event to answer a question that is hardly ever asked.
 */
export async function findEvents(
  ledger: Ledger,
  ids: Iterable<string>,
  upTo: bigint,
): Promise<ReadonlyMap<string, RecordedEvent>> {
  const wanted = new Set(ids);
  const found = new Map<string, RecordedEvent>();
  for (const id of [...wanted].sort()) {
    if (found.has(id)) continue;
    const drawn = drawnAt(id);
    if (drawn === undefined) continue;
    let after = await ledger.store.positionAt(instantText(drawn * 1_000n - 1n));
    for (let pages = 0; pages < MOST_PAGES && after < upTo && !found.has(id); pages += 1) {
      const page = await ledger.store.readAll({ after, limit: PAGE });
      for (const stored of page) {
        if (stored.position <= upTo && wanted.has(stored.id)) found.set(stored.id, decode(stored));
      }
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.position;
    }
  }
  return found;
}

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Milliseconds since 1970 in the first ten digits of a ULID; `undefined` for what is none. */
function drawnAt(id: string): bigint | undefined {
  if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id)) return undefined;
  return [...id.slice(0, 10)].reduce((time, digit) => time * 32n + BigInt(DIGITS.indexOf(digit)), 0n);
}
