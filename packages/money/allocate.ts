import { minorUnits } from './currency.ts';
import { MoneyError, shown } from './error.ts';
import { cmp, type Exact, fraction, isZero, sign, sum, toDecimalText } from './exact.ts';
import { type Money, money } from './money.ts';

/** One who takes part in an allocation; `weight` is at least zero and needs no scale. */
export interface Share {
  readonly key: string;
  readonly weight: Exact;
}

/**
 * Splits an amount by weight without losing a minor unit: largest remainder, ties by key in code-unit order
 * (mechanics §16.3). The parts sum to the total, do not depend on the order of the list and come back sorted by key; a
 * negative total gives the exact mirror. Throws MoneyError for a negative weight, a repeated key or weights that are all zero.
 */
export function allocate(total: Money, shares: readonly Share[]): ReadonlyMap<string, Money> {
  const sorted = [...shares].sort((a, b) => inCodeUnits(a.key, b.key));
  sorted.forEach((share, at) => {
    if (sign(share.weight) < 0) throw new MoneyError(`the share of ${shown(share.key)} is negative`);
    if (sorted[at - 1]?.key === share.key)
      throw new MoneyError(`${shown(share.key)} has two shares; add them up first`);
  });
  const weights = sum(sorted.map((share) => share.weight));
  if (isZero(weights)) throw new MoneyError('nothing to allocate by: all shares are zero');

  const whole = BigInt(money(total.amount, total.currency).amount.replace('.', ''));
  const units = whole < 0n ? -whole : whole;
  const parts = sorted.map(({ key, weight }) => {
    const n = units * weight.n * weights.d;
    const d = weight.d * weights.n;
    return { key, floor: n / d, remainder: fraction(n % d, d) };
  });

  const left = units - parts.reduce((given, part) => given + part.floor, 0n);
  // `sort` is stable, so equal remainders stay in the order of their keys.
  const next = [...parts].sort((a, b) => cmp(b.remainder, a.remainder)).slice(0, Number(left));
  const oneMore = new Set(next.map((part) => part.key));

  const scale = minorUnits(total.currency);
  const minor = 10n ** BigInt(scale);
  return new Map(
    parts.map(({ key, floor }) => {
      const size = oneMore.has(key) ? floor + 1n : floor;
      const part = fraction(whole < 0n ? -size : size, minor);
      return [key, { amount: toDecimalText(part, scale, 'half-up'), currency: total.currency }];
    }),
  );
}

function inCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
