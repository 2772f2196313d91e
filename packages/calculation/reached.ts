import type { Component, ReleasePart, ReturnRule, TimeSpan } from '@ledger/events';
import { abs, add, cmp, div, type Exact, exact, isZero, max, min, ONE, sign, ZERO } from '@ledger/money';
import type { DealEntry } from './book.ts';
import type { Obstacle } from './in-force.ts';
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

type Milestone = DealEntry['milestones'][number];

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

/**
 * A milestone whose amount the component sets against that of the deal, and which is in another currency, because the deal has been told in
 * another one since: 40,000 of one currency are no part of 100,000 of another (D255).
 */
export function inAnotherCurrency(
  { release = [], returned = [] }: Pick<Component, 'release' | 'returned'>,
  { milestones, currency }: DealEntry,
): Obstacle | null {
  const other = milestones.filter((each) => each.currency !== undefined && each.currency !== currency);
  if (other.length === 0) return null;
  const compared = new Set([
    ...release.filter(isByAmount).map(({ at }) => at),
    ...returned.flatMap((rule) => (rule.on.by === 'cancellation' || !takesByAmount(rule) ? [] : [rule.on.milestone])),
  ]);
  const found = other.find(({ milestone }) => compared.has(milestone));
  if (found === undefined) return null;
  const remedy = `withdraw it, and record it with its amount in ${currency}`;
  return {
    code: 'milestone_currency',
    says: `it reached ${found.milestone} on ${found.on} with ${found.amount} ${found.currency}, and is told in ${currency} since; ${remedy}`,
    cause: `milestones are in another currency than their deal is told in since; withdraw each, and record it with its amount in that of the deal`,
  };
}

function isByAmount({ inProportion, fromShare }: ReleasePart): boolean {
  return inProportion === true || fromShare !== undefined;
}

function takesByAmount({ on, takes, atLeast }: ReturnRule): boolean {
  return on.by === 'unpaid' || takes.by === 'proportional' || atLeast !== undefined;
}
