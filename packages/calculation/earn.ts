import { alongside } from '@ledger/kernel';
import type { Exact } from '@ledger/money';
import type { Book } from './book.ts';
import { calculate } from './calculate.ts';
import type { AppliedRate } from './exchange.ts';
import type { ComponentInForce, Obstacle } from './in-force.ts';
import type { Calculated, LineBasis } from './line.ts';
import type { Credited, Measures } from './measured.ts';
import { isPaidAsItIs, type PaidOut, type PayingOut, payingOut } from './payout.ts';
import { periodsFrom } from './periods.ts';
import type { CalculationProblem } from './problem.ts';
import { reporting } from './reporting.ts';
import { type RoundedUpTo, type Rounding, type RoundingBasis, rounding } from './rounding.ts';
import { payable, type Staged, staged } from './stages.ts';
import type { MeasuredWindow } from './window.ts';

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
  /** Before rounding, in the currency that is paid. */
  readonly exact: Exact;
  /** Rounded once, by the plan's rule. */
  readonly amount: string;
  readonly currency: string;
  /** The same in the plan's currency, and the rate between the two where they are not one. */
  readonly calculated: Exact;
  readonly payout: AppliedRate | null;
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
  /** What is in force on a date, each worked out once. */
  readonly inForceOn: (date: string) => readonly ComponentInForce[];
  readonly problems: readonly CalculationProblem[];
}

/**
 * R of domain.md §4: what every period before the date `upTo` should be under this book, freezes ignored. In stages, each for all
 * deals before the next: credit and measure; window, attainment, gate, rate and what shapes a deal's earning (`calculate`); caps of
 * periods (`staged`); rounding.
 * A deal that closed before the first period of the calendar counts in its window and gives no line.
 * Lines that cannot be calculated are left out and reported; whoever pays must look at `problems` first.
 */
export function earn(book: Book, upTo: string): Earned {
  const all = payable(book, upTo);
  let earned = EARNED.get(all);
  if (earned === undefined) {
    earned = earnedOf(book, upTo, all);
    EARNED.set(all, earned);
  }
  return earned;
}

/** What is payable is one and the same as long as nothing that it hangs on is another one. */
const EARNED = alongside<Staged, Earned>();

function earnedOf(book: Book, upTo: string, all: Staged): Earned {
  const { participant } = book.participant;
  const { windows, credited, measures, inForceOn, silent } = calculate(book, upTo, staged);
  const { problems, report } = reporting(participant, all.problems);
  const parts = new Map<string, (readonly EarnedLine[])[]>();
  const spans = periodsFrom(book.calendar, book.calendar.firstPeriod, upTo);
  const home = book.participant.currency;
  for (const [component, periods] of all.lines) {
    const rounds = rounding();
    const pays = payingOut(book, periods, silent.get(component));
    for (const span of spans) {
      const own = posted(span.id, periods.get(span.id) ?? [], pays, rounds);
      if (own.length === 0) continue;
      const ofPeriod = parts.get(span.id);
      if (ofPeriod === undefined) parts.set(span.id, [own]);
      else ofPeriod.push(own);
    }
  }
  const lines = new Map([...parts].map(([period, own]) => [period, together(own)]));
  return { participant, lines, windows, credited, measures, inForceOn, problems };

  /** What a component posts in a pay period. */
  function posted(
    period: string,
    own: readonly Calculated[],
    pays: PayingOut,
    rounds: Rounding,
  ): readonly EarnedLine[] {
    const from = rounds.at();
    const known = POSTED.get(own);
    if (known !== undefined && known.from === from && known.home === home) {
      rounds.goOn(known.upTo);
      return known.lines;
    }
    const made: EarnedLine[] = [];
    const before = problems.length;
    for (const line of own) {
      const paid = pays.next(line);
      if ('code' in paid) report(line.inForce, line.period, line.deal, paid);
      else post(line, paid, rounds, made);
    }
    const difference = pays.difference(period);
    if (difference !== null) post(difference, { exact: difference.exact, currency: home, rate: null }, rounds, made);
    if (problems.length === before && own.every((line) => isPaidAsItIs(line, home))) {
      POSTED.set(own, { from, home, lines: made, upTo: rounds.at() });
    }
    return made;
  }

  function post(line: Calculated, paid: PaidOut, rounds: Rounding, made: EarnedLine[]): void {
    const rounded = rounds.next(line, paid);
    if (rounded === undefined) report(line.inForce, line.period, line.deal, tooLarge(paid.currency));
    else made.push(earnedLine(line, paid, rounded.amount, rounded.basis));
  }
}

/** What the lines of a component in a pay period were posted as, from where rounding stood before them. */
interface PostedLines {
  readonly from: RoundedUpTo;
  readonly home: string;
  readonly lines: readonly EarnedLine[];
  readonly upTo: RoundedUpTo;
}
/** Most periods have the lines that they had before a change. */
const POSTED = alongside<readonly Calculated[], PostedLines>();

const TOGETHER = alongside<
  readonly EarnedLine[],
  { readonly parts: readonly (readonly EarnedLine[])[]; readonly all: readonly EarnedLine[] }
>();

/** The lines of a pay period: one and the same list as long as those of its components are. */
function together(parts: readonly (readonly EarnedLine[])[]): readonly EarnedLine[] {
  const [first = [], ...more] = parts;
  if (more.length === 0) return first;
  const known = TOGETHER.get(first);
  if (known?.parts.length === parts.length && known.parts.every((part, at) => part === parts[at])) return known.all;
  const all = parts.flat();
  TOGETHER.set(first, { parts, all });
  return all;
}

const MADE = alongside<Calculated, EarnedLine>();

/** The line as it was made before, where it was calculated, paid and rounded no otherwise: what is told of it is told once. */
function earnedLine(line: Calculated, paid: PaidOut, amount: string, basis: RoundingBasis): EarnedLine {
  const known = MADE.get(line);
  const isAsBefore =
    known?.amount === amount && known.exact === paid.exact && known.payout === paid.rate && known.rounding === basis;
  if (isAsBefore) return known;
  const { inForce } = line;
  const made = {
    line: line.line,
    component: inForce.component.id,
    plan: inForce.plan,
    planVersion: inForce.planVersion.version,
    deal: line.deal,
    closedOn: line.closedOn,
    period: line.period,
    exact: paid.exact,
    amount,
    currency: paid.currency,
    calculated: line.exact,
    payout: paid.rate,
    inForce,
    basis: line.basis,
    rounding: basis,
  };
  MADE.set(line, made);
  return made;
}

function tooLarge(currency: string): Obstacle {
  return {
    code: 'amount_invalid',
    says: `the result has more than 15 digits before the point in ${currency}; check the deal and the rate`,
  };
}
