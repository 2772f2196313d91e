import type { Book } from '@ledger/calculation';
import type { PhaseIn } from '@ledger/events';
import { calendarStretch, dayBefore, later, payPeriodId, payPeriodOf, type Stretch } from './calendar.ts';
import { type Line, numbered } from './caps.ts';
import { NO_DEAL } from './credits.ts';
import { componentsOn, type InForce } from './in-force.ts';
import { isNothing, larger, minus, NOTHING, type Ratio, read, times, total } from './ratio.ts';

/** A plan that comes in step by step, held against what the old one would have paid (D214). */

/** What somebody earns in pay periods that begin before a date, whenever it may be paid. */
type EarnedIn = (book: Book, upTo: string) => readonly Pick<Line, 'period' | 'exact'>[];

type Assignment = Book['participant']['assignments'][number];

export function phaseInLines(book: Book, periods: readonly Stretch[], earnedIn: EarnedIn): readonly Line[] {
  return [...book.participant.assignments]
    .sort((a, b) => (a.plan < b.plan ? -1 : a.plan > b.plan ? 1 : 0))
    .flatMap((assignment) => {
      const rule = book.plans.get(assignment.plan)?.versions.at(-1)?.document.phaseIn;
      return rule === undefined ? [] : periods.flatMap((period) => lineIn(book, assignment, rule, period, earnedIn));
    })
    .map((line, at, all) => numbered(line, all.slice(0, at).filter(({ period }) => period === line.period).length));
}

function lineIn(
  book: Book,
  assignment: Assignment,
  rule: PhaseIn,
  period: Stretch,
  earnedIn: EarnedIn,
): readonly Line[] {
  const { cadence } = book.calendar;
  const from = rule.from ?? assignment.from;
  const isOver = assignment.to !== null && assignment.to <= period.from;
  const share = rule.shares[stepOf(rule, from, period, cadence)];
  const inForce = inForceIn(book, assignment.plan, period);
  if (period.to <= later(from, assignment.from) || isOver || share === undefined || inForce === undefined) return [];
  const sum = (of: Book) =>
    total(
      earnedIn(of, period.to)
        .filter((line) => line.period === period.from)
        .map(({ exact }) => exact),
    );
  const [old, now] = [sum(underOldPlan(book, assignment, rule.of)), sum(book)];
  const exact = heldAgainst(rule, read(share), old, now);
  return isNothing(exact) ? [] : [lineOf(inForce, period, payPeriodId(period, cadence), exact)];
}

function heldAgainst({ as }: PhaseIn, share: Ratio, old: Ratio, now: Ratio): Ratio {
  return as === 'floor' ? larger(NOTHING, minus(times(share, old), now)) : times(share, minus(old, now));
}

/** How many whole steps lie between the intervals that hold two days; before the first there is none. */
function stepOf({ per }: PhaseIn, from: string, period: Stretch, cadence: 'month' | 'quarter'): number {
  const intervalOf = (day: string) => (per === 'period' ? payPeriodOf(day, cadence) : calendarStretch(day, per));
  const last = intervalOf(period.from);
  let interval = intervalOf(from);
  if (last.from < interval.from) return -1;
  let step = 0;
  for (; interval.from < last.from; step += 1) interval = intervalOf(interval.to);
  return step;
}

/** On the last day of the period; on that of who leaves in it. */
function inForceIn(book: Book, plan: string, { from, to }: Stretch): InForce | undefined {
  const { endsOn } = book.participant;
  const day = dayBefore(endsOn !== null && from < endsOn && endsOn < to ? endsOn : to);
  return componentsOn(book, day).find((each) => each.plan.document.plan === plan);
}

function underOldPlan(book: Book, assignment: Assignment, old: string): Book {
  const { participant } = book;
  const assignments = participant.assignments.map((each) => (each === assignment ? { ...each, plan: old } : each));
  return { ...book, participant: { ...participant, assignments } };
}

function lineOf({ component, plan }: InForce, period: Stretch, periodId: string, exact: Ratio): Line {
  const terms = {
    deal: '',
    entry: NO_DEAL,
    closedOn: dayBefore(period.to),
    id: 'phase-in',
    component: { ...component, round: 'each-line' as const },
    plan,
    unit: plan.document.currency,
    measured: NOTHING,
    paid: NOTHING,
  };
  return {
    component: 'phase-in',
    period: period.from,
    periodId,
    what: 'phase-in',
    deal: null,
    window: null,
    terms,
    exact,
  };
}
