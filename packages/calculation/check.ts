import type { MetricDocument, PlanDocument } from '@ledger/events';
import type { Problem } from '@ledger/kernel';

/** Everything that is wrong with a metric, before it is proposed: expressions that do not parse or have the wrong type. */
export function checkMetric(_document: MetricDocument): readonly Problem[] {
  throw new Error('being written');
}

/** Everything that is wrong with a plan, before it is proposed. `metrics`: the documents of the metrics that are known. */
export function checkPlan(_document: PlanDocument, _metrics: ReadonlyMap<string, MetricDocument>): readonly Problem[] {
  throw new Error('being written');
}
