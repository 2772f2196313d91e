import { Decimal } from 'decimal.js';
import { decimalsShown, minorUnits } from './currency.ts';
import { MoneyError, shown } from './error.ts';
import { div, type Exact, exact, fromText, mul, type RoundingMode, sign, toDecimalText } from './exact.ts';
import { checkAmount, checkDecimal, DECIMAL, grouped } from './text.ts';

/** An amount with its currency. `amount` has exactly the currency's decimals and matches DECIMAL: `6720.00`, JPY `500`. */
export interface Money {
  readonly amount: string;
  readonly currency: string;
}

/** What one unit of `base` was worth in `quote`, as recorded: { base: 'EUR', quote: 'USD', rate: '1.0842' }. */
export interface Rate {
  readonly base: string;
  readonly quote: string;
  readonly rate: string;
}

// A private constructor, so that nobody's Decimal.set changes our arithmetic; 60 digits hold any sum of checked amounts.
const Amount = Decimal.clone({ precision: 60, defaults: true });
const DECIMAL_MODE = { 'half-up': Decimal.ROUND_HALF_UP, 'half-even': Decimal.ROUND_HALF_EVEN } as const;

/** The amount with its currency; throws MoneyError when the text is no whole number of the currency's minor units. */
export function money(amount: string, currency: string): Money {
  const checked = checkAmount(amount, currency);
  if (!checked.ok) throw new MoneyError(`${shown(amount)} ${checked.why}`);
  return posted(new Amount(checked.value).toFixed(minorUnits(currency)), currency);
}

/** a + b; throws MoneyError for different currencies. */
export function addMoney(a: Money, b: Money): Money {
  return sumMoney([a, b], a.currency);
}

export function negate(a: Money): Money {
  return settled(read(a, a.currency).negated(), a.currency);
}

/** The total in `currency`, zero for an empty list; throws MoneyError when an amount is in another currency. */
export function sumMoney(list: Iterable<Money>, currency: string): Money {
  let total = new Amount(0);
  for (const each of list) total = total.plus(read(each, currency));
  return settled(total, currency);
}

/** Rounds once to the currency's minor unit: the step from calculated to posted (mechanics §16). */
export function round(value: Exact, currency: string, mode: RoundingMode): Money {
  return posted(toDecimalText(value, minorUnits(currency), mode), currency);
}

/** Rounds a decimal text to the currency's minor unit, for amounts that arrive with more decimals than they may keep. */
export function roundDecimal(text: string, currency: string, mode: RoundingMode): Money {
  const checked = checkDecimal(text);
  if (!checked.ok) throw new MoneyError(`${shown(text)} ${checked.why}`);
  return settled(new Amount(text).toDecimalPlaces(minorUnits(currency), DECIMAL_MODE[mode]), currency);
}

/**
 * The value in `to`, exactly: multiplied by the rate as it was recorded, or divided by it for the other direction, so
 * that there and back is the same value. Throws MoneyError when the rate is for other currencies or not above zero.
 */
export function convert(value: Exact, from: string, to: string, rate: Rate): Exact {
  const factor = exact(rate.rate);
  if (sign(factor) <= 0) throw new MoneyError(`the rate ${rate.base}/${rate.quote} ${rate.rate} is not above zero`);
  if (rate.base === rate.quote) throw new MoneyError(`a rate from ${shown(rate.base)} to itself converts nothing`);
  if (from === rate.base && to === rate.quote) return mul(value, factor);
  if (from === rate.quote && to === rate.base) return div(value, factor);
  throw new MoneyError(
    `a rate ${shown(rate.base)} to ${shown(rate.quote)} cannot convert ${shown(from)} to ${shown(to)}; record the rate of that pair`,
  );
}

function read(a: Money, currency: string): Decimal {
  if (a.currency !== currency) {
    throw new MoneyError(`${shown(a.currency)} cannot be added to ${shown(currency)}; convert it with a recorded rate`);
  }
  // Money is a plain record that anybody can build; one with more decimals would be rounded unseen when summed.
  const checked = checkAmount(a.amount, currency);
  if (!checked.ok) throw new MoneyError(`${shown(a.amount)} ${checked.why}`);
  return new Amount(checked.value);
}

function settled(value: Decimal, currency: string): Money {
  return posted(value.toFixed(minorUnits(currency)), currency);
}

// What leaves this package can always be read back by it.
function posted(amount: string, currency: string): Money {
  if (!DECIMAL.test(amount))
    throw new MoneyError(`${shown(amount)} ${currency} has more than 15 digits before the point`);
  return { amount, currency };
}

/** An exact number for people: grouped, with the decimals of its currency, or two where the unit is none. Display only. */
export function forPeople(value: string, unit: string): string {
  return grouped(toDecimalText(fromText(value), decimalsShown(unit), 'half-up'));
}
