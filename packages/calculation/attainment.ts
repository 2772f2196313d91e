import type { AttainmentResult } from '@ledger/events';
import type { Book } from './book.ts';
import type { CalculationProblem } from './problem.ts';

/**
 * Attainment of everything that the participant's plans measure, in the windows that touch the period, as of the period's end: the
 * measured amount over the quota, an exact ratio, `null` where there is no quota. Ask with any period or window id: `2026-Q1`.
 */
export function attainments(
  _book: Book,
  _period: string,
): { readonly results: readonly AttainmentResult[]; readonly problems: readonly CalculationProblem[] } {
  throw new Error('being written');
}
