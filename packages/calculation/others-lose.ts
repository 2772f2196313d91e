import { add, div, type Exact, isZero, mul, ONE, sign, sub, sum, ZERO } from '@ledger/money';
import type { ConditionFailure } from './conditions.ts';
import type { Credited } from './measured.ts';

/**
 * What the deals of a window have of its balance, and what they lose of it when one of them comes back (mechanics §12, i). Together
 * the parts of them that are left have what the window pays for what is left, however many come back and in whatever order.
 */

/** What a deal has of a window. */
export interface Holding {
  readonly credit: Credited;
  /** Of the balance, and of the lumps in it. */
  balance: Exact;
  lumps: Exact;
  /** Before factors, floor and cap; with what is paid on the deal by itself. */
  increment: Exact;
  /** The part of the deal that has come back. */
  taken: Exact;
  /** What is earned for an increment. */
  readonly earns: (increment: Exact) => Exact | ConditionFailure;
}

/** What one deal earns more, or less, because another one came back. */
export interface OtherEarns {
  readonly credit: Credited;
  readonly amount: Exact;
  /** The part of the deal that is left; the rest of the amount is taken back at once. */
  readonly left: Exact;
  /** What falls on the part that is left. */
  readonly lost: Exact;
}

/** The part of what credits that are rated as one earn that is each deal's: by what it is paid on, or the last one's where that is nothing. */
export function* partsOfUnit({
  credits,
}: {
  readonly credits: readonly [Credited, ...Credited[]];
}): Generator<{ readonly credit: Credited; readonly part: Exact }> {
  if (credits.length === 1) {
    yield { credit: credits[0], part: ONE };
    return;
  }
  const whole = sum(credits.map(({ weighed }) => weighed.pay.credited));
  for (const [at, credit] of credits.entries()) {
    const isLast = at === credits.length - 1;
    yield { credit, part: isZero(whole) ? (isLast ? ONE : ZERO) : div(credit.weighed.pay.credited, whole) };
  }
}

/** What of the balance, or of the lumps, is the returned deal's own and goes with the part that comes back. */
export function takeBack(holdings: readonly Holding[], key: string, part: Exact, isAsOne: boolean): Exact {
  const own = holdings.find(({ credit }) => credit.key === key);
  if (own === undefined) return ZERO;
  own.taken = add(own.taken, part);
  return mul(isAsOne ? own.balance : own.lumps, part);
}

/**
 * Divides what is lost among the other deals of which something is left, or leaves it to the deal itself where there is none: in
 * proportion to what is above 0 of what they have, to the last one where nothing is.
 */
export function divideLoss(
  holdings: readonly Holding[],
  returned: Credited,
  lost: Exact,
  isAsOne: boolean,
): readonly OtherEarns[] | ConditionFailure {
  if (isZero(lost)) return [];
  const left = holdings.filter(({ taken }) => sign(sub(ONE, taken)) > 0);
  const others = left.filter(({ credit }) => credit.key !== returned.key);
  const losing = others.length > 0 ? others : left;
  const last = losing.at(-1);
  if (last === undefined) return [{ credit: returned, amount: lost, left: ONE, lost }];
  const has = ({ balance, lumps, taken }: Holding) => mul(isAsOne ? balance : lumps, sub(ONE, taken));
  const having = losing.flatMap((each) => (sign(has(each)) > 0 ? [{ each, weight: has(each) }] : []));
  const weighed = having.length > 0 ? having : [{ each: last, weight: ONE }];
  const whole = sum(weighed.map(({ weight }) => weight));
  const parts: OtherEarns[] = [];
  for (const { each, weight } of weighed) {
    const ofLeft = div(mul(lost, weight), whole);
    // Of all that it brings, so that the part that is left changes by this.
    const kept = sub(ONE, each.taken);
    const change = div(ofLeft, kept);
    const before = each.earns(each.increment);
    each.increment = add(each.increment, change);
    const after = each.earns(each.increment);
    each.balance = add(each.balance, change);
    if (!isAsOne) each.lumps = add(each.lumps, change);
    if ('says' in before) return before;
    if ('says' in after) return after;
    parts.push({ credit: each.credit, amount: sub(after, before), left: kept, lost: ofLeft });
  }
  return parts;
}
