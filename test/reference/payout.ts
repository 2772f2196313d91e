import type { Book } from '@ledger/calculation';
import { dayBefore, payPeriodOf } from './calendar.ts';
import type { Line } from './caps.ts';
import { dayAfter } from './counting.ts';
import { decimalsOf } from './currencies.ts';
import { rateOn } from './exchange.ts';
import { isNothing, minus, type Ratio, rounded, times, total } from './ratio.ts';

/** Lines of one component in the currency in which the participant is paid (D230). */

export function paidOut(book: Book, lines: readonly Line[]): readonly Line[] {
  const periods = [...new Set(lines.map(({ period }) => period))];
  return periods.flatMap((period) => {
    const own = lines.filter((line) => line.period === period);
    const apart = own.filter(isApart);
    const last = apart.at(-1);
    const difference = total(apart.map((line) => minus(atPayout(book, line), atBooking(book, line))));
    const paid = own.map((line) => ({ ...line, exact: isApart(line) ? atBooking(book, line) : atPayout(book, line) }));
    if (last === undefined || isNothing(difference)) return paid;
    return [...paid, { ...last, what: 'exchange-difference' as const, deal: null, window: null, exact: difference }];
  });
}

/** What comes back, or may be paid later: each line at its rate, and rounded by itself (D143). */
export function movedOut<L extends Line & { readonly amount: Ratio }>(book: Book, lines: readonly L[]): readonly L[] {
  return lines.map((line) => {
    const { payout, currency, rounding } = line.terms.plan.document;
    const home = book.participant.currency;
    if (payout === undefined || currency === home) return line;
    const exact = atPayout(book, line);
    return { ...line, exact, amount: rounded(exact, decimalsOf(home), rounding) };
  });
}

/** Whether a line is paid at the rate of its deal's closing date, and the difference by a line of its own. */
function isApart({ deal, terms }: Line): boolean {
  return deal !== null && terms.plan.document.payout?.difference === 'own-line';
}

function atBooking(book: Book, { terms, exact }: Line): Ratio {
  return exchanged(book, terms.plan.document.currency, exact, terms.closedOn);
}

function atPayout(book: Book, { what, terms, deal, exact, period }: Line): Ratio {
  const { payout, currency } = terms.plan.document;
  if (payout === undefined) return exact;
  const paidOn = what === 'returned' ? terms.closedOn : period;
  const lastDay = dayBefore(payPeriodOf(paidOn, book.calendar.cadence).to);
  const dayOf = () => {
    if (typeof payout.rate === 'object') return dayAfter(lastDay, payout.rate.daysAfterPeriod);
    return payout.rate === 'booking-date' && deal !== null ? terms.closedOn : lastDay;
  };
  return exchanged(book, currency, exact, dayOf());
}

function exchanged(book: Book, currency: string, exact: Ratio, day: string): Ratio {
  return times(exact, rateOn(book, currency, book.participant.currency, day));
}
