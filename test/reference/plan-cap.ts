import type { Book } from '@ledger/calculation';
import type { PlanCap, PlanDocument } from '@ledger/events';
import { calendarStretch, type Stretch } from './calendar.ts';
import { type Line, numbered } from './caps.ts';
import { personalAmount } from './personal.ts';
import {
  isNothing,
  isPositive,
  larger,
  minus,
  NOTHING,
  negative,
  over,
  type Ratio,
  read,
  smaller,
  times,
  total,
} from './ratio.ts';

/** Most that a plan pays over all its components, in a pay period and in a calendar year (D233). */

/** What a component earns under a plan in a pay period, and the line under whose terms that is. */
interface Share {
  readonly last: Line;
  readonly earned: Ratio;
}

/** The lines of all components with what caps of plans remove, which stands after those of its component and period. */
export function planCapped(book: Book, lines: readonly Line[]): readonly Line[] {
  const plans = [...new Set(lines.map(planOf))].sort();
  const removed = plans
    .flatMap((plan) =>
      removedFrom(
        book,
        lines.filter((line) => planOf(line) === plan),
      ),
    )
    .map((line, at, all) => numbered(line, all.slice(0, at).filter((other) => isNamedAlike(other, line)).length));
  const components = [...new Set(lines.map(({ component }) => component))];
  const periods = [...new Set(lines.map(({ period }) => period))].sort();
  return components.flatMap((component) =>
    periods.flatMap((period) =>
      [lines, removed].flatMap((list) => list.filter((line) => line.component === component && line.period === period)),
    ),
  );
}

function planOf({ terms }: Line): string {
  return terms.plan.document.plan;
}

/** Of a component under two plans with a cap, or under two caps of one. */
function isNamedAlike(a: Line, b: Line): boolean {
  return a.component === b.component && a.period === b.period && a.what === b.what;
}

interface Paid {
  readonly year: string;
  readonly component: string;
  readonly amount: Ratio;
}

/** Period by period, so that a year knows what was paid in it before; in a period, cap by cap. */
function removedFrom(book: Book, lines: readonly Line[]): readonly Line[] {
  const paid: Paid[] = [];
  return [...new Set(lines.map(({ period }) => period))].sort().flatMap((period) => {
    const ofPlan = lines.filter((line) => line.period === period);
    const newest = ofPlan.reduce((a, b) => (b.terms.plan.version > a.terms.plan.version ? b : a)).terms.plan.document;
    let shares = [...new Set(ofPlan.map(({ component }) => component))].flatMap((component): Share[] => {
      const list = ofPlan.filter((line) => line.component === component);
      const last = list.at(-1);
      return last === undefined ? [] : [{ last, earned: total(list.map(({ exact }) => exact)) }];
    });
    const { year, month } = stretchesOf(period, book.calendar.cadence);
    const before = paid.filter((each) => each.year === year.from);
    const removed = planCapsOf(newest).flatMap((cap) => {
      const isOf = (component: string) => cap.earningsOf?.includes(component) ?? true;
      const own = shares.filter(({ last }) => isOf(last.component));
      if (own.length === 0) return [];
      const ofPeriod = under(own, limitOf(book, cap, 'period', newest.currency, month), NOTHING);
      const paidBefore = total(before.filter(({ component }) => isOf(component)).map(({ amount }) => amount));
      const ofYear = under(ofPeriod, limitOf(book, cap, 'year', newest.currency, year), paidBefore);
      shares = shares.map((share) => ofYear.find(({ last }) => last === share.last) ?? share);
      return [...taken('plan-cap', own, ofPeriod), ...taken('plan-year-cap', ofPeriod, ofYear)];
    });
    paid.push(...shares.map(({ last, earned }) => ({ year: year.from, component: last.component, amount: earned })));
    return removed;
  });
}

function planCapsOf({ cap }: PlanDocument): readonly PlanCap[] {
  return cap === undefined ? [] : [cap].flat();
}

function stretchesOf(period: string, cadence: 'month' | 'quarter') {
  return { year: calendarStretch(period, 'year'), month: calendarStretch(period, cadence) };
}

/** Money, or a share of what is agreed for the time (D102); `null`: no limit. */
function limitOf(book: Book, cap: PlanCap, scope: 'period' | 'year', currency: string, stretch: Stretch): Ratio | null {
  const money = cap[scope];
  if (money !== null) return read(money);
  const { personal } = cap;
  const share = personal?.[scope];
  if (personal === undefined || share === undefined) return null;
  return personalAmount(book, currency, { term: personal.term, changes: personal.changes, share }, stretch);
}

/** What a limit leaves: nothing is taken of what is not above 0. */
function under(shares: readonly Share[], limit: Ratio | null, paidBefore: Ratio): readonly Share[] {
  const earned = sum(shares);
  if (limit === null || !isPositive(earned)) return shares;
  const left = larger(NOTHING, smaller(earned, minus(limit, paidBefore)));
  return without(shares, minus(earned, left));
}

function sum(shares: readonly Share[]): Ratio {
  return total(shares.map(({ earned }) => earned));
}

/** Every component that earns loses the same part of what it earns. */
function without(shares: readonly Share[], amount: Ratio): readonly Share[] {
  const earning = total(shares.filter(({ earned }) => isPositive(earned)).map(({ earned }) => earned));
  return shares.map(({ last, earned }) => {
    const part = isPositive(earned) ? over(times(amount, earned), earning) : NOTHING;
    return { last, earned: minus(earned, part) };
  });
}

function taken(what: Line['what'], before: readonly Share[], after: readonly Share[]): readonly Line[] {
  return before.flatMap(({ last: { of: _, posted: __, ...last }, earned }, at) => {
    const exact = negative(minus(earned, after[at]?.earned ?? earned));
    return isNothing(exact) ? [] : [{ ...last, what, deal: null, window: null, exact }];
  });
}
