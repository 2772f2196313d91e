import { type Exact, equal, fromText, toDecimalText, toText } from '@ledger/money';

/** Days of a leap year: thirds, twelfths, 365ths and everything else that divides time stay exact. */
const FINEST = 366n;
const KEPT_DECIMALS = 30;
const POWERS_OF_TEN = new Set(Array.from({ length: 60 }, (_, exponent) => 10n ** BigInt(exponent)));

/**
 * A credited amount as it is kept. Decimals, and fractions of up to 366 parts, are kept exactly, so that three thirds reach a bound.
 * A finer one, as division by an exchange rate or by a price yields, is kept to 30 decimals, half-even (mechanics §16 asks for 12):
 * the sum of many such fractions would otherwise grow by digits with every deal. It is a rule for one deal's amount, never for a
 * sum, so that no order of deals can matter.
 */
export function kept(amount: Exact): Exact {
  if (amount.d <= FINEST || POWERS_OF_TEN.has(amount.d)) return amount;
  const text = toText(amount);
  const slash = text.indexOf('/');
  if (slash < 0) return fromText(text);
  if (withoutTensFactors(BigInt(text.slice(slash + 1))) <= FINEST) return fromText(text);
  return fromText(trimmed(toDecimalText(amount, KEPT_DECIMALS, 'half-even')));
}

/** The formula of an amount as it is kept: rounded where `exactly` is finer. */
export function keptFormula(formula: string, exactly: Exact, amount: Exact): string {
  return equal(exactly, amount) ? formula : `round(${formula}, ${KEPT_DECIMALS}, half-even)`;
}

/** The same number with the smallest denominator, or a power of ten: what is computed with again and again stays small. */
export function inLowestTerms(amount: Exact): Exact {
  return POWERS_OF_TEN.has(amount.d) ? amount : fromText(toText(amount));
}

/** Factors 2 and 5 only move decimals. */
function withoutTensFactors(d: bigint): bigint {
  let rest = d;
  while (rest % 2n === 0n) rest /= 2n;
  while (rest % 5n === 0n) rest /= 5n;
  return rest;
}

function trimmed(text: string): string {
  const bare = text.replace(/\.?0+$/, '');
  return bare === '' || bare === '-' || bare === '-0' ? '0' : bare;
}
