import type { AttainmentResult } from '@ledger/events';
import { div, type Exact, sign, sum, toText } from '@ledger/money';
import type { Book } from './book.ts';
import { type Earned, earn } from './earn.ts';
import type { ComponentInForce } from './in-force.ts';
import type { Credited } from './measured.ts';
import { dayBefore, earliestOf, type Interval, periodBounds, type Span, shared } from './periods.ts';
import { presenceIn } from './presence.ts';
import type { CalculationProblem } from './problem.ts';
import { targetOf } from './target.ts';
import { rollingCredits } from './window.ts';
import { windowKey, windowsTouching } from './windows.ts';

/** What a component has measured in a window. */
export interface Measured {
  readonly inForce: ComponentInForce;
  readonly window: Span;
  readonly unit: string;
}

/**
 * Attainment of everything that the participant's plans measure, in the windows that touch the period, as of the period's end: the
 * measured amount over the target, an exact ratio, `null` where there is no target or it is not above 0. Ask with any period or window id.
 * Deals that stand by themselves have none.
 */
export function attainments(
  book: Book,
  period: string,
): { readonly results: readonly AttainmentResult[]; readonly problems: readonly CalculationProblem[] } {
  const earned = earn(book, periodBounds(period).to);
  return { results: attainmentsOf(book, earned, period), problems: earned.problems };
}

/** The same from what has been earned up to the end of the period. */
export function attainmentsOf(book: Book, earned: Earned, period: string): readonly AttainmentResult[] {
  const bounds = periodBounds(period);
  return measuredIn(book, earned, bounds).map(([key, each]) => resultOf(book, earned, bounds, key, each));
}

/** What the participant's plans measure in the windows that touch a period, by the key of the window. */
export function measuredIn(book: Book, earned: Earned, bounds: Interval): readonly (readonly [string, Measured])[] {
  const measured = new Map<string, Measured>();
  for (const [key, { window, unit, credits }] of earned.windows) {
    const inForce = credits[credits.length - 1]?.inForce ?? credits[0].inForce;
    const { window: kind } = inForce.component.document;
    const isAsOfNow = typeof kind === 'string' || !('rolling' in kind) || window.to === bounds.to;
    if (kind !== 'deal' && isAsOfNow && shared(window, bounds) !== null) measured.set(key, { inForce, window, unit });
  }
  for (const inForce of earned.inForceOn(lastDayOf(book, bounds.to))) {
    if (inForce.metric === null) continue;
    const { document } = inForce.component;
    const { unit: kind } = inForce.metric.version.document;
    const unit = kind === 'money' ? inForce.planVersion.document.currency : 'number';
    for (const window of windowsTouching(document.window, bounds, book.calendar.cadence)) {
      const key = windowKey(inForce.component, window, unit);
      if (!measured.has(key)) measured.set(key, { inForce, window, unit });
    }
  }
  return [...measured].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The last day of the period on which the participant was there. */
function lastDayOf({ participant }: Book, to: string): string {
  const end = participant.endsOn !== null && participant.endsOn < to ? participant.endsOn : to;
  return dayBefore(end);
}

/** What was credited in a window, in the order of credits. */
function creditsIn(
  { windows, credited }: Earned,
  key: string,
  { inForce, window, unit }: Measured,
): readonly Credited[] {
  const { id, document } = inForce.component;
  const isRolling = typeof document.window === 'object' && 'rolling' in document.window;
  return isRolling ? rollingCredits(inForce, window, unit, credited.get(id) ?? []) : (windows.get(key)?.credits ?? []);
}

/** How far somebody has come in a window, as of the end of a period. */
export interface Reached {
  readonly credits: readonly Credited[];
  readonly credited: Exact;
  /** The day that it speaks of: the end of the period, or of the window before it. */
  readonly on: string;
  /** `null` where there is none. */
  readonly target: Exact | null;
}

export function reachedIn(book: Book, earned: Earned, bounds: Interval, key: string, measured: Measured): Reached {
  const { inForce, window, unit } = measured;
  const credits = creditsIn(earned, key, measured);
  const on = earliestOf(bounds.to, window.to);
  const found = targetOf(book, inForce, window, on, unit, earned.measures, presenceIn(book, inForce, window));
  return {
    credits,
    credited: sum(credits.map(({ weighed }) => weighed.measure.credited)),
    on,
    target: 'code' in found ? null : found.value,
  };
}

function resultOf(book: Book, earned: Earned, bounds: Interval, key: string, measured: Measured): AttainmentResult {
  const { inForce, window, unit } = measured;
  const { id, document } = inForce.component;
  const { credited, target: value } = reachedIn(book, earned, bounds, key, measured);
  return {
    component: id,
    metric: document.measure,
    window: window.id,
    unit,
    credited: toText(credited),
    quota: value === null ? null : toText(value),
    attainment: value === null || sign(value) <= 0 ? null : toText(div(credited, value)),
  };
}
