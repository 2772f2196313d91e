import type { Book, QuotaEntry } from '@ledger/calculation';
import { calendarStretch, days, isWithin, type Stretch, shared } from './calendar.ts';
import { Refusal } from './formulas.ts';
import {
  larger,
  minus,
  NOTHING,
  over,
  plus,
  product,
  type Ratio,
  ratio,
  read,
  smaller,
  times,
  total,
  WHOLE,
} from './ratio.ts';

/** What somebody should sell (mechanics §8). */

const MONTHS = { month: 1, quarter: 3, year: 12 } as const;

/**
 * The participant's quota for a window, up to a date; `null` where none is assigned for an interval of it. Whole intervals count
 * whole. A calendar window counts for its months of a longer interval (a month is 1/3 of a quarter, whatever its days), a window
 * that the plan defines for its days. What is not over yet at the date counts by days.
 */
export function quotaOf(
  book: Book,
  metric: string,
  unit: string,
  window: { readonly stretch: Stretch; readonly counts: 'months' | 'days' },
  upTo: string,
): Ratio | null {
  const parts: Ratio[] = [];
  const { stretch } = window;
  for (let at = stretch.from; at < stretch.to; ) {
    const entry = book.quotas.get(`${metric}.${at.slice(0, 4)}`);
    if (entry === undefined || entry.quota === null) return null;
    const interval = calendarStretch(at, entry.quota.per);
    const assigned = relievedQuota(entry, interval);
    if (assigned === null) return null;
    if ((entry.quota.currency ?? 'number') !== unit) throw new Refusal('quota_currency', `${metric} in ${unit}`);
    const part = shared(interval, stretch);
    const share = window.counts === 'months' ? shareByMonths(interval, part) : ratio(days(part), days(interval));
    parts.push(product([assigned, share, ratio(days(shared(part, { from: part.from, to: upTo })), days(part))]));
    at = interval.to;
  }
  return total(parts);
}

function shareByMonths(interval: Stretch, part: Stretch): Ratio {
  const isHalfMonth = !part.from.endsWith('-01') || !part.to.endsWith('-01');
  return isHalfMonth ? ratio(1, 2 * monthsOf(interval)) : ratio(monthsOf(part), monthsOf(interval));
}

function monthsOf({ from, to }: Stretch): number {
  return (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7));
}

/** The amount of the interval, for the share of its days that is not relieved, less lump reliefs that begin in it; never below 0. */
function relievedQuota(entry: QuotaEntry, interval: Stretch): Ratio | null {
  if (entry.quota === null) return null;
  const { amounts, per } = entry.quota;
  const index = (Number(interval.from.slice(5, 7)) - 1) / MONTHS[per];
  const amount = amounts.length === 1 ? amounts[0] : amounts[index];
  if (amount === undefined) return null;
  const whole = ratio(days(interval));
  const worked = over(minus(whole, relievedDays(entry, interval)), whole);
  return larger(NOTHING, minus(times(read(amount), worked), lumpReliefs(entry, interval)));
}

/** Day by day: where reliefs overlap, the largest share counts. */
function relievedDays({ reliefs }: QuotaEntry, interval: Stretch): Ratio {
  const byDays = reliefs.flatMap(({ from, to, expiresOn, basis }) => {
    if (basis.by !== 'days') return [];
    const end = expiresOn !== null && expiresOn < to ? expiresOn : to;
    return [{ ...shared({ from, to: end }, interval), share: smaller(WHOLE, larger(NOTHING, read(basis.share))) }];
  });
  const first = byDays.map(({ from }) => from).sort()[0];
  const last = byDays
    .map(({ to }) => to)
    .sort()
    .at(-1);
  let sum = NOTHING;
  for (let day = first ?? ''; last !== undefined && day < last; day = nextDay(day)) {
    const shares = byDays.filter((relief) => isWithin(relief, day)).map(({ share }) => share);
    sum = plus(sum, shares.reduce(larger, NOTHING));
  }
  return sum;
}

function nextDay(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}

/** A lump belongs to the interval that holds the relief's first day, unless it had expired by then. */
function lumpReliefs({ reliefs }: QuotaEntry, interval: Stretch): Ratio {
  return total(
    reliefs.map(({ from, expiresOn, basis }) => {
      const holds = isWithin(interval, from) && (expiresOn === null || expiresOn > from);
      return basis.by === 'amount' && holds ? read(basis.amount) : NOTHING;
    }),
  );
}
