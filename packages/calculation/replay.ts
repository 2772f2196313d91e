import type { History } from './book.ts';
import type { CalculationProblem } from './problem.ts';

export interface ReplayedDeal {
  readonly deal: string;
  readonly before: string;
  readonly after: string;
  readonly delta: string;
}
export interface ReplayCause {
  /** Event that made the difference; `null` when no event explains it. */
  readonly event: string | null;
  /** The change in words. */
  readonly says: string;
  readonly delta: string;
  readonly deals: readonly ReplayedDeal[];
}
export interface ReplayRow {
  readonly period: string;
  readonly component: string;
  readonly currency: string;
  /** What was posted for the period, corrections in later statements included. */
  readonly frozen: string;
  readonly replayed: string;
  readonly delta: string;
  /** Add up to the delta. */
  readonly causes: readonly ReplayCause[];
}
export interface Replay {
  readonly participant: string;
  /** One for each frozen period of the range and component, unchanged ones included. */
  readonly rows: readonly ReplayRow[];
  readonly problems: readonly CalculationProblem[];
}

/**
 * What the frozen periods `from` to `to` (both included) would be under the book as it is, with the cause of each difference. To
 * try a proposed definition, append it to the history's changes with an event id of its own.
 */
export function replay(_history: History, _from: string, _to: string): Replay {
  throw new Error('being written');
}
