import { add, cmp, div, type Exact, isZero, mul, ONE, sign, sub, sum, ZERO } from '@ledger/money';
import { baseOf, sectionAt } from './bands.ts';
import type { Part } from './columns.ts';
import type { CompiledComponent } from './compile.ts';
import { type ConditionFailure, factorsFor, multiplied } from './conditions.ts';
import type { Context } from './context.ts';
import type { ComponentInForce } from './in-force.ts';
import type { AppliedFactor } from './looks-on.ts';
import type { Credited } from './measured.ts';
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
  /** Of a credit that is taken away: what the others of the window earn after it and before it. */
  readonly others?: OthersEarn;
}

/** The balance after and before, and what of the difference is the returned deal's own; after − before + own is what others lose. */
export interface OthersEarn {
  readonly before: Exact;
  readonly after: Exact;
  readonly own: Exact;
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
  const steps: Step[] = [];
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
      steps.push({
        unit,
        balance: lump,
        lumps: rating.table.hasLumps ? sub(lumpsOver(rating, standing.at), lumpsOver(rating, before.at)) : ZERO,
        taken: ZERO,
      });
      balance = after;
      const increment = rating.read === 'whole-deal' ? add(wholeDealPay(rating, before, unit.amounts), lump) : lump;
      return shapedBy(unit, context, before, context.isOpen ? increment : ZERO, null);
    },
  };

  /**
   * What comes back is measured no more; its own money is taken back by another line. Others of the window are rated again where
   * everything in it is paid at the rate that is reached, and lose the lumps that are not reached any more.
   */
  function nextReturn(unit: Unit, context: Context, returns: Exact): Rated {
    if (context.rating !== rating || standing.paid === null) {
      rating = context.rating;
      standing = standingOf(rating, passed);
      balance = passed.length === 0 ? ZERO : balanceOf(rating, standing);
    }
    isSplit = true;
    const { key } = unit.credits[0];
    const own = steps.flatMap((step) => {
      const part = mul(partIn(step.unit, key), returns);
      return isZero(part) ? [] : [{ step, part }];
    });
    const amounts = { measured: unit.amounts.measured, paid: own.length === 0 ? ZERO : unit.amounts.paid };
    const before = standing;
    standing = withoutAbove(rating, advanced(rating, before, amounts, true));
    passed.push({ ...unit, amounts });
    const after = balanceOf(rating, standing);
    const now = rating;
    const lumps = (at: Standing) => lumpsOver(now, at.at);
    const isAsOne = isRatedAsOne(rating, before.at) || isRatedAsOne(rating, standing.at);
    const others = isAsOne
      ? { before: balance, after, own: sum(own.map(({ step, part }) => mul(step.balance, part))) }
      : {
          before: lumps(before),
          after: lumps(standing),
          own: sum(own.map(({ step, part }) => mul(step.lumps, part))),
        };
    balance = after;
    takeFrom(steps, own, add(sub(others.after, others.before), others.own), isAsOne);
    const increment = context.isOpen ? add(sub(others.after, others.before), others.own) : ZERO;
    return { unit, context, before, columns: null, increment, shaped: PLAIN, earned: increment, others };
  }

  /** Each column for itself; what is measured moves them all. */
  function nextInColumns(unit: Unit, context: Context, ratings: readonly Rating[]): Rated | ConditionFailure {
    const parts = unit.credits[0].returns === undefined ? partsOf(unit, context.inForce.component) : [];
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

/** What a unit brings of the balance, and of the lumps in it, and the part of that which has come back. */
interface Step {
  readonly unit: Unit;
  balance: Exact;
  lumps: Exact;
  taken: Exact;
}

/** A deal that comes back has its part no more, and what others lose is lost by each of them in proportion to what it still has. */
function takeFrom(
  steps: readonly Step[],
  own: readonly { readonly step: Step; readonly part: Exact }[],
  lost: Exact,
  isAsOne: boolean,
): void {
  for (const { step, part } of own) step.taken = add(step.taken, part);
  const of = (step: Step) => mul(isAsOne ? step.balance : step.lumps, sub(ONE, step.taken));
  const having = steps.filter((step) => sign(of(step)) > 0);
  const others = having.filter((each) => own.every(({ step }) => step !== each));
  const losing = others.length === 0 ? having : others;
  const whole = sum(losing.map(of));
  if (isZero(whole) || isZero(lost)) return;
  for (const step of losing) {
    // Of all that it brings, so that what it still has changes by its part.
    const change = div(div(mul(lost, of(step)), whole), sub(ONE, step.taken));
    step.balance = add(step.balance, change);
    if (!isAsOne) step.lumps = add(step.lumps, change);
  }
}

/** The part of what a unit brings that is one deal's. */
function partIn({ credits }: Unit, key: string): Exact {
  const own = credits.filter((credit) => credit.key === key && credit.returns === undefined);
  if (own.length === 0) return ZERO;
  if (credits.length === 1) return ONE;
  const paid = (of: readonly Credited[]) => sum(of.map(({ weighed }) => weighed.pay.credited));
  const whole = paid(credits);
  return isZero(whole) ? ZERO : div(paid(own), whole);
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
