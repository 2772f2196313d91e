import { type Actor, digest, type Problem } from '@ledger/kernel';
import { judge, type Kind } from './authority.ts';
import { refuse, shown } from './produce.ts';

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
  readonly outcome: 'waiting' | 'approved' | 'declined' | 'revoked';
}
export type Requests<Data> = readonly Request<Data>[];

/** What every command that decides a request says. */
export interface Decision {
  /** Hash of the request that the decider was shown; another one means that they saw something else. */
  readonly requestHash?: string | undefined;
  /** The person for whom the requester acted, as the recorded request's metadata has it. */
  readonly requestedFor?: string | undefined;
}

/** A decision on what is spread wider than its own stream shows: the application looks up whom it pays. */
export interface WideDecision extends Decision {
  /** Participants whose pay it moves; for what the stream itself names (a quota's participant) nothing need be added. */
  readonly beneficiaries: readonly string[];
}

export function asked<Data>(requests: Requests<Data>, name: string, data: Data, revision: number): Requests<Data> {
  return [...requests, { name, data, revision, outcome: 'waiting' }];
}

export function settled<Data>(
  requests: Requests<Data>,
  name: string,
  outcome: 'approved' | 'declined' | 'revoked',
): Requests<Data> {
  return requests.map((request) => (request.name === name ? { ...request, outcome } : request));
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

interface Matter<Data> {
  readonly kind: Kind;
  readonly requests: Requests<Data>;
  readonly name: string;
  readonly decision: Decision;
  readonly beneficiaries: (data: Data | undefined) => readonly string[];
  readonly actor: Actor;
}

/** The waiting request that a decision names, if this person may decide it and saw it as it is. */
export function toDecide<Data extends { readonly requestedBy: string }>(matter: Matter<Data>): Request<Data> | Problem {
  const { kind, requests, name, decision } = matter;
  const request = requests.find((each) => each.name === name);
  const refused = forbidden(matter, request);
  if (refused !== undefined) return refused;
  if (request === undefined) {
    const waiting = requests.filter((each) => each.outcome === 'waiting').map((each) => each.name);
    const hint = waiting.length === 0 ? 'nothing is waiting here' : `waiting here: ${waiting.join(', ')}`;
    return refuse('not_found', `There is no request ${shown(name)} for a ${kind}; ${hint}.`);
  }
  if (request.outcome !== 'waiting') {
    const again = `make a new request to change it`;
    return refuse('already_decided', `Request ${name} for a ${kind} has been ${request.outcome} already; ${again}.`);
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
export function toRevoke<Data extends { readonly requestedBy: string }>(matter: Matter<Data>): Request<Data> | Problem {
  const { kind, requests, name } = matter;
  const request = requests.find((each) => each.name === name);
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

function forbidden<Data extends { readonly requestedBy: string }>(
  { kind, decision, beneficiaries, actor }: Matter<Data>,
  request: Request<Data> | undefined,
): Problem | undefined {
  const requestedBy = request && { id: request.data.requestedBy, onBehalfOf: decision.requestedFor };
  return judge({ kind, step: 'decide', actor, requestedBy, beneficiaries: beneficiaries(request?.data) });
}

/** What an approval adds to what was requested. */
export function approvalOf(request: Request<unknown>, actor: Actor) {
  return { approvedBy: actor.id, requestHash: requestHash(request), requestRevision: request.revision };
}

/** What a refusal says. */
export function refusalOf(request: Request<unknown>, actor: Actor, reason: string) {
  return { declinedBy: actor.id, reason, requestHash: requestHash(request), requestRevision: request.revision };
}
