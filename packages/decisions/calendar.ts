import { fields } from '@ledger/events';
import type { Problem } from '@ledger/kernel';
import { refuse, shown } from './produce.ts';

export type Cadence = 'month' | 'quarter';

const PERIOD = /^([0-9]{4})-(?:(0[1-9]|1[0-2])|Q([1-4]))$/;

/** Whether a text names a month (`2026-01`) or a quarter (`2026-Q1`) between 1970 and 2199. */
export function isPeriod(text: string): boolean {
  return PERIOD.test(text) && fields.isDate(periodBounds(text).from);
}

/** How long the period of this name is. Throws on a text that names none; ask `isPeriod` first. */
export function cadenceOf(period: string): Cadence {
  return partsOf(period).months === 3 ? 'quarter' : 'month';
}

/** The days [from, to) of a period: `2026-Q1` is [2026-01-01, 2026-04-01). Throws on a text that names no period. */
export function periodBounds(period: string): { readonly from: string; readonly to: string } {
  const { year, month, months } = partsOf(period);
  const end = month + months;
  return { from: firstDay(year, month), to: end > 12 ? firstDay(year + 1, end - 12) : firstDay(year, end) };
}

function partsOf(period: string): { year: number; month: number; months: number } {
  const match = PERIOD.exec(period);
  if (match === null) throw new TypeError(`not a period: ${shown(period)}`);
  const [, year, month, quarter] = match;
  return quarter === undefined
    ? { year: Number(year), month: Number(month), months: 1 }
    : { year: Number(year), month: Number(quarter) * 3 - 2, months: 3 };
}

function firstDay(year: number, month: number): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-01`;
}

/** Refuses a period that is not of the calendar's length. */
export function checkCadence(period: string, cadence: Cadence, field: string): Problem | undefined {
  if (isPeriod(period) && cadenceOf(period) === cadence) return undefined;
  const like = cadence === 'month' ? '2026-01' : '2026-Q1';
  const message = `The period ${shown(period)} is not a ${cadence} between 1970 and 2199; the calendar closes by ${cadence}, write one as ${like}.`;
  return refuse('period_unknown', message, field);
}

/** The same, and one before the first of the calendar. */
export function checkInCalendar(
  period: string,
  { cadence, firstPeriod }: { readonly cadence: Cadence; readonly firstPeriod: string },
  field: string,
): Problem | undefined {
  const wrong = checkCadence(period, cadence, field);
  if (wrong !== undefined) return wrong;
  // What the calendar begins with may be of another length: then it says nothing about this one.
  if (!isPeriod(firstPeriod) || period >= firstPeriod) return undefined;
  const message = `Period ${period} is before ${firstPeriod}, the first of the calendar; name that one or a later one.`;
  return refuse('period_unknown', message, field);
}
