import { add, type Exact, equal, exact, isZero, sub, sum, toText, ZERO } from '@ledger/money';
import type { Earned } from './earn.ts';
import { areSameCredits } from './near.ts';
import { postedText } from './words.ts';

/** What a change of definitions moves, of one participant: deals whose verdict is another one, and money by period. */
export interface Moved {
  readonly deals: readonly MovedDeal[];
  readonly periods: readonly MovedPeriod[];
  readonly currency: string;
}

/** A deal that a component counts otherwise than before: not any more, newly, or with another amount. */
export interface MovedDeal {
  readonly deal: string;
  readonly component: string;
  /** Pay period of its closing date. */
  readonly period: string;
  readonly unit: string;
  /** What the metric credits; `null`: it does not count. */
  readonly countedBefore: string | null;
  readonly countedAfter: string | null;
  readonly payBefore: string;
  readonly payAfter: string;
}

export interface MovedPeriod {
  readonly period: string;
  readonly before: string;
  readonly after: string;
  readonly delta: string;
  /** Deals that count as before and are paid otherwise: another rate, another place in the window. */
  readonly repaid: number;
}

export function movedBetween(before: Earned, after: Earned, currency: string): Moved {
  if (before === after) return { deals: [], periods: [], currency };
  const counts = { before: countedIn(before, after), after: countedIn(after, before) };
  const pays = { before: paidIn(before), after: paidIn(after) };
  const text = (amount: Exact | undefined) => postedText(amount ?? ZERO, currency);
  const deals: MovedDeal[] = [];
  for (const key of new Set([...counts.before.keys(), ...counts.after.keys()])) {
    const [was, is] = [counts.before.get(key), counts.after.get(key)];
    const told = is ?? was;
    if (told === undefined || (was !== undefined && is !== undefined && equal(was.counted, is.counted))) continue;
    deals.push({
      deal: told.deal,
      component: told.component,
      period: told.period,
      unit: told.unit,
      countedBefore: was === undefined ? null : toText(was.counted),
      countedAfter: is === undefined ? null : toText(is.counted),
      payBefore: text(pays.before.deals.get(key)?.amount),
      payAfter: text(pays.after.deals.get(key)?.amount),
    });
  }
  return {
    deals: deals.sort(byDeal),
    periods: periodsBetween(pays.before, pays.after, currency, new Set(deals.map(keyOf))),
    currency,
  };
}

interface Counted {
  readonly deal: string;
  readonly component: string;
  readonly period: string;
  readonly unit: string;
  readonly counted: Exact;
}

/** By component and deal; what came back of a deal counts with it. A component that counts the same in the other one is left out. */
function countedIn({ credited }: Earned, other: Earned): ReadonlyMap<string, Counted> {
  const counts = new Map<string, Counted>();
  for (const [component, deals] of credited) {
    if (areSameCredits(deals, other.credited.get(component) ?? [])) continue;
    for (const { key: deal, period, weighed } of deals) {
      const { credited: amount, unit } = weighed.measure;
      const known = counts.get(keyOf({ component, deal }));
      const counted = known === undefined ? amount : add(known.counted, amount);
      counts.set(keyOf({ component, deal }), { deal, component, period: known?.period ?? period, unit, counted });
    }
  }
  return counts;
}

interface Paid {
  readonly period: string;
  readonly amount: Exact;
}

interface Pay {
  /** By component and deal. */
  readonly deals: ReadonlyMap<string, Paid>;
  readonly periods: ReadonlyMap<string, Exact>;
}

function paidIn({ lines }: Earned): Pay {
  const deals = new Map<string, Paid>();
  const periods = new Map<string, Exact>();
  for (const [period, all] of lines) {
    periods.set(period, sum(all.map(({ amount }) => exact(amount))));
    for (const { component, deal, amount } of all) {
      if (deal === null) continue;
      const key = keyOf({ component, deal });
      const known = deals.get(key);
      deals.set(key, { period: known?.period ?? period, amount: add(known?.amount ?? ZERO, exact(amount)) });
    }
  }
  return { deals, periods };
}

function periodsBetween(was: Pay, is: Pay, currency: string, counted: ReadonlySet<string>): readonly MovedPeriod[] {
  const repaid = new Map<string, number>();
  for (const key of new Set([...was.deals.keys(), ...is.deals.keys()])) {
    const [one, other] = [was.deals.get(key), is.deals.get(key)];
    const told = other ?? one;
    if (told === undefined || counted.has(key) || equal(one?.amount ?? ZERO, other?.amount ?? ZERO)) continue;
    repaid.set(told.period, (repaid.get(told.period) ?? 0) + 1);
  }
  const text = (amount: Exact) => postedText(amount, currency);
  return [...new Set([...was.periods.keys(), ...is.periods.keys()])].sort().flatMap((period) => {
    const [from, to] = [was.periods.get(period) ?? ZERO, is.periods.get(period) ?? ZERO];
    const others = repaid.get(period) ?? 0;
    if (isZero(sub(to, from)) && others === 0) return [];
    return [{ period, before: text(from), after: text(to), delta: text(sub(to, from)), repaid: others }];
  });
}

function keyOf({ component, deal }: { readonly component: string; readonly deal: string }): string {
  return `${component}/${deal}`;
}

function byDeal(a: MovedDeal, b: MovedDeal): number {
  return a.deal !== b.deal ? (a.deal < b.deal ? -1 : 1) : a.component < b.component ? -1 : 1;
}
