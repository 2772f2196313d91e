import { add, div, type Exact, exact, isZero, max, min, mul, neg, sign, sub, sum, ZERO } from '@ledger/money';
import type { Book } from './book.ts';
import type { Calculated, PlanCapBasis } from './line.ts';
import { periodsFrom, type Span } from './periods.ts';
import { type StagedLines, toldApart } from './stage.ts';

/** Caps of a plan over all its components, of a pay period and then of a year (mechanics §4): they take from each that earns alike. */
export function planCapped(
  book: Book,
  upTo: string,
  before: ReadonlyMap<string, StagedLines>,
): ReadonlyMap<string, StagedLines> {
  const isCapped = book.participant.assignments.some(({ plan }) =>
    book.plans.get(plan)?.versions.some(({ document }) => document.cap !== undefined),
  );
  if (!isCapped) return before;
  const after = new Map([...before].map(([component, periods]) => [component, new Map(periods)] as const));
  const paid = new Map<string, Exact>();
  for (const span of periodsFrom(book.calendar, book.calendar.firstPeriod, upTo)) {
    const lines = [...after.values()].flatMap((periods) => periods.get(span.id) ?? []);
    // By name: it makes no difference which of several plans earned first.
    for (const plan of [...new Set(lines.map(({ inForce }) => inForce.plan))].sort()) {
      for (const line of capLines(span, plan, lines, paid)) {
        const periods = after.get(line.inForce.component.id);
        const others = periods?.get(span.id) ?? [];
        periods?.set(span.id, [...others, toldApart(line, others)]);
      }
    }
  }
  return after;
}

/** The lines that take away what a plan earns in a pay period above its caps; `paid` is what it has paid by year. */
function capLines(
  span: Span,
  plan: string,
  lines: readonly Calculated[],
  paid: Map<string, Exact>,
): readonly Calculated[] {
  const ofPlan = lines.filter(({ inForce }) => inForce.plan === plan);
  const latest = ofPlan.map(({ inForce }) => inForce.planVersion).sort((a, b) => b.version - a.version)[0];
  const cap = latest?.document.cap;
  const of = cap?.earningsOf;
  const own = of === undefined ? ofPlan : ofPlan.filter(({ inForce }) => of.includes(inForce.component.id));
  const year = span.from.slice(0, 4);
  const inYear = `${plan}/${year}`;
  const paidBefore = paid.get(inYear) ?? ZERO;
  const sums = new Map<string, { readonly last: Calculated; amount: Exact }>();
  for (const line of own) {
    const known = sums.get(line.inForce.component.id);
    sums.set(line.inForce.component.id, { last: line, amount: add(known?.amount ?? ZERO, line.exact) });
  }
  const made: Calculated[] = [];
  const total = () => sum([...sums.values()].map(({ amount }) => amount));
  const take = (kind: PlanCapBasis['kind'], of: string, limit: Exact, before: Exact) => {
    const calculated = total();
    const removed = sign(calculated) > 0 ? sub(calculated, max(ZERO, min(calculated, sub(limit, before)))) : ZERO;
    if (isZero(removed)) return;
    const all = sum([...sums.values()].map(({ amount }) => max(ZERO, amount)));
    for (const [component, each] of sums) {
      if (sign(each.amount) <= 0) continue;
      const { last, amount } = each;
      const basis: PlanCapBasis = { kind, cap: limit, of, calculated, paidBefore: before, own: amount, all };
      const line = `${component}/${kind}/${of}`;
      const value = neg(div(mul(removed, amount), all));
      made.push({ line, inForce: last.inForce, period: span.id, deal: null, closedOn: null, exact: value, basis });
      each.amount = add(amount, value);
    }
  };
  if (cap?.period != null) take('plan-cap', span.id, exact(cap.period), ZERO);
  if (cap?.year != null) take('plan-year-cap', year, exact(cap.year), paidBefore);
  paid.set(inYear, add(paidBefore, total()));
  return made;
}
