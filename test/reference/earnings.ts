import type { Book } from '@ledger/calculation';
import type { Component } from '@ledger/events';
import { paysAtEnd, streakLines } from './at-end.ts';
import { budgetLines } from './budgets.ts';
import { firstDayOf, payPeriods } from './calendar.ts';
import { capped as cappedLines, type Line, type PeriodLines } from './caps.ts';
import { isCircle, isTied, neededUntil } from './circles.ts';
import { bookAs } from './colleagues.ts';
import { contestLines } from './contests.ts';
import { type Credit, creditsBefore, inOrder } from './credits.ts';
import { decimalsOf } from './currencies.ts';
import { Refusal } from './formulas.ts';
import { withGroupCaps } from './group-caps.ts';
import { componentsOn } from './in-force.ts';
import { limitsOf } from './limits.ts';
import { lostOf, withLostDeals } from './losses.ts';
import { objectiveLines } from './objectives.ts';
import { once } from './once.ts';
import { type EarnedBy, refuseStopped, takesEarnings } from './overrides.ts';
import { movedOut, paidOut } from './payout.ts';
import { phaseInLines } from './phase-in.ts';
import { planCapped } from './plan-cap.ts';
import { minus, type Ratio, rounded, total } from './ratio.ts';
import { movedInTime } from './release.ts';
import { takenAway } from './taken-away.ts';
import { linesOf } from './walk.ts';
import { windfallLines } from './windfalls.ts';
import { type Scope, type Window, windowOf } from './windows.ts';

/** What every pay period should be, freezes ignored, stage by stage (domain.md §4; semantics 5 to 8). */

export interface RoundedLine extends Line {
  /** What is posted. */
  readonly amount: Ratio;
}

/** Lines of pay periods that begin before a date, component by component, in the order of D17. */
export function earnings(book: Book, upTo: string): readonly RoundedLine[] {
  const ofComponents = stagesOf(book, upTo, componentsOf(book)).flatMap(({ lines, paid, lost, named }) => {
    const earned = lines.flatMap(({ period: { from } }) =>
      [paid, lost].flatMap((list) => list.filter((line) => line.period === from)),
    );
    const moved = movedOut(book, movedInTime(book, lines, [...paid, ...lost]));
    // The difference of rates comes after all lines of the component (D230).
    const own = roundedLines(book, paidOut(book, earned));
    const isDifference = ({ what }: Line) => what === 'exchange-difference';
    const posted = [...own.filter((line) => !isDifference(line)), ...moved, ...own.filter(isDifference)];
    return posted.map((line) => ({ ...line, window: named(line.window) }));
  });
  const { cadence, firstPeriod } = book.calendar;
  const periods = payPeriods(firstDayOf(firstPeriod), upTo, cadence);
  const phasedIn = phaseInLines(book, periods, (of, before) =>
    stagesOf(of, before, componentsOf(of)).flatMap((each) => earnedOf(of, each)),
  );
  return [...ofComponents, ...roundedLines(book, phasedIn)].sort((a, b) =>
    a.component === b.component ? 0 : a.component < b.component ? -1 : 1,
  );
}

/** Whenever it may be paid: what is held was earned all the same (D140). */
function earnedOf(book: Book, { lines, paid, lost }: Stages): readonly Line[] {
  const earned = [...paid, ...lost];
  return [...earned, ...movedInTime(book, lines, earned).filter(({ what }) => what === 'returned')];
}

/** Every id that a plan of the participant's ever named. */
function componentsOf({ plans, participant }: Book): readonly string[] {
  const versions = participant.assignments.flatMap(({ plan }) => plans.get(plan)?.versions ?? []);
  return [...new Set(versions.flatMap(({ document }) => Object.keys(document.components)))].sort();
}

/** What a component comes to. */
interface Stages {
  readonly component: string;
  readonly lines: readonly PeriodLines[];
  /** After caps. */
  readonly paid: readonly Line[];
  /** Of what is left, by those who leave, and what is held of windfalls. */
  readonly lost: readonly Line[];
  readonly named: Named;
}

type Named = <W extends Window | null>(of: W) => W;

function stagesOf(book: Book, upTo: string, components: readonly string[]): readonly Stages[] {
  const parts = components.map((component) => ({ component, ...beforePlanCap(book, upTo, component) }));
  const all = planCapped(
    book,
    parts.flatMap(({ paid }) => paid),
  );
  return parts.map(({ component, lines, named }) => {
    const capped = all.filter((line) => line.component === component);
    const limited = budgeted(book).includes(component)
      ? budgetLines(book, component, lines, budgeted, (of, id) => postedOf(of, id, upTo))
      : [];
    const paid = [...capped, ...limited];
    const lost = lostOf(book, component, lines, paid);
    return {
      component,
      lines,
      named,
      paid,
      lost: [...lost, ...windfallLines(book, component, lines, [...paid, ...lost])],
    };
  });
}

function beforePlanCap(book: Book, upTo: string, component: string): Pick<Stages, 'lines' | 'paid' | 'named'> {
  if (versionsOf(book, component).some(takesEarnings)) {
    refuseStopped(book, upTo, earnedBy(book, upTo), (day) =>
      componentsOn(book, day).flatMap((each) => (each.id === component ? [each.component] : [])),
    );
  }
  const { cadence, firstPeriod } = book.calendar;
  const scope = scopeOf(book, component, upTo);
  const atEnd = versionsOf(book, component).some(paysAtEnd)
    ? [
        ...streakLines(scope, component, upTo),
        ...objectiveLines(scope, component, upTo),
        ...contestLines(book, component, upTo, scopeOf),
      ]
    : [];
  const walked = payPeriods(firstDayOf(firstPeriod), upTo, cadence).map((period) =>
    withMore(linesOf(scope, component, period), atEnd),
  );
  const shared = withGroupCaps(book, component, walked, groupCapped, (of, id) => walkOf(of, id, upTo));
  const lines = withLostDeals(book, shared);
  const named = namedWindows(scope.credits, cadence);
  return { lines, paid: cappedLines(lines, cadence, limitsOf(book), named), named };
}

/** What somebody earns before caps of several deals. */
function walkOf(book: Book, id: string, upTo: string): readonly PeriodLines[] {
  const { cadence, firstPeriod } = book.calendar;
  return once(book, `walk ${id} ${upTo}`, () => {
    const scope = scopeOf(book, id, upTo);
    return payPeriods(firstDayOf(firstPeriod), upTo, cadence).map((period) => linesOf(scope, id, period));
  });
}

/** What somebody is paid by a component after caps. */
function postedOf(book: Book, id: string, upTo: string): readonly RoundedLine[] {
  return once(book, `posted ${id} ${upTo}`, () => {
    const components = hasPlanCap(book) ? componentsOf(book) : [id];
    const paid = planCapped(
      book,
      components.flatMap((each) => beforePlanCap(book, upTo, each).paid),
    );
    return roundedLines(
      book,
      paid.filter(({ component }) => component === id),
    );
  });
}

function budgeted(book: Book): readonly string[] {
  return componentsOf(book).filter((id) => versionsOf(book, id).some(({ budget }) => budget !== undefined));
}

function groupCapped(book: Book): readonly string[] {
  return componentsOf(book).filter((id) => versionsOf(book, id).some(({ groupCap }) => groupCap !== undefined));
}

function scopeOf(book: Book, component: string, upTo: string): Scope {
  return {
    book,
    credits: creditsInWindows(book, upTo, component),
    // Asked for only by what looks at another component.
    get all() {
      return creditsInWindows(book, upTo);
    },
  };
}

function versionsOf({ plans, participant }: Book, id: string): readonly Component[] {
  const versions = participant.assignments.flatMap(({ plan }) => plans.get(plan)?.versions ?? []);
  return versions.flatMap(({ document }) => document.components[id] ?? []);
}

function withMore(each: PeriodLines, more: readonly Line[]): PeriodLines {
  return { ...each, lines: [...each.lines, ...more.filter(({ period }) => period === each.period.from)] };
}

/** Whose earnings are being asked for, so that nobody's depend on themselves, and up to when they matter. */
const asking: { readonly name: string; readonly until: string }[] = [];

/** What others earn, each by a book of their own; nothing of what is in a circle (D171). */
function earnedBy(book: Book, end: string): EarnedBy {
  return (who, component, upTo) => {
    const theirs = bookAs(book, who);
    const until = neededUntil(book, who, asking.at(-1)?.until ?? end);
    if (until === null || until < upTo) return [];
    const asked = component === null ? componentsOf(theirs) : [component];
    if (isCircle(book, who, until) && asked.some((id) => isTied(theirs, id))) throw new Refusal('reporting_loop', who);
    const name = `${who} ${component} ${upTo} ${until}`;
    if (asking.some((each) => each.name === name)) throw new Refusal('reporting_loop', who);
    asking.push({ name, until });
    try {
      return once(theirs, name, () => earnedForOthers(theirs, component, upTo));
    } finally {
      asking.pop();
    }
  };
}

function earnedForOthers(book: Book, component: string | null, upTo: string): ReturnType<EarnedBy> {
  const isAsked = (id: string) => component === null || id === component;
  const components = componentsOf(book);
  // A cap of a plan is over all of its components.
  const stages = stagesOf(book, upTo, hasPlanCap(book) ? components : components.filter(isAsked));
  return stages
    .filter((each) => isAsked(each.component))
    .flatMap((each) => earnedOf(book, each))
    .map(({ what, deal, terms, ...line }) => ({
      ...line,
      deal: what === 'deal' && terms.entry.deal !== '' ? deal : null,
      currency: terms.plan.document.currency,
    }));
}

function hasPlanCap({ plans, participant }: Book): boolean {
  return participant.assignments.some(({ plan }) =>
    plans.get(plan)?.versions.some(({ document }) => document.cap !== undefined),
  );
}

/** Windows of one component that go by the same name are told apart by a number, from the second on (D21). */
function namedWindows(credits: readonly Credit[], cadence: 'month' | 'quarter'): Named {
  // What comes back names no window before deals do (D220).
  const deals = credits.filter(({ returns }) => returns === undefined);
  const all = [...deals, ...credits].map((credit) => windowOf(credit, cadence));
  const windows = new Map(all.map((window) => [window?.key, window]));
  return (of) => {
    if (of === null) return of;
    const alike = [...windows.values()].filter((window) => window?.id === of.id).map((window) => window?.key);
    const at = alike.indexOf(of.key);
    return at < 1 ? of : { ...of, id: `${of.id}~${at + 1}` };
  };
}

/** A deal that closed outside a window of the plan's own is no credit of the component. */
export function creditsInWindows(book: Book, upTo: string, only: string | null = null): readonly Credit[] {
  const credited = creditsBefore(book, upTo, only, earnedBy(book, upTo)).filter(
    (credit) => windowOf(credit, book.calendar.cadence) !== null,
  );
  const taken = credited.flatMap((credit) => takenAway(book, credit, upTo));
  return inOrder([...credited, ...taken.filter((credit) => windowOf(credit, book.calendar.cadence) !== null)]);
}

/** Every line by itself, or the balance to date of the calendar year less what was rounded of it before (D20). */
function roundedLines({ participant }: Book, lines: readonly Line[]): readonly RoundedLine[] {
  return lines.map((line, index) => {
    const { component, plan } = line.terms;
    const { payout, currency, rounding } = plan.document;
    const decimals = decimalsOf(payout === undefined ? currency : participant.currency);
    const round = (exact: Ratio) => rounded(exact, decimals, rounding);
    if (line.posted !== undefined) return { ...line, amount: line.posted };
    if (component.round === 'each-line') return { ...line, amount: round(line.exact) };
    const toDate = (end: number) =>
      total(
        lines
          .slice(0, end)
          .filter((each) => each.terms.component.round === 'to-date' && sameYear(each, line))
          .map(({ exact }) => exact),
      );
    return { ...line, amount: minus(round(toDate(index + 1)), round(toDate(index))) };
  });
}

function sameYear(a: Line, b: Line): boolean {
  return a.period.slice(0, 4) === b.period.slice(0, 4);
}
