import type { Book, QuotaEntry } from '@ledger/calculation';
import type { Counting, QuotaAmounts } from '@ledger/events';
import { calendarStretch, days, isWithin, type Stretch, shared } from './calendar.ts';
import { CALENDAR_DAYS, daysOf, isEmployed, nextDay, roundedAmount, roundedShare, shareOfDays } from './counting.ts';
import { Refusal } from './formulas.ts';
import { once } from './once.ts';
import { rampShares } from './ramp.ts';
import {
  isNothing,
  larger,
  minus,
  NOTHING,
  over,
  type Ratio,
  ratio,
  read,
  same,
  smaller,
  times,
  total,
  WHOLE,
  write,
} from './ratio.ts';

/** What somebody should sell (mechanics §8; D200 to D205). */

const MONTHS = { month: 1, quarter: 3, year: 12 } as const;

/** What a component says about days that count for its quota. */
export interface Counted {
  /** Tells it from what other components say. */
  readonly name: string;
  readonly counts: (day: string) => boolean;
  readonly count: Counting;
}

export interface QuotaWindow {
  readonly stretch: Stretch;
  readonly counts: 'months' | 'days';
  readonly counted: Counted | null;
}

/**
 * The participant's quota for a window, up to a date; `null` where none is assigned for an interval of it. Whole intervals count
 * whole. A calendar window counts for its months of a longer interval (a month is 1/3 of a quarter, whatever its days), a window
 * of the plan's own for its days. `counted`: what the component prorates by, where it does.
 */
export function quotaOf(book: Book, metric: string, unit: string, window: QuotaWindow, upTo: string): Ratio | null {
  const { stretch, counts, counted } = window;
  const name = [metric, unit, stretch.from, stretch.to, counts, counted?.name, upTo].join();
  // Days are counted one by one, so that what was asked of a book once is kept.
  return once(book, ['quota', name].join(), () => asked(book, metric, unit, window, (day) => day < upTo));
}

/** The same on some of the days of the window. */
export function quotaOnDays(...question: Parameters<typeof asked>): Ratio | null {
  return asked(...question);
}

function asked(
  book: Book,
  metric: string,
  unit: string,
  window: QuotaWindow,
  isIn: (day: string) => boolean,
): Ratio | null {
  const parts: Ratio[] = [];
  let isInUnit = true;
  const { stretch, counts, counted } = window;
  for (let at = stretch.from; at < stretch.to; ) {
    const entry = book.quotas.get(`${metric}.${at.slice(0, 4)}`);
    if (entry === undefined || entry.quota === null) return null;
    const interval = calendarStretch(at, entry.quota.per);
    if (amountIn(entry.quota, interval) === null) return null;
    isInUnit &&= (entry.quota.currency ?? 'number') === unit;
    const piece = shared(interval, stretch);
    const share = counts === 'months' ? shareByMonths(interval, piece) : ratio(days(piece), days(interval));
    const taken = takenOf(book, entry, entry.quota, { interval, piece, share, stretch, counted });
    parts.push(times(taken.amount, partOf(taken.byDay, piece, isIn)));
    at = interval.to;
  }
  // Of a window of which a part has no quota nobody asks in which currency the rest of it is.
  if (!isInUnit) throw new Refusal('quota_currency', `${metric} in ${unit}`);
  return total(parts);
}

function shareByMonths(interval: Stretch, part: Stretch): Ratio {
  const isHalfMonth = !part.from.endsWith('-01') || !part.to.endsWith('-01');
  return isHalfMonth ? ratio(1, 2 * monthsOf(interval)) : ratio(monthsOf(part), monthsOf(interval));
}

function monthsOf({ from, to }: Stretch): number {
  return (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7));
}

/** How much of what a window takes of an interval falls on some days (D205). */
function partOf(byDay: readonly Day[], piece: Stretch, isIn: (day: string) => boolean): Ratio {
  const sum = total(byDay.map(({ amount }) => amount));
  if (isNothing(sum)) return ratio(daysOf(piece).filter(isIn).length, days(piece));
  return over(total(byDay.filter(({ day }) => isIn(day)).map(({ amount }) => amount)), sum);
}

interface Day {
  readonly day: string;
  /** The quota of the interval, if all of it were like this day. */
  readonly amount: Ratio;
}

interface Place {
  readonly interval: Stretch;
  readonly piece: Stretch;
  readonly share: Ratio;
  readonly stretch: Stretch;
  readonly counted: Counted | null;
}

function takenOf(book: Book, entry: QuotaEntry, quota: QuotaAmounts, place: Place) {
  const { interval, piece, share, counted } = place;
  // Where none of the component's days lies in the window it prorates nothing, and its way of counting goes with it.
  const theirs = counted !== null && daysOf(place.stretch).some(counted.counts) ? counted.count : CALENDAR_DAYS;
  const count = quota.count ?? theirs;
  const amountOn = amounts(book, quota, place);
  const byDay = isSteady(quota, counted) ? [] : daysOf(piece).map((day) => ({ day, amount: amountOn(day) }));
  const different = new Map(byDay.map(({ amount }) => [write(amount), amount]));
  const isOne = different.size < 2;
  const blended = total(
    [...different.values()].map((each) => {
      if (isOne) return each;
      const parts = byDay.filter((day) => same(day.amount, each)).map(({ day }) => ({ day, share: WHOLE }));
      return times(each, shareOfDays(book, count, piece, parts));
    }),
  );
  const amount = byDay.length === 0 ? (amountIn(quota, interval) ?? NOTHING) : blended;
  const { worked, lumps } = reliefOf(book, entry, quota, interval);
  const isChanged = !isOne || !isWritten(quota, interval, amount) || !same(worked, WHOLE) || !isNothing(lumps);
  const left = larger(NOTHING, minus(times(amount, worked), lumps));
  const taken = times(left, share);
  return { byDay, amount: isChanged ? roundedAmount(count, taken) : taken };
}

/** Whether every day is like every other. */
function isSteady({ changes, ramp, prorate }: QuotaAmounts, counted: Counted | null): boolean {
  return changes === undefined && ramp === undefined && prorate === undefined && counted === null;
}

/** Whether an amount is one that the quota says of the interval. */
function isWritten(quota: QuotaAmounts, interval: Stretch, amount: Ratio): boolean {
  const written = [
    amountIn(quota, interval),
    ...(quota.changes ?? []).map((each) => spread(quota, interval, each.amount)),
  ];
  return written.some((each) => each !== null && same(each, amount));
}

/** The amount assigned to an interval. */
function amountIn(quota: QuotaAmounts, interval: Stretch): Ratio | null {
  const { amounts } = quota;
  const amount = amounts.length === 1 ? amounts[0] : amounts[indexOf(quota, interval)];
  return amount === undefined ? null : spread(quota, interval, amount);
}

function spread(quota: QuotaAmounts, interval: Stretch, amount: string): Ratio {
  const share = quota.spread?.[indexOf(quota, interval)];
  return share === undefined ? read(amount) : times(read(amount), read(share));
}

function indexOf({ per }: QuotaAmounts, interval: Stretch): number {
  return (Number(interval.from.slice(5, 7)) - 1) / MONTHS[per];
}

/** D201, day by day. */
function amounts(book: Book, quota: QuotaAmounts, { interval, stretch, counted }: Place): (day: string) => Ratio {
  const begins = (from: string) => (quota.count?.changeDay === 'old' ? nextDay(from) : from);
  const changes = (quota.changes ?? []).map(({ from, amount }) => ({
    from: begins(from),
    amount: spread(quota, interval, amount),
  }));
  const first = amountIn(quota, interval) ?? NOTHING;
  const share = quota.ramp === undefined ? () => WHOLE : rampShares(book, quota.ramp);
  const counts = daysThatCount(book, quota, counted);
  const isProrated = daysOf(stretch).some(counts);
  return (day) => {
    if (isProrated && !counts(day)) return NOTHING;
    return times(changes.findLast(({ from }) => from <= day)?.amount ?? first, share(day));
  };
}

/** The quota's own word comes first (D203). */
function daysThatCount(book: Book, { prorate }: QuotaAmounts, counted: Counted | null): (day: string) => boolean {
  const { assignments } = book.participant;
  switch (prorate) {
    case 'employed':
      return (day) => isEmployed(book, day);
    case 'assigned':
      return (day) => isEmployed(book, day) && assignments.some((each) => isWithin(each, day));
    case undefined:
      return counted === null ? () => true : counted.counts;
  }
}

/** D204: the share of the interval that is not relieved, and the lumps that are taken off. */
function reliefOf(book: Book, { reliefs }: QuotaEntry, quota: QuotaAmounts, interval: Stretch) {
  if (reliefs.length === 0) return { worked: WHOLE, lumps: NOTHING };
  const count = quota.count ?? CALENDAR_DAYS;
  const byDays = reliefs.flatMap(({ from, to, expiresOn, basis }) => {
    if (basis.by !== 'days') return [];
    const end = expiresOn !== null && expiresOn < to ? expiresOn : to;
    return [{ from, to: end, length: days({ from, to }), share: smaller(WHOLE, larger(NOTHING, read(basis.share))) }];
  });
  const together = byDays.reduce((sum, { length }) => sum + length, 0);
  const { minimumDays, minimum } = quota.relief ?? { minimumDays: 0, minimum: 'each' };
  const enough = byDays.filter(({ length }) => (minimum === 'each' ? length : together) >= minimumDays);
  const relieved = daysOf(interval).flatMap((day) => {
    const shares = enough.filter((relief) => isWithin(relief, day)).map(({ share }) => share);
    return shares.length === 0 ? [] : [{ day, share: shares.reduce(larger, NOTHING) }];
  });
  const taken = shareOfDays(book, { ...count, roundShare: null }, interval, relieved);
  const worked = roundedShare(count, minus(WHOLE, taken));
  return { worked, lumps: lumpReliefs(reliefs, interval) };
}

/** A lump belongs to the interval that holds the relief's first day, unless it had expired by then. */
function lumpReliefs(reliefs: QuotaEntry['reliefs'], interval: Stretch): Ratio {
  return total(
    reliefs.map(({ from, expiresOn, basis }) => {
      const holds = isWithin(interval, from) && (expiresOn === null || expiresOn > from);
      return basis.by === 'amount' && holds ? read(basis.amount) : NOTHING;
    }),
  );
}
