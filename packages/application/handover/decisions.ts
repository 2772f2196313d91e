import { type DealEntry, type DefinitionEntry, holds } from '@ledger/calculation';
import { REQUESTS, rolesFor } from '@ledger/decisions';
import { isProblem } from '@ledger/kernel';
import { dealsView, type RequestRow, requestsView } from '@ledger/projections';
import { expiries } from '../lapses.ts';
import { type Ledger, zoneOf } from '../ledger.ts';

/** A departure from the rules that holds on the day. */
export interface HandedException {
  readonly name: string;
  readonly kind: string;
  readonly says: string;
  readonly reason: string;
  readonly evidence: readonly string[];
  readonly requestedBy: string;
  readonly approvedBy: string | null;
  readonly approvers: readonly string[];
  readonly requestedAt: string;
  /** First day on which it no longer holds; `null`: it holds until it is revoked. */
  readonly until: string | null;
}

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

const EXCEPTIONS = new Set(['split', 'relief', 'exception']);

/** What was approved beside the rules and holds on a day, whatever it is about. */
export async function exceptionsInForce(
  ledger: Ledger,
  requests: readonly RequestRow[],
  entries: readonly DefinitionEntry[],
  day: string,
  asOf: bigint,
): Promise<readonly HandedException[]> {
  const found: HandedException[] = [];
  for (const row of requests) {
    const kind = row.name.slice(0, row.name.indexOf('/'));
    if (!EXCEPTIONS.has(kind) || row.state !== 'approved') continue;
    const until = await lastsUntil(ledger, row.name, entries, asOf);
    if (until !== null && until <= day) continue;
    const { name, says, reason, evidence, requestedBy, requestedAt, decidedBy, approvals } = row;
    const approvers = [...approvals.map(({ by }) => by), ...(decidedBy === null ? [] : [decidedBy])];
    const more = { approvedBy: decidedBy, approvers: [...new Set(approvers)], requestedAt, until };
    found.push({
      name,
      kind: kind === 'exception' ? (says.split(' ')[0] ?? kind) : kind,
      says,
      reason,
      evidence,
      requestedBy,
      ...more,
    });
  }
  return found;
}

/** When an approved exception ends by itself. */
async function lastsUntil(
  ledger: Ledger,
  name: string,
  entries: readonly DefinitionEntry[],
  asOf: bigint,
): Promise<string | null> {
  const request = REQUESTS.parse(name);
  if (isProblem(request)) return null;
  if (request.kind === 'split') {
    const row = await ledger.views.get(dealsView, `${request.source}.${request.deal}`, asOf);
    const deal = row === undefined ? undefined : (JSON.parse(row) as DealEntry);
    return deal?.splits.find(({ exception }) => exception === request.exception)?.expiresOn ?? null;
  }
  if (request.kind === 'relief') {
    const entry = entries.find(
      (each) =>
        each.kind === 'quota' &&
        each.participant === request.participant &&
        each.metric === request.metric &&
        each.year === request.year,
    );
    const relief = entry?.kind === 'quota' ? entry.reliefs.find((each) => each.relief === request.relief) : undefined;
    // A relief counts in the windows of its year; the year's end is when it stops mattering by itself.
    return relief?.expiresOn ?? `${request.year + 1}-01-01`;
  }
  if (request.kind === 'exception') {
    const entry = entries.find(
      (each) =>
        each.kind === 'exception' && each.participant === request.participant && each.exception === request.exception,
    );
    if (entry?.kind !== 'exception') return null;
    const until = 'until' in entry.terms ? entry.terms.until : null;
    if (entry.expiresOn === null || until === null) return entry.expiresOn ?? until;
    return holds({ from: '', to: until }, entry.expiresOn) ? entry.expiresOn : until;
  }
  return null;
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
