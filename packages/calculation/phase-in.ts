import type { PhaseIn } from '@ledger/events';
import { type Exact, isZero, max, mul, percent, sub, sum, ZERO } from '@ledger/money';
import type { Assignment, Book } from './book.ts';
import type { CompiledComponent } from './compile.ts';
import { type ComponentInForce, componentsOn } from './in-force.ts';
import type { Calculated } from './line.ts';
import { type Cadence, dayBefore, latestOf, periodsFrom, type Span, windowOf } from './periods.ts';
import type { CalculationProblem } from './problem.ts';
import { type Reporting, reporting } from './reporting.ts';
import { type StagedLines, toldApart } from './stage.ts';

/**
 * A plan that comes in step by step: for some time, pay is held against what the old plan would have paid for the same deals
 * (mechanics §9). What that adds or takes is a line of the statement, beside all components.
 */

/** The id under which the lines stand; a plan with a phase-in has no component of that name. */
export const PHASE_IN = 'phase-in';

/** Every line of the participant, after all stages. */
export interface AllLines {
  readonly lines: ReadonlyMap<string, StagedLines>;
  readonly problems: readonly CalculationProblem[];
}

/** The lines of the phase-in, by pay period; `null` where no plan of the participant has one. */
export function phasedIn(
  book: Book,
  upTo: string,
  now: AllLines['lines'],
  all: (book: Book, upTo: string) => AllLines,
  problems: readonly CalculationProblem[],
): { readonly lines: StagedLines; readonly problems: readonly CalculationProblem[] } | null {
  // By name: it makes no difference which of several plans was assigned first.
  const phased = book.participant.assignments
    .flatMap((assignment) => phaseInOf(book, assignment) ?? [])
    .sort((a, b) => (a.assignment.plan < b.assignment.plan ? -1 : a.assignment.plan > b.assignment.plan ? 1 : 0));
  if (phased.length === 0) return null;
  const reported = reporting(book.participant.participant, problems);
  const lines = new Map<string, readonly Calculated[]>();
  const spans = periodsFrom(book.calendar, book.calendar.firstPeriod, upTo);
  for (const each of phased) {
    for (const [period, line] of linesOf(book, upTo, each, spans, now, all, reported)) {
      const others = lines.get(period) ?? [];
      lines.set(period, [...others, toldApart(line, others)]);
    }
  }
  return { lines, problems: reported.problems };
}

interface Phased {
  readonly assignment: Assignment;
  readonly rule: PhaseIn;
}

/** The newest version of an assigned plan says how it comes in. */
function phaseInOf({ plans }: Book, assignment: Assignment): Phased | null {
  const rule = plans.get(assignment.plan)?.versions.at(-1)?.document.phaseIn;
  return rule === undefined ? null : { assignment, rule };
}

function linesOf(
  book: Book,
  upTo: string,
  { assignment, rule }: Phased,
  spans: readonly Span[],
  now: AllLines['lines'],
  all: (book: Book, upTo: string) => AllLines,
  reported: Reporting,
): readonly (readonly [string, Calculated])[] {
  const from = rule.from ?? assignment.from;
  const old = all(underOldPlan(book, assignment, rule.of), upTo);
  const lines: (readonly [string, Calculated])[] = [];
  for (const span of spans) {
    if (span.to <= latestOf(from, assignment.from) || (assignment.to !== null && span.from >= assignment.to)) continue;
    const share = rule.shares[stepOf(rule, from, span, book.calendar.cadence)];
    const inForce = componentOn(book, assignment.plan, span);
    if (share === undefined || inForce === null) continue;
    if (!book.plans.has(rule.of)) {
      const says = `the plan comes in against ${rule.of}, and no such plan is published; publish it`;
      reported.report(inForce, span.id, null, { code: 'plan_unknown', says, scope: rule.of });
      return [];
    }
    const [problem] = old.problems.filter((each) => each.period <= span.id);
    if (problem !== undefined) {
      const says = `under the old plan ${rule.of}: ${problem.message.replace(/\.$/, '')}`;
      reported.report(inForce, span.id, problem.deal, { code: problem.code, says, scope: rule.of });
      return [];
    }
    const line = lineOf(rule, percent(share), inForce, span.id, total(old.lines, span.id), total(now, span.id));
    if (!isZero(line.exact)) lines.push([span.id, line]);
  }
  return lines;
}

const MONTHS = { month: 1, quarter: 3, year: 12 } as const;

/** The step of a phase-in that a pay period is in, from 0 on. */
function stepOf({ per }: PhaseIn, from: string, { from: day }: Span, cadence: Cadence): number {
  const kind = per === 'period' ? cadence : per;
  const months = (date: string) => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7));
  return Math.floor((months(day) - months(windowOf(from, kind).from)) / MONTHS[kind]);
}

/** The book as it would be if the old plan had stayed: it takes the place of the new one. */
function underOldPlan(book: Book, assignment: Assignment, old: string): Book {
  const assignments = book.participant.assignments.map((each) => (each === assignment ? { ...each, plan: old } : each));
  return { ...book, participant: { ...book.participant, assignments } };
}

/** The new plan on the last day of a period on which it is assigned, as the line names it. */
function componentOn(book: Book, plan: string, { from, to }: Span): ComponentInForce | null {
  const { endsOn } = book.participant;
  const day = dayBefore(endsOn !== null && endsOn > from && endsOn < to ? endsOn : to);
  const first = componentsOn(book, day).find((each) => each.plan === plan);
  return first === undefined ? null : { ...first, component: named(first.component) };
}

function named(component: CompiledComponent): CompiledComponent {
  const document = { ...component.document, title: 'Phase-in', cap: null, round: 'each-line' } as const;
  return { ...component, id: PHASE_IN, document };
}

function total(lines: AllLines['lines'], period: string): Exact {
  return sum([...lines.values()].flatMap((periods) => (periods.get(period) ?? []).map((line) => line.exact)));
}

function lineOf(
  rule: PhaseIn,
  share: Exact,
  inForce: ComponentInForce,
  period: string,
  old: Exact,
  now: Exact,
): Calculated {
  const amount = rule.as === 'floor' ? max(ZERO, sub(mul(share, old), now)) : mul(share, sub(old, now));
  const basis = { kind: 'phase-in', plan: rule.of, as: rule.as, share, old, now } as const;
  return { line: `${PHASE_IN}/${period}`, inForce, period, deal: null, closedOn: null, exact: amount, basis };
}
