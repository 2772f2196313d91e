import type { Exact } from '@ledger/money';

/** What a metric says of a deal: how much counts, `null` when it does not count, or why it cannot say. */
export type Verdict = Exact | null | MetricFailure;

export interface MetricFailure {
  readonly expression: 'counts' | 'amount';
  readonly text: string;
  readonly says: string;
  /** Line of the deal at which it failed, for metrics of lines. */
  readonly line: string | null;
}

export function isFailure(verdict: Verdict): verdict is MetricFailure {
  return verdict !== null && 'says' in verdict;
}
