import type { EventData, fields, LedgerEvent } from '@ledger/events';
import { type Actor, digest, isProblem, type Problem } from '@ledger/kernel';
import { approversOf, type Excluded, judge, type Kind, type Role, samePerson, saysOf } from './authority.ts';
import { produce, refuse, shown } from './produce.ts';

/**
 * Requests that wait for a second person, and what became of them. The same for everything that needs one: metric and plan
 * versions, quotas, reliefs, split exceptions, freezes (domain.md §8).
 */
export interface Request<Data> {
  readonly name: string;
  /** Data of the event that recorded the request: the approval repeats it, and binds its hash. */
  readonly data: Data;
  /** Revision of the stream after the request. */
  readonly revision: number;
  readonly outcome: Result | 'waiting';
  /** Who approved so far, where several have to. */
  readonly approvals: readonly EventData<'ApprovalGiven'>[];
}
export type Requests<Data> = readonly Request<Data>[];
type Result = 'approved' | 'declined' | 'revoked' | 'expired';

/** Steps on the way to a decision; they are on the stream of every request, and `noted` folds them. */
export type RequestEvent = LedgerEvent<'ApprovalGiven' | 'RequestExpired'>;

/** What every command that decides a request says. */
export interface Decision {
  /** Hash of the request that the decider was shown; another one means that they saw something else. */
  readonly requestHash?: string | undefined;
  /** The person for whom the requester acted, as the recorded request's metadata has it. */
  readonly requestedFor?: string | undefined;
  /**
   * Who of those that decide is paid by it though its stream does not name them: by the definition that it is about, by an override on
   * what one of those earns whom it names.
   */
  readonly alsoPaid?: readonly string[] | undefined;
  /** What the rules in force ask of this decision, as the application looked it up; left out: what the matrix asks. */
  readonly demand?: Demand | undefined;
}

/** What has to be there before a request is decided. */
export interface Demand {
  /** Version of the approval rules; `null`: there are none, and the matrix alone counts. */
  readonly ruleSet: number | null;
  /** One for each approval that is needed: the roles of which one may give it. */
  readonly approvers: readonly (readonly Role[])[];
  readonly excluded: readonly Excluded[];
}

/** A decision on what is spread wider than its own stream shows: the application looks up whom it pays. */
export interface WideDecision extends Decision {
  /** Participants whose pay it moves; for what the stream itself names (a quota's participant) nothing need be added. */
  readonly beneficiaries: readonly string[];
}

export function asked<Data>(requests: Requests<Data>, name: string, data: Data, revision: number): Requests<Data> {
  return [...requests, { name, data, revision, outcome: 'waiting', approvals: [] }];
}

export function settled<Data>(
  requests: Requests<Data>,
  name: string,
  outcome: Exclude<Result, 'expired'>,
): Requests<Data> {
  const last = newest(requests, name);
  return requests.map((request) => (request === last ? { ...request, outcome } : request));
}

/** The requests after a step that concerns one of them; the revision of its request names it. */
export function noted<Data>(requests: Requests<Data>, { type, data }: RequestEvent): Requests<Data> {
  return requests.map((request) => {
    if (request.revision !== data.requestRevision) return request;
    if (type === 'RequestExpired') return { ...request, outcome: 'expired' };
    return { ...request, approvals: [...request.approvals, data] };
  });
}

/** A name may come again when what it named is over, such as the freeze of a period. */
function newest<Data>(requests: Requests<Data>, name: string): Request<Data> | undefined {
  return requests.findLast((request) => request.name === name);
}

/** The next free name of a numbered series: `relief-3`. */
export function nextName(requests: Requests<unknown>, series: string): string {
  for (let number = requests.length + 1; ; number += 1) {
    const name = `${series}-${number}`;
    if (!requests.some((request) => request.name === name)) return name;
  }
}

/** A name that is given belongs to one request for ever. */
export function nameTaken(requests: Requests<unknown>, name: string, field: string): Problem | undefined {
  const taken = requests.find((request) => request.name === name);
  if (taken === undefined) return undefined;
  const message = `The name ${name} belongs to another request here, which is ${taken.outcome}; give another name, or none.`;
  return refuse('already_exists', message, field);
}

/** SHA-256 of what was requested; an approval names it. */
export function requestHash(request: Request<unknown>): string {
  return digest(request.data);
}

export interface Matter<Data> {
  readonly kind: Kind;
  readonly requests: Requests<Data>;
  /** Within the stream. */
  readonly name: string;
  /** As people name it everywhere. */
  readonly fullName: string;
  readonly decision: Decision;
  /** Whom what is asked for pays by what its own stream says. */
  readonly beneficiaries?: (data: Data | undefined) => readonly string[];
  /** Whom what is asked for keeps from deciding it, beside those whom the rules keep from it. */
  readonly excluded?: (data: Data | undefined) => readonly Excluded[];
  /** Revision at which what the request rests on last changed: the quota that is relieved, the deal that is split. */
  readonly basis?: number;
  readonly actor: Actor;
}
type Asked = { readonly requestedBy: string };

/** The waiting request that a decision names, if this person may decide it and saw it as it is. */
export function toDecide<Data extends Asked>(matter: Matter<Data>, roles?: readonly Role[]): Request<Data> | Problem {
  const { kind, requests, name, decision } = matter;
  const request = newest(requests, name);
  const refused = forbidden(matter, request, roles ?? rolesOf(approversFor(matter)));
  if (refused !== undefined) return refused;
  if (request === undefined) {
    const waiting = requests.filter((each) => each.outcome === 'waiting').map((each) => each.name);
    const hint = waiting.length === 0 ? 'nothing is waiting here' : `waiting here: ${waiting.join(', ')}`;
    return refuse('not_found', `There is no request ${shown(name)} for ${saysOf(kind)}; ${hint}.`);
  }
  if (request.outcome === 'expired') {
    const message = `Request ${name} for ${saysOf(kind)} has expired, since nobody decided it in its time; request it anew.`;
    return refuse('request_expired', message);
  }
  if (request.outcome !== 'waiting') {
    const again = `make a new request to change it`;
    return refuse(
      'already_decided',
      `Request ${name} for ${saysOf(kind)} has been ${request.outcome} already; ${again}.`,
    );
  }
  const hash = requestHash(request);
  if (decision.requestHash !== undefined && decision.requestHash !== hash) {
    return refuse(
      'approval_stale',
      `Request ${name} has the hash ${hash}, not ${shown(decision.requestHash)}; look at it as it is now and decide again.`,
      '/requestHash',
    );
  }
  return request;
}

/** The approved request that a revocation names. To revoke is a checker's decision, and so never the requester's own. */
export function toRevoke<Data extends Asked>(matter: Matter<Data>): Request<Data> | Problem {
  const { kind, requests, name } = matter;
  const request = newest(requests, name);
  const refused = forbidden(matter, request);
  if (refused !== undefined) return refused;
  if (request?.outcome === 'approved') return request;
  if (request?.outcome === 'revoked') {
    return refuse('already_decided', `The ${kind} ${name} has been revoked already; there is nothing left to revoke.`);
  }
  const approved = requests.filter((each) => each.outcome === 'approved').map((each) => each.name);
  const hint = approved.length === 0 ? 'none is in force here' : `in force here: ${approved.join(', ')}`;
  return refuse('not_found', `There is no approved ${kind} ${shown(name)} to revoke; ${hint}.`);
}

function forbidden<Data extends Asked>(
  { kind, decision, beneficiaries, excluded: barred, actor }: Matter<Data>,
  request: Request<Data> | undefined,
  roles?: readonly Role[],
): Problem | undefined {
  const requestedBy = request && { id: request.data.requestedBy, onBehalfOf: decision.requestedFor };
  const excluded = [...(decision.demand?.excluded ?? []), ...(barred?.(request?.data) ?? [])];
  const paid = [...(beneficiaries?.(request?.data) ?? []), ...(decision.alsoPaid ?? [])];
  return judge({
    kind,
    step: 'decide',
    actor,
    requestedBy,
    beneficiaries: paid,
    roles,
    excluded,
  });
}

/** What an approval adds to what was requested. */
type Approval = Pick<EventData<'QuotaAssigned'>, keyof typeof fields.approval>;

/**
 * Approves a waiting request. Where approvals of others are still missing after this one, it is noted; the last one is the event of
 * what was decided, which `decided` makes of the request and of what an approval adds to it.
 */
export function approve<Data extends Asked, E extends LedgerEvent>(
  matter: Matter<Data>,
  decided: (request: Request<Data>, approval: Approval) => E | Problem,
): readonly (E | LedgerEvent<'ApprovalGiven'>)[] | Problem {
  const { actor, decision, fullName } = matter;
  const asked = newest(matter.requests, matter.name);
  const approvals = asked?.outcome === 'waiting' ? asked.approvals : [];
  const already = approvals.find((each) => samePerson(actor, { id: each.approvedBy, onBehalfOf: each.onBehalfOf }));
  const needed = approversFor(matter);
  const left = stillMissing(needed, approvals);
  // Rules that ask for less than before may be met already: then anybody who could have approved completes it.
  const roles = rolesOf(left.length === 0 ? needed : left);
  if (already !== undefined) {
    const ask = `ask somebody else with role ${roles.join(' or ')}`;
    const message = `${shown(already.approvedBy)} has approved ${fullName} already, and one person counts once; ${ask}.`;
    return refuse('approval_repeated', message);
  }
  const request = toDecide(matter, roles);
  if (isProblem(request)) return request;
  if (matter.basis !== undefined && matter.basis > request.revision) {
    const changed = `What ${fullName} was asked for at revision ${request.revision} has changed at ${matter.basis}`;
    return refuse('approval_stale', `${changed}; look at it as it is now, decline the request and make it anew.`);
  }
  const of = { requestHash: requestHash(request), requestRevision: request.revision };
  const ruleSet = decision.demand?.ruleSet;
  const approval = { approvedBy: actor.id, ...of, ...(ruleSet == null ? {} : { ruleSet }) };
  if (left.length <= 1) {
    const coApprovedBy = approvals.map((each) => each.approvedBy);
    const event = decided(request, coApprovedBy.length === 0 ? approval : { ...approval, coApprovedBy });
    return isProblem(event) ? event : [event];
  }
  const { onBehalfOf } = actor;
  const place = { number: approvals.length + 1, needed: approvals.length + left.length };
  const stoodIn = onBehalfOf === undefined ? {} : { onBehalfOf };
  const given = produce('ApprovalGiven', { request: fullName, ...approval, ...stoodIn, role: actor.role, ...place });
  return isProblem(given) ? given : [given];
}

/** One for each approval that the request needs: the roles of which one may give it. */
function approversFor({ kind, decision }: Pick<Matter<never>, 'kind' | 'decision'>): readonly (readonly Role[])[] {
  return decision.demand?.approvers ?? approversOf(kind);
}

/** What is missing after some approvals: each takes the first place that its role fits. */
function stillMissing(
  needed: readonly (readonly Role[])[],
  approvals: readonly { readonly role: string }[],
): readonly (readonly Role[])[] {
  let missing = needed;
  for (const { role } of approvals) {
    const place = missing.findIndex((roles) => roles.some((each) => each === role));
    if (place >= 0) missing = missing.toSpliced(place, 1);
  }
  return missing;
}

function rolesOf(approvers: readonly (readonly Role[])[]): readonly Role[] {
  return [...new Set(approvers.flat())];
}

/** Declines a waiting request. `declined`: its event, by what was asked and what every refusal says. */
export function decline<Data extends Asked, E extends LedgerEvent>(
  matter: Matter<Data>,
  reason: string,
  declined: (data: Data, refusal: ReturnType<typeof refusalOf>) => E | Problem,
): readonly E[] | Problem {
  const request = toDecide(matter);
  if (isProblem(request)) return request;
  const event = declined(request.data, refusalOf(request, matter.actor, reason));
  return isProblem(event) ? event : [event];
}

/** What a refusal says. */
export function refusalOf(request: Request<unknown>, actor: Actor, reason: string) {
  return { declinedBy: actor.id, reason, requestHash: requestHash(request), requestRevision: request.revision };
}

/** A kind of request within a sentence: `an exception`, `a plan`. */
export function withArticle(kind: string): string {
  return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
}
