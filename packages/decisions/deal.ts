import { type DealSnapshot, dealKey, type EventData, type LedgerEvent, requestName } from '@ledger/events';
import { type Context, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { checkMinorUnits, plain } from './amounts.ts';
import { judge, recording } from './authority.ts';
import {
  changedFields,
  checkOnce,
  checkStatus,
  checkTerms,
  checkWhole,
  creditedBy,
  inMinorUnits,
  sharesContent,
} from './deal-terms.ts';
import { answer, firstProblem, produce, refuse, shown } from './produce.ts';
import * as requests from './requests.ts';

/** A source transaction, and what was decided about it. */
export type DealEvent = LedgerEvent<
  | 'DealClosed'
  | 'DealAmended'
  | 'DealMilestoneReached'
  | 'DealMilestoneWithdrawn'
  | 'DealCancelled'
  | 'DealVanished'
  | 'SplitExceptionRequested'
  | 'SplitExceptionApproved'
  | 'SplitExceptionDeclined'
  | 'SplitExceptionRevoked'
  | requests.RequestEvent['type']
>;

interface OfDeal {
  readonly source: string;
  readonly deal: string;
}
/** The deal as its source tells it now. */
export interface RecordDeal {
  readonly type: 'RecordDeal';
  readonly snapshot: DealSnapshot;
  readonly status: 'closed' | 'cancelled';
  /** Day of the cancellation; `null` unless the status is `cancelled`. */
  readonly cancelledOn: string | null;
}
/** A whole export of the source no longer has the deal. */
export interface NoticeVanished extends OfDeal {
  readonly type: 'NoticeVanished';
  readonly noticedOn: string;
  readonly evidence: string;
}
export interface ReachMilestone extends OfDeal {
  readonly type: 'ReachMilestone';
  readonly milestone: string;
  readonly reachedOn: string;
  readonly amount: string | null;
}
/** A milestone was recorded that the deal did not reach, or with a wrong amount. */
export interface WithdrawMilestone extends OfDeal {
  readonly type: 'WithdrawMilestone';
  readonly milestone: string;
  readonly reachedOn: string;
  readonly reason: string;
}
/** A person cancels the deal, whatever its source says. */
export interface CancelDeal extends OfDeal {
  readonly type: 'CancelDeal';
  readonly cancelledOn: string;
  readonly reason: string;
}
/** A person recorded a cancellation that is not so. */
export interface WithdrawCancellation extends OfDeal {
  readonly type: 'WithdrawCancellation';
  readonly cancelledOn: string;
  readonly reason: string;
}
export interface RequestSplit extends OfDeal {
  readonly type: 'RequestSplit';
  /** Name of the exception; the next number where none is given. */
  readonly exception?: string | undefined;
  readonly shares: readonly { readonly participant: string; readonly share: string }[];
  readonly reason: string;
  readonly evidence: readonly string[];
  readonly scope: string;
  readonly expiresOn: string | null;
}
export interface ApproveSplit extends OfDeal, requests.Decision {
  readonly type: 'ApproveSplit';
  readonly exception: string;
}
export interface DeclineSplit extends OfDeal, requests.Decision {
  readonly type: 'DeclineSplit';
  readonly exception: string;
  readonly reason: string;
}
export interface RevokeSplit extends OfDeal, requests.Decision {
  readonly type: 'RevokeSplit';
  readonly exception: string;
  readonly reason: string;
}
export type DealCommand =
  | RecordDeal
  | NoticeVanished
  | ReachMilestone
  | WithdrawMilestone
  | CancelDeal
  | WithdrawCancellation
  | RequestSplit
  | ApproveSplit
  | DeclineSplit
  | RevokeSplit;

export interface DealState {
  readonly events: number;
  /** `null`: no source has told of it. */
  readonly snapshot: DealSnapshot | null;
  /** Revision at which its amount, its day or its credits last became what they are. */
  readonly termsAt: number;
  /** Whose word the cancellation is decides whether the source can take it back. */
  readonly cancelled: { readonly on: string; readonly by: 'source' | 'person' } | null;
  readonly vanished: boolean;
  readonly milestones: readonly {
    readonly milestone: string;
    readonly reachedOn: string;
    readonly amount: string | null;
  }[];
  readonly splits: requests.Requests<EventData<'SplitExceptionRequested'>>;
  /** Those that were approved and not revoked, in the order of their approvals: the last one counts. */
  readonly agreed: readonly EventData<'SplitExceptionApproved'>[];
}

export const dealDecider: Decider<DealState, DealCommand, DealEvent> = {
  initial: {
    events: 0,
    snapshot: null,
    termsAt: 0,
    cancelled: null,
    vanished: false,
    milestones: [],
    splits: [],
    agreed: [],
  },
  evolve,
  decide,
};

/** Reason of a cancellation that the source reports; any other reason is a person's. */
const SOURCE_CANCELLED = 'The source reports the deal as cancelled.';

function evolve(before: DealState, event: DealEvent): DealState {
  const state = { ...before, events: before.events + 1 };
  switch (event.type) {
    case 'DealClosed':
      return { ...state, snapshot: event.data };
    case 'DealAmended': {
      const { reinstated, reason: _, ...snapshot } = event.data;
      const told = {
        ...state,
        snapshot,
        termsAt: isOtherwise(state.snapshot, snapshot) ? state.events : state.termsAt,
      };
      return reinstated ? { ...told, cancelled: null, vanished: false } : told;
    }
    case 'DealMilestoneReached': {
      const { milestone, reachedOn, amount } = event.data;
      return { ...state, milestones: [...state.milestones, { milestone, reachedOn, amount }] };
    }
    case 'DealMilestoneWithdrawn': {
      const { milestone, reachedOn } = event.data;
      const isIt = (each: DealState['milestones'][number]) =>
        each.milestone === milestone && each.reachedOn === reachedOn;
      return { ...state, milestones: state.milestones.filter((each) => !isIt(each)) };
    }
    case 'DealCancelled': {
      const by = event.data.reason === SOURCE_CANCELLED ? 'source' : 'person';
      return { ...state, cancelled: { on: event.data.cancelledOn, by } };
    }
    case 'DealVanished':
      return { ...state, vanished: true };
    case 'SplitExceptionRequested':
      return { ...state, splits: requests.asked(state.splits, event.data.exception, event.data, state.events) };
    case 'SplitExceptionApproved':
      return {
        ...state,
        splits: requests.settled(state.splits, event.data.exception, 'approved'),
        agreed: [...state.agreed, event.data],
      };
    case 'SplitExceptionDeclined':
      return { ...state, splits: requests.settled(state.splits, event.data.exception, 'declined') };
    case 'SplitExceptionRevoked':
      return {
        ...state,
        splits: requests.settled(state.splits, event.data.exception, 'revoked'),
        agreed: state.agreed.filter(({ exception }) => exception !== event.data.exception),
      };
    case 'ApprovalGiven':
    case 'RequestExpired':
      return { ...state, splits: requests.noted(state.splits, event) };
    default:
      return event satisfies never;
  }
}

/** Whether a deal is told otherwise in what a split of it rests on. */
function isOtherwise(before: DealSnapshot | null, now: DealSnapshot): boolean {
  const terms = ['amount', 'currency', 'closedOn', 'owner', 'credits'];
  return before !== null && changedFields(before, now).some((field) => terms.includes(field));
}

type Answer = readonly DealEvent[] | Problem;

function decide(command: DealCommand, state: DealState, context: Context): Answer {
  switch (command.type) {
    case 'RecordDeal':
      return fact(state, context, () => record(command, state), command.snapshot);
    case 'NoticeVanished':
      return fact(state, context, () => noticeVanished(command, state));
    case 'ReachMilestone':
      return fact(state, context, () => reachMilestone(command, state));
    case 'WithdrawMilestone':
      return fact(state, context, () => withdrawMilestone(command, state));
    case 'CancelDeal':
      return fact(state, context, () => cancel(command, state));
    case 'WithdrawCancellation':
      return fact(state, context, () => withdrawCancellation(command, state));
    case 'RequestSplit':
      return requestSplit(command, state, context);
    case 'ApproveSplit':
      return approveSplit(command, state, context);
    case 'DeclineSplit':
      return declineSplit(command, state, context);
    case 'RevokeSplit':
      return revokeSplit(command, state, context);
    default:
      return command satisfies never;
  }
}

/** Whoever is credited, now or by what is told, does not record it: that would be recording what pays oneself. */
function fact(state: DealState, { actor }: Context, decided: () => Answer, told?: DealSnapshot): Answer {
  const beneficiaries = [state.snapshot, told].flatMap((deal) => (deal ? creditedBy(deal) : []));
  return recording({ kind: 'deal', actor, beneficiaries }, decided);
}

/** What is recorded of a deal that nobody has told of, whoever may record it. */
export function newDeal({ snapshot, status, cancelledOn }: RecordDeal): NewDeal | Problem {
  const closed = produce('DealClosed', inMinorUnits(snapshot));
  if (isProblem(closed)) return closed;
  const wrong = checkTerms(closed.data) ?? checkStatus(status, cancelledOn);
  if (wrong !== undefined) return wrong;
  if (cancelledOn === null) return [closed];
  const { source, deal } = closed.data;
  const cancelled = produce('DealCancelled', { source, deal, cancelledOn, reason: SOURCE_CANCELLED });
  return isProblem(cancelled) ? cancelled : [closed, cancelled];
}
type NewDeal = readonly [LedgerEvent<'DealClosed'>, ...LedgerEvent<'DealCancelled'>[]];

function record(command: RecordDeal, state: DealState): Answer {
  const told = newDeal(command);
  if (isProblem(told) || state.snapshot === null) return told;
  const [{ data: snapshot }, ...cancellation] = told;
  const { status, cancelledOn } = command;
  const cancelled = cancelledOn === state.cancelled?.on ? [] : cancellation;
  const changed = changedFields(state.snapshot, snapshot);
  // A person's cancellation stands while the source only repeats itself; what the source took back it may bring back.
  const reinstated = status === 'closed' && (state.vanished || state.cancelled?.by === 'source');
  if (changed.length === 0 && !reinstated) return cancelled;
  const reason = `The source changed: ${[...(reinstated ? ['status'] : []), ...changed].join(', ')}`;
  return answer<DealEvent>(produce('DealAmended', { ...snapshot, reinstated, reason }), ...cancelled);
}

function unknown(deal: OfDeal): Problem {
  return refuse('not_found', `There is no deal ${shown(dealKey(deal))}; record it first, or correct its id.`, '/deal');
}

function noticeVanished({ type: _, ...finding }: NoticeVanished, state: DealState): Answer {
  const noticed = produce('DealVanished', finding);
  if (isProblem(noticed)) return noticed;
  if (state.snapshot === null) return unknown(finding);
  // Sources drop what is cancelled; that it is gone from there says nothing new.
  return state.vanished || state.cancelled !== null ? [] : [noticed];
}

function reachMilestone({ type: _, ...reach }: ReachMilestone, state: DealState): Answer {
  const reached = produce('DealMilestoneReached', reach);
  if (isProblem(reached)) return reached;
  const { snapshot, cancelled } = state;
  if (snapshot === null) return unknown(reach);
  const { milestone, reachedOn, amount } = reach;
  const wrong = amount === null ? undefined : checkMinorUnits(amount, snapshot.currency, '/amount');
  if (wrong !== undefined) return wrong;
  const same = state.milestones.filter((each) => each.milestone === milestone);
  const size = amount === null ? null : plain(amount);
  const sizeOf = (each: { readonly amount: string | null }) => (each.amount === null ? null : plain(each.amount));
  if (same.some((each) => each.reachedOn === reachedOn && sizeOf(each) === size)) return [];
  if (cancelled !== null && reachedOn >= cancelled.on) {
    const message = `Deal ${dealKey(reach)} was cancelled on ${cancelled.on} and cannot reach ${milestone} on ${reachedOn}; correct the day.`;
    return refuse('deal_cancelled', message, '/reachedOn');
  }
  // Instalments reach the same milestone several times, each on a day of its own and with its amount.
  const clash = same.find((each) => each.reachedOn === reachedOn || each.amount === null || amount === null);
  if (clash === undefined) return [reached];
  const of = clash.amount === null ? '' : ` with ${clash.amount}`;
  const message = `Deal ${dealKey(reach)} reached ${milestone} on ${clash.reachedOn}${of} already; instalments need a day and an amount of their own.`;
  return refuse('already_exists', message, '/milestone');
}

function withdrawMilestone({ type: _, ...withdrawal }: WithdrawMilestone, state: DealState): Answer {
  const withdrawn = produce('DealMilestoneWithdrawn', withdrawal);
  if (isProblem(withdrawn)) return withdrawn;
  if (state.snapshot === null) return unknown(withdrawal);
  const { milestone, reachedOn } = withdrawal;
  const same = state.milestones.filter((each) => each.milestone === milestone);
  if (same.some((each) => each.reachedOn === reachedOn)) return [withdrawn];
  const known = same.map((each) => each.reachedOn).sort();
  const days = known.length === 0 ? 'it is not recorded at all' : `it is recorded on ${known.join(', ')}`;
  const message = `Deal ${dealKey(withdrawal)} did not reach ${shown(milestone)} on ${shown(reachedOn)}: ${days}; name the day of a milestone that is recorded.`;
  return refuse('not_found', message, '/reachedOn');
}

function cancel({ type: _, ...cancellation }: CancelDeal, state: DealState): Answer {
  const cancelled = produce('DealCancelled', cancellation);
  if (isProblem(cancelled)) return cancelled;
  if (state.snapshot === null) return unknown(cancellation);
  if (cancellation.cancelledOn < state.snapshot.closedOn) {
    const message = `Deal ${dealKey(cancellation)} closed on ${state.snapshot.closedOn} and cannot be cancelled on ${cancellation.cancelledOn}; give the day of the cancellation.`;
    return refuse('date_invalid', message, '/cancelledOn');
  }
  if (state.cancelled === null) return [cancelled];
  if (state.cancelled.on === cancellation.cancelledOn) return [];
  const message = `Deal ${dealKey(cancellation)} is cancelled on ${state.cancelled.on} already; there is nothing left to cancel on ${cancellation.cancelledOn}.`;
  return refuse('deal_cancelled', message, '/cancelledOn');
}

function withdrawCancellation(
  { type: _, cancelledOn, reason, ...of }: WithdrawCancellation,
  { snapshot, cancelled }: DealState,
): Answer {
  if (snapshot === null) return unknown(of);
  const again = produce('DealAmended', { ...snapshot, reinstated: true, reason });
  if (isProblem(again)) return again;
  if (cancelled?.on !== cancelledOn) {
    const is = cancelled === null ? 'it is not cancelled' : `it is cancelled on ${cancelled.on}`;
    const message = `Deal ${dealKey(of)} was not cancelled on ${shown(cancelledOn)}: ${is}; name the day of a cancellation that is recorded.`;
    return refuse('not_found', message, '/cancelledOn');
  }
  if (cancelled.by === 'person') return [again];
  const message = `Deal ${dealKey(of)} is cancelled since its source says so; correct it there, and import it again.`;
  return refuse('deal_cancelled', message, '/deal');
}

function requestSplit({ type: _, ...command }: RequestSplit, state: DealState, { actor }: Context): Answer {
  const refused = judge({ kind: 'split', step: 'request', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const requested = produce('SplitExceptionRequested', {
    ...command,
    exception: command.exception ?? requests.nextName(state.splits, 'split'),
    shares: [...command.shares],
    evidence: [...command.evidence],
    requestedBy: actor.id,
  });
  if (isProblem(requested)) return requested;
  const wrong = firstProblem(
    () => checkOnce(command.shares, 'in the split', '/shares'),
    () => checkWhole(command.shares, 'The shares', '/shares'),
    () => checkSplittable(command, state),
    () => checkExpiry(command, state),
  );
  if (wrong !== undefined) return wrong;
  const content = sharesContent(requested.data);
  if (state.splits.some(({ outcome, data }) => outcome === 'waiting' && sharesContent(data) === content)) return [];
  const inForce = state.agreed.at(-1);
  if (inForce !== undefined && sharesContent(inForce) === content) return [];
  return requests.nameTaken(state.splits, requested.data.exception, '/exception') ?? [requested];
}

function checkSplittable(deal: OfDeal, { snapshot, cancelled }: DealState): Problem | undefined {
  if (snapshot === null) return unknown(deal);
  if (cancelled === null) return undefined;
  const message = `Deal ${dealKey(deal)} was cancelled on ${cancelled.on} and has nothing to split; decline the request, or leave it.`;
  return refuse('deal_cancelled', message, '/deal');
}

function checkExpiry({ expiresOn, ...deal }: Omit<RequestSplit, 'type'>, { snapshot }: DealState): Problem | undefined {
  if (expiresOn === null || snapshot === null || expiresOn > snapshot.closedOn) return undefined;
  const message = `Deal ${dealKey(deal)} closed on ${snapshot.closedOn}, and a split that expires on ${expiresOn} is of deals that close before; give a later day, or none.`;
  return refuse('interval_invalid', message, '/expiresOn');
}

/**
 * A split moves the pay of those who gain and of those who lose, by one that was agreed before too; `alsoPaid` tells whoever is paid by
 * their override.
 */
function splitMatter(command: ApproveSplit | DeclineSplit | RevokeSplit, state: DealState, { actor }: Context) {
  const credited = state.snapshot === null ? [] : creditedBy(state.snapshot);
  const beneficiaries = (data: EventData<'SplitExceptionRequested'> | undefined) => [
    ...credited,
    ...[...(data?.shares ?? []), ...state.agreed.flatMap(({ shares }) => shares)].map(({ participant }) => participant),
  ];
  const { exception: name } = command;
  const fullName = requestName.split(command, name);
  const of = { requests: state.splits, basis: state.termsAt, decision: command, beneficiaries, actor };
  return { kind: 'split', name, fullName, ...of } as const;
}

function approveSplit(command: ApproveSplit, state: DealState, context: Context): Answer {
  const matter = splitMatter(command, state, context);
  return requests.approve(
    matter,
    ({ data }, approval) =>
      checkSplittable(command, state) ?? produce('SplitExceptionApproved', { ...data, ...approval }),
  );
}

function declineSplit(command: DeclineSplit, state: DealState, context: Context): Answer {
  return requests.decline(
    splitMatter(command, state, context),
    command.reason,
    ({ source, deal, exception }, refusal) =>
      produce('SplitExceptionDeclined', { source, deal, exception, ...refusal }),
  );
}

function revokeSplit(command: RevokeSplit, state: DealState, context: Context): Answer {
  const request = requests.toRevoke(splitMatter(command, state, context));
  if (isProblem(request)) return request;
  const { source, deal, exception } = request.data;
  const { reason } = command;
  return answer(produce('SplitExceptionRevoked', { source, deal, exception, revokedBy: context.actor.id, reason }));
}
