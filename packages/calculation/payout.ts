import { add, type Exact, isZero, sub, ZERO } from '@ledger/money';
import type { Book } from './book.ts';
import { type AppliedRate, exchange, newestRate } from './exchange.ts';
import type { ComponentInForce, Obstacle } from './in-force.ts';
import type { Calculated, ExchangeDifferenceBasis } from './line.ts';
import { dayBefore, daysAfter, periodBounds, windowOf } from './periods.ts';

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

export function payingOut(book: Book): PayingOut {
  const { currency: home } = book.participant;
  let parts: { deal: string; booked: Exact; paid: Exact }[] = [];
  let last: { readonly inForce: ComponentInForce; readonly rate: AppliedRate } | null = null;
  return {
    next: ({ inForce, exact, period, deal, closedOn, basis }) => {
      const { currency, payout } = inForce.planVersion.document;
      if (currency === home || payout === undefined) return { exact, currency, rate: null };
      // What comes back goes at the rate at which it came, whatever that is by now.
      const isBack = basis.kind === 'returned' && closedOn !== null;
      const paidIn = isBack ? windowOf(closedOn, book.calendar.cadence).id : period;
      const paidOn = payout.rate === 'booking-date' ? (closedOn ?? lastDayOf(period)) : dayOf(payout.rate, paidIn);
      const rate = newestRate(book, currency, home, paidOn);
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
  return { code: 'rate_missing', says, scope: `${pair} ${on}` };
}
