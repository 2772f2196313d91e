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
import { daysIn, halfMonthsIn, type Interval, type Span, type WindowKind, windowsIn } from './periods.ts';

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
  /** Part of an interval that the window is: a month of a quarter's quota is 1/3 of it. */
  readonly part: Exact;
  readonly event: string;
  readonly approvedBy: string;
}

/** Whether amounts in the unit, a currency or `number`, can be held against the quota. */
export function isQuotaOf(quota: WindowQuota, unit: string): boolean {
  return (quota.currency ?? 'number') === unit;
}

const KNOWN = new WeakMap<QuotaEntry, Map<string, WindowQuota | null>>();

/**
 * The participant's quota for a metric in a window, `null` where none is assigned. Amounts of shorter intervals add up, those of
 * longer ones are divided evenly and exactly (mechanics §8).
 */
export function quotaOf(book: Pick<Book, 'quotas'>, metric: string, window: Span): WindowQuota | null {
  const entry = book.quotas.get(`${metric}.${window.from.slice(0, 4)}`);
  if (entry === undefined) return null;
  let known = KNOWN.get(entry);
  if (known === undefined) {
    known = new Map();
    KNOWN.set(entry, known);
  }
  let quota = known.get(window.id);
  if (quota === undefined) {
    quota = worked(entry, window);
    known.set(window.id, quota);
  }
  return quota;
}

function worked(entry: QuotaEntry, window: Span): WindowQuota | null {
  if (entry.quota === null) return null;
  const { per, amounts, currency, event, approvedBy } = entry.quota;
  const intervals: QuotaInterval[] = [];
  for (const span of windowsIn(window, per)) {
    const assigned = amounts.length === 1 ? amounts[0] : amounts[indexIn(span, per)];
    if (assigned === undefined) return null;
    intervals.push(relieved(span, exact(assigned), entry.reliefs));
  }
  const [first] = intervals;
  const whole = first === undefined ? 1 : halfMonthsIn(first);
  const part = min(ONE, fraction(BigInt(halfMonthsIn(window)), BigInt(whole)));
  const value = mul(sum(intervals.map((interval) => interval.value)), part);
  return { metric: entry.metric, window, currency, value, per, intervals, part, event, approvedBy };
}

/** q × (days − relieved days) / days − lump sums, never below 0. */
function relieved(span: Span, assigned: Exact, granted: readonly ReliefEntry[]): QuotaInterval {
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
