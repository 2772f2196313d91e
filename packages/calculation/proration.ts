import type { Counting } from '@ledger/events';
import { div, type Exact, exact, fraction, isZero, min, mul, ONE, sum, toDecimalText, toText } from '@ledger/money';
import { dayAfter, daysIn, earliestOf, type Interval, latestOf } from './periods.ts';

/**
 * Shares of a stretch of days (mechanics §8). One function for each way to count; all of them add up: what two stretches count that
 * follow each other is what both count together.
 */

/** Calendar days of the real year, exact, the day of a change to the new. */
export const CALENDAR_DAYS: Counting = {
  by: 'calendar-days',
  of: 'actual',
  decidingDay: 15,
  changeDay: 'new',
  roundShare: null,
  roundAmount: null,
};

/** What is counted in [from, to): days, or months. */
export function counted({ by, decidingDay }: Counting, stretch: Interval, holidays: readonly string[]): number {
  switch (by) {
    case 'calendar-days':
      return daysIn(stretch);
    case 'working-days':
      return workingDays(stretch, holidays);
    case 'whole-months':
      return wholeMonths(stretch, decidingDay);
    case '30-360':
      return daysOf30(stretch);
    default:
      return by satisfies never;
  }
}

/** Monday to Friday, without holidays. */
export function workingDays(stretch: Interval, holidays: readonly string[]): number {
  const free = holidays.filter((day) => stretch.from <= day && day < stretch.to && weekday(day) < 5).length;
  return weekdaysBefore(stretch.to) - weekdaysBefore(stretch.from) - free;
}

/** 0 for Monday to 6 for Sunday. */
function weekday(date: string): number {
  return (((dayNumber(date) + 3) % 7) + 7) % 7;
}

/** Weekdays before a date, since the Monday before 1970-01-01. */
function weekdaysBefore(date: string): number {
  const days = dayNumber(date) + 3;
  return Math.floor(days / 7) * 5 + Math.min(weekday(date), 5);
}

function dayNumber(date: string): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / 86_400_000);
}

/** Months whose deciding day lies in the stretch; a month that is too short for it is decided on its last day. */
function wholeMonths({ from, to }: Interval, decidingDay: number): number {
  return Math.max(0, monthsDecidedBefore(to, decidingDay) - monthsDecidedBefore(from, decidingDay));
}

function monthsDecidedBefore(date: string, decidingDay: number): number {
  const year = Number(date.slice(0, 4));
  const month = Number(date.slice(5, 7));
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return year * 12 + month - 1 + (Number(date.slice(8)) > Math.min(decidingDay, last) ? 1 : 0);
}

/** Every month has 30 days: a 31st counts nothing, the last day of February the days that it lacks. */
function daysOf30({ from, to }: Interval): number {
  return Math.max(0, placeOf30(to) - placeOf30(from));
}

function placeOf30(date: string): number {
  const day = Math.min(Number(date.slice(8)) - 1, 30);
  return Number(date.slice(0, 4)) * 360 + (Number(date.slice(5, 7)) - 1) * 30 + day;
}

/** Part of an interval, and what it counts of it. */
export interface Part {
  readonly counted: number;
  /** What is counted in the whole, or the days that a year is said to have. */
  readonly whole: Exact;
  /** Rounded, where shares are. */
  readonly share: Exact;
}

/** The share of an interval that parts of it take; all of it is 1. */
export function partOf(
  counting: Counting,
  parts: readonly Interval[],
  interval: Interval,
  holidays: readonly string[],
): Part {
  const rule = inEffect(counting, interval, holidays);
  const own = parts.reduce((total, part) => total + counted(rule, part, holidays), 0);
  const whole = wholeOf(rule, interval, holidays);
  if (own === counted(rule, interval, holidays)) return { counted: own, whole, share: ONE };
  return { counted: own, whole, share: roundedShare(min(ONE, div(number(own), whole)), counting) };
}

/** The rule by which an interval is counted: where it counts nothing in all of it, calendar days are. */
export function inEffect(counting: Counting, interval: Interval, holidays: readonly string[]): Counting {
  if (counting.by === 'calendar-days' || counted(counting, interval, holidays) > 0) return counting;
  return { ...counting, by: 'calendar-days', of: 'actual' };
}

/** What a share of an interval is of: what is counted in it, or its part of the days that a year is said to have. */
export function wholeOf(counting: Counting, interval: Interval, holidays: readonly string[]): Exact {
  if (counting.of === 'actual') return number(counted(counting, interval, holidays));
  return mul(exact(counting.of), yearsIn(interval));
}

export function number(count: number): Exact {
  return fraction(BigInt(count), 1n);
}

/** Twelfths of a year for months, halves of those for half-months. */
function yearsIn(interval: Interval): Exact {
  return fraction(BigInt(Math.max(1, daysOf30(interval))), 360n);
}

/** To decimals of a percentage, half-up, where the counting says so. */
export function roundedShare(share: Exact, { roundShare }: Counting): Exact {
  if (roundShare === null || isZero(share)) return share;
  const hundred = fraction(100n, 1n);
  return div(exact(toDecimalText(mul(share, hundred), roundShare, 'half-up')), hundred);
}

/** A prorated amount to a multiple of what the counting says, half-up. */
export function roundedAmount(amount: Exact, { roundAmount }: Counting): Exact {
  if (roundAmount === null) return amount;
  const unit = exact(roundAmount);
  return mul(exact(toDecimalText(div(amount, unit), 0, 'half-up')), unit);
}

/** An amount that holds over part of an interval. */
export interface Stage extends Interval {
  readonly amount: Exact;
}

/** An amount and the days on which it holds, counted together. */
export interface Blended extends Part {
  readonly amount: Exact;
  readonly days: readonly Interval[];
}

/** What stages come to over an interval: Σ amount × share (mechanics §8, blend); days of the same amount are one share. */
export function blended(
  counting: Counting,
  stages: readonly Stage[],
  interval: Interval,
  holidays: readonly string[],
): { readonly value: Exact; readonly parts: readonly Blended[] } {
  const byAmount = Map.groupBy(stages, ({ amount }) => toText(amount));
  const parts = [...byAmount.values()].flatMap((days): readonly Blended[] => {
    const [first] = days;
    return first === undefined
      ? []
      : [{ amount: first.amount, days: within(days, interval), ...partOf(counting, days, interval, holidays) }];
  });
  return { value: sum(parts.map(({ amount, share }) => mul(amount, share))), parts };
}

/** Stages cut at a date. */
export function before(stages: readonly Stage[], date: string): readonly Stage[] {
  return stages.flatMap((stage) => (stage.from >= date ? [] : [{ ...stage, to: earliestOf(stage.to, date) }]));
}

/** The first day on which a change holds: the day itself, or the one after it where the day belongs to the old. */
export function changesOn(from: string, { changeDay }: Counting): string {
  return changeDay === 'new' ? from : dayAfter(from);
}

/** The parts of intervals that lie in another one, joined where they meet; in order. */
export function within(intervals: readonly Interval[], { from, to }: Interval): readonly Interval[] {
  const inside = intervals
    .map((each) => ({ from: latestOf(each.from, from), to: earliestOf(each.to, to) }))
    .filter((each) => each.from < each.to)
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const joined: Interval[] = [];
  for (const each of inside) {
    const last = joined.at(-1);
    if (last === undefined || each.from > last.to) joined.push(each);
    else if (each.to > last.to) joined[joined.length - 1] = { from: last.from, to: each.to };
  }
  return joined;
}

/** Intervals without the days of others. */
export function without(intervals: readonly Interval[], others: readonly Interval[]): readonly Interval[] {
  return others.reduce<readonly Interval[]>(
    (left, other) =>
      left.flatMap(({ from, to }) =>
        [
          { from, to: earliestOf(to, other.from) },
          { from: latestOf(from, other.to), to },
        ].filter((each) => each.from < each.to),
      ),
    intervals,
  );
}
