import { alongside, countAtFirst } from '@ledger/kernel';
import type { Book, DealEntry } from './book.ts';
import { everReporting } from './circles.ts';
import { counting } from './counting.ts';
import { dealsCrediting } from './crediting.ts';
import { blockedOn, measuresEarnings, NO_EARNINGS } from './earnings.ts';
import { type ComponentInForce, componentsByDate } from './in-force.ts';
import type { Calculated } from './line.ts';
import { type Credited, type Measures, measuring } from './measured.ts';
import { type Beside, calculatedBeside, type Differing, nearOf, type RatedWindow, watched } from './near.ts';
import { componentsThat } from './otherwise.ts';
import { earliestOf, periodBounds, windowOf } from './periods.ts';
import type { CalculationProblem } from './problem.ts';
import { type Reporting, reporting } from './reporting.ts';
import { inOrderOfCredits } from './return-credits.ts';
import { hasReturns } from './returned.ts';
import { type Lines, sortedOut } from './sorted-lines.ts';
import { takesTeam } from './team.ts';
import { type Earning, earningsOfTeam } from './team-lines.ts';
import { type MeasuredWindow, rateWindow } from './window.ts';
import { looksBackTo } from './windows.ts';

/** What a participant is credited with and what every deal earns, before anything looks at a pay period as a whole. */
export interface Calculation {
  /** Windows in which something was credited, by `windowKey`. */
  readonly windows: ReadonlyMap<string, MeasuredWindow>;
  /** What counted, by component, in the order of credits. */
  readonly credited: ReadonlyMap<string, readonly Credited[]>;
  /** What was measured at any time, for targets and gates. */
  readonly measures: Measures;
  readonly inForceOn: (date: string) => readonly ComponentInForce[];
  /** By component, then by pay period: its deals in the order of credits, then periods and true-ups. */
  readonly lines: Lines;
  /** True-ups that come to nothing, and are no lines: what one deal earns more, another one earns less. */
  readonly silent: Lines;
  /** What each window earned, by `windowKey`. */
  readonly rated: ReadonlyMap<string, RatedWindow>;
  readonly problems: readonly CalculationProblem[];
}

/** The calculation of anybody's book, up to the date that is looked at. */
export type CalculationOf = (book: Book) => Calculation;

const KNOWN = alongside<Book, Map<string, Calculation>>();

/**
 * The calculation of what closed before the date `upTo`, worked out once for each book. `earning`: what anybody earns, for what is
 * paid on the earnings of others.
 */
export function calculate(book: Book, upTo: string, earning: Earning): Calculation {
  let ofBook = KNOWN.get(book);
  if (ofBook === undefined) {
    ofBook = new Map();
    KNOWN.set(book, ofBook);
  }
  let calculation = ofBook.get(upTo);
  if (calculation === undefined) {
    const known = (other: Book) => KNOWN.get(other)?.get(upTo);
    // What is paid on the earnings of others hangs on more than deals.
    const isOnEarnings = componentsThat(book, measuresEarnings).length > 0;
    const beside = isOnEarnings ? undefined : calculatedBeside(book, known, dealsLookedAt, upTo);
    const before = beside?.differing.size === 0 ? beside.calculation : beside && amended(book, upTo, beside);
    calculation = before ?? calculated(book, upTo, earning, known);
    ofBook.set(upTo, calculation);
  }
  return calculation;
}

/** The deals that the participant's own calculation looks at: those of the participant, and of everybody whom a team may be made of. */
function dealsLookedAt(book: Book): readonly Book['deals'][] {
  if (book.colleagues.size === 0) return [book.deals];
  const { participant } = book.participant;
  const team = componentsThat(book, takesTeam).length > 0 ? everReporting(book, participant) : [];
  return [participant, ...team].map((each) => dealsCrediting(book, each));
}

/** All deals of some parts of a book. */
function dealsIn({ deals }: Book, parts: readonly Book['deals'][]): Book['deals'] {
  const [first, second] = parts;
  if (first !== undefined && second === undefined) return first;
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  return size >= deals.size ? deals : new Map(parts.flatMap((part) => [...part]));
}

/** Credit and measure for all deals; then window, attainment, gate, rate, and what shapes a deal's earning. */
function calculated(
  book: Book,
  upTo: string,
  earning: Earning,
  known: (other: Book) => Calculation | undefined,
): Calculation {
  const isOnEarnings = componentsThat(book, measuresEarnings).length > 0;
  // What is paid on the earnings of others hangs on more than the book's own deals.
  const near = isOnEarnings ? null : nearOf(book, known, () => componentsByDate(book));
  const inForceOn = near?.inForceOn ?? componentsByDate(book);
  const { problems, report } = reporting(book.participant.participant);
  const earnings = isOnEarnings ? earningsOfTeam(book, upTo, earning) : NO_EARNINGS;
  const days = daysOf(book);
  const { windows, credited, add, takeReturns } = counting(book, { inForceOn, near, earnings, ...days, report });
  // Among colleagues most deals are other people's.
  const ours = dealsIn(book, dealsLookedAt(book));
  const all = earnings.others.size === 0 ? ours : new Map([...ours, ...earnings.others]);
  const deals = inOrder(all, days.first, upTo);
  for (const [key, deal] of deals) add(key, deal);
  takeReturns(upTo);
  for (const { inForce, period, obstacle } of blockedOn(book, earnings, upTo, inForceOn)) {
    report(inForce, period, null, obstacle);
  }
  const measures = measuring(book, () => deals, credited, inForceOn, days.firstDayFor);
  const rate = ratingAnew(book, { upTo, measures, credited }, report);
  const rated = new Map<string, RatedWindow>();
  for (const [id, window] of windows) rated.set(id, near?.rated(id, window) ?? rate(window));
  return { windows, credited, measures, inForceOn, ...sortedOut(linesOf(rated)), rated, problems };
}

/**
 * The same from a calculation that differs in a few deals: what they counted is taken out of their windows, and what they count put in.
 * Everything else stays the object that it was. `null` where more than that changes: which windows there are, or with what they begin.
 */
function amended(
  book: Book,
  upTo: string,
  { calculation: before, differing }: Beside<Calculation>,
): Calculation | null {
  const comesBack = componentsThat(book, (document) => hasReturns(document, 'period-of-return'));
  if (before.problems.length > 0 || comesBack.length > 0) return null;
  const { inForceOn } = before;
  const { problems, report } = reporting(book.participant.participant);
  const days = daysOf(book);
  const anew = counting(book, { inForceOn, near: null, earnings: NO_EARNINGS, ...days, report });
  const told = new Map([...differing].flatMap(([key, { is }]) => (is === undefined ? [] : [[key, is] as const])));
  for (const [key, deal] of inOrder(told, days.first, upTo)) anew.add(key, deal);
  const windows = exchanged(before.windows, anew.windows, differing, creditsIn, (window, credits) => ({
    ...window,
    credits,
  }));
  const credited = exchanged(before.credited, anew.credited, differing, itself, (_, credits) => credits);
  if (windows === null || credited === null || problems.length > 0) return null;
  const deals = () => inOrder(dealsIn(book, dealsLookedAt(book)), days.first, upTo);
  const measures = measuring(book, deals, credited, inForceOn, days.firstDayFor);
  const rate = ratingAnew(book, { upTo, measures, credited }, report);
  const rated = new Map<string, RatedWindow>();
  const touched = new Map<string, Set<string>>();
  for (const [id, window] of windows) {
    const was = before.rated.get(id);
    const isSame = was?.isAlone === true && before.windows.get(id) === window;
    const is = isSame ? was : rate(window);
    rated.set(id, is);
    if (isSame) continue;
    for (const { inForce, period } of [...(was?.lines ?? []), ...is.lines]) {
      const periods = touched.get(inForce.component.id) ?? new Set();
      touched.set(inForce.component.id, periods.add(period));
    }
  }
  const more = sortedOut(linesTouched(windows, rated, touched));
  const lines = overlaid(before.lines, more.lines, touched);
  const silent = overlaid(before.silent, more.silent, touched);
  return lines === null || silent === null
    ? null
    : { windows, credited, measures, inForceOn, lines, silent, rated, problems };
}

function creditsIn({ credits }: MeasuredWindow): MeasuredWindow['credits'] {
  return credits;
}

function itself(credits: readonly Credited[]): readonly Credited[] {
  return credits;
}

/** Groups of credits without those of some deals, and with others instead; `null` where there are other groups, or one begins otherwise. */
function exchanged<Group>(
  all: ReadonlyMap<string, Group>,
  more: ReadonlyMap<string, Group>,
  out: ReadonlyMap<string, Differing>,
  of: (group: Group) => readonly Credited[],
  made: (group: Group, credits: [Credited, ...Credited[]]) => Group,
): ReadonlyMap<string, Group> | null {
  for (const id of more.keys()) if (!all.has(id)) return null;
  const groups = new Map(all);
  for (const [id, group] of all) {
    const before = of(group);
    const added = more.get(id);
    const kept = withoutDeals(before, out);
    if (added === undefined && kept.length === before.length) continue;
    for (const credit of added === undefined ? [] : of(added)) kept.splice(placeOf(credit, kept), 0, credit);
    const [first] = kept;
    if (first === undefined || first !== before[0]) return null;
    groups.set(id, made(group, kept as [Credited, ...Credited[]]));
  }
  return groups;
}

/** A copy without what the deals credited before; each has its place by when it closed, however a component looks at it. */
function withoutDeals(credits: readonly Credited[], out: ReadonlyMap<string, Differing>): Credited[] {
  const kept = [...credits];
  for (const [key, { was: deal }] of out) {
    if (deal === undefined) continue;
    const end = placeOf({ key, deal }, kept);
    let from = end;
    while (kept[from - 1]?.key === key) from -= 1;
    kept.splice(from, end - from);
  }
  return kept;
}

/** Before the first that comes after it. */
function placeOf(credit: Pick<Credited, 'key' | 'deal'>, among: readonly Credited[]): number {
  return countAtFirst(among, (other) => inOrderOfCredits(other, credit) <= 0);
}

/** Lines with those of some components and periods instead; `null` where there were none, or are none any more. */
function overlaid(all: Lines, more: Lines, touched: ReadonlyMap<string, ReadonlySet<string>>): Lines | null {
  const lines = new Map(all);
  for (const [component, periods] of touched) {
    const own = new Map(all.get(component));
    for (const period of periods) {
      const is = more.get(component)?.get(period);
      if ((is === undefined) !== !own.has(period)) return null;
      if (is !== undefined) own.set(period, is);
    }
    if (own.size > 0) lines.set(component, own);
  }
  return lines;
}

function* linesOf(rated: ReadonlyMap<string, RatedWindow>): Iterable<Calculated> {
  for (const { lines } of rated.values()) yield* lines;
}

/** Those of some components and periods: most windows are of other ones. */
function* linesTouched(
  windows: ReadonlyMap<string, MeasuredWindow>,
  rated: ReadonlyMap<string, RatedWindow>,
  touched: ReadonlyMap<string, ReadonlySet<string>>,
): Iterable<Calculated> {
  for (const [id, of] of rated) {
    const periods = touched.get(windows.get(id)?.component ?? '');
    if (periods === undefined || periods.isDisjointFrom(periodsOf(of))) continue;
    for (const line of of.lines) if (periods.has(line.period)) yield line;
  }
}

const PERIODS = alongside<RatedWindow, ReadonlySet<string>>();

/** The pay periods in which a window earned. */
function periodsOf(rated: RatedWindow): ReadonlySet<string> {
  let periods = PERIODS.get(rated);
  if (periods === undefined) {
    periods = new Set(rated.lines.map(({ period }) => period));
    PERIODS.set(rated, periods);
  }
  return periods;
}

/** Rates a window, and says whether anything outside of it was looked at. */
function ratingAnew(
  book: Book,
  { upTo, measures, credited }: Pick<Calculation, 'measures' | 'credited'> & { readonly upTo: string },
  report: Reporting['report'],
): (window: MeasuredWindow) => RatedWindow {
  const ledgerFrom = periodBounds(book.calendar.firstPeriod).from;
  const { around, asked } = watched({ ledgerFrom, upTo, measures, credited: (id) => credited.get(id) ?? [] });
  return (window) => {
    const lines: Calculated[] = [];
    const before = asked();
    rateWindow(book, window, around, { put: (line) => lines.push(line), report });
    return { lines, isAlone: asked() === before };
  };
}

/** From which day on deals are looked at: by a component, and by any. */
function daysOf(book: Book): { readonly first: string; readonly firstDayFor: (component: string) => string } {
  const ledgerFrom = periodBounds(book.calendar.firstPeriod).from;
  const baseline = windowOf(ledgerFrom, 'year').from;
  const days = firstDayByComponent(book, baseline, ledgerFrom);
  return {
    first: earliestOf(baseline, ...days.values()),
    firstDayFor: (component) => days.get(component) ?? baseline,
  };
}

/** The first day that any version of a component in the participant's plans looks at, or an earlier one from which all is counted. */
function firstDayByComponent(
  { participant, plans, calendar }: Book,
  baseline: string,
  ledgerFrom: string,
): ReadonlyMap<string, string> {
  const days = new Map<string, string>();
  for (const { plan } of participant.assignments) {
    for (const { document } of plans.get(plan)?.versions ?? []) {
      for (const id of Object.keys(document.components)) {
        const day = looksBackTo(document.components, id, ledgerFrom, calendar.cadence);
        days.set(id, earliestOf(day, days.get(id) ?? baseline));
      }
    }
  }
  return days;
}

/** Deals in the order of credits: closing date, source's sequence, deal key; never arrival (domain.md §4). */
function inOrder(deals: Book['deals'], from: string, upTo: string): readonly (readonly [string, DealEntry])[] {
  const within: (readonly [string, DealEntry])[] = [];
  for (const pair of deals) {
    if (pair[1].closedOn < upTo && pair[1].closedOn >= from) within.push(pair);
  }
  return within.sort(([keyA, a], [keyB, b]) => {
    if (a.closedOn !== b.closedOn) return a.closedOn < b.closedOn ? -1 : 1;
    if (a.sequence !== b.sequence) return a.sequence - b.sequence;
    return keyA < keyB ? -1 : 1;
  });
}
