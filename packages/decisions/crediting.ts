import { type CreditingDocument, type EventData, type LedgerEvent, requestName } from '@ledger/events';
import { type Context, canonical, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { judge } from './authority.ts';
import { answer, produce, refuse, shown } from './produce.ts';
import { approve as approveRequest, type Decision, type RequestEvent, refusalOf, toDecide } from './requests.ts';
import * as versions from './versions.ts';

/** What happened to crediting rules: versions of crediting rules. */
export type CreditingEvent = LedgerEvent<
  'CreditingProposed' | 'CreditingDefined' | 'CreditingRejected' | 'CreditingRetired' | RequestEvent['type']
>;

/** The rules are those that the document names. */
export interface ProposeCrediting {
  readonly type: 'ProposeCrediting';
  readonly document: CreditingDocument;
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
  readonly reason: string;
  readonly evidence: readonly string[];
}
export interface ApproveCrediting extends Decision {
  readonly type: 'ApproveCrediting';
  readonly crediting: string;
  readonly version: number;
}
export interface DeclineCrediting extends Decision {
  readonly type: 'DeclineCrediting';
  readonly crediting: string;
  readonly version: number;
  readonly reason: string;
}
export interface RetireCrediting {
  readonly type: 'RetireCrediting';
  readonly crediting: string;
  readonly effectiveFrom: string;
  readonly reason: string;
  readonly beneficiaries: readonly string[];
}
export type CreditingCommand = ProposeCrediting | ApproveCrediting | DeclineCrediting | RetireCrediting;

export type CreditingState = versions.Versions<EventData<'CreditingProposed'>>;

export const creditingDecider: Decider<CreditingState, CreditingCommand, CreditingEvent> = {
  initial: versions.NO_VERSIONS,
  evolve,
  decide,
};

function evolve(state: CreditingState, event: CreditingEvent): CreditingState {
  switch (event.type) {
    case 'CreditingProposed':
      return versions.withProposed(state, event.data);
    case 'CreditingDefined':
      return versions.withApproved(state, event.data);
    case 'CreditingRejected':
      return versions.withDeclined(state, event.data.version);
    case 'CreditingRetired':
      return versions.withRetired(state, event.data.effectiveFrom);
    case 'ApprovalGiven':
    case 'RequestExpired':
      return versions.withStep(state, event);
    default:
      return event satisfies never;
  }
}

function decide(
  command: CreditingCommand,
  state: CreditingState,
  context: Context,
): readonly CreditingEvent[] | Problem {
  switch (command.type) {
    case 'ProposeCrediting':
      return propose(command, state, context);
    case 'ApproveCrediting':
      return approve(command, state, context);
    case 'DeclineCrediting':
      return decline(command, state, context);
    case 'RetireCrediting':
      return retire(command, state, context);
    default:
      return command satisfies never;
  }
}

function propose(
  command: ProposeCrediting,
  state: CreditingState,
  { actor }: Context,
): readonly CreditingEvent[] | Problem {
  const refused = judge({ kind: 'crediting', step: 'request', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const { document, effectiveFrom, effectiveTo, reason } = command;
  const proposed = produce('CreditingProposed', {
    crediting: document.crediting,
    version: state.lastVersion + 1,
    document,
    effectiveFrom,
    effectiveTo,
    reason,
    evidence: [...command.evidence],
    requestedBy: actor.id,
  });
  if (isProblem(proposed)) return proposed;
  const wrong = versions.checkProposal(proposed.data, canonical(document));
  if (wrong !== undefined) return wrong;
  return versions.isKnown(state, proposed.data) ? [] : [proposed];
}

function approve(
  command: ApproveCrediting,
  state: CreditingState,
  { actor }: Context,
): readonly CreditingEvent[] | Problem {
  return approveRequest(matter(command, state, actor), ({ data }, approval) =>
    produce('CreditingDefined', { ...data, ...approval }),
  );
}

function decline(
  command: DeclineCrediting,
  state: CreditingState,
  { actor }: Context,
): readonly CreditingEvent[] | Problem {
  const request = toDecide(matter(command, state, actor));
  if (isProblem(request)) return request;
  const { crediting, version } = request.data;
  return answer(produce('CreditingRejected', { crediting, version, ...refusalOf(request, actor, command.reason) }));
}

function matter(command: ApproveCrediting | DeclineCrediting, { requests }: CreditingState, actor: Context['actor']) {
  const fullName = requestName.crediting(command.crediting, command.version);
  return versions.matter('crediting', fullName, { decision: command, requests, actor });
}

function retire(
  command: RetireCrediting,
  state: CreditingState,
  { actor }: Context,
): readonly CreditingEvent[] | Problem {
  const { crediting, effectiveFrom, reason, beneficiaries } = command;
  return versions.retire({ kind: 'crediting', actor, beneficiaries }, state, {
    retired: produce('CreditingRetired', { crediting, effectiveFrom, reason }),
    unknown: () =>
      refuse(
        'not_found',
        `Crediting rules ${shown(crediting)} are not defined; define them before they can be retired.`,
        '/crediting',
      ),
  });
}
