import type { TraceStep } from '@ledger/events';
import {
  cmp,
  div,
  type Exact,
  equal,
  exact,
  fraction,
  grouped,
  isCurrency,
  minorUnits,
  mul,
  ONE,
  shareIn,
  toDecimalText,
  toText,
} from '@ledger/money';

/** How numbers read in a trace: for people. The exact value stands beside them in `inputs` and `result`. */

const HUNDRED = fraction(100n, 1n);

/** `120,000.00 USD`, `3`, `≈ 33,333.33 USD` where the exact amount has more decimals than the currency. */
export function amountInWords(amount: Exact, unit: string): string {
  if (!isCurrency(unit)) return approximate(amount, 6);
  const decimals = minorUnits(unit);
  const text = toDecimalText(amount, decimals, 'half-up');
  return `${equal(exact(text), amount) ? '' : '≈ '}${grouped(text)} ${unit}`;
}

/** `70 %`, `≈ 66.67 %`. */
export function percentInWords(share: Exact): string {
  return `${approximate(mul(share, HUNDRED), 2)} %`;
}

/** 50 where 50% was meant is fifty times: of shares that should make 100%, what to write for the first of them. */
export function withPercentSign(shares: readonly string[]): string {
  const one = shares.find((share) => !share.includes('%') && cmp(shareIn(share), ONE) > 0);
  return one === undefined ? '' : `, ${one}% instead of ${one}`;
}

/** `+20.00`, `-6,720.00`: a difference of posted amounts. */
export function signedInWords(amount: string, unit: string): string {
  return `${amount.startsWith('-') ? '' : '+'}${grouped(amount)} ${unit}`;
}

/** Cut to what a trace may hold, on one line. */
export function brief(text: string, most: number): string {
  const line = /[^\S ]| {2}|^ | $/.test(text) ? text.replaceAll(/\s+/g, ' ').trim() : text;
  return line.length <= most
    ? line
    : `${line
        .slice(0, most - 1)
        .toWellFormed()
        .replaceAll('\uFFFD', '')}…`;
}

function approximate(value: Exact, decimals: number): string {
  const full = toText(value);
  const fine = full.includes('/') || (full.split('.')[1]?.length ?? 0) > decimals;
  if (!fine) return grouped(full);
  const text = toDecimalText(value, decimals, 'half-up').replace(/\.?0+$/, '');
  const zero = text === '' || text === '-' || text === '-0';
  return `≈ ${zero && cmp(value, fraction(0n, 1n)) === 0 ? '0' : grouped(zero ? '0' : text)}`;
}

const LONGEST_FORMULA = 4000;

/** A sum over names, as a step carries it; a sum of more terms than fit is told by its steps alone. */
export function sumOf(terms: readonly string[]): { readonly formula?: string } {
  const formula = terms.join(' + ') || '0';
  return formula.length <= LONGEST_FORMULA ? { formula } : {};
}

/** What a step takes as it is: from an event, from the plan, or from what stands in words. */
export function given(name: string, value: Exact): Pick<TraceStep, 'formula' | 'inputs' | 'result'> {
  const text = toText(value);
  return { formula: name, inputs: { [name]: text }, result: text };
}

/** Decimals of a share that was rounded: those of a percentage, and two. */
const DECIMALS = [2, 3, 4, 5, 6, 7, 8] as const;

/** So many of so many, rounded where the share was. */
export function partOfWhole(
  counted: Exact | number | string,
  whole: Exact,
  share: Exact,
): Pick<TraceStep, 'formula' | 'inputs' | 'result'> {
  const number = typeof counted === 'object' ? counted : exact(String(counted));
  if (whole.n === 0n) return given('part', share);
  const exactly = div(number, whole);
  const decimals = DECIMALS.find((each) => equal(exact(toDecimalText(exactly, each, 'half-up')), share));
  const isExact = equal(exactly, share);
  if (!isExact && decimals === undefined) return given('part', share);
  return {
    formula: isExact ? 'counted / whole' : `round(counted / whole, ${decimals}, half-up)`,
    inputs: { counted: toText(number), whole: toText(whole) },
    result: toText(share),
  };
}

/** A posted amount as text: sums of posted amounts have the currency's decimals. */
export function postedText(amount: Exact, currency: string): string {
  return toDecimalText(amount, minorUnits(currency), 'half-up');
}
