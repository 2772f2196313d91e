import type { TraceStep } from '@ledger/events';
import type { DealCredit } from './credit.ts';
import { brief } from './words.ts';

/** Who or what said that somebody is credited: the source, an exception, crediting rules. Whoever quotes it ends the sentence. */
export function ruleInWords({ pool, exception, rules, isRest }: DealCredit): string {
  if (exception !== null) {
    const { exception: name, approvedBy, reason } = exception;
    return `split exception ${name}, approved by ${approvedBy}: ${brief(reason, 400).replace(/\.$/, '')}`;
  }
  const made = (rules ?? []).map(
    ({ rule, crediting, version, approvedBy }) =>
      `rule ${rule} of crediting ${crediting}, version ${version}, approved by ${approvedBy}`,
  );
  if (isRest === true) made.push('what crediting rules leave');
  return made.length === 0
    ? `${pool} credit by the rule of the source`
    : brief(`${pool} credit by ${made.join(', and ')}`, 800);
}

/** Rules that were for the deal and reached nobody. */
export function unreachedSteps(credits: readonly DealCredit[]): { readonly steps?: readonly TraceStep[] } {
  const unreached = [...new Set(credits.flatMap((credit) => credit.unreached ?? []))];
  if (unreached.length === 0) return {};
  return { steps: unreached.map((says) => ({ step: 'unreachable', says: brief(says, 1000) })) };
}
