import type { Book } from '@ledger/calculation';
import type { Contest } from '@ledger/events';
import { type Ending, isClosed, mayEnd, scoreOf, termsOn } from './at-end.ts';
import { dayBefore, firstDayOf, payPeriodId, payPeriods, type Stretch } from './calendar.ts';
import type { Line } from './caps.ts';
import { bookAs } from './colleagues.ts';
import { daysOf, nextDay } from './counting.ts';
import type { Credit } from './credits.ts';
import { decimalsOf } from './currencies.ts';
import { Refusal } from './formulas.ts';
import { everybody } from './hierarchy.ts';
import { componentsOn } from './in-force.ts';
import { incentiveOf } from './personal.ts';
import {
  isNothing,
  isPositive,
  larger,
  less,
  NOTHING,
  over,
  type Ratio,
  ratio,
  read,
  rounded,
  same,
  times,
  total,
} from './ratio.ts';
import { shared } from './sharing.ts';
import { measured, type Scope, windowOf } from './windows.ts';

/** Who wins what by place, or a part of a pot (D181, D243). */

type ScopeOf = (book: Book, id: string, upTo: string) => Scope;

interface Part {
  readonly who: string;
  readonly contest: Contest;
  readonly measured: Ratio;
  readonly score: Ratio;
  readonly qualifies: boolean;
  /** Closing date and sequence of the last credit that is not 0. */
  readonly last: string;
}

interface Won {
  readonly who: string;
  readonly exact: Ratio;
  /** With whom the money is shared. */
  readonly sharing: readonly string[];
}

export function contestLines(book: Book, id: string, upTo: string, scopeOf: ScopeOf): readonly Line[] {
  const { firstPeriod, cadence } = book.calendar;
  const me = book.participant.participant;
  return payPeriods(firstDayOf(firstPeriod), upTo, cadence).flatMap((period) =>
    endingsOf(book, id, period).flatMap(({ window, terms }): readonly Line[] => {
      const { contest } = terms.component;
      if (contest === undefined || window.stretch.to <= firstDayOf(firstPeriod)) return [];
      if (contest.among !== null && !contest.among.includes(me)) return [];
      const parts = takingPart(book, id, window.stretch, terms, (of) => scopeOf(of, id, period.to));
      const won = awarded(parts);
      const own = won.find(({ who }) => who === me);
      if (own === undefined) return [];
      const about = { component: id, period: period.from, periodId: payPeriodId(period, cadence) };
      const line: Line = { ...about, what: 'contest', deal: null, window, terms, exact: own.exact };
      if (isOfIncentive(contest)) return [{ ...line, exact: shareOfIncentive(book, window.stretch, terms, own.exact) }];
      const sharing = won.filter(({ who }) => own.sharing.includes(who));
      if (sharing.length < 2) return [line];
      return [{ ...line, posted: allocated(sharing, me, decimalsOf(terms.plan.document.currency)) }];
    }),
  );
}

/** Whether prizes are shares of what 100 % pays to each (D243). */
function isOfIncentive({ awards }: Contest): boolean {
  return awards.by !== 'pot' && awards.prizes.some(({ pays }) => pays.endsWith('%'));
}

/** Asked for only of who wins. */
function shareOfIncentive(book: Book, stretch: Stretch, terms: Credit, share: Ratio): Ratio {
  return isPositive(share) ? times(share, incentiveOf(book, terms, stretch, stretch.to) ?? NOTHING) : NOTHING;
}

/** Windows that end in a pay period, by the terms under which somebody takes part. */
function endingsOf(book: Book, id: string, period: Stretch): readonly Ending[] {
  return daysOf(period).flatMap((day): readonly Ending[] => {
    if (!mayEnd(book, id, nextDay(day))) return [];
    const terms = termsOn(book, id, lastDayOf(book, day));
    const window = terms === null ? null : windowOf({ ...terms, closedOn: day }, book.calendar.cadence);
    if (terms === null || window === null || window.stretch.to !== nextDay(day)) return [];
    return lastTerms(book, id, window.stretch) === null ? [] : [{ window, terms }];
  });
}

/** The day itself, or of who has left before it the last day on which they had any component. */
function lastDayOf(book: Book, day: string): string {
  const before = [book.participant.endsOn, ...book.participant.assignments.map(({ to }) => to)].flatMap((end) =>
    end !== null && end <= day ? [dayBefore(end)] : [],
  );
  const days = [day, ...before.sort().reverse()];
  return days.find((each) => componentsOn(book, each).length > 0) ?? day;
}

/** The terms of somebody who takes part: of the last day or, at any time, of the last day in the window on which they had any. */
function lastTerms(book: Book, id: string, { from, to }: Stretch): Credit | null {
  const last = dayBefore(to);
  const day = lastDayOf(book, last);
  const terms = day < from ? null : termsOn(book, id, day);
  const contest = terms?.component.contest;
  return contest === undefined || (day !== last && contest.present !== 'any-time') ? null : terms;
}

function poolOf({ component, plan, id }: Credit): string {
  return component.contest?.group ?? `${plan.document.plan} ${id}`;
}

function takingPart(
  book: Book,
  id: string,
  stretch: Stretch,
  terms: Credit,
  scopeOf: (book: Book) => Scope,
): readonly Part[] {
  const among = terms.component.contest?.among ?? null;
  const people = [...everybody(book).keys()].sort().filter((who) => among === null || among.includes(who));
  return people.flatMap((who): readonly Part[] => {
    const theirs = bookAs(book, who);
    const own = lastTerms(theirs, id, stretch);
    const contest = own?.component.contest;
    if (own === null || contest === undefined || poolOf(own) !== poolOf(terms)) return [];
    const window = windowOf({ ...own, closedOn: dayBefore(stretch.to) }, book.calendar.cadence);
    if (window === null) return [];
    // What cannot be told of the pay period is in the way, also of what closes after the window.
    const scope = scopeOf(theirs);
    const ending = { window, terms: own };
    const amount = measured(scope.credits, window.measure, window.unit, stretch);
    const score = isNothing(amount) ? NOTHING : scoreOf(scope, ending);
    if (score === 'no target') throw new Refusal('quota_zero', window.key);
    const enough = contest.atLeast === null || !less(score, read(contest.atLeast));
    // Gates are asked of everybody, so that a missing quota stops the contest whoever has nothing to win.
    const closed = isClosed(scope, ending);
    const qualifies = isPositive(score) && enough && !closed;
    const credits = scope.credits.filter(
      ({ closedOn, measured: is }) => stretch.from <= closedOn && closedOn < stretch.to && !isNothing(is),
    );
    const last = credits.map(({ closedOn, entry }) => `${closedOn} ${String(entry.sequence).padStart(10, '0')}`).at(-1);
    return [{ who, contest, measured: amount, score, qualifies, last: last ?? '' }];
  });
}

function awarded(parts: readonly Part[]): readonly Won[] {
  const qualified = parts.filter(({ qualifies }) => qualifies);
  return parts.map((part): Won => {
    const { who, contest, qualifies, score } = part;
    if (!qualifies) return { who, exact: NOTHING, sharing: [] };
    const { awards } = contest;
    if (awards.by === 'pot') {
      const everything = larger(NOTHING, total(parts.map((each) => each.measured)));
      const pot = awards.pot.by === 'money' ? read(awards.pot.money) : times(read(awards.pot.share), everything);
      const share =
        awards.divided === 'equally'
          ? ratio(1, qualified.length)
          : over(score, total(qualified.map((each) => each.score)));
      return { who, exact: times(pot, share), sharing: qualified.map((each) => each.who) };
    }
    const tied = qualified.filter((each) => isTied(contest, each, part));
    const place = qualified.filter((each) => isAhead(contest, each, part)).length + 1;
    const prizes = tied.map((_, at) => prizeAt(contest, place + at, parts.length));
    const sharing = tied.map((each) => each.who);
    switch (contest.ties) {
      case 'higher':
        return { who, exact: prizes[0] ?? NOTHING, sharing: [] };
      case 'lower':
        return { who, exact: prizes.at(-1) ?? NOTHING, sharing: [] };
      default:
        return { who, exact: over(total(prizes), ratio(tied.length)), sharing };
    }
  });
}

function isTied({ ties }: Contest, a: Part, b: Part): boolean {
  return same(a.score, b.score) && (ties !== 'earlier' || a.last === b.last);
}

function isAhead({ ties }: Contest, a: Part, b: Part): boolean {
  return less(b.score, a.score) || (ties === 'earlier' && same(a.score, b.score) && a.last < b.last);
}

function prizeAt({ awards }: Contest, place: number, people: number): Ratio {
  switch (awards.by) {
    case 'place': {
      const prize = awards.prizes.find(({ from, to }) => from <= place && place <= to);
      return prize === undefined ? NOTHING : read(prize.pays);
    }
    case 'top': {
      const prize = awards.prizes.find(({ top }) => place <= roundedUp(times(read(top), ratio(people))));
      return prize === undefined ? NOTHING : read(prize.pays);
    }
    case 'pot':
      return NOTHING;
  }
}

function roundedUp({ top, bottom }: Ratio): number {
  return Number((top + bottom - 1n) / bottom);
}

/** Whole minor units of the sum, in proportion to the exact parts. */
function allocated(sharing: readonly Won[], who: string, decimals: number): Ratio {
  const posted = rounded(total(sharing.map(({ exact }) => exact)), decimals, 'half-up');
  const weights = sharing.map((each) => ({ name: each.who, weight: each.exact }));
  return shared(posted, weights, decimals).get(who) ?? NOTHING;
}
