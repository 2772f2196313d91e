import type { Component, MetricDocument, PlanDocument } from '@ledger/events';
import { type Problem, problem } from '@ledger/kernel';
import { isCurrency } from '@ledger/money';
import { compile } from './cel.ts';
import { atEndFindings } from './check-pools.ts';
import { tableFindings } from './check-table.ts';
import { termFindings } from './check-terms.ts';
import { expressionsOf } from './compile.ts';
import { type Finding, nearest } from './finding.ts';
import { paysAtEnd } from './otherwise.ts';

/**
 * Everything that can be known of a document before it is proposed. A problem refuses it; a warning is a plan that can be
 * calculated and may not say what its author meant. All of them at once, in the order of the document.
 */
export interface Checked {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Everything that is wrong with a metric, before it is proposed: expressions that do not parse or have the wrong type. */
export function checkMetric(document: MetricDocument): readonly Problem[] {
  const expressions = expressionsOf(document);
  if (!('errors' in expressions)) return [];
  return expressions.errors.map(({ field, says, line, column }) =>
    problem(
      'expression_invalid',
      `metric ${document.metric}: ${field}, line ${line}, column ${column}: ${says}, in \`${document[field]}\`.`,
      `/${field}`,
    ),
  );
}

/** What is wrong with a plan, before it is proposed. `metrics`: the documents of the metrics that are known. */
export function checkPlan(document: PlanDocument, metrics: ReadonlyMap<string, MetricDocument>): Checked {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  if (!isCurrency(document.currency)) {
    const says = `plan ${document.plan}: currency: ${document.currency} is not a currency of ISO 4217.`;
    problems.push(problem('currency_unknown', says, '/currency'));
  }
  const components = Object.entries(document.components);
  if (components.length === 0) {
    const says = `plan ${document.plan}: components: there are none, so it pays nothing; add one.`;
    problems.push(problem('document_invalid', says, '/components'));
  }
  for (const [id, component] of components) {
    for (const { at, says, code, warning } of findings(component, metrics)) {
      const field = `/components/${id}${at}`;
      const message = `plan ${document.plan}: ${inWords(field)}: ${says}`;
      (warning === true ? warnings : problems).push(problem(code ?? 'field_invalid', message, field));
    }
  }
  return { problems, warnings };
}

/** Every metric that a plan names. */
export function metricsNamed({ components }: PlanDocument): ReadonlySet<string> {
  return new Set(Object.values(components).flatMap((component) => namesIn(component).map(({ metric }) => metric)));
}

function* findings(component: Component, metrics: ReadonlyMap<string, MetricDocument>): Generator<Finding> {
  for (const { at, metric } of namesIn(component)) {
    if (metrics.has(metric)) continue;
    const says = `there is no metric ${metric}; define it first${nearest(metric, metrics.keys())}.`;
    yield { at, says, code: 'metric_unknown' };
  }
  yield* expressionFindings(component);
  yield* termFindings(component);
  if (paysAtEnd(component)) yield* atEndFindings(component);
  else yield* tableFindings(component, metrics.get(component.paysOn ?? component.measure)?.unit);
}

function namesIn({ measure, paysOn, gates }: Component): readonly { readonly at: string; readonly metric: string }[] {
  return [
    { at: '/measure', metric: measure },
    ...(paysOn === null ? [] : [{ at: '/paysOn', metric: paysOn }]),
    ...gates.flatMap(({ measures }, gate) =>
      measures.map((each, index) => ({ at: `/gates/${gate}/measures/${index}/measure`, metric: each.measure })),
    ),
  ];
}

function* expressionFindings({ when, multiplyCredit, multiplyEarning }: Component): Generator<Finding> {
  const expressions = [
    { at: '/when', text: when },
    ...multiplyCredit.map((each, index) => ({ at: `/multiplyCredit/${index}/when`, text: each.when })),
    ...multiplyEarning.map((each, index) => ({ at: `/multiplyEarning/${index}/when`, text: each.when })),
  ];
  for (const { at, text } of expressions) {
    const compiled = compile(text, 'bool', false);
    if (!('errors' in compiled)) continue;
    for (const { says, line, column } of compiled.errors) {
      yield { at, says: `line ${line}, column ${column}: ${says}, in \`${text}\`.`, code: 'expression_invalid' };
    }
  }
}

/** A field as people write it: `components.new-business.table #1.from`; lists count from 1. */
function inWords(field: string): string {
  const [, components = '', id = '', ...rest] = field.split('/');
  return rest.reduce(
    (path, part) =>
      /^[0-9]+$/.test(part)
        ? `${path} #${Number(part) + 1}`
        : `${path}.${part.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    `${components}.${id}`,
  );
}
