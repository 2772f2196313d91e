import type { EventData, LedgerEvent, PlanDocument } from '@ledger/events';
import { type Context, canonical, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { checkCurrency } from './amounts.ts';
import { judge } from './authority.ts';
import { checkInterval } from './interval.ts';
import { answer, firstProblem, produce, refuse, shown } from './produce.ts';
import { approvalOf, refusalOf, toDecide, type WideDecision } from './requests.ts';
import * as versions from './versions.ts';

/** What happened to a plan: versions of what is paid. */
export type PlanEvent = LedgerEvent<'PlanProposed' | 'PlanPublished' | 'PlanRejected' | 'PlanRetired'>;

/** The plan is the one that the document names. */
export interface ProposePlan {
  readonly type: 'ProposePlan';
  readonly document: PlanDocument;
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
  readonly reason: string;
  readonly evidence: readonly string[];
}
/** `beneficiaries`: everybody who is, was or will be assigned to the plan. */
export interface ApprovePlan extends WideDecision {
  readonly type: 'ApprovePlan';
  readonly plan: string;
  readonly version: number;
}
export interface DeclinePlan extends WideDecision {
  readonly type: 'DeclinePlan';
  readonly plan: string;
  readonly version: number;
  readonly reason: string;
}
export interface RetirePlan {
  readonly type: 'RetirePlan';
  readonly plan: string;
  readonly effectiveFrom: string;
  readonly reason: string;
  readonly beneficiaries: readonly string[];
}
export type PlanCommand = ProposePlan | ApprovePlan | DeclinePlan | RetirePlan;

export type PlanState = versions.Versions<EventData<'PlanProposed'>>;

export const planDecider: Decider<PlanState, PlanCommand, PlanEvent> = {
  initial: versions.NO_VERSIONS,
  evolve,
  decide,
};

function evolve(state: PlanState, event: PlanEvent): PlanState {
  switch (event.type) {
    case 'PlanProposed':
      return versions.withProposed(state, event.data);
    case 'PlanPublished':
      return versions.withApproved(state, event.data);
    case 'PlanRejected':
      return versions.withDeclined(state, event.data.version);
    case 'PlanRetired':
      return versions.withRetired(state, event.data.effectiveFrom);
    default:
      return event satisfies never;
  }
}

function decide(command: PlanCommand, state: PlanState, context: Context): readonly PlanEvent[] | Problem {
  switch (command.type) {
    case 'ProposePlan':
      return propose(command, state, context);
    case 'ApprovePlan':
      return approve(command, state, context);
    case 'DeclinePlan':
      return decline(command, state, context);
    case 'RetirePlan':
      return retire(command, state, context);
    default:
      return command satisfies never;
  }
}

function propose(command: ProposePlan, state: PlanState, { actor }: Context): readonly PlanEvent[] | Problem {
  const refused = judge({ kind: 'plan', step: 'request', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const { document, effectiveFrom, effectiveTo, reason } = command;
  const proposed = produce('PlanProposed', {
    plan: document.plan,
    version: state.lastVersion + 1,
    document,
    effectiveFrom,
    effectiveTo,
    reason,
    evidence: [...command.evidence],
    requestedBy: actor.id,
  });
  if (isProblem(proposed)) return proposed;
  const wrong = firstProblem(
    () => checkInterval({ from: effectiveFrom, to: effectiveTo }, '/effectiveTo'),
    () => versions.checkLength(canonical(document)),
    () => checkCurrency(document.currency, '/document/currency'),
  );
  if (wrong !== undefined) return wrong;
  return versions.isKnown(state, proposed.data) ? [] : [proposed];
}

function approve(command: ApprovePlan, state: PlanState, { actor }: Context): readonly PlanEvent[] | Problem {
  const request = waiting(command, state, actor);
  if (isProblem(request)) return request;
  return answer(produce('PlanPublished', { ...request.data, ...approvalOf(request, actor) }));
}

function decline(command: DeclinePlan, state: PlanState, { actor }: Context): readonly PlanEvent[] | Problem {
  const request = waiting(command, state, actor);
  if (isProblem(request)) return request;
  const { plan, version } = request.data;
  return answer(produce('PlanRejected', { plan, version, ...refusalOf(request, actor, command.reason) }));
}

function waiting(command: ApprovePlan | DeclinePlan, { requests }: PlanState, actor: Context['actor']) {
  const name = String(command.version);
  return toDecide({
    kind: 'plan',
    requests,
    name,
    decision: command,
    beneficiaries: () => command.beneficiaries,
    actor,
  });
}

function retire(command: RetirePlan, state: PlanState, { actor }: Context): readonly PlanEvent[] | Problem {
  const { plan, effectiveFrom, reason, beneficiaries } = command;
  const refused = judge({ kind: 'plan', step: 'record', actor, beneficiaries });
  if (refused !== undefined) return refused;
  const retired = produce('PlanRetired', { plan, effectiveFrom, reason });
  if (isProblem(retired)) return retired;
  if (state.layers.length === 0) {
    return refuse(
      'plan_unknown',
      `Plan ${shown(plan)} is not published; publish it before it can be retired.`,
      '/plan',
    );
  }
  return versions.isRetiredFrom(state, effectiveFrom) ? [] : [retired];
}
