import { decode, type LedgerEvent, type RecordedEvent } from '@ledger/events';
import type { Stored } from '@ledger/kernel';
import { isAsking, type RequestRow, requestsView } from '@ledger/projections';
import { dayOf, type Ledger } from './ledger.ts';

/** Days in which a request has to be decided where no rules of the company say otherwise (authorization.json). */
const DAYS = 14;

/** The requests of a stream that nobody decided in their time, as the events that say so. */
export type Lapsed = (stored: readonly Stored[]) => readonly LedgerEvent<'RequestExpired'>[];

/** The day from which a request can no longer be decided. */
export type ExpiresOn = (row: Pick<RequestRow, 'name' | 'requestedAt'>) => string;

/** When requests expire by the rules in force. */
export async function expiries(_ledger: Ledger, zone: string): Promise<ExpiresOn> {
  return ({ requestedAt }) => Temporal.PlainDate.from(dayOf(requestedAt, zone)).add({ days: DAYS }).toString();
}

/**
 * Requests expire by themselves: a command that meets one whose time is over decides as if that had been recorded, and records it
 * in front of what it has to record itself.
 */
export async function lapses(
  ledger: Ledger,
  { zone, today }: { readonly zone: string; readonly today: string },
): Promise<Lapsed> {
  const expiresOn = await expiries(ledger, zone);
  return (stored) =>
    stored.some(isAsking)
      ? waitingIn(stored.map(decode)).flatMap((row) => {
          const expiredOn = expiresOn(row);
          const { name: request, hash: requestHash, revision: requestRevision } = row;
          const data = { request, requestHash, requestRevision, expiredOn };
          return expiredOn > today ? [] : [{ type: 'RequestExpired', data } as const];
        })
      : [];
}

function waitingIn(events: readonly RecordedEvent[]): readonly RequestRow[] {
  const rows = new Map<string, RequestRow>();
  for (const recorded of events) {
    for (const key of requestsView.keys(recorded)) {
      const row = requestsView.evolve(rows.get(key), recorded, key);
      if (row !== undefined) rows.set(key, row);
    }
  }
  return [...rows.values()].filter(({ state }) => state === 'waiting');
}
