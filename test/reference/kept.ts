import { type Ratio, rounded } from './ratio.ts';

/**
 * A credited amount is kept exactly where it is a decimal, or a fraction whose bottom, once the factors 2 and 5 are taken out, is at
 * most 366; a finer one to 30 decimals, half-even.
 */
export function kept(amount: Ratio): Ratio {
  const fine = [2n, 5n].reduce(without, amount.bottom);
  return fine <= 366n ? amount : rounded(amount, 30, 'half-even');
}

function without(bottom: bigint, factor: bigint): bigint {
  return bottom % factor === 0n ? without(bottom / factor, factor) : bottom;
}
