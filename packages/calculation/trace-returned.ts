import type { TraceStep } from '@ledger/events';
import { mul, sub, toText } from '@ledger/money';
import type { ReturnedBasis, ReturnedCreditBasis } from './line.ts';
import { amountInWords, given, percentInWords, sumOf } from './words.ts';

/** What is taken back of a deal: the part that came back of what it has earned, less what was taken back before. */
export function returnedSteps(basis: ReturnedBasis, currency: string): readonly TraceStep[] {
  const { deal, before, taken, earned, share, returns } = basis;
  const steps = returns.map(
    ({ on, share: part, why, events }, at): TraceStep => ({
      step: 'return',
      as: `part${at + 1}`,
      says: `${on}: ${percentInWords(part)}, because ${why}.`,
      ...given('share', part),
      events: [...new Set(events)],
    }),
  );
  const isExact = sub(taken, mul(earned, share)).n === 0n;
  return [
    {
      step: 'returns',
      as: 'share',
      says: `${percentInWords(share)} of ${deal} is taken back by the end of the period.`,
      ...sumOf(steps.map((_, at) => `part${at + 1}`)),
      result: toText(share),
      steps,
    },
    {
      step: 'returned',
      says: `${deal} had earned ${amountInWords(earned, currency)}; ${amountInWords(taken, currency)} of it is taken back, ${amountInWords(before, currency)} of that before.`,
      formula: isExact ? 'before - earnedSoFar * share' : 'before - taken',
      inputs: {
        before: toText(before),
        ...(isExact ? { earnedSoFar: toText(earned), share: toText(share) } : { taken: toText(taken) }),
      },
      result: toText(sub(before, taken)),
    },
  ];
}

/** What is paid for the others of the window, now that less is measured in it. */
export function returnedCreditStep({ credit, rated }: ReturnedCreditBasis, currency: string): TraceStep {
  const { before, after, own } = rated.others ?? { before: rated.earned, after: rated.earned, own: rated.earned };
  const { key, deal, weighed } = credit;
  const measured = amountInWords(weighed.measure.credited, rated.context.unit);
  return {
    step: 'returned-credit',
    says: `${key} came back on ${deal.closedOn}: ${measured} in ${rated.context.window.id}. The others of the window earn ${amountInWords(rated.earned, currency)} by that.`,
    formula: 'after - before + own',
    inputs: { after: toText(after), before: toText(before), own: toText(own) },
    result: toText(rated.earned),
  };
}
