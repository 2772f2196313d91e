import type { Exact } from '@ledger/money';
import type { Book } from './book.ts';
import type { CalculationProblem } from './problem.ts';

/** What a component yields for one deal. */
export interface EarnedLine {
  readonly component: string;
  readonly plan: string;
  readonly planVersion: number;
  /** Deal key. */
  readonly deal: string;
  readonly closedOn: string;
  /** Pay period of `closedOn`. */
  readonly period: string;
  /** Before rounding, in the plan's currency. */
  readonly exact: Exact;
  /** Rounded once, by the plan's rule. */
  readonly amount: string;
  readonly currency: string;
}

export interface Earned {
  readonly participant: string;
  /** By pay period, each in the order of credits. */
  readonly lines: ReadonlyMap<string, readonly EarnedLine[]>;
  readonly problems: readonly CalculationProblem[];
}

/** R of domain.md §4: what every period before the date `upTo` should be under this book, freezes ignored. */
export function earn(_book: Book, _upTo: string): Earned {
  throw new Error('being written');
}
