import type { TraceStep } from '@ledger/events';
import { type Exact, equal, sub, toText, ZERO } from '@ledger/money';
import type { CapBasis, FloorBasis, PlanCapBasis } from './line.ts';
import { personalStep } from './personal.ts';
import { amountInWords, percentInWords } from './words.ts';

/** What caps removed, and what they release; what floors add. */

export function capStep(basis: CapBasis, currency: string): TraceStep {
  const { agreed, cap } = basis;
  const step = stepOf(basis, currency);
  if (agreed === undefined || cap === null) return step;
  return { ...step, steps: [personalStep(agreed, currency, equal(agreed.value, cap) ? 'cap' : 'agreed')] };
}

function stepOf(basis: CapBasis, currency: string): TraceStep {
  const { kind, cap, calculated, paidBefore, carried, isLater, of, window, above } = basis;
  const money = (amount: Exact) => amountInWords(amount, currency);
  if (kind === 'carried-over' && window !== null) {
    const says = `${money(carried)} of ${window} was calculated before and removed by a cap; what was paid is subtracted, so it is offered again.`;
    return { step: 'carried-over', says, formula: 'carried', inputs: { carried: toText(carried) } };
  }
  if (cap === null) {
    const says = `nothing is capped in ${of} any more: ${money(carried)} that earlier periods removed is paid now.`;
    return { step: 'carried-over', says, formula: 'carried', inputs: { carried: toText(carried) } };
  }
  const inputs = { calculated: toText(calculated), cap: toText(cap) };
  if (above !== undefined && kind !== 'carried-over') {
    const where = kind === 'cap' ? `for ${of}` : `after ${money(paidBefore)} in ${of}`;
    return {
      step: 'cap',
      says: `${money(calculated)} is calculated ${where}; of what exceeds ${money(cap)}, ${percentInWords(above)} is paid.`,
      formula: '(max(0, before - cap) - max(0, before + calculated - cap)) * (1 - above)',
      inputs: { ...inputs, before: toText(kind === 'cap' ? ZERO : paidBefore), above: toText(above) },
    };
  }
  if (kind === 'carried-over') {
    const says = `${money(calculated)} is calculated and ${money(cap)} may be paid in ${of}: of ${money(carried)} that earlier periods removed, this is paid now.`;
    return {
      step: 'carried-over',
      says,
      formula: 'min(carried, cap - calculated)',
      inputs: { ...inputs, carried: toText(carried) },
    };
  }
  if (kind === 'cap') {
    const fate = isLater ? 'the rest is offered again in later periods of the year' : 'the rest is not paid';
    const says = `${money(calculated)} is calculated for ${of}, at most ${money(cap)} is paid; ${fate}.`;
    return { step: 'cap', says, formula: 'min(calculated, cap) - calculated', inputs };
  }
  const says = `${money(calculated)} is calculated, ${money(paidBefore)} was paid in ${of} before, at most ${money(cap)} is paid in all; the rest is not paid.`;
  const formula = 'max(0, min(calculated, cap - paid)) - calculated';
  return { step: 'cap', says, formula, inputs: { ...inputs, paid: toText(paidBefore) } };
}

export function floorStep({ of, floor, calculated }: FloorBasis, currency: string): TraceStep {
  return {
    step: 'floor',
    says: `${amountInWords(calculated, currency)} is earned in ${of}, and a period that earns is not below ${amountInWords(floor, currency)}.`,
    formula: 'floor - calculated',
    inputs: { floor: toText(floor), calculated: toText(calculated) },
    result: toText(sub(floor, calculated)),
  };
}

export function planCapStep(basis: PlanCapBasis, currency: string): TraceStep {
  const { cap, of, calculated, paidBefore, own, all, agreed } = basis;
  const money = (amount: typeof cap) => amountInWords(amount, currency);
  return {
    step: 'plan-cap',
    says: `What the plan caps together comes to ${money(calculated)}, ${money(paidBefore)} was paid in ${of} before, and at most ${money(cap)} is paid in all; every one that earns gives the same part, this one of ${money(own)}.`,
    formula: '(max(0, min(calculated, cap - paid)) - calculated) * own / all',
    inputs: {
      calculated: toText(calculated),
      cap: toText(cap),
      paid: toText(paidBefore),
      own: toText(own),
      all: toText(all),
    },
    ...(agreed === null ? {} : { steps: [personalStep(agreed, currency, 'cap')] }),
  };
}
