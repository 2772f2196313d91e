import { type Code, type Component, EARNINGS, type MetricDocument, SCORES } from '@ledger/events';
import type { Book, MetricVersion, ParticipantEntry, PlanVersion } from './book.ts';
import { type CompiledComponent, type CompiledMetric, compileMetric, compilePlan } from './compile.ts';
import { earnsUntil, lastPipelineDay, leavingRule } from './leaving-rule.ts';
import { dayBefore, daysAfter, daysIn, holds, type Interval } from './periods.ts';
import { versionOn } from './versions.ts';
import { isByPeriod, windowHolding } from './windows.ts';

/** A component under which the participant earns on a date, with the versions that apply on it. */
export interface ComponentInForce {
  readonly component: CompiledComponent;
  readonly plan: string;
  readonly planVersion: PlanVersion;
  /** What is measured; `null` where no version of the metric applies on the date: nothing counts. */
  readonly metric: MetricInForce | null;
  /** What the bands pay on; the same as `metric` unless the plan names another one. */
  readonly pay: MetricInForce | null;
  /** Why the component cannot be calculated at all, whatever the deal. */
  readonly obstacle: Obstacle | null;
}

export interface MetricInForce {
  readonly version: MetricVersion;
  readonly compiled: CompiledMetric;
}

export interface Obstacle {
  readonly code: Code;
  readonly says: string;
  /** What the obstacle is about, where that is more than one deal; it is reported once. */
  readonly scope?: string;
  /** What is wrong, where `says` names one deal, day or person of many that the same thing stops. */
  readonly cause?: string;
}

/**
 * The components of every plan that the participant is assigned to on a date, by id. A component is known by its id across the
 * versions of a plan and across plans: who changes from one plan to another keeps what counted in the window.
 */
export function componentsOn(book: Book, date: string): readonly ComponentInForce[] {
  if (date < book.participant.startsOn) return [];
  const end = earnsUntil(book.participant);
  if (end !== null && date >= end) return pipelineOn(book, date, end);
  const inForce = [...assignedOn(book, date)];
  inForce.sort((a, b) => (a.component.id < b.component.id ? -1 : a.component.id > b.component.id ? 1 : 0));
  return inForce.map((each, index) => ({ ...each, obstacle: each.obstacle ?? twice(each, inForce[index - 1]) }));
}

/** The plans that are assigned to somebody on some day of an interval, each once. */
export function plansAssignedIn({ assignments }: ParticipantEntry, { from, to }: Interval): readonly string[] {
  const own = assignments.filter((each) => each.from < to && (each.to === null || each.to > from));
  return [...new Set(own.map(({ plan }) => plan))];
}

/** The components of the plans that are assigned on a date, and those whose windows are finished by the plan that began them. */
function assignedOn(book: Book, date: string): readonly ComponentInForce[] {
  const { assignments } = book.participant;
  const plans = new Set(assignments.filter((each) => holds(each, date)).map((each) => each.plan));
  const inForce: ComponentInForce[] = [];
  for (const plan of [...plans].sort()) {
    const entry = book.plans.get(plan);
    const planVersion = entry === undefined ? undefined : versionOn(entry, date);
    if (planVersion === undefined) continue;
    for (const component of compilePlan(planVersion.document).components) {
      inForce.push(inForceOn(book, date, plan, planVersion, component));
    }
  }
  const finishing = finishingOn(book, date, plans);
  if (finishing.length === 0) return inForce;
  const finished = new Set(finishing.map(({ component }) => component.id));
  return [...inForce.filter(({ component }) => !finished.has(component.id)), ...finishing];
}

/** Components of plans that ended in a window which holds the date, where they finish what they began. */
function finishingOn(book: Book, date: string, going: ReadonlySet<string>): readonly ComponentInForce[] {
  const finishing: ComponentInForce[] = [];
  for (const { plan, to } of book.participant.assignments) {
    if (to === null || to > date || to <= book.participant.startsOn || going.has(plan)) continue;
    const entry = book.plans.get(plan);
    const planVersion = entry === undefined ? undefined : versionOn(entry, dayBefore(to));
    if (planVersion === undefined) continue;
    for (const component of compilePlan(planVersion.document).components) {
      const end = finishesOn(component, to);
      if (end !== null && date < end && !finishing.some((each) => each.component.id === component.id)) {
        finishing.push(inForceOn(book, date, plan, planVersion, component));
      }
    }
  }
  return finishing;
}

/** The end of the window that an assignment's end cuts, for a component that finishes it. */
function finishesOn({ document }: CompiledComponent, to: string): string | null {
  if (document.onPlanChange !== 'finish' || isByPeriod(document.window)) return null;
  const window = windowHolding(document.window, dayBefore(to), 'month', '');
  return window !== null && window.to > to ? window.to : null;
}

/** The same by date, worked out once for each stretch of days on which nothing begins or ends. */
export function componentsByDate(book: Book): (date: string) => readonly ComponentInForce[] {
  const turns = turningDays(book);
  const known = new Map<number, readonly ComponentInForce[]>();
  return (date) => {
    let at = turns.length;
    while (at > 0 && (turns[at - 1] ?? '') > date) at -= 1;
    let components = known.get(at);
    if (components === undefined) {
      components = componentsOn(book, date);
      known.set(at, components);
    }
    return components;
  };
}

/** Days on which what applies to the participant may change. */
function turningDays(book: Book): readonly string[] {
  const { participant, plans, metrics } = book;
  const days = new Set<string | null>([participant.startsOn, participant.endsOn, ...pipelineDays(book)]);
  for (const { plan, from, to } of participant.assignments) {
    days.add(from).add(to);
    for (const version of plans.get(plan)?.versions ?? []) {
      days.add(version.from).add(version.to);
      if (to === null) continue;
      for (const component of compilePlan(version.document).components) days.add(finishesOn(component, to));
    }
    days.add(plans.get(plan)?.retiredFrom ?? null);
  }
  for (const { versions, retiredFrom } of metrics.values()) {
    for (const { from, to } of versions) days.add(from).add(to);
    days.add(retiredFrom);
  }
  return [...days].filter((day) => day !== null).sort();
}

/** After the end: what was in force on the last day, while its plan still pays for deals that close. */
function pipelineOn(book: Book, date: string, end: string): readonly ComponentInForce[] {
  const { participant } = book;
  const endsOn = participant.endsOn ?? end;
  const going = assignedOn(book, dayBefore(end)).filter(({ planVersion, component }) => {
    const last = lastPipelineDay(leavingRule(participant, planVersion.document));
    return last > daysIn({ from: endsOn, to: date }) && component.document.each === 'deal';
  });
  // What a metric counts is a matter of the deal, whoever has left.
  return going.map(({ plan, planVersion, component }) => inForceOn(book, date, plan, planVersion, component));
}

/** Days on which the pipeline of a leaver begins, and ends. */
function pipelineDays(book: Book): readonly string[] {
  const { participant } = book;
  const { endsOn } = participant;
  const end = earnsUntil(participant);
  if (endsOn === null || end === null) return [];
  const plans = participant.assignments.flatMap(({ plan }) => book.plans.get(plan)?.versions ?? []);
  return [end, ...plans.map(({ document }) => daysAfter(endsOn, lastPipelineDay(leavingRule(participant, document))))];
}

function inForceOn(
  book: Book,
  date: string,
  plan: string,
  planVersion: PlanVersion,
  component: CompiledComponent,
): ComponentInForce {
  const { measure, paysOn } = component.document;
  const isEarned = (id: string | null) => id === EARNINGS && component.document.earningsOf !== undefined;
  const isScored = component.document.objectives !== undefined;
  const metricFor = (id: string) => (isScored ? SCORED : isEarned(id) ? EARNED : metricOn(book, id, date));
  const metric = metricFor(measure);
  const pay = component.paysElsewhere && paysOn !== null ? metricFor(paysOn) : metric;
  const { currency } = planVersion.document;
  const unknown = [measure, paysOn].find((id) => id !== null && !isScored && !isEarned(id) && !book.metrics.has(id));
  const unnamed = unknownIn(book, component.document.earningsOf);
  let obstacle: Obstacle | null = null;
  if (unknown !== undefined) {
    obstacle = {
      code: 'metric_unknown',
      says: `plan ${plan} measures ${unknown}, and no such metric is defined; define it`,
    };
  } else if (unnamed !== undefined) {
    obstacle = {
      code: 'component_unknown',
      says: `plan ${plan} pays on what the team earns by component ${unnamed}, and no plan has such a component; correct earnings-of`,
      scope: unnamed,
    };
  } else if (currency !== book.participant.currency && planVersion.document.payout === undefined) {
    obstacle = {
      code: 'plan_currency',
      says: `plan ${plan} pays in ${currency} and the participant is paid in ${book.participant.currency}; write payout: { rate: period-end } in the plan, or assign one in ${book.participant.currency}`,
    };
  }
  return { component, plan, planVersion, metric, pay, obstacle };
}

/** A component that is named and that no version of any plan has: what is measured of it would be nothing, by accident. */
function unknownIn({ plans }: Book, named: Component['earningsOf']): string | undefined {
  if (named === undefined || named === 'all') return undefined;
  const known = new Set(
    [...plans.values()].flatMap(({ versions }) => versions.flatMap(({ document }) => Object.keys(document.components))),
  );
  return named.find((id) => !known.has(id));
}

const EARNINGS_OF_TEAM: MetricDocument = {
  metric: EARNINGS,
  title: 'Earnings of the team',
  unit: 'money',
  of: 'deal',
  counts: 'true',
  amount: 'deal.amount',
};

/** What stands in a metric's place where the earnings of a team are measured. */
export const EARNED: MetricInForce = {
  version: {
    version: 1,
    document: EARNINGS_OF_TEAM,
    from: '1970-01-01',
    to: null,
    event: '',
    approvedBy: '',
    reason: '',
  },
  compiled: { document: EARNINGS_OF_TEAM, measure: () => null, measureLine: () => null },
};

/** The same where objectives are scored. */
const SCORED: MetricInForce = {
  version: { ...EARNED.version, document: { ...EARNINGS_OF_TEAM, metric: SCORES, title: 'Scores', unit: 'number' } },
  compiled: EARNED.compiled,
};

/** The version of a metric that applies on a date, compiled. */
export function metricOn(book: Pick<Book, 'metrics'>, id: string, date: string): MetricInForce | null {
  const entry = book.metrics.get(id);
  const version = entry === undefined ? undefined : versionOn(entry, date);
  return version === undefined ? null : { version, compiled: compileMetric(version.document) };
}

function twice(each: ComponentInForce, other: ComponentInForce | undefined): Obstacle | null {
  if (other === undefined || other.component.id !== each.component.id) return null;
  return {
    code: 'component_twice',
    says: `plans ${other.plan} and ${each.plan} both have a component ${each.component.id} on the same date; end one assignment or rename the component`,
  };
}
