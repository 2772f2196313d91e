import type { TraceStep } from '@ledger/events';
import { type Exact, exact, minorUnits, percent, toText } from '@ledger/money';
import type { WindfallBasis, WindfallPaidBasis } from './line.ts';
import { amountInWords, brief } from './words.ts';

/** What is held of a deal, and why. */
export function windfallStep({ flags, earned, left }: WindfallBasis, result: Exact, currency: string): TraceStep {
  return {
    step: 'windfall',
    says: brief(`A windfall, because ${flags.join(', ')}: it is held until it is decided what becomes of it.`, 1000),
    formula: '0 - min(earned, left)',
    inputs: { earned: toText(earned), left: toText(left) },
    result: toText(result),
    ...(toText(earned) === toText(left) ? {} : { steps: [leftStep(left, currency)] }),
  };
}

function leftStep(left: Exact, currency: string): TraceStep {
  const says = `What the component pays in the period before that: ${amountInWords(left, currency)}.`;
  return { step: 'left', as: 'left', says, formula: 'left', inputs: { left: toText(left) }, result: toText(left) };
}

/** What is paid of a windfall by decision. */
export function windfallPaidStep(
  basis: WindfallPaidBasis,
  result: Exact,
  currency: string,
  rounding: string,
): TraceStep {
  const { decision, due, paid } = basis;
  const { exception, reason, requestedBy, approvedBy, event } = decision;
  return {
    step: 'windfall-paid',
    says: brief(
      `Decision ${exception}, requested by ${requestedBy}, approved by ${approvedBy}: ${treatmentInWords(basis, currency)}: ${reason}`,
      1000,
    ),
    formula: 'due - paid',
    inputs: { due: toText(due), paid: toText(paid) },
    result: toText(result),
    events: [event],
    steps: [
      {
        step: 'due',
        as: 'due',
        says: `By the end of the period ${amountInWords(due, currency)} is due, ${amountInWords(paid, currency)} was paid before.`,
        ...dueFormula(basis, currency, rounding),
        result: toText(due),
      },
    ],
  };
}

function dueFormula(
  { decision, held, number }: WindfallPaidBasis,
  currency: string,
  rounding: string,
): Pick<TraceStep, 'formula' | 'inputs'> {
  const { treatment } = decision.terms;
  const inputs = { held: toText(held) };
  switch (treatment.by) {
    case 'pay':
      return { formula: 'held', inputs };
    case 'forfeit':
      return { formula: '0' };
    case 'cap':
      return { formula: 'min(held, most)', inputs: { ...inputs, most: toText(exact(treatment.amount)) } };
    case 'bonus':
      return { formula: 'bonus', inputs: { bonus: toText(exact(treatment.amount)) } };
    case 'share':
      return { formula: 'held * share', inputs: { ...inputs, share: toText(percent(treatment.share)) } };
    case 'instalments':
      if (number >= treatment.count) return { formula: 'held', inputs };
      return {
        formula: `round(held / count, ${minorUnits(currency)}, ${rounding}) * number`,
        inputs: { ...inputs, count: String(treatment.count), number: String(number) },
      };
    default:
      return treatment satisfies never;
  }
}

function treatmentInWords({ decision, number }: WindfallPaidBasis, currency: string): string {
  const { treatment } = decision.terms;
  switch (treatment.by) {
    case 'pay':
      return 'it is paid';
    case 'forfeit':
      return 'it is not paid';
    case 'cap':
      return `it is paid up to ${amountInWords(exact(treatment.amount), currency)}`;
    case 'bonus':
      return `a bonus of ${amountInWords(exact(treatment.amount), currency)} instead`;
    case 'share':
      return `${treatment.share} of it is paid`;
    case 'instalments':
      return `instalment ${Math.min(number, treatment.count)} of ${treatment.count}`;
    default:
      return treatment satisfies never;
  }
}
