import { alongside } from '@ledger/kernel';
import { add, cmp, type Exact, isZero, min, mul, sign, sub, sum, ZERO } from '@ledger/money';
import { baseOf, sectionAt } from './bands.ts';
import type { Part } from './columns.ts';
import type { CompiledComponent } from './compile.ts';
import { type ConditionFailure, factorsFor, multiplied } from './conditions.ts';
import type { Context } from './context.ts';
import type { ComponentInForce } from './in-force.ts';
import type { AppliedFactor } from './looks-on.ts';
import type { Credited } from './measured.ts';
import { divideLoss, type Holding, type OtherEarns, partsOfUnit, takeBack } from './others-lose.ts';
import {
  advanced,
  balanceOf,
  type CreditAmounts,
  lumpsOver,
  NOTHING,
  type Rating,
  type Standing,
  wholeDealPay,
} from './rate.ts';
import { type ColumnStep, throughColumns } from './through-columns.ts';
import { together } from './weigh.ts';

/** What is rated as one: a deal's credit, or the credits of a pay period. */
export interface Unit {
  readonly credits: readonly [Credited, ...Credited[]];
  readonly amounts: CreditAmounts;
  /** Of the deal; of the last one where they are merged. */
  readonly inForce: ComponentInForce;
  readonly isMerged: boolean;
  /** Pay period that it belongs to. */
  readonly period: string;
}

/** What was made of the exact increment of a deal. */
interface Shaped {
  readonly factors: readonly AppliedFactor[];
  readonly fee: Exact | null;
  readonly floor: Exact | null;
  readonly cap: Exact | null;
}

/** A unit and what it earns. */
export interface Rated {
  readonly unit: Unit;
  readonly context: Context;
  readonly before: Standing;
  /** Column by column, where each deal goes through its own: those that the unit changes. */
  readonly columns: readonly ColumnStep[] | null;
  /** T(after) − T(before). */
  readonly increment: Exact;
  readonly shaped: Shaped;
  readonly earned: Exact;
  /** Of a credit that is taken away: what the others of the window earn after it and before it. */
  readonly others?: OthersEarn;
}

/** The balance after and before, and what of the difference is the returned deal's own; after − before + own is what others lose. */
interface OthersEarn {
  readonly before: Exact;
  readonly after: Exact;
  readonly own: Exact;
  /** Of each deal that loses by it. */
  readonly parts: readonly OtherEarns[];
}

export interface Walk {
  /** Rates the next unit of the window; a condition of the plan that has no answer for the deal is said. */
  next(unit: Unit, context: Context): Rated | ConditionFailure;
}

/**
 * Walks the credits of one window in their order. Where a plan version, the target or a gate changes what is paid, the balance before
 * the credit is taken by the new terms, so that the credit earns what it adds under them. What closed before `ledgerFrom` is not paid.
 */
export function walk(ledgerFrom: string): Walk {
  const passed: Unit[] = [];
  /** What units brought, and what their deals have of it: asked for only where one comes back. */
  let brought: Brought[] = [];
  const holdings: Holding[] = [];
  let isSplit = false;
  let standing = NOTHING;
  let rating: Rating | null = null;
  let balance = ZERO;
  let columns: Standings = [];

  return {
    next: (unit, context) => {
      if (context.rating.columns !== null) return nextInColumns(unit, context, context.rating.columns);
      if (unit.credits[0].returns !== undefined) return nextReturn(unit, context, unit.credits[0].returns);
      const elsewhere = isSplit || unit.amounts.paid !== unit.amounts.measured;
      if (context.rating !== rating) {
        rating = context.rating;
        if (elsewhere || standing.paid !== null) standing = standingOf(rating, passed);
        balance = passed.length === 0 ? ZERO : balanceOf(rating, standing);
      }
      const before = standing;
      standing = advanced(rating, before, unit.amounts, elsewhere);
      passed.push(unit);
      const after = balanceOf(rating, standing);
      const lump = sub(after, balance);
      balance = after;
      const increment = rating.read === 'whole-deal' ? add(wholeDealPay(rating, before, unit.amounts), lump) : lump;
      const lumps = rating.table.hasLumps ? sub(lumpsOver(rating, standing.at), lumpsOver(rating, before.at)) : ZERO;
      brought.push({ unit, context, balance: lump, lumps, increment });
      return shapedBy(unit, context, before, context.isOpen ? increment : ZERO, null);
    },
  };

  /**
   * What comes back is measured no more; its own money is taken back by another line. Others of the window are rated again where
   * everything in it is paid at the rate that is reached, and lose the lumps that are not reached any more.
   */
  function nextReturn(unit: Unit, context: Context, returns: Exact): Rated | ConditionFailure {
    if (context.rating !== rating || standing.paid === null) {
      rating = context.rating;
      standing = standingOf(rating, passed);
      balance = passed.length === 0 ? ZERO : balanceOf(rating, standing);
    }
    gather();
    const amounts = { measured: unit.amounts.measured, paid: isHeldHere(unit) ? unit.amounts.paid : ZERO };
    const before = standing;
    standing = withoutAbove(rating, advanced(rating, before, amounts, true));
    passed.push({ ...unit, amounts });
    const after = balanceOf(rating, standing);
    const isAsOne = isRatedAsOne(rating, before.at) || isRatedAsOne(rating, standing.at);
    const [was, is] = isAsOne ? [balance, after] : [lumpsOver(rating, before.at), lumpsOver(rating, standing.at)];
    balance = after;
    return returned({ unit, context, before, returns, was, is, isAsOne });
  }

  /** Before something comes back: what the deals have by then. */
  function gather(): void {
    isSplit = true;
    holdings.push(...brought.flatMap((each) => holdingsOf(each, ledgerFrom)));
    brought = [];
  }

  /** Whether the deal that comes back was paid on in this window. */
  function isHeldHere({ credits: [credit] }: Unit): boolean {
    return holdings.some(({ credit: { key } }) => key === credit.key);
  }

  /** What of the difference that a return makes is lost by which of the others. */
  function returned({ unit, context, before, returns, was, is, isAsOne }: Returned): Rated | ConditionFailure {
    const [credit] = unit.credits;
    const own = takeBack(holdings, credit.key, returns, isAsOne);
    const divided = divideLoss(holdings, credit, add(sub(is, was), own), isAsOne);
    if ('says' in divided) return divided;
    const parts = context.isOpen ? divided : [];
    const earned = sum(parts.map(({ amount }) => amount));
    const others = { before: was, after: is, own, parts };
    return { unit, context, before, columns: null, increment: earned, shaped: PLAIN, earned, others };
  }

  /** Each column for itself; what is measured moves them all. */
  function nextInColumns(unit: Unit, context: Context, ratings: readonly Rating[]): Rated | ConditionFailure {
    const { returns } = unit.credits[0];
    if (returns !== undefined) gather();
    const parts = returns === undefined || isHeldHere(unit) ? partsOf(unit, context.inForce.component) : [];
    if ('says' in parts) return parts;
    if (context.rating !== rating) {
      rating = context.rating;
      columns = [];
      for (const [at, earlier] of passed.entries()) {
        const isElsewhere = earlier.credits[0].returns !== undefined && isZero(earlier.amounts.paid);
        const own = isElsewhere ? [] : partsOf(earlier, context.inForce.component);
        if ('says' in own) return own;
        columns = throughColumns(ratings, columns, earlier.amounts.measured, own, at === 0).standings;
      }
    }
    const before = standing;
    standing = { at: add(before.at, unit.amounts.measured), paid: null, below: null };
    const through = throughColumns(ratings, columns, unit.amounts.measured, parts, passed.length === 0);
    columns = through.standings;
    const increment = sum(through.steps.map((step) => step.increment));
    const lumpsAt = (at: Exact) => sum(ratings.map((each) => (each.table.hasLumps ? lumpsOver(each, at) : ZERO)));
    const [lumpsBefore, lumps] = [lumpsAt(before.at), lumpsAt(standing.at)];
    if (returns !== undefined) {
      passed.push(parts.length === 0 ? { ...unit, amounts: { measured: unit.amounts.measured, paid: ZERO } } : unit);
      const isAsOne = ratings.some((each) => isRatedAsOne(each, before.at) || isRatedAsOne(each, standing.at));
      const [was, is] = isAsOne ? [ZERO, increment] : [lumpsBefore, lumps];
      return returned({ unit, context, before, returns, was, is, isAsOne });
    }
    passed.push(unit);
    // A later return takes back what a deal has of it.
    brought.push({ unit, context, balance: increment, lumps: sub(lumps, lumpsBefore), increment });
    return shapedBy(unit, context, before, context.isOpen ? increment : ZERO, through.steps);
  }
}

/** What comes back, and what the window pays before it and after it: all of it, or the lumps. */
interface Returned {
  readonly unit: Unit;
  readonly context: Context;
  readonly before: Standing;
  readonly returns: Exact;
  readonly was: Exact;
  readonly is: Exact;
  readonly isAsOne: boolean;
}

/** What a unit brings of the balance, and of the lumps in it, and what it is paid before factors, floor and cap. */
interface Brought {
  readonly unit: Unit;
  readonly context: Context;
  readonly balance: Exact;
  readonly lumps: Exact;
  readonly increment: Exact;
}

/** What each deal of a unit has of that; behind a closed gate, and before the ledger begins, it earns nothing. */
function holdingsOf({ unit, context, ...all }: Brought, ledgerFrom: string): readonly Holding[] {
  const isPaid = context.isOpen && unit.credits[0].deal.closedOn >= ledgerFrom;
  const earns = (increment: Exact) => {
    const shaped = isPaid ? shape(unit, context, increment) : null;
    return shaped === null ? ZERO : 'says' in shaped ? shaped : shaped.earned;
  };
  return [...partsOfUnit(unit)].map(({ credit, part }) => ({
    credit,
    balance: mul(all.balance, part),
    lumps: mul(all.lumps, part),
    increment: mul(all.increment, part),
    taken: ZERO,
    earns,
  }));
}

/** What is paid on in bands above the one in which the window stands counts in that one: nothing is there any more. */
function withoutAbove({ table }: Rating, { at, paid, below }: Standing): Standing {
  const top = sectionAt(table, at);
  const folded = (amounts: readonly Exact[] | null) =>
    amounts === null
      ? null
      : amounts.map((amount, index) => (index > top ? ZERO : index < top ? amount : sum(amounts.slice(top))));
  return { at, paid: folded(paid), below: folded(below) };
}

/** Whether everything in the window, or up to some band, is paid at one rate: that of the band, or the point of a curve, that is reached. */
function isRatedAsOne({ table, curve, place, read }: Rating, at: Exact): boolean {
  if (read === 'whole-deal') return false;
  if (curve !== null) return curve.incentive === null;
  return place !== null || baseOf(table, sectionAt(table, at)) >= 0;
}

type Standings = readonly Standing[];

/** What of a unit is paid in which column, by one version of the component. */
function partsOf({ credits }: Unit, { columns }: CompiledComponent): readonly Part[] | ConditionFailure {
  const parts: Part[] = [];
  for (const credit of credits) {
    const own = columns?.partsOf?.(credit) ?? [];
    if ('says' in own) return own;
    for (const part of own) {
      const at = parts.findIndex(({ column }) => column === part.column);
      const known = parts[at];
      if (known === undefined) parts.push(part);
      else parts[at] = { ...known, paid: add(known.paid, part.paid) };
    }
  }
  return parts;
}

/** Where the window stands after units, by the sections of a table. */
function standingOf(rating: Rating, units: readonly Unit[]): Standing {
  return units.reduce((standing, { amounts, credits }) => {
    const next = advanced(rating, standing, amounts, true);
    return credits[0].returns === undefined ? next : withoutAbove(rating, next);
  }, NOTHING);
}

const PLAIN: Shaped = { factors: [], fee: null, floor: null, cap: null };

function shapedBy(
  unit: Unit,
  context: Context,
  before: Standing,
  increment: Exact,
  columns: readonly ColumnStep[] | null,
): Rated | ConditionFailure {
  const shaped = shape(unit, context, increment);
  if ('says' in shaped) return shaped;
  return { unit, context, before, columns, increment, ...shaped };
}

/** Earning multipliers, fee, floor, cap of the deal, in this order (mechanics §2, §4). */
function shape(unit: Unit, context: Context, increment: Exact): Pick<Rated, 'shaped' | 'earned'> | ConditionFailure {
  const { component } = unit.inForce;
  const { multiplyEarning } = component;
  const isPlain =
    multiplyEarning.length === 0 && component.fee === null && component.floor === null && component.dealCap === null;
  if (((unit.isMerged || isPlain) && context.factors.length === 0) || isZero(increment)) {
    return { shaped: PLAIN, earned: increment };
  }
  const own = unit.isMerged ? [] : factorsFor(multiplyEarning, unit.credits[0].deal);
  if ('says' in own) return own;
  const factors = context.factors.length === 0 ? own : [...own, ...context.factors];
  let earned = multiplied(increment, factors);
  let fee: Exact | null = null;
  let floor: Exact | null = null;
  let cap: Exact | null = null;
  if (!unit.isMerged && component.fee !== null && sign(earned) > 0) {
    fee = min(earned, component.fee);
    earned = sub(earned, fee);
  }
  if (!unit.isMerged && component.floor !== null && sign(earned) > 0 && cmp(earned, component.floor) < 0) {
    floor = component.floor;
    earned = floor;
  }
  if (!unit.isMerged && component.dealCap !== null && cmp(earned, component.dealCap) > 0) {
    cap = component.dealCap;
    earned = cap;
  }
  return { shaped: { factors, fee, floor, cap }, earned };
}

/** The credits of a window as units: each by itself, or those of a pay period as one after the deals of the period. */
export function unitsOf(credits: readonly Credited[]): readonly Unit[] {
  const units: Unit[] = [];
  let merging: Credited[] = [];
  /** What comes back in a period comes after the deals of the period that are rated as one. */
  let returned: Unit[] = [];
  let period: string | null = null;
  const close = () => {
    const [first, ...rest] = merging;
    if (first !== undefined) units.push(merged([first, ...rest]));
    units.push(...returned);
    merging = [];
    returned = [];
  };
  for (const credit of credits) {
    if (credit.period !== period) close();
    period = credit.period;
    const isReturn = credit.returns !== undefined;
    const isMerged = credit.inForce.component.document.each === 'period';
    if (!isReturn && isMerged) merging.push(credit);
    else if (isReturn && (isMerged || merging.length > 0)) returned.push(single(credit));
    else units.push(single(credit));
  }
  close();
  return units;
}

const SINGLE = alongside<Credited, Unit>();

/** One and the same however often its window is rated. */
function single(credit: Credited): Unit {
  let unit = SINGLE.get(credit);
  if (unit === undefined) {
    const { measure, pay } = credit.weighed;
    const amounts = { measured: measure.credited, paid: pay.credited };
    unit = { credits: [credit], amounts, inForce: credit.inForce, isMerged: false, period: credit.period };
    SINGLE.set(credit, unit);
  }
  return unit;
}

function merged(credits: readonly [Credited, ...Credited[]]): Unit {
  const last = credits[credits.length - 1] ?? credits[0];
  const sums = together(credits.map(({ weighed }) => weighed));
  const amounts = last.inForce.component.paysElsewhere ? sums : { measured: sums.measured, paid: sums.measured };
  return { credits, amounts, inForce: last.inForce, isMerged: true, period: last.period };
}
