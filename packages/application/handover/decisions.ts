import { isProblem } from '@ledger/kernel';
import { type RequestRow, requestsView } from '@ledger/projections';
import { neededOn } from '../demands.ts';
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
      const needs: readonly (readonly string[])[] = isProblem(needed) ? [['finance']] : needed.approvers;
      const roles = [...new Set(needs.flat())];
      const approvedSoFar = approvals.map(({ by }) => by);
      const not = [...new Set([requestedBy, ...approvedSoFar])];
      const open = needs.find((each) => !approvals.some(({ role }) => each.includes(role))) ?? needs.at(-1);
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
        command: `ledger --as ${open?.[0] ?? 'finance'}:<you> approve ${name}`,
      };
    }),
  );
}

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
