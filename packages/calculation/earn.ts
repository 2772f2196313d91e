import type { Exact } from '@ledger/money';
import type { Book, DealEntry } from './book.ts';
import { capping } from './cap.ts';
import { creditsOf, type DealCredit } from './credit.ts';
import { type ComponentInForce, componentsByDate, type Obstacle } from './in-force.ts';
import type { Calculated, LineBasis } from './line.ts';
import { type Credited, type Measures, measuring } from './measured.ts';
import { earliestOf, periodBounds, periodsFrom, windowOf } from './periods.ts';
import type { CalculationProblem } from './problem.ts';
import { type RoundingBasis, rounding } from './rounding.ts';
import { weigh } from './weigh.ts';
import { type MeasuredWindow, rateWindow, windowKey } from './window.ts';
import { looksBackTo, windowHolding } from './windows.ts';

/** What a component yields in a pay period: for a deal, for the period as a whole, or for what a cap removed or a true-up brought. */
export interface EarnedLine {
  /** Names the line within its period: `<component>/<deal>`, `<component>/true-up/<window>`. */
  readonly line: string;
  readonly component: string;
  readonly plan: string;
  readonly planVersion: number;
  /** Deal key; `null` for a line that is about more than one deal. */
  readonly deal: string | null;
  readonly closedOn: string | null;
  /** Pay period: of `closedOn`, where there is a deal. */
  readonly period: string;
  /** Before rounding, in the plan's currency. */
  readonly exact: Exact;
  /** Rounded once, by the plan's rule. */
  readonly amount: string;
  readonly currency: string;
  /** What the line was calculated from, for `traceLine`. */
  readonly inForce: ComponentInForce;
  readonly basis: LineBasis;
  readonly rounding: RoundingBasis;
}

export interface Earned {
  readonly participant: string;
  /**
   * By pay period: components by id, and of each its deals in the order of credits (closing date, source's sequence, deal key), then
   * periods, true-ups and what caps removed.
   */
  readonly lines: ReadonlyMap<string, readonly EarnedLine[]>;
  /** Windows in which something was credited, by `windowKey`. */
  readonly windows: ReadonlyMap<string, MeasuredWindow>;
  /** What counted, by component, in the order of credits. */
  readonly credited: ReadonlyMap<string, readonly Credited[]>;
  /** What was measured at any time, for targets and gates. */
  readonly measures: Measures;
  readonly problems: readonly CalculationProblem[];
}

/** A statement with more problems than this is not read to the end. */
const MOST_PROBLEMS = 100;

/**
 * R of domain.md §4: what every period before the date `upTo` should be under this book, freezes ignored. In stages, each for all
 * deals before the next: credit and measure; window, attainment, gate, rate and what shapes a deal's earning; caps of periods; rounding.
 * A deal that closed before the first period of the calendar counts in its window and gives no line.
 * Lines that cannot be calculated are left out and reported; whoever pays must look at `problems` first.
 */
export function earn(book: Book, upTo: string): Earned {
  const { participant } = book.participant;
  const { cadence, firstPeriod } = book.calendar;
  const ledgerFrom = periodBounds(firstPeriod).from;
  const inForceOn = componentsByDate(book);
  const windows = new Map<string, MeasuredWindow>();
  const credited = new Map<string, Credited[]>();
  const problems = new Map<string, CalculationProblem>();

  const baseline = windowOf(ledgerFrom, 'year').from;
  const lookBack = lookBackByComponent(book, ledgerFrom);
  const deals = inOrder(book.deals, earliestOf(baseline, ...lookBack.values()), upTo);
  for (const [order, [key, deal]] of deals.entries()) {
    const credits = creditsOf(deal).filter((credit) => credit.participant === participant);
    if (credits.length === 0) continue;
    for (const inForce of inForceOn(deal.selectionOn ?? deal.closedOn)) {
      if (deal.closedOn < baseline && deal.closedOn < (lookBack.get(inForce.component.id) ?? baseline)) continue;
      const obstacle = credit(key, deal, credits, inForce, order);
      if (obstacle !== null) report(inForce, windowOf(deal.closedOn, cadence).id, key, obstacle);
    }
  }

  const measures = measuring(book, deals, credited, inForceOn);
  const calculated = new Map<string, Map<string, Calculated[]>>();
  for (const window of windows.values()) {
    rateWindow(
      book,
      window,
      { ledgerFrom, upTo, measures, credited: credited.get(window.component) ?? [] },
      { put, report },
    );
  }
  return { participant, lines: linesOf(calculated), windows, credited, measures, problems: [...problems.values()] };

  /** Takes the deal into its window; says what is in the way, if anything is. */
  function credit(
    key: string,
    deal: DealEntry,
    all: readonly DealCredit[],
    inForce: ComponentInForce,
    order: number,
  ): Obstacle | null {
    const weighed = weigh(book, key, deal, all, inForce);
    if (weighed === null || 'code' in weighed) return weighed;
    const { component } = inForce;
    const window = windowHolding(component.document.window, deal.closedOn, cadence, key);
    if (window === null) return null;
    const taken = { key, deal, inForce, weighed, order, period: windowOf(deal.closedOn, cadence).id };
    const ofComponent = credited.get(component.id);
    if (ofComponent === undefined) credited.set(component.id, [taken]);
    else ofComponent.push(taken);
    const id = windowKey(component, window, weighed.measure.unit);
    const open = windows.get(id);
    if (open === undefined) {
      windows.set(id, { component: component.id, window, unit: weighed.measure.unit, credits: [taken] });
    } else open.credits.push(taken);
    return null;
  }

  function put(line: Calculated): void {
    const { id } = line.inForce.component;
    let periods = calculated.get(id);
    if (periods === undefined) {
      periods = new Map();
      calculated.set(id, periods);
    }
    const lines = periods.get(line.period);
    if (lines === undefined) periods.set(line.period, [line]);
    else lines.push(line);
  }

  /** Caps and rounding, component by component. */
  function linesOf(all: ReadonlyMap<string, ReadonlyMap<string, readonly Calculated[]>>): Map<string, EarnedLine[]> {
    const lines = new Map<string, EarnedLine[]>();
    const spans = periodsFrom(book.calendar, firstPeriod, upTo);
    for (const [, periods] of [...all].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const caps = capping(cadence);
      const rounds = rounding();
      for (const span of spans) {
        const own = ordered(periods.get(span.id) ?? []);
        const added = caps.next(span, own);
        for (const line of added.length === 0 ? own : [...own, ...added]) {
          const posted = rounds.next(line);
          if (posted === undefined) {
            report(line.inForce, line.period, line.deal, tooLarge(line.inForce.planVersion.document.currency));
            continue;
          }
          const made = earnedLine(line, posted.amount, posted.basis);
          const ofPeriod = lines.get(span.id);
          if (ofPeriod === undefined) lines.set(span.id, [made]);
          else ofPeriod.push(made);
        }
      }
    }
    return lines;
  }

  function report(
    inForce: ComponentInForce,
    period: string,
    deal: string | null,
    { code, says, scope }: Obstacle,
  ): void {
    const component = inForce.component.id;
    const id = `${code}/${component}/${scope ?? deal ?? period}`;
    if (problems.size >= MOST_PROBLEMS || problems.has(id)) return;
    const about = deal === null ? '' : `, deal ${deal}`;
    const message = `${participant}, ${period}, ${component}${about}: ${says}.`;
    problems.set(id, { code, message, participant, period, component, deal });
  }
}

function earnedLine(line: Calculated, amount: string, basis: RoundingBasis): EarnedLine {
  const { inForce } = line;
  return {
    line: line.line,
    component: inForce.component.id,
    plan: inForce.plan,
    planVersion: inForce.planVersion.version,
    deal: line.deal,
    closedOn: line.closedOn,
    period: line.period,
    exact: line.exact,
    amount,
    currency: inForce.planVersion.document.currency,
    inForce,
    basis: line.basis,
    rounding: basis,
  };
}

const KINDS: Readonly<Record<LineBasis['kind'], number>> = {
  deal: 0,
  period: 1,
  'true-up': 2,
  'carried-over': 3,
  cap: 4,
  'window-cap': 5,
  'year-cap': 6,
};

/** Deals in the order of credits, then periods and true-ups by window. Windows come in their order already, so that little moves. */
function ordered(lines: readonly Calculated[]): readonly Calculated[] {
  return lines.every((line, at) => at === 0 || place(lines[at - 1] ?? line, line) < 0) ? lines : [...lines].sort(place);
}

function place(a: Calculated, b: Calculated): number {
  if (a.basis.kind === 'deal' && b.basis.kind === 'deal') return a.basis.credit.order - b.basis.credit.order;
  if (a.basis.kind !== b.basis.kind) return KINDS[a.basis.kind] - KINDS[b.basis.kind];
  return a.line < b.line ? -1 : a.line > b.line ? 1 : 0;
}

/** The first day that any version of a component in the participant's plans looks at. */
function lookBackByComponent({ participant, plans, calendar }: Book, ledgerFrom: string): ReadonlyMap<string, string> {
  const days = new Map<string, string>();
  for (const { plan } of participant.assignments) {
    for (const { document } of plans.get(plan)?.versions ?? []) {
      for (const [id, component] of Object.entries(document.components)) {
        const day = looksBackTo(component, ledgerFrom, calendar.cadence);
        days.set(id, earliestOf(day, days.get(id) ?? day));
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

function tooLarge(currency: string): Obstacle {
  return {
    code: 'amount_invalid',
    says: `the result has more than 15 digits before the point in ${currency}; check the deal and the rate`,
  };
}
