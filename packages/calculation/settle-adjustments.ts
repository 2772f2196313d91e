import { exact, isZero, sub, sum } from '@ledger/money';
import { decidedInWords, decisions, isExpired } from './granted.ts';
import { dayBefore, periodBounds } from './periods.ts';
import type { Settling } from './settling.ts';
import { roundedTo, step } from './trace-settlement.ts';
import { brief, postedText, signedInWords } from './words.ts';

/**
 * Adjustments: what was decided less what was posted for it, in the statement of its period or the first that is still open. One that
 * is revoked is taken back; one that expired before it was posted is not posted any more.
 */
export function settleAdjustments(settling: Settling): void {
  const { book, period, before, currency } = settling;
  for (const entry of decisions(book)) {
    const { exception, terms, isRevoked, event, changedBy } = entry;
    if (terms.kind !== 'adjustment' || periodBounds(terms.period).from >= period.to) continue;
    const line = `adjustment/${exception}`;
    const own = before.flatMap(({ lines }) => lines.filter((each) => each.line === line));
    const posted = sum(own.map(({ amount }) => exact(amount)));
    if (isZero(posted) && !isRevoked && isExpired(entry, dayBefore(period.to))) continue;
    const decided = roundedTo(exact(isRevoked ? '0' : terms.amount), currency, 'half-up');
    const amount = sub(decided, posted);
    if (isZero(amount)) continue;
    const what = isRevoked ? exception : `${exception} for ${terms.period},`;
    const says = brief(
      `${signedInWords(postedText(amount, currency), currency)}: adjustment ${what} ${decidedInWords(entry)}`,
      1000,
    );
    const steps = [
      step(
        'adjustment',
        'What was decided, less what was posted for it.',
        'decided - posted',
        { decided, posted },
        amount,
      ),
    ];
    const about = terms.component === null ? {} : { component: terms.component };
    settling.post({ line, step: 'adjustment', amount, says, steps, cause: isRevoked ? changedBy : event, ...about });
  }
}
