import type { DrawClause, GuaranteeClause, PayClause, PlanDocument } from '@ledger/events';
import { type Exact, exact, fraction, mul, sum } from '@ledger/money';
import type { Book, ExceptionEntry, PlanVersion } from './book.ts';
import {
  dayBefore,
  daysIn,
  earliestOf,
  type Interval,
  monthsAfter,
  type Span,
  shared,
  windowOf,
  windowsIn,
} from './periods.ts';
import { versionOn } from './versions.ts';

/**
 * The clauses of a plan that are about the person (mechanics §10, §20), and when they are in force: while the person is employed, is
 * assigned to the plan, and the version of the plan applies.
 */
export interface Stretch extends Interval {
  /** Plan, or `exception/<name>`. */
  readonly plan: string;
  readonly document: Clauses;
  readonly source: Source;
  /** First day of the person under the plan. */
  readonly since: string;
}

/** A clause and the days on which it says something. */
export interface InForce<C> extends Interval {
  readonly clause: C;
  readonly source: Source;
  readonly rounding: PlanDocument['rounding'];
  /** Day on which the clause itself ends, if it does: not because the person leaves. */
  readonly until: string | null;
}

/** What has a clause: a version of a plan, or a decision about the person. */
type Source = { readonly by: { readonly plan: string; readonly version: PlanVersion } } | { readonly cause: string };

type Clauses = Pick<PlanDocument, 'draws' | 'guarantee' | 'pay' | 'rounding'>;

const FOR_EVER = '9999-12-31';

/** Whether any plan that the person was ever assigned to has such a clause. */
export function hasClauses({ participant, plans }: Book): boolean {
  return participant.assignments.some(({ plan }) =>
    plans
      .get(plan)
      ?.versions.some(
        ({ document: { draws, guarantee, pay } }) =>
          draws !== undefined || guarantee !== undefined || pay !== undefined,
      ),
  );
}

/** Plans by the days on which the person earns under them: by day, then by plan. */
export function stretchesOf({ participant, plans, exceptions }: Book): readonly Stretch[] {
  const employed = { from: participant.startsOn, to: participant.endsOn ?? FOR_EVER };
  const stretches: Stretch[] = [];
  for (const assignment of participant.assignments) {
    const entry = plans.get(assignment.plan);
    const whole = shared(employed, { from: assignment.from, to: assignment.to ?? FOR_EVER });
    if (entry === undefined || whole === null) continue;
    const turns = entry.versions.flatMap(({ from, to }) => [from, to ?? FOR_EVER]);
    const inside = [...turns, entry.retiredFrom ?? FOR_EVER].filter((day) => day > whole.from && day < whole.to);
    const days = [...new Set([whole.from, ...inside, whole.to])].sort();
    for (const [at, to] of days.slice(1).entries()) {
      const from = days[at] ?? to;
      const version = versionOn(entry, from);
      if (version === undefined) continue;
      const { document } = version;
      const { plan } = assignment;
      stretches.push({ plan, document, source: { by: { plan, version } }, from, to, since: whole.from });
    }
  }
  for (const entry of exceptions?.values() ?? []) stretches.push(...decided(entry, employed));
  return stretches.sort((a, b) => compare(a.from, b.from) || compare(a.plan, b.plan));
}

/** A decision about the person as if it were a plan of theirs. One that was revoked still says how what is owed is paid back. */
function decided(
  { exception, terms, expiresOn, isRevoked, event }: ExceptionEntry,
  employed: Interval,
): readonly Stretch[] {
  if (terms.kind !== 'draw' && terms.kind !== 'guarantee') return [];
  const days = shared(employed, { from: employed.from, to: expiresOn ?? FOR_EVER });
  const { from } = employed;
  const to = days === null || isRevoked ? from : days.to;
  const document: Clauses =
    terms.kind === 'draw'
      ? { rounding: 'half-up', draws: [terms.draw] }
      : { rounding: 'half-up', guarantee: terms.guarantee };
  return [{ plan: `exception/${exception}`, document, source: { cause: event }, from, to, since: from }];
}

/** The days on which each version of a clause is in force. */
export function inForce<C extends Lasting>(
  stretches: readonly Stretch[],
  clauseOf: (document: Clauses) => C | undefined,
): readonly InForce<C>[] {
  const clauses = stretches.flatMap(({ source, document, since, from, to }) => {
    const clause = clauseOf(document);
    if (clause === undefined) return [];
    const until = clauseEndsOn(clause, since);
    const days = shared({ from, to }, { from: clause.from ?? since, to: until ?? FOR_EVER });
    // A clause that is over, or has not begun, still says what becomes of what is owed.
    return [{ clause, source, rounding: document.rounding, until, ...(days ?? { from, to: from }) }];
  });
  return clauses.sort((a, b) => compare(a.from, b.from));
}

/** First day on which a draw or guarantee is over by its own words. `since`: first day of the person under it. */
export function clauseEndsOn({ from, until, months }: Ending, since: string): string | null {
  return until ?? (months === null ? null : monthsAfter(from ?? since, Number(months)));
}

type Ending = Pick<DrawClause, 'from' | 'until' | 'months'>;
type Lasting = Pick<DrawClause, 'from' | 'until' | 'months' | 'every' | 'amount' | 'part'>;

/** An interval for which an amount is due, at the end of the last day on which the clause is in force in it. */
export interface Instalment {
  readonly interval: Span;
  readonly amount: Exact;
  /** What it is made of: amounts of the interval and their days. */
  readonly parts: readonly { readonly amount: Exact; readonly days: number }[];
  /** Days of the interval. */
  readonly of: number;
  /** Whether all of it is due, however few its days. */
  readonly isWhole: boolean;
  readonly dueOn: string;
  /** First day on which the clause is in force in it. */
  readonly since: string;
}

/** What is due for each interval that shares a day with a window. An interval that is not full counts by its days (mechanics §10). */
export function instalmentsIn(
  clauses: readonly InForce<Lasting>[],
  every: Lasting['every'],
  window: Interval,
): readonly Instalment[] {
  const last = clauses.at(-1);
  if (last === undefined) return [];
  const first = earliestOf(last.from, ...clauses.map((each) => each.from));
  const end =
    clauses
      .map((each) => each.to)
      .sort()
      .at(-1) ?? last.to;
  const within = shared(window, { from: first, to: end });
  if (within === null) return [];
  return windowsIn(within, every).flatMap((interval) => {
    const inside = clauses.flatMap((each) => {
      const days = shared(each, interval);
      return days === null ? [] : [{ clause: each.clause, ...days }];
    });
    const final = inside.at(-1);
    if (final === undefined) return [];
    const of = daysIn(interval);
    const isWhole = final.clause.part === 'whole';
    const parts = (isWhole ? [final] : inside).map((each) => ({
      amount: exact(each.clause.amount),
      days: daysIn(each),
    }));
    const byDays = ({ amount, days }: (typeof parts)[number]) => mul(amount, fraction(BigInt(days), BigInt(of)));
    const amount = isWhole ? exact(final.clause.amount) : sum(parts.map(byDays));
    const since = earliestOf(final.from, ...inside.map((each) => each.from));
    return [{ interval, amount, parts, of, isWhole, dueOn: dayBefore(final.to), since }];
  });
}

/** The clause as it stands in a period: the newest that is in force in it, or else the newest, also after it is over or the person has left. */
export function standing<C>(clauses: readonly InForce<C>[], period: Interval): InForce<C> | undefined {
  const begun = clauses.filter(({ from }) => from < period.to);
  return begun.findLast((each) => shared(each, period) !== null) ?? begun.at(-1);
}

/** How payment works in a period: by the plan of its last day, or the last plan before; `null` where that plan does not say. */
export function payClauseIn(
  stretches: readonly Stretch[],
  period: Interval,
): { readonly clause: PayClause; readonly stretch: Stretch } | null {
  const before = stretches.filter(({ from, source }) => from < period.to && 'by' in source);
  const end = (stretch: Stretch) => earliestOf(stretch.to, period.to);
  const last = before.map(end).sort().at(-1);
  const stretch = before.findLast((each) => end(each) === last && each.document.pay !== undefined);
  return stretch?.document.pay === undefined ? null : { clause: stretch.document.pay, stretch };
}

/** How often the plan of a period pays; `null`: it does not say. */
export function payEvery(book: Book, period: Interval): PayClause['every'] | null {
  return payClauseIn(stretchesOf(book), period)?.clause.every ?? null;
}

/** A plan with clauses in another currency than that of pay: their amounts are money that is paid. */
export function otherCurrencyIn(
  stretches: readonly Stretch[],
  period: Interval,
  currency: string,
): { readonly plan: string; readonly currency: string } | null {
  for (const each of stretches) {
    if (!('by' in each.source) || shared(each, period) === null || !hasTerms(each.document)) continue;
    const { document } = each.source.by.version;
    if (document.currency !== currency) return { plan: each.plan, currency: document.currency };
  }
  return null;
}

/** Whether a plan has a draw, a guarantee or terms of pay. */
export function hasTerms({ draws, guarantee, pay }: Clauses): boolean {
  return draws !== undefined || guarantee !== undefined || pay !== undefined;
}

/** Two plans at once that both say how payment works, guarantee pay, or have a draw of the same name: which one rules is not said. */
export function clashIn(
  stretches: readonly Stretch[],
  period: Interval,
): { says: string; plans: readonly [string, string] } | null {
  const here = stretches.filter((each) => shared(each, period) !== null).map((each) => daysOf(each, period));
  for (const [at, one] of here.entries()) {
    for (const other of here.slice(at + 1)) {
      if (one.plan === other.plan) continue;
      const both = one.clauses.find(({ says, days }) =>
        other.clauses.some((each) => each.says === says && shared(each.days, days) !== null),
      );
      if (both !== undefined) return { says: both.says, plans: [one.plan, other.plan] };
    }
  }
  return null;
}

/** The days of a period on which each clause of a plan is in force. */
function daysOf({ plan, document, since, from, to }: Stretch, period: Interval) {
  const here = shared({ from, to }, period);
  const lasting = (says: string, clause: Lasting) => {
    const days = here && shared(here, { from: clause.from ?? since, to: clauseEndsOn(clause, since) ?? FOR_EVER });
    return days === null ? [] : [{ says, days }];
  };
  const { draws = [], guarantee, pay } = document;
  const clauses = [
    ...draws.flatMap((draw) => lasting(`a draw ${draw.name}`, draw)),
    ...(guarantee === undefined ? [] : lasting('a guarantee', guarantee)),
    ...(pay === undefined || here === null ? [] : [{ says: 'how pay works', days: here }]),
  ];
  return { plan, clauses };
}

/** Names of draws, in the order in which they take effect: by plan, then as the plan lists them; those that are over come last. */
export function drawNames(stretches: readonly Stretch[], period: Interval): readonly string[] {
  const named = (list: readonly Stretch[]) =>
    [...list]
      .sort((a, b) => compare(a.plan, b.plan))
      .flatMap(({ document }) => (document.draws ?? []).map(({ name }) => name));
  const before = stretches.filter(({ from }) => from < period.to);
  const here = before.filter((each) => shared(each, period) !== null);
  return [...new Set([...named(here), ...named(before)])];
}

export function drawNamed(name: string): (document: Clauses) => DrawClause | undefined {
  return ({ draws }) => draws?.find((each) => each.name === name);
}

export function guaranteeIn({ guarantee }: Clauses): GuaranteeClause | undefined {
  return guarantee;
}

/** The calendar window of a sum that holds the last day of a period, or the period where that is longer; without bounds where all of it counts. */
export function windowOfSum(over: GuaranteeClause['over'], every: GuaranteeClause['every'], period: Span): Interval {
  const lastDay = dayBefore(period.to);
  if (over === 'whole') return { from: '1970-01-01', to: FOR_EVER };
  const window = windowOf(lastDay, over === 'each' ? every : over);
  return window.from <= period.from ? window : period;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
