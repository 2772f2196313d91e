import type { TraceStep } from '@ledger/events';
import { add, equal, mul, sub, sum, toText, ZERO } from '@ledger/money';
import type { ReturnedBasis, ReturnedCreditBasis } from './line.ts';
import type { OtherEarns } from './others-lose.ts';
import { amountInWords, given, percentInWords, sumOf } from './words.ts';

/** Deals told one by one. */
const MOST_DEALS = 100;

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
  const { before, after, own, parts } = rated.others ?? { before: ZERO, after: rated.earned, own: ZERO, parts: [] };
  const { key, deal, weighed } = credit;
  const measured = amountInWords(weighed.measure.credited, rated.context.unit);
  const says = `${key} came back on ${deal.closedOn}: ${measured} in ${rated.context.window.id}. The others of the window earn ${amountInWords(rated.earned, currency)} by that.`;
  const balances = {
    formula: 'after - before + own',
    inputs: { after: toText(after), before: toText(before), own: toText(own) },
  };
  const lost = add(sub(after, before), own);
  const result = toText(rated.earned);
  if (equal(lost, rated.earned)) return { step: 'returned-credit', says, ...balances, result };
  const steps = parts.slice(0, MOST_DEALS).map((part, at) => otherStep(part, at, currency));
  const rest = parts.slice(MOST_DEALS);
  if (rest.length > 0) {
    const more = sum(rest.map(({ amount }) => amount));
    steps.push({
      step: 'deals',
      as: 'more',
      says: `${rest.length} more: ${amountInWords(more, currency)}.`,
      ...given('more', more),
    });
  }
  const balance: TraceStep = {
    step: 'balance',
    as: 'lost',
    says: `What is left in the window is worth ${amountInWords(lost, currency)} more or less than what was left for it.`,
    ...balances,
    result: toText(lost),
  };
  const sums = sumOf(steps.flatMap(({ as }) => as ?? []));
  return { step: 'returned-credit', says, ...sums, result, steps: [balance, ...steps] };
}

/** What falls on the part that is left of a deal, of all that it earned: the rest of it is taken back at once. */
function otherStep({ credit: { key }, amount, left, lost }: OtherEarns, at: number, currency: string): TraceStep {
  const as = `deal${at + 1}`;
  const isShaped = !equal(mul(amount, left), lost);
  const says = `${key}: ${amountInWords(lost, currency)} for the ${percentInWords(left)} of it that is left; of all of it ${amountInWords(amount, currency)}`;
  if (isShaped) return { step: 'deal', as, says: `${says} with its factors, floor and cap.`, ...given(as, amount) };
  const inputs = { ofLeft: toText(lost), left: toText(left) };
  return { step: 'deal', as, says: `${says}.`, formula: 'ofLeft / left', inputs, result: toText(amount) };
}
