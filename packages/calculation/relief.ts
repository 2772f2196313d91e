import type { QuotaAmounts } from '@ledger/events';
import { cmp, div, type Exact, equal, exact, isZero, max, min, mul, ONE, percent, sub, sum, ZERO } from '@ledger/money';
import type { ReliefEntry } from './book.ts';
import { daysIn, type Interval, type Span } from './periods.ts';
import { CALENDAR_DAYS, counted, inEffect, number, roundedShare, wholeOf } from './proration.ts';

/** What one relief takes off an interval. */
export interface ReliefTaken {
  readonly relief: ReliefEntry;
  /** Days (or months) of the interval that it covers before it expires; 0 for a lump sum, and where it is too short to count. */
  readonly days: number;
}

/** The quota of an interval after relief (mechanics §8). */
export interface Relieved {
  readonly assigned: Exact;
  /** Days relieved, each day once, at the larger share where reliefs overlap: 15.5 of 31. */
  readonly relievedDays: Exact;
  /** What is counted in the interval, in the same unit. */
  readonly days: Exact;
  /** The part that is left: (days − relieved days) / days, rounded where shares are. */
  readonly left: Exact;
  readonly lump: Exact;
  readonly value: Exact;
  readonly reliefs: readonly ReliefTaken[];
}

/** q × (days − relieved days) / days − lump sums, never below 0. */
export function relieved(
  span: Span,
  assigned: Exact,
  granted: readonly ReliefEntry[],
  { count, relief: terms }: Pick<QuotaAmounts, 'count' | 'relief'>,
  holidays: readonly string[],
): Relieved {
  const counting = count ?? CALENDAR_DAYS;
  const counts = longEnough(granted, terms);
  const reliefs: ReliefTaken[] = [];
  let lump = ZERO;
  for (const relief of granted) {
    if (relief.basis.by === 'days') {
      const covered = coveredBy(relief, span);
      const days = covered !== null && counts.has(relief) ? counted(counting, covered, holidays) : 0;
      if (covered !== null) reliefs.push({ relief, days });
    } else if (span.from <= relief.from && relief.from < span.to && (relief.expiresOn ?? span.to) > relief.from) {
      lump = sum([lump, exact(relief.basis.amount)]);
      reliefs.push({ relief, days: 0 });
    }
  }
  const rule = inEffect(counting, span, holidays);
  const days = wholeOf(rule, span, holidays);
  const relievedDays = sum(
    partsOf(span, [...counts]).map(({ share, ...part }) => mul(share, number(counted(rule, part, holidays)))),
  );
  const left = equal(relievedDays, number(counted(rule, span, holidays)))
    ? ZERO
    : roundedShare(max(ZERO, sub(ONE, div(relievedDays, days))), counting);
  const worked = isZero(relievedDays) ? assigned : mul(assigned, left);
  return { assigned, relievedDays, days, left, lump, value: max(ZERO, sub(worked, lump)), reliefs };
}

/** Reliefs by days that reach the least number of calendar days: each by itself, or all of the quota together. */
function longEnough(granted: readonly ReliefEntry[], terms: QuotaAmounts['relief']): ReadonlySet<ReliefEntry> {
  const byDays = granted.filter(({ basis }) => basis.by === 'days');
  if (terms === undefined) return new Set(byDays);
  const { minimumDays, minimum } = terms;
  const daysOf = (relief: ReliefEntry) => daysIn(relief);
  if (minimum === 'each') return new Set(byDays.filter((relief) => daysOf(relief) >= minimumDays));
  return byDays.reduce((all, relief) => all + daysOf(relief), 0) >= minimumDays ? new Set(byDays) : new Set();
}

/** The stretches of an interval that are relieved, each day once, at the largest share. */
function partsOf(span: Span, granted: readonly ReliefEntry[]): readonly (Interval & { readonly share: Exact })[] {
  const parts = granted.flatMap((relief) => {
    const covered = coveredBy(relief, span);
    if (covered === null || relief.basis.by !== 'days') return [];
    return [{ ...covered, share: min(ONE, max(ZERO, percent(relief.basis.share))) }];
  });
  const cuts = [...new Set(parts.flatMap(({ from, to }) => [from, to]))].sort();
  return cuts.slice(1).map((to, index) => {
    const from = cuts[index] ?? to;
    const shares = parts.filter((part) => part.from <= from && to <= part.to).map((part) => part.share);
    return { from, to, share: shares.reduce((a, b) => (cmp(a, b) >= 0 ? a : b), ZERO) };
  });
}

/** The part of the interval that a relief by days covers before it expires. */
function coveredBy(relief: ReliefEntry, span: Span): Interval | null {
  const [from] = [relief.from, span.from].sort().slice(-1);
  const [to] = [relief.to, span.to, relief.expiresOn ?? relief.to].sort();
  if (from === undefined || to === undefined) return null;
  return from < to ? { from, to } : null;
}
