import type { TraceStep } from '@ledger/events';
import { sum, toText } from '@ledger/money';
import type { TeamAmount } from './earnings.ts';
import { keptFormula } from './exactness.ts';
import type { Credited } from './measured.ts';
import { shareTaken, teamReading } from './team.ts';
import { ruleInWords } from './trace-credit.ts';
import { exchangeFormula, rateInputs } from './trace-exchange.ts';
import type { Counted } from './weigh.ts';
import { amountInWords, brief, given, percentInWords } from './words.ts';

/** Credits, or earnings, named one by one; the rest are added up. */
const MOST_NAMED = 100;

/** Whose credits of the deal roll up to the participant. */
export function teamCreditStep({ weighed, inForce }: Credited): TraceStep {
  const { credits, share } = weighed;
  const { document } = inForce.component;
  const isLimited = teamReading(document).counts === 'once';
  const inputs: Record<string, string> = {};
  const steps = credits.map((credit, at): TraceStep => {
    inputs[`share${at + 1}`] = toText(credit.share);
    return {
      step: 'report',
      as: `share${at + 1}`,
      says: brief(`${credit.participant}: ${percentInWords(credit.share)}, ${ruleInWords(credit)}.`, 1000),
      ...given('share', credit.share),
      events: credit.events,
    };
  });
  const names = Object.keys(inputs);
  const people = new Set(credits.map(({ participant }) => participant)).size;
  const all = names.join(' + ');
  return {
    step: 'credit',
    as: 'share',
    says: `${percentInWords(shareTaken(document, credits))} of the deal, credited to ${people === 1 ? 'somebody' : `${people} people`} of the team.`,
    formula: isLimited ? `min(1, ${all})` : all,
    inputs,
    result: toText(share),
    events: [...new Set(credits.flatMap(({ events }) => events))],
    steps,
  };
}

/** What the team earned, by person and component. */
export function earningsStep(counted: Counted, earned: readonly TeamAmount[], isMeasured: boolean): TraceStep {
  const inputs: Record<string, string> = {};
  const steps = earned.slice(0, MOST_NAMED).map((each, at): TraceStep => {
    inputs[`earned${at + 1}`] = toText(each.worth);
    return {
      step: 'earned',
      as: `earned${at + 1}`,
      says: brief(`${each.participant}, ${each.component}: ${amountInWords(each.amount, each.currency)}.`, 1000),
      ...conversion(each),
      events: [...each.events],
    };
  });
  const rest = earned.slice(MOST_NAMED).map(({ worth }) => worth);
  if (rest.length > 0) inputs.more = toText(sum(rest));
  return {
    step: isMeasured ? 'metric' : 'pay-metric',
    as: isMeasured ? 'credited' : 'paidOn',
    says: `What the team earned: ${amountInWords(counted.credited, counted.unit)}.`,
    formula: keptFormula(Object.keys(inputs).join(' + '), counted.measured, counted.credited),
    inputs,
    result: toText(counted.credited),
    steps,
  };
}

function conversion({ amount, currency, rate, worth }: TeamAmount): Pick<TraceStep, 'formula' | 'inputs' | 'result'> {
  if (rate === null) return given('amount', worth);
  return {
    formula: exchangeFormula('amount', currency, rate),
    inputs: { amount: toText(amount), ...rateInputs(rate) },
    result: toText(worth),
  };
}
