import { type CreditingDocument, type EventData, type LedgerEvent, requestName } from '@ledger/events';
import type { Context, Decider, Problem } from '@ledger/kernel';
import { produce, refuse, shown } from './produce.ts';
import { approve, type Decision, decline, type RequestEvent } from './requests.ts';
import * as versions from './versions.ts';

/** What happened to crediting rules: versions of crediting rules. */
export type CreditingEvent = LedgerEvent<
  'CreditingProposed' | 'CreditingDefined' | 'CreditingRejected' | 'CreditingRetired' | RequestEvent['type']
>;

/** The rules are those that the document names. */
export interface ProposeCrediting extends versions.Proposing<CreditingDocument> {
  readonly type: 'ProposeCrediting';
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
export interface RetireCrediting extends versions.Retiring {
  readonly type: 'RetireCrediting';
  readonly crediting: string;
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
  { actor }: Context,
): readonly CreditingEvent[] | Problem {
  const kind = 'crediting';
  switch (command.type) {
    case 'ProposeCrediting':
      return versions.propose({ kind, versions: state, actor }, command, (terms) =>
        produce('CreditingProposed', { crediting: terms.document.crediting, ...terms }),
      );
    case 'ApproveCrediting':
      return approve(matter(command, state, actor), ({ data }, approval) =>
        produce('CreditingDefined', { ...data, ...approval }),
      );
    case 'DeclineCrediting':
      return decline(matter(command, state, actor), command.reason, ({ crediting, version }, refusal) =>
        produce('CreditingRejected', { crediting, version, ...refusal }),
      );
    case 'RetireCrediting': {
      const { crediting, effectiveFrom, reason, beneficiaries } = command;
      return versions.retire({ kind, actor, beneficiaries }, state, {
        retired: produce('CreditingRetired', { crediting, effectiveFrom, reason }),
        unknown: () =>
          refuse(
            'not_found',
            `Crediting rules ${shown(crediting)} are not defined; define them before they can be retired.`,
            '/crediting',
          ),
      });
    }
    default:
      return command satisfies never;
  }
}

function matter(command: ApproveCrediting | DeclineCrediting, { requests }: CreditingState, actor: Context['actor']) {
  const fullName = requestName.crediting(command.crediting, command.version);
  return versions.matter('crediting', fullName, { decision: command, requests, actor });
}
