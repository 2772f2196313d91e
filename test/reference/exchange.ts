import type { Book, DealEntry, RatesEntry } from '@ledger/calculation';
import type { PlanDocument } from '@ledger/events';
import { isWithin, payPeriodOf } from './calendar.ts';
import { Refusal } from './formulas.ts';
import { over, type Ratio, ratio, read, times, total, WHOLE } from './ratio.ts';

/** What money is worth in another currency (D229). A missing rate is never 1. */

type Pair = (from: string, to: string) => Ratio | null;

/** What an amount of a deal is worth in the currency of a plan, by the plan's policy. */
export function inCurrencyOf(plan: PlanDocument, book: Book, amount: Ratio, deal: DealEntry): Ratio {
  if (deal.currency === plan.currency) return amount;
  const rate = through(book, deal.currency, plan.currency, pairOf(plan, book, deal));
  if (rate === null) throw new Refusal('rate_missing', `${deal.currency}/${plan.currency}`);
  return times(amount, rate);
}

/** The rate of a day. */
export function rateOn(book: Book, from: string, to: string, day: string): Ratio {
  const rate = from === to ? WHOLE : through(book, from, to, newestOn(book, day));
  if (rate === null) throw new Refusal('rate_missing', `${from}/${to} on ${day}`);
  return rate;
}

function pairOf({ exchange }: PlanDocument, book: Book, deal: DealEntry): Pair {
  if (typeof exchange === 'object') {
    return 'on' in exchange ? newestOn(book, exchange.on) : named(exchange.rates);
  }
  switch (exchange) {
    case 'booking-date':
      return newestOn(book, deal.closedOn);
    case 'payment-date':
      return newestOn(book, paidOn(deal) ?? deal.closedOn);
    case 'period-average':
      return averageIn(book, deal.closedOn);
  }
}

function paidOn({ milestones }: DealEntry): string | undefined {
  return milestones
    .filter(({ milestone }) => milestone === 'paid')
    .map(({ on }) => on)
    .sort()
    .at(-1);
}

/** As it is recorded, or by way of the ledger's own currency. */
function through({ calendar }: Book, from: string, to: string, pair: Pair): Ratio | null {
  const direct = pair(from, to);
  if (direct !== null || from === calendar.currency || to === calendar.currency) return direct;
  const [first, second] = [pair(from, calendar.currency), pair(calendar.currency, to)];
  return first === null || second === null ? null : times(first, second);
}

const inverse = (rate: Ratio): Ratio => over(WHOLE, rate);

/** The newest of both directions; on one day the one that is asked for, and of two in that direction the later one. */
function newestOn(book: Book, day: string): Pair {
  return (from, to) => {
    const asked = newest(book.rates.get(from + to), day);
    const opposite = newest(book.rates.get(to + from), day);
    if (asked !== undefined && (opposite === undefined || asked.on >= opposite.on)) return read(asked.rate);
    return opposite === undefined ? null : inverse(read(opposite.rate));
  };
}

function newest(entry: RatesEntry | undefined, day: string): RatesEntry['rates'][number] | undefined {
  const known = (entry?.rates ?? []).filter(({ on }) => on <= day);
  const last = known
    .map(({ on }) => on)
    .sort()
    .at(-1);
  return known.filter(({ on }) => on === last).at(-1);
}

function named(rates: readonly { readonly base: string; readonly quote: string; readonly rate: string }[]): Pair {
  const of = (base: string, quote: string) => rates.find((each) => each.base === base && each.quote === quote)?.rate;
  return (from, to) => {
    const [asked, opposite] = [of(from, to), of(to, from)];
    if (asked !== undefined) return read(asked);
    return opposite === undefined ? null : inverse(read(opposite));
  };
}

/** Over the days of the pay period for which a rate is recorded, each once. */
function averageIn(book: Book, closedOn: string): Pair {
  const period = payPeriodOf(closedOn, book.calendar.cadence);
  const mean = (entry: RatesEntry | undefined): Ratio | null => {
    const inPeriod = (entry?.rates ?? []).filter(({ on }) => isWithin(period, on));
    const byDay = new Map(inPeriod.map(({ on, rate }) => [on, read(rate)]));
    return byDay.size === 0 ? null : over(total([...byDay.values()]), ratio(byDay.size));
  };
  return (from, to) => {
    const asked = mean(book.rates.get(from + to));
    if (asked !== null) return asked;
    const opposite = mean(book.rates.get(to + from));
    return opposite === null ? null : inverse(opposite);
  };
}
