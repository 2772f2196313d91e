import type { DealEntry } from '@ledger/calculation';
import type { Component, ReturnRule, TimeSpan } from '@ledger/events';
import { days, later } from './calendar.ts';
import {
  isNothing,
  larger,
  less,
  minus,
  NOTHING,
  negative,
  over,
  plus,
  type Ratio,
  ratio,
  read,
  smaller,
  times,
  total,
  WHOLE,
} from './ratio.ts';
import { afterSpan, reachedOf } from './spans.ts';

/** What comes back of deals, when, and how much of them (D144). */

export interface Return {
  readonly day: string;
  /** How much more, or less, has come back from that day on. */
  readonly share: Ratio;
}

type Credit = ReturnRule['credit'];

/** Something that a rule looks at: what it takes from that day on, where that is not one more thing that comes back. */
interface Moment {
  readonly day: string;
  readonly takes: Ratio;
}

/** Later than all that happens. */
export const NEVER = '9999-12-31';

/** Whether the component looks at cancelled deals (D145). */
export function seesCancelled({ returned }: Component): boolean {
  return returned?.some(({ on }) => on.by === 'cancellation') === true;
}

/** In order; together they never take more than all, or less than nothing. */
export function returnsOf({ returned }: Component, deal: DealEntry, credit: Credit): readonly Return[] {
  const all = (returned ?? [])
    .flatMap((rule, at, rules) => (rule.credit === credit ? momentsOf(rule, deal, rules.slice(0, at)) : []))
    .map(({ day, takes }) => ({ takes, day: later(day, deal.closedOn) }));
  const inOrder = all
    .map((each, at) => ({ ...each, at }))
    .sort((a, b) => (a.day === b.day ? a.at - b.at : a.day < b.day ? -1 : 1));
  const kept = (upTo: number) =>
    larger(NOTHING, smaller(WHOLE, total(inOrder.slice(0, upTo).map((each) => each.takes))));
  return inOrder.map(({ day }, at) => ({ day, share: minus(kept(at + 1), kept(at)) }));
}

/** F: how much has come back before a day. */
export function returnedBefore(returns: readonly Return[], day: string): Ratio {
  return returns.filter((each) => each.day < day).reduce((sum, { share }) => plus(sum, share), NOTHING);
}

function momentsOf(rule: ReturnRule, deal: DealEntry, earlier: readonly ReturnRule[]): readonly Moment[] {
  const { on } = rule;
  const begins = beginOf(rule, deal);
  switch (on.by) {
    case 'cancellation':
      return deal.cancelled === null ? [] : [first(rule, earlier, deal, deal.cancelled.on, WHOLE)];
    case 'milestone':
      return deal.milestones
        .filter(({ milestone }) => milestone === on.milestone)
        .sort((a, b) => (a.on === b.on ? 0 : a.on < b.on ? -1 : 1))
        .map((each) => first(rule, earlier, deal, each.on, partOf(deal, each.amount)));
    case 'unpaid': {
      if (begins === NEVER) return [];
      const due = afterSpan(begins, on.after);
      const paid = deal.milestones
        .filter((each) => on.late !== 'lost' && each.milestone === on.milestone && each.on > due)
        .map((each) => each.on);
      let before = NOTHING;
      return [due, ...[...new Set(paid)].sort()].map((day) => {
        const part = minus(
          WHOLE,
          reachedOf(deal, on.milestone, (reached) => reached <= day),
        );
        const { takes } = isNothing(part) ? { takes: NOTHING } : taken(rule, deal, begins, due, part);
        const moment = { day, takes: minus(takes, before) };
        before = takes;
        return moment;
      });
    }
  }
}

function beginOf({ since }: ReturnRule, deal: DealEntry): string {
  if (since === undefined) return deal.closedOn;
  const days = deal.milestones.filter(({ milestone }) => milestone === since).map(({ on }) => on);
  return days.sort()[0] ?? NEVER;
}

function partOf({ amount }: DealEntry, back: string | null): Ratio {
  const size = (of: Ratio) => larger(of, negative(of));
  const whole = size(read(amount));
  if (back === null || isNothing(whole)) return WHOLE;
  return smaller(WHOLE, over(size(read(back)), whole));
}

/** Of several rules for the same reason the first one that holds takes. */
function first(rule: ReturnRule, earlier: readonly ReturnRule[], deal: DealEntry, on: string, part: Ratio): Moment {
  const reason = JSON.stringify(rule.on);
  const isTaken = earlier.some((each) => JSON.stringify(each.on) === reason && holds(each, deal, on, part));
  return isTaken ? { day: on, takes: NOTHING } : taken(rule, deal, beginOf(rule, deal), on, part);
}

function taken(rule: ReturnRule, deal: DealEntry, begins: string, on: string, part: Ratio): Moment {
  return { day: on, takes: holds(rule, deal, on, part) ? takes(rule, begins, on, part) : NOTHING };
}

function holds(rule: ReturnRule, deal: DealEntry, on: string, part: Ratio): boolean {
  const begins = beginOf(rule, deal);
  const back = times(part, read(deal.amount));
  const isLittle = rule.atLeast !== undefined && less(larger(back, negative(back)), read(rule.atLeast));
  const isLate = rule.within !== undefined && begins !== NEVER && afterSpan(begins, rule.within) < on;
  return !isLittle && !isLate;
}

function takes({ takes: how }: ReturnRule, begins: string, day: string, part: Ratio): Ratio {
  switch (how.by) {
    case 'full':
      return WHOLE;
    case 'proportional':
      return how.share === undefined ? part : times(part, read(how.share));
    case 'share':
      return read(how.share);
    case 'straight-line': {
      const served = begins === NEVER ? 0 : servedOf(how.over, begins, day);
      return larger(NOTHING, ratio(how.over.count - served, how.over.count));
    }
    case 'steps': {
      const step = how.steps.find(({ within }) => begins === NEVER || day <= afterSpan(begins, within));
      return step === undefined ? NOTHING : read(step.share);
    }
  }
}

/** Whole months, or days. */
function servedOf({ unit }: TimeSpan, from: string, day: string): number {
  if (day < from) return 0;
  if (unit === 'days') return days({ from, to: day });
  let months = 0;
  while (afterSpan(from, { count: months + 1, unit }) <= day) months += 1;
  return months;
}
