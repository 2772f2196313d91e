import {
  cmp,
  div,
  type Exact,
  exact,
  fraction,
  isZero,
  max,
  min,
  mul,
  ONE,
  percent,
  sub,
  sum,
  ZERO,
} from '@ledger/money';
import type { Book, QuotaEntry, ReliefEntry } from './book.ts';
import {
  daysIn,
  earliestOf,
  halfMonthsIn,
  type Interval,
  isDated,
  periodBounds,
  type Span,
  shared,
  type WindowKind,
  windowsIn,
} from './periods.ts';

/** What one relief takes off an interval. */
export interface ReliefTaken {
  readonly relief: ReliefEntry;
  /** Days of the interval that it covers before it expires; 0 for a lump sum. */
  readonly days: number;
}

/** The quota of one interval for which an amount was assigned. */
export interface QuotaInterval extends Span {
  readonly assigned: Exact;
  /** Days relieved, each day once, at the larger share where reliefs overlap: 15.5 of 31. */
  readonly relievedDays: Exact;
  readonly days: number;
  readonly lump: Exact;
  readonly value: Exact;
  readonly reliefs: readonly ReliefTaken[];
  /** Part of it that the window takes: a month takes 1/3 of a quarter's quota. */
  readonly part: Exact;
}

/** The quota of a window, and how it came about. */
export interface WindowQuota {
  readonly metric: string;
  readonly window: Span;
  /** `null` for metrics that are counted. */
  readonly currency: string | null;
  readonly value: Exact;
  readonly per: WindowKind;
  readonly intervals: readonly QuotaInterval[];
  readonly events: readonly string[];
  readonly approvedBy: readonly string[];
}

/** Whether amounts in the unit, a currency or `number`, can be held against the quota. */
export function isQuotaOf(quota: WindowQuota, unit: string): boolean {
  return (quota.currency ?? 'number') === unit;
}

const KNOWN = new WeakMap<QuotaEntry, Map<string, WindowQuota | null>>();

/**
 * The participant's quota for a metric in a window, `null` where none is assigned. Amounts of shorter intervals add up, those of
 * longer ones are divided evenly and exactly (mechanics §8); a window with dates of its own takes them by days.
 */
export function quotaOf(book: Pick<Book, 'quotas'>, metric: string, window: Span): WindowQuota | null {
  const years = windowsIn(window, 'year').map(({ id }) => quotaIn(book.quotas.get(`${metric}.${id}`), window));
  const [first, ...rest] = years;
  if (first === undefined || first === null || rest.length === 0) return first ?? null;
  return rest.reduce<WindowQuota | null>(
    (all, next) => (all === null || next === null ? null : joined(all, next)),
    first,
  );
}

/** The quota up to a date: of every interval the part of its days in the window that are over. */
export function quotaUpTo(quota: WindowQuota, date: string): Exact {
  return sum(
    quota.intervals.map((interval) => {
      const taken = shared(interval, quota.window);
      if (taken === null) return ZERO;
      const value = mul(interval.value, interval.part);
      const over = daysIn({ from: taken.from, to: earliestOf(date, taken.to) });
      const all = daysIn(taken);
      return over === all ? value : mul(value, fraction(BigInt(over), BigInt(all)));
    }),
  );
}

/** What a quota entry gives a window in its year. */
function quotaIn(entry: QuotaEntry | undefined, window: Span): WindowQuota | null {
  if (entry === undefined) return null;
  let known = KNOWN.get(entry);
  if (known === undefined) {
    known = new Map();
    KNOWN.set(entry, known);
  }
  const key = `${window.from}/${window.to}/${isDated(window)}`;
  let quota = known.get(key);
  if (quota === undefined) {
    quota = worked(entry, window);
    known.set(key, quota);
  }
  return quota;
}

function joined(a: WindowQuota, b: WindowQuota): WindowQuota | null {
  if (a.currency !== b.currency) return null;
  return {
    ...a,
    value: sum([a.value, b.value]),
    intervals: [...a.intervals, ...b.intervals],
    events: [...a.events, ...b.events],
    approvedBy: [...new Set([...a.approvedBy, ...b.approvedBy])],
  };
}

function worked(entry: QuotaEntry, window: Span): WindowQuota | null {
  if (entry.quota === null) return null;
  const { per, amounts, currency, event, approvedBy } = entry.quota;
  const year = periodBounds(String(entry.year));
  const within = shared(window, year);
  const intervals: QuotaInterval[] = [];
  for (const span of within === null ? [] : windowsIn(within, per)) {
    const assigned = amounts.length === 1 ? amounts[0] : amounts[indexIn(span, per)];
    if (assigned === undefined) return null;
    intervals.push({ ...relieved(span, exact(assigned), entry.reliefs), part: partOf(span, window) });
  }
  const value = sum(intervals.map((interval) => mul(interval.value, interval.part)));
  return { metric: entry.metric, window, currency, value, per, intervals, events: [event], approvedBy: [approvedBy] };
}

/** The part of an interval that a window takes: by half-months where it begins and ends with one, otherwise by days. */
function partOf(span: Span, window: Span): Exact {
  const taken = shared(span, window);
  if (taken === null) return ZERO;
  if (taken.from === span.from && taken.to === span.to) return ONE;
  const [part, whole] = isDated(window) ? [daysIn(taken), daysIn(span)] : [halfMonthsIn(taken), halfMonthsIn(span)];
  return fraction(BigInt(part), BigInt(whole));
}

/** q × (days − relieved days) / days − lump sums, never below 0. */
function relieved(span: Span, assigned: Exact, granted: readonly ReliefEntry[]): Omit<QuotaInterval, 'part'> {
  const days = daysIn(span);
  const reliefs: ReliefTaken[] = [];
  let lump = ZERO;
  for (const relief of granted) {
    if (relief.basis.by === 'days') {
      const covered = coveredBy(relief, span);
      if (covered !== null) reliefs.push({ relief, days: daysIn(covered) });
    } else if (span.from <= relief.from && relief.from < span.to && (relief.expiresOn ?? span.to) > relief.from) {
      lump = sum([lump, exact(relief.basis.amount)]);
      reliefs.push({ relief, days: 0 });
    }
  }
  const relievedDays = daysRelieved(span, granted);
  const worked = fraction(BigInt(days), 1n);
  const left = isZero(relievedDays) ? assigned : div(mul(assigned, sub(worked, relievedDays)), worked);
  return { ...span, assigned, relievedDays, days, lump, value: max(ZERO, sub(left, lump)), reliefs };
}

/** Overlapping reliefs count once for each day, at the largest share. */
function daysRelieved(span: Span, granted: readonly ReliefEntry[]): Exact {
  const parts: (Interval & { readonly share: Exact })[] = [];
  for (const relief of granted) {
    const covered = coveredBy(relief, span);
    if (covered !== null && relief.basis.by === 'days') {
      parts.push({ ...covered, share: min(ONE, max(ZERO, percent(relief.basis.share))) });
    }
  }
  const cuts = [...new Set(parts.flatMap(({ from, to }) => [from, to]))].sort();
  return sum(
    cuts.slice(1).map((to, index) => {
      const from = cuts[index] ?? to;
      const shares = parts.filter((part) => part.from <= from && to <= part.to).map((part) => part.share);
      const largest = shares.reduce((a, b) => (cmp(a, b) >= 0 ? a : b), ZERO);
      return mul(largest, fraction(BigInt(daysIn({ from, to })), 1n));
    }),
  );
}

/** The part of the interval that a relief by days covers before it expires. */
function coveredBy(relief: ReliefEntry, span: Span): Interval | null {
  const [from] = [relief.from, span.from].sort().slice(-1);
  const [to] = [relief.to, span.to, relief.expiresOn ?? relief.to].sort();
  if (from === undefined || to === undefined) return null;
  return from < to ? { from, to } : null;
}

function indexIn(span: Span, per: 'month' | 'quarter' | 'year'): number {
  return (Number(span.from.slice(5, 7)) - 1) / { month: 1, quarter: 3, year: 12 }[per];
}
