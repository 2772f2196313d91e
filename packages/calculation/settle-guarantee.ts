import { isZero, max, sub, sum, ZERO } from '@ledger/money';
import { guaranteeIn, inForce, instalmentsIn, standing, windowOfSum } from './clauses.ts';
import { dayBefore, earliestOf } from './periods.ts';
import type { Settling } from './settling.ts';
import { earnedInWords, instalmentsStep, over, roundedTo, roundingSteps, step } from './trace-settlement.ts';
import { amountInWords } from './words.ts';

/**
 * A guarantee pays what is missing from the guaranteed amount: of every interval by itself, or of the sum over a window, less what it
 * has paid in that window before (mechanics §10).
 */
export function settleGuarantee(settling: Settling): void {
  const { stretches, period, currency } = settling;
  const clauses = inForce(stretches, guaranteeIn);
  const terms = standing(clauses, period);
  if (terms === undefined) return;
  const { over: kind, every, paid } = terms.clause;
  const window = windowOfSum(kind, every, period);
  const instalments = instalmentsIn(clauses, every, { from: window.from, to: period.to }).filter(
    ({ dueOn }) => dueOn < period.to,
  );
  const last = instalments.at(-1);
  const [first] = instalments;
  if (first === undefined || last === undefined || last.dueOn < period.from) return;
  const isAtEnd = kind !== 'each' && paid === 'at-end';
  if (isAtEnd && !endsIn(settling, window.to, terms.until)) return;

  const since = earliestOf(first.since, period.from);
  const guaranteed = sum(instalments.map(({ amount }) => amount));
  const earned = settling.earnedSince(since, 'guarantee', terms.clause.earningsOf);
  const before = sub(settling.earnedSince(since, 'deferred'), settling.earnedSince(since, 'guarantee'));
  const missing = over(guaranteed, earned);
  const mode = terms.rounding;
  const amount = sub(roundedTo(missing, currency, mode), before);
  if (isZero(amount)) return;
  const money = (each: typeof amount) => amountInWords(each, currency);
  const steps = [
    instalmentsStep('guaranteed', 'guaranteed', instalments, currency),
    step(
      ['guarantee', 'missing'],
      `${money(guaranteed)} is guaranteed and ${money(earned)} ${earnedInWords(terms.clause)}.`,
      'max(0, guaranteed - earned)',
      { guaranteed, earned },
      missing,
    ),
    ...roundingSteps('missing', missing, currency, mode),
  ];
  if (!isZero(before)) {
    const rounded = roundedTo(missing, currency, mode);
    const says = `Less the ${money(before)} that the guarantee has paid before: ${money(amount)}.`;
    steps.push(step('before', says, 'missing - before', { missing: rounded, before }, amount));
  }
  const says = `${money(max(ZERO, amount))} because of the guarantee.`;
  const back = `${money(sub(ZERO, amount))} of what the guarantee paid before is set against what was earned since.`;
  settling.post({
    line: 'guarantee',
    step: 'guarantee',
    amount,
    says: amount.n < 0n ? back : says,
    steps,
    ...terms.source,
  });
}

/** Whether a sum ends in the period: with its window, with the guarantee, or because the person leaves. */
function endsIn({ period, hasLeft }: Settling, windowEnd: string, until: string | null): boolean {
  const lastDay = dayBefore(period.to);
  return hasLeft || windowEnd <= period.to || (until !== null && dayBefore(until) <= lastDay);
}
