import type { Book, DealEntry, Own } from '@ledger/calculation';
import type { Component } from '@ledger/events';
import { dayBefore, payPeriodOf } from './calendar.ts';
import { Refusal } from './formulas.ts';
import { once } from './once.ts';
import type { Ratio } from './ratio.ts';

/** Who reports to whom, and what a team brings (D160 to D162). */

/** Everybody whom the book knows. */
export function everybody(book: Book): ReadonlyMap<string, Own> {
  return once(book, 'everybody', () => new Map([[book.participant.participant, book], ...book.colleagues]));
}

function managerOf(book: Book, who: string, day: string): string | null {
  const lines = everybody(book).get(who)?.participant.managers ?? [];
  const begun = lines.filter(({ from }) => from <= day);
  const newest = begun
    .map(({ from }) => from)
    .sort()
    .at(-1);
  return begun.findLast(({ from }) => from === newest)?.manager ?? null;
}

export function above(book: Book, who: string, day: string): readonly string[] {
  return once(book, `above ${who} on ${day}`, () => allAbove(book, who, day));
}

function allAbove(book: Book, who: string, day: string): readonly string[] {
  const list: string[] = [];
  for (let next = managerOf(book, who, day); next !== null; next = managerOf(book, next, day)) {
    if (list.includes(next)) break;
    list.push(next);
  }
  return list;
}

/** The day for which a component of a team asks who reports to whom. */
export function hierarchyDay(book: Book, { team }: Component, { closedOn, selectionOn }: DealEntry): string {
  switch (team?.hierarchyOn ?? 'closed') {
    case 'closed':
      return closedOn;
    case 'selected':
      return selectionOn ?? closedOn;
    case 'period-end':
      return dayBefore(payPeriodOf(closedOn, book.calendar.cadence).to);
  }
}

/** Whether somebody else is of the participant's team. */
export function isOfTeam(book: Book, { team }: Component, who: string, day: string): boolean {
  const manager = book.participant.participant;
  if (who === manager) return false;
  const end = everybody(book).get(who)?.participant.endsOn ?? null;
  if (team?.leavers === 'left-out' && end !== null && end <= day) return false;
  return team?.depth === 'direct' ? managerOf(book, who, day) === manager : above(book, who, day).includes(manager);
}

export interface Share {
  readonly participant: string;
  readonly pool: 'primary' | 'overlay';
  readonly share: Ratio;
}

/** The credits of a deal, of those that it gives, that a component of a team takes. */
export function teamCredits(
  book: Book,
  component: Component,
  deal: DealEntry,
  credits: readonly Share[],
): readonly Share[] {
  const manager = book.participant.participant;
  const pool = component.team?.pool ?? 'primary';
  const own = component.team?.own ?? 'apart';
  const day = hierarchyDay(book, component, deal);
  const ofPool = credits.filter((credit) => pool === 'all' || credit.pool === pool);
  if (own === 'instead' && ofPool.some(({ participant }) => participant === manager)) return [];
  const taken = ofPool.filter(
    ({ participant }) => isOfTeam(book, component, participant, day) || (own === 'included' && participant === manager),
  );
  if (taken.length > 0 && above(book, manager, day).includes(manager)) throw new Refusal('reporting_loop', manager);
  return taken;
}
