import type { EventData, LedgerEvent, ReplayPolicy } from '@ledger/events';
import { type Context, canonical, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { judge } from './authority.ts';
import { produce, refuse, shown } from './produce.ts';
import * as requests from './requests.ts';

/** A replay that was kept: asked to be applied, decided by somebody else, or discarded. */
export type ReplayEvent = LedgerEvent<
  | 'ReplayRecorded'
  | 'ReplayApplyRequested'
  | 'ReplayApplied'
  | 'ReplayApplyDeclined'
  | 'ReplayDiscarded'
  | 'ApprovalGiven'
  | 'RequestExpired'
>;
type Definitions = EventData<'ReplayRecorded'>['definitions'];

export interface RecordReplay extends Readonly<Omit<EventData<'ReplayRecorded'>, 'recordedBy'>> {
  readonly type: 'RecordReplay';
}
export interface RequestReplay {
  readonly type: 'RequestReplay';
  readonly replay: string;
  /** The digest that the requester has seen: of the recorded answer. */
  readonly digest: string;
  readonly policy: ReplayPolicy;
  /** What is put in force: what was recorded, or the same from a later day on. */
  readonly definitions: Definitions;
  readonly reason: string;
  readonly evidence: readonly string[];
}
/** `beneficiaries`: everybody whose pay the definitions move. */
export interface ApplyReplay extends requests.WideDecision {
  readonly type: 'ApplyReplay';
  readonly replay: string;
}
export interface DeclineReplay extends requests.WideDecision {
  readonly type: 'DeclineReplay';
  readonly replay: string;
  readonly reason: string;
}
export interface DiscardReplay {
  readonly type: 'DiscardReplay';
  readonly replay: string;
  readonly reason: string;
}
export type ReplayCommand = RecordReplay | RequestReplay | ApplyReplay | DeclineReplay | DiscardReplay;

export interface ReplayState {
  readonly events: number;
  readonly recorded: EventData<'ReplayRecorded'> | null;
  readonly requests: requests.Requests<EventData<'ReplayApplyRequested'>>;
  readonly isDiscarded: boolean;
}

export const replayDecider: Decider<ReplayState, ReplayCommand, ReplayEvent> = {
  initial: { events: 0, recorded: null, requests: [], isDiscarded: false },
  evolve,
  decide,
};

function evolve(before: ReplayState, event: ReplayEvent): ReplayState {
  const state = { ...before, events: before.events + 1 };
  switch (event.type) {
    case 'ReplayRecorded':
      return { ...state, recorded: event.data };
    case 'ReplayApplyRequested':
      return {
        ...state,
        requests: requests.asked(state.requests, event.data.replay, event.data, state.events),
      };
    case 'ReplayApplied':
      return { ...state, requests: requests.settled(state.requests, event.data.replay, 'approved') };
    case 'ReplayApplyDeclined':
      return { ...state, requests: requests.settled(state.requests, event.data.replay, 'declined') };
    case 'ReplayDiscarded':
      return { ...state, isDiscarded: true };
    case 'ApprovalGiven':
    case 'RequestExpired':
      return { ...state, requests: requests.noted(state.requests, event) };
    default:
      return event satisfies never;
  }
}

type Answer = readonly ReplayEvent[] | Problem;

function decide(command: ReplayCommand, state: ReplayState, context: Context): Answer {
  switch (command.type) {
    case 'RecordReplay':
      return record(command, state, context);
    case 'RequestReplay':
      return request(command, state, context);
    case 'ApplyReplay':
      return apply(command, state, context);
    case 'DeclineReplay':
      return decline(command, state, context);
    case 'DiscardReplay':
      return discard(command, state, context);
    default:
      return command satisfies never;
  }
}

function record({ type: _, ...terms }: RecordReplay, state: ReplayState, { actor }: Context): Answer {
  const refused = judge({ kind: 'replay', step: 'request', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const recorded = produce('ReplayRecorded', { ...terms, recordedBy: actor.id });
  if (isProblem(recorded)) return recorded;
  if (state.recorded === null) return [recorded];
  const { digest, from, to } = state.recorded;
  if (digest === terms.digest && from === terms.from && to === terms.to) return [];
  const message = `The name ${terms.replay} belongs to another replay, of ${from} to ${to} with the digest ${digest}; give another name.`;
  return refuse('already_exists', message, '/replay');
}

function request({ type: _, ...command }: RequestReplay, state: ReplayState, { actor }: Context): Answer {
  const refused = judge({ kind: 'replay', step: 'request', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const { recorded, isDiscarded } = state;
  const asked = produce('ReplayApplyRequested', {
    ...command,
    evidence: [...command.evidence],
    requestedBy: actor.id,
  });
  if (isProblem(asked)) return asked;
  if (recorded === null) return unknown(command.replay);
  if (isDiscarded) {
    return refuse(
      'already_decided',
      `Replay ${shown(command.replay)} was discarded; record it anew under another name.`,
    );
  }
  if (command.digest !== recorded.digest) {
    const message = `Replay ${command.replay} has the digest ${recorded.digest}, not ${shown(command.digest)}; look at what it came to and name that digest.`;
    return refuse('approval_stale', message, '/digest');
  }
  if (recorded.definitions.length === 0) {
    const message = `Replay ${command.replay} tried nothing out: what it shows is corrected by the next freeze as it is; apply one that was recorded --with definitions.`;
    return refuse('nothing_to_record', message);
  }
  const last = state.requests.at(-1);
  const isSame = last !== undefined && canonical(last.data.policy) === canonical(command.policy);
  if (last?.outcome === 'approved') {
    if (isSame) return [];
    return refuse(
      'already_decided',
      `Replay ${command.replay} has been applied already, by another policy; that stays.`,
    );
  }
  if (last?.outcome !== 'waiting') return [asked];
  if (isSame) return [];
  const message = `A request to apply replay ${command.replay} by another policy is waiting, from ${last.data.requestedBy}; have it declined first.`;
  return refuse('already_exists', message, '/policy');
}

function matter(command: ApplyReplay | DeclineReplay, state: ReplayState, { actor }: Context) {
  const { replay: name, beneficiaries } = command;
  return {
    kind: 'replay',
    requests: state.requests,
    name,
    fullName: `replay/${name}`,
    decision: command,
    beneficiaries: () => beneficiaries,
    actor,
  } as const;
}

function apply(command: ApplyReplay, state: ReplayState, context: Context): Answer {
  return requests.approve(matter(command, state, context), ({ data }, approval) =>
    produce('ReplayApplied', { ...data, ...approval }),
  );
}

function decline(command: DeclineReplay, state: ReplayState, context: Context): Answer {
  return requests.decline(matter(command, state, context), command.reason, (_, refusal) =>
    produce('ReplayApplyDeclined', { replay: command.replay, ...refusal }),
  );
}

function discard({ replay, reason }: DiscardReplay, state: ReplayState, { actor }: Context): Answer {
  const refused = judge({ kind: 'replay', step: 'request', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const discarded = produce('ReplayDiscarded', { replay, reason, discardedBy: actor.id });
  if (isProblem(discarded)) return discarded;
  if (state.recorded === null) return unknown(replay);
  const last = state.requests.at(-1);
  if (last?.outcome === 'approved') {
    return refuse(
      'already_decided',
      `Replay ${shown(replay)} has been applied; what it put in force is replaced by newer versions.`,
    );
  }
  if (last?.outcome === 'waiting') {
    return refuse('already_exists', `A request to apply replay ${shown(replay)} is waiting; have it declined first.`);
  }
  return state.isDiscarded ? [] : [discarded];
}

function unknown(replay: string): Problem {
  return refuse(
    'not_found',
    `There is no replay ${shown(replay)}; record one with \`ledger replay --record ${replay}\`.`,
  );
}
