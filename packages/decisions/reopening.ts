import { type EventData, type LedgerEvent, requestName } from '@ledger/events';
import { type Context, canonical, isProblem, type Problem } from '@ledger/kernel';
import { judge } from './authority.ts';
import { noEvidence, produce, refuse } from './produce.ts';
import { approve, decline, type RequestEvent, type Requests, type WideDecision } from './requests.ts';

/** A frozen period that is to be opened again: who asks, who decides, and what keeps it from being (domain.md §5). */

export interface RequestReopen {
  readonly type: 'RequestReopen';
  readonly period: string;
  readonly reason: string;
  readonly evidence: readonly string[];
  /** Later periods that are frozen, or about to be, as the application found them. */
  readonly frozenAfter: readonly string[];
  /** Participants whose statement of the period is on its way to them, or paid; as of so many pay runs. */
  readonly paid: readonly string[];
  readonly payRuns: number;
}
/** `beneficiaries`: everybody who has a statement. */
export interface ApproveReopen extends WideDecision, Pick<RequestReopen, 'frozenAfter' | 'paid' | 'payRuns'> {
  readonly type: 'ApproveReopen';
  readonly period: string;
  /** Later periods whose freeze waits for a decision. */
  readonly freezesAsked: readonly string[];
  /** Revision of the period's stream as of which all of this was found. */
  readonly revision: number;
}
export interface DeclineReopen extends WideDecision {
  readonly type: 'DeclineReopen';
  readonly period: string;
  readonly reason: string;
}
/** What a reopening has to know of its period. */
export interface Reopenable {
  readonly frozen: EventData<'PeriodFrozen'> | null;
  readonly reopenings: Requests<EventData<'PeriodReopenRequested'>>;
  /** Number of the freeze that is in force, or that comes next. */
  readonly freeze: number;
  readonly payRuns: number;
}

type Answer =
  | readonly (LedgerEvent<'PeriodReopenRequested' | 'PeriodReopened' | 'PeriodReopenDeclined'> | RequestEvent)[]
  | Problem;

export function requestReopen(command: RequestReopen, state: Reopenable, { actor }: Context): Answer {
  const refused = judge({ kind: 'reopen', step: 'request', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const { period, reason } = command;
  const evidence = [...command.evidence];
  const requested = produce('PeriodReopenRequested', { period, reason, evidence, requestedBy: actor.id });
  if (isProblem(requested)) return requested;
  if (evidence.length === 0) return noEvidence('/evidence');
  const waiting = state.reopenings.find((request) => request.outcome === 'waiting');
  if (waiting !== undefined && state.frozen !== null) {
    if (canonical(waiting.data) === canonical(requested.data)) return [];
    const message = `The reopening of ${period}, requested by ${waiting.data.requestedBy}, is waiting already; have it approved, or declined before another is requested.`;
    return refuse('already_exists', message, '/period');
  }
  return cannotReopen(command, state) ?? [requested];
}

/** Corrections are the way on, wherever something rests on the frozen statements already. */
function cannotReopen(
  { period, frozenAfter, paid, payRuns }: Pick<RequestReopen, 'period' | 'frozenAfter' | 'paid' | 'payRuns'>,
  { frozen, payRuns: released }: Reopenable,
): Problem | undefined {
  if (frozen === null) {
    return refuse('period_not_frozen', `Period ${period} is not frozen, so there is nothing to reopen.`, '/period');
  }
  const later = [...frozenAfter].sort().at(-1);
  if (later !== undefined) {
    const message = `Period ${period} cannot be reopened before ${later}, which settles against it; reopen ${later} first, or correct in the next open period.`;
    return refuse('period_out_of_order', message, '/period');
  }
  const [first] = paid;
  if (released > payRuns) {
    const message = `A pay run of ${period} was released meanwhile; look at it, and then decide.`;
    return refuse('period_paid', message, '/period');
  }
  if (first === undefined) return undefined;
  const who = paid.length === 1 ? `the statement of ${first}` : `${paid.length} statements, as that of ${first},`;
  const message = `Period ${period} cannot be reopened, because ${who} went to payroll; what is learned later becomes a correction.`;
  return refuse('period_paid', message, '/period');
}

function reopening(command: ApproveReopen | DeclineReopen, { reopenings }: Reopenable, { actor }: Context) {
  const { period: name, beneficiaries: paid } = command;
  const beneficiaries = () => paid;
  const fullName = requestName.reopen(name);
  return { kind: 'reopen', requests: reopenings, name, fullName, decision: command, beneficiaries, actor } as const;
}

export function approveReopen(command: ApproveReopen, state: Reopenable, context: Context): Answer {
  const approved = approve(reopening(command, state, context), ({ data }, approval) =>
    produce('PeriodReopened', { ...data, freeze: state.freeze, ...approval }),
  );
  if (isProblem(approved)) return approved;
  return (
    lookedTooEarly(state.reopenings, command.period, command) ??
    cannotReopen(command, state) ??
    isToBeFrozen(command) ??
    approved
  );
}

/** Both cannot be: a later freeze settles against the statements that a reopening takes out of force. */
function isToBeFrozen({ period, freezesAsked }: ApproveReopen): Problem | undefined {
  const later = [...freezesAsked].sort().at(-1);
  if (later === undefined) return undefined;
  const message = `Period ${period} cannot be reopened while the freeze of ${later}, which settles against it, waits for a decision; have ${requestName.freeze(later)} declined first, or this reopening.`;
  return refuse('request_waiting', message, '/period');
}

export function declineReopen(command: DeclineReopen, state: Reopenable, context: Context): Answer {
  return decline(reopening(command, state, context), command.reason, (_, refusal) =>
    produce('PeriodReopenDeclined', { period: command.period, ...refusal }),
  );
}

/**
 * The freeze of a period and the reopening of the one before it stand on two streams, which no store writes to at once. Whoever approves
 * one of them looks at whether the other waits, and does so after this one was itself asked for: of two approvals at one moment each meets
 * the other's request, or the one that looked later does.
 */
export function lookedTooEarly(
  requests: Requests<unknown>,
  name: string,
  { revision }: { readonly revision: number },
): Problem | undefined {
  const request = requests.findLast((each) => each.name === name);
  if (request === undefined || request.revision <= revision) return undefined;
  return refuse('approval_stale', `The request for ${name} was made only just now; look at it, and then decide.`);
}
