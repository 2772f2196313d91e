import type { Look, TraceStep } from '@ledger/events';
import { type Exact, isZero, toText } from '@ledger/money';
import type { Looked, LookState } from './look.ts';
import { type CompiledLook, lookInWords } from './looks.ts';
import { quotaStep } from './trace-quota.ts';
import { amountInWords, percentInWords, sumOf } from './words.ts';

/** The arithmetic of what was looked at: an attainment, their average, or a sum. */
export function lookedParts(
  { document: { against, combine, over } }: Pick<CompiledLook, 'document'>,
  looked: readonly Looked[],
): Pick<TraceStep, 'formula' | 'inputs' | 'steps'> {
  if (over !== undefined) return ratioParts(looked);
  const isAmount = against === 'amount';
  const names = looked.map((_, at) => `measured${at + 1}`);
  const quotas = looked.map((_, at) => `quota${at + 1}`);
  const average = looked.map((_, at) => `weight${at + 1} * measured${at + 1} / quota${at + 1}`);
  const of =
    combine === 'sum' && !isAmount ? [`(${names.join(' + ')}) / (${quotas.join(' + ')})`] : isAmount ? names : average;
  const isWeighted = !isAmount && combine !== 'sum';
  return {
    ...sumOf(looked.length === 0 ? [] : of),
    inputs: Object.fromEntries(looked.flatMap((one, at) => inputsOf(one, at, isAmount, isWeighted))),
    steps: looked.flatMap(({ quota }) => (quota === null ? [] : [quotaStep(quota)])),
  };
}

function ratioParts([only]: readonly Looked[]): Pick<TraceStep, 'formula' | 'inputs'> {
  if (only === undefined || isZero(only.target)) return { formula: '0' };
  return { formula: 'measured / over', inputs: { measured: toText(only.measured), over: toText(only.target) } };
}

function inputsOf(
  { measured, weight, target }: Looked,
  at: number,
  isAmount: boolean,
  isWeighted: boolean,
): readonly (readonly [string, string])[] {
  const own = [`measured${at + 1}`, toText(measured)] as const;
  if (isAmount) return [own];
  const quota = [`quota${at + 1}`, toText(target)] as const;
  return isWeighted ? [own, [`weight${at + 1}`, toText(weight)], quota] : [own, quota];
}

/** One step for each look that picked a band or a column, or found a factor. */
export function lookSteps(looks: readonly LookState[]): readonly TraceStep[] {
  return looks.map((state) => {
    const { look, looked, reached, window, on } = state;
    const where = window === null ? 'its window has not begun' : `in ${window.id} up to ${on}`;
    return {
      step: 'look',
      says: `${lookInWords(look)}: ${reachedInWords(reached, look.document.against, looked[0]?.unit ?? 'number')}, ${where}.`,
      ...lookedParts(look, looked),
      result: toText(reached),
    };
  });
}

export function reachedInWords(reached: Exact, against: Look['against'], unit: string): string {
  return against === 'amount' ? amountInWords(reached, unit) : percentInWords(reached);
}
