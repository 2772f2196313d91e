import type { Book } from '@ledger/calculation';
import type { Budget } from '@ledger/events';
import { dayBefore, earlier, isWithin, later, payPeriodOf, type Stretch, windowOn } from './calendar.ts';
import type { Line } from './caps.ts';
import { bookAs } from './colleagues.ts';
import type { Credit } from './credits.ts';
import { decimalsOf } from './currencies.ts';
import { everybody } from './hierarchy.ts';
import type { InForce } from './in-force.ts';
import {
  isNegative,
  isNothing,
  isPositive,
  larger,
  less,
  minus,
  NOTHING,
  negative,
  plus,
  type Ratio,
  ratio,
  read,
  smaller,
  times,
  total,
} from './ratio.ts';
import { shared } from './sharing.ts';
import { windowId } from './windows.ts';

/** Most that all people are paid together in a window (D183). It works on what is posted. */

interface Posted extends Line {
  readonly amount: Ratio;
}

/** What a component of somebody pays after caps. */
export type PaidOf = (book: Book, id: string) => readonly Posted[];

/** What may be paid of a line. */
interface Entry {
  /** Participant, then component. */
  readonly name: string;
  readonly period: string;
  readonly terms: Credit;
  readonly deal: string | null;
  /** `null`: it is not limited. */
  readonly window: BudgetWindow | null;
  amount: Ratio;
}

type Periods = readonly { readonly period: Stretch; readonly periodId: string }[];

interface BudgetWindow {
  readonly id: string;
  readonly stretch: Stretch;
}

/** What a budget leaves unpaid of a component, in every pay period. */
export function budgetLines(
  book: Book,
  id: string,
  periods: Periods,
  idsOf: (book: Book) => readonly string[],
  paidOf: PaidOf,
): readonly Line[] {
  const own = paidOf(book, id).filter(({ terms }) => terms.component.budget !== undefined);
  const pools = [...new Set(own.map(({ terms }) => poolOf(terms)))];
  return pools.flatMap((pool) => {
    // Others are asked only where somebody is paid out of it.
    const mine = entriesOf(book, id, paidOf(book, id), pool);
    if (mine.every(({ window }) => window === null)) return [];
    const entries = [...everybody(book).keys()].sort().flatMap((who) => {
      const theirs = bookAs(book, who);
      // Whoever pays by another pool may stand still, and this one goes on.
      const ids = idsOf(theirs).filter((each) => isOf(theirs, each, pool));
      return ids.flatMap((each) => entriesOf(theirs, each, paidOf(theirs, each), pool));
    });
    const windows = new Map(entries.flatMap(({ window }) => (window === null ? [] : [[window.id, window]])));
    return [...windows.values()].flatMap((window) => {
      const inIt = entries.filter((entry) => entry.window?.id === window.id);
      return linesIn(book, id, { window, periods }, inIt);
    });
  });
}

function linesIn(
  book: Book,
  id: string,
  { window, periods }: { readonly window: BudgetWindow; readonly periods: Periods },
  entries: readonly Entry[],
): readonly Line[] {
  const name = `${book.participant.participant} ${id}`;
  let spent = NOTHING;
  return periods.flatMap(({ period, periodId }): readonly Line[] => {
    const now = entries.filter((entry) => entry.period === period.from);
    const soFar = entries.filter((entry) => entry.period <= period.from);
    const [first] = soFar;
    const last = soFar.findLast((entry) => entry.name === name);
    if (first === undefined) return [];
    const most = roundedDown(amountOf(soFar), decimalsIn(soFar));
    const isFirstCome = first.terms.component.budget?.spends === 'first-come';
    const paid = isFirstCome ? firstCome(now, minus(most, spent)) : inProportion(now, soFar, most, window, period);
    spent = plus(spent, total([...paid.values()]));
    const earned = total(now.filter((entry) => entry.name === name).map(({ amount }) => amount));
    const exact = minus(paid.get(name) ?? NOTHING, earned);
    if (last === undefined || isNothing(exact)) return [];
    const about = { component: id, period: period.from, periodId, deal: null, window: null, of: window.id };
    return [{ ...about, what: 'budget', terms: last.terms, exact, posted: exact }];
  });
}

/** What is paid to each name in a period. */
type PaidTo = ReadonlyMap<string, Ratio>;

/** In the order of credits, then what is of no deal. */
function firstCome(now: readonly Entry[], room: Ratio): PaidTo {
  let left = room;
  const paid = new Map<string, Ratio>();
  const pay = ({ name }: Entry, amount: Ratio) => {
    paid.set(name, plus(paid.get(name) ?? NOTHING, amount));
    left = minus(left, amount);
  };
  const order = ({ terms, deal, name }: Entry) =>
    `${terms.closedOn} ${String(terms.entry.sequence).padStart(10, '0')} ${deal} ${name}`;
  const ofDeals = now.filter(({ deal }) => deal !== null).sort((a, b) => (order(a) < order(b) ? -1 : 1));
  for (const entry of ofDeals) {
    pay(entry, isNegative(entry.amount) ? entry.amount : larger(NOTHING, smaller(entry.amount, left)));
  }
  const others = now.filter(({ deal }) => deal === null);
  for (const entry of others.filter(({ amount }) => isNegative(amount))) pay(entry, entry.amount);
  const positive = others.filter(({ amount }) => !isNegative(amount));
  const fits = positive.length === 0 || !less(left, total(positive.map(({ amount }) => amount)));
  const parts = fits ? null : allocated(larger(NOTHING, left), positive);
  for (const entry of positive) pay(entry, parts === null ? entry.amount : (parts.get(entry) ?? NOTHING));
  return paid;
}

/** Nothing before the window ends; then everybody the same share. */
function inProportion(
  now: readonly Entry[],
  soFar: readonly Entry[],
  most: Ratio,
  { stretch }: BudgetWindow,
  period: Stretch,
): PaidTo {
  const lastDay = dayBefore(stretch.to);
  if (period.to <= lastDay) return new Map();
  const sums = sumsOf(isWithin(period, lastDay) ? soFar : now);
  const sum = total([...sums.values()]);
  if (!isWithin(period, lastDay) || !less(most, sum)) return sums;
  const positive = [...sums].filter(([, amount]) => isPositive(amount));
  const decimals = decimalsIn(soFar);
  const others = minus(sum, total(positive.map(([, amount]) => amount)));
  const parts = shared(
    minus(most, others),
    positive.map(([name, weight]) => ({ name, weight })),
    decimals,
  );
  return new Map([...sums, ...parts]);
}

function sumsOf(entries: readonly Entry[]): ReadonlyMap<string, Ratio> {
  const names = [...new Set(entries.map(({ name }) => name))];
  return new Map(
    names.map((name) => [name, total(entries.filter((entry) => entry.name === name).map(({ amount }) => amount))]),
  );
}

function allocated(amount: Ratio, entries: readonly Entry[]): ReadonlyMap<Entry, Ratio> {
  const named = entries.map((entry, at) => ({
    entry,
    name: `${entry.name} ${String(at).padStart(6, '0')}`,
  }));
  const parts = shared(
    amount,
    named.map(({ entry, name }) => ({ name, weight: entry.amount })),
    decimalsIn(entries),
  );
  return new Map(named.map(({ entry, name }) => [entry, parts.get(name) ?? NOTHING]));
}

function decimalsIn([first]: readonly Entry[]): number {
  return decimalsOf(first?.terms.plan.document.currency ?? '');
}

function roundedDown(amount: Ratio, decimals: number): Ratio {
  const units = times(amount, ratio(10n ** BigInt(decimals)));
  return ratio(units.top / units.bottom, 10n ** BigInt(decimals));
}

/** That of the newest version of any plan among the entries, the lowest of several that begin on one day. */
function amountOf(entries: readonly Entry[]): Ratio {
  const versions = entries.map(({ terms }) => terms);
  const newest = versions.map(({ plan }) => plan.from).reduce(later);
  return versions
    .filter(({ plan }) => plan.from === newest)
    .map(({ component }) => read(component.budget?.amount ?? '0'))
    .reduce(smaller);
}

/** Lines in order; what caps take away is taken off what is before it. */
function entriesOf(book: Book, id: string, lines: readonly Posted[], pool: string): readonly Entry[] {
  const entries: Entry[] = [];
  for (const line of lines) {
    const { what, amount, terms, period, deal } = line;
    const { budget } = terms.component;
    if (budget === undefined || poolOf(terms) !== pool || isNothing(amount)) continue;
    const isTaken = (what.endsWith('cap') || what === 'forfeited') && isNegative(amount);
    const window = windowHolding(book, line, budget);
    const before = entries.filter((entry) => entry.period === period && (deal === null || entry.deal === deal));
    const rest = isTaken ? takenOff(before.reverse(), amount) : amount;
    if (isNothing(rest)) continue;
    const name = `${book.participant.participant} ${id}`;
    entries.push({ name, period, terms, deal: what === 'deal' ? deal : null, window, amount: rest });
  }
  return entries.filter(({ amount }) => !isNothing(amount));
}

function takenOff(latestFirst: readonly Entry[], amount: Ratio): Ratio {
  let left = amount;
  for (const entry of latestFirst) {
    const taken = smaller(larger(NOTHING, entry.amount), negative(left));
    entry.amount = minus(entry.amount, taken);
    left = plus(left, taken);
  }
  return left;
}

function windowHolding(book: Book, { what, deal, terms, window, period }: Posted, budget: Budget): BudgetWindow | null {
  const { cadence } = book.calendar;
  const payPeriod = payPeriodOf(period, cadence);
  const isOfDeal = deal !== null && ['deal', 'group-cap', 'forfeited'].includes(what);
  const end = window === null ? payPeriod.to : earlier(window.stretch.to, payPeriod.to);
  const day = isOfDeal ? terms.closedOn : dayBefore(end);
  const kind = budget.window ?? terms.component.window;
  const stretch = windowOn(day, kind);
  return stretch === null ? null : { id: windowId(kind, stretch, payPeriod, cadence), stretch };
}

/** Whether a component shares a budget, in any version. */
function isOf({ plans, participant }: Book, id: string, pool: string): boolean {
  const versions = participant.assignments.flatMap(({ plan }) => plans.get(plan)?.versions ?? []);
  return versions.some((plan) => {
    const component = plan.document.components[id];
    return component?.budget !== undefined && poolOf({ component, plan, id }) === pool;
  });
}

function poolOf({ component, plan, id }: InForce): string {
  return component.budget?.group ?? `${plan.document.plan} ${id}`;
}
