import type { Book, PlanVersion } from '@ledger/calculation';
import type { Component } from '@ledger/events';
import { dayBefore, isWithin, windowOn } from './calendar.ts';
import { daysSinceLast, earnsUntil, leavingRule } from './leaving.ts';
import { once } from './once.ts';
import { newestOn } from './versions.ts';

/** What pays somebody on a day (D208, D209). */

export interface InForce {
  readonly id: string;
  readonly component: Component;
  readonly plan: PlanVersion;
}

/** The components of the plans that the participant is assigned to on a date, by the version of the plan that applies on it. */
export function componentsOn(book: Book, date: string): readonly InForce[] {
  return once(book, `in force on ${date}`, () => inForceOn(book, date));
}

function inForceOn(book: Book, date: string): readonly InForce[] {
  const { startsOn, assignments } = book.participant;
  const end = earnsUntil(book);
  if (end !== null && date >= end) return componentsAfter(book, date, end);
  if (date < startsOn) return [];
  const plans = new Set(assignments.filter((each) => isWithin(each, date)).map((each) => each.plan));
  const finished = finishedOn(book, date).filter(({ plan }) => !plans.has(plan.document.plan));
  const assigned = [...plans].flatMap((name) => inPlan(book, name, date));
  return [...assigned.filter(({ id }) => finished.every((each) => each.id !== id)), ...finished];
}

function inPlan(book: Book, name: string, date: string): readonly InForce[] {
  const plan = newestOn(book.plans.get(name), date);
  if (plan === undefined) return [];
  return Object.entries(plan.document.components).map(([id, component]) => ({ id, component, plan }));
}

/** What plans that are no longer assigned finish (D208). */
function finishedOn(book: Book, date: string): readonly InForce[] {
  const { startsOn, assignments } = book.participant;
  return assignments.flatMap(({ plan, from, to }) => {
    if (to === null || to > date || to <= from || to <= startsOn) return [];
    return inPlan(book, plan, dayBefore(to)).filter(({ component: { onPlanChange, window } }) => {
      if (onPlanChange !== 'finish' || window === 'deal') return false;
      if (typeof window === 'object' && 'rolling' in window) return false;
      const stretch = windowOn(dayBefore(to), window);
      return stretch !== null && date < stretch.to;
    });
  });
}

/** Those whose plan goes on looking at deals for some time after the end (D209). */
function componentsAfter(book: Book, date: string, end: string): readonly InForce[] {
  return componentsOn(book, dayBefore(end)).filter(({ component, plan }) => {
    const within = leavingRule(book, plan)?.pipeline.map((step) => step.days) ?? [];
    return component.each === 'deal' && within.some((length) => daysSinceLast(book, date) < length);
  });
}
