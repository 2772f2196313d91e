import type { TraceStep } from '@ledger/events';
import { percent, toText } from '@ledger/money';
import type { StreakBasis, StreakWindow } from './line.ts';
import { gateStep, targetStep } from './trace-window.ts';
import { amountInWords, percentInWords } from './words.ts';

/** Windows in a row, and what they pay. */
export function streakSteps({ streak, windows, gates }: StreakBasis, currency: string): readonly TraceStep[] {
  const isOpen = gates.every(({ open }) => open);
  const [first] = windows;
  const level = first === undefined ? '' : reachedInWords({ ...first, reached: percent(streak.atLeast) });
  const paid = isOpen ? amountInWords(percent(streak.pays), currency) : 'nothing, because a gate is closed';
  return [
    ...gates.map((gate) => gateStep(gate, first?.unit ?? 'number')),
    {
      step: 'streak',
      says: `${windows.length} windows in a row at or above ${level}: ${paid}.`,
      formula: isOpen ? 'pays' : '0',
      inputs: { pays: streak.pays, windows: String(windows.length), level: streak.atLeast },
      result: isOpen ? toText(percent(streak.pays)) : '0',
      steps: windows.map(windowStep),
    },
  ];
}

function windowStep(each: StreakWindow): TraceStep {
  const { window, unit, measured, target, reached } = each;
  return {
    step: 'window',
    says: `${window.id}: ${amountInWords(measured, unit)}${target === null ? '' : `, ${percentInWords(reached)}`}.`,
    formula: target === null ? 'measured' : 'measured / target',
    inputs: { measured: toText(measured), ...(target === null ? {} : { target: toText(target.value) }) },
    result: toText(reached),
    ...(target === null ? {} : { steps: [targetStep(target, unit)] }),
  };
}

function reachedInWords({ target, reached, unit }: StreakWindow): string {
  return target === null ? amountInWords(reached, unit) : percentInWords(reached);
}
