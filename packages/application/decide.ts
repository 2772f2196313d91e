import { REQUESTS, type RequestName } from '@ledger/decisions';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { decideAccess } from './access.ts';
import { decisionOn } from './demands.ts';
import { decideErasure } from './erasure.ts';
import type { Outcome } from './handle.ts';
import { type By, type Ledger, refresh } from './ledger.ts';
import { approveReplay, declineReplay } from './replays.ts';
import { approveRequest, type Decided, declineRequest, type HowToApprove } from './requests.ts';

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
  if (!isDecidedHere(request)) return approveRequest(ledger, name, by, how);
  await refresh(ledger);
  const decision = { ...(await decisionOn(ledger, request, by.actor)), requestHash: how.requestHash };
  const outcome =
    request.kind === 'replay'
      ? await approveReplay(ledger, request.replay, decision, by)
      : request.kind === 'erasure'
        ? await decideErasure(ledger, request.person, { decision }, by)
        : await decideAccess(ledger, request, { decision }, by);
  return isProblem(outcome) ? outcome : { request: name, outcome };
}

/** Declines a waiting request by its name, whatever it asks for. */
export async function decline(ledger: Ledger, name: string, reason: string, by: By): Promise<Outcome | Problem> {
  const request = REQUESTS.parse(name);
  if (isProblem(request)) return request;
  if (!isDecidedHere(request)) return declineRequest(ledger, name, reason, by);
  await refresh(ledger);
  const decision = await decisionOn(ledger, request, by.actor);
  if (request.kind === 'replay') return declineReplay(ledger, request.replay, reason, decision, by);
  if (request.kind === 'erasure') return decideErasure(ledger, request.person, { decision, decline: reason }, by);
  return decideAccess(ledger, request, { decision, decline: reason }, by);
}

/** What is no decision about a definition or about somebody's pay. */
function isDecidedHere(
  request: RequestName,
): request is Extract<RequestName, { kind: 'replay' | 'grant' | 'key' | 'erasure' }> {
  const { kind } = request;
  return kind === 'replay' || kind === 'grant' || kind === 'key' || kind === 'erasure';
}
