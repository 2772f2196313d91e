import type { Book, DealEntry } from '@ledger/calculation';
import type { Component } from '@ledger/events';
import { dayBefore, firstDayOf, isWithin, payPeriodId, payPeriodOf, payPeriods, type Stretch } from './calendar.ts';
import { daysOf } from './counting.ts';
import { creditingOf } from './crediting.ts';
import { rateOn } from './exchange.ts';
import { Refusal } from './formulas.ts';
import { above, everybody, hierarchyDay, isOfTeam, type Share } from './hierarchy.ts';
import { kept } from './kept.ts';
import { once } from './once.ts';
import { isNothing, NOTHING, type Ratio, times, total } from './ratio.ts';

/** What a team earns, as a component of its manager takes it (D163 to D165). */

/** A line of somebody's, as far as others ask. */
interface Earned {
  readonly component: string;
  /** First day of the pay period. */
  readonly period: string;
  /** Of the deal's own line. */
  readonly deal: string | null;
  readonly exact: Ratio;
  /** Of the plan. */
  readonly currency: string;
}

/** What somebody earns in a component, or in all of them, in pay periods that begin before a date. */
export type EarnedBy = (who: string, component: string | null, upTo: string) => readonly Earned[];

const METRIC = 'earnings';

export function measuresEarnings({ measure }: Component): boolean {
  return measure === METRIC;
}

export function takesEarnings({ measure, paysOn }: Component): boolean {
  return measure === METRIC || paysOn === METRIC;
}

/** Those who ever reported to the participant, directly or through others. */
function reports(book: Book): readonly string[] {
  return once(book, 'reports', () => allReports(book));
}

function allReports(book: Book): readonly string[] {
  const manager = book.participant.participant;
  const people = everybody(book);
  const days = [...people.values()].flatMap(({ participant }) => participant.managers.map(({ from }) => from));
  return [...people.keys()]
    .filter((who) => who !== manager && days.some((day) => above(book, who, day).includes(manager)))
    .sort();
}

/** What somebody earned in a pay period; nothing where that cannot be said (then it stops what is paid on it, see below). */
function earnedIn(
  book: Book,
  { earningsOf }: Component,
  who: string,
  period: Stretch,
  earnedBy: EarnedBy,
): readonly Earned[] {
  const { plans, assignments } = { plans: book.plans, assignments: everybody(book).get(who)?.participant.assignments };
  const versions = assignments?.flatMap(({ plan }) => plans.get(plan)?.versions ?? []) ?? [];
  const ids = new Set(versions.flatMap(({ document }) => Object.keys(document.components)));
  const asked = Array.isArray(earningsOf) ? earningsOf : [...ids].sort();
  return asked.flatMap((id) => {
    const lines = attempted(() => earnedBy(who, id, period.to));
    return lines instanceof Refusal ? [] : lines.filter((line) => line.period === period.from);
  });
}

function idsOf(of: Component['earningsOf']): readonly (string | null)[] {
  return of === undefined || of === 'all' ? [null] : of;
}

function attempted<A>(question: () => A): A | Refusal {
  try {
    return question();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/**
 * What cannot be said of somebody who is of the team on the first or the last day of a pay period, or on a day of a deal that closes in
 * it, stops there what is paid on it, if that is in force on any day of it (D165).
 */
export function refuseStopped(
  book: Book,
  upTo: string,
  earnedBy: EarnedBy,
  inForceOn: (day: string) => readonly Component[],
): void {
  const { firstPeriod, cadence } = book.calendar;
  for (const period of payPeriods(firstDayOf(firstPeriod), upTo, cadence)) {
    const components = new Set(daysOf(period).flatMap(inForceOn).filter(takesEarnings));
    for (const component of components) {
      const team = reports(book).filter((who) =>
        [period.from, dayBefore(period.to), ...daysOfDeals(book, component, who, period)].some((day) =>
          isOfTeam(book, component, who, day),
        ),
      );
      for (const who of team) {
        for (const of of idsOf(component.earningsOf)) {
          const lines = attempted(() => earnedBy(who, of, period.to));
          if (lines instanceof Refusal) throw lines;
        }
      }
    }
  }
}

/** Days for which it is asked whose team somebody is of, of deals in which they, or those below them, have a part. */
function daysOfDeals(book: Book, component: Component, who: string, period: Stretch): readonly string[] {
  return [...book.deals.values()].flatMap((deal) => {
    if (!isWithin(period, deal.closedOn)) return [];
    const day = hierarchyDay(book, component, deal);
    const { credits } = creditingOf(book, deal);
    const has = credits.some(({ participant }) => participant === who || above(book, participant, day).includes(who));
    return has ? [day] : [];
  });
}

/** What a deal earned for the team, in the currency of the manager's plan. */
export function dealEarnings(
  book: Book,
  component: Component,
  [key, deal]: readonly [string, DealEntry],
  asked: { readonly credits: readonly Share[]; readonly currency: string; readonly earnedBy: EarnedBy },
): Ratio {
  const { credits, currency, earnedBy } = asked;
  const period = payPeriodOf(deal.closedOn, book.calendar.cadence);
  if (period.from < firstDayOf(book.calendar.firstPeriod)) return NOTHING;
  const manager = book.participant.participant;
  const day = hierarchyDay(book, component, deal);
  const pool = component.team?.pool ?? 'primary';
  const has = credits.some((each) => each.participant === manager && (pool === 'all' || each.pool === pool));
  if (component.team?.own === 'instead' && has) return NOTHING;
  const lines = reports(book)
    .filter((who) => isOfTeam(book, component, who, day))
    .flatMap((who) => earnedIn(book, component, who, period, earnedBy))
    .filter((line) => line.deal === key && !isNothing(line.exact));
  if (lines.length > 0) noLoop(book, day);
  return kept(total(lines.map((line) => exchanged(book, line, currency, deal.closedOn))));
}

/** What is nothing needs no rate. */
function exchanged(book: Book, line: Earned, to: string, day: string): Ratio {
  return isNothing(line.exact) ? NOTHING : times(line.exact, rateOn(book, line.currency, to, day));
}

function noLoop(book: Book, day: string): void {
  const manager = book.participant.participant;
  if (above(book, manager, day).includes(manager)) throw new Refusal('reporting_loop', manager);
}

export interface StandIn {
  readonly key: string;
  readonly closedOn: string;
  readonly amount: (currency: string) => Ratio;
}

/** What the team earned beside deals in a pay period, as deals that close on its last day. */
export function standIns(book: Book, component: Component, period: Stretch, earnedBy: EarnedBy): readonly StandIn[] {
  const day = dayBefore(period.to);
  const team = reports(book).filter((who) => isOfTeam(book, component, who, day));
  return team.flatMap((who) => {
    const lines = earnedIn(book, component, who, period, earnedBy).filter((line) => line.deal === null);
    const ids = [...new Set(lines.map((line) => line.component))].sort();
    return ids.map((id): StandIn => {
      const own = lines.filter((line) => line.component === id);
      return {
        key: `${who}/${id}/${payPeriodId(period, book.calendar.cadence)}`,
        closedOn: day,
        amount: (currency) => {
          const sum = total(own.map((line) => exchanged(book, line, currency, day)));
          if (!isNothing(sum)) noLoop(book, day);
          return kept(sum);
        },
      };
    });
  });
}
