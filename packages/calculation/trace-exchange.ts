import type { ExchangePolicy, TraceStep } from '@ledger/events';
import { exact, sub, sum, toText } from '@ledger/money';
import type { EarnedLine } from './earn.ts';
import type { AppliedRate } from './exchange.ts';
import type { ComponentInForce } from './in-force.ts';
import type { ExchangeDifferenceBasis } from './line.ts';
import { goesBack } from './paid-before.ts';
import { amountInWords, brief, given, sumOf } from './words.ts';

/** How money of one currency became money of another: each rate with its date, source and direction. */

/** From the plan's currency to the participant's. */
export function payoutSteps(line: EarnedLine): readonly TraceStep[] {
  const { payout, calculated, exact: value, currency, inForce } = line;
  if (payout === null) return [];
  const { currency: from } = inForce.planVersion.document;
  const why = goesBack(line)
    ? 'at which it was paid'
    : `the newest rate on ${isBooked(line) ? 'the day of closing' : payingDay(inForce)}`;
  return [
    {
      step: 'payout',
      as: 'earned',
      says: `Paid in ${currency}: ${amountInWords(calculated, from)} are ${amountInWords(value, currency)}.`,
      formula: exchangeFormula('earned', from, payout),
      inputs: { earned: toText(calculated), ...rateInputs(payout) },
      result: toText(value),
      steps: exchangeSteps(from, currency, payout, why),
    },
  ];
}

/** Whether a line is exchanged as its deal was booked: by the plan, or because what another rate makes of it is a line of its own. */
function isBooked({ deal, closedOn, inForce }: EarnedLine): boolean {
  const { payout } = inForce.planVersion.document;
  if (closedOn === null) return false;
  return payout?.rate === 'booking-date' || (payout?.difference === 'own-line' && deal !== null);
}

/** The day whose rate everything else is paid at. */
function payingDay({ planVersion }: ComponentInForce): string {
  return typeof planVersion.document.payout?.rate === 'object'
    ? 'the day of payment'
    : 'the last day of the pay period';
}

export function exchangeFormula(name: string, from: string, rate: AppliedRate): string {
  const first = `${name} ${rate.base === from ? '*' : '/'} rate`;
  const { onward } = rate;
  if (onward === undefined) return first;
  const middle = rate.base === from ? rate.quote : rate.base;
  return `${first} ${onward.base === middle ? '*' : '/'} onward`;
}

export function rateInputs({ rate, onward }: AppliedRate): Record<string, string> {
  return { rate, ...(onward === undefined ? {} : { onward: onward.rate }) };
}

/** Every rate with its source, date and direction; a cross rate is two of them. */
export function exchangeSteps(from: string, to: string, rate: AppliedRate, why: string): readonly TraceStep[] {
  const { onward } = rate;
  if (onward === undefined) return [exchangeStep(from, to, rate, why, 'rate')];
  const middle = rate.base === from ? rate.quote : rate.base;
  return [exchangeStep(from, middle, rate, why, 'rate'), exchangeStep(middle, to, onward, why, 'onward')];
}

function exchangeStep(from: string, to: string, rate: AppliedRate, why: string, name: string): TraceStep {
  return {
    step: 'exchange',
    as: name,
    says: brief(
      `${from} to ${to} at ${rate.base}/${rate.quote} ${rate.rate}, ${why}: of ${rate.on}, ${rate.source}.`,
      1000,
    ),
    ...given(name, rate.average ?? exact(rate.rate)),
    events: [rate.event],
  };
}

/** Deals named one by one; the rest are added up. */
const MOST_DEALS = 100;

/** What deals are worth at the rate of payment, less what they were booked at. */
export function differenceSteps(
  { rate, parts }: ExchangeDifferenceBasis,
  inForce: ComponentInForce,
  currency: string,
): readonly TraceStep[] {
  const { currency: from } = inForce.planVersion.document;
  const differences = parts.map(({ paid, booked }) => sub(paid, booked));
  const named = parts.slice(0, MOST_DEALS);
  const rest = differences.slice(MOST_DEALS);
  const inputs = Object.fromEntries([
    ...named.map((_, at) => [`deal${at + 1}`, toText(differences[at] ?? sum([]))] as const),
    ...(rest.length === 0 ? [] : [['more', toText(sum(rest))] as const]),
  ]);
  return [
    {
      step: 'exchange-difference',
      says: `Paid at another rate than booked: ${amountInWords(sum(differences), currency)}.`,
      ...sumOf(Object.keys(inputs)),
      inputs,
      result: toText(sum(differences)),
      steps: [
        ...exchangeSteps(from, currency, rate, `the newest rate on ${payingDay(inForce)}`),
        ...named.map(({ deal, booked, paid }, at) => ({
          step: 'deal',
          as: `deal${at + 1}`,
          says: `${deal}: booked at ${amountInWords(booked, currency)}, paid at ${amountInWords(paid, currency)}.`,
          formula: 'paid - booked',
          inputs: { paid: toText(paid), booked: toText(booked) },
          result: toText(differences[at] ?? sum([])),
        })),
      ],
    },
  ];
}

/** Why it is this rate, in words. */
export function policyInWords(policy: ExchangePolicy): string {
  if (typeof policy === 'object') return 'on' in policy ? `the newest rate on ${policy.on}` : 'a rate of the plan';
  switch (policy) {
    case 'booking-date':
      return 'the newest rate on the closing date';
    case 'payment-date':
      return 'the newest rate on the day on which it was paid';
    case 'period-average':
      return 'the average of the pay period';
    default:
      return policy satisfies never;
  }
}
