import { add, type Exact, equal, exact, sub, sum, toText, ZERO } from '@ledger/money';
import { type Differing, differingLines } from './differing.ts';
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
  const lines = differingLines(before, after);
  const asked = dealsAsked(counts, lines);
  const pays = { before: paidIn(before, asked), after: paidIn(after, asked) };
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
      payBefore: text(pays.before.get(key)?.amount),
      payAfter: text(pays.after.get(key)?.amount),
    });
  }
  const repaid = repaidBetween(pays.before, pays.after, new Set(deals.map(keyOf)));
  const periods = [...lines.keys()].sort().flatMap((period) => {
    const [from, to] = [totalOf(before, period), totalOf(after, period)];
    const others = repaid.get(period) ?? 0;
    if (equal(from, to) && others === 0) return [];
    return [{ period, before: text(from), after: text(to), delta: text(sub(to, from)), repaid: others }];
  });
  return { deals: deals.sort(byDeal), periods, currency };
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

/** By component and deal. */
type Pay = ReadonlyMap<string, Paid>;
/** Deals by component. */
type Asked = ReadonlyMap<string, ReadonlySet<string>>;

/** Deals that count otherwise, and those of lines that are not the same; all others are paid as before. */
function dealsAsked(
  counts: Readonly<Record<'before' | 'after', ReadonlyMap<string, Counted>>>,
  lines: ReadonlyMap<string, Differing>,
): Asked {
  const asked = new Map<string, Set<string>>();
  const ask = (component: string, deal: string) => {
    const deals = asked.get(component);
    if (deals === undefined) asked.set(component, new Set([deal]));
    else deals.add(deal);
  };
  for (const counted of [counts.before, counts.after]) {
    for (const { component, deal } of counted.values()) ask(component, deal);
  }
  for (const { was, is } of lines.values()) {
    for (const { component, deal } of [...was, ...is]) if (deal !== null) ask(component, deal);
  }
  return asked;
}

function paidIn({ lines }: Earned, asked: Asked): Pay {
  const deals = new Map<string, Paid>();
  for (const [period, all] of lines) {
    for (const { component, line, deal: own, amount } of all) {
      // What somebody else earned in a period counts as a deal does, and its line has its name.
      const deal = own ?? line.slice(component.length + 1);
      if (asked.get(component)?.has(deal) !== true) continue;
      const key = keyOf({ component, deal });
      const known = deals.get(key);
      deals.set(key, { period: known?.period ?? period, amount: add(known?.amount ?? ZERO, exact(amount)) });
    }
  }
  return deals;
}

function totalOf({ lines }: Earned, period: string): Exact {
  return sum((lines.get(period) ?? []).map(({ amount }) => exact(amount)));
}

/** How many deals of each period count as before and are paid otherwise. */
function repaidBetween(was: Pay, is: Pay, counted: ReadonlySet<string>): ReadonlyMap<string, number> {
  const repaid = new Map<string, number>();
  for (const key of new Set([...was.keys(), ...is.keys()])) {
    const [one, other] = [was.get(key), is.get(key)];
    const told = other ?? one;
    if (told === undefined || counted.has(key) || equal(one?.amount ?? ZERO, other?.amount ?? ZERO)) continue;
    repaid.set(told.period, (repaid.get(told.period) ?? 0) + 1);
  }
  return repaid;
}

function keyOf({ component, deal }: { readonly component: string; readonly deal: string }): string {
  return `${component}/${deal}`;
}

function byDeal(a: MovedDeal, b: MovedDeal): number {
  return a.deal !== b.deal ? (a.deal < b.deal ? -1 : 1) : a.component < b.component ? -1 : 1;
}
