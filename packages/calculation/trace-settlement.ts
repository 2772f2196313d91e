import type { TraceStep } from '@ledger/events';
import {
  add,
  type Exact,
  equal,
  exact,
  fraction,
  max,
  minorUnits,
  mul,
  type RoundingMode,
  round,
  sub,
  toText,
  ZERO,
} from '@ledger/money';
import type { Instalment } from './clauses.ts';
import { amountInWords, brief, given, sumOf } from './words.ts';

/** What is compared with a draw or a guarantee. */
export function earnedInWords({ earningsOf }: { readonly earningsOf?: readonly string[] | undefined }): string {
  return earningsOf === undefined ? 'was earned' : `${earningsOf.join(', ')} earned`;
}

/** Steps of settlement lines. Every `formula` is arithmetic over the names in `inputs` and gives `result`. */
export function step(
  name: string | readonly [name: string, as: string],
  says: string,
  formula: string,
  inputs: Readonly<Record<string, Exact>>,
  result: Exact,
  steps: readonly TraceStep[] = [],
): TraceStep {
  const [called, as] = typeof name === 'string' ? [name, undefined] : name;
  return {
    step: called,
    ...(as === undefined ? {} : { as }),
    says: brief(says, 1000),
    formula,
    inputs: Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, toText(value)])),
    result: toText(result),
    ...(steps.length === 0 ? {} : { steps: [...steps] }),
  };
}

/** To the minor unit of a currency, by the rule of a plan. */
export function roundedTo(amount: Exact, currency: string, mode: RoundingMode): Exact {
  return exact(round(amount, currency, mode).amount);
}

/** How an amount was rounded, where it had to be. `as`: the name that it has in formulas, before and after. */
export function roundingSteps(as: string, value: Exact, currency: string, mode: RoundingMode): readonly TraceStep[] {
  const posted = roundedTo(value, currency, mode);
  if (equal(posted, value)) return [];
  const says = `Rounded once, ${mode}: ${amountInWords(posted, currency)}.`;
  const formula = `round(${as}, ${minorUnits(currency)}, ${mode})`;
  return [step(['rounding', as], says, formula, { [as]: value }, posted)];
}

/** How much is due of an amount by the interval: in full, or by the days of an interval that is not full. */
export function instalmentsStep(
  name: string,
  as: string,
  instalments: readonly Instalment[],
  currency: string,
): TraceStep {
  const inputs: Record<string, Exact> = {};
  const terms: string[] = [];
  const says: string[] = [];
  let total = ZERO;
  for (const { interval, parts, of, isWhole } of instalments) {
    for (const { amount, days } of parts) {
      const at = terms.length + 1;
      inputs[`amount${at}`] = amount;
      const share = isWhole ? fraction(1n, 1n) : fraction(BigInt(days), BigInt(of));
      const isFull = equal(share, fraction(1n, 1n));
      if (!isFull)
        Object.assign(inputs, { [`days${at}`]: fraction(BigInt(days), 1n), [`of${at}`]: fraction(BigInt(of), 1n) });
      terms.push(isFull ? `amount${at}` : `amount${at} * days${at} / of${at}`);
      says.push(`${amountInWords(amount, currency)} for ${interval.id}${isFull ? '' : `, ${days} of ${of} days`}`);
      total = add(total, mul(amount, share));
    }
  }
  const { formula } = sumOf(terms);
  const made = step([name, as], `${says.join('; ')}: ${amountInWords(total, currency)}.`, formula ?? as, inputs, total);
  return formula === undefined ? { ...made, ...given(as, total) } : made;
}

/** max(0, a − b), as it stands in formulas. */
export function over(a: Exact, b: Exact): Exact {
  return max(ZERO, sub(a, b));
}
