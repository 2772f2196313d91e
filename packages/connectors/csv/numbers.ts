import {
  type Checked,
  checkAmount,
  checkDecimal,
  cmp,
  type Exact,
  exact,
  isCurrency,
  minorUnits,
  money,
  mul,
  ONE,
  percent,
  sign,
  sub,
  toDecimalText,
} from '@ledger/money';
import type { Format } from './mapping.ts';

type Outcome =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly why: readonly [string, string] };

/** How numbers are spelled in one file. Functions return the recorded spelling, or what is wrong and what to do. */
export interface Numbers {
  /** Whether numbers are spelled as they are recorded, so that most can be taken as they are. */
  readonly plain: boolean;
  /** An amount with exactly the currency's decimals: 1000 and 1000.0 USD are both `1000.00`, one value, one spelling. */
  amount(text: string, currency: string): Outcome;
  /** A decimal without zeros that say nothing: `12.50` is `12.5`. */
  decimal(text: string): Outcome;
  exact(text: string): Outcome;
}

const GROUPS: Readonly<Record<string, string>> = { ',': ',', '.': '\\.', ' ': '[ \u00a0\u202f]', "'": "['’]" };

export function numbers(format: Format): Numbers {
  const mark = format['decimal-mark'];
  const plain = mark === '.' && format.thousands === 'none' ? checkDecimal : localDecimal(mark, format.thousands);

  return {
    plain: plain === checkDecimal,
    amount(text, currency) {
      const number = plain(text);
      if (!number.ok) return refused(number);
      const checked = checkAmount(number.value, currency);
      return checked.ok ? { ok: true, value: money(checked.value, currency).amount } : refused(checked);
    },
    decimal(text) {
      const number = plain(text);
      return number.ok ? { ok: true, value: shortest(number.value) } : refused(number);
    },
    exact: (text) => {
      const number = plain(text);
      return number.ok ? number : refused(number);
    },
  };
}

/** Groups must be of three digits, all of them or none: `1.2345,6` is no number in any spelling. */
function localDecimal(mark: string, thousands: string): (text: string) => Checked<string> {
  const group = GROUPS[thousands];
  const whole = group === undefined ? '[0-9]+' : `(?:[0-9]+|[0-9]{1,3}(?:${group}[0-9]{3})+)`;
  const pattern = new RegExp(`^-?${whole}(?:\\${mark}[0-9]+)?$`);
  const groups = group === undefined ? undefined : new RegExp(group, 'g');
  const example = `${thousands === 'none' ? '1234' : `1${thousands}234`}${mark}50`;
  return (text) => {
    if (text.length <= 64 && pattern.test(text)) {
      const digits = groups === undefined ? text : text.replace(groups, '');
      return checkDecimal(mark === '.' ? digits : digits.replace(mark, '.'));
    }
    const checked = checkDecimal(text);
    const why =
      checked.ok || /decimal comma|thousands|is not a number/.test(checked.why)
        ? 'is not a number in the format of the mapping'
        : '';
    return { ok: false, why: why === '' && !checked.ok ? checked.why : `${why}; write it as ${example}` };
  };
}

/** Reasons of the money package are two clauses, what and remedy. */
function refused(checked: Checked<string> & { readonly ok: false }): Outcome {
  const at = checked.why.indexOf('; ');
  if (at < 0) return { ok: false, why: [checked.why, 'correct it in the source'] };
  const remedy = checked.why.slice(at + 2);
  const other = /decimal comma|thousands separator/.test(checked.why)
    ? ', or say how numbers are written under "format" in the mapping'
    : '';
  return { ok: false, why: [checked.why.slice(0, at), `${remedy}${other}`] };
}

function shortest(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}

/** Minor units of a currency by its code; `undefined` for a code that ISO 4217 does not have. */
export function unitsOf(currency: string): number | undefined {
  return /^[A-Z]{3}$/.test(currency) && isCurrency(currency) ? minorUnits(currency) : undefined;
}

/** The product of decimal texts, times one minus `less`, rounded half-up to so many decimals. */
export function product(factors: readonly string[], less: Exact | undefined, units: number): string {
  const whole = factors.map(exact).reduce(mul, ONE);
  return toDecimalText(less === undefined ? whole : mul(whole, sub(ONE, less)), units, 'half-up');
}

/** A discount as `0.15` or `15%`; `undefined` unless it is from 0 to 1. */
export function discount(text: string): Exact | undefined {
  if (!/^[0-9]{1,3}(?:\.[0-9]{1,12})?%?$/.test(text) || /^0[0-9]/.test(text)) return undefined;
  const rate = percent(text);
  return sign(rate) < 0 || cmp(rate, ONE) > 0 ? undefined : rate;
}

/** The exact sum of amounts that have so many decimals each. */
export function sumOf(amounts: readonly string[], units: number): string {
  if (amounts.length === 1) return amounts[0] ?? '';
  let sum = 0n;
  for (const amount of amounts) sum += exact(amount).n;
  return toDecimalText({ n: sum, d: 10n ** BigInt(units) }, units, 'half-up');
}
