import { rulesOn } from '@ledger/decisions';
import { decode, type LedgerEvent, type RecordedEvent } from '@ledger/events';
import type { Stored } from '@ledger/kernel';
import { isAsking, type RequestRow, requestsView } from '@ledger/projections';
import { dayOf, type Ledger, zoneOf } from './ledger.ts';
import { instantAt } from './moment.ts';
import { approvalsAt } from './rules.ts';

/** Days in which a request has to be decided where no rules of the company say otherwise (authorization.json). */
const DAYS = 14;

/** The requests of a stream that nobody decided in their time, as the events that say so. */
export type Lapsed = (stored: readonly Stored[]) => readonly LedgerEvent<'RequestExpired'>[];

/** The day from which a request can no longer be decided. */
export type ExpiresOn = (row: Pick<RequestRow, 'name' | 'requestedAt'>) => string;

/** Days in which a request has to be decided, by rules or where there are none. */
export function expireDays(set: ReturnType<typeof rulesOn>): number {
  return set?.document.expireAfter ?? DAYS;
}

/** When requests expire: by the rules of the day on which they were made. */
export async function expiries(ledger: Ledger, zone: string, asOf?: bigint): Promise<ExpiresOn> {
  const rules = await approvalsAt(ledger, asOf);
  return ({ requestedAt }) => {
    const day = dayOf(requestedAt, zone);
    const days = expireDays(rulesOn(rules, day));
    return Temporal.PlainDate.from(day).add({ days }).toString();
  };
}

/** A request as it is today. */
export interface RequestSeen extends RequestRow {
  /** From this day on it can no longer be decided. */
  readonly expiresOn: string;
}

/**
 * Every request that there was by a position, or ever; one whose time is over has expired, whether or not anything says so yet. The past
 * is judged on its own day, that of the moment that was `asked` for; what nobody asked about as of a moment, today.
 */
export async function requestsSeen(ledger: Ledger, asOf?: bigint, asked?: string): Promise<readonly RequestSeen[]> {
  const seen = await seeing(ledger, asOf, asked);
  return (await ledger.views.list(requestsView, '', asOf)).map(({ row }) => seen(row));
}

/** The same of one; `undefined`: nobody asked for it. */
export async function requestSeen(
  ledger: Ledger,
  name: string,
  asOf?: bigint,
  asked?: string,
): Promise<RequestSeen | undefined> {
  const row = await ledger.views.get(requestsView, name, asOf);
  return row === undefined ? undefined : (await seeing(ledger, asOf, asked))(row);
}

async function seeing(
  ledger: Ledger,
  asOf: bigint | undefined,
  asked: string | undefined,
): Promise<(row: string) => RequestSeen> {
  const zone = await zoneOf(ledger);
  const now = dayOf(await instantAt(ledger, asked, asOf ?? 0n), zone);
  const expiresOn = await expiries(ledger, zone, asOf);
  return (text) => {
    const row = JSON.parse(text) as RequestRow;
    const expires = expiresOn(row);
    return { ...row, expiresOn: expires, state: row.state === 'waiting' && expires <= now ? 'expired' : row.state };
  };
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
