import type { MeasuringWindow } from '@ledger/events';

/** Dates are ISO text; every stretch of time holds its first day and not the day `to`. */
export interface Stretch {
  readonly from: string;
  readonly to: string;
}

export type Cadence = 'month' | 'quarter';

export function isWithin({ from, to }: { readonly from: string; readonly to: string | null }, date: string): boolean {
  return from <= date && (to === null || date < to);
}

export function days({ from, to }: Stretch): number {
  const length = (Date.parse(to) - Date.parse(from)) / 86_400_000;
  return Math.max(0, length);
}

/** The few hundred days of all stories are asked about again and again. */
function keptByDay<A>(answer: (date: string) => A): (date: string) => A {
  const known = new Map<string, A>();
  return (date) => {
    const is = known.get(date) ?? answer(date);
    known.set(date, is);
    return is;
  };
}

export const dayBefore = keptByDay((date) => new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10));

export function earlier(a: string, b: string): string {
  return a < b ? a : b;
}

export function later(a: string, b: string): string {
  return a < b ? b : a;
}

/** The days that two stretches share; `from` is not before `to` where there are none. */
export function shared(a: Stretch, b: Stretch): Stretch {
  return { from: later(a.from, b.from), to: earlier(a.to, b.to) };
}

/** The first day of the month that lies a number of months after that of the date. */
export function monthsLater(date: string, months: number): string {
  const month = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + months;
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`;
}

const MONTHS = { month: 1, quarter: 3, half: 6, year: 12 } as const;

const stretchOf = (length: number) =>
  keptByDay((date): Stretch => {
    const month = Number(date.slice(5, 7)) - 1;
    const from = monthsLater(date, -(month % length));
    return { from, to: monthsLater(from, length) };
  });

const STRETCHES = {
  month: stretchOf(MONTHS.month),
  quarter: stretchOf(MONTHS.quarter),
  half: stretchOf(MONTHS.half),
  year: stretchOf(MONTHS.year),
} as const;

/** The month, quarter, half or year that holds a date. */
export function calendarStretch(date: string, kind: keyof typeof MONTHS): Stretch {
  return STRETCHES[kind](date);
}

export function payPeriodOf(date: string, cadence: Cadence): Stretch {
  return calendarStretch(date, cadence);
}

/** `2026-01`, `2026-Q1`. */
export function payPeriodId(period: Stretch, cadence: Cadence): string {
  const month = Number(period.from.slice(5, 7));
  return cadence === 'month' ? period.from.slice(0, 7) : `${period.from.slice(0, 4)}-Q${(month + 2) / 3}`;
}

/** The first day of `2026-01` or `2026-Q1`. */
export function firstDayOf(periodId: string): string {
  const quarter = /^([0-9]{4})-Q([1-4])$/.exec(periodId);
  if (quarter === null) return `${periodId}-01`;
  return `${quarter[1]}-${String(Number(quarter[2]) * 3 - 2).padStart(2, '0')}-01`;
}

/** Pay periods that begin on or after the day that the first of them begins, and before `upTo`. */
export function payPeriods(from: string, upTo: string, cadence: Cadence): readonly Stretch[] {
  const list: Stretch[] = [];
  for (let period = payPeriodOf(from, cadence); period.from < upTo; period = payPeriodOf(period.to, cadence)) {
    list.push(period);
  }
  return list;
}

/** Of the windows that follow each other from a day on the one that holds a date (D250). */
function repeated({ every, from: first }: Extract<MeasuringWindow, { every: unknown }>, date: string): Stretch | null {
  let from = first;
  let months = 0;
  for (let at = 0; from <= date; at += 1) {
    const { count, unit } = every[at % every.length] ?? { count: 1, unit: 'weeks' };
    months += unit === 'months' ? count : 0;
    const to = unit === 'weeks' ? after(from, 7 * count) : sameDayLater(first, months);
    if (date < to) return { from, to };
    from = to;
  }
  return null;
}

/** The window of the same kind that holds the day 12 months before, of weeks 52 weeks before (D238, D250). */
export function windowOfYearBefore(from: string, window: MeasuringWindow): Stretch | null {
  const isOfWeeks = typeof window === 'object' && 'every' in window && window.every[0]?.unit === 'weeks';
  return windowOn(isOfWeeks ? after(from, -364) : sameDayLater(from, -12), window);
}

function after(date: string, count: number): string {
  return new Date(Date.parse(date) + count * 86_400_000).toISOString().slice(0, 10);
}

/** The same day of a later month, or its last. */
function sameDayLater(date: string, months: number): string {
  const month = monthsLater(date, months).slice(0, 8);
  const last = dayBefore(monthsLater(date, months + 1)).slice(8);
  return `${month}${earlier(date.slice(8), last)}`;
}

/**
 * The window in which a date counts; `null` where a plan-defined window does not hold it. A window `deal` or `rolling` is not a
 * stretch of the calendar and is not asked for here.
 */
export function windowOn(date: string, window: MeasuringWindow): Stretch | null {
  if (typeof window === 'object') {
    if ('rolling' in window) throw new TypeError('a rolling window ends with a pay period');
    if ('every' in window) return repeated(window, date);
    return isWithin(window, date) ? { from: window.from, to: window.to } : null;
  }
  if (window === 'deal') throw new TypeError('a deal is no stretch of time');
  if (window !== 'half-month') return calendarStretch(date, window);
  const month = calendarStretch(date, 'month');
  const middle = `${date.slice(0, 7)}-16`;
  return date < middle ? { from: month.from, to: middle } : { from: middle, to: month.to };
}

/** That many months, the last of which ends with the pay period. */
export function rollingWindow(period: Stretch, months: number): Stretch {
  return { from: monthsLater(period.to, -months), to: period.to };
}
