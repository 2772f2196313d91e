import { add, type Exact, isZero, sub, ZERO } from '@ledger/money';
import type { Book } from './book.ts';
import { type AppliedRate, exchange, newestRate, rateMissingOf } from './exchange.ts';
import type { ComponentInForce, Obstacle } from './in-force.ts';
import { type Calculated, dealAbout, type ExchangeDifferenceBasis } from './line.ts';
import { goesBack, paidByDeal, rateOfPayments } from './paid-before.ts';
import { dayBefore, daysAfter, periodBounds } from './periods.ts';
import { NO_LINES, type StagedLines } from './stage.ts';

/** A line in the currency in which the participant is paid (mechanics §17). */
export interface PaidOut {
  /** In `currency`. */
  readonly exact: Exact;
  readonly currency: string;
  /** `null` where the plan's currency is the participant's. */
  readonly rate: AppliedRate | null;
}

/** The lines of one component, one after another. */
export interface PayingOut {
  next(line: Calculated): PaidOut | Obstacle;
  /** The difference of a pay period, where the plan has a line of its own for it; in the participant's currency. */
  difference(period: string): Calculated | null;
}

/** Whether a line is paid in the currency in which it was calculated: no rate has a say in it. */
export function isPaidAsItIs({ inForce }: Calculated, home: string): boolean {
  const { currency, payout } = inForce.planVersion.document;
  return currency === home || payout === undefined;
}

export function payingOut(book: Book, lines: StagedLines, silent: StagedLines = NO_LINES): PayingOut {
  const { currency: home } = book.participant;
  let paid: ReturnType<typeof paidByDeal> | null = null;
  let parts: { deal: string; booked: Exact; paid: Exact }[] = [];
  let last: { readonly inForce: ComponentInForce; readonly rate: AppliedRate } | null = null;
  return {
    next: (line) => {
      const { inForce, exact, period, deal, closedOn } = line;
      const { currency, payout } = inForce.planVersion.document;
      if (payout === undefined || isPaidAsItIs(line, home)) return { exact, currency, rate: null };
      const paidOn = payout.rate === 'booking-date' ? (closedOn ?? lastDayOf(period)) : dayOf(payout.rate, period);
      const rate = rateBack(line) ?? newestRate(book, currency, home, paidOn);
      if (rate === undefined) return missing(currency, home, paidOn);
      const paid = exchange(exact, currency, home, rate);
      if (
        payout.difference === 'within-lines' ||
        deal === null ||
        closedOn === null ||
        payout.rate === 'booking-date'
      ) {
        return { exact: paid, currency: home, rate };
      }
      const booked = newestRate(book, currency, home, closedOn);
      if (booked === undefined) return missing(currency, home, closedOn);
      const amount = exchange(exact, currency, home, booked);
      parts.push({ deal, booked: amount, paid });
      last = { inForce, rate };
      return { exact: amount, currency: home, rate: booked };
    },
    difference: (period) => {
      const all = parts;
      parts = [];
      const exact = all.reduce((sum, { booked, paid }) => add(sum, sub(paid, booked)), ZERO);
      if (last === null || isZero(exact)) return null;
      const { inForce, rate } = last;
      const line = `${inForce.component.id}/exchange-difference/${period}`;
      const basis: ExchangeDifferenceBasis = { kind: 'exchange-difference', rate, parts: all };
      return { line, inForce, period, deal: null, closedOn: null, exact, basis };
    },
  };

  /** What comes back goes at the rate at which it was paid, whatever that is by now; `null` where nothing was. */
  function rateBack(line: Calculated): AppliedRate | null {
    const { currency, payout } = line.inForce.planVersion.document;
    if (!goesBack(line) || payout === undefined || payout.rate === 'booking-date') return null;
    const { rate } = payout;
    paid ??= paidByDeal(lines, silent);
    const before = (paid.get(dealAbout(line) ?? '') ?? []).filter(({ period }) => period < line.period);
    const rateIn = (period: string) => newestRate(book, currency, home, dayOf(rate, period));
    return rateOfPayments(before, { from: currency, to: home }, rateIn);
  }
}

function dayOf(rate: 'period-end' | { readonly daysAfterPeriod: number }, period: string): string {
  const day = lastDayOf(period);
  return rate === 'period-end' ? day : daysAfter(day, rate.daysAfterPeriod);
}

function lastDayOf(period: string): string {
  return dayBefore(periodBounds(period).to);
}

function missing(from: string, to: string, on: string): Obstacle {
  const pair = `${from}/${to}`;
  const says = `no exchange rate ${pair} is recorded on or before ${on}, so ${from} cannot be paid in ${to}; record one`;
  return {
    code: 'rate_missing',
    says,
    scope: `${pair} ${on}`,
    cause: rateMissingOf(pair, 'day'),
  };
}
