import type { CaseNode, MetricDocument, PlanDocument } from '@ledger/events';
import type { CaseNodes, MetricDefinition, PlanDefinition } from '../definitions/index.ts';
import { type Node, plain } from '../definitions/node.ts';
import { openSource } from '../definitions/source.ts';
import { isProblems, readYaml } from '../definitions/yaml.ts';
import { type ReadCases, readPlanCases } from './read.ts';

/** A plan with its cases as the log has them. */
export interface StoredPlan {
  readonly document: PlanDocument;
  readonly from: string;
  readonly to: string | null;
  readonly cases: readonly CaseNode[];
}

/** The cases of a plan document as data, for the event that proposes it. */
export function casesAsData({ nodes }: CaseNodes): CaseNode[] {
  return nodes.map((node) => plain(node) as CaseNode);
}

/** The cases of a plan, from its file or from the log, with what each of them is given: the plan, and the metrics that it names. */
export function casesOf(plan: PlanDefinition | StoredPlan, metrics: readonly MetricDocument[]): ReadCases {
  const definition = 'kind' in plan ? plan : definitionOf(plan);
  const nodes = 'kind' in plan ? plan.cases : nodesOf(plan);
  if (nodes === null) return { ok: true, cases: [] };
  if ('ok' in nodes) return nodes;
  return readPlanCases(nodes, definition, metrics.map(metricOf));
}

const WHY = 'As the case says.';
const nowhere = { written: { file: 'plan', line: 1 }, placeOf: () => ({ line: 1, column: 1 }) };

function definitionOf({ document, from, to }: StoredPlan): PlanDefinition {
  return { kind: 'plan', ...nowhere, document, cases: null, from, to, reason: WHY, evidence: [] };
}

/** In force for as long as anything is. */
function metricOf(document: MetricDocument): MetricDefinition {
  return { kind: 'metric', ...nowhere, document, from: '1970-01-01', to: null, reason: WHY, evidence: [] };
}

function nodesOf({ document, cases }: StoredPlan): CaseNodes | Extract<ReadCases, { ok: false }> {
  const source = openSource(new TextEncoder().encode(JSON.stringify(cases)), `cases of ${document.plan}.json`);
  if ('code' in source) return { ok: false, problems: [source] };
  const nodes = readYaml(source);
  if (isProblems(nodes)) return { ok: false, problems: nodes };
  return { nodes: nodes as readonly Node[], source };
}
