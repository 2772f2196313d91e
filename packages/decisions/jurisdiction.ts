import { type EventData, type JurisdictionDocument, type LedgerEvent, requestName } from '@ledger/events';
import { type Context, canonical, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { judge } from './authority.ts';
import { answer, produce, refuse, shown } from './produce.ts';
import { approve as approveRequest, type Decision, type RequestEvent, refusalOf, toDecide } from './requests.ts';
import * as versions from './versions.ts';

/** What happened to a jurisdiction: versions of what it lets be recovered out of pay. */
export type JurisdictionEvent = LedgerEvent<
  'JurisdictionProposed' | 'JurisdictionDefined' | 'JurisdictionRejected' | 'JurisdictionRetired' | RequestEvent['type']
>;

/** The jurisdiction is the one that the document names. */
export interface ProposeJurisdiction {
  readonly type: 'ProposeJurisdiction';
  readonly document: JurisdictionDocument;
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
  readonly reason: string;
  readonly evidence: readonly string[];
}
export interface ApproveJurisdiction extends Decision {
  readonly type: 'ApproveJurisdiction';
  readonly jurisdiction: string;
  readonly version: number;
}
export interface DeclineJurisdiction extends Decision {
  readonly type: 'DeclineJurisdiction';
  readonly jurisdiction: string;
  readonly version: number;
  readonly reason: string;
}
export interface RetireJurisdiction {
  readonly type: 'RetireJurisdiction';
  readonly jurisdiction: string;
  readonly effectiveFrom: string;
  readonly reason: string;
  readonly beneficiaries: readonly string[];
}
export type JurisdictionCommand = ProposeJurisdiction | ApproveJurisdiction | DeclineJurisdiction | RetireJurisdiction;

export type JurisdictionState = versions.Versions<EventData<'JurisdictionProposed'>>;

export const jurisdictionDecider: Decider<JurisdictionState, JurisdictionCommand, JurisdictionEvent> = {
  initial: versions.NO_VERSIONS,
  evolve,
  decide,
};

function evolve(state: JurisdictionState, event: JurisdictionEvent): JurisdictionState {
  switch (event.type) {
    case 'JurisdictionProposed':
      return versions.withProposed(state, event.data);
    case 'JurisdictionDefined':
      return versions.withApproved(state, event.data);
    case 'JurisdictionRejected':
      return versions.withDeclined(state, event.data.version);
    case 'JurisdictionRetired':
      return versions.withRetired(state, event.data.effectiveFrom);
    case 'ApprovalGiven':
    case 'RequestExpired':
      return versions.withStep(state, event);
    default:
      return event satisfies never;
  }
}

function decide(
  command: JurisdictionCommand,
  state: JurisdictionState,
  context: Context,
): readonly JurisdictionEvent[] | Problem {
  switch (command.type) {
    case 'ProposeJurisdiction':
      return propose(command, state, context);
    case 'ApproveJurisdiction':
      return approve(command, state, context);
    case 'DeclineJurisdiction':
      return decline(command, state, context);
    case 'RetireJurisdiction':
      return retire(command, state, context);
    default:
      return command satisfies never;
  }
}

function propose(
  command: ProposeJurisdiction,
  state: JurisdictionState,
  { actor }: Context,
): readonly JurisdictionEvent[] | Problem {
  const refused = judge({ kind: 'jurisdiction', step: 'request', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const { document, effectiveFrom, effectiveTo, reason } = command;
  const proposed = produce('JurisdictionProposed', {
    jurisdiction: document.jurisdiction,
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
  command: ApproveJurisdiction,
  state: JurisdictionState,
  { actor }: Context,
): readonly JurisdictionEvent[] | Problem {
  return approveRequest(matter(command, state, actor), ({ data }, approval) =>
    produce('JurisdictionDefined', { ...data, ...approval }),
  );
}

function decline(
  command: DeclineJurisdiction,
  state: JurisdictionState,
  { actor }: Context,
): readonly JurisdictionEvent[] | Problem {
  const request = toDecide(matter(command, state, actor));
  if (isProblem(request)) return request;
  const { jurisdiction, version } = request.data;
  return answer(
    produce('JurisdictionRejected', { jurisdiction, version, ...refusalOf(request, actor, command.reason) }),
  );
}

function matter(
  command: ApproveJurisdiction | DeclineJurisdiction,
  { requests }: JurisdictionState,
  actor: Context['actor'],
) {
  const fullName = requestName.jurisdiction(command.jurisdiction, command.version);
  return versions.matter('jurisdiction', fullName, { decision: command, requests, actor });
}

function retire(
  command: RetireJurisdiction,
  state: JurisdictionState,
  { actor }: Context,
): readonly JurisdictionEvent[] | Problem {
  const { jurisdiction, effectiveFrom, reason, beneficiaries } = command;
  return versions.retire({ kind: 'jurisdiction', actor, beneficiaries }, state, {
    retired: produce('JurisdictionRetired', { jurisdiction, effectiveFrom, reason }),
    unknown: () =>
      refuse(
        'not_found',
        `Jurisdiction ${shown(jurisdiction)} is not defined; define it before it can be retired.`,
        '/jurisdiction',
      ),
  });
}
