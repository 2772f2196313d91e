import type { CalendarEntry } from './book.ts';

/**
 * Calendar arithmetic on ISO dates as text: they compare as they sort, and no time zone can move them. Every interval is half-open,
 * [from, to) (domain.md §2).
 */
export type Cadence = 'month' | 'quarter';
export type WindowKind = 'half-month' | 'month' | 'quarter' | 'half' | 'year';

export interface Interval {
  readonly from: string;
  readonly to: string;
}
/** A pay period, `2026-01` or `2026-Q1`, or a window, which may also be `2026-01-1`, `2026-H1` or `2026`. */
export interface Span extends Interval {
  readonly id: string;
}

type WholeMonths = Exclude<WindowKind, 'half-month'>;
const MONTHS: Readonly<Record<WholeMonths, number>> = { month: 1, quarter: 3, half: 6, year: 12 };

/**
 * The interval of `2026-01`, `2026-Q1`, `2026`, or of a half-month `2026-01-1` or half-year `2026-H1`. Throws on any other text: ids
 * are checked where they come in.
 */
export function periodBounds(id: string): Interval {
  const match = /^([0-9]{4})(?:-(?:Q([1-4])|H([12])|(0[1-9]|1[0-2])(?:-([12]))?))?$/.exec(id);
  if (match === null) throw new RangeError(`${JSON.stringify(id)} is not a period; write 2026-01, 2026-Q1 or 2026`);
  const year = Number(match[1]);
  if (match[2] !== undefined) return spanOf(year, (Number(match[2]) - 1) * 3, 'quarter');
  if (match[3] !== undefined) return spanOf(year, (Number(match[3]) - 1) * 6, 'half');
  if (match[5] !== undefined) return halfOf(spanOf(year, Number(match[4]) - 1, 'month'), match[5] === '1');
  if (match[4] !== undefined) return spanOf(year, Number(match[4]) - 1, 'month');
  return spanOf(year, 0, 'year');
}

/** The calendar's periods from the first one up to `upTo`: those that begin before it. */
export function periodsFrom(
  calendar: Pick<CalendarEntry, 'cadence'>,
  firstPeriod: string,
  upTo: string,
): readonly Span[] {
  const spans: Span[] = [];
  let span = windowOf(periodBounds(firstPeriod).from, calendar.cadence);
  while (span.from < upTo) {
    spans.push(span);
    span = windowOf(span.to, calendar.cadence);
  }
  return spans;
}

/** The pay period that holds a date. */
export function periodOf(date: string, cadence: Cadence): string {
  return windowOf(date, cadence).id;
}

const KNOWN: Readonly<Record<WholeMonths, Map<string, Span>>> = {
  month: new Map(),
  quarter: new Map(),
  half: new Map(),
  year: new Map(),
};

/** The window that holds a date. */
export function windowOf(date: string, kind: WindowKind): Span {
  if (kind === 'half-month') return halfOf(windowOf(date, 'month'), date.slice(8) < FIRST_OF_SECOND_HALF);
  // Months are few and dates are many; the table is bounded by the calendar of dates that events may carry (1970 to 2199).
  const month = date.slice(0, 7);
  const known = KNOWN[kind].get(month);
  if (known !== undefined) return known;
  const index = Number(month.slice(5)) - 1;
  const span = spanOf(Number(month.slice(0, 4)), index - (index % MONTHS[kind]), kind);
  KNOWN[kind].set(month, span);
  return span;
}

/** The windows of a kind that share a day with an interval, in order. */
export function windowsIn({ from, to }: Interval, kind: WindowKind): readonly Span[] {
  const spans: Span[] = [];
  for (let span = windowOf(from, kind); span.from < to; span = windowOf(span.to, kind)) spans.push(span);
  return spans;
}

/** Whether a window has dates of its own, and is no calendar interval or run of them. */
export function isDated(window: Span): boolean {
  return window.id === `${window.from}/${window.to}`;
}

/** Half-months in [from, to), which begins and ends on a 1st or a 16th. */
export function halfMonthsIn({ from, to }: Interval): number {
  return halfMonthNumber(to) - halfMonthNumber(from);
}

/** The first day of the month that is so many months before the one of the date. */
export function monthsBefore(date: string, months: number): string {
  const month = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 - months;
  return `${Math.floor(month / 12)}-${two((month % 12) + 1)}-01`;
}

/** The part that two intervals share; `null` when they share no day. */
export function shared(a: Interval, b: Interval): Interval | null {
  const { from } = a.from > b.from ? a : b;
  const { to } = a.to < b.to ? a : b;
  return from < to ? { from, to } : null;
}

/** The earliest of some dates. */
export function earliestOf(first: string, ...others: readonly string[]): string {
  let earliest = first;
  for (const date of others) if (date < earliest) earliest = date;
  return earliest;
}

/** The latest of some dates. */
export function latestOf(first: string, ...others: readonly string[]): string {
  let latest = first;
  for (const date of others) if (date > latest) latest = date;
  return latest;
}

/** Whether [from, to) holds the date; no `to` means without end. */
export function holds(interval: { readonly from: string; readonly to: string | null }, date: string): boolean {
  return interval.from <= date && (interval.to === null || date < interval.to);
}

/** Days in [from, to); 0 when `to` is not after `from`. */
export function daysIn({ from, to }: Interval): number {
  return Math.max(0, dayNumber(to) - dayNumber(from));
}

/** Ends of windows are many, and few of them differ; the table is bounded as that of windows is. */
const DAYS_BEFORE = new Map<string, string>();

/** The day before a date. */
export function dayBefore(date: string): string {
  const day = DAYS_BEFORE.get(date) ?? daysAfter(date, -1);
  DAYS_BEFORE.set(date, day);
  return day;
}

/** The day after a date. */
export function dayAfter(date: string): string {
  return daysAfter(date, 1);
}

/** So many days after a date. */
export function daysAfter(date: string, days: number): string {
  return new Date((dayNumber(date) + days) * 86_400_000).toISOString().slice(0, 10);
}

/** The same day so many months later, or the last day of a month that is too short for it. */
export function monthsAfter(date: string, months: number): string {
  const month = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + months;
  const year = Math.floor(month / 12);
  const last = new Date(Date.UTC(year, (month % 12) + 1, 0)).getUTCDate();
  return `${year}-${two((month % 12) + 1)}-${two(Math.min(Number(date.slice(8)), last))}`;
}

/** Days since 1970-01-01. */
function dayNumber(date: string): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / 86_400_000);
}

const FIRST_OF_SECOND_HALF = '16';

function halfMonthNumber(date: string): number {
  const months = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7));
  return months * 2 + (date.slice(8) < FIRST_OF_SECOND_HALF ? 0 : 1);
}

/** The 1st to the 15th of a month, or the rest of it. */
function halfOf({ id, from, to }: Span, first: boolean): Span {
  const middle = `${from.slice(0, 8)}${FIRST_OF_SECOND_HALF}`;
  return first ? { id: `${id}-1`, from, to: middle } : { id: `${id}-2`, from: middle, to };
}

function spanOf(year: number, month: number, kind: WholeMonths): Span {
  const next = month + MONTHS[kind];
  const names = { month: two(month + 1), quarter: `Q${month / 3 + 1}`, half: `H${month / 6 + 1}` };
  return {
    id: kind === 'year' ? `${year}` : `${year}-${names[kind]}`,
    from: `${year}-${two(month + 1)}-01`,
    to: next < 12 ? `${year}-${two(next + 1)}-01` : `${year + 1}-01-01`,
  };
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}
