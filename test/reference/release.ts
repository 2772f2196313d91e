import type { DealEntry } from '@ledger/calculation';
import type { ReleasePart, TimeSpan } from '@ledger/events';
import type { Line, PeriodLines } from './caps.ts';
import { dayAfter } from './counting.ts';
import type { Credit } from './credits.ts';
import { decimalsOf } from './currencies.ts';
import { earnedByDeal } from './moved.ts';
import { sameDayLater } from './ramp.ts';
import {
  isNothing,
  isPositive,
  larger,
  less,
  minus,
  NOTHING,
  over,
  type Ratio,
  read,
  rounded,
  smaller,
  times,
  total,
  WHOLE,
} from './ratio.ts';

/** What is earned and may not be paid yet (D140 to D143). */

type ReleaseLine = Line & { readonly amount: Ratio };

/** `paid`: what the component pays up to this stage, the lines of the walk among it. */
export function released(periods: readonly PeriodLines[], paid: readonly Line[]): readonly ReleaseLine[] {
  const walked = new Set(periods.flatMap(({ lines }) => lines));
  const earned = earnedByDeal(
    periods,
    paid.filter((line) => !walked.has(line)),
  );
  const terms = new Map<string, Credit>();
  for (const part of periods.flatMap(({ parts }) => parts)) if (!terms.has(part.deal)) terms.set(part.deal, part.terms);
  return [...terms].flatMap(([deal, each]) => linesOf(deal, each, earned));
}

/** D142. */
function linesOf(deal: string, terms: Credit, earned: ReturnType<typeof earnedByDeal>): readonly ReleaseLine[] {
  const { release } = terms.component;
  if (release === undefined) return [];
  const states = earned.flatMap(({ period, earned: all }) => {
    const amount = all.get(deal);
    if (amount === undefined) return [];
    return [
      {
        period,
        total: amount,
        earned: larger(NOTHING, amount),
        share: shareReleased(release, terms, period.period.to),
      },
    ];
  });
  const first = states.findIndex((state) => !isNothing(state.total));
  return states.slice(first === -1 ? states.length : first).flatMap((state, at, all) => {
    const before = all[at - 1];
    const held = times(state.earned, minus(WHOLE, state.share));
    const line = lineOf(deal, terms, state.period);
    if (before === undefined) return line('held', NOTHING, held);
    const was = times(before.earned, minus(WHOLE, before.share));
    const between = times(state.earned, minus(WHOLE, before.share));
    return [...line('held', was, between), ...line('released', between, held)];
  });
}

/** D143: what is held goes from one amount to another. */
function lineOf(deal: string, terms: Credit, { period, periodId }: PeriodLines) {
  return (what: 'held' | 'released', was: Ratio, is: Ratio): readonly ReleaseLine[] => {
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
  const { at, inProportion, fromShare, after } = part;
  if (at === 'closed') return later(deal.closedOn, after) < day ? WHOLE : NOTHING;
  const reached = reachedOf(deal, at, (on) => later(on, after) < day);
  if (fromShare !== undefined && !less(reached, read(fromShare))) return WHOLE;
  if (inProportion === true) return reached;
  return fromShare === undefined && isPositive(reached) ? WHOLE : NOTHING;
}

/** r of D141: the part of the deal that a milestone has reached. */
export function reachedOf(deal: DealEntry, milestone: string, counts: (on: string) => boolean): Ratio {
  const reached = deal.milestones.filter((each) => each.milestone === milestone && counts(each.on));
  if (reached.length === 0) return NOTHING;
  if (reached.some(({ amount }) => amount === null)) return WHOLE;
  const sum = total(reached.map(({ amount }) => read(amount ?? '0')));
  if (isNothing(read(deal.amount))) return isNothing(sum) ? NOTHING : WHOLE;
  return larger(NOTHING, smaller(WHOLE, over(sum, read(deal.amount))));
}

/** A day, or one so long after it. */
export function later(day: string, span: TimeSpan | undefined): string {
  if (span === undefined) return day;
  return span.unit === 'days' ? dayAfter(day, span.count) : sameDayLater(day, span.count);
}
