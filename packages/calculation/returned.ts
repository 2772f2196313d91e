import type { Component, ReturnRule, TimeSpan } from '@ledger/events';
import { alongside } from '@ledger/kernel';
import { abs, add, cmp, div, type Exact, exact, isZero, max, min, mul, ONE, percent, sub, ZERO } from '@ledger/money';
import type { DealEntry } from './book.ts';
import { daysIn, monthsAfter } from './periods.ts';
import { after, milestonesOf, partOf, partReached } from './reached.ts';

/**
 * What is taken back of what a deal earned, by the rules of a component (mechanics §12): pure functions of the deal, which components
 * of one person, roll-ups and gates read alike.
 */

/** A part of a deal that comes back on a day; negative where it is given again, because it was paid after all. */
export interface Return {
  readonly on: string;
  readonly share: Exact;
  /** In words. */
  readonly why: string;
  readonly events: readonly string[];
}

type Terms = Pick<Component, 'returned'>;
export type CreditFalls = ReturnRule['credit'];

/** Whether a component has a rule of its own for deals that are cancelled. Where it has none, they never counted. */
function keepsCancelled({ returned }: Terms): boolean {
  return returned?.some(({ on }) => on.by === 'cancellation') === true;
}

const UNCANCELLED = alongside<DealEntry, DealEntry>();

/** The deal as if it had not been cancelled. */
export function uncancelled(deal: DealEntry): DealEntry {
  if (deal.cancelled === null) return deal;
  let known = UNCANCELLED.get(deal);
  if (known === undefined) {
    known = { ...deal, cancelled: null };
    UNCANCELLED.set(deal, known);
    CANCELLED.set(known, deal.cancelled);
  }
  return known;
}
const CANCELLED = alongside<DealEntry, NonNullable<DealEntry['cancelled']>>();

/** The deal as a component looks at it: a cancelled one where the component says itself what that takes back. */
export function dealUnder(terms: Terms, deal: DealEntry): DealEntry {
  return keepsCancelled(terms) ? uncancelled(deal) : deal;
}

/** How a component's rules credit what comes back: in which of the two ways, if in any. */
export function hasReturns({ returned }: Terms, credit: CreditFalls): boolean {
  return returned?.some((rule) => rule.credit === credit) === true;
}

/** What comes back of a deal, day by day; together never more than all of it. */
export function returnsOf(deal: DealEntry, { returned }: Terms, credit: CreditFalls): readonly Return[] {
  const all = (returned ?? []).flatMap((rule, at, rules) =>
    rule.credit === credit
      ? returnsBy(
          rule,
          rules.slice(0, at).filter((each) => isAlike(each, rule)),
          deal,
        )
      : [],
  );
  let total = ZERO;
  let taken = ZERO;
  const kept: Return[] = [];
  for (const each of all.toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))) {
    total = add(total, each.share);
    const now = min(ONE, max(ZERO, total));
    const share = sub(now, taken);
    taken = now;
    if (!isZero(share)) kept.push({ ...each, share });
  }
  return kept;
}

/** The part of a deal that has come back before a date. */
export function shareReturned(returns: readonly Return[], before: string | null): Exact {
  return returns.reduce((total, { on, share }) => (before === null || on < before ? add(total, share) : total), ZERO);
}

/** Whether two rules are for the same reason: then the first one that holds takes. */
export function isAlike({ on: a }: ReturnRule, { on: b }: ReturnRule): boolean {
  if (a.by === 'cancellation' || b.by === 'cancellation') return a.by === b.by;
  if (a.by === 'unpaid' && b.by === 'unpaid' && !isSameTime(a.after, b.after)) return false;
  return a.by === b.by && a.milestone === b.milestone;
}

function isSameTime(a: TimeSpan, b: TimeSpan): boolean {
  return a.count === b.count && a.unit === b.unit;
}

function returnsBy(rule: ReturnRule, before: readonly ReturnRule[], deal: DealEntry): readonly Return[] {
  const { on } = rule;
  switch (on.by) {
    case 'cancellation': {
      const cancelled = deal.cancelled ?? CANCELLED.get(deal) ?? null;
      if (cancelled === null || before.some((each) => holdsFor(each, deal, cancelled.on, ONE))) return [];
      return back(rule, deal, cancelled.on, ONE, `it was cancelled on ${cancelled.on}`, [cancelled.event]);
    }
    case 'milestone':
      return milestonesOf(deal, on.milestone).flatMap(({ milestone, on: day }) => {
        const part = partOf(deal, milestone.amount);
        if (before.some((each) => holdsFor(each, deal, day, part))) return [];
        return back(rule, deal, day, part, `${on.milestone} on ${day}`, [milestone.event]);
      });
    case 'unpaid':
      return unpaid(rule, deal, on);
    default:
      return on satisfies never;
  }
}

/** What is not there when it is due comes back; what is paid later is given again, unless it is lost for good. */
function unpaid(
  rule: ReturnRule,
  deal: DealEntry,
  { milestone, after: wait, late }: Extract<ReturnRule['on'], { by: 'unpaid' }>,
): readonly Return[] {
  const begins = beginning(rule, deal);
  if (begins === NEVER) return [];
  const due = after(begins, wait);
  const paid = milestonesOf(deal, milestone);
  const later = late === 'lost' ? [] : paid.map(({ on }) => on).filter((on) => on > due);
  const days = [due, ...new Set(later)];
  let taken = ZERO;
  return days.flatMap((day) => {
    const reached = paid.filter(({ on }) => on <= day);
    const missing = sub(ONE, partReached(deal, reached));
    const [now] = isZero(missing) ? [] : back(rule, deal, due, missing, '', []);
    const share = sub(now?.share ?? ZERO, taken);
    if (isZero(share)) return [];
    taken = add(taken, share);
    const why = day === due ? `not all of it was ${milestone} by ${day}` : `${milestone} on ${day}`;
    return [{ on: notBefore(deal, day), share, why, events: reached.map((each) => each.milestone.event) }];
  });
}

/** What a part of the deal that comes back on a day takes; nothing where it is too late, or too little. */
function back(
  rule: ReturnRule,
  deal: DealEntry,
  on: string,
  part: Exact,
  why: string,
  events: readonly string[],
): readonly Return[] {
  if (!holdsFor(rule, deal, on, part)) return [];
  const share = shareTaken(rule.takes, part, beginning(rule, deal), on);
  return isZero(share) ? [] : [{ on: notBefore(deal, on), share, why, events }];
}

/** Whether a rule is for what happens on a day: not too late, and not too little. */
function holdsFor(rule: ReturnRule, deal: DealEntry, on: string, part: Exact): boolean {
  const { within, atLeast } = rule;
  if (within !== undefined && on > until(beginning(rule, deal), within)) return false;
  return atLeast === undefined || cmp(mul(part, abs(exact(deal.amount))), exact(atLeast)) >= 0;
}

function shareTaken(takes: ReturnRule['takes'], part: Exact, from: string, on: string): Exact {
  switch (takes.by) {
    case 'full':
      return ONE;
    case 'proportional':
      return takes.share === undefined ? part : mul(part, percent(takes.share));
    case 'share':
      return percent(takes.share);
    case 'straight-line': {
      const whole = exact(String(takes.over.count));
      return max(ZERO, div(sub(whole, exact(String(served(from, on, takes.over.unit)))), whole));
    }
    case 'steps': {
      const step = takes.steps.find(({ within }) => on <= until(from, within));
      return step === undefined ? ZERO : percent(step.share);
    }
    default:
      return takes satisfies never;
  }
}

/** Whole months, or days, from one day to another. */
function served(from: string, on: string, unit: TimeSpan['unit']): number {
  if (from === NEVER || on < from) return 0;
  if (unit === 'days') return daysIn({ from, to: on });
  const [year = 0, month = 0] = from.split('-').map(Number);
  const [yearOn = 0, monthOn = 0] = on.split('-').map(Number);
  const months = (yearOn - year) * 12 + monthOn - month;
  return monthsAfter(from, months) <= on ? months : months - 1;
}

/** The day from which times run; without the milestone they have not begun, and nothing of them is over. */
function beginning({ since }: ReturnRule, deal: DealEntry): string {
  if (since === undefined) return deal.closedOn;
  return milestonesOf(deal, since, undefined)[0]?.on ?? NEVER;
}
const NEVER = '9999-12-31';

/** The end of a time; one that has not begun has none. */
function until(from: string, span: TimeSpan): string {
  return from === NEVER ? NEVER : after(from, span);
}

/** Nothing comes back before it was there. */
function notBefore({ closedOn }: DealEntry, on: string): string {
  return on < closedOn ? closedOn : on;
}
