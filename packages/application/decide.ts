import { type Decision, REQUESTS } from '@ledger/decisions';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { decideAccess } from './access.ts';
import { decisionOn } from './demands.ts';
import { decideErasure } from './erasure.ts';
import type { Outcome } from './handle.ts';
import { type By, type Ledger, refresh } from './ledger.ts';
import { approveReplay, declineReplay } from './replays.ts';
import {
  approveRequest,
  type Decided,
  type DecidedElsewhere,
  declineRequest,
  type HowToApprove,
  isDecidedElsewhere,
} from './requests.ts';

/** Approves a waiting request by its name, whatever it asks for. */
export async function approve(
  ledger: Ledger,
  name: string,
  by: By,
  how: HowToApprove = {},
): Promise<Decided | Problem> {
  const request = REQUESTS.parse(name);
  if (isProblem(request)) return request;
  if (how.despite !== undefined && request.kind !== 'plan') {
    const says = `${name} carries no cases that could fail; leave out why it is approved in spite of them.`;
    return problem('field_invalid', says, '/despite');
  }
  if (!isDecidedElsewhere(request)) return approveRequest(ledger, name, by, how);
  await refresh(ledger);
  const decision = { ...(await decisionOn(ledger, request, by.actor)), requestHash: how.requestHash };
  const outcome = await approved(ledger, request, decision, by);
  return isProblem(outcome) ? outcome : { request: name, outcome };
}

function approved(ledger: Ledger, request: DecidedElsewhere, decision: Decision, by: By): Promise<Outcome | Problem> {
  if (request.kind === 'replay') return approveReplay(ledger, request.replay, decision, by);
  if (request.kind === 'erasure') return decideErasure(ledger, request.person, { decision }, by);
  return decideAccess(ledger, request, { decision }, by);
}

/** Declines a waiting request by its name, whatever it asks for. */
export async function decline(ledger: Ledger, name: string, reason: string, by: By): Promise<Outcome | Problem> {
  const request = REQUESTS.parse(name);
  if (isProblem(request)) return request;
  if (!isDecidedElsewhere(request)) return declineRequest(ledger, name, reason, by);
  await refresh(ledger);
  const decision = await decisionOn(ledger, request, by.actor);
  if (request.kind === 'replay') return declineReplay(ledger, request.replay, reason, decision, by);
  if (request.kind === 'erasure') return decideErasure(ledger, request.person, { decision, decline: reason }, by);
  return decideAccess(ledger, request, { decision, decline: reason }, by);
}
