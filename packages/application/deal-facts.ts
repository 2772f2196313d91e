import type { EventType } from '@ledger/events';
import type { Stored } from '@ledger/kernel';
import { dealsView, isDealFact } from '@ledger/projections';
import { storedAt } from './handle.ts';
import type { Ledger } from './ledger.ts';

/** Positions that are looked through together: mostly one fact is asked for, and is among the last events. */
const SPAN = 1_000n;

/**
 * What sources told of deals after a position and up to another one, the newest first. Found in the view of deals: in between may be a
 * hundred thousand frozen statements.
 */
export async function* dealFacts(ledger: Ledger, after: bigint, upTo: bigint): AsyncGenerator<Stored> {
  for (let end = upTo; end > after; end -= SPAN) {
    const from = end - SPAN > after ? end - SPAN : after;
    const rows = await ledger.views.changes(dealsView, { prefix: '' }, { after: from, upTo: end });
    for (const position of new Set(rows.map((row) => row.position).reverse())) {
      const stored = await storedAt(ledger, position);
      if (stored !== undefined && isDealFact(stored.type as EventType)) yield stored;
    }
  }
}
