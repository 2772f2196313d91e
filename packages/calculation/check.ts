import { type Component, EARNINGS, type MetricDocument, type PlanDocument } from '@ledger/events';
import { type Problem, problem } from '@ledger/kernel';
import { exact, isCurrency, toText } from '@ledger/money';
import { compile } from './cel.ts';
import { clauseProblems } from './check-clauses.ts';
import { leavingFindings, peopleFindings } from './check-people.ts';
import { atEndFindings, sharedFindings } from './check-pools.ts';
import { ratesFindings } from './check-rates.ts';
import { releaseFindings, returnedFindings } from './check-release.ts';
import { tableFindings } from './check-table.ts';
import { teamFindings } from './check-team.ts';
import { termFindings } from './check-terms.ts';
import { expressionsOf } from './compile.ts';
import { type Finding, nearest } from './finding.ts';
import { allLooksOf, metricsOf } from './looks.ts';
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
  if (document.metric === EARNINGS) {
    const says = `metric ${EARNINGS}: the name stands for what a team earns; choose another id.`;
    return [problem('id_invalid', says, '/metric')];
  }
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
  for (const { at, says, code } of leavingFindings(document)) {
    problems.push(problem(code ?? 'field_invalid', `plan ${document.plan}: ${says}`, at));
  }
  problems.push(...clauseProblems(document));
  for (const [id, component] of components) {
    problems.push(...dividedPaid(document, id));
    problems.push(...budgetsTold(document, id));
    problems.push(...componentsNamed(document, id));
    for (const { at, says, code, warning } of findings(component, metrics)) {
      const field = `/components/${id}${at}`;
      const message = `plan ${document.plan}: ${inWords(field)}: ${says}`;
      (warning === true ? warnings : problems).push(problem(code ?? 'field_invalid', message, field));
    }
  }
  return { problems, warnings };
}

/** What is divided among people is whole minor units of one currency. */
function dividedPaid({ plan, payout, components }: PlanDocument, id: string): readonly Problem[] {
  const { groupCap, budget } = components[id] ?? {};
  if (payout === undefined || (groupCap === undefined && budget === undefined)) return [];
  const field = `/components/${id}/${groupCap === undefined ? 'budget' : 'groupCap'}`;
  const says = `plan ${plan}: ${inWords(field)}: it divides cents of the plan's currency among people who are paid in others; remove payout, or write a cap.`;
  return [problem('field_invalid', says, field)];
}

/** Components that spend one budget say one thing of it. */
function budgetsTold({ plan, components }: PlanDocument, id: string): readonly Problem[] {
  const own = budgetIn(components[id]);
  const first = Object.keys(components).find((each) => budgetIn(components[each])?.group === own?.group);
  const other = first === undefined || first === id ? null : budgetIn(components[first]);
  if (own === null || own.group === null || other === null) return [];
  return (['amount', 'window', 'spends'] as const).flatMap((term) => {
    if (own[term] === other[term]) return [];
    const field = `/components/${id}/budget/${term}`;
    const says = `plan ${plan}: ${inWords(field)}: is another one than that of components.${first}, which spends the same budget, ${own.group}; say it alike, or name another group.`;
    return [problem('field_invalid', says, field)];
  });
}

/** A budget as it holds for its component. */
function budgetIn(component: Component | undefined) {
  const budget = component?.budget;
  if (component === undefined || budget === undefined) return null;
  return {
    group: budget.group,
    amount: toText(exact(budget.amount)),
    window: JSON.stringify(budget.window ?? component.window),
    spends: budget.spends,
  };
}

/** Gates, and what picks bands, columns and factors, that look at another component. */
function componentsNamed({ plan, components }: PlanDocument, id: string): readonly Problem[] {
  const own = components[id];
  return (own === undefined ? [] : allLooksOf(own)).flatMap(({ at, look }) =>
    look.measures.flatMap(({ component }) => {
      if (component === undefined || component in components) return [];
      const field = `/components/${id}${at}${at.startsWith('/gates') ? '/component' : ''}`;
      const hint = nearest(component, Object.keys(components));
      const says = `plan ${plan}: ${inWords(field)}: there is no component ${component}${hint}; name one of the plan.`;
      return [problem('field_invalid', says, field)];
    }),
  );
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
  yield* sharedFindings(component);
  yield* peopleFindings(component);
  yield* teamFindings(component);
  yield* releaseFindings(component);
  yield* returnedFindings(component);
  if (paysAtEnd(component)) yield* atEndFindings(component);
  else yield* tableFindings(component, unitOf(component.paysOn ?? component.measure));
  yield* ratesFindings(component, metrics);

  function unitOf(metric: string): MetricDocument['unit'] | undefined {
    return isEarned(component, metric) ? 'money' : metrics.get(metric)?.unit;
  }
}

function isEarned({ earningsOf }: Component, metric: string): boolean {
  return metric === EARNINGS && earningsOf !== undefined;
}

/** Every metric that a component names; what a team earns is none. */
function namesIn(component: Component): readonly { readonly at: string; readonly metric: string }[] {
  const { measure, paysOn } = component;
  return [
    ...(isEarned(component, measure) || component.objectives !== undefined
      ? []
      : [{ at: '/measure', metric: measure }]),
    ...(paysOn === null || isEarned(component, paysOn) ? [] : [{ at: '/paysOn', metric: paysOn }]),
    ...allLooksOf(component).flatMap(({ at, look }) =>
      metricsOf(look).map((each) => ({ at: `${at}${each.at}`, metric: each.metric })),
    ),
  ];
}

function* expressionFindings(component: Component): Generator<Finding> {
  const { when, multiplyCredit, multiplyEarning } = component;
  const expressions = [
    { at: '/when', text: when },
    ...multiplyCredit.map((each, index) => ({ at: `/multiplyCredit/${index}/when`, text: each.when })),
    ...multiplyEarning.flatMap((each, index) =>
      'when' in each ? [{ at: `/multiplyEarning/${index}/when`, text: each.when }] : [],
    ),
  ];
  const numbers = [
    { at: '/tierBy', by: component.tierOf },
    { at: '/columns', by: component.columns?.by },
  ].flatMap(({ at, by }) => (by !== undefined && 'deal' in by ? [{ at, text: by.deal, isNumber: true }] : []));
  for (const { at, text, isNumber } of [...expressions.map((each) => ({ ...each, isNumber: false })), ...numbers]) {
    const compiled = isNumber ? compile(text, 'Decimal', false) : compile(text, 'bool', false);
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
