import type { Book } from '@ledger/calculation';
import type { Counting } from '@ledger/events';
import { isWithin, type Stretch } from './calendar.ts';
import {
  isNothing,
  less,
  NOTHING,
  over,
  type Ratio,
  ratio,
  read,
  rounded,
  smaller,
  times,
  total,
  WHOLE,
} from './ratio.ts';

/** How days count (D200), one day at a time. */

export const CALENDAR_DAYS: Counting = {
  by: 'calendar-days',
  of: 'actual',
  decidingDay: 15,
  changeDay: 'new',
  roundShare: null,
  roundAmount: null,
};

/** There are few days, and each is asked for again and again. */
const nextDays = new Map<string, string>();

export function nextDay(day: string): string {
  const next = nextDays.get(day) ?? dayAfter(day, 1);
  nextDays.set(day, next);
  return next;
}

export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

const lists = new Map<string, readonly string[]>();

/** Of the same stretches again and again, so that their days are written down once. */
export function daysOf({ from, to }: Stretch): readonly string[] {
  const known = lists.get(`${from} ${to}`);
  if (known !== undefined) return known;
  const list: string[] = [];
  for (let day = from; day < to; day = nextDay(day)) list.push(day);
  lists.set(`${from} ${to}`, list);
  return list;
}

/** What one day brings. */
function worthOf(book: Book, { by, decidingDay }: Counting, day: string): number {
  switch (by) {
    case 'calendar-days':
      return 1;
    case 'working-days': {
      const isWeekend = [0, 6].includes(new Date(day).getUTCDay());
      return isWeekend || (book.calendar.holidays ?? []).includes(day) ? 0 : 1;
    }
    case 'whole-months': {
      const date = Number(day.slice(8));
      const isLast = nextDay(day).endsWith('-01');
      return date === decidingDay || (isLast && date < decidingDay) ? 1 : 0;
    }
    case '30-360':
      return place(nextDay(day)) - place(day);
  }
}

function place(day: string): number {
  const [year, month, date] = day.split('-').map(Number);
  return 360 * (year ?? 0) + 30 * ((month ?? 0) - 1) + Math.min((date ?? 0) - 1, 30);
}

/** What parts of a stretch are of it; each day of a part by so much. Also whether that is all of it. */
export function shareOfDays(
  book: Book,
  counting: Counting,
  whole: Stretch,
  parts: readonly { readonly day: string; readonly share: Ratio }[],
): Ratio {
  const all = ratio(daysOf(whole).reduce((sum, day) => sum + worthOf(book, counting, day), 0));
  if (isNothing(all)) {
    if (counting.by === 'calendar-days') return NOTHING;
    const { roundShare } = counting;
    return shareOfDays(book, { ...CALENDAR_DAYS, roundShare }, whole, parts);
  }
  const counted = total(parts.map(({ day, share }) => times(share, ratio(worthOf(book, counting, day)))));
  if (!less(counted, all)) return WHOLE;
  const of =
    counting.of === 'actual'
      ? all
      : over(times(read(counting.of), ratio(place(whole.to) - place(whole.from))), ratio(360));
  return roundedShare(counting, smaller(WHOLE, over(counted, of)));
}

/** The share in percent, to so many decimals. */
export function roundedShare({ roundShare }: Counting, share: Ratio): Ratio {
  return roundShare === null ? share : over(rounded(times(share, ratio(100)), roundShare, 'half-up'), ratio(100));
}

export function roundedAmount({ roundAmount }: Counting, amount: Ratio): Ratio {
  if (roundAmount === null) return amount;
  const step = read(roundAmount);
  return times(rounded(over(amount, step), 0, 'half-up'), step);
}

/** Days on which somebody was employed; the day after the last one is none. */
export function isEmployed({ participant: { startsOn, endsOn } }: Book, day: string): boolean {
  return isWithin({ from: startsOn, to: endsOn }, day);
}

export function isAway({ participant: { leaves } }: Book, day: string): boolean {
  return leaves.some((leave) => isWithin(leave, day));
}
