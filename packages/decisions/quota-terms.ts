import type { QuotaAmounts } from '@ledger/events';
import type { Problem } from '@ledger/kernel';
import { equal, exact, ONE, percent, sign, sum, toText } from '@ledger/money';
import { checkMinorUnits, percentText } from './amounts.ts';
import { firstProblem, refuse, shown } from './produce.ts';

const INTERVALS = { month: 12, quarter: 4, year: 1 } as const;

/** What a quota says beside its amounts: a spread that is all of the year, changes within it, shares that are none below 0. */
export function checkTerms(quota: QuotaAmounts, year: number): Problem | undefined {
  return firstProblem(
    () => checkSpread(quota),
    () => checkChanges(quota, year),
    () => checkRamp(quota),
  );
}

function checkSpread({ spread, per, amounts }: QuotaAmounts): Problem | undefined {
  if (spread === undefined) return undefined;
  const field = '/quota/spread';
  if (per === 'year' || spread.length !== INTERVALS[per]) {
    const message = `A spread over ${per}s has ${spread.length} shares; write one for each of the 12 months (per: month) or 4 quarters (per: quarter).`;
    return refuse('field_invalid', message, field);
  }
  if (amounts.length !== 1) {
    const message = `A quota with a spread has ${amounts.length} amounts; write the one amount of the year.`;
    return refuse('field_invalid', message, '/quota/amounts');
  }
  const negative = spread.find((share) => share.startsWith('-'));
  if (negative !== undefined) {
    return refuse('percent_invalid', `The share ${shown(negative)} is below 0%; write 0% or more.`, field);
  }
  const all = sum(spread.map(percent));
  if (equal(all, ONE)) return undefined;
  return refuse('percent_invalid', `The shares of a spread add up to ${percentText(all)}; let them be 100%.`, field);
}

function checkChanges({ changes, currency }: QuotaAmounts, year: number): Problem | undefined {
  for (const [index, { from, amount }] of (changes ?? []).entries()) {
    const field = `/quota/changes/${index}`;
    const before = changes?.[index - 1]?.from;
    if (from.slice(0, 4) !== String(year)) {
      const message = `The amount changes on ${from}, which is not in ${year}, the year of the quota; write a day of ${year}.`;
      return refuse('date_invalid', message, `${field}/from`);
    }
    if (before !== undefined && from <= before) {
      const message = `The amount changes on ${from}, and before that on ${before}; write changes in their order, one a day.`;
      return refuse('date_invalid', message, `${field}/from`);
    }
    if (sign(exact(amount)) < 0) {
      const message = `The quota ${shown(amount)} is negative; write an amount of 0 or more.`;
      return refuse('amount_invalid', message, `${field}/amount`);
    }
    const uneven = currency === null ? undefined : checkMinorUnits(amount, currency, `${field}/amount`);
    if (uneven !== undefined) return uneven;
  }
  return undefined;
}

function checkRamp({ ramp }: QuotaAmounts): Problem | undefined {
  for (const [index, share] of (ramp?.shares ?? []).entries()) {
    if (sign(percent(share)) >= 0) continue;
    const message = `The share ${shown(toText(percent(share)))} of a ramp is below 0; write 0% or more.`;
    return refuse('percent_invalid', message, `/quota/ramp/shares/${index}`);
  }
  return undefined;
}
