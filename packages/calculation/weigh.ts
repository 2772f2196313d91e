import { type Exact, isZero, mul, sum } from '@ledger/money';
import type { Book, DealEntry } from './book.ts';
import { isFailure, type MetricFailure } from './compile.ts';
import type { DealCredit } from './credit.ts';
import { kept } from './exactness.ts';
import { type AppliedRate, exchange, rateOn } from './exchange.ts';
import type { ComponentInForce, Obstacle } from './in-force.ts';

/** How much of a deal counts for the participant under a component. */
export interface Weighed {
  readonly credits: readonly DealCredit[];
  /** What the metric says of the whole deal: in the deal's currency, or a number. */
  readonly measured: Exact;
  /** `null` where nothing had to be converted. */
  readonly rate: AppliedRate | null;
  readonly share: Exact;
  /** The participant's share, in `unit`. */
  readonly credited: Exact;
  /** Currency of the plan, or `number`. */
  readonly unit: string;
}

/** Pool, metric, currency, share, in this order; `null` where the deal does not count, or counts for nothing. */
export function weigh(
  book: Book,
  key: string,
  deal: DealEntry,
  all: readonly DealCredit[],
  inForce: ComponentInForce,
): Weighed | Obstacle | null {
  const pool = inForce.component.document.credits;
  const credits = pool === 'all' ? all : all.filter((credit) => credit.pool === pool);
  if (credits.length === 0) return null;
  if (inForce.obstacle !== null) return inForce.obstacle;
  if (inForce.metric === null) return null;
  const measured = inForce.metric.compiled.measure(deal);
  if (measured === null) return null;
  if (isFailure(measured)) return metricFailed(inForce, key, measured);

  const isMoney = inForce.metric.version.document.unit === 'money';
  const { currency } = inForce.planVersion.document;
  const foreign = isMoney && deal.currency !== currency;
  const rate = foreign ? rateOn(book.rates, deal.currency, currency, deal.closedOn) : null;
  if (rate === undefined) return rateMissing(deal, currency);
  const worth = rate === null ? measured : exchange(measured, deal.currency, currency, rate);
  const share = shareOf(credits);
  const credited = kept(mul(worth, share));
  if (isZero(credited)) return null;
  return { credits, measured, rate, share, credited, unit: isMoney ? currency : 'number' };
}

function shareOf(credits: readonly DealCredit[]): Exact {
  const [first] = credits;
  return credits.length === 1 && first !== undefined ? first.share : sum(credits.map((credit) => credit.share));
}

function metricFailed({ metric }: ComponentInForce, key: string, failure: MetricFailure): Obstacle {
  const name = `metric ${metric?.version.document.metric} version ${metric?.version.version}`;
  const line = failure.line === null ? '' : ` line ${failure.line}`;
  const missing = /^(\S+) is not there$/.exec(failure.says);
  const guard =
    missing === null ? 'let `counts` leave such deals out' : `begin \`counts\` with has(deal.${missing[1]}) && …`;
  return {
    code: 'metric_failed',
    says: `${name} has no answer for ${key}${line}: ${failure.says}, in ${failure.expression}: \`${failure.text}\`; correct the deal, or ${guard}`,
  };
}

function rateMissing(deal: DealEntry, currency: string): Obstacle {
  return {
    code: 'rate_missing',
    says: `no exchange rate ${deal.currency}/${currency} is recorded on or before ${deal.closedOn}; record one`,
  };
}
