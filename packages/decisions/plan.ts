import { type EventData, type LedgerEvent, type PlanDocument, requestName } from '@ledger/events';
import { type Context, canonical, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { checkCurrency } from './amounts.ts';
import { judge } from './authority.ts';
import { produce, refuse, shown } from './produce.ts';
import {
  approve as approveRequest,
  type Decision,
  decline,
  type Request,
  type RequestEvent,
  requestHash,
  toDecide,
} from './requests.ts';
import * as versions from './versions.ts';

/** What happened to a plan: versions of what is paid. */
export type PlanEvent = LedgerEvent<
  'PlanProposed' | 'PlanPublished' | 'PlanRejected' | 'PlanCasesOverridden' | 'PlanRetired' | RequestEvent['type']
>;

/** The plan is the one that the document names. */
export interface ProposePlan extends versions.Proposing<PlanDocument> {
  readonly type: 'ProposePlan';
  /** Worked cases that the plan carries. */
  readonly cases?: EventData<'PlanProposed'>['cases'];
}
export interface ApprovePlan extends Decision {
  readonly type: 'ApprovePlan';
  readonly plan: string;
  readonly version: number;
  /** What the plan's own cases came to when they were run for this decision; left out where it has none. */
  readonly proof?: PlanProof | undefined;
  /** Why it may pass although some of them fail. */
  readonly despite?: string | undefined;
}
export interface PlanProof {
  readonly passed: number;
  /** Titles. */
  readonly failed: readonly string[];
}
export interface DeclinePlan extends Decision {
  readonly type: 'DeclinePlan';
  readonly plan: string;
  readonly version: number;
  readonly reason: string;
}
export interface RetirePlan extends versions.Retiring {
  readonly type: 'RetirePlan';
  readonly plan: string;
}
export type PlanCommand = ProposePlan | ApprovePlan | DeclinePlan | RetirePlan;

export interface PlanState extends versions.Versions<EventData<'PlanProposed'>> {
  readonly overrides: readonly EventData<'PlanCasesOverridden'>[];
}

export const planDecider: Decider<PlanState, PlanCommand, PlanEvent> = {
  initial: { ...versions.NO_VERSIONS, overrides: [] },
  evolve,
  decide,
};

function evolve(state: PlanState, event: PlanEvent): PlanState {
  const { overrides } = state;
  switch (event.type) {
    case 'PlanProposed':
      return { ...versions.withProposed(state, event.data), overrides };
    case 'PlanPublished':
      return { ...versions.withApproved(state, event.data), overrides };
    case 'PlanRejected':
      return { ...versions.withDeclined(state, event.data.version), overrides };
    case 'PlanCasesOverridden':
      return { ...state, events: state.events + 1, overrides: [...overrides, event.data] };
    case 'PlanRetired':
      return { ...versions.withRetired(state, event.data.effectiveFrom), overrides };
    case 'ApprovalGiven':
    case 'RequestExpired':
      return { ...versions.withStep(state, event), overrides };
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
      return decline(matter(command, state, context.actor), command.reason, ({ plan, version }, refusal) =>
        produce('PlanRejected', { plan, version, ...refusal }),
      );
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
    ...(command.cases === undefined ? {} : { cases: command.cases }),
  });
  if (isProblem(proposed)) return proposed;
  const wrong =
    versions.checkProposal(proposed.data, canonical([document, command.cases ?? []])) ??
    checkCurrency(document.currency, '/document/currency');
  if (wrong !== undefined) return wrong;
  return versions.isKnown(state, proposed.data) && hasCases(state, proposed.data) ? [] : [proposed];
}

function approve(command: ApprovePlan, state: PlanState, { actor }: Context): readonly PlanEvent[] | Problem {
  const asked = matter(command, state, actor);
  const request = toDecide(asked);
  if (isProblem(request)) return request;
  const { cases: _, ...data } = request.data;
  const proof = proven(command, state, request, actor);
  if (isProblem(proof)) return proof;
  if ('type' in proof) return [proof];
  return approveRequest(asked, (_request, approval) => produce('PlanPublished', { ...data, ...approval, ...proof }));
}

/** The same document with other cases is another proposal: they are what an approver relies on. */
function hasCases({ requests }: PlanState, proposed: EventData<'PlanProposed'>): boolean {
  const document = canonical(proposed.document);
  const cases = canonical(proposed.cases ?? []);
  return requests.some(({ data }) => canonical(data.document) === document && canonical(data.cases ?? []) === cases);
}

type Proof = Pick<EventData<'PlanPublished'>, 'proof'>;

/** A plan whose cases fail passes when one person has said why it may, and another one approves it. */
function proven(
  { proof, despite }: ApprovePlan,
  { overrides }: PlanState,
  request: Request<EventData<'PlanProposed'>>,
  actor: Context['actor'],
): Proof | LedgerEvent<'PlanCasesOverridden'> | Problem {
  const { plan, version, cases } = request.data;
  if (cases === undefined) return {};
  if (proof === undefined) throw new TypeError('the cases of a plan were not run for its approval');
  const { passed } = proof;
  const failed = [...proof.failed];
  if (failed.length === 0) return { proof: { passed, failed } };
  const override = overrides.findLast((each) => each.version === version);
  if (override !== undefined && canonical(override.failed) === canonical(failed)) {
    const { overriddenBy, overrideReason } = override;
    const requestedBy = { id: overriddenBy };
    const refused = judge({ kind: 'plan', step: 'decide', actor, requestedBy, beneficiaries: [] });
    if (refused !== undefined) {
      const says = `${shown(overriddenBy)} let plan ${plan} version ${version} pass in spite of its cases and cannot approve it, too; ask somebody else with role finance.`;
      return refused.code === 'own_request' ? refuse('own_request', says) : refused;
    }
    return { proof: { passed, failed, overriddenBy, overrideReason } };
  }
  if (despite === undefined) {
    const names = failed
      .slice(0, 3)
      .map((title) => shown(title))
      .join(', ');
    return refuse(
      'cases_failed',
      `${failed.length} of the ${failed.length + passed} cases of plan ${plan} version ${version} fail: ${names}${failed.length > 3 ? ' …' : ''}; propose it with plan or cases mended, or let it pass with a reason (--despite), for somebody else to approve.`,
    );
  }
  return produce('PlanCasesOverridden', {
    plan,
    version,
    passed,
    failed,
    overriddenBy: actor.id,
    overrideReason: despite,
    requestHash: requestHash(request),
    requestRevision: request.revision,
  });
}

function matter(command: ApprovePlan | DeclinePlan, { requests }: PlanState, actor: Context['actor']) {
  const fullName = requestName.plan(command.plan, command.version);
  return versions.matter('plan', fullName, { decision: command, requests, actor });
}

function retire(command: RetirePlan, state: PlanState, { actor }: Context): readonly PlanEvent[] | Problem {
  const { plan, effectiveFrom, reason, beneficiaries } = command;
  return versions.retire({ kind: 'plan', actor, beneficiaries }, state, {
    retired: produce('PlanRetired', { plan, effectiveFrom, reason }),
    unknown: () =>
      refuse('plan_unknown', `Plan ${shown(plan)} is not published; publish it before it can be retired.`, '/plan'),
  });
}
