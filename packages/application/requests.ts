import {
  approvalsDecider,
  creditingDecider,
  type Decision,
  dealDecider,
  exceptionDecider,
  jurisdictionDecider,
  metricDecider,
  planDecider,
  quotaDecider,
  REQUESTS,
  type RequestName,
} from '@ledger/decisions';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import type { RequestRow } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import { approveFreeze, decideReopen, declineFreeze, type FrozenPeriod, type Progress } from './close.ts';
import { decisionOn } from './demands.ts';
import { correctionsEntry } from './entries.ts';
import { type Given, given, handle, type Outcome } from './handle.ts';
import { type RequestSeen, requestsSeen } from './lapses.ts';
import { type By, type Ledger, refresh } from './ledger.ts';
import { type PlanCases, proofOf, proveProposed } from './plan-cases.ts';

/** The requests that wait for a decision, oldest first; or all that there ever were. */
export async function requests(ledger: Ledger, ask: { readonly all: boolean }): Promise<readonly RequestSeen[]> {
  await refresh(ledger);
  return inOrder(await requestsSeen(ledger), ask.all);
}

/** The same as of a position or an instant: what waited then, and what had been decided. */
export async function requestsAsOf(
  ledger: Ledger,
  ask: { readonly all: boolean; readonly asOf: string },
): Promise<readonly RequestSeen[] | Problem> {
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  return inOrder(await requestsSeen(ledger, asOf, ask.asOf), ask.all);
}

function inOrder(rows: readonly RequestSeen[], all: boolean): readonly RequestSeen[] {
  return rows
    .filter(({ state }) => all || state === 'waiting')
    .sort((a, b) => (a.requestedAt < b.requestedAt ? -1 : a.requestedAt > b.requestedAt ? 1 : 0));
}

/** What the cases of a waiting plan come to now, for whoever is to approve it; `null` for everything without cases. */
export async function casesOfRequest(ledger: Ledger, name: string): Promise<PlanCases | null | Problem> {
  const request = REQUESTS.parse(name);
  if (isProblem(request) || request.kind !== 'plan') return null;
  return proveProposed(ledger, request.plan, request.version);
}

export type { RequestRow };
/** An approval that is not the last one leaves the request waiting; of a freeze, `frozen` says what the last one did. */
export interface Decided {
  readonly request: string;
  readonly outcome: Outcome;
  readonly frozen?: FrozenPeriod | undefined;
}

export interface HowToApprove {
  readonly onProgress?: Progress | undefined;
  readonly despite?: string | undefined;
  /** Hash of the request that the approver looked at; another one means that they saw something else. */
  readonly requestHash?: string | undefined;
}

/**
 * Approves a waiting request by its name. The approval of a freeze carries the freeze out; that of a plan runs the cases that the plan
 * carries. `despite`: why a plan may pass whose cases fail, for somebody else to approve.
 */
export async function approveRequest(
  ledger: Ledger,
  name: string,
  by: By,
  { onProgress, despite, requestHash }: HowToApprove = {},
): Promise<Decided | Problem> {
  const request = REQUESTS.parse(name);
  if (isProblem(request)) return request;
  await refresh(ledger);
  const decision = { ...(await decisionOn(ledger, request, by.actor)), requestHash };
  if (isDecidedElsewhere(request)) return elsewhere(name);
  if (request.kind === 'freeze') {
    const approved = await approveFreeze(ledger, request.period, by, { onProgress, decision });
    return isProblem(approved) ? approved : { request: name, ...approved };
  }
  if (request.kind === 'reopen') {
    const reopened = await decideReopen(ledger, { period: request.period, decision }, by);
    return isProblem(reopened) ? reopened : { request: name, outcome: reopened };
  }
  const command = await approval(ledger, request, decision, despite);
  if (isProblem(command)) return command;
  const seen = requestHash === undefined ? {} : { requestHash };
  const asked = { approve: name, ...(despite === undefined ? {} : { despite }), ...seen };
  const applied = await appliedWith(ledger, name);
  const causedBy = applied === undefined ? by : { ...by, causationId: applied };
  const outcome = await handle(ledger, { ...command, asked }, causedBy);
  return isProblem(outcome) ? outcome : { request: name, outcome };
}

/** What is no decision about one definition or about somebody's pay. */
export type DecidedElsewhere = Extract<RequestName, { kind: 'replay' | 'grant' | 'key' | 'erasure' }>;

export function isDecidedElsewhere(request: RequestName): request is DecidedElsewhere {
  const { kind } = request;
  return kind === 'replay' || kind === 'grant' || kind === 'key' || kind === 'erasure';
}

/** Replays are decided on by what puts their definitions in force, each of which is decided here; access is no matter of pay. */
function elsewhere(name: string): Problem {
  return problem(
    'not_found',
    `Request ${name} is no decision about one definition or somebody's pay; decide it by name.`,
  );
}

/** The event that applied a replay which tried this request out: it is what puts it in force, whoever approves it. */
async function appliedWith(ledger: Ledger, name: string): Promise<string | undefined> {
  const { replays } = (await correctionsEntry(ledger)) ?? {};
  return replays?.findLast(({ requests: names }) => names.includes(name))?.event;
}

async function approval(
  ledger: Ledger,
  request: Exclude<RequestName, DecidedElsewhere | { kind: 'freeze' | 'reopen' }>,
  decision: Decision,
  despite: string | undefined,
): Promise<Given | Problem> {
  const { stream } = request;
  switch (request.kind) {
    case 'metric': {
      const { metric, version } = request;
      return given(stream, metricDecider, { type: 'ApproveMetric', metric, version, ...decision });
    }
    case 'plan': {
      const { plan, version } = request;
      const cases = await proveProposed(ledger, plan, version);
      if (cases !== null && isProblem(cases)) return cases;
      const proof = proofOf(cases);
      return given(stream, planDecider, { type: 'ApprovePlan', plan, version, proof, despite, ...decision });
    }
    case 'jurisdiction': {
      const { jurisdiction, version } = request;
      const command = { type: 'ApproveJurisdiction', jurisdiction, version, ...decision } as const;
      return given(stream, jurisdictionDecider, command);
    }
    case 'crediting': {
      const { crediting, version } = request;
      return given(stream, creditingDecider, { type: 'ApproveCrediting', crediting, version, ...decision });
    }
    case 'approvals': {
      const { version } = request;
      return given(stream, approvalsDecider, { type: 'ApproveApprovals', version, ...decision });
    }
    case 'quota': {
      const { participant, metric, year, proposal } = request;
      return given(stream, quotaDecider, { type: 'ApproveQuota', participant, metric, year, proposal, ...decision });
    }
    case 'relief': {
      const { participant, metric, year, relief } = request;
      return given(stream, quotaDecider, { type: 'ApproveRelief', participant, metric, year, relief, ...decision });
    }
    case 'split': {
      const { source, deal, exception } = request;
      return given(stream, dealDecider, { type: 'ApproveSplit', source, deal, exception, ...decision });
    }
    case 'exception': {
      const { participant, exception } = request;
      return given(stream, exceptionDecider, { type: 'ApproveException', participant, exception, ...decision });
    }
    default:
      return request satisfies never;
  }
}

/** Declines a waiting request by its name. */
export async function declineRequest(ledger: Ledger, name: string, reason: string, by: By): Promise<Outcome | Problem> {
  const request = REQUESTS.parse(name);
  if (isProblem(request)) return request;
  await refresh(ledger);
  const decision = await decisionOn(ledger, request, by.actor);
  const asked = { decline: name, reason };
  const { stream } = request;
  switch (request.kind) {
    case 'metric': {
      const { metric, version } = request;
      const command = { type: 'DeclineMetric', metric, version, reason, ...decision } as const;
      return handle(ledger, given(stream, metricDecider, command, asked), by);
    }
    case 'plan': {
      const { plan, version } = request;
      const command = { type: 'DeclinePlan', plan, version, reason, ...decision } as const;
      return handle(ledger, given(stream, planDecider, command, asked), by);
    }
    case 'jurisdiction': {
      const { jurisdiction, version } = request;
      const command = { type: 'DeclineJurisdiction', jurisdiction, version, reason, ...decision } as const;
      return handle(ledger, given(stream, jurisdictionDecider, command, asked), by);
    }
    case 'crediting': {
      const { crediting, version } = request;
      const command = { type: 'DeclineCrediting', crediting, version, reason, ...decision } as const;
      return handle(ledger, given(stream, creditingDecider, command, asked), by);
    }
    case 'approvals': {
      const command = { type: 'DeclineApprovals', version: request.version, reason, ...decision } as const;
      return handle(ledger, given(stream, approvalsDecider, command, asked), by);
    }
    case 'quota': {
      const { participant, metric, year, proposal } = request;
      const command = { type: 'DeclineQuota', participant, metric, year, proposal, reason, ...decision } as const;
      return handle(ledger, given(stream, quotaDecider, command, asked), by);
    }
    case 'relief': {
      const { participant, metric, year, relief } = request;
      const command = { type: 'DeclineRelief', participant, metric, year, relief, reason, ...decision } as const;
      return handle(ledger, given(stream, quotaDecider, command, asked), by);
    }
    case 'split': {
      const { source, deal, exception } = request;
      const command = { type: 'DeclineSplit', source, deal, exception, reason, ...decision } as const;
      return handle(ledger, given(stream, dealDecider, command, asked), by);
    }
    case 'exception': {
      const { participant, exception } = request;
      const command = { type: 'DeclineException', participant, exception, reason, ...decision } as const;
      return handle(ledger, given(stream, exceptionDecider, command, asked), by);
    }
    case 'reopen':
      return decideReopen(ledger, { period: request.period, decline: reason, decision }, by);
    case 'replay':
    case 'grant':
    case 'key':
    case 'erasure':
      return elsewhere(name);
    case 'freeze':
      return declineFreeze(ledger, { period: request.period, reason, decision }, by);
    default:
      return request satisfies never;
  }
}

/** Revokes an exception in force, as if it had not been granted. */
export async function revoke(ledger: Ledger, name: string, reason: string, by: By): Promise<Outcome | Problem> {
  const request = REQUESTS.parse(name);
  if (isProblem(request)) return request;
  await refresh(ledger);
  const decision = await decisionOn(ledger, request, by.actor);
  const asked = { revoke: name, reason };
  if (request.kind === 'relief') {
    const { stream, participant, metric, year, relief } = request;
    return handle(
      ledger,
      given(
        stream,
        quotaDecider,
        { type: 'RevokeRelief', participant, metric, year, relief, reason, ...decision },
        asked,
      ),
      by,
    );
  }
  if (request.kind === 'split') {
    const { stream, source, deal, exception } = request;
    const command = { type: 'RevokeSplit', source, deal, exception, reason, ...decision } as const;
    return handle(ledger, given(stream, dealDecider, command, asked), by);
  }
  if (request.kind === 'exception') {
    const { stream, participant, exception } = request;
    const command = { type: 'RevokeException', participant, exception, reason, ...decision } as const;
    return handle(ledger, given(stream, exceptionDecider, command, asked), by);
  }
  return problem(
    'not_found',
    `"${name}" is no exception; reliefs and splits can be revoked, definitions are replaced by a newer version.`,
  );
}
