import { type EventData, type LedgerEvent, requestName } from '@ledger/events';
import { type Context, canonical, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { judge } from './authority.ts';
import { produce, refuse, shown } from './produce.ts';
import * as requests from './requests.ts';

/** What is decided about the name of somebody: asked for by an admin, approved by finance, who sees that no law asks for it any more (W27). */
export type ErasureEvent = LedgerEvent<
  'ErasureRequested' | 'PersonForgotten' | 'ErasureDeclined' | requests.RequestEvent['type']
>;

interface OfPerson {
  readonly person: string;
}
export interface RequestErasure extends OfPerson {
  readonly type: 'RequestErasure';
  /** First day on which no law asks for the name any more. */
  readonly keptUntil: string;
  readonly reason: string;
  readonly evidence: readonly string[];
  /** What the person still does here, as the application found it: a clause that goes on after the id; `null`: nothing. */
  readonly active: string | null;
}
export interface ApproveErasure extends OfPerson, requests.Decision {
  readonly type: 'ApproveErasure';
  readonly active: string | null;
}
export interface DeclineErasure extends OfPerson, requests.Decision {
  readonly type: 'DeclineErasure';
  readonly reason: string;
}
export type ErasureCommand = RequestErasure | ApproveErasure | DeclineErasure;

export interface ErasureState {
  readonly events: number;
  readonly asked: requests.Requests<EventData<'ErasureRequested'>>;
}

export const erasureDecider: Decider<ErasureState, ErasureCommand, LedgerEvent> = {
  initial: { events: 0, asked: [] },
  evolve,
  decide,
};

function evolve({ events: before, asked }: ErasureState, event: LedgerEvent): ErasureState {
  const events = before + 1;
  switch (event.type) {
    case 'ErasureRequested':
      return { events, asked: requests.asked(asked, event.data.person, event.data, events) };
    case 'PersonForgotten':
      return { events, asked: requests.settled(asked, event.data.person, 'approved') };
    case 'ErasureDeclined':
      return { events, asked: requests.settled(asked, event.data.person, 'declined') };
    case 'ApprovalGiven':
    case 'RequestExpired':
      return { events, asked: requests.noted(asked, event) };
    default:
      return { events, asked };
  }
}

type Answer = readonly ErasureEvent[] | Problem;

function decide(command: ErasureCommand, state: ErasureState, context: Context): Answer {
  switch (command.type) {
    case 'RequestErasure':
      return request(command, state, context);
    case 'ApproveErasure':
      return approve(command, state, context);
    case 'DeclineErasure':
      return decline(command, state, context);
    default:
      return command satisfies never;
  }
}

function request({ type: _, active, ...terms }: RequestErasure, { asked }: ErasureState, context: Context): Answer {
  const { actor, today } = context;
  const refused = judge({ kind: 'erasure', step: 'request', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const { person, keptUntil } = terms;
  const produced = produce('ErasureRequested', { ...terms, evidence: [...terms.evidence], requestedBy: actor.id });
  if (isProblem(produced)) return produced;
  const last = asked.at(-1);
  if (last?.outcome === 'approved') {
    return refuse('already_decided', `${shown(person)} is forgotten already; there is nothing left to forget.`);
  }
  if (last?.outcome === 'waiting') {
    if (canonical(last.data) === canonical(produced.data)) return [];
    const message = `That ${shown(person)} be forgotten is asked for already; have that request decided first.`;
    return refuse('already_exists', message);
  }
  const held = active === null ? undefined : stillActive(person, active);
  if (held !== undefined) return held;
  if (keptUntil > today) {
    const message = `The name of ${shown(person)} has to be kept until ${keptUntil}, and today is ${today}; ask for it from that day on.`;
    return refuse('retention_running', message, '/keptUntil');
  }
  return [produced];
}

function approve(command: ApproveErasure, state: ErasureState, context: Context): Answer {
  const { person, active } = command;
  const approved = requests.approve(matter(command, state, context), ({ data }, approval) =>
    produce('PersonForgotten', { ...data, ...approval }),
  );
  if (isProblem(approved) || active === null) return approved;
  return stillActive(person, active);
}

function decline(command: DeclineErasure, state: ErasureState, context: Context): Answer {
  return requests.decline(matter(command, state, context), command.reason, (_, refusal) =>
    produce('ErasureDeclined', { person: command.person, ...refusal }),
  );
}

function stillActive(person: string, active: string): Problem {
  return refuse('person_active', `${shown(person)} ${active}, and is forgotten when that is over.`);
}

function matter(command: ApproveErasure | DeclineErasure, { asked }: ErasureState, { actor }: Context) {
  const { person } = command;
  const of = { name: person, fullName: requestName.erasure(person), decision: command } as const;
  const excluded = () => [{ id: person, why: 'is the one who would be forgotten' }];
  return { kind: 'erasure', requests: asked, ...of, excluded, actor } as const;
}
