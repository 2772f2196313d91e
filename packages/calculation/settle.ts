import type { Statement } from '@ledger/events';
import type { History } from './book.ts';
import type { CalculationProblem } from './problem.ts';

export type Settled =
  | { readonly statement: Statement }
  | { readonly problems: readonly [CalculationProblem, ...CalculationProblem[]] };

/**
 * What is due in a period (domain.md §4): its earnings, and one correction for each earlier frozen period, component and cause.
 * Ask `'problems' in result` first.
 */
export function settle(_history: History, _period: string): Settled {
  throw new Error('being written');
}
