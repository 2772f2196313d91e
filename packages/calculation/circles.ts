import { alongside } from '@ledger/kernel';
import type { Book } from './book.ts';
import { managersAbove } from './hierarchy.ts';
import { dayBefore, earliestOf, periodBounds, periodsFrom, type Span, windowOf } from './periods.ts';

/** Who may need the earnings of whom, by reporting lines alone: what is told does not depend on whose earnings are asked for first. */

const TEAMS = alongside<Book['colleagues'], Map<string, ReadonlySet<string>>>();

/** Everybody who ever reported to somebody, directly or through others. Asked for after every deal, and worked out once. */
export function everReporting({ colleagues }: Book, manager: string): ReadonlySet<string> {
  const teams = TEAMS.get(colleagues) ?? new Map<string, ReadonlySet<string>>();
  TEAMS.set(colleagues, teams);
  const team = teams.get(manager) ?? reportingIn(colleagues, manager);
  teams.set(manager, team);
  return team;
}

function reportingIn(colleagues: Book['colleagues'], manager: string): ReadonlySet<string> {
  const team = new Set([manager]);
  for (const above of team) {
    for (const [id, { participant }] of colleagues) {
      if (participant.managers.some((line) => line.manager === above)) team.add(id);
    }
  }
  team.delete(manager);
  return team;
}

/**
 * Up to when the earnings of a report matter: to the end of the pay period in which they last reported. Only two who managed each
 * other in turns need to know; what either earns as a report comes before what the other earns as a manager.
 */
export function neededUpTo(book: Book, report: string, upTo: string): string | null {
  const { colleagues, participant, calendar } = book;
  const me = participant.participant;
  if (!everReporting(book, report).has(me)) return upTo;
  const days = turnsOf(book);
  const last = days.findLastIndex((day) => day < upTo && managersAbove(colleagues, report, day).includes(me));
  if (last < 0) return null;
  const end = days[last + 1];
  const until = end === undefined ? upTo : earliestOf(upTo, windowOf(dayBefore(end), calendar.cadence).to);
  return until <= periodBounds(calendar.firstPeriod).from ? null : until;
}

/**
 * Whether the participant and a report lead each other, through whomever, within one pay period before a date: each is above the next
 * on a day of it. Then what either earns on the earnings of the other has no beginning.
 */
export function isInCircle(book: Book, report: string, upTo: string): boolean {
  const me = book.participant.participant;
  if (!everReporting(book, report).has(me)) return false;
  const turns = turnsOf(book);
  return periodsFrom(book.calendar, book.calendar.firstPeriod, upTo).some((period) => {
    const days = [period.from, ...turns.filter((day) => isWithin(day, period))];
    return leadsUpTo(book, report, me, days) && leadsUpTo(book, me, report, days);
  });
}

/** Whether somebody is above somebody, each step on one of these days. */
function leadsUpTo({ colleagues }: Book, from: string, to: string, days: readonly string[]): boolean {
  const reached = new Set([from]);
  for (const below of reached) {
    for (const day of days) {
      for (const manager of managersAbove(colleagues, below, day)) {
        if (manager === to) return true;
        reached.add(manager);
      }
    }
  }
  return false;
}

function isWithin(day: string, { from, to }: Span): boolean {
  return from <= day && day < to;
}

/** The days on which anybody's reporting lines turn, in order. */
function turnsOf({ colleagues }: Book): readonly string[] {
  const turns = new Set<string>();
  for (const { participant } of colleagues.values()) for (const { from } of participant.managers) turns.add(from);
  return [...turns].sort();
}
