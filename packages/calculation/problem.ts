import type { Code } from '@ledger/events';
import type { Problem } from '@ledger/kernel';

/**
 * Why a statement cannot be made: a line that cannot be calculated stops the statement of its participant and no other
 * (nothing pays 0 by accident). It says whose, when, for what, and what to do.
 */
export interface CalculationProblem extends Problem {
  readonly code: Code;
  readonly participant: string;
  /** Pay period that the failing line belongs to. */
  readonly period: string;
  readonly component: string | null;
  /** Deal key, where one deal is at fault. */
  readonly deal: string | null;
  /** What is wrong, without whom and which deal it stops: alike wherever the same remedy helps. */
  readonly cause: string;
}
