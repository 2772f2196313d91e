import { MoneyError, shown } from './error.ts';
import { checkDecimal, DECIMAL, PERCENT } from './text.ts';

/**
 * An exact rational number n/d with d > 0. What the calculation computes with: decimals are not closed under division,
 * and a ratio that was rounded before it is posted creates money (mechanics §16). Not in lowest terms; two numbers may
 * be equal with other n and d, so compare with `equal` or `cmp`, never by field.
 */
export interface Exact {
  readonly n: bigint;
  readonly d: bigint;
}

/** `half-up` rounds halves away from zero, `half-even` to the even neighbour; both are the same for negatives (mechanics §16). */
export type RoundingMode = 'half-up' | 'half-even';

// Looking for common factors costs more than the arithmetic itself, and most denominators are powers of ten of which
// one divides the other. So factors are only taken out when the denominator has grown past 256 bits, and for text.
const LONG = 1n << 256n;
const MOST_DECIMALS = 100;
const LONGEST_TEXT = 4096;
const POWERS: readonly bigint[] = Array.from({ length: MOST_DECIMALS + 1 }, (_, exponent) => 10n ** BigInt(exponent));
const EXPONENTS: ReadonlyMap<bigint, number> = new Map(POWERS.map((power, exponent) => [power, exponent]));

export const ZERO: Exact = { n: 0n, d: 1n };
export const ONE: Exact = { n: 1n, d: 1n };

function powerOfTen(exponent: number): bigint {
  return POWERS[exponent] ?? 10n ** BigInt(exponent);
}

/** The number that a decimal text says (`-12.50`, `0.7`). Throws MoneyError for any text that DECIMAL does not match. */
export function exact(text: string): Exact {
  if (!DECIMAL.test(text)) {
    const checked = checkDecimal(text);
    throw new MoneyError(`${shown(text)} ${checked.ok ? '' : checked.why}`);
  }
  return digits(text, text.length, 0);
}

/** `8%` and `0.08` are both 8/100. Throws MoneyError for any text that PERCENT does not match. */
export function percent(text: string): Exact {
  if (!PERCENT.test(text)) throw new MoneyError(`${shown(text)} is not a rate; write it as 8% or 0.08`);
  const isPercent = text.endsWith('%');
  return digits(text, isPercent ? text.length - 1 : text.length, isPercent ? 2 : 0);
}

/** `30%` and `0.3` as `percent` reads them, `1/3` as `fromText` does. Throws MoneyError for what neither reads. */
export function shareIn(text: string): Exact {
  return text.includes('/') ? fromText(text) : percent(text);
}

// Up to 15 digits fit a double exactly, and collecting them there is several times faster than BigInt(text).
function digits(text: string, end: number, shift: number): Exact {
  const point = text.indexOf('.');
  const d = powerOfTen((point < 0 ? 0 : end - point - 1) + shift);
  if (end > 15) {
    const all = point < 0 ? text.slice(0, end) : text.slice(0, point) + text.slice(point + 1, end);
    return { n: BigInt(all), d };
  }
  const negative = text.charCodeAt(0) === 45;
  let value = 0;
  for (let at = negative ? 1 : 0; at < end; at += 1) {
    if (at !== point) value = value * 10 + (text.charCodeAt(at) - 48);
  }
  return { n: BigInt(negative ? -value : value), d };
}

/** n/d; throws MoneyError when d is zero. */
export function fraction(n: bigint, d: bigint): Exact {
  if (d === 0n) throw new MoneyError('a fraction cannot have the denominator 0');
  return d > 0n ? bounded(n, d) : bounded(-n, -d);
}

export function add(a: Exact, b: Exact): Exact {
  if (a.d === b.d) return { n: a.n + b.n, d: a.d };
  return a.d > b.d ? addNarrower(a, b) : addNarrower(b, a);
}

export function sub(a: Exact, b: Exact): Exact {
  if (a.d === b.d) return { n: a.n - b.n, d: a.d };
  return add(a, neg(b));
}

function addNarrower(wide: Exact, narrow: Exact): Exact {
  if (narrow.d === 1n) return { n: wide.n + narrow.n * wide.d, d: wide.d };
  const factor = wide.d / narrow.d;
  if (factor * narrow.d === wide.d) return { n: wide.n + narrow.n * factor, d: wide.d };
  return bounded(wide.n * narrow.d + narrow.n * wide.d, wide.d * narrow.d);
}

export function mul(a: Exact, b: Exact): Exact {
  if (b.d === 1n) return { n: a.n * b.n, d: a.d };
  if (a.d === 1n) return { n: a.n * b.n, d: b.d };
  return bounded(a.n * b.n, a.d * b.d);
}

/** a/b, exactly; throws MoneyError when b is zero. */
export function div(a: Exact, b: Exact): Exact {
  if (b.n === 0n) throw new MoneyError('division by zero; test the divisor with isZero first');
  return a.d === b.d ? fraction(a.n, b.n) : fraction(a.n * b.d, a.d * b.n);
}

export function neg(a: Exact): Exact {
  return { n: -a.n, d: a.d };
}

export function abs(a: Exact): Exact {
  return a.n < 0n ? neg(a) : a;
}

export function min(a: Exact, b: Exact): Exact {
  return cmp(a, b) <= 0 ? a : b;
}

export function max(a: Exact, b: Exact): Exact {
  return cmp(a, b) >= 0 ? a : b;
}

export function cmp(a: Exact, b: Exact): -1 | 0 | 1 {
  if (a.d === b.d) return order(a.n, b.n);
  return order(a.n * b.d, b.n * a.d);
}

export function equal(a: Exact, b: Exact): boolean {
  return a.d === b.d ? a.n === b.n : a.n * b.d === b.n * a.d;
}

export function sign(a: Exact): -1 | 0 | 1 {
  return order(a.n, 0n);
}

export function isZero(a: Exact): boolean {
  return a.n === 0n;
}

export function sum(list: Iterable<Exact>): Exact {
  let total = ZERO;
  for (const each of list) total = add(total, each);
  return total;
}

/** Exactly `scale` decimals (0 to 100), rounded once by `mode`: `6720.00`; zero never carries a minus. */
export function toDecimalText(a: Exact, scale: number, mode: RoundingMode): string {
  if (!Number.isInteger(scale) || scale < 0 || scale > MOST_DECIMALS) {
    throw new MoneyError(`${scale} decimals are not possible; ask for 0 to ${MOST_DECIMALS}`);
  }
  const units = a.d === powerOfTen(scale) ? a.n : roundedQuotient(a.n * powerOfTen(scale), a.d, mode);
  return pointed(units, scale);
}

// Rounds the magnitude and puts the sign back, so that a reversal always cancels what it reverses.
function roundedQuotient(n: bigint, d: bigint, mode: RoundingMode): bigint {
  const size = n < 0n ? -n : n;
  const whole = size / d;
  const twice = 2n * (size - whole * d);
  const up = twice > d || (twice === d && (mode === 'half-up' || whole % 2n === 1n));
  const rounded = up ? whole + 1n : whole;
  return n < 0n ? -rounded : rounded;
}

function pointed(units: bigint, scale: number): string {
  if (scale === 0) return units.toString();
  const size = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const at = size.length - scale;
  return `${units < 0n ? '-' : ''}${size.slice(0, at)}.${size.slice(at)}`;
}

/** One text for each number: `12.5` when its decimals end, else `1/3` in lowest terms. */
export function toText(a: Exact): string {
  const exponent = EXPONENTS.get(a.d);
  if (exponent !== undefined) return withoutZeros(pointed(a.n, exponent));
  const { n, d } = reduced(a.n, a.d);
  const scale = decimals(d);
  return scale === undefined ? `${n}/${d}` : pointed((n * powerOfTen(scale)) / d, scale);
}

/** Of a text with or without a point: no decimal ends it that says nothing. */
function withoutZeros(text: string): string {
  let end = text.length;
  if (!text.includes('.')) return text;
  while (text.charCodeAt(end - 1) === 48) end -= 1;
  return text.slice(0, text.charCodeAt(end - 1) === 46 ? end - 1 : end);
}

/** How many percent a share is: 0.7 → `70`; what no decimals end rounded to two of them, 2/3 → `about 66.67`. */
export function percentsText({ n, d }: Exact): string {
  const percents = { n: n * 100n, d };
  const text = toText(percents);
  return text.includes('/') ? `about ${toDecimalText(percents, 2, 'half-up')}` : text;
}

/** The share that is meant by a number without the sign: `120%` by `1.2`, and `150%` by `150`. */
export function meantShare(text: string): string {
  const value = percent(text);
  const isFactor = text.includes('.') ? cmp(value, fraction(10n, 1n)) < 0 : cmp(value, fraction(2n, 1n)) <= 0;
  return isFactor ? `${percentsText(value)}%` : `${text}%`;
}

const EXACT_TEXT = /^(?!-0(?:[./]|$))-?(?:0|[1-9][0-9]*)(?:\.[0-9]+|\/[1-9][0-9]*)?$|^-0\.0*[1-9][0-9]*$/;

/** Reads what `toText` wrote, up to 4,096 characters. Throws MoneyError for anything else. */
export function fromText(text: string): Exact {
  if (text.length > LONGEST_TEXT || !EXACT_TEXT.test(text)) {
    throw new MoneyError(`${shown(text)} is not an exact number; write it as 12.5 or 1/3`);
  }
  const slash = text.indexOf('/');
  if (slash >= 0) return bounded(BigInt(text.slice(0, slash)), BigInt(text.slice(slash + 1)));
  return digits(text, text.length, 0);
}

function order(a: bigint, b: bigint): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function bounded(n: bigint, d: bigint): Exact {
  return d < LONG ? { n, d } : reduced(n, d);
}

function reduced(n: bigint, d: bigint): Exact {
  if (d === 1n) return { n, d };
  const common = greatestCommonDivisor(n < 0n ? -n : n, d);
  return common === 1n ? { n, d } : { n: n / common, d: d / common };
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let large = a;
  let small = b;
  while (small > BigInt(Number.MAX_SAFE_INTEGER)) [large, small] = [small, large % small];
  if (small === 0n) return large;
  // Both fit a double from here on.
  let first = Number(small);
  let second = Number(large % small);
  while (second !== 0) [first, second] = [second, first % second];
  return BigInt(first);
}

/** How many decimals 1/d has; undefined when they never end. */
function decimals(d: bigint): number | undefined {
  let rest = d;
  const take = (factor: bigint): number => {
    let times = 0;
    for (; rest % factor === 0n; times += 1) rest /= factor;
    return times;
  };
  const tens = take(10n);
  // Of the factors 2 and 5 only one can be left now.
  const more = take(2n) + take(5n);
  return rest === 1n ? tens + more : undefined;
}
