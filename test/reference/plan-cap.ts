import { calendarStretch } from './calendar.ts';
import type { Line } from './caps.ts';
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
export function planCapped(lines: readonly Line[]): readonly Line[] {
  const plans = [...new Set(lines.map(planOf))].sort();
  const removed = plans
    .flatMap((plan) => removedFrom(lines.filter((line) => planOf(line) === plan)))
    .map((line, at, all) => ({ ...line, again: all.slice(0, at).some((other) => isNamedAlike(other, line)) }));
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

/** Of a component under two plans with a cap. */
function isNamedAlike(a: Line, b: Line): boolean {
  return a.component === b.component && a.period === b.period && a.what === b.what;
}

/** Period by period, so that a year knows what was paid in it before. */
function removedFrom(lines: readonly Line[]): readonly Line[] {
  const paid: { readonly year: string; readonly amount: Ratio }[] = [];
  return [...new Set(lines.map(({ period }) => period))].sort().flatMap((period) => {
    const ofPlan = lines.filter((line) => line.period === period);
    const year = calendarStretch(period, 'year').from.slice(0, 4);
    const before = total(paid.filter((each) => each.year === year).map(({ amount }) => amount));
    const newest = ofPlan.reduce((a, b) => (b.terms.plan.version > a.terms.plan.version ? b : a));
    const cap = newest.terms.plan.document.cap;
    const own = ofPlan.filter(({ component }) => cap?.earningsOf?.includes(component) ?? true);
    const shares = [...new Set(own.map(({ component }) => component))].flatMap((component): Share[] => {
      const list = own.filter((line) => line.component === component);
      const last = list.at(-1);
      return last === undefined ? [] : [{ last, earned: total(list.map(({ exact }) => exact)) }];
    });
    const ofPeriod =
      cap?.period == null ? shares : without(shares, larger(NOTHING, minus(sum(shares), read(cap.period))));
    const room = cap?.year == null ? null : minus(read(cap.year), before);
    const isCapped = room !== null && isPositive(sum(ofPeriod));
    const left = isCapped ? larger(NOTHING, smaller(sum(ofPeriod), room)) : sum(ofPeriod);
    const ofYear = without(ofPeriod, minus(sum(ofPeriod), left));
    paid.push({ year, amount: sum(ofYear) });
    return [...taken('plan-cap', shares, ofPeriod), ...taken('plan-year-cap', ofPeriod, ofYear)];
  });
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
  return before.flatMap(({ last: { of: _, ...last }, earned }, at) => {
    const exact = negative(minus(earned, after[at]?.earned ?? earned));
    return isNothing(exact) ? [] : [{ ...last, what, deal: null, window: null, exact }];
  });
}
