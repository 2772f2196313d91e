import { type EventData, type JurisdictionDocument, type LedgerEvent, requestName } from '@ledger/events';
import type { Context, Decider, Problem } from '@ledger/kernel';
import { produce, refuse, shown } from './produce.ts';
import { approve, type Decision, decline, type RequestEvent } from './requests.ts';
import * as versions from './versions.ts';

/** What happened to a jurisdiction: versions of what it lets be recovered out of pay. */
export type JurisdictionEvent = LedgerEvent<
  'JurisdictionProposed' | 'JurisdictionDefined' | 'JurisdictionRejected' | 'JurisdictionRetired' | RequestEvent['type']
>;

/** The jurisdiction is the one that the document names. */
export interface ProposeJurisdiction extends versions.Proposing<JurisdictionDocument> {
  readonly type: 'ProposeJurisdiction';
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
export interface RetireJurisdiction extends versions.Retiring {
  readonly type: 'RetireJurisdiction';
  readonly jurisdiction: string;
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
  { actor }: Context,
): readonly JurisdictionEvent[] | Problem {
  const kind = 'jurisdiction';
  switch (command.type) {
    case 'ProposeJurisdiction':
      return versions.propose({ kind, versions: state, actor }, command, (terms) =>
        produce('JurisdictionProposed', { jurisdiction: terms.document.jurisdiction, ...terms }),
      );
    case 'ApproveJurisdiction':
      return approve(matter(command, state, actor), ({ data }, approval) =>
        produce('JurisdictionDefined', { ...data, ...approval }),
      );
    case 'DeclineJurisdiction':
      return decline(matter(command, state, actor), command.reason, ({ jurisdiction, version }, refusal) =>
        produce('JurisdictionRejected', { jurisdiction, version, ...refusal }),
      );
    case 'RetireJurisdiction': {
      const { jurisdiction, effectiveFrom, reason, beneficiaries } = command;
      return versions.retire({ kind, actor, beneficiaries }, state, {
        retired: produce('JurisdictionRetired', { jurisdiction, effectiveFrom, reason }),
        unknown: () =>
          refuse(
            'not_found',
            `Jurisdiction ${shown(jurisdiction)} is not defined; define it before it can be retired.`,
            '/jurisdiction',
          ),
      });
    }
    default:
      return command satisfies never;
  }
}

function matter(
  command: ApproveJurisdiction | DeclineJurisdiction,
  { requests }: JurisdictionState,
  actor: Context['actor'],
) {
  const fullName = requestName.jurisdiction(command.jurisdiction, command.version);
  return versions.matter('jurisdiction', fullName, { decision: command, requests, actor });
}
