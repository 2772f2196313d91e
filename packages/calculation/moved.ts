import { add, type Exact, equal, exact, sub, sum, toText, ZERO } from '@ledger/money';
import { type Differing, differingLines } from './differing.ts';
import type { Earned, EarnedLine } from './earn.ts';
import type { Credited } from './measured.ts';
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
  const recounted = countedOtherwise(before, after);
  const lines = differingLines(before, after);
  const isCredited = (component: string, deal: string) =>
    [before, after].some(({ credited }) => credited.get(component)?.some(({ key }) => key === deal) === true);
  const asked = dealsAsked(recounted, lines, isCredited);
  const pays = { before: paidIn(before, asked), after: paidIn(after, asked) };
  const text = (amount: Exact | undefined) => postedText(amount ?? ZERO, currency);
  const deals = recounted.map(
    ({ deal, component, told: { period, unit }, was, is }): MovedDeal => ({
      deal,
      component,
      period,
      unit,
      countedBefore: was === undefined ? null : toText(was.counted),
      countedAfter: is === undefined ? null : toText(is.counted),
      payBefore: text(pays.before.get(component)?.get(deal)?.amount),
      payAfter: text(pays.after.get(component)?.get(deal)?.amount),
    }),
  );
  const repaid = repaidBetween(pays.before, pays.after, recounted);
  const periods = [...lines.keys()].sort().flatMap((period) => {
    const [from, to] = [totalOf(before, period), totalOf(after, period)];
    const others = repaid.get(period) ?? 0;
    if (equal(from, to) && others === 0) return [];
    return [{ period, before: text(from), after: text(to), delta: text(sub(to, from)), repaid: others }];
  });
  return { deals: deals.sort(byDeal), periods, currency };
}

interface Counted {
  readonly period: string;
  readonly unit: string;
  readonly counted: Exact;
}

/** A deal that a component counts otherwise: as it is told now, where it still counts. */
interface Recounted {
  readonly deal: string;
  readonly component: string;
  readonly told: Counted;
  readonly was: Counted | undefined;
  readonly is: Counted | undefined;
}

function countedOtherwise(before: Earned, after: Earned): readonly Recounted[] {
  const recounted: Recounted[] = [];
  for (const component of new Set([...before.credited.keys(), ...after.credited.keys()])) {
    const [from, to] = [before.credited.get(component) ?? [], after.credited.get(component) ?? []];
    if (areSameCredits(from, to)) continue;
    const [was, is] = [countedBy(from), countedBy(to)];
    for (const [deal, then] of was) {
      const now = is.get(deal);
      if (now !== undefined && equal(then.counted, now.counted)) continue;
      recounted.push({ deal, component, told: now ?? then, was: then, is: now });
    }
    for (const [deal, now] of is) {
      if (!was.has(deal)) recounted.push({ deal, component, told: now, was: undefined, is: now });
    }
  }
  return recounted;
}

/** By deal; what came back of a deal counts with it. */
function countedBy(credits: readonly Credited[]): ReadonlyMap<string, Counted> {
  const counts = new Map<string, Counted>();
  for (const { key, period, weighed } of credits) {
    const { credited, unit } = weighed.measure;
    const known = counts.get(key);
    counts.set(
      key,
      known === undefined
        ? { period, unit, counted: credited }
        : { ...known, unit, counted: add(known.counted, credited) },
    );
  }
  return counts;
}

interface Paid {
  readonly period: string;
  readonly amount: Exact;
}

/** By component, then by deal. */
type Pay = ReadonlyMap<string, ReadonlyMap<string, Paid>>;
/** Deals by component. */
type Asked = ReadonlyMap<string, ReadonlySet<string>>;

/** Deals that count otherwise, and those of lines that are not the same; all others are paid as before. */
function dealsAsked(
  recounted: readonly Recounted[],
  lines: ReadonlyMap<string, Differing>,
  isCredited: (component: string, deal: string) => boolean,
): Asked {
  const asked = new Map<string, Set<string>>();
  const ask = (component: string, deal: string) => {
    const deals = asked.get(component);
    if (deals === undefined) asked.set(component, new Set([deal]));
    else deals.add(deal);
  };
  for (const { component, deal } of recounted) ask(component, deal);
  for (const { was, is } of lines.values()) {
    for (const line of [...was, ...is]) {
      const deal = dealOf(line);
      if (line.deal !== null || isCredited(line.component, deal)) ask(line.component, deal);
    }
  }
  return asked;
}

function paidIn({ lines }: Earned, asked: Asked): Pay {
  const pay = new Map([...asked.keys()].map((component) => [component, new Map<string, Paid>()]));
  for (const [period, all] of lines) {
    for (const line of all) {
      const { component, amount } = line;
      const deal = dealOf(line);
      if (asked.get(component)?.has(deal) !== true) continue;
      const deals = pay.get(component);
      const known = deals?.get(deal);
      deals?.set(deal, { period: known?.period ?? period, amount: add(known?.amount ?? ZERO, exact(amount)) });
    }
  }
  return pay;
}

/** What somebody else earned in a period counts as a deal does, and its line has its name. */
function dealOf({ component, line, deal }: EarnedLine): string {
  return deal ?? line.slice(component.length + 1);
}

function totalOf({ lines }: Earned, period: string): Exact {
  return sum((lines.get(period) ?? []).map(({ amount }) => exact(amount)));
}

/** How many deals of each period count as before and are paid otherwise. */
function repaidBetween(was: Pay, is: Pay, recounted: readonly Recounted[]): ReadonlyMap<string, number> {
  const repaid = new Map<string, number>();
  const counted = Map.groupBy(recounted, ({ component }) => component);
  for (const [component, before] of was) {
    const after = is.get(component) ?? before;
    const others = new Set(counted.get(component)?.map(({ deal }) => deal));
    for (const deal of new Set([...before.keys(), ...after.keys()])) {
      const [one, other] = [before.get(deal), after.get(deal)];
      const told = other ?? one;
      if (told === undefined || others.has(deal) || equal(one?.amount ?? ZERO, other?.amount ?? ZERO)) continue;
      repaid.set(told.period, (repaid.get(told.period) ?? 0) + 1);
    }
  }
  return repaid;
}

function byDeal(a: MovedDeal, b: MovedDeal): number {
  return a.deal !== b.deal ? (a.deal < b.deal ? -1 : 1) : a.component < b.component ? -1 : 1;
}
