import { metricsNamed } from '@ledger/calculation';
import type { Definition, ExceptionDefinition, PlanDefinition } from '@ledger/connectors';
import { streamOf } from '@ledger/events';
import { isProblem, nearest, type Problem, problem } from '@ledger/kernel';
import { definitionsView } from '@ledger/projections';
import { jurisdictionEntries, metricEntry } from './entries.ts';
import { eventsOf } from './handle.ts';
import { calendarOf, type Ledger } from './ledger.ts';

interface Span {
  readonly from: string;
  /** `null`: without end. */
  readonly to: string | null;
}

/**
 * What dates say against a plan: metrics that are in force on no day of its interval, or not on all of them, and a currency that nothing
 * can be exchanged into. Where only deals can tell whether it matters, it is a warning.
 */
export async function checkInForce(
  ledger: Ledger,
  plan: PlanDefinition,
  documents: readonly Definition[],
): Promise<{ readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] }> {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  for (const metric of metricsNamed(plan.document)) {
    const spans = await metricSpans(ledger, metric, documents);
    const missing = spans.length === 0 ? [] : without(plan, spans);
    const [first] = missing;
    if (first === undefined) continue;
    const field = placeOfMetric(plan, metric);
    const known = spans.map(inWords).join(' and ');
    const says = `plan ${plan.document.plan}: metric ${metric} is in force ${known}`;
    if (missing.length === 1 && first.from === plan.from && first.to === plan.to) {
      const message = `${says}, on no day of the plan, which applies ${inWords(plan)}; publish a version of the metric for these days, or change those of the plan.`;
      problems.push(problem('metric_unknown', message, field));
    } else {
      const message = `${says}, and the plan applies ${inWords(plan)}: a deal that closes ${missing.map(inWords).join(' or ')} stops the statement; publish a version of the metric for these days, too.`;
      warnings.push(problem('metric_unknown', message, field));
    }
  }
  const lonely = await withoutRate(ledger, plan, documents);
  if (lonely !== undefined) warnings.push(lonely);
  return { problems, warnings };
}

/**
 * Whether something is known of the law where somebody is said to work: on no day of it no statement could ever say what final pay may
 * be taken. Where only the days of pay periods can tell whether it matters, it is a warning.
 */
export async function checkPlace(
  ledger: Ledger,
  { participant, terms }: ExceptionDefinition,
  documents: readonly Definition[],
): Promise<{ readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] }> {
  if (terms.kind !== 'jurisdiction') return { problems: [], warnings: [] };
  const { jurisdiction: place, from, until: to } = terms;
  const field = '/jurisdiction';
  const spans = await placeSpans(ledger, place, documents);
  const says = `exception for "${participant}": `;
  if (spans.length === 0) {
    const given = documents.flatMap((each) => (each.kind === 'jurisdiction' ? [each.document.jurisdiction] : []));
    const meant = nearest(place, [...(await jurisdictionEntries(ledger)).map((each) => each.jurisdiction), ...given]);
    const remedy = meant === undefined ? 'define it, or correct its id' : `did you mean "${meant}"? If not, define it`;
    const message = `${says}nothing is known of a jurisdiction "${place}"; ${remedy}.`;
    return { problems: [problem('jurisdiction_missing', message, field)], warnings: [] };
  }
  const missing = without({ from, to }, spans);
  const [first] = missing;
  if (first === undefined) return { problems: [], warnings: [] };
  const known = `${says}jurisdiction ${place} is in force ${spans.map(inWords).join(' and ')}`;
  if (missing.length === 1 && first.from === from && first.to === to) {
    const message = `${known}, on no day on which they are said to work there, ${inWords(first)}; publish a version of it for these days, or change those of the decision.`;
    return { problems: [problem('jurisdiction_missing', message, field)], warnings: [] };
  }
  const message = `${known}, and they are said to work there ${inWords({ from, to })}: a pay period or an employment that ends ${missing.map(inWords).join(' or ')} stops the statement; publish a version of it for these days, too.`;
  return { problems: [], warnings: [problem('jurisdiction_missing', message, field)] };
}

/** The days for which a metric is published, proposed, or given beside the plan. */
async function metricSpans(ledger: Ledger, metric: string, documents: readonly Definition[]): Promise<readonly Span[]> {
  const given = documents.flatMap((each) =>
    each.kind === 'metric' && each.document.metric === metric ? [{ from: each.from, to: each.to }] : [],
  );
  return spansOf(ledger, streamOf.metric(metric), await metricEntry(ledger, metric), given);
}

/** The same of a jurisdiction. */
async function placeSpans(ledger: Ledger, place: string, documents: readonly Definition[]): Promise<readonly Span[]> {
  const given = documents.flatMap((each) =>
    each.kind === 'jurisdiction' && each.document.jurisdiction === place ? [{ from: each.from, to: each.to }] : [],
  );
  const known = (await jurisdictionEntries(ledger)).find((each) => each.jurisdiction === place);
  return spansOf(ledger, streamOf.jurisdiction(place), known, given);
}

async function spansOf(
  ledger: Ledger,
  stream: string,
  entry: { readonly versions: readonly Span[]; readonly retiredFrom: string | null } | undefined,
  given: readonly Span[],
): Promise<readonly Span[]> {
  const decided = new Set<number>();
  const proposed: (Span & { readonly version: number })[] = [];
  for (const { event } of await eventsOf(ledger, stream)) {
    if (event.type === 'MetricProposed' || event.type === 'JurisdictionProposed') {
      const { version, effectiveFrom: from, effectiveTo: to } = event.data;
      proposed.push({ version, from, to });
    } else if (
      event.type === 'MetricDefined' ||
      event.type === 'MetricRejected' ||
      event.type === 'JurisdictionDefined' ||
      event.type === 'JurisdictionRejected'
    )
      decided.add(event.data.version);
  }
  const waiting = proposed.filter(({ version }) => !decided.has(version)).map(({ from, to }) => ({ from, to }));
  // Another version ends a retirement.
  const retired = given.length + waiting.length > 0 ? null : (entry?.retiredFrom ?? null);
  const published = (entry?.versions ?? []).flatMap(({ from, to }): readonly Span[] => {
    const end = retired !== null && (to === null || retired < to) ? retired : to;
    return end !== null && end <= from ? [] : [{ from, to: end }];
  });
  return merged([...given, ...published, ...waiting]);
}

/** In their order, those that touch as one. */
function merged(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = [];
  for (const span of spans.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = joined.at(-1);
    if (last === undefined || (last.to !== null && last.to < span.from)) joined.push(span);
    else if (last.to !== null && (span.to === null || span.to > last.to)) {
      joined[joined.length - 1] = { from: last.from, to: span.to };
    }
  }
  return joined;
}

/** The parts of the whole that no span covers; spans in their order, apart from each other. */
function without(whole: Span, spans: readonly Span[]): readonly Span[] {
  const missing: Span[] = [];
  let from = whole.from;
  for (const span of spans) {
    if (whole.to !== null && span.from >= whole.to) break;
    if (span.from > from) missing.push({ from, to: span.from });
    if (span.to === null) return missing;
    if (span.to > from) from = span.to;
  }
  if (whole.to === null || from < whole.to) missing.push({ from, to: whole.to });
  return missing;
}

function inWords({ from, to }: Span): string {
  return to === null ? `from ${from} on` : `from ${from} to ${to}`;
}

/** The first field of the plan that names the metric. */
function placeOfMetric({ document }: PlanDefinition, metric: string): string {
  for (const [id, component] of Object.entries(document.components)) {
    if (component.measure === metric) return `/components/${id}/measure`;
    if (component.paysOn === metric) return `/components/${id}/paysOn`;
    if (JSON.stringify(component).includes(`"${metric}"`)) return `/components/${id}`;
  }
  return '';
}

/** A plan in another currency than the ledger's, and no rate that has to do with it. */
async function withoutRate(
  ledger: Ledger,
  { document: { plan, currency, exchange } }: PlanDefinition,
  documents: readonly Definition[],
): Promise<Problem | undefined> {
  const known = documents.find((each) => each.kind === 'calendar');
  const calendar = known ?? (await calendarOf(ledger));
  if (isProblem(calendar) || calendar.currency === currency) return undefined;
  if (typeof exchange === 'object' && 'rates' in exchange) return undefined;
  const given = documents.flatMap((each) => (each.kind === 'rates' ? each.rates : []));
  const pairs = (await ledger.views.list(definitionsView, 'rates/')).map(({ key }) => key.slice('rates/'.length));
  const has = given.some(({ base, quote }) => base === currency || quote === currency);
  if (has || pairs.some((pair) => pair.includes(currency))) return undefined;
  const message = `plan ${plan}: no exchange rate from or to ${currency} is recorded, and the ledger's currency is ${calendar.currency}: a deal in another currency than ${currency} stops the statement; record one, as ${calendar.currency}/${currency}.`;
  return problem('rate_missing', message, '/currency');
}
