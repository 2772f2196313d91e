import type { TraceStep } from '@ledger/events';
import { exact, grouped, minorUnits, mul, sub, sum, toText } from '@ledger/money';
import { multiplied } from './conditions.ts';
import type { EarnedLine } from './earn.ts';
import { keptFormula } from './exactness.ts';
import { exchange } from './exchange.ts';
import { EARNED } from './in-force.ts';
import type { TrueUpBasis } from './line.ts';
import type { Credited } from './measured.ts';
import { isStandIn } from './stand-in.ts';
import { takesTeam } from './team.ts';
import { capStep, floorStep, planCapStep } from './trace-cap.ts';
import { ruleInWords, unreachedSteps } from './trace-credit.ts';
import {
  differenceSteps,
  exchangeFormula,
  exchangeSteps,
  payoutSteps,
  policyInWords,
  rateInputs,
} from './trace-exchange.ts';
import { lookSteps } from './trace-look.ts';
import { objectivesSteps } from './trace-objectives.ts';
import { contestSteps, dividedStep, streakSteps } from './trace-pools.ts';
import { forfeitedStep, lossInWords, phaseInStep, quotaSteps } from './trace-presence.ts';
import { rateStep, shapingSteps } from './trace-rate.ts';
import { releaseRounding, releaseSteps } from './trace-release.ts';
import { returnedCreditStep, returnedSteps } from './trace-returned.ts';
import { budgetSteps, groupCapSteps } from './trace-shared.ts';
import { earningsStep, teamCreditStep } from './trace-team.ts';
import { windfallPaidStep, windfallStep } from './trace-windfall.ts';
import { gateSteps, targetStep, windowStep } from './trace-window.ts';
import type { Rated } from './walk.ts';
import type { Counted } from './weigh.ts';
import { amountInWords, brief, given, percentInWords, sumOf } from './words.ts';

/** Deals named one by one in a line that is about many; the rest are added up. */
const MOST_DEALS = 100;

/**
 * How a line came about, as data: one step for each stage that did something, in the fixed order deal → credit → credit multipliers →
 * metric → window → gate → rate → earning multipliers → floor and cap → rounding.
 * docs/reference/traces.md has the grammar of formulas; `ledger recompute` and the worked cases hold every line to it.
 */
export function traceLine(line: EarnedLine): TraceStep {
  const { inForce } = line;
  const { document } = inForce.planVersion;
  return {
    step: 'line',
    says: `${grouped(line.amount)} ${line.currency} for ${subjectOf(line)}: ${inForce.component.document.title}, plan ${document.title}, version ${line.planVersion}.`,
    ...given('amount', exact(line.amount)),
    result: line.amount,
    events: [inForce.planVersion.event],
    steps: [...earning(stagesOf(line)), ...payoutSteps(line), releaseRounding(line) ?? roundingStep(line)],
  };
}

/** The last stage that has a result gives what is earned before rounding. */
function earning(stages: readonly TraceStep[]): readonly TraceStep[] {
  const last = stages.findLastIndex(({ result }) => result !== undefined);
  return stages.map((step, at) => (at === last ? { ...step, as: 'earned' } : step));
}

function subjectOf({ basis, deal, period }: EarnedLine): string {
  switch (basis.kind) {
    case 'deal':
      return deal === null ? `what the team earned in ${period}` : `deal ${deal}`;
    case 'period':
      return `the deals of ${period} together`;
    case 'true-up':
      return `the true-up of ${basis.now.window.id}`;
    case 'carried-over':
      return 'what was carried over';
    case 'cap':
      return `what the cap of ${basis.of} removed`;
    case 'window-cap':
      return `what the cap of window ${basis.of} removed`;
    case 'year-cap':
      return `what the cap of year ${basis.of} removed`;
    case 'group-cap':
      return `what the cap on deal ${basis.deal} for all its recipients removed`;
    case 'budget':
      return `what the budget of ${basis.window.id} leaves`;
    case 'contest':
      return `the contest of ${basis.window.id}`;
    case 'streak':
      return `windows in a row up to ${basis.window.id}`;
    case 'windfall':
      return `deal ${deal ?? ''}, held as a windfall`;
    case 'windfall-paid':
      return `deal ${deal ?? ''}, a windfall that was decided`;
    case 'objectives':
      return `the objectives of ${basis.window.id}`;
    case 'phase-in':
      return `the phase-in against plan ${basis.plan}`;
    case 'floor':
      return `what the floor of ${basis.of} adds`;
    case 'plan-cap':
    case 'plan-year-cap':
      return `what the cap of the plan for ${basis.of} removed`;
    case 'forfeited':
      return `what is lost ${lossInWords(basis)}`;
    case 'returned':
      return `what is taken back of deal ${basis.deal}`;
    case 'returned-credit':
      return `what others lose because ${basis.credit.key} came back`;
    case 'held':
      return `what is held of deal ${basis.deal}`;
    case 'released':
      return `what is released of deal ${basis.deal}`;
    case 'exchange-difference':
      return `the exchange difference of ${period}`;
    default:
      return basis satisfies never;
  }
}

function stagesOf({ basis, inForce, calculated: exact, currency: paidIn }: EarnedLine): readonly TraceStep[] {
  const { currency } = inForce.planVersion.document;
  switch (basis.kind) {
    case 'deal':
      return [...creditStages(basis.credit), ...ratedStages(basis.rated, currency)];
    case 'period':
      return [togetherStep(basis.rated), ...ratedStages(basis.rated, currency)];
    case 'true-up':
      return trueUpStages(basis, currency);
    case 'streak':
      return streakSteps(basis, currency);
    case 'windfall':
      return [windfallStep(basis, exact, currency)];
    case 'windfall-paid':
      return [windfallPaidStep(basis, exact, currency, inForce.planVersion.document.rounding)];
    case 'objectives':
      return objectivesSteps(basis, exact, currency);
    case 'contest':
      return contestSteps(basis, currency);
    case 'group-cap':
      return groupCapSteps(basis, currency);
    case 'budget':
      return budgetSteps(basis, currency);
    case 'phase-in':
      return [phaseInStep(basis, exact, currency)];
    case 'forfeited':
      return [forfeitedStep(basis, exact, currency)];
    case 'floor':
      return [floorStep(basis, currency)];
    case 'plan-cap':
    case 'plan-year-cap':
      return [{ ...planCapStep(basis, currency), result: toText(exact) }];
    case 'returned':
      return returnedSteps(basis, currency);
    case 'returned-credit':
      return [returnedCreditStep(basis, currency)];
    case 'held':
    case 'released':
      return releaseSteps(basis, currency);
    case 'exchange-difference':
      return differenceSteps(basis, inForce, paidIn);
    default:
      return [{ ...capStep(basis, currency), result: toText(exact) }];
  }
}

function creditStages(credit: Credited): readonly TraceStep[] {
  const { measure, pay, credits } = credit.weighed;
  const metrics = (measure === pay ? [measure] : [measure, pay]).filter(
    ({ earned, metric }) => earned !== undefined || (metric !== EARNED && credits.length > 0),
  );
  return [
    ...(isStandIn(credit.deal) ? [] : [dealStep(credit)]),
    ...(credits.length === 0 ? [] : [creditStep(credit)]),
    ...multiplierSteps(credit),
    ...metrics.map((each) => metricStep(credit, each)),
  ];
}

function ratedStages(rated: Rated, currency: string): readonly TraceStep[] {
  const { context } = rated;
  return [
    windowStep(rated),
    ...quotaSteps(context),
    ...gateSteps(context),
    ...lookSteps(context.looks),
    rateStep(rated, currency),
    ...shapingSteps(rated, currency),
  ];
}

function dealStep({ key, deal, inForce }: Credited): TraceStep {
  const account = deal.account === null ? '' : ` with ${deal.account}`;
  const selected = deal.selectionOn === null ? '' : `, definitions of ${deal.selectionOn}`;
  const vanished = deal.vanished === null ? '' : `; its source no longer has it since ${deal.vanished.on}`;
  const { when } = inForce.component.document;
  const condition = when.trim() === 'true' ? '' : `; it counts because ${when}`;
  const value = amountInWords(exact(deal.amount), deal.currency);
  return {
    step: 'deal',
    says: brief(`Deal ${key}${account}: ${value}, closed on ${deal.closedOn}${selected}${vanished}${condition}.`, 1000),
    ...given('amount', exact(deal.amount)),
    events: deal.vanished === null ? [deal.event] : [deal.event, deal.vanished.event],
  };
}

function creditStep(credited: Credited): TraceStep {
  const { deal, weighed, inForce } = credited;
  if (takesTeam(inForce.component.document)) {
    return teamCreditStep(credited);
  }
  const [only] = weighed.credits;
  if (weighed.credits.length === 1 && only !== undefined) {
    const value = amountInWords(exact(deal.amount), deal.currency);
    return {
      step: 'credit',
      as: 'share',
      says: `${percentInWords(only.share)} of ${value}: ${ruleInWords(only)}.`,
      ...given('share', weighed.share),
      events: only.events,
      ...unreachedSteps(weighed.credits),
    };
  }
  return {
    step: 'credit',
    as: 'share',
    says: `${percentInWords(weighed.share)} of the deal in all.`,
    formula: weighed.credits.map(({ pool }) => pool).join(' + '),
    inputs: Object.fromEntries(weighed.credits.map(({ pool, share }) => [pool, toText(share)])),
    result: toText(weighed.share),
    events: [...new Set(weighed.credits.flatMap(({ events }) => events))],
    steps: weighed.credits.map((credit) => ({
      step: credit.pool,
      as: credit.pool,
      says: `${percentInWords(credit.share)}: ${ruleInWords(credit)}.`,
      ...given('share', credit.share),
      events: credit.events,
      ...unreachedSteps([credit]),
    })),
  };
}

/** Factors on the credit: of what is measured and of what is paid on. */
function multiplierSteps({ weighed: { factors } }: Credited): readonly TraceStep[] {
  if (factors.length === 0) return [];
  const product = multiplied({ n: 1n, d: 1n }, factors);
  return [
    {
      step: 'credit-multiplier',
      as: 'factor',
      says: brief(`Credit times ${factors.map(({ by, when }) => `${toText(by)} because ${when}`).join(', ')}.`, 1000),
      formula: factors.map((_, at) => `by${at + 1}`).join(' * '),
      inputs: Object.fromEntries(factors.map(({ by }, at) => [`by${at + 1}`, toText(by)])),
      result: toText(product),
    },
  ];
}

function metricStep({ deal, weighed, inForce }: Credited, counted: Counted): TraceStep {
  if (counted.earned !== undefined) return earningsStep(counted, counted.earned, counted === weighed.measure);
  const { share, factors } = weighed;
  const { metric, measured, rate, credited, unit } = counted;
  const { version } = metric;
  const worth = rate === null ? measured : exchange(measured, deal.currency, unit, rate);
  const converted = rate === null ? 'measured' : exchangeFormula('measured', deal.currency, rate);
  const formula = `${converted} * share${factors.length === 0 ? '' : ' * factor'}`;
  return {
    step: counted === weighed.measure ? 'metric' : 'pay-metric',
    as: counted === weighed.measure ? 'credited' : 'paidOn',
    says: brief(
      `${version.document.title} (metric ${version.document.metric}, version ${version.version}) counts ${amountInWords(measured, unit === 'number' ? unit : deal.currency)}; credited: ${amountInWords(credited, unit)}.`,
      1000,
    ),
    formula: keptFormula(formula, multiplied(mul(worth, share), factors), credited),
    inputs: {
      counts: brief(version.document.counts, 400),
      amount: brief(version.document.amount, 400),
      measured: toText(measured),
      ...(rate === null ? {} : rateInputs(rate)),
      share: toText(share),
      ...(factors.length === 0 ? {} : { factor: toText(multiplied({ n: 1n, d: 1n }, factors)) }),
    },
    result: toText(credited),
    events: [version.event],
    ...(rate === null
      ? {}
      : { steps: exchangeSteps(deal.currency, unit, rate, policyInWords(inForce.planVersion.document.exchange)) }),
  };
}

/** The credits of a pay period that are rated as one. */
function togetherStep({ unit }: Rated): TraceStep {
  const { credits, amounts } = unit;
  const { unit: measuredIn } = credits[0].weighed.measure;
  const inputs: Record<string, string> = {};
  const steps = credits.slice(0, MOST_DEALS).map(({ key, weighed, deal }, at): TraceStep => {
    inputs[`deal${at + 1}`] = toText(weighed.measure.credited);
    return {
      step: 'deal',
      as: `deal${at + 1}`,
      says: `${key}: ${amountInWords(weighed.measure.credited, measuredIn)}.`,
      ...given('credited', weighed.measure.credited),
      events: [...new Set([deal.event, ...weighed.credits.flatMap(({ events }) => events)])],
    };
  });
  const rest = credits.slice(MOST_DEALS).map(({ weighed }) => weighed.measure.credited);
  if (rest.length > 0) inputs.more = toText(sum(rest));
  const names = Object.keys(inputs);
  return {
    step: 'credit',
    as: 'credited',
    says: `${credits.length} deals of the period, rated as one: ${amountInWords(amounts.measured, measuredIn)}.`,
    ...sumOf(names),
    inputs,
    result: toText(amounts.measured),
    steps,
  };
}

/** What is another target, or gate, now, and what that makes of each deal before. */
function trueUpStages({ now, earlier, changes }: TrueUpBasis, currency: string): readonly TraceStep[] {
  const delta = (of: typeof changes) => sum(of.map(({ before, after }) => sub(after, before)));
  const steps = changes.slice(0, MOST_DEALS).map(({ unit, before, after }, at): TraceStep => {
    const name = unit.isMerged ? unit.period : unit.credits[0].key;
    return {
      step: 'deal',
      as: `deal${at + 1}`,
      says: `${name}: ${amountInWords(sub(after, before), currency)}.`,
      formula: 'after - before',
      inputs: { before: toText(before), after: toText(after) },
      result: toText(sub(after, before)),
      events: unit.credits.slice(0, MOST_DEALS).map(({ deal }) => deal.event),
    };
  });
  const rest = changes.slice(MOST_DEALS);
  if (rest.length > 0) {
    const more = delta(rest);
    const says = `${rest.length} more: ${amountInWords(more, currency)}.`;
    steps.push({ step: 'deals', as: 'more', says, ...given('more', more) });
  }
  const target = (context: typeof now) => (context.target === null ? [] : [targetStep(context.target, context.unit)]);
  return [
    {
      step: 'window',
      says: `In ${now.window.id}, what was credited before is rated again as of the end of the period.`,
      steps: [...target(earlier), ...target(now)],
    },
    ...gateSteps(now),
    ...lookSteps(now.looks),
    {
      step: 'true-up',
      says: `What deals of earlier periods earn now, less what was calculated for them before: ${amountInWords(delta(changes), currency)}.`,
      ...sumOf(steps.flatMap(({ as }) => as ?? [])),
      result: toText(delta(changes)),
      steps,
    },
  ];
}

function roundingStep({ exact: value, amount, currency, rounding: { mode, toDate, divided } }: EarnedLine): TraceStep {
  const posted = `${grouped(amount)} ${currency}`;
  if (divided !== undefined) return dividedStep(value, divided, currency);
  const decimals = minorUnits(currency);
  if (toDate !== null) {
    return {
      step: 'rounding',
      as: 'amount',
      says: `The balance of the year rounded, ${mode}, less what was rounded before: ${posted}.`,
      formula: `round(before + earned, ${decimals}, ${mode}) - posted`,
      inputs: { before: toText(toDate.before), earned: toText(value), posted: toText(toDate.posted) },
      result: amount,
    };
  }
  return {
    step: 'rounding',
    as: 'amount',
    says: `Rounded once, ${mode}: ${posted}.`,
    formula: `round(earned, ${decimals}, ${mode})`,
    inputs: { earned: toText(value) },
    result: amount,
  };
}
