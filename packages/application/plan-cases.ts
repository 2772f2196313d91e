import { metricsNamed } from '@ledger/calculation';
import { casesOf, type PlanDefinition, type StoredPlan } from '@ledger/connectors';
import { type MetricDocument, type PlanDocument, type RecordedEvent, streamOf } from '@ledger/events';
import { canonical, isProblem, type Problem, problem } from '@ledger/kernel';
import { eventsOf } from './handle.ts';
import type { Ledger, Proved } from './ledger.ts';

/** What the cases came to that a plan carries. */
export interface PlanCases {
  readonly plan: string;
  readonly passed: number;
  readonly failed: readonly Proved[];
  /** Who let the plan pass although these fail, and why; absent where nobody has. */
  readonly letPass?: { readonly by: string; readonly reason: string };
}

/** Runs the cases of a plan; `null` where it carries none. Cases that are malformed come back with their places. */
export async function provePlan(
  ledger: Ledger,
  plan: PlanDefinition | StoredPlan,
  metrics: ReadonlyMap<string, MetricDocument>,
): Promise<PlanCases | null | Problem> {
  const named = metricsNamed(plan.document);
  const read = casesOf(
    plan,
    [...metrics.values()].filter(({ metric }) => named.has(metric)),
  );
  if (!read.ok) {
    const [first, ...more] = read.problems;
    if (first === undefined) throw new TypeError('cases were refused without a problem');
    return more.length === 0 ? first : { ...first, errors: read.problems };
  }
  if (read.cases.length === 0) return null;
  if (ledger.runCases === undefined) {
    return problem(
      'cases_failed',
      `Plan ${plan.document.plan} carries worked cases, and nothing here can run them; decide it where they can be run.`,
    );
  }
  const results = await ledger.runCases(read.cases);
  return {
    plan: plan.document.plan,
    passed: results.filter(({ ok }) => ok).length,
    // What took how long, and how each line came about, is for whoever runs the cases by themselves.
    failed: results
      .filter(({ ok }) => !ok)
      .map(({ title, ok, failures }) => ({
        title,
        ok,
        failures: failures.map(({ line, what, field, expected, actual }) => ({ line, what, field, expected, actual })),
      })),
  };
}

/** Runs the cases of a proposed version as the log has it; `null` where it carries none, or is not there. */
export async function proveProposed(
  ledger: Ledger,
  plan: string,
  version: number,
): Promise<PlanCases | null | Problem> {
  const events = await eventsOf(ledger, streamOf.plan(plan));
  for (const { event } of events) {
    if (event.type !== 'PlanProposed' || event.data.version !== version) continue;
    const { document, effectiveFrom: from, effectiveTo: to, cases } = event.data;
    if (cases === undefined) return null;
    const proved = await provePlan(ledger, { document, from, to, cases }, await metricsOf(ledger, document));
    return proved === null || isProblem(proved) ? proved : { ...proved, ...letPassIn(events, version, proved) };
  }
  return null;
}

/** What was said of the cases that fail now, if it was of these. */
function letPassIn(events: readonly RecordedEvent[], version: number, proved: PlanCases): Pick<PlanCases, 'letPass'> {
  const failed = proofOf(proved)?.failed ?? [];
  const said = events.findLast(
    ({ event: { type, data } }) => type === 'PlanCasesOverridden' && data.version === version,
  );
  if (said?.event.type !== 'PlanCasesOverridden' || failed.length === 0) return {};
  const { overriddenBy: by, overrideReason: reason, failed: then } = said.event.data;
  return canonical(then) === canonical(failed) ? { letPass: { by, reason } } : {};
}

/** The metrics that a plan names: those given, or as they were last proposed. */
export async function metricsOf(
  ledger: Ledger,
  plan: PlanDocument,
  given: ReadonlyMap<string, MetricDocument> = new Map(),
): Promise<ReadonlyMap<string, MetricDocument>> {
  const found = new Map(given);
  for (const metric of metricsNamed(plan)) {
    if (found.has(metric)) continue;
    const document = await metricDocument(ledger, metric);
    if (document !== undefined) found.set(metric, document);
  }
  return found;
}

export async function metricDocument(ledger: Ledger, metric: string): Promise<MetricDocument | undefined> {
  const events = await eventsOf(ledger, streamOf.metric(metric));
  for (const { event } of events.toReversed()) {
    if (event.type === 'MetricProposed' || event.type === 'MetricDefined') return event.data.document;
  }
  return undefined;
}

/** The outcome as an approval records it. */
export function proofOf(cases: PlanCases | null) {
  if (cases === null) return undefined;
  return { passed: cases.passed, failed: cases.failed.map(({ title }) => title.slice(0, 1000)) };
}
