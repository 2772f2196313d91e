import type { Book } from '@ledger/calculation';
import type { Ramp } from '@ledger/events';
import { calendarStretch, days, monthsLater } from './calendar.ts';
import { dayAfter } from './counting.ts';
import { type Ratio, read, same, WHOLE } from './ratio.ts';

/** Shares of a quota while somebody starts (D202). */

const MONTHS = { month: 1, quarter: 3 } as const;

/** The end of each step. */
function ends({ participant }: Book, ramp: Ramp): readonly string[] {
  const day = ramp.from === 'start' ? participant.startsOn : ramp.from;
  const first = firstDay(day, ramp);
  const planned = ramp.shares.map((_, at) => sameDayLater(first, (at + 1) * MONTHS[ramp.per]));
  if (ramp.leave === 'counts') return planned;
  const leaves = [...participant.leaves].sort((a, b) => (a.from < b.from ? -1 : 1));
  return leaves.reduce((moved, leave) => {
    const from = [leave.from, day].sort()[1] ?? day;
    const length = days({ from, to: leave.to });
    return moved.map((end) => (end > from ? dayAfter(end, length) : end));
  }, planned);
}

function firstDay(day: string, ramp: Ramp): string {
  if (ramp.steps === 'anniversary') return day;
  const interval = calendarStretch(day, ramp.per);
  return ramp.steps === 'calendar' || interval.from === day ? interval.from : interval.to;
}

/** The same day of a later month, or its last one. */
export function sameDayLater(day: string, months: number): string {
  const begin = monthsLater(day, months);
  const length = days(calendarStretch(begin, 'month'));
  return dayAfter(begin, Math.min(Number(day.slice(8)), length) - 1);
}

/** The share on a day, of a ramp whose steps are worked out once. */
export function rampShares(book: Book, ramp: Ramp): (day: string) => Ratio {
  const steps = ends(book, ramp);
  return (day) => shareIn(steps, ramp, day);
}

function shareIn(steps: readonly string[], ramp: Ramp, day: string): Ratio {
  const step = steps.findIndex((end) => day < end);
  return step === -1 ? WHOLE : read(ramp.shares[step] ?? '100%');
}

/** Whether the ramp of a quota is not over on a day. */
export function isInRamp(book: Book, metric: string, day: string): boolean {
  const ramp = book.quotas.get(`${metric}.${day.slice(0, 4)}`)?.quota?.ramp;
  if (ramp === undefined) return false;
  const last = ramp.shares.findLastIndex((share) => !same(read(share), WHOLE));
  return last !== -1 && day < (ends(book, ramp)[last] ?? '');
}
