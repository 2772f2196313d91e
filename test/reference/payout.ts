import type { Book } from '@ledger/calculation';
import { dayBefore, payPeriodOf } from './calendar.ts';
import type { Line } from './caps.ts';
import { dayAfter } from './counting.ts';
import { decimalsOf } from './currencies.ts';
import { rateOn } from './exchange.ts';
import { isNothing, isPositive, minus, over, type Ratio, rounded, times, total } from './ratio.ts';
import type { ReleaseLine } from './release.ts';

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
export function movedOut(book: Book, lines: readonly ReleaseLine[]): readonly ReleaseLine[] {
  return lines.map((line) => {
    const { payout, currency, rounding } = line.terms.plan.document;
    const home = book.participant.currency;
    if (payout === undefined || currency === home) return line;
    const rate = rateOfPayments(book, line);
    const exact = rate === null ? atPayout(book, line) : times(line.exact, rate);
    return { ...line, exact, amount: rounded(exact, decimalsOf(home), rounding) };
  });
}

/** What a deal was paid in the participant's currency, by one unit of the plan's; `null`: nothing that a rate makes of it. */
function rateOfPayments(book: Book, { paid = [], terms }: ReleaseLine): Ratio | null {
  const { payout } = terms.plan.document;
  if (payout?.rate === 'booking-date') return null;
  const whole = total(paid.map(({ amount }) => amount));
  if (isNothing(whole)) return null;
  const worth = total(paid.map(({ period, amount: exact }) => atPayout(book, { deal: null, period, terms, exact })));
  const rate = over(worth, whole);
  return isPositive(rate) ? rate : null;
}

/** Whether a line is paid at the rate of its deal's closing date, and the difference by a line of its own. */
function isApart({ deal, terms }: Line): boolean {
  return deal !== null && terms.plan.document.payout?.difference === 'own-line';
}

function atBooking(book: Book, { terms, exact }: Line): Ratio {
  return exchanged(book, terms.plan.document.currency, exact, terms.closedOn);
}

function atPayout(
  book: Book,
  { terms, deal, exact, period }: Pick<Line, 'terms' | 'deal' | 'exact' | 'period'>,
): Ratio {
  const { payout, currency } = terms.plan.document;
  if (payout === undefined) return exact;
  const lastDay = dayBefore(payPeriodOf(period, book.calendar.cadence).to);
  const dayOf = () => {
    if (typeof payout.rate === 'object') return dayAfter(lastDay, payout.rate.daysAfterPeriod);
    return payout.rate === 'booking-date' && deal !== null ? terms.closedOn : lastDay;
  };
  return exchanged(book, currency, exact, dayOf());
}

function exchanged(book: Book, currency: string, exact: Ratio, day: string): Ratio {
  return times(exact, rateOn(book, currency, book.participant.currency, day));
}
