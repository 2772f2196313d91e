import type { Component, MeasuringWindow, RepeatingWindow } from '@ledger/events';
import type { CompiledComponent } from './compile.ts';
import { allLooksOf } from './looks.ts';
import {
  type Cadence,
  dayBefore,
  earliestOf,
  holds,
  type Interval,
  monthsAfter,
  monthsBefore,
  type Span,
  shared,
  windowOf,
  windowsIn,
} from './periods.ts';
import { repeatHolding, repeatOfYearBefore, repeatsIn } from './repeating.ts';

/** Over what credits add up (mechanics §5). */

/** Names what adds up: a component, in a window, by one measure in one unit, paid on one metric. */
export function windowKey(
  { id, document, paysElsewhere, anew }: CompiledComponent,
  window: Span,
  unit: string,
): string {
  const key = `${id}/${window.id}/${document.measure}/${unit}`;
  return `${key}${paysElsewhere ? `/${document.paysOn}` : ''}${anew === null ? '' : `/@${anew}`}`;
}

/** The window that a deal counts in; `null` where a window with dates of its own does not hold the closing date. */
export function windowHolding(window: MeasuringWindow, closedOn: string, cadence: Cadence, deal: string): Span | null {
  if (typeof window === 'string') {
    if (window !== 'deal') return windowOf(closedOn, window);
    const { from, to } = windowOf(closedOn, cadence);
    return { id: deal, from, to };
  }
  if ('rolling' in window) return rollingUpTo(windowOf(closedOn, cadence), window.rolling);
  if ('every' in window) return repeatHolding(window, closedOn);
  return holds(window, closedOn) ? dated(window) : null;
}

/** The months that end with a pay period, never fewer than the period itself. */
function rollingUpTo(period: Span, months: number): Span {
  const { from } = earlier({ ...period, from: monthsBefore(period.to, months) }, period);
  return { id: `${period.id}/${months}`, from, to: period.to };
}

function earlier<I extends Interval>(a: I, b: I): I {
  return a.from <= b.from ? a : b;
}

function dated({ from, to }: Interval): Span {
  return { id: `${from}/${to}`, from, to };
}

/** The window of the same kind just before; `null` where there is none: deals by themselves, windows with dates of their own. */
function windowBefore(window: MeasuringWindow, span: Span): Span | null {
  if (typeof window === 'string') return window === 'deal' ? null : windowOf(dayBefore(span.from), window);
  if ('every' in window) return repeatHolding(window, dayBefore(span.from)) ?? nothingBefore(window);
  if (!('rolling' in window)) return null;
  return dated({ from: monthsBefore(span.from, window.rolling), to: span.from });
}

/** Before the first of windows that follow each other nothing was measured. */
function nothingBefore({ from }: RepeatingWindow): Span {
  return dated({ from, to: from });
}

type Growth = 'previous' | 'prior-year';

/** Whether a target is what another window measured. */
export function isGrowth(target: Component['target']): target is Growth {
  return target === 'previous' || target === 'prior-year';
}

/** The window that growth is measured over: the one before, or the same one of the year before. */
export function windowGrownFrom(window: MeasuringWindow, span: Span, target: Growth): Span | null {
  if (target === 'previous') return windowBefore(window, span);
  if (typeof window === 'object' && 'every' in window) {
    return repeatOfYearBefore(window, span.from) ?? nothingBefore(window);
  }
  const from = monthsAfter(span.from, -12);
  if (typeof window === 'string') return window === 'deal' ? null : windowOf(from, window);
  return 'rolling' in window ? dated({ from, to: monthsAfter(span.to, -12) }) : null;
}

/** The windows of a component that share a day with an interval, as of its end; none for deals by themselves. */
export function windowsTouching(window: MeasuringWindow, interval: Interval, cadence: Cadence): readonly Span[] {
  if (typeof window === 'string') return window === 'deal' ? [] : windowsIn(interval, window);
  if ('rolling' in window) return [rollingUpTo(windowOf(dayBefore(interval.to), cadence), window.rolling)];
  if ('every' in window) return repeatsIn(window, interval);
  return shared(window, interval) === null ? [] : [dated(window)];
}

/** A pay period in which a window is looked at, and the date up to which: the end of whichever ends first. */
export interface Evaluation {
  readonly period: Span;
  readonly on: string;
}

/** When a window is evaluated: at the end of every pay period that begins before a date, within the window's own end. */
export function evaluationsOf(
  window: MeasuringWindow,
  span: Span,
  cadence: Cadence,
  upTo: string,
): readonly Evaluation[] {
  const periods = isByPeriod(window) ? [windowOf(dayBefore(span.to), cadence)] : windowsIn(span, cadence);
  return periods
    .filter((period) => period.from < upTo)
    .map((period) => ({ period, on: earliestOf(period.to, span.to) }));
}

/** Whether each pay period is a window of its own, so that nothing is rated again later. */
export function isByPeriod(window: MeasuringWindow): boolean {
  return window === 'deal' || (typeof window === 'object' && 'rolling' in window);
}

/**
 * The window of a gate as of a date: the one that holds the day before it, measured up to the date. `null`: it has not begun.
 */
export function gateWindowOn(window: MeasuringWindow, on: string, cadence: Cadence): Span | null {
  const day = dayBefore(on);
  if (typeof window === 'string') return windowOf(day, window === 'deal' ? cadence : window);
  if ('rolling' in window) return rollingUpTo(windowOf(day, cadence), window.rolling);
  if ('every' in window) return repeatHolding(window, day);
  return window.from < on ? dated(window) : null;
}

/**
 * The dates up to one at which a gate was looked at within its window: ends of pay periods, and of the component's own windows
 * where those are shorter. The date itself is the last.
 */
export function gateDates(
  component: MeasuringWindow,
  gateWindow: Span,
  on: string,
  cadence: Cadence,
): readonly string[] {
  const dates = new Set<string>();
  for (const { to } of windowsIn(gateWindow, cadence)) dates.add(to);
  for (const { to } of windowsTouching(component, gateWindow, cadence)) dates.add(to);
  return [...[...dates].filter((date) => date > gateWindow.from && date <= gateWindow.to && date < on).sort(), on];
}

/** The first day of a component's credits that is looked at, by itself or by another one, when the calendar begins on `from`. */
export function looksBackTo(
  components: Readonly<Record<string, Component>>,
  id: string,
  from: string,
  cadence: Cadence,
): string {
  const component = components[id];
  if (component === undefined) return from;
  const days = [windowOf(from, 'year').from, startOf(component.window, from, cadence)];
  if (isGrowth(component.target)) {
    const span = windowHolding(component.window, from, cadence, '');
    const first = span === null ? null : windowGrownFrom(component.window, span, component.target);
    if (first !== null) days.push(first.from);
  }
  for (const { look } of allLooksOf(component)) days.push(startOf(look.window, from, cadence));
  for (const { look } of Object.values(components).flatMap(allLooksOf)) {
    if (look.measures.some((each) => each.component === id)) days.push(startOf(look.window, from, cadence));
  }
  return earliestOf(from, ...days);
}

function startOf(window: MeasuringWindow, from: string, cadence: Cadence): string {
  if (typeof window === 'string') return window === 'deal' ? from : windowOf(from, window).from;
  if ('every' in window) return repeatHolding(window, from)?.from ?? window.from;
  if (!('rolling' in window)) return window.from;
  const { to } = windowOf(from, cadence);
  return earlier({ from: monthsBefore(to, window.rolling), to }, { from, to }).from;
}
