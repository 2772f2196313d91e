import type { QuotaEntry, QuotasDefinition } from '@ledger/connectors';
import { type Problem, problem } from '@ledger/kernel';
import { cmp, type Exact, exact, mul, percent, sum, toText } from '@ledger/money';

/** Whether the quotas of a list are together what they are to be: a territory that was split is still all there. */
export function checkTotal({ quotas, total }: QuotasDefinition): Problem | undefined {
  if (total === undefined) return undefined;
  const together = sum(quotas.map(({ quota }) => ofYear(quota)));
  const whole = exact(total.amount);
  const [least, most] = [mul(whole, percent(total.atLeast)), mul(whole, percent(total.atMost))];
  if (cmp(together, least) >= 0 && cmp(together, most) <= 0) return undefined;
  const says = `the quotas are ${toText(together)} together, and are to be from ${toText(least)} to ${toText(most)} (${total.atLeast} to ${total.atMost} of ${total.amount}); change one of them, or the total.`;
  return problem('amount_invalid', says, '/total');
}

/** The amounts of a quota over its year, before anything changes or ramps them. */
function ofYear({ per, amounts, spread }: QuotaEntry['quota']): Exact {
  const [first = '0'] = amounts;
  if (amounts.length > 1) return sum(amounts.map(exact));
  return spread === undefined
    ? mul(exact(first), exact(String({ month: 12, quarter: 4, year: 1 }[per])))
    : exact(first);
}
