import type { Book } from '@ledger/calculation';
import type { Component, Look } from '@ledger/events';
import {
  calendarStretch,
  dayBefore,
  earlier,
  firstDayOf,
  monthsLater,
  payPeriodOf,
  rollingWindow,
  windowOfYearBefore,
  windowOn,
} from './calendar.ts';
import { once } from './once.ts';

/**
 * The first day of which a component asks, in any version, in any plan that the participant was ever assigned to: the year of the
 * first period, or the beginning of its window on the first day, of the window before that or of a year before, of the window of a
 * gate or of anything else that it looks at, or that looks at it (D23, D238).
 */
export function looksBackTo(book: Book, id: string): string {
  return once(book, `looks back: ${id}`, () => lookedBackTo(book, id));
}

function lookedBackTo({ calendar, participant, plans }: Book, id: string): string {
  const first = firstDayOf(calendar.firstPeriod);
  const versions = participant.assignments.flatMap(({ plan }) => plans.get(plan)?.versions ?? []);
  const components = versions.flatMap(({ document }) => document.components[id] ?? []);
  const all = versions.flatMap(({ document }) => Object.values(document.components));
  const looks: readonly Look[] = all.flatMap((each) => [...each.gates, ...looksOf(each)]);
  const atThis = looks.filter(({ measures }) => measures.some(({ component }) => component === id));
  const asked = components.flatMap((component) => [
    beginOf(component.window, first, calendar.cadence),
    ...(component.target === 'previous' ? [beginOfPrevious(component.window, first, calendar.cadence)] : []),
    ...(component.target === 'prior-year' ? [beginOfLastYear(component.window, first, calendar.cadence)] : []),
    ...[...component.gates, ...looksOf(component), ...atThis].map(({ window }) =>
      beginOf(window, first, calendar.cadence),
    ),
  ]);
  return asked.reduce(earlier, calendarStretch(first, 'year').from);
}

/** Where a component looks beside its own window and its gates. */
export function looksOf({ tierOf, columns, multiplyEarning }: Component): readonly Look[] {
  const picks = [tierOf, columns?.by].flatMap((by) => (by !== undefined && 'look' in by ? [by.look] : []));
  return [...picks, ...multiplyEarning.flatMap((each) => ('look' in each ? [each.look] : []))];
}

function beginOf(window: Component['window'], day: string, cadence: 'month' | 'quarter'): string {
  if (window === 'deal') return day;
  if (typeof window === 'string') return windowOn(day, window)?.from ?? day;
  if ('every' in window) return windowOn(day, window)?.from ?? window.from;
  if ('from' in window) return window.from;
  const period = payPeriodOf(day, cadence);
  return earlier(period.from, rollingWindow(period, window.rolling).from);
}

function beginOfPrevious(window: Component['window'], day: string, cadence: 'month' | 'quarter'): string {
  if (typeof window === 'object' && 'to' in window) return day;
  const begin = beginOf(window, day, cadence);
  if (typeof window === 'object' && 'rolling' in window) return monthsLater(begin, -window.rolling);
  return beginOf(window, dayBefore(begin), cadence);
}

/** A rolling window is looked at by its own dates. */
function beginOfLastYear(window: Component['window'], day: string, cadence: 'month' | 'quarter'): string {
  if (window === 'deal' || (typeof window === 'object' && 'to' in window)) return day;
  const begin = beginOf(window, day, cadence);
  if (typeof window === 'object' && 'rolling' in window) return monthsLater(begin, -12);
  // Where the first of windows that follow each other is later, it is that one.
  return windowOfYearBefore(begin, window)?.from ?? (typeof window === 'object' ? window.from : day);
}
