import type { ReleasePart, TimeSpan } from '@ledger/events';
import { abs, add, cmp, div, type Exact, exact, isZero, max, min, ONE, sign, ZERO } from '@ledger/money';
import type { DealEntry } from './book.ts';
import { dayBefore, daysAfter, monthsAfter, windowOf } from './periods.ts';

/** The day so long after a date. */
export function after(date: string, { count, unit }: TimeSpan): string {
  return unit === 'days' ? daysAfter(date, count) : monthsAfter(date, count);
}

/** When what waits for a day may be paid: at the end of the interval that holds it, and so long after that. */
type Wait = Pick<ReleasePart, 'endOf' | 'after'>;

export function dueOn(date: string, { endOf, after: wait }: Wait): string {
  const from = endOf === undefined ? date : dayBefore(windowOf(date, endOf).to);
  return wait === undefined ? from : after(from, wait);
}

export type Milestone = DealEntry['milestones'][number];

/** A milestone with the day on which it counts, in the order of those days. */
export interface Dated {
  readonly milestone: Milestone;
  readonly on: string;
}

/** What a deal reached of a milestone, each with the day on which it counts. */
export function milestonesOf({ milestones }: DealEntry, name: string, wait: Wait = {}): readonly Dated[] {
  return milestones
    .filter(({ milestone }) => milestone === name)
    .map((milestone) => ({ milestone, on: dueOn(milestone.on, wait) }))
    .sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
}

/**
 * How much of a deal has reached a milestone: the amounts over the amount of the deal, in the deal's currency, from 0 to 1. What has no
 * amount stands for the whole deal, and so does anything where the deal has no amount.
 */
export function partReached({ amount }: DealEntry, reached: readonly Dated[]): Exact {
  if (reached.length === 0) return ZERO;
  const whole = exact(amount);
  let total = ZERO;
  for (const { milestone } of reached) {
    if (milestone.amount === null) return ONE;
    total = add(total, exact(milestone.amount));
  }
  if (isZero(whole)) return sign(total) === 0 ? ZERO : ONE;
  return min(ONE, max(ZERO, div(total, whole)));
}

/** The part of a deal that an amount is, whatever its sign: of what comes back. */
export function partOf({ amount }: DealEntry, of: string | null): Exact {
  const whole = abs(exact(amount));
  if (of === null || isZero(whole)) return ONE;
  const part = div(abs(exact(of)), whole);
  return cmp(part, ONE) > 0 ? ONE : part;
}
