/** Exact numbers of the reference: two whole numbers in lowest terms, reduced after every single step. Slow on purpose. */
export interface Ratio {
  readonly top: bigint;
  /** Above zero. */
  readonly bottom: bigint;
}

export function ratio(top: bigint | number, bottom: bigint | number = 1n): Ratio {
  const a = BigInt(top);
  const b = BigInt(bottom);
  if (b === 0n) throw new RangeError('a ratio cannot have the bottom 0');
  if (b === 1n) return { top: a, bottom: b };
  const common = commonDivisor(a < 0n ? -a : a, b < 0n ? -b : b);
  const sign = b < 0n ? -1n : 1n;
  return { top: (sign * a) / common, bottom: (sign * b) / common };
}

function commonDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a, b];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

export const NOTHING = ratio(0n);
export const WHOLE = ratio(1n);

export const plus = (a: Ratio, b: Ratio): Ratio =>
  a.bottom === b.bottom
    ? ratio(a.top + b.top, a.bottom)
    : ratio(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
export const times = (a: Ratio, b: Ratio): Ratio => ratio(a.top * b.top, a.bottom * b.bottom);
export const over = (a: Ratio, b: Ratio): Ratio => ratio(a.top * b.bottom, a.bottom * b.top);
export const negative = ({ top, bottom }: Ratio): Ratio => ({ top: -top, bottom });
export const minus = (a: Ratio, b: Ratio): Ratio => plus(a, negative(b));
export const total = (list: readonly Ratio[]): Ratio => list.reduce(plus, NOTHING);
export const product = (list: readonly Ratio[]): Ratio => list.reduce(times, WHOLE);

export const isNothing = (a: Ratio): boolean => a.top === 0n;
export const isNegative = (a: Ratio): boolean => a.top < 0n;
export const isPositive = (a: Ratio): boolean => a.top > 0n;
export const less = (a: Ratio, b: Ratio): boolean => a.top * b.bottom < b.top * a.bottom;
export const same = (a: Ratio, b: Ratio): boolean => a.top === b.top && a.bottom === b.bottom;
export const smaller = (a: Ratio, b: Ratio): Ratio => (less(a, b) ? a : b);
export const larger = (a: Ratio, b: Ratio): Ratio => (less(a, b) ? b : a);

const READ = new Map<string, Ratio>();

/** `-12.50`, `8%`. The same few texts are read again and again. */
export function read(text: string): Ratio {
  const known = READ.get(text);
  if (known !== undefined) return known;
  const value = parsed(text);
  READ.set(text, value);
  return value;
}

function parsed(text: string): Ratio {
  if (text.endsWith('%')) return over(read(text.slice(0, -1)), ratio(100));
  const [above = '', below] = text.split('/');
  if (below !== undefined) return over(read(above), read(below));
  const [whole = '', decimals = ''] = text.split('.');
  return ratio(BigInt(whole + decimals), 10n ** BigInt(decimals.length));
}

/** `1/3` or `12.5`, as the calculation writes exact numbers. */
export function readExact(text: string): Ratio {
  const [top = '', bottom] = text.split('/');
  return bottom === undefined ? read(top) : over(read(top), read(bottom));
}

/** Always as a fraction: `25/2`, `3`. */
export function write({ top, bottom }: Ratio): string {
  return bottom === 1n ? `${top}` : `${top}/${bottom}`;
}

export type RoundingRule = 'half-up' | 'half-even';

/** The nearest multiple of 10^-decimals; halves go away from zero, or to the even neighbour (mechanics §16.2). */
export function rounded(value: Ratio, decimals: number, rule: RoundingRule): Ratio {
  const unit = 10n ** BigInt(decimals);
  const scaled = times(value, ratio(unit));
  const size = scaled.top < 0n ? -scaled.top : scaled.top;
  const below = size / scaled.bottom;
  const rest = ratio(size - below * scaled.bottom, scaled.bottom);
  const half = ratio(1n, 2n);
  const away = less(half, rest) || (same(half, rest) && (rule === 'half-up' || below % 2n === 1n));
  const nearest = away ? below + 1n : below;
  return ratio(scaled.top < 0n ? -nearest : nearest, unit);
}
