import { instantText, type Problem, parseInstant, problem } from '@ledger/kernel';
import { type Ledger, refresh } from './ledger.ts';

/** Microseconds. */
const DAY = 86_400_000_000n;

/**
 * The position that a reader speaks of: the newest, one given as such, or the last one recorded at or before an instant. The views
 * have reached it when this returns.
 */
export async function resolveAsOf(ledger: Ledger, asOf?: string, field = '/asOf'): Promise<bigint | Problem> {
  const head = await refresh(ledger);
  if (asOf === undefined) return head;
  if (/^(?:0|[1-9][0-9]{0,18})$/.test(asOf)) {
    const position = BigInt(asOf);
    if (position <= head) return position;
    const message = `As of ${position} lies beyond the end of the log, ${head}; give a position up to it or an instant.`;
    return problem('as_of_ahead', message, field);
  }
  const given = JSON.stringify(asOf.slice(0, 60));
  const instant = parseInstant(asOf);
  if (instant === undefined) {
    const message = `As of ${given} is neither a log position nor an instant; write 1234 or 2026-03-31T23:59:59Z.`;
    return problem('as_of_invalid', message, field);
  }
  // What is known then is not known yet: the same question would get another answer later. The end of today may be asked for.
  if (instant > ledger.clock() + DAY && instantText(instant) > (await recordedLast(ledger, head))) {
    const message = `As of ${given} lies in the future; give a moment up to the end of today, or none for the end of the log.`;
    return problem('as_of_ahead', message, field);
  }
  return ledger.store.positionAt(instantText(instant));
}

/** When the newest event was recorded: its node's clock may be ahead of ours. */
async function recordedLast({ store }: Ledger, head: bigint): Promise<string> {
  const [stored] = head === 0n ? [] : await store.readAll({ after: head - 1n, limit: 1 });
  return stored?.recordedAt ?? '';
}
