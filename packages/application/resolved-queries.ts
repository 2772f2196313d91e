import type { History, ResolvedQuery } from '@ledger/calculation';
import type { QueryRow } from '@ledger/projections';

/** Queries that were resolved by an event, by participant and event. */
export function resolvedQueries(
  rows: readonly { readonly row: string }[],
): ReadonlyMap<string, NonNullable<History['queries']>> {
  const byParticipant = new Map<string, Map<string, ResolvedQuery[]>>();
  for (const { row } of rows) {
    const { query, participant, openedBy, corrections } = JSON.parse(row) as QueryRow;
    const own = byParticipant.get(participant) ?? new Map<string, ResolvedQuery[]>();
    byParticipant.set(participant, own);
    for (const { event, resolvedBy, resolvedIn } of corrections) {
      own.set(event, [...(own.get(event) ?? []), { query, openedBy, resolvedBy, event: resolvedIn }]);
    }
  }
  return byParticipant;
}
