import type { Book } from '@ledger/calculation';
import type { Component } from '@ledger/events';
import { firstDayOf, isWithin, payPeriods, type Stretch } from './calendar.ts';
import { above, everybody } from './hierarchy.ts';
import { looksOf } from './look-back.ts';
import { once } from './once.ts';

/** Who needs whose earnings, by reporting lines (D171). */

/** Up to when the earnings of somebody below matter to the participant; `null`: at no time. */
export function neededUntil(book: Book, who: string, upTo: string): string | null {
  const me = book.participant.participant;
  if (!everAbove(book, me).includes(who)) return upTo;
  const last = periodsOf(book, upTo).findLast((period) => risesIn(book, period, who).direct.includes(me));
  return last === undefined ? null : last.to < upTo ? last.to : upTo;
}

/** Whether the two lead each other within one pay period, each step of the way on one of its days. */
export function isCircle(book: Book, who: string, upTo: string): boolean {
  const me = book.participant.participant;
  if (!everAbove(book, me).includes(who)) return false;
  return periodsOf(book, upTo).some(
    (period) => risesIn(book, period, who).through.includes(me) && risesIn(book, period, me).through.includes(who),
  );
}

function periodsOf({ calendar: { firstPeriod, cadence } }: Book, upTo: string): readonly Stretch[] {
  return payPeriods(firstDayOf(firstPeriod), upTo, cadence);
}

/** Everybody whom somebody's lines ever led to, directly or through others. */
function everAbove(book: Book, who: string): readonly string[] {
  return once(book, `ever above ${who}`, () =>
    reachedFrom(
      who,
      (each) =>
        everybody(book)
          .get(each)
          ?.participant.managers.flatMap(({ manager }) => manager ?? []) ?? [],
    ),
  );
}

/** Who is above somebody on a day of a period, and who through others on other days of it. */
function risesIn(book: Book, period: Stretch, who: string) {
  return once(book, `above ${who} in ${period.from}`, () => {
    // Between two of these days nobody's lines change.
    const days = [period.from, ...turnsOf(book).filter((day) => isWithin(period, day))];
    const directly = (each: string) => [...new Set(days.flatMap((day) => above(book, each, day)))];
    return { direct: directly(who), through: reachedFrom(who, directly) };
  });
}

function turnsOf(book: Book): readonly string[] {
  const people = [...everybody(book).values()];
  return people.flatMap(({ participant }) => participant.managers.map(({ from }) => from));
}

function reachedFrom(who: string, next: (each: string) => readonly string[]): readonly string[] {
  const reached: string[] = [];
  const visit = (each: string): void => {
    for (const one of next(each)) {
      if (reached.includes(one)) continue;
      reached.push(one);
      visit(one);
    }
  };
  visit(who);
  return reached;
}

/** Whether what a component of a book's participant earns depends on what others earn, or is shared with them. */
export function isTied(book: Book, id: string): boolean {
  const { plans, participant } = book;
  const versions = participant.assignments.flatMap(({ plan }) => plans.get(plan)?.versions ?? []);
  const said = (of: string) => versions.flatMap(({ document }) => document.components[of] ?? []);
  const sees = (of: string) => said(of).flatMap(measuredBy);
  const all = [...new Set(versions.flatMap(({ document }) => Object.keys(document.components)))];
  const plansOf = (of: string) => versions.filter(({ document }) => document.components[of] !== undefined);
  const capped = (of: string) => plansOf(of).map(({ document }) => document.plan);
  const alsoEarned = (of: string): readonly string[] => {
    const mine = versions.filter(({ document }) => capped(of).includes(document.plan));
    if (mine.some(({ document }) => document.phaseIn !== undefined)) return all;
    const limited = mine.filter(({ document }) =>
      mine.some((each) => each.document.plan === document.plan && each.document.cap !== undefined),
    );
    return limited.flatMap(({ document }) => Object.keys(document.components));
  };
  const earned = [id, ...reachedFrom(id, alsoEarned)];
  const measured = earned.flatMap((each) => [each, ...reachedFrom(each, sees)]);
  return (
    measured.flatMap(said).some(({ earningsOf }) => earningsOf !== undefined) ||
    earned
      .flatMap(said)
      .some(({ contest, budget, groupCap }) => [contest, budget, groupCap].some((shared) => shared !== undefined))
  );
}

/** Components that one looks at. */
function measuredBy(component: Component): readonly string[] {
  return [...component.gates, ...looksOf(component)].flatMap(({ measures }) =>
    measures.flatMap((each) => each.component ?? []),
  );
}
