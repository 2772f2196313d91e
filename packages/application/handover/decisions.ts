import { REQUESTS } from '@ledger/decisions';
import { isProblem } from '@ledger/kernel';
import { type RequestRow, requestsView } from '@ledger/projections';
import { neededOn, openRole } from '../demands.ts';
import { eventsOf } from '../handle.ts';
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
  /** Roles of which one may decide it, or has to besides others. */
  readonly roles: readonly string[];
  /** One for each approval that it needs: the roles that may give it. */
  readonly needs: readonly (readonly string[])[];
  /** Rules of the company that ask for them. */
  readonly rules: readonly string[];
  /** Who may not, although they have the role. */
  readonly not: readonly string[];
  /** Who has decided such requests before. */
  readonly before: readonly string[];
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
  { today, asOf }: { readonly today: string; readonly asOf: bigint },
): Promise<readonly HandedRequest[]> {
  const expiresOn = await expiries(ledger, await zoneOf(ledger));
  const waiting = requests
    .filter((row) => row.state === 'waiting' && expiresOn(row) > today)
    .sort((a, b) => (a.requestedAt < b.requestedAt ? -1 : 1));
  return Promise.all(
    waiting.map(async (row): Promise<HandedRequest> => {
      const { name, says, reason, requestedBy, requestedAt, approvals, revision } = row;
      const needed = await neededOn(ledger, name, today, { asOf, revision });
      const needs = isProblem(needed) ? [['finance' as const]] : needed.approvers;
      const roles = [...new Set(needs.flat())];
      const approvedSoFar = approvals.map(({ by }) => by);
      const not = [...new Set([requestedBy, ...approvedSoFar, ...(await passedBy(ledger, name, asOf))])];
      return {
        ...{
          name,
          says,
          reason,
          requestedBy,
          requestedAt,
          expiresOn: expiresOn(row),
          approvedSoFar,
          roles,
          needs,
          not,
        },
        rules: isProblem(needed) ? [] : needed.rules,
        before: decidersOf(kindOf(name), requests, not),
        command: `ledger --as ${openRole(needs, approvals)}:<you> approve ${name}`,
      };
    }),
  );
}

/** Whoever let a plan pass in spite of its cases cannot approve it, too. */
async function passedBy(ledger: Ledger, name: string, asOf: bigint): Promise<readonly string[]> {
  const request = REQUESTS.parse(name);
  if (isProblem(request) || request.kind !== 'plan') return [];
  const { version } = request;
  return (await eventsOf(ledger, request.stream)).flatMap(({ event, position }) =>
    event.type === 'PlanCasesOverridden' && event.data.version === version && position <= asOf
      ? [event.data.overriddenBy]
      : [],
  );
}

/**
 * Requests as they stood each time that they were asked for, newest as it is now: a period has one freeze after another under one name,
 * and so has what was declined and is asked for again.
 */
export async function everyTimeAsked(
  ledger: Ledger,
  requests: readonly RequestRow[],
  asOf: bigint,
): Promise<readonly RequestRow[]> {
  const times = new Map<string, RequestRow>();
  for (const kind of ASKED_AGAIN) {
    const range = { after: 0n, upTo: asOf };
    for (const { key, position } of await ledger.views.changes(requestsView, { prefix: `${kind}/` }, range)) {
      const row = await ledger.views.get(requestsView, key, position);
      if (row === undefined) continue;
      const then = JSON.parse(row) as RequestRow;
      times.set(`${key} ${then.revision}`, then);
    }
  }
  return [...requests.filter(({ name }) => !ASKED_AGAIN.has(kindOf(name))), ...times.values()];
}
const ASKED_AGAIN: ReadonlySet<string> = new Set(['freeze', 'reopen', 'replay', 'grant', 'key', 'erasure']);

/** What a request is about: the word that its name begins with. */
export function kindOf(name: string): string {
  return /^[a-z-]+/.exec(name)?.[0] ?? name;
}

/** Of those who are left: who has decided such requests, or at least others. */
function decidersOf(kind: string, requests: readonly RequestRow[], not: readonly string[]): readonly string[] {
  const decided = (rows: readonly RequestRow[]) => [
    ...new Set(
      rows
        .flatMap(({ approvals, decidedBy }) => [...approvals.map(({ by }) => by), decidedBy])
        .filter((id): id is string => id !== null && !not.includes(id)),
    ),
  ];
  const same = decided(requests.filter(({ name }) => kindOf(name) === kind));
  return same.length > 0 ? same : decided(requests);
}
