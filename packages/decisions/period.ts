import { type EventData, type LedgerEvent, requestName } from '@ledger/events';
import { type Context, canonical, type Decider, isProblem, type Problem, problem } from '@ledger/kernel';
import { checkCurrency, checkMinorUnits } from './amounts.ts';
import { judge } from './authority.ts';
import { type Blocker, causesOf } from './blockers.ts';
import { type Cadence, checkInCalendar, periodBounds } from './calendar.ts';
import { answer, firstProblem, produce, refuse, shown } from './produce.ts';
import {
  type ApproveReopen,
  approveReopen,
  type DeclineReopen,
  declineReopen,
  lookedTooEarly,
  type Reopenable,
  type RequestReopen,
  requestReopen,
} from './reopening.ts';
import {
  approve,
  asked,
  noted,
  type RequestEvent,
  type Requests,
  refusalOf,
  settled,
  toDecide,
  type WideDecision,
} from './requests.ts';

/** A period on its way from open to history (domain.md §5). */
export type PeriodEvent = LedgerEvent<
  | 'PeriodOpened'
  | 'PeriodFreezeRequested'
  | 'PeriodFreezeDeclined'
  | 'PeriodFreezeStarted'
  | 'PeriodFrozen'
  | 'PayRunReleased'
  | 'PeriodReopenRequested'
  | 'PeriodReopened'
  | 'PeriodReopenDeclined'
  | RequestEvent['type']
>;

export interface OpenPeriod {
  readonly type: 'OpenPeriod';
  readonly period: string;
  /** Of the ledger's close calendar. */
  readonly cadence: Cadence;
  readonly firstPeriod: string;
}
export interface RequestFreeze {
  readonly type: 'RequestFreeze';
  readonly period: string;
  readonly reason: string;
  readonly evidence: readonly string[];
  /** Earlier periods that are not frozen, as the application found them. */
  readonly unfrozenBefore: readonly string[];
  readonly blockers: readonly Blocker[];
  /** Why it is frozen although something that may be overridden is in the way. */
  readonly despite?: string | undefined;
}
/** `beneficiaries`: everybody who gets a statement. */
export interface ApproveFreeze extends WideDecision {
  readonly type: 'ApproveFreeze';
  readonly period: string;
  /** Log position that every statement of the period is computed from. */
  readonly asOf: string;
  /** Earlier periods that are not frozen, and what is in the way, as of that position. */
  readonly unfrozenBefore: readonly string[];
  readonly blockers: readonly Blocker[];
  /** Revision of the period's stream at that position. */
  readonly revision: number;
}
export interface DeclineFreeze extends WideDecision {
  readonly type: 'DeclineFreeze';
  readonly period: string;
  readonly reason: string;
}
export interface CompleteFreeze {
  readonly type: 'CompleteFreeze';
  readonly period: string;
  readonly statements: number;
  readonly totals: Readonly<Record<string, string>>;
  readonly digest: string;
  /** Queries that are open as of the pinned position; left out where there are none. */
  readonly openQueries?: readonly string[] | undefined;
}
export type PeriodCommand =
  | OpenPeriod
  | RequestFreeze
  | ApproveFreeze
  | DeclineFreeze
  | CompleteFreeze
  | RequestReopen
  | ApproveReopen
  | DeclineReopen;

export interface PeriodState extends Reopenable {
  readonly events: number;
  /** `null`: not opened. */
  readonly bounds: { readonly from: string; readonly to: string } | null;
  readonly requests: Requests<EventData<'PeriodFreezeRequested'>>;
  /** Position that the freeze pinned; `null`: no freeze was approved. */
  readonly asOf: string | null;
}

export const periodDecider: Decider<PeriodState, PeriodCommand, PeriodEvent> = {
  initial: { events: 0, bounds: null, requests: [], asOf: null, frozen: null, reopenings: [], freeze: 1, payRuns: 0 },
  evolve,
  decide,
};

function evolve(before: PeriodState, event: PeriodEvent): PeriodState {
  const state = { ...before, events: before.events + 1 };
  switch (event.type) {
    case 'PeriodOpened':
      return { ...state, bounds: { from: event.data.from, to: event.data.to } };
    case 'PeriodFreezeRequested':
      return { ...state, requests: asked([], event.data.period, event.data, state.events) };
    case 'PeriodFreezeDeclined':
      return { ...state, requests: settled(state.requests, event.data.period, 'declined') };
    case 'PeriodFreezeStarted':
      return { ...state, requests: settled(state.requests, event.data.period, 'approved'), asOf: event.data.asOf };
    case 'PeriodFrozen':
      return { ...state, frozen: event.data };
    // Who is paid when is the affair of `payRunDecider`.
    case 'PayRunReleased':
      return { ...state, payRuns: state.payRuns + 1 };
    case 'PeriodReopenRequested':
      return { ...state, reopenings: asked([], event.data.period, event.data, state.events) };
    case 'PeriodReopenDeclined':
      return { ...state, reopenings: settled(state.reopenings, event.data.period, 'declined') };
    case 'PeriodReopened':
      return {
        ...state,
        reopenings: settled(state.reopenings, event.data.period, 'approved'),
        asOf: null,
        frozen: null,
        freeze: event.data.freeze + 1,
      };
    case 'ApprovalGiven':
    case 'RequestExpired':
      return {
        ...state,
        requests: noted(state.requests, event),
        reopenings: noted(state.reopenings, event),
      };
    default:
      return event satisfies never;
  }
}

type Answer = readonly PeriodEvent[] | Problem;

function decide(command: PeriodCommand, state: PeriodState, context: Context): Answer {
  switch (command.type) {
    case 'OpenPeriod':
      return open(command, state, context);
    case 'RequestFreeze':
      return requestFreeze(command, state, context);
    case 'ApproveFreeze':
      return approveFreeze(command, state, context);
    case 'DeclineFreeze':
      return declineFreeze(command, state, context);
    case 'CompleteFreeze':
      return completeFreeze(command, state, context);
    case 'RequestReopen':
      return requestReopen(command, state, context);
    case 'ApproveReopen':
      return approveReopen(command, state, context);
    case 'DeclineReopen':
      return declineReopen(command, state, context);
    default:
      return command satisfies never;
  }
}

function open({ period, cadence, firstPeriod }: OpenPeriod, state: PeriodState, { actor }: Context): Answer {
  const refused = judge({ kind: 'period', step: 'record', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const wrong = checkInCalendar(period, { cadence, firstPeriod }, '/period');
  if (wrong !== undefined) return wrong;
  return state.bounds === null
    ? answer(produce('PeriodOpened', { period, ...periodBounds(period), openedBy: actor.id }))
    : [];
}

function requestFreeze(command: RequestFreeze, state: PeriodState, { actor, today }: Context): Answer {
  const refused = judge({ kind: 'freeze', step: 'request', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const { period, reason, despite } = command;
  const accepted = command.blockers.map(({ code, about }) => ({ code, about }));
  const requested = produce('PeriodFreezeRequested', {
    period,
    reason,
    evidence: [...command.evidence],
    requestedBy: actor.id,
    ...(despite === undefined || accepted.length === 0 ? {} : { despite: { reason: despite, blockers: accepted } }),
  });
  if (isProblem(requested)) return requested;
  if (state.bounds === null) {
    return refuse('period_unknown', `Period ${period} is not open; open it before it is frozen.`, '/period');
  }
  if (state.frozen !== null) {
    return refuse(
      'period_frozen',
      `Period ${period} is frozen; what is learned later becomes a correction.`,
      '/period',
    );
  }
  if (state.asOf !== null) {
    return refuse(
      'freeze_running',
      `The freeze of ${period} as of ${state.asOf} is under way; complete it.`,
      '/period',
    );
  }
  const waiting = state.requests.find((request) => request.outcome === 'waiting');
  if (waiting !== undefined) {
    // Whoever asks twice has asked once; somebody else's words would be lost.
    if (canonical(waiting.data) === canonical(requested.data)) return [];
    const message = `A freeze of ${period}, requested by ${waiting.data.requestedBy}, is waiting already; have it approved, or declined before another is requested.`;
    return refuse('already_exists', message, '/period');
  }
  if (today < state.bounds.to) {
    const message = `Period ${period} lasts until ${state.bounds.to} and today is ${today}; request the freeze from then on.`;
    return refuse('period_not_over', message, '/period');
  }
  const inTheWay = command.blockers.filter(({ overridable }) => !overridable || despite === undefined);
  return outOfOrder(command) ?? blocked(period, inTheWay, 'go on') ?? [requested];
}

function outOfOrder({ period, unfrozenBefore }: RequestFreeze | ApproveFreeze): Problem | undefined {
  const [earlierOpen] = [...unfrozenBefore].sort();
  if (earlierOpen === undefined) return undefined;
  const message = `Period ${period} cannot be frozen before ${earlierOpen}, which is still open; freeze ${earlierOpen} first.`;
  return refuse('period_out_of_order', message, '/period');
}

/** A refusal that carries everything that is in the way, by what causes it, so that it can be mended at once. */
function blocked(period: string, inTheWay: readonly Blocker[], otherwise: string): Problem | undefined {
  if (inTheWay.length === 0) return undefined;
  const [things, them] = inTheWay.length === 1 ? ['One thing keeps', 'it'] : [`${inTheWay.length} things keep`, 'them'];
  const hint = inTheWay.every(({ overridable }) => overridable)
    ? `, or ${otherwise} despite ${them} (--despite), with a reason of its own`
    : '';
  const says = `${things} ${period} from being frozen; mend ${them}${hint}. \`ledger blockers ${period}\` lists what mends each.`;
  const errors = causesOf(inTheWay).map(({ code, says: message }) => problem(code, message));
  return { ...refuse('freeze_blocked', says), errors };
}

function approveFreeze(command: ApproveFreeze, state: PeriodState, { actor }: Context): Answer {
  const { period: name, asOf } = command;
  const { requests } = state;
  const beneficiaries = () => command.beneficiaries;
  const fullName = requestName.freeze(name);
  const approved = approve(
    { kind: 'freeze', requests, name, fullName, decision: command, beneficiaries, actor },
    ({ data }, approval) => produce('PeriodFreezeStarted', { ...data, asOf, ...approval }),
  );
  if (isProblem(approved)) return goesOn(approved, name, state);
  // What the requester accepted the approver accepts with it; what came since, nobody did.
  const request = requests.findLast((each) => each.name === name)?.data;
  const accepted = new Set(request?.despite?.blockers.map(({ code, about }) => `${code} ${about}`));
  const isAccepted = ({ overridable, code, about }: Blocker) => overridable && accepted.has(`${code} ${about}`);
  return (
    lookedTooEarly(requests, name, command) ??
    // An earlier period may have been opened again since this freeze was asked for.
    outOfOrder(command) ??
    blocked(
      name,
      command.blockers.filter((each) => !isAccepted(each)),
      'have the request declined and ask for it anew',
    ) ??
    approved
  );
}

/** An approved freeze is not asked for again: one that was interrupted goes on, and one that was carried out is history. */
function goesOn(refused: Problem, period: string, { asOf, frozen }: PeriodState): Problem {
  if (refused.code !== 'already_decided' || asOf === null) return refused;
  const next =
    frozen === null
      ? `if it was interrupted, go on with it by \`ledger freeze ${period}\``
      : 'what is learned later becomes a correction';
  return refuse('already_decided', `The freeze of ${period} has been approved already, as of ${asOf}; ${next}.`);
}

function declineFreeze(command: DeclineFreeze, state: PeriodState, { actor }: Context): Answer {
  const { period: name, reason } = command;
  const { requests } = state;
  const beneficiaries = () => command.beneficiaries;
  const fullName = requestName.freeze(name);
  const request = toDecide({ kind: 'freeze', requests, name, fullName, decision: command, beneficiaries, actor });
  if (isProblem(request)) return goesOn(request, name, state);
  return answer(produce('PeriodFreezeDeclined', { period: name, ...refusalOf(request, actor, reason) }));
}

function completeFreeze(
  { type: _, openQueries = [], ...totals }: CompleteFreeze,
  state: PeriodState,
  { actor }: Context,
): Answer {
  const refused = judge({ kind: 'payout', step: 'record', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const { period } = totals;
  if (state.asOf === null) {
    return refuse('not_found', `There is no approved freeze of ${shown(period)} to complete; request and approve one.`);
  }
  const queries = openQueries.length === 0 ? {} : { openQueries: [...openQueries] };
  const freeze = state.freeze === 1 ? {} : { freeze: state.freeze };
  const frozen = produce('PeriodFrozen', { ...totals, ...queries, asOf: state.asOf, ...freeze });
  if (isProblem(frozen)) return frozen;
  for (const [currency, total] of Object.entries(totals.totals)) {
    const field = `/totals/${currency}`;
    const wrong = firstProblem(
      () => checkCurrency(currency, field),
      () => checkMinorUnits(total, currency, field),
    );
    if (wrong !== undefined) return wrong;
  }
  if (state.frozen === null) return [frozen];
  if (canonical(state.frozen) === canonical(frozen.data)) return [];
  return refuse(
    'replay_unequal',
    `Period ${period} was frozen with the digest ${state.frozen.digest}, and now comes out as ${totals.digest} with ${totals.statements} statements; verify the ledger, frozen numbers stay.`,
    '/digest',
  );
}
