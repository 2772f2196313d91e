import type { Book } from '@ledger/calculation';
import type { Component, Proration } from '@ledger/events';
import { isWithin, type Stretch } from './calendar.ts';
import { daysOf, isAway, isEmployed, shareOfDays } from './counting.ts';
import { once } from './once.ts';
import type { Counted } from './quota.ts';
import { type Ratio, WHOLE } from './ratio.ts';

/** Which days count for a component that prorates, and what their share of a stretch is (D203, D213). */

interface Asked {
  readonly id: string;
  readonly component: Component;
  readonly plan: { readonly document: { readonly plan: string } };
}

function countsFor(book: Book, { id, component, plan }: Asked, { over, leave }: Proration): (day: string) => boolean {
  const own = component.onPlanChange === 'restart';
  const assignments = book.participant.assignments.filter((each) => {
    const versions = book.plans.get(each.plan)?.versions ?? [];
    return own
      ? each.plan === plan.document.plan
      : versions.some(({ document }) => document.components[id] !== undefined);
  });
  return (day) =>
    isEmployed(book, day) &&
    (over === 'employed' || assignments.some((each) => isWithin(each, day))) &&
    !(leave === 'left-out' && isAway(book, day));
}

/** For the quota of a component, or of its gates. */
export function countedFor(book: Book, asked: Asked): Counted | null {
  const { prorate } = asked.component;
  if (prorate?.what.includes('quota') !== true) return null;
  return { name: nameOf(asked), counts: countsFor(book, asked, prorate), count: prorate.count };
}

/** The share of a stretch by which something else is prorated. */
export function presentShare(book: Book, asked: Asked, what: Proration['what'][number], stretch: Stretch): Ratio {
  const { prorate } = asked.component;
  if (prorate?.what.includes(what) !== true) return WHOLE;
  return once(book, ['share', nameOf(asked), stretch.from, stretch.to].join(), () => {
    const parts = daysOf(stretch).filter(countsFor(book, asked, prorate));
    if (parts.length === 0) return WHOLE;
    return shareOfDays(
      book,
      prorate.count,
      stretch,
      parts.map((day) => ({ day, share: WHOLE })),
    );
  });
}

/** The same of what is over of it by a date; `null`: it is not prorated. */
export function presentUpTo(book: Book, asked: Asked, what: Proration['what'][number], stretch: Stretch, upTo: string) {
  const { prorate } = asked.component;
  if (prorate?.what.includes(what) !== true) return null;
  const there = daysOf(stretch).filter(countsFor(book, asked, prorate));
  if (there.length === 0) return null;
  const parts = there.filter((day) => day < upTo).map((day) => ({ day, share: WHOLE }));
  return shareOfDays(book, prorate.count, stretch, parts);
}

function nameOf({ id, component, plan }: Asked): string {
  return `${id} ${plan.document.plan} ${component.onPlanChange} ${JSON.stringify(component.prorate)}`;
}
