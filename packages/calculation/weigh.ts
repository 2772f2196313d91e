import type { Component } from '@ledger/events';
import { add, type Exact, isZero, mul, ONE, sub, ZERO } from '@ledger/money';
import type { Book, DealEntry } from './book.ts';
import { type ConditionFailure, type ConditionField, type Factor, factorsFor, multiplied } from './conditions.ts';
import type { DealCredit } from './credit.ts';
import { earnedOn, measuresEarnings, NO_EARNINGS, type TeamAmount, type TeamEarnings } from './earnings.ts';
import { kept } from './exactness.ts';
import { type AppliedRate, exchange, rateFor, rateMissingOf } from './exchange.ts';
import { type ComponentInForce, EARNED, type MetricInForce, type Obstacle } from './in-force.ts';
import { hasReturns, returnsOf, shareReturned } from './returned.ts';
import { creditsTaken, shareTaken } from './team.ts';
import { isFailure, type MetricFailure } from './verdict.ts';

/** What one metric counts of a deal for the participant. */
export interface Counted {
  readonly metric: MetricInForce;
  /** What it says of the whole deal: in the deal's currency, or a number. 0 where it does not count the deal. */
  readonly measured: Exact;
  /** `null` where nothing had to be converted. */
  readonly rate: AppliedRate | null;
  /** The participant's share times the factors, in `unit`. */
  readonly credited: Exact;
  /** Currency of the plan, or `number`. */
  readonly unit: string;
  /** Where the earnings of a team are measured: whose, and how much. */
  readonly earned?: readonly TeamAmount[];
}

/** How much of a deal counts for the participant under a component. */
export interface Weighed {
  readonly credits: readonly DealCredit[];
  readonly share: Exact;
  /** Factors on the credit that apply to the deal. */
  readonly factors: readonly Factor[];
  readonly measure: Counted;
  /** What the bands pay on; the measure itself unless the plan names another metric. */
  readonly pay: Counted;
}

/** Pool, condition, factors, metric, currency, share, in this order; `null` where the deal does not count, or counts for nothing. */
export function weigh(
  book: Book,
  key: string,
  deal: DealEntry,
  all: readonly DealCredit[],
  inForce: ComponentInForce,
  earnings: TeamEarnings = NO_EARNINGS,
): Weighed | Obstacle | null {
  const { component } = inForce;
  const credits = creditsTaken(book, deal, all, component.document);
  if ('code' in credits) return inForce.obstacle ?? credits;
  const isPaidOnEarnings = measuresEarnings(component.document);
  if (credits.length === 0 && !isPaidOnEarnings) return null;
  if (inForce.obstacle !== null) return inForce.obstacle;
  const looksAt = component.when(deal);
  if (looksAt === false) return null;
  if (looksAt !== true) return conditionFailed(inForce, key, 'when', looksAt);
  const multipliers = factorsFor(component.multiplyCredit, deal);
  if ('says' in multipliers) return conditionFailed(inForce, key, 'multiplyCredit', multipliers);
  const factors = withKept(component.document, deal, multipliers);
  const share = shareTaken(component.document, credits);

  const count = (metric: MetricInForce | null) => {
    if (metric === EARNED) return countedEarnings(book, earnings, key, deal, inForce);
    return credits.length === 0 ? null : countedBy(book, key, deal, metric, inForce, share, factors);
  };
  const measure = count(inForce.metric);
  if (measure !== null && 'code' in measure) return measure;
  const pay = component.paysElsewhere ? count(inForce.pay) : measure;
  if (pay !== null && 'code' in pay) return pay;
  const known = measure ?? pay;
  if (known === null) return null;
  const weighed = {
    credits,
    share,
    factors,
    measure: measure ?? none(inForce.metric, known),
    pay: pay ?? none(inForce.pay, known),
  };
  if (isZero(weighed.measure.credited) && isZero(weighed.pay.credited)) return null;
  const parts = component.columns?.partsOf?.({ deal, weighed });
  return parts !== undefined && 'says' in parts ? conditionFailed(inForce, key, 'columns', parts) : weighed;

  /** What does not count of a deal that counts by the other metric. */
  function none(metric: MetricInForce | null, other: Counted): Counted {
    const of = metric ?? other.metric;
    const isMoney = of.version.document.unit === 'money';
    const unit = isMoney ? inForce.planVersion.document.currency : 'number';
    return { metric: of, measured: ZERO, rate: null, credited: ZERO, unit };
  }
}

/** What comes back and is taken from the period in which the deal closed is a factor on its credit. */
function withKept(component: Component, deal: DealEntry, factors: readonly Factor[]): readonly Factor[] {
  if (!hasReturns(component, 'original-period')) return factors;
  const returns = returnsOf(deal, component, 'original-period');
  if (returns.length === 0) return factors;
  const by = sub(ONE, shareReturned(returns, null));
  return [...factors, { by, when: returns.map(({ why }) => why).join(', '), applies: () => true }];
}

/** What the team earned on a deal, in the plan's currency. */
function countedEarnings(
  book: Book,
  earnings: TeamEarnings,
  key: string,
  deal: DealEntry,
  inForce: ComponentInForce,
): Counted | Obstacle | null {
  const earned = earnedOn(book, earnings, key, deal, inForce);
  if (earned === null || 'code' in earned) return earned;
  const credited = kept(earned.total);
  const unit = inForce.planVersion.document.currency;
  return { metric: EARNED, measured: earned.total, rate: null, credited, unit, earned: earned.amounts };
}

/** What a metric counts of a deal in the plan's currency; `null` where it counts nothing. */
export function countedBy(
  book: Pick<Book, 'rates' | 'calendar'>,
  key: string,
  deal: DealEntry,
  metric: MetricInForce | null,
  { planVersion }: Pick<ComponentInForce, 'planVersion'>,
  share: Exact,
  factors: readonly Factor[],
): Counted | Obstacle | null {
  if (metric === null) return null;
  const measured = metric.compiled.measure(deal);
  if (measured === null) return null;
  if (isFailure(measured)) return metricFailed(metric, key, measured);
  const isMoney = metric.version.document.unit === 'money';
  const { currency } = planVersion.document;
  const foreign = isMoney && deal.currency !== currency;
  const rate = foreign ? rateFor(book, deal, planVersion) : null;
  if (rate === undefined) return rateMissing(deal, planVersion);
  const worth = rate === null ? measured : exchange(measured, deal.currency, currency, rate);
  const credited = kept(multiplied(mul(worth, share), factors));
  return { metric, measured, rate, credited, unit: isMoney ? currency : 'number' };
}

/** What several credits measure and pay on together. */
export function together(weighed: readonly Weighed[]): { readonly measured: Exact; readonly paid: Exact } {
  let measured = ZERO;
  let paid = ZERO;
  for (const { measure, pay } of weighed) {
    measured = add(measured, measure.credited);
    paid = add(paid, pay.credited);
  }
  return { measured, paid };
}

function metricFailed({ version }: MetricInForce, key: string, failure: MetricFailure): Obstacle {
  const name = `metric ${version.document.metric} version ${version.version}`;
  const line = failure.line === null ? '' : ` line ${failure.line}`;
  const missing = /^(\S+) is not there$/.exec(failure.says)?.[1];
  // A line lacks its own fields, and not those of its deal.
  const of = failure.text.includes(`line.${missing}`) ? 'line' : 'deal';
  const guard =
    missing === undefined ? 'let `counts` leave such deals out' : `begin \`counts\` with has(${of}.${missing}) && …`;
  const why = `${failure.says}, in ${failure.expression}: \`${failure.text}\`; correct the deal, or ${guard}`;
  return {
    code: 'metric_failed',
    says: `${name} has no answer for ${key}${line}: ${why}`,
    cause: `${name} has no answer: ${why}`,
  };
}

/** Why a condition of a plan cannot be decided for a deal. */
export function conditionFailed(
  { plan, planVersion }: ComponentInForce,
  key: string,
  asked: ConditionField,
  { text, says, field = asked }: ConditionFailure,
): Obstacle {
  const missing = /^(\S+) is not there$/.exec(says);
  const remedy =
    missing === null ? 'correct the deal or the plan' : `correct the deal, or begin with has(deal.${missing[1]}) && …`;
  const name = `plan ${plan} version ${planVersion.version}`;
  const why = `${says}, in ${field}: \`${text}\`; ${remedy}`;
  return {
    code: 'condition_failed',
    says: `${name} has no answer for ${key}: ${why}`,
    cause: `${name} has no answer: ${why}`,
  };
}

function rateMissing(deal: DealEntry, { document }: ComponentInForce['planVersion']): Obstacle {
  const { exchange: policy, currency } = document;
  const pair = `${deal.currency}/${currency}`;
  if (policy === 'period-average') {
    const says = `no exchange rate ${pair} is recorded in the pay period of ${deal.closedOn}, so it has no average; record one`;
    return { code: 'rate_missing', says, cause: rateMissingOf(pair, 'pay period') };
  }
  if (typeof policy === 'object' && 'rates' in policy) {
    return { code: 'rate_missing', says: `the plan names no exchange rate ${pair}; write it under exchange` };
  }
  const day = typeof policy === 'object' ? policy.on : deal.closedOn;
  return {
    code: 'rate_missing',
    says: `no exchange rate ${pair} is recorded on or before ${day}, nor by way of another currency; record one`,
    cause: rateMissingOf(pair, 'day'),
  };
}
