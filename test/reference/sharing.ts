import { isNothing, less, minus, NOTHING, over, plus, type Ratio, ratio, same, times, total } from './ratio.ts';

/** Somebody's weight, by a name that decides between equal remainders. */
export interface Weight {
  readonly name: string;
  readonly weight: Ratio;
}

/** An amount in proportion to weights, in whole minor units; what is left goes to the largest remainders, ties by name. */
export function shared(amount: Ratio, weights: readonly Weight[], decimals: number): ReadonlyMap<string, Ratio> {
  const unit = ratio(1n, 10n ** BigInt(decimals));
  const sum = total(weights.map(({ weight }) => weight));
  if (isNothing(sum)) return new Map(weights.map(({ name }) => [name, NOTHING]));
  const parts = weights.map(({ name, weight }) => {
    const exact = times(amount, over(weight, sum));
    const inUnits = over(exact, unit);
    const whole = times(ratio(inUnits.top / inUnits.bottom), unit);
    return { name, whole, rest: minus(exact, whole) };
  });
  const left = minus(amount, total(parts.map(({ whole }) => whole)));
  const order = [...parts].sort((a, b) =>
    same(a.rest, b.rest) ? (a.name < b.name ? -1 : 1) : less(b.rest, a.rest) ? -1 : 1,
  );
  return new Map(
    order.map(({ name, whole }, at) => [name, less(times(ratio(at), unit), left) ? plus(whole, unit) : whole]),
  );
}
