import { alongside } from '@ledger/kernel';
import { isZero } from '@ledger/money';
import type { Book, DealEntry } from './book.ts';
import { everReporting } from './circles.ts';
import type { DealCredit } from './credit.ts';
import { creditingOf, dealsCrediting } from './crediting.ts';
import { blockedOn, measuresEarnings, NO_EARNINGS } from './earnings.ts';
import { type ComponentInForce, componentsByDate, type Obstacle } from './in-force.ts';
import type { Calculated } from './line.ts';
import { type Credited, type Measures, measuring } from './measured.ts';
import { calculatedBefore, nearOf, type RatedWindow, watched } from './near.ts';
import { componentsThat } from './otherwise.ts';
import { earliestOf, periodBounds, type Span, windowOf } from './periods.ts';
import type { CalculationProblem } from './problem.ts';
import { inRamp } from './ramp.ts';
import { inAnotherCurrency } from './reached.ts';
import { reporting } from './reporting.ts';
import { inOrderOfCredits, returnCredits } from './return-credits.ts';
import { dealUnder, hasReturns, uncancelled } from './returned.ts';
import { takesTeam } from './team.ts';
import { type Earning, earningsOfTeam } from './team-lines.ts';
import { weigh } from './weigh.ts';
import { type MeasuredWindow, rateWindow } from './window.ts';
import { looksBackTo, windowHolding, windowKey } from './windows.ts';

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
  readonly lines: ReadonlyMap<string, ReadonlyMap<string, readonly Calculated[]>>;
  /** True-ups that come to nothing, and are no lines: what one deal earns more, another one earns less. */
  readonly silent: ReadonlyMap<string, ReadonlyMap<string, readonly Calculated[]>>;
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
    const before = isOnEarnings ? undefined : calculatedBefore(book, known, dealsLookedAt);
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

const NO_CREDITS: readonly DealCredit[] = [];

/** Credit and measure for all deals; then window, attainment, gate, rate, and what shapes a deal's earning. */
function calculated(
  book: Book,
  upTo: string,
  earning: Earning,
  known: (other: Book) => Calculation | undefined,
): Calculation {
  const { participant } = book.participant;
  const { cadence, firstPeriod } = book.calendar;
  const ledgerFrom = periodBounds(firstPeriod).from;
  const isOnEarnings = componentsThat(book, measuresEarnings).length > 0;
  // What is paid on the earnings of others hangs on more than the book's own deals.
  const near = isOnEarnings ? null : nearOf(book, known, () => componentsByDate(book));
  const inForceOn = near?.inForceOn ?? componentsByDate(book);
  const windows = new Map<string, MeasuredWindow>();
  const named = new Map<string, number>();
  const credited = new Map<string, Credited[]>();
  const { problems, report } = reporting(participant);

  const baseline = windowOf(ledgerFrom, 'year').from;
  const firstDays = firstDayByComponent(book, baseline, ledgerFrom);
  const firstDayFor = (component: string) => firstDays.get(component) ?? baseline;
  const isOfTeam = componentsThat(book, takesTeam).length > 0;
  const earnings = isOnEarnings ? earningsOfTeam(book, upTo, earning) : NO_EARNINGS;
  // Among colleagues most deals are other people's.
  const ours = dealsIn(book, dealsLookedAt(book));
  const all = earnings.others.size === 0 ? ours : new Map([...ours, ...earnings.others]);
  const deals = inOrder(all, earliestOf(baseline, ...firstDays.values()), upTo);
  for (const [key, deal] of deals) {
    const counts = near?.countsOf(key, deal) ?? null;
    const ever = uncancelled(deal);
    // Of a deal that counts as it did elsewhere it may not matter whom it credits.
    let own = counts === null ? ownCredits(ever) : null;
    if (own?.length === 0 && !isOfTeam) continue;
    for (const each of inForceOn(deal.selectionOn ?? deal.closedOn)) {
      if (each.component.document.objectives !== undefined) continue;
      const inForce = inRamp(book, each, deal.closedOn);
      if (deal.closedOn < firstDayFor(inForce.component.id)) continue;
      if (counts !== null && near?.isShared(each) === true) {
        const same = counts.find(({ credited: { inForce: before } }) => before === inForce);
        if (same !== undefined) take(same.credited, same.id, same.measured.window);
        continue;
      }
      own ??= ownCredits(ever);
      if (own.length === 0 && !isOfTeam) break;
      const told = dealUnder(inForce.component.document, deal);
      const obstacle = credit(key, told, told === ever ? own : NO_CREDITS, inForce);
      if (obstacle !== null) report(inForce, windowOf(deal.closedOn, cadence).id, key, obstacle);
    }
  }

  takeReturns();

  for (const { inForce, period, obstacle } of blockedOn(book, earnings, upTo, inForceOn)) {
    report(inForce, period, null, obstacle);
  }

  const measures = measuring(book, deals, credited, inForceOn, firstDayFor);
  const lines = new Map<string, Map<string, Calculated[]>>();
  const silent = new Map<string, Map<string, Calculated[]>>();
  const rated = new Map<string, RatedWindow>();
  const { around, asked } = watched({ ledgerFrom, upTo, measures, credited: (id) => credited.get(id) ?? [] });
  for (const [id, window] of windows) {
    const result = near?.rated(id, window) ?? rateAnew(window);
    rated.set(id, result);
    for (const line of result.lines) put(line);
  }
  for (const periods of lines.values()) {
    for (const [period, own] of periods) periods.set(period, numbered(ordered(own)));
  }
  return { windows, credited, measures, inForceOn, lines, silent, rated, problems };

  function ownCredits(deal: DealEntry): readonly DealCredit[] {
    const isOwn = (credit: DealCredit) => credit.participant === participant;
    const { credits } = creditingOf(book, deal);
    return credits.every(isOwn) ? credits : credits.filter(isOwn);
  }

  function rateAnew(window: MeasuredWindow): RatedWindow {
    const own: Calculated[] = [];
    const before = asked();
    rateWindow(book, window, around, { put: (line) => own.push(line), report });
    return { lines: own, isAlone: asked() === before };
  }

  /** Takes the deal into its window; says what is in the way, if anything is. */
  function credit(
    key: string,
    deal: DealEntry,
    all: readonly DealCredit[],
    inForce: ComponentInForce,
  ): Obstacle | null {
    const weighed = weigh(book, key, deal, all, inForce, earnings);
    if (weighed === null || 'code' in weighed) return weighed;
    const misread = inAnotherCurrency(inForce.component.document, deal);
    if (misread !== null) return misread;
    const window = windowHolding(inForce.component.document.window, deal.closedOn, cadence, key);
    if (window === null) return null;
    const id = windowKey(inForce.component, window, weighed.measure.unit);
    take({ key, deal, inForce, weighed, period: windowOf(deal.closedOn, cadence).id }, id, window);
    return null;
  }

  /** What comes back takes its credit away where it falls, among the credits of its window. */
  function takeReturns(): void {
    if (componentsThat(book, (document) => hasReturns(document, 'period-of-return')).length === 0) return;
    const returned = [...returnCredits(book, credited.values(), inForceOn, upTo)].sort(inOrderOfCredits);
    for (const each of returned) {
      const { component } = each.inForce;
      const window = windowHolding(component.document.window, each.deal.closedOn, cadence, each.key);
      if (window !== null) take(each, windowKey(component, window, each.weighed.measure.unit), window);
    }
    if (returned.length === 0) return;
    for (const all of credited.values()) all.sort(inOrderOfCredits);
    for (const { credits } of windows.values()) credits.sort(inOrderOfCredits);
  }

  function take(taken: Credited, id: string, window: Span): void {
    const { inForce, weighed } = taken;
    const { component } = inForce;
    const ofComponent = credited.get(component.id);
    if (ofComponent === undefined) credited.set(component.id, [taken]);
    else ofComponent.push(taken);
    const open = windows.get(id);
    if (open === undefined) {
      const { unit } = weighed.measure;
      windows.set(id, { component: component.id, window, name: nameOf(component.id, window), unit, credits: [taken] });
    } else open.credits.push(taken);
  }

  /** A window that is begun anew within the same time gets a name of its own. */
  function nameOf(component: string, { id }: Span): string {
    const key = `${component}/${id}`;
    const times = (named.get(key) ?? 0) + 1;
    named.set(key, times);
    return times === 1 ? id : `${id}~${times}`;
  }

  function put(line: Calculated): void {
    const { id } = line.inForce.component;
    const among = line.basis.kind === 'true-up' && isZero(line.exact) ? silent : lines;
    let periods = among.get(id);
    if (periods === undefined) {
      periods = new Map();
      among.set(id, periods);
    }
    const ofPeriod = periods.get(line.period);
    if (ofPeriod === undefined) periods.set(line.period, [line]);
    else ofPeriod.push(line);
  }
}

/** Deals and what comes back in the order of credits, where a period is rated as one by window and after it; then true-ups. */
function kindOf({ basis }: Calculated): number {
  switch (basis.kind) {
    case 'deal':
      return 0;
    case 'returned-credit':
      return basis.credit.inForce.component.document.each === 'period' ? 1 : 0;
    case 'period':
      return 1;
    case 'true-up':
      return 2;
    default:
      return 9;
  }
}

/** Deals in the order of credits, then periods and true-ups by window. Windows come in their order already, so that little moves. */
function ordered(lines: Calculated[]): Calculated[] {
  return lines.every((line, at) => at === 0 || place(lines[at - 1] ?? line, line) < 0) ? lines : [...lines].sort(place);
}

/** What comes back of a deal several times in a pay period has a line each time, and each of them a name of its own. */
function numbered(lines: readonly Calculated[]): Calculated[] {
  const times = new Map<string, number>();
  return lines.map((line) => {
    if (line.basis.kind !== 'returned-credit') return line;
    const nth = (times.get(line.line) ?? 0) + 1;
    times.set(line.line, nth);
    return nth === 1 ? line : { ...line, line: `${line.line}~${nth}` };
  });
}

function place(a: Calculated, b: Calculated): number {
  if (a.basis.kind === 'deal' && b.basis.kind === 'deal') return inOrderOfCredits(a.basis.credit, b.basis.credit);
  const kinds = kindOf(a) - kindOf(b);
  if (kinds !== 0) return kinds;
  if (a.basis.kind === 'returned-credit' || b.basis.kind === 'returned-credit') return placeOfReturns(a, b);
  return a.line < b.line ? -1 : a.line > b.line ? 1 : 0;
}

/** Of two lines of which one is about what comes back: by the order of credits, where a period is rated as one by window first. */
function placeOfReturns(a: Calculated, b: Calculated): number {
  const [windowA, windowB] = [windowIn(a.basis), windowIn(b.basis)];
  if (kindOf(a) === 1 && windowA !== windowB) return windowA < windowB ? -1 : 1;
  const isOfCredit = (basis: Calculated['basis']) => basis.kind === 'deal' || basis.kind === 'returned-credit';
  return isOfCredit(a.basis) && isOfCredit(b.basis)
    ? inOrderOfCredits(a.basis.credit, b.basis.credit)
    : a.basis.kind === 'period'
      ? -1
      : 1;
}

/** The name of the window in which a line was rated. */
function windowIn(basis: Calculated['basis']): string {
  return 'rated' in basis ? basis.rated.context.name : '';
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
