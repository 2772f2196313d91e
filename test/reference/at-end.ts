import type { Book } from '@ledger/calculation';
import type { Component } from '@ledger/events';
import { dayBefore, firstDayOf, payPeriodId, payPeriods, type Stretch, windowOn } from './calendar.ts';
import type { Line } from './caps.ts';
import { daysOf, nextDay } from './counting.ts';
import { type Credit, NO_DEAL, unitOf } from './credits.ts';
import { Refusal } from './formulas.ts';
import { closedGates } from './gates.ts';
import { componentsOn } from './in-force.ts';
import { found } from './looks.ts';
import { otherwiseOf } from './otherwise.ts';
import { isPositive, less, NOTHING, over, type Ratio, read, WHOLE } from './ratio.ts';
import { keptTogether, measured, type Scope, targetOf, type Window, windowOf } from './windows.ts';

/** What pays once for a window, when it ends; of that, streaks (D180). */

export function paysAtEnd({ streak, contest, objectives }: Component): boolean {
  return streak !== undefined || contest !== undefined || objectives !== undefined;
}

/** A window that ends, under the terms of its last day. */
export interface Ending {
  readonly window: Window;
  readonly terms: Credit;
}

/** The windows of a component that end in a pay period, in order. */
export function endingsIn(book: Book, id: string, period: Stretch): readonly Ending[] {
  return daysOf(period).flatMap((day): readonly Ending[] => {
    if (!mayEnd(book, id, nextDay(day))) return [];
    const terms = termsOn(book, id, day);
    if (terms === null) return [];
    const window = windowOf(terms, book.calendar.cadence);
    return window !== null && window.stretch.to === nextDay(day) ? [{ window, terms }] : [];
  });
}

/** What a component that pays at the end says on a day. */
export function termsOn(book: Book, id: string, day: string): Credit | null {
  const inForce = componentsOn(book, day).find((each) => each.id === id);
  if (inForce === undefined || !paysAtEnd(inForce.component)) return null;
  const unit = unitOf(book, inForce.component.measure, day, inForce.plan.document.currency);
  return { ...inForce, deal: '', entry: NO_DEAL, closedOn: day, unit, measured: NOTHING, paid: NOTHING };
}

/** Most days are the last one of nothing. */
export function mayEnd({ plans }: Book, id: string, next: string): boolean {
  if (next.endsWith('-01') || next.endsWith('-16')) return true;
  return [...plans.values()].some(({ versions }) =>
    versions.some(({ document }) => {
      const window = document.components[id]?.window;
      if (typeof window !== 'object' || 'rolling' in window) return false;
      return windowOn(dayBefore(next), window)?.to === next;
    }),
  );
}

/** What a window came to: an amount or attainment; nothing to hold it against where the target is not above 0. */
export function scoreOf(scope: Scope, { window, terms }: Ending): Ratio | 'no target' {
  const { component } = terms;
  if (component.tierOf !== undefined && 'look' in component.tierOf) {
    return found(scope, terms, component.tierOf.look, window.stretch.to);
  }
  const amount = measured(keptTogether(scope.credits, terms), window.measure, window.unit, window.stretch);
  if (component.tierBy === 'amount') return amount;
  const target = targetOf(scope, window, terms, window.stretch.to);
  const otherwise = otherwiseOf(component, target);
  if (otherwise !== null) return otherwise === 'full-attainment' ? WHOLE : NOTHING;
  if (target === null) throw new Refusal('quota_missing', window.key);
  return isPositive(target) ? over(amount, target) : 'no target';
}

export function isClosed(scope: Scope, { window, terms }: Ending): boolean {
  return closedGates(scope, terms, window, window.stretch.to).length > 0;
}

/** D180, from the calendar's first pay period on. */
export function streakLines(scope: Scope, id: string, upTo: string): readonly Line[] {
  const { firstPeriod, cadence } = scope.book.calendar;
  const lines: Line[] = [];
  let row = 0;
  let hasPaid = false;
  let before: Stretch | null = null;
  const empty = () => {
    row = 0;
    hasPaid = false;
  };
  for (const period of payPeriods(firstDayOf(firstPeriod), upTo, cadence)) {
    for (const ending of endingsIn(scope.book, id, period)) {
      const { window, terms } = ending;
      const { streak } = terms.component;
      if (streak === undefined || window.stretch.to <= firstDayOf(firstPeriod)) continue;
      const isNext = before?.to === window.stretch.from;
      const isNewYear = before?.from.slice(0, 4) !== window.stretch.from.slice(0, 4);
      if (!isNext || (!streak.acrossYears && isNewYear)) empty();
      before = window.stretch;
      const score = scoreOf(scope, ending);
      if (score === 'no target') continue;
      if (less(score, read(streak.atLeast))) {
        empty();
        continue;
      }
      row += 1;
      if (row < streak.windows || (streak.afterwards === 'stop' && hasPaid)) continue;
      const exact = isClosed(scope, ending) ? NOTHING : read(streak.pays);
      const about = { component: id, period: period.from, periodId: payPeriodId(period, cadence) };
      lines.push({ ...about, what: 'streak', deal: null, window, terms, exact });
      if (streak.afterwards === 'restart') row = 0;
      hasPaid = true;
    }
  }
  return lines;
}
