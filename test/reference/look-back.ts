import type { Book } from '@ledger/calculation';
import type { Component } from '@ledger/events';
import { calendarStretch, dayBefore, earlier, firstDayOf, payPeriodOf, rollingWindow, windowOn } from './calendar.ts';

/**
 * The first day of which a component asks, in any version, in any plan that the participant was ever assigned to: the year of the
 * first period, or the beginning of its window on the first day, of the window before that, of the window of a gate (D23).
 */
export function looksBackTo({ calendar, participant, plans }: Book, id: string): string {
  const first = firstDayOf(calendar.firstPeriod);
  const versions = participant.assignments.flatMap(({ plan }) => plans.get(plan)?.versions ?? []);
  const components = versions.flatMap(({ document }) => document.components[id] ?? []);
  const asked = components.flatMap(({ window, target, gates }) => [
    beginOf(window, first, calendar.cadence),
    ...(target === 'previous' ? [beginOfPrevious(window, first, calendar.cadence)] : []),
    ...gates.map((gate) => beginOf(gate.window, first, calendar.cadence)),
  ]);
  return asked.reduce(earlier, calendarStretch(first, 'year').from);
}

function beginOf(window: Component['window'], day: string, cadence: 'month' | 'quarter'): string {
  if (window === 'deal') return day;
  if (typeof window === 'string') return windowOn(day, window)?.from ?? day;
  return 'from' in window ? window.from : rollingWindow(payPeriodOf(day, cadence), window.rolling).from;
}

function beginOfPrevious(window: Component['window'], day: string, cadence: 'month' | 'quarter'): string {
  if (typeof window === 'object' && 'from' in window) return day;
  const begin = beginOf(window, day, cadence);
  return beginOf(window, dayBefore(begin), cadence);
}
