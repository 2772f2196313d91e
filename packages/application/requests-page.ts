import { hidden, REQUESTS, type RequestName } from '@ledger/decisions';
import type { LedgerEvent } from '@ledger/events';
import { type Acting, isProblem, type Problem } from '@ledger/kernel';
import { resolveAsOf } from './as-of.ts';
import type { BlastRadius } from './blast.ts';
import type { Progress } from './close.ts';
import { askedIn, type Needed, neededFor, neededThen } from './demands.ts';
import { revisionAt } from './handle.ts';
import { type RequestSeen, requestSeen, requestsSeen } from './lapses.ts';
import type { Ledger } from './ledger.ts';
import { cut, type Paging, pageOf } from './pages.ts';
import type { PlanCases } from './plan-cases.ts';
import { defines } from './propose.ts';
import { type Reach, reaches, reachOf } from './reach.ts';
import { blastRadiusOf } from './replay.ts';
import { shownReplay } from './replays.ts';
import { namedIn } from './request-facts.ts';
import { casesOfRequest } from './requests.ts';
import type { AsOf } from './statements.ts';

/** A request as a reader of lists sees it. */
export interface RequestListed extends RequestSeen {
  readonly kind: RequestName['kind'];
  /** Whether a replay can try out what it asks for. */
  readonly canBeTriedOut: boolean;
  /** Whose approval it needs on the day that is spoken of; `null` for what does not wait. */
  readonly needed: Needed | null;
}

export interface RequestsPage {
  readonly asOf: string;
  readonly requests: readonly RequestListed[];
  readonly next: string | null;
}

/** The requests that somebody may see, oldest first: those that wait, or all that there ever were. */
export async function requestsPage(
  ledger: Ledger,
  actor: Acting,
  ask: Paging & { readonly all?: boolean | undefined },
): Promise<RequestsPage | Problem> {
  const reach = await reachOf(ledger, actor, 'requests');
  if (reach.kind === 'none') return reach.problem;
  const paged = await pageOf(ledger, ask);
  if (isProblem(paged)) return paged;
  const seen: RequestSeen[] = [];
  for (const row of await requestsSeen(ledger, paged.asOf, paged.asked)) {
    if (ask.all !== true && row.state !== 'waiting') continue;
    if (await isSeen(ledger, { reach, actor, asked: paged.asked }, row)) seen.push(row);
  }
  const keyOf = ({ requestedAt, name }: RequestSeen) => `${requestedAt} ${name}`;
  const { page, next } = cut(
    seen.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    keyOf,
    paged,
  );
  const requests: RequestListed[] = [];
  for (const row of page) requests.push(await listed(ledger, row, paged.asked));
  return { asOf: String(paged.asOf), requests, next };
}

export interface RequestAnswer {
  readonly asOf: string;
  readonly request: RequestListed;
  /** Of the stream that it is decided on. */
  readonly revision: number;
  /** The event that asked, whose data an approval binds. */
  readonly asked: Pick<LedgerEvent, 'type' | 'data'> & { readonly event: string; readonly stream: string };
}

/** The requests that somebody may see out of those that are of interest, whatever became of them. */
export async function requestsOfInterest(
  ledger: Ledger,
  actor: Acting,
  { asOf, asked }: { readonly asOf: bigint; readonly asked: string | undefined },
  isOfInterest: (row: RequestSeen) => boolean,
): Promise<readonly RequestSeen[]> {
  const reach = await reachOf(ledger, actor, 'requests');
  if (reach.kind === 'none') return [];
  const seen: RequestSeen[] = [];
  for (const row of await requestsSeen(ledger, asOf, asked)) {
    if (isOfInterest(row) && (await isSeen(ledger, { reach, actor, asked }, row))) seen.push(row);
  }
  return seen;
}

/** One request with what it asks for, if this person may see it; otherwise as if it were not there. */
export async function requestNamed(
  ledger: Ledger,
  actor: Acting,
  ask: AsOf & { readonly request: string },
): Promise<RequestAnswer | Problem> {
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const row = await rowSeen(ledger, actor, ask.request, { asOf, asked: ask.asOf });
  if (isProblem(row)) return row;
  const request = REQUESTS.parse(row.name);
  const asked = isProblem(request) ? undefined : await askedIn(ledger, request, row.revision);
  if (asked === undefined) throw new TypeError(`request ${row.name} was asked for by no event`);
  const { event, id, stream } = asked;
  return {
    asOf: String(asOf),
    request: await listed(ledger, row, ask.asOf),
    revision: await revisionAt(ledger, stream, asOf),
    asked: { event: id, stream, ...event },
  };
}

/** What the cases of a request come to now; `null` where it carries none, or no longer waits. */
export async function casesSeen(
  ledger: Ledger,
  actor: Acting,
  name: string,
): Promise<{ readonly request: string; readonly cases: PlanCases | null } | Problem> {
  const row = await rowSeen(ledger, actor, name);
  if (isProblem(row)) return row;
  const cases = row.state === 'waiting' ? await casesOfRequest(ledger, name) : null;
  return cases !== null && isProblem(cases) ? cases : { request: name, cases };
}

/** What a waiting request would move, for whoever is to decide on it; `null` for what moves nothing that can be tried out. */
export async function effectOf(
  ledger: Ledger,
  actor: Acting,
  name: string,
): Promise<{ readonly request: string; readonly blastRadius: BlastRadius | null } | Problem> {
  const row = await rowSeen(ledger, actor, name);
  if (isProblem(row)) return row;
  const blastRadius = row.state === 'waiting' ? await effectOfRequest(ledger, name) : null;
  return blastRadius !== null && isProblem(blastRadius) ? blastRadius : { request: name, blastRadius };
}

/** The same for a door that asks nobody who they are. */
export async function effectOfRequest(
  ledger: Ledger,
  name: string,
  onProgress?: Progress,
): Promise<BlastRadius | null | Problem> {
  const names = await definedBy(ledger, name);
  if (isProblem(names)) return names;
  return names.length === 0 ? null : blastRadiusOf(ledger, names, onProgress);
}

/** Requests for the definitions that a request would put in force. */
async function definedBy(ledger: Ledger, name: string): Promise<readonly string[] | Problem> {
  if (!name.startsWith('replay/')) return defines(name) ? [name] : [];
  const kept = await shownReplay(ledger, name.slice('replay/'.length));
  return isProblem(kept) ? kept : kept.waiting;
}

async function rowSeen(
  ledger: Ledger,
  actor: Acting,
  name: string,
  { asOf, asked }: { readonly asOf?: bigint; readonly asked?: string | undefined } = {},
): Promise<RequestSeen | Problem> {
  const reach = await reachOf(ledger, actor, 'requests');
  if (reach.kind === 'none') return reach.problem;
  const at = asOf ?? (await resolveAsOf(ledger));
  if (isProblem(at)) return at;
  const row = await requestSeen(ledger, name, at, asked);
  return row !== undefined && (await isSeen(ledger, { reach, actor, asked }, row)) ? row : hidden('request', name);
}

async function listed(ledger: Ledger, row: RequestSeen, asked: string | undefined): Promise<RequestListed> {
  const request = REQUESTS.parse(row.name);
  if (isProblem(request)) throw new TypeError(`request ${row.name} has no name that reads`);
  const needed = row.state === 'waiting' ? await neededBy(ledger, row, asked) : null;
  return {
    ...row,
    kind: request.kind,
    canBeTriedOut: defines(row.name),
    needed: needed === null || isProblem(needed) ? null : needed,
  };
}

/** Whose approval a request needs, or needed at the moment that was asked about. */
function neededBy(ledger: Ledger, row: RequestSeen, asked: string | undefined): Promise<Needed | Problem> {
  return asked === undefined ? neededFor(ledger, row.name) : neededThen(ledger, row, asked);
}

/** What decides about somebody's pay; who sees requests redacted sees the others. */
const ABOUT_PAY: Readonly<Record<RequestName['kind'], boolean>> = {
  metric: true,
  plan: true,
  jurisdiction: true,
  crediting: true,
  quota: true,
  relief: true,
  split: true,
  exception: true,
  freeze: true,
  reopen: true,
  replay: true,
  approvals: false,
  grant: false,
  erasure: false,
  key: false,
};

/** Of people, one sees what names them, what they asked for, and what waits for somebody in one's role by the rules. */
async function isSeen(
  ledger: Ledger,
  { reach, actor, asked }: { readonly reach: Reach; readonly actor: Acting; readonly asked?: string | undefined },
  row: RequestSeen,
): Promise<boolean> {
  const request = REQUESTS.parse(row.name);
  if (isProblem(request) || reach.kind === 'none') return false;
  if (reach.kind === 'all') return true;
  if (reach.kind === 'redacted') return !ABOUT_PAY[request.kind];
  const { requestedBy, requestedFor } = row;
  const askers = requestedFor === null ? [requestedBy] : [requestedBy, requestedFor];
  if (reaches(reach, [...askers, ...(await peopleIn(ledger, request, row.revision))])) return true;
  if (row.state !== 'waiting') return false;
  const needed = await neededBy(ledger, row, asked);
  return !isProblem(needed) && needed.approvers.flat().some((role) => role === actor.role);
}

async function peopleIn(ledger: Ledger, request: RequestName, revision: number): Promise<readonly string[]> {
  if ('participant' in request) return [request.participant];
  if (request.kind !== 'split') return [];
  const asked = await askedIn(ledger, request, revision);
  return asked === undefined ? [] : namedIn(asked);
}
