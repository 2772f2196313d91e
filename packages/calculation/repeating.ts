import type { RepeatingWindow } from '@ledger/events';
import { dayBefore, daysAfter, daysIn, type Interval, latestOf, monthsAfter, type Span } from './periods.ts';

/** Windows that follow each other from a day on, of weeks or of months: fiscal quarters, 4-4-5 weeks, a year from somebody's first day. */

/** The window that holds a date; `null` before the first one begins. */
export function repeatHolding(window: RepeatingWindow, date: string): Span | null {
  if (date < window.from) return null;
  let at = firstOf(window, date);
  let to = beginning(window, at + 1);
  while (to <= date) {
    at += 1;
    to = beginning(window, at + 1);
  }
  return named(window, { from: beginning(window, at), to });
}

/** The windows that share a day with an interval, in order. */
export function repeatsIn(window: RepeatingWindow, interval: Interval): readonly Span[] {
  const found: Span[] = [];
  const first = latestOf(interval.from, window.from);
  for (let at = repeatHolding(window, first); at !== null && at.from < interval.to; at = repeatHolding(window, at.to)) {
    found.push(at);
  }
  return found;
}

/** The window of the year before that a window is compared with: a year of months, or 52 weeks, earlier. */
export function repeatOfYearBefore(window: RepeatingWindow, from: string): Span | null {
  return repeatHolding(window, inWeeks(window) ? daysAfter(from, -364) : monthsAfter(from, -12));
}

/** Whole months are named by the first and the last of them, `2026-02/2026-04`, and quotas give them their months; others by their days. */
function named(window: RepeatingWindow, { from, to }: Interval): Span {
  const id = isOfMonths(window) ? `${from.slice(0, 7)}/${dayBefore(to).slice(0, 7)}` : `${from}/${to}`;
  return { id, from, to };
}

/** Whether every window is made of months of the calendar. */
function isOfMonths(window: RepeatingWindow): boolean {
  return !inWeeks(window) && window.from.endsWith('-01');
}

function inWeeks({ every }: RepeatingWindow): boolean {
  return every[0]?.unit === 'weeks';
}

/** The first day of the n-th window. */
function beginning(window: RepeatingWindow, n: number): string {
  const { every, from } = window;
  const rounds = Math.floor(n / every.length);
  const length = rounds * lengthOf(every) + lengthOf(every.slice(0, n % every.length));
  return inWeeks(window) ? daysAfter(from, 7 * length) : monthsAfter(from, length);
}

/** A window that begins on or before the date, not far from it: the first one of a round of the list. */
function firstOf(window: RepeatingWindow, date: string): number {
  const { every, from } = window;
  const round = lengthOf(every) * (inWeeks(window) ? 7 : 31);
  return Math.floor(daysIn({ from, to: date }) / round) * every.length;
}

function lengthOf(parts: RepeatingWindow['every']): number {
  return parts.reduce((total, { count }) => total + count, 0);
}
