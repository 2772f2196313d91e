import type { TraceStep } from '@ledger/events';
import { type Exact, toText } from '@ledger/money';
import type { Context } from './context.ts';
import { incentiveStep } from './incentive.ts';
import type { ForfeitedBasis, PhaseInBasis } from './line.ts';
import { personalStep } from './personal.ts';
import { partPresent } from './presence.ts';
import type { WithoutQuota } from './without-quota.ts';
import { amountInWords, partOfWhole, percentInWords } from './words.ts';

/** What a ramp, days that do not count, or a missing quota make of how a deal is rated. */
export function quotaSteps(context: Context): readonly TraceStep[] {
  const { inForce, presence, without } = context;
  const steps: TraceStep[] = [];
  if (without !== null) steps.push(withoutStep(without, context));
  if (presence !== null) steps.push(presenceStep(context));
  if (context.personal !== null) steps.push(personalStep(context.personal, inForce.planVersion.document.currency));
  const toDate = context.incentive === null ? null : incentiveStep(context.incentive, context.window);
  if (toDate !== null) steps.push(toDate);
  if (inForce.component.isInRamp) {
    steps.push({ step: 'ramp', says: 'The deal closed during the ramp: bands that are barred pay like those below.' });
  }
  return steps;
}

const RULES: Readonly<Record<WithoutQuota, string>> = {
  'pays-base': 'everything is paid as at an attainment of 0 %',
  'full-attainment': 'everything is paid as at an attainment of 100 %',
  'pays-nothing': 'nothing is paid',
};

function withoutStep(rule: WithoutQuota, { inForce, window }: Context): TraceStep {
  const { measure } = inForce.component.document;
  return {
    step: 'without-quota',
    says: `There is no quota for ${measure} in ${window.id}, or it is 0: ${RULES[rule]}.`,
  };
}

/** The share of the window on which the participant is there. */
function presenceStep({ presence, window }: Context): TraceStep {
  if (presence === null) return { step: 'presence', says: '' };
  const { counted, whole, share } = partPresent(presence, window);
  const { what, count } = presence.rule;
  return {
    step: 'presence',
    says: `${counted} of ${toText(whole)} ${count.by} of ${window.id} count, ${percentInWords(share)}: of ${what.join(', ')}.`,
    ...partOfWhole(counted, whole, share),
  };
}

export function lossInWords({ why, of }: ForfeitedBasis): string {
  switch (why) {
    case 'pipeline':
      return `because the deal closed after the end on ${of}`;
    case 'partial':
      return `of ${of}, which the end cuts`;
    case 'leave':
      return `because the deal closed during the leave from ${of}`;
    case 'held':
      return `because it was not released before ${of}, the day after the last one`;
    default:
      return why satisfies never;
  }
}

export function forfeitedStep(basis: ForfeitedBasis, result: Exact, currency: string): TraceStep {
  const { earned, share } = basis;
  return {
    step: 'forfeited',
    says: `Of ${amountInWords(earned, currency)}, ${percentInWords(share)} is kept; the rest is lost ${lossInWords(basis)}.`,
    formula: 'earned * share - earned',
    inputs: { earned: toText(earned), share: toText(share) },
    result: toText(result),
  };
}

export function phaseInStep(basis: PhaseInBasis, result: Exact, currency: string): TraceStep {
  const { plan, as, share, old, now } = basis;
  const money = (amount: Exact) => amountInWords(amount, currency);
  const paid = `plan ${plan} would have paid ${money(old)}, and ${money(now)} is paid`;
  const says =
    as === 'floor'
      ? `At least ${percentInWords(share)} of the old plan: ${paid}.`
      : `${percentInWords(share)} by the old plan, the rest by the new one: ${paid}.`;
  return {
    step: 'phase-in',
    says,
    formula: as === 'floor' ? 'max(0, share * old - now)' : 'share * (old - now)',
    inputs: { share: toText(share), old: toText(old), now: toText(now) },
    result: toText(result),
  };
}
