import { add, cmp, type Exact, isZero, sign, sub, sum, ZERO } from '@ledger/money';
import type { Part } from './columns.ts';
import type { CompiledComponent } from './compile.ts';
import { type ConditionFailure, factorsFor, multiplied } from './conditions.ts';
import type { Context } from './context.ts';
import type { ComponentInForce } from './in-force.ts';
import type { AppliedFactor } from './looks-on.ts';
import type { Credited } from './measured.ts';
import { advanced, balanceOf, type CreditAmounts, NOTHING, type Rating, type Standing, wholeDealPay } from './rate.ts';
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
export interface Shaped {
  readonly factors: readonly AppliedFactor[];
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
}

export interface Walk {
  /** Rates the next unit of the window; a condition of the plan that has no answer for the deal is said. */
  next(unit: Unit, context: Context): Rated | ConditionFailure;
}

/**
 * Walks the credits of one window in their order. Where a plan version, the target or a gate changes what is paid, the balance before
 * the credit is taken by the new terms, so that the credit earns what it adds under them.
 */
export function walk(): Walk {
  const passed: Unit[] = [];
  let standing = NOTHING;
  let rating: Rating | null = null;
  let balance = ZERO;
  let columns: Standings = [];

  return {
    next: (unit, context) => {
      if (context.rating.columns !== null) return nextInColumns(unit, context, context.rating.columns);
      const elsewhere = unit.amounts.paid !== unit.amounts.measured;
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
      return shapedBy(unit, context, before, context.isOpen ? increment : ZERO, null);
    },
  };

  /** Each column for itself; what is measured moves them all. */
  function nextInColumns(unit: Unit, context: Context, ratings: readonly Rating[]): Rated | ConditionFailure {
    const parts = partsOf(unit, context.inForce.component);
    if ('says' in parts) return parts;
    if (context.rating !== rating) {
      rating = context.rating;
      columns = [];
      for (const [at, earlier] of passed.entries()) {
        const own = partsOf(earlier, context.inForce.component);
        if ('says' in own) return own;
        columns = throughColumns(ratings, columns, earlier.amounts.measured, own, at === 0).standings;
      }
    }
    const before = standing;
    standing = { at: add(before.at, unit.amounts.measured), paid: null, below: null };
    const through = throughColumns(ratings, columns, unit.amounts.measured, parts, passed.length === 0);
    columns = through.standings;
    passed.push(unit);
    const increment = sum(through.steps.map((step) => step.increment));
    return shapedBy(unit, context, before, context.isOpen ? increment : ZERO, through.steps);
  }
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
  return units.reduce((standing, { amounts }) => advanced(rating, standing, amounts, true), NOTHING);
}

const PLAIN: Shaped = { factors: [], floor: null, cap: null };

/** Earning multipliers, floor, cap of the deal, in this order (mechanics §2, §4). */
function shapedBy(
  unit: Unit,
  context: Context,
  before: Standing,
  increment: Exact,
  columns: readonly ColumnStep[] | null,
): Rated | ConditionFailure {
  const { component } = unit.inForce;
  const isPlain = component.multiplyEarning.length === 0 && component.floor === null && component.dealCap === null;
  if (((unit.isMerged || isPlain) && context.factors.length === 0) || isZero(increment)) {
    return { unit, context, before, columns, increment, shaped: PLAIN, earned: increment };
  }
  const own = unit.isMerged ? [] : factorsFor(component.multiplyEarning, unit.credits[0].deal);
  if ('says' in own) return own;
  const factors = context.factors.length === 0 ? own : [...own, ...context.factors];
  let earned = multiplied(increment, factors);
  let floor: Exact | null = null;
  let cap: Exact | null = null;
  if (!unit.isMerged && component.floor !== null && sign(earned) > 0 && cmp(earned, component.floor) < 0) {
    floor = component.floor;
    earned = floor;
  }
  if (!unit.isMerged && component.dealCap !== null && cmp(earned, component.dealCap) > 0) {
    cap = component.dealCap;
    earned = cap;
  }
  return { unit, context, before, columns, increment, shaped: { factors, floor, cap }, earned };
}

/** The credits of a window as units: each by itself, or those of a pay period as one after the deals of the period. */
export function unitsOf(credits: readonly Credited[]): readonly Unit[] {
  const units: Unit[] = [];
  let merging: Credited[] = [];
  let period: string | null = null;
  const close = () => {
    const [first, ...rest] = merging;
    if (first !== undefined) units.push(merged([first, ...rest]));
    merging = [];
  };
  for (const credit of credits) {
    if (credit.period !== period) close();
    period = credit.period;
    if (credit.inForce.component.document.each === 'period') merging.push(credit);
    else units.push(single(credit));
  }
  close();
  return units;
}

function single(credit: Credited): Unit {
  const { measure, pay } = credit.weighed;
  const amounts = { measured: measure.credited, paid: pay.credited };
  return { credits: [credit], amounts, inForce: credit.inForce, isMerged: false, period: credit.period };
}

function merged(credits: readonly [Credited, ...Credited[]]): Unit {
  const last = credits[credits.length - 1] ?? credits[0];
  const sums = together(credits.map(({ weighed }) => weighed));
  const amounts = last.inForce.component.paysElsewhere ? sums : { measured: sums.measured, paid: sums.measured };
  return { credits, amounts, inForce: last.inForce, isMerged: true, period: last.period };
}
