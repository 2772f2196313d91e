import type { Book } from '@ledger/calculation';
import type { Component, Look } from '@ledger/events';
import { calendarStretch, dayBefore, earlier, firstDayOf, payPeriodOf, rollingWindow, windowOn } from './calendar.ts';
import { once } from './once.ts';

/**
 * The first day of which a component asks, in any version, in any plan that the participant was ever assigned to: the year of the
 * first period, or the beginning of its window on the first day, of the window before that, of the window of a gate
 * or of anything else that it looks at, or that looks at it (D23).
 */
export function looksBackTo(book: Book, id: string): string {
  return once(book, `looks back: ${id}`, () => lookedBackTo(book, id));
}

function lookedBackTo({ calendar, participant, plans }: Book, id: string): string {
  const first = firstDayOf(calendar.firstPeriod);
  const versions = participant.assignments.flatMap(({ plan }) => plans.get(plan)?.versions ?? []);
  const components = versions.flatMap(({ document }) => document.components[id] ?? []);
  const gates = versions.flatMap(({ document }) => Object.values(document.components).flatMap((each) => each.gates));
  const atThis = gates.filter(({ measures }) => measures.some(({ component }) => component === id));
  const asked = components.flatMap((component) => [
    beginOf(component.window, first, calendar.cadence),
    ...(component.target === 'previous' ? [beginOfPrevious(component.window, first, calendar.cadence)] : []),
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
  return 'from' in window ? window.from : rollingWindow(payPeriodOf(day, cadence), window.rolling).from;
}

function beginOfPrevious(window: Component['window'], day: string, cadence: 'month' | 'quarter'): string {
  if (typeof window === 'object' && 'to' in window) return day;
  const begin = beginOf(window, day, cadence);
  return beginOf(window, dayBefore(begin), cadence);
}
