import type { TraceStep } from '@ledger/events';
import { type Exact, equal, exact, max, min, sign, sub, sum, toText, ZERO } from '@ledger/money';
import type { PaidEntry } from './budget-types.ts';
import type { BudgetBasis, GroupCapBasis } from './line.ts';
import { amountInWords } from './words.ts';

/** People, or deals, named one by one. */
const MOST_NAMED = 100;

/** What a cap over all recipients of a deal leaves of one of them. */
export function groupCapSteps(basis: GroupCapBasis, currency: string): readonly TraceStep[] {
  const { deal, most, own, shares, before } = basis;
  const money = (amount: Exact) => amountInWords(amount, currency);
  const earned = shares.map((share) => share.earned);
  const above = sum(earned.map((amount) => max(ZERO, amount)));
  const room = max(ZERO, sub(most, sum(earned.map((amount) => min(ZERO, amount)))));
  const result = sub(sub(own.kept, own.earned), before);
  const isCut = !equal(own.kept, own.earned);
  const says = `All recipients of ${deal} earn ${money(sum(earned))} on it so far, and at most ${money(most)} together: ${own.participant} keeps ${money(own.kept)} of ${money(own.earned)}.`;
  return [
    {
      step: 'group-cap',
      says,
      formula: isCut ? 'earned * room / above - earned - before' : '0 - before',
      inputs: {
        ...(isCut ? { earned: toText(own.earned), room: toText(room), above: toText(above) } : {}),
        before: toText(before),
      },
      result: toText(result),
      steps: shares.slice(0, MOST_NAMED).map((share) => ({
        step: 'recipient',
        says: `${share.participant}, ${share.component}: ${money(share.earned)} earned, ${money(share.kept)} kept.`,
      })),
    },
  ];
}

/** What a budget pays of what is calculated. */
export function budgetSteps(basis: BudgetBasis, currency: string): readonly TraceStep[] {
  const { window, budget, calculated, paid, spentBefore, own, due } = basis;
  const money = (amount: Exact) => amountInWords(amount, currency);
  return [
    {
      step: 'budget',
      says: `Budget of ${window.id} for everybody: ${money(exact(budget.amount))}, ${money(spentBefore)} of it paid before; ${howInWords(basis, money)}`,
      formula: 'paid - calculated',
      inputs: { paid: toText(paid), calculated: toText(calculated) },
      result: toText(sub(paid, calculated)),
      ...(due === null && !basis.waits
        ? { steps: own.slice(0, MOST_NAMED).map((each) => entryStep(each, money)) }
        : {}),
    },
  ];
}

function howInWords({ budget, calculated, paid, due, waits }: BudgetBasis, money: (amount: Exact) => string): string {
  if (budget.spends === 'first-come') {
    return `deals are paid in their order until it is spent: ${money(paid)} of ${money(calculated)}.`;
  }
  if (waits) return `it is divided when its window ends; ${money(calculated)} waits for that.`;
  if (due !== null) return `the window ends, and ${due.entry.participant} gets ${money(paid)} for all of it.`;
  return `what comes after its window is paid as it is: ${money(paid)}.`;
}

function entryStep({ entry, left, paid }: PaidEntry, money: (amount: Exact) => string): TraceStep {
  const { posted, place } = entry;
  const name = place === null ? 'what is about no single deal' : place.deal;
  const inputs = { calculated: toText(posted) };
  if (left === null) {
    return {
      step: 'entry',
      says: `${name}: ${money(paid)} of ${money(posted)}.`,
      inputs: { ...inputs, paid: toText(paid) },
      formula: 'paid',
      result: toText(paid),
    };
  }
  if (sign(posted) <= 0) {
    return {
      step: 'entry',
      says: `${name}: ${money(posted)}, which goes back to the budget.`,
      inputs,
      formula: 'calculated',
      result: toText(paid),
    };
  }
  return {
    step: 'entry',
    says: `${name}: ${money(paid)} of ${money(posted)}; ${money(left)} was left.`,
    formula: 'min(calculated, left)',
    inputs: { ...inputs, left: toText(left) },
    result: toText(paid),
  };
}
