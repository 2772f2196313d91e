import { type EventData, type ExceptionTerms, type LedgerEvent, requestName } from '@ledger/events';
import { type Context, canonical, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { exact, isZero } from '@ledger/money';
import { judge } from './authority.ts';
import { isPeriod, periodBounds } from './calendar.ts';
import { answer, produce, refuse } from './produce.ts';
import * as requests from './requests.ts';

/** A decision about the pay of one participant that departs from the rules: asked for, decided by somebody else, perhaps revoked. */
export type ExceptionEvent = LedgerEvent<
  'ExceptionRequested' | 'ExceptionApproved' | 'ExceptionDeclined' | 'ExceptionRevoked' | requests.RequestEvent['type']
>;

interface OfException {
  readonly participant: string;
  readonly exception: string;
}
export interface RequestException extends OfException {
  readonly type: 'RequestException';
  readonly terms: ExceptionTerms;
  readonly reason: string;
  readonly evidence: readonly string[];
  readonly scope: string;
  readonly expiresOn: string | null;
}
export interface ApproveException extends OfException, requests.Decision {
  readonly type: 'ApproveException';
}
export interface DeclineException extends OfException, requests.Decision {
  readonly type: 'DeclineException';
  readonly reason: string;
}
export interface RevokeException extends OfException, requests.Decision {
  readonly type: 'RevokeException';
  readonly reason: string;
}
export type ExceptionCommand = RequestException | ApproveException | DeclineException | RevokeException;

/** The requests of one name: what never held may be asked for again by it; what held, and was revoked, keeps it for ever. */
export interface ExceptionState {
  readonly events: number;
  readonly requests: requests.Requests<EventData<'ExceptionRequested'>>;
}

export const exceptionDecider: Decider<ExceptionState, ExceptionCommand, ExceptionEvent> = {
  initial: { events: 0, requests: [] },
  evolve,
  decide,
};

function evolve(before: ExceptionState, event: ExceptionEvent): ExceptionState {
  const events = before.events + 1;
  const earlier = before.requests;
  switch (event.type) {
    case 'ExceptionRequested':
      return { events, requests: requests.asked([], event.data.exception, event.data, events) };
    case 'ExceptionApproved':
      return { events, requests: requests.settled(earlier, event.data.exception, 'approved') };
    case 'ExceptionDeclined':
      return { events, requests: requests.settled(earlier, event.data.exception, 'declined') };
    case 'ExceptionRevoked':
      return { events, requests: requests.settled(earlier, event.data.exception, 'revoked') };
    case 'ApprovalGiven':
    case 'RequestExpired':
      return { events, requests: requests.noted(earlier, event) };
    default:
      return event satisfies never;
  }
}

type Answer = readonly ExceptionEvent[] | Problem;

function decide(command: ExceptionCommand, state: ExceptionState, context: Context): Answer {
  switch (command.type) {
    case 'RequestException':
      return request(command, state, context);
    case 'ApproveException':
      return approve(command, state, context);
    case 'DeclineException':
      return decline(command, state, context);
    case 'RevokeException':
      return revoke(command, state, context);
    default:
      return command satisfies never;
  }
}

function request({ type: _, ...command }: RequestException, state: ExceptionState, { actor }: Context): Answer {
  const refused = judge({ kind: 'exception', step: 'request', actor, beneficiaries: [command.participant] });
  if (refused !== undefined) return refused;
  const evidence = [...command.evidence];
  const requested = produce('ExceptionRequested', { ...command, evidence, requestedBy: actor.id });
  if (isProblem(requested)) return requested;
  const { terms } = requested.data;
  if (terms.kind === 'adjustment' && isZero(exact(terms.amount))) {
    return refuse(
      'amount_invalid',
      'An adjustment of 0 changes nothing; write what is added, or taken off.',
      '/terms/amount',
    );
  }
  const spent = checkExpiry(requested.data);
  if (spent !== undefined) return spent;
  const [known] = state.requests;
  const isThere = known?.outcome === 'waiting' || known?.outcome === 'approved';
  if (known === undefined || !(isThere || known.outcome === 'revoked')) return [requested];
  if (!isThere || canonical(known.data.terms) !== canonical(terms)) {
    return requests.nameTaken(state.requests, command.exception, '/exception') ?? [requested];
  }
  return known.data.expiresOn === command.expiresOn ? [] : otherwiseLong(known.data, command.expiresOn);
}

/** What ends before it can move anything would be approved for nothing. What a statement posts is decided as of the last day of its period. */
function checkExpiry({ terms, expiresOn }: Pick<RequestException, 'terms' | 'expiresOn'>): Problem | undefined {
  if (expiresOn === null) return undefined;
  if ('period' in terms && terms.period !== undefined && isPeriod(terms.period)) {
    const { to } = periodBounds(terms.period);
    if (expiresOn >= to) return undefined;
    const message = `What is decided of ${terms.period} and expires on ${expiresOn} moves nothing, because it counts as of the last day of a period; let it expire on ${to} or later, or never.`;
    return refuse('interval_invalid', message, '/expiresOn');
  }
  const from = startOf(terms);
  if (from === null || expiresOn > from) return undefined;
  const message = `What begins on ${from} and expires on ${expiresOn} moves nothing; give a later day, or none.`;
  return refuse('interval_invalid', message, '/expiresOn');
}

function startOf(terms: ExceptionTerms): string | null {
  if ('from' in terms) return terms.from;
  return terms.kind === 'draw' ? terms.draw.from : terms.kind === 'guarantee' ? terms.guarantee.from : null;
}

/** Nothing is recorded twice, and nobody is left to think that a decision holds longer, or shorter, than it does. */
function otherwiseLong(known: EventData<'ExceptionRequested'>, expiresOn: string | null): Problem {
  const [holds, asked] = [known.expiresOn, expiresOn].map((day) => (day === null ? 'never' : `on ${day}`));
  const message = `Exception ${known.exception} says the same already and expires ${holds}, not ${asked}; what is to hold beside it needs a name of its own, and what is to take its place that it is declined or revoked first.`;
  return refuse('already_exists', message, '/expiresOn');
}

function matter(command: Exclude<ExceptionCommand, RequestException>, state: ExceptionState, { actor }: Context) {
  const beneficiaries = () => [command.participant];
  const { exception: name } = command;
  const fullName = requestName.exception(command);
  return {
    kind: 'exception',
    requests: state.requests,
    name,
    fullName,
    decision: command,
    beneficiaries,
    actor,
  } as const;
}

function approve(command: ApproveException, state: ExceptionState, context: Context): Answer {
  return requests.approve(matter(command, state, context), ({ data }, approval) =>
    produce('ExceptionApproved', { ...data, ...approval }),
  );
}

function decline(command: DeclineException, state: ExceptionState, context: Context): Answer {
  return requests.decline(matter(command, state, context), command.reason, ({ participant, exception }, refusal) =>
    produce('ExceptionDeclined', { participant, exception, ...refusal }),
  );
}

function revoke(command: RevokeException, state: ExceptionState, context: Context): Answer {
  const found = requests.toRevoke(matter(command, state, context));
  if (isProblem(found)) return found;
  const { participant, exception } = found.data;
  const { reason } = command;
  return answer(produce('ExceptionRevoked', { participant, exception, revokedBy: context.actor.id, reason }));
}
