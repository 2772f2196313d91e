import type { Book, DealEntry } from '@ledger/calculation';
import type { ReleasePart } from '@ledger/events';
import { calendarStretch, dayBefore } from './calendar.ts';
import { type Line, numbered, type PeriodLines } from './caps.ts';
import { type Credit, inOrder } from './credits.ts';
import { decimalsOf } from './currencies.ts';
import { earnsUntil, leavingRule } from './leaving.ts';
import { earnedByDeal } from './moved.ts';
import {
  isNothing,
  isPositive,
  larger,
  less,
  minus,
  NOTHING,
  plus,
  type Ratio,
  read,
  rounded,
  times,
  total,
  WHOLE,
} from './ratio.ts';
import { returnedBefore, returnsOf } from './returned.ts';
import { afterSpan, reachedOf } from './spans.ts';

/** What is earned and comes back, or may not be paid yet, or never (D140 to D143, D146, D149). */

export type ReleaseLine = Line & {
  readonly amount: Ratio;
  /** Of what comes back, what was paid of its deal in pay periods before: it goes at the rate that makes of these (D230). */
  readonly paid?: readonly Payment[];
};

interface Payment {
  /** First day of the pay period. */
  readonly period: string;
  readonly amount: Ratio;
}

/** What is taken back and what is held. `paid`: what the component pays before, the lines of the walk among it. */
export function movedInTime(
  book: Book,
  periods: readonly PeriodLines[],
  paid: readonly Line[],
): readonly ReleaseLine[] {
  const walked = new Set(periods.flatMap(({ lines }) => lines));
  const terms = new Map<string, Credit>();
  for (const { deal, terms: of } of periods.flatMap(({ parts }) => parts))
    if (of.returns === undefined && !terms.has(deal)) terms.set(deal, of);
  const returns = new Map(
    [...terms].map(([deal, { component, entry }]) => [deal, returnsOf(component, entry, 'period-of-return')]),
  );
  const isMoved = [...terms.values()].some(({ component }) => component.release !== undefined);
  if (!isMoved && [...returns.values()].every((each) => each.length === 0)) return [];
  const back = (deal: string, day: string) => returnedBefore(returns.get(deal) ?? [], day);
  const after = paid.filter((line) => !walked.has(line));
  const earned = earnedByDeal(periods, after, back);
  const deals = inOrder([...terms.values()]).map((each) => {
    const { deal } = each;
    const states = earned.flatMap(({ period, earned: all }): State[] => {
      const amount = all.get(deal);
      if (amount === undefined) return [];
      return [{ period, earned: amount, returned: times(amount, back(deal, period.period.to)) }];
    });
    return { deal, terms: each, states };
  });
  const moved = deals.map((deal) => {
    const released = releasedOf(deal, lostFrom(book, deal.terms), isPaidElsewhere(book, deal.terms));
    const payments = paymentsOf(deal, released);
    const atTheirRate = (line: ReleaseLine) => ({
      ...line,
      paid: payments.filter(({ period }) => period < line.period),
    });
    return {
      returned: returnedOf(deal).map(atTheirRate),
      released: released.map(({ isBack, ...line }) => (isBack ? atTheirRate(line) : line)),
    };
  });
  return [...moved.flatMap(({ returned }) => returned), ...moved.flatMap(({ released }) => released)];
}

/** Whether pay periods pay at rates of their own. */
function isPaidElsewhere({ participant }: Book, { plan: { document } }: Credit): boolean {
  const { payout, currency } = document;
  return payout !== undefined && payout.rate !== 'booking-date' && currency !== participant.currency;
}

/** N of D230. */
function paymentsOf({ states }: Deal, released: readonly MovedLine[]): readonly Payment[] {
  return states.map(({ period: { period }, earned }, at) => {
    const moved = released.filter((line) => line.period === period.from && !line.isBack);
    const earnedInIt = minus(earned, states[at - 1]?.earned ?? NOTHING);
    return { period: period.from, amount: total([earnedInIt, ...moved.map(({ exact }) => exact)]) };
  });
}

type MovedLine = ReleaseLine & { readonly isBack: boolean };

/** Of a deal at the end of a pay period. */
interface State {
  readonly period: PeriodLines;
  /** E before any return. */
  readonly earned: Ratio;
  /** R. */
  readonly returned: Ratio;
}

interface Deal {
  readonly deal: string;
  readonly terms: Credit;
  readonly states: readonly State[];
}

/** D146. */
function returnedOf({ deal, terms, states }: Deal): readonly ReleaseLine[] {
  return states.flatMap(({ period, returned }, at) =>
    lineOf(deal, terms, period)('returned', states[at - 1]?.returned ?? NOTHING, returned),
  );
}

/** D142. `end`: from when on what is held is lost (D149). `isApart`: what moves by what comes back is a line of its own. */
function releasedOf({ deal, terms, states }: Deal, end: string | null, isApart: boolean): readonly MovedLine[] {
  const { release } = terms.component;
  if (release === undefined) return [];
  const heldFirst = terms.component.returned?.some(({ outOf }) => outOf === 'held-first') === true;
  /** H of D142, or of D251. */
  const notReleased = (of: { readonly earned: Ratio; readonly returned: Ratio }, share: Ratio): Ratio =>
    heldFirst
      ? larger(NOTHING, minus(times(plus(of.earned, of.returned), minus(WHOLE, share)), of.returned))
      : times(of.earned, minus(WHOLE, share));
  const first = states.findIndex(({ earned, returned }) => !isNothing(minus(earned, returned)));
  const stateOf = ({ period, earned, returned }: State) => {
    const { to } = period.period;
    const isOver = end !== null && end <= to;
    const kept = larger(NOTHING, minus(earned, returned));
    const share = shareReleased(release, terms, isOver ? end : to);
    const state = { period, earned: kept, returned: larger(NOTHING, returned), share };
    return { ...state, lost: isOver ? notReleased(state, share) : NOTHING };
  };
  return states.slice(first === -1 ? states.length : first).flatMap((given, at, all): MovedLine[] => {
    const earlier = all[at - 1];
    const state = stateOf(given);
    // The same, had nothing come back in the period.
    const kept = isApart && earlier !== undefined ? stateOf({ ...given, returned: earlier.returned }) : state;
    const before = earlier === undefined ? undefined : stateOf(earlier);
    const unreleased = (of: typeof state, share: Ratio) => minus(notReleased(of, share), of.lost);
    const line = lineOf(deal, terms, state.period);
    const twice = (what: 'held' | 'forfeited', was: Ratio, between: Ratio, is: Ratio): MovedLine[] => {
      const own = line(what, was, between).map((each) => ({ ...each, isBack: false }));
      const back = line(what, between, is).map((each) => numbered({ ...each, isBack: true }, own.length));
      return [...own, ...back];
    };
    const share = before?.share ?? state.share;
    const [was, between, is] = [
      before === undefined ? NOTHING : unreleased(before, share),
      unreleased(kept, share),
      unreleased(state, share),
    ];
    return [
      ...twice('held', was, between, is),
      ...line('released', is, unreleased(state, state.share)).map((each) => ({ ...each, isBack: false })),
      ...twice('forfeited', before?.lost ?? NOTHING, kept.lost, state.lost),
    ];
  });
}

/** The first day on which nothing more of a deal is released, where that is lost by leaving. */
function lostFrom(book: Book, { entry, plan }: Credit): string | null {
  const end = earnsUntil(book);
  const isLost = leavingRule(book, plan)?.held === 'forfeited';
  return isLost && end !== null && entry.closedOn < end ? end : null;
}

/** D143: what is held goes from one amount to another. */
function lineOf(deal: string, terms: Credit, { period, periodId }: PeriodLines) {
  return (what: 'returned' | 'held' | 'released' | 'forfeited', was: Ratio, is: Ratio): readonly ReleaseLine[] => {
    const { currency, rounding } = terms.plan.document;
    const round = (amount: Ratio) => rounded(amount, decimalsOf(currency), rounding);
    const exact = minus(was, is);
    const amount = minus(round(was), round(is));
    if (isNothing(exact) && isNothing(amount)) return [];
    return [{ component: terms.id, period: period.from, periodId, what, deal, window: null, terms, exact, amount }];
  };
}

/** S(d, p): what is released before a day. */
function shareReleased(release: readonly ReleasePart[], { entry }: Credit, day: string): Ratio {
  return total(release.map((part) => times(read(part.share), partReleased(part, entry, day))));
}

/** f of D141. */
function partReleased(part: ReleasePart, deal: DealEntry, day: string): Ratio {
  const { at, inProportion, fromShare, after, endOf } = part;
  const due = (on: string) => afterSpan(endOf === undefined ? on : dayBefore(calendarStretch(on, endOf).to), after);
  if (at === 'closed') return due(deal.closedOn) < day ? WHOLE : NOTHING;
  const reached = reachedOf(deal, at, (on) => due(on) < day);
  if (fromShare !== undefined && !less(reached, read(fromShare))) return WHOLE;
  if (inProportion === true) return reached;
  return fromShare === undefined && isPositive(reached) ? WHOLE : NOTHING;
}
