import { REQUESTS, rolesFor } from '@ledger/decisions';
import { isProblem } from '@ledger/kernel';
import { type RequestRow, requestsView } from '@ledger/projections';
import { expiries } from '../lapses.ts';
import { type Ledger, zoneOf } from '../ledger.ts';

export interface HandedRequest {
  readonly name: string;
  readonly says: string;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAt: string;
  /** Day from which it can no longer be decided. */
  readonly expiresOn: string;
  readonly approvedSoFar: readonly string[];
  readonly roles: readonly string[];
  readonly command: string;
}

export async function requestsAt(ledger: Ledger, asOf: bigint): Promise<readonly RequestRow[]> {
  const rows = await ledger.views.list(requestsView, '', asOf);
  return rows.map(({ row }) => JSON.parse(row) as RequestRow);
}

/** What waits for a decision, oldest first, with who can take it. */
export async function waitingAt(
  ledger: Ledger,
  requests: readonly RequestRow[],
  day: string,
): Promise<readonly HandedRequest[]> {
  const expiresOn = await expiries(ledger, await zoneOf(ledger));
  return requests
    .filter((row) => row.state === 'waiting' && expiresOn(row) > day)
    .sort((a, b) => (a.requestedAt < b.requestedAt ? -1 : 1))
    .map((row) => {
      const { name, says, reason, requestedBy, requestedAt, approvals } = row;
      const parsed = REQUESTS.parse(name);
      const roles = isProblem(parsed) ? ['finance'] : rolesFor(parsed.kind, 'decide');
      const approvedSoFar = approvals.map(({ by }) => by);
      const command = `ledger --as ${roles[0] ?? 'finance'}:<you> approve ${name}`;
      return { name, says, reason, requestedBy, requestedAt, expiresOn: expiresOn(row), approvedSoFar, roles, command };
    });
}
