import type { Book, DealEntry } from '@ledger/calculation';
import type { ReleasePart } from '@ledger/events';
import { calendarStretch, dayBefore } from './calendar.ts';
import type { Line, PeriodLines } from './caps.ts';
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

type ReleaseLine = Line & { readonly amount: Ratio };

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
  return [...deals.flatMap(returnedOf), ...deals.flatMap((deal) => releasedOf(deal, lostFrom(book, deal.terms)))];
}

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

/** D142. `end`: from when on what is held is lost (D149). */
function releasedOf({ deal, terms, states }: Deal, end: string | null): readonly ReleaseLine[] {
  const { release } = terms.component;
  if (release === undefined) return [];
  const heldFirst = terms.component.returned?.some(({ outOf }) => outOf === 'held-first') === true;
  /** H of D142, or of D251. */
  const notReleased = (of: { readonly earned: Ratio; readonly returned: Ratio }, share: Ratio): Ratio =>
    heldFirst
      ? larger(NOTHING, minus(times(plus(of.earned, of.returned), minus(WHOLE, share)), of.returned))
      : times(of.earned, minus(WHOLE, share));
  const first = states.findIndex(({ earned, returned }) => !isNothing(minus(earned, returned)));
  const releasing = states.slice(first === -1 ? states.length : first).map(({ period, earned, returned }) => {
    const { to } = period.period;
    const isOver = end !== null && end <= to;
    const kept = larger(NOTHING, minus(earned, returned));
    const share = shareReleased(release, terms, isOver ? end : to);
    const state = { period, earned: kept, returned: larger(NOTHING, returned), share };
    return { ...state, lost: isOver ? notReleased(state, share) : NOTHING };
  });
  return releasing.flatMap((state, at, all) => {
    const before = all[at - 1];
    const unreleased = (of: typeof state, share: Ratio) => minus(notReleased(of, share), of.lost);
    const held = unreleased(state, state.share);
    const line = lineOf(deal, terms, state.period);
    const forfeited = line('forfeited', before?.lost ?? NOTHING, state.lost);
    if (before === undefined) return [...line('held', NOTHING, held), ...forfeited];
    const was = unreleased(before, before.share);
    const between = unreleased(state, before.share);
    return [...line('held', was, between), ...line('released', between, held), ...forfeited];
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
