import { convert, type Exact } from '@ledger/money';
import type { RatesEntry } from './book.ts';

/** A recorded rate as it was applied. */
export interface AppliedRate {
  readonly base: string;
  readonly quote: string;
  readonly on: string;
  readonly rate: string;
  readonly source: string;
  readonly event: string;
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
  return convert(amount, from, to, rate);
}

function newestOn(entry: RatesEntry | undefined, date: string): AppliedRate | undefined {
  if (entry === undefined) return undefined;
  const rate = entry.rates.findLast(({ on }) => on <= date);
  return rate === undefined ? undefined : { base: entry.base, quote: entry.quote, ...rate };
}
