import type { PlanDocument } from '@ledger/events';
import { convert, div, type Exact, exact, fraction, MoneyError, mul, sum, toText } from '@ledger/money';
import type { Book, DealEntry, PlanVersion, RatesEntry } from './book.ts';
import { holds, type Interval, windowOf } from './periods.ts';

/** A recorded rate as it was applied. */
export interface AppliedRate {
  readonly base: string;
  readonly quote: string;
  readonly on: string;
  readonly rate: string;
  readonly source: string;
  readonly event: string;
  /** Of several recorded rates: their average, exactly. */
  readonly average?: Exact;
  /** The second half of a cross rate: from the ledger's currency on. */
  readonly onward?: AppliedRate;
}

/**
 * The newest rate of the pair on or before a date, whichever way round it was recorded. On the same day the pair as asked for wins
 * over its inverse, and what was recorded later over what was recorded earlier. A missing rate is never 1 (mechanics §17).
 */
export function rateOn(
  rates: ReadonlyMap<string, RatesEntry>,
  from: string,
  to: string,
  date: string,
): AppliedRate | undefined {
  const direct = newestOn(rates.get(from + to), date);
  const inverse = newestOn(rates.get(to + from), date);
  if (direct === undefined || inverse === undefined) return direct ?? inverse;
  return inverse.on > direct.on ? inverse : direct;
}

export function exchange(amount: Exact, from: string, to: string, rate: AppliedRate): Exact {
  const { onward } = rate;
  if (onward === undefined) return atRate(amount, from, to, rate);
  const middle = rate.base === from ? rate.quote : rate.base;
  return atRate(atRate(amount, from, middle, rate), middle, to, onward);
}

function atRate(amount: Exact, from: string, to: string, { average, ...rate }: AppliedRate): Exact {
  if (average === undefined) return convert(amount, from, to, rate);
  if (from === rate.base && to === rate.quote) return mul(amount, average);
  if (from === rate.quote && to === rate.base) return div(amount, average);
  throw new MoneyError(`an average rate of ${rate.base}/${rate.quote} cannot convert ${from} to ${to}`);
}

function newestOn(entry: RatesEntry | undefined, date: string): AppliedRate | undefined {
  if (entry === undefined) return undefined;
  const rate = entry.rates.findLast(({ on }) => on <= date);
  return rate === undefined ? undefined : { base: entry.base, quote: entry.quote, ...rate };
}

type Rates = Pick<Book, 'rates' | 'calendar'>;
type Find = (from: string, to: string) => AppliedRate | undefined;

/** The rate of a pair; where there is none, by way of the ledger's own currency. */
function across(base: string, find: Find): Find {
  return (from, to) => {
    const known = find(from, to);
    if (known !== undefined || base === from || base === to) return known;
    const first = find(from, base);
    const onward = find(base, to);
    return first === undefined || onward === undefined ? undefined : { ...first, onward };
  };
}

/** The newest rate on or before a date, by way of the ledger's currency if need be. */
export function newestRate(
  { rates, calendar }: Rates,
  from: string,
  to: string,
  date: string,
): AppliedRate | undefined {
  return across(calendar.currency, (base, quote) => rateOn(rates, base, quote, date))(from, to);
}

/** The rate that a plan gives to a deal (mechanics §17): always the same for the same deal, so that what is returned goes back at it. */
export function rateFor(book: Rates, deal: DealEntry, planVersion: PlanVersion): AppliedRate | undefined {
  const { exchange: policy, currency } = planVersion.document;
  if (typeof policy === 'object') {
    if ('on' in policy) return newestRate(book, deal.currency, currency, policy.on);
    return across(book.calendar.currency, (from, to) => ofPlan(policy.rates, planVersion, from, to))(
      deal.currency,
      currency,
    );
  }
  if (policy === 'period-average') {
    const period = windowOf(deal.closedOn, book.calendar.cadence);
    return across(book.calendar.currency, (from, to) => averageIn(book.rates, from, to, period))(
      deal.currency,
      currency,
    );
  }
  return newestRate(book, deal.currency, currency, policy === 'payment-date' ? paidOn(deal) : deal.closedOn);
}

/** The day on which the deal was paid last; until then that of its closing. */
function paidOn({ milestones, closedOn }: DealEntry): string {
  const days = milestones.flatMap(({ milestone, on }) => (milestone === 'paid' ? [on] : [])).sort();
  return days.at(-1) ?? closedOn;
}

function ofPlan(
  rates: Extract<PlanDocument['exchange'], { readonly rates: unknown }>['rates'],
  { event, document, version, from: on }: PlanVersion,
  from: string,
  to: string,
): AppliedRate | undefined {
  const rate =
    rates.find(({ base, quote }) => base === from && quote === to) ??
    rates.find(({ base, quote }) => base === to && quote === from);
  return rate === undefined ? undefined : { ...rate, on, source: `plan ${document.plan}, version ${version}`, event };
}

/** The mean of the rates of the days of an interval; the last one recorded for a day counts. The pair as asked for wins. */
function averageIn(
  rates: ReadonlyMap<string, RatesEntry>,
  from: string,
  to: string,
  interval: Interval,
): AppliedRate | undefined {
  return meanOf(rates.get(from + to), interval) ?? meanOf(rates.get(to + from), interval);
}

function meanOf(entry: RatesEntry | undefined, interval: Interval): AppliedRate | undefined {
  const days = new Map((entry?.rates ?? []).filter(({ on }) => holds(interval, on)).map((rate) => [rate.on, rate]));
  const last = [...days.values()].at(-1);
  if (entry === undefined || last === undefined) return undefined;
  const average = div(sum([...days.values()].map(({ rate }) => exact(rate))), fraction(BigInt(days.size), 1n));
  const source = `average of ${days.size} rates from ${interval.from} on`;
  return {
    base: entry.base,
    quote: entry.quote,
    on: last.on,
    rate: toText(average),
    source,
    event: last.event,
    average,
  };
}

/** The cause of whatever stops for want of a rate, in one wording: by it everything is told that one remedy helps. */
export function rateMissingOf(pair: string, when: 'day' | 'pay period'): string {
  return `no exchange rate ${pair} of the ${when} is recorded; record one`;
}
