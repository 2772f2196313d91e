import { calendarStretch, dayBefore, type Stretch } from './calendar.ts';
import type { Credit } from './credits.ts';
import {
  isNothing,
  isPositive,
  larger,
  less,
  minus,
  NOTHING,
  negative,
  plus,
  type Ratio,
  read,
  smaller,
  times,
  total,
  WHOLE,
} from './ratio.ts';
import { type Window, windowOf } from './windows.ts';

/** Caps over pay periods, windows and years, in this order (semantics 7, D18, D19, D241). */

export interface Line {
  readonly component: string;
  /** First day of the pay period. */
  readonly period: string;
  readonly periodId: string;
  readonly what:
    | 'deal'
    | 'period'
    | 'true-up'
    | 'group-cap'
    | 'streak'
    | 'contest'
    | 'objectives'
    | 'floor'
    | 'carried-over'
    | 'cap'
    | 'window-cap'
    | 'year-cap'
    | 'budget'
    | 'forfeited'
    | 'windfall'
    | 'windfall-paid'
    | 'returned'
    | 'returned-credit'
    | 'plan-cap'
    | 'plan-year-cap'
    | 'exchange-difference'
    | 'phase-in'
    | 'held'
    | 'released';
  readonly deal: string | null;
  readonly window: Window | null;
  /** What else it is of, as statements name it. */
  readonly of?: string;
  /** Of a deal: what the window measured with it, and what that was held against (D103). */
  readonly reached?: { readonly amount: Ratio; readonly target: Ratio | null };
  /** Under which it was calculated: of the deal, of the last of several. */
  readonly terms: Credit;
  readonly exact: Ratio;
  /** Where it is not the exact amount rounded: a part of what several share. */
  readonly posted?: Ratio;
  /** The how-manieth line of its name in the period, from the second on. */
  readonly again?: number;
}

/** After so many of its name. */
export function numbered<L extends Line>(line: L, earlier: number): L {
  return earlier === 0 ? line : { ...line, again: earlier + 1 };
}

/** What a component earns in a pay period before caps. */
export interface PeriodLines {
  readonly period: Stretch;
  readonly periodId: string;
  readonly lines: readonly Line[];
  /** What of it each deal earns, also where that adds up to nothing (D140). */
  readonly parts: readonly DealPart[];
}

export interface DealPart {
  readonly deal: string;
  readonly terms: Credit;
  readonly amount: Ratio;
}

/** What was paid in a period, window by window, and what is left for later; under a soft cap each is what the cap looked at (D241). */
interface Paid {
  readonly period: Stretch;
  /** After the period cap and the window cap; what is offered again is counted after the year cap. */
  readonly windows: readonly Part[];
  /** After the year cap. */
  readonly amount: Ratio;
  /** What the period cap removed and has not been paid since, where it is payable later. */
  readonly carry: Ratio;
  /** What caps removed of each window and have not paid since, where that is offered again (D232). */
  readonly unpaid: readonly Part[];
  readonly lines: readonly Line[];
}

/** A window by the name that it has in the end. */
export type Named = (window: Window | null) => Window | null;

interface Part {
  readonly window: Window | null;
  readonly amount: Ratio;
}

type Scope = 'period' | 'window' | 'year';

/** What a cap comes to for a stretch: less where somebody is there for a part of it only (D213). */
export type LimitOf = (terms: Credit, scope: Scope, stretch: Stretch) => Ratio | null;

const asWritten: LimitOf = ({ component: { cap } }, scope) => {
  const limit = cap?.[scope] ?? null;
  return limit === null ? null : read(limit);
};

/** The lines of all periods with what caps remove and release, by the terms of the last line so far (D18). */
export function capped(
  periods: readonly PeriodLines[],
  cadence: 'month' | 'quarter',
  limitOf: LimitOf = asWritten,
  named: Named = (window) => window,
): readonly Line[] {
  const paid: Paid[] = [];
  for (const [index, each] of periods.entries()) {
    const terms = periods
      .slice(0, index + 1)
      .findLast(({ lines }) => lines.some(isEarned))
      ?.lines.findLast(isEarned)?.terms;
    if (terms === undefined) continue;
    const raised = { ...each, lines: [...each.lines, ...floorOf(terms, each)] };
    paid.push(paidIn(terms, paid, raised, cadence, { limits: limitOf, named }));
  }
  return paid.flatMap(({ lines }) => lines);
}

/** Terms are those of what is earned, not of what is lost of it. */
function isEarned({ what }: Line): boolean {
  return what !== 'forfeited';
}

/** What a pay period that earns is raised by (D231). */
function floorOf(terms: Credit, { lines }: PeriodLines): readonly Line[] {
  const floor = terms.component.floor?.period;
  const last = lines.findLast(isEarned);
  const earned = total(lines.map(({ exact }) => exact));
  if (floor === undefined || last === undefined || !isPositive(earned) || !less(earned, read(floor))) return [];
  const { of: _, ...rest } = last;
  return [{ ...rest, what: 'floor', deal: null, window: null, exact: minus(read(floor), earned) }];
}

function paidIn(
  terms: Credit,
  earlier: readonly Paid[],
  each: PeriodLines,
  cadence: 'month' | 'quarter',
  { limits, named }: { readonly limits: LimitOf; readonly named: Named },
): Paid {
  const { period, periodId, lines } = each;
  const { cap } = terms.component;
  const line = (what: Line['what'], window: Window | null, exact: Ratio): Line => {
    return { component: terms.id, period: period.from, periodId, what, deal: null, window, terms, exact };
  };
  const ofYear = earlier.filter((other) => yearOf(other.period) === yearOf(period));
  const isPaid = terms.component.subtract === 'paid';
  const unpaid = earlier.at(-1)?.unpaid ?? [];
  const offered = isPaid ? unpaid.filter(({ window }) => window !== null && period.from < window.stretch.to) : [];
  const wasCarried = ofYear.at(-1)?.carry ?? NOTHING;
  // Where there is nothing to hold them against, nobody asks what caps are (D106).
  const isHeld = lines.length > 0 || !isNothing(wasCarried) || offered.some(({ amount }) => !isNothing(amount));
  const limitOf = (name: Scope, stretch: Stretch) => (isHeld ? limits(terms, name, stretch) : null);
  const again = byWindow(offered.map(({ window, amount }) => line('carried-over', window, amount)));
  const own = partsOf([...lines, ...again], named);
  const above = cap?.above === undefined ? NOTHING : read(cap.above);
  const { carriedOver, removed, carry } = periodCap(
    limitOf('period', period),
    cap?.excess === 'later',
    [...lines, ...again],
    wasCarried,
    above,
  );
  const lastWindow = windowOf({ ...terms, closedOn: dayBefore(period.to) }, cadence);
  const parts = withCarried(withoutLatest(own, removed), carriedOver, lastWindow);
  const windows = parts.map((part) => ({
    ...part,
    amount: windowCap((stretch) => limitOf('window', stretch), earlier, part, above),
  }));
  const before = total(ofYear.map(({ amount: each }) => each));
  const amount = within(limitOf('year', calendarStretch(period.from, 'year')), before, sum(windows), above);
  const more = [
    line('carried-over', null, carriedOver),
    line('cap', null, negative(removed)),
    ...byWindow(
      parts.map(({ window, amount: paid }, at) =>
        line('window-cap', window, minus(windows[at]?.amount ?? NOTHING, paid)),
      ),
    ),
    line('year-cap', null, minus(amount, sum(windows))),
  ];
  const paid = isPaid ? withoutLatest(windows, minus(sum(windows), amount)) : windows;
  const left = isPaid ? removedOf(own, paid) : unpaid;
  const besides = [...again, ...more].filter(({ exact }) => !isNothing(exact));
  // Where nothing happens, what is offered and removed again is not worth a line.
  const isIdle = isPaid && lines.length === 0 && isNothing(total(besides.map(({ exact }) => exact)));
  const counted = isPositive(above) ? { windows: parts, amount: sum(windows) } : { windows: paid, amount };
  return { period, ...counted, carry, unpaid: left, lines: [...lines, ...(isIdle ? [] : besides)] };
}

/** Lines of one kind stand in the order of the names of their windows. */
export function byWindow<L extends Line>(lines: readonly L[]): readonly L[] {
  const id = ({ window }: L) => window?.id ?? '';
  return [...lines].sort((a, b) => (id(a) < id(b) ? -1 : id(a) > id(b) ? 1 : 0));
}

function yearOf({ from }: Stretch): string {
  return from.slice(0, 4);
}

function sum(parts: readonly Part[]): Ratio {
  return total(parts.map(({ amount }) => amount));
}

/** What each window earns, in the order of windows. */
function partsOf(lines: readonly Line[], named: Named): readonly Part[] {
  const windows = new Map(lines.map(({ window }) => [window?.key, window]));
  const parts = [...windows].map(([key, window]) => {
    return { window, amount: total(lines.filter((line) => line.window?.key === key).map(({ exact }) => exact)) };
  });
  const place = ({ window }: Part) => `${window?.stretch.from ?? ''} ${named(window)?.id ?? ''}`;
  return parts.sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
}

/** The period's own lines and what is carried may together come to the cap; more of the period's own is removed. */
function periodCap(limit: Ratio | null, isLater: boolean, lines: readonly Line[], carry: Ratio, above: Ratio) {
  // Where nothing is capped any more, what was removed before is paid.
  if (limit === null) return { carriedOver: carry, removed: NOTHING, carry: NOTHING };
  const own = total(lines.map(({ exact }) => exact));
  const removed = lostAbove(limit, own, above);
  const carriedOver = larger(NOTHING, smaller(carry, minus(limit, own)));
  const left = isLater ? removed : NOTHING;
  return { carriedOver, removed, carry: plus(minus(carry, carriedOver), left) };
}

/** What the period cap removed is taken from the latest window first. */
function withoutLatest(parts: readonly Part[], removed: Ratio): readonly Part[] {
  const last = parts.at(-1);
  if (last === undefined) return [];
  const taken = larger(NOTHING, smaller(last.amount, removed));
  const rest = withoutLatest(parts.slice(0, -1), minus(removed, taken));
  return [...rest, { ...last, amount: minus(last.amount, taken) }];
}

/** What is taken from each window between two moments. */
function removedOf(before: readonly Part[], after: readonly Part[]): readonly Part[] {
  return before.map(({ window, amount }) => {
    const left = after.find((part) => part.window?.key === window?.key)?.amount ?? NOTHING;
    return { window, amount: minus(amount, left) };
  });
}

/** What was carried over counts to the window that holds the last day of the pay period. */
function withCarried(parts: readonly Part[], carriedOver: Ratio, lastWindow: Window | null): readonly Part[] {
  if (isNothing(carriedOver)) return parts;
  const others = parts.filter(({ window }) => window?.key !== lastWindow?.key);
  const own = parts.filter(({ window }) => window?.key === lastWindow?.key);
  return [...others, { window: lastWindow, amount: plus(sum(own), carriedOver) }];
}

/** Running over the pay periods of a window; a deal and a rolling window are capped in their own pay period alone. */
function windowCap(
  limitOf: (stretch: Stretch) => Ratio | null,
  earlier: readonly Paid[],
  { window, amount }: Part,
  above: Ratio,
): Ratio {
  const parts = earlier.flatMap(({ windows }) => windows).filter((part) => part.window?.key === window?.key);
  return within(window === null ? null : limitOf(window.stretch), sum(parts), amount, above);
}

/**
 * What a cap leaves of an amount after what was held against it before; what is negative passes and gives room back. Under a soft cap
 * everything together loses its part of what exceeds the cap, so that what is negative goes back at the share that it came at.
 */
function within(limit: Ratio | null, before: Ratio, amount: Ratio, above: Ratio): Ratio {
  if (limit === null) return amount;
  if (isPositive(above)) {
    const lost = (calculated: Ratio) => lostAbove(limit, calculated, above);
    return minus(amount, minus(lost(plus(before, amount)), lost(before)));
  }
  if (!isPositive(amount)) return amount;
  return larger(NOTHING, smaller(amount, minus(limit, before)));
}

/** What of an amount a cap removes: what exceeds it, but for the share that is paid all the same. */
function lostAbove(limit: Ratio, amount: Ratio, above: Ratio): Ratio {
  return times(larger(NOTHING, minus(amount, limit)), minus(WHOLE, above));
}
