import type { Band, Component, MetricDocument, PlanDocument } from '@ledger/events';
import { type Problem, problem } from '@ledger/kernel';
import { cmp, type Exact, isCurrency, isZero, MoneyError, ONE, percent, sign } from '@ledger/money';
import { expressionsOf } from './compile.ts';

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

/** Everything that is wrong with a plan, before it is proposed. `metrics`: the documents of the metrics that are known. */
export function checkPlan(document: PlanDocument, metrics: ReadonlyMap<string, MetricDocument>): readonly Problem[] {
  const problems: Problem[] = [];
  if (!isCurrency(document.currency)) {
    problems.push(
      problem(
        'currency_unknown',
        `plan ${document.plan}: ${document.currency} is not a currency of ISO 4217.`,
        '/currency',
      ),
    );
  }
  const components = Object.entries(document.components);
  if (components.length === 0) {
    problems.push(
      problem(
        'document_invalid',
        `plan ${document.plan} has no components, so it pays nothing; add one.`,
        '/components',
      ),
    );
  }
  for (const [id, component] of components) {
    const where = `plan ${document.plan}: components.${id}`;
    const metric = metrics.get(component.measure);
    if (metric === undefined) {
      problems.push(
        problem(
          'metric_unknown',
          `${where}: there is no metric ${component.measure}; define it first${nearest(component.measure, metrics)}.`,
          `/components/${id}/measure`,
        ),
      );
    }
    for (const { says, at } of tableErrors(component, metric)) {
      problems.push(problem('table_invalid', `${where}.table: ${says}`, `/components/${id}/table${at}`));
    }
  }
  return problems;
}

interface TableError {
  readonly says: string;
  readonly at: string;
}

function* tableErrors(component: Component, metric: MetricDocument | undefined): Generator<TableError> {
  let previous: Exact | undefined;
  for (const [index, band] of component.table.entries()) {
    const from = rateOf(band.from);
    const rate = rateOf(band.pays);
    const name = `band ${index + 1}`;
    if (from === undefined || rate === undefined) {
      yield {
        says: `${name} has a number that cannot be read: from ${band.from}, pays ${band.pays}.`,
        at: `/${index}`,
      };
      continue;
    }
    yield* unitErrors(component, metric, band, index, from, rate);
    if (index === 0 && !isZero(from)) {
      yield {
        says: `the first band begins at ${band.from}, so nothing below it would be paid; let it begin at 0%.`,
        at: '/0/from',
      };
    }
    if (previous !== undefined && cmp(from, previous) <= 0) {
      const says = `${name} begins at ${band.from}, which is not above where band ${index} begins; list bands from the lowest to the highest.`;
      yield { says, at: `/${index}/from` };
    }
    if (sign(rate) < 0) yield { says: `${name} pays ${band.pays}; a rate cannot be negative.`, at: `/${index}/pays` };
    previous = from;
  }
}

/** `50` where 50% was meant is paid a hundred times over: attainment and shares of money are written with the sign. */
function* unitErrors(
  { tierBy }: Component,
  metric: MetricDocument | undefined,
  band: Band,
  index: number,
  from: Exact,
  rate: Exact,
): Generator<TableError> {
  const isPercent = band.from.endsWith('%');
  if (tierBy === 'attainment' && !isPercent && !isZero(from)) {
    yield {
      says: `band ${index + 1} begins at ${band.from}; attainment is written as ${band.from}%.`,
      at: `/${index}/from`,
    };
  }
  if (tierBy === 'amount' && isPercent && !isZero(from)) {
    yield { says: `band ${index + 1} begins at ${band.from}; an amount has no percent sign.`, at: `/${index}/from` };
  }
  if (metric?.unit === 'money' && !band.pays.endsWith('%') && cmp(rate, ONE) > 0) {
    yield {
      says: `band ${index + 1} pays ${band.pays} times the amount; a share is written as ${band.pays}%.`,
      at: `/${index}/pays`,
    };
  }
}

function rateOf(text: string): Exact | undefined {
  try {
    return percent(text);
  } catch (error) {
    if (error instanceof MoneyError) return undefined;
    throw error;
  }
}

function nearest(id: string, metrics: ReadonlyMap<string, MetricDocument>): string {
  const bare = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const known = [...metrics.keys()].find(
    (other) => bare(other) === bare(id) || bare(other).startsWith(bare(id)) || bare(id).startsWith(bare(other)),
  );
  return known === undefined ? '' : ` (there is ${known})`;
}
