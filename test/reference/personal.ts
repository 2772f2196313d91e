import type { Book } from '@ledger/calculation';
import type { Personal } from '@ledger/events';
import { dayBefore, days, earlier, isWithin, type Stretch } from './calendar.ts';
import { daysOf, isEmployed } from './counting.ts';
import type { Terms } from './credits.ts';
import { type Decision, newestOf } from './decided.ts';
import { Refusal } from './formulas.ts';
import { once } from './once.ts';
import { presentShare, presentUpTo } from './presence.ts';
import { over, type Ratio, ratio, read, times, total } from './ratio.ts';

/** What is agreed with one person, for a stretch of time (D102), one day at a time. */

const MONTHS = { month: 1, quarter: 3, year: 12 } as const;

/** What 100 % pays in a stretch, prorated where that is (D203). */
export function incentiveOf(book: Book, terms: Terms, stretch: Stretch, date: string): Ratio | null {
  const { component, plan } = terms;
  const whole =
    component.personal === undefined
      ? component.targetIncentive
      : personalAmount(book, plan.document.currency, component.personal, stretch);
  if (whole === null) return null;
  const share =
    component.incentive === 'to-date'
      ? shareToDate(book, terms, stretch, earlier(date, stretch.to))
      : presentShare(book, terms, 'target-incentive', stretch);
  return times(typeof whole === 'string' ? read(whole) : whole, share);
}

/** D237: by months, or by the days that count. */
function shareToDate(book: Book, terms: Terms, stretch: Stretch, upTo: string): Ratio {
  const ofDays = presentUpTo(book, terms, 'target-incentive', stretch, upTo);
  return ofDays ?? over(monthsOf({ from: stretch.from, to: upTo }), monthsOf(stretch));
}

export function personalAmount(book: Book, currency: string, personal: Personal, stretch: Stretch): Ratio {
  const name = ['personal', JSON.stringify(personal), currency, stretch.from, stretch.to].join();
  return once(book, name, () => asked(book, currency, personal, stretch));
}

function asked(book: Book, currency: string, { term, share, changes }: Personal, stretch: Stretch): Ratio {
  const employed = daysOf(stretch).filter((day) => isEmployed(book, day));
  const there = employed.length === 0 ? daysOf(stretch) : employed;
  const [first = stretch.from, last = first] = [employed[0] ?? stretch.from, employed.at(-1) ?? dayBefore(stretch.to)];
  const looked = changes === 'start' ? [first] : changes === 'end' ? [last] : there;
  const amounts = looked.map((day) => {
    const agreed = newestOf(book, term, day, ({ terms }) => isWithin({ from: terms.from, to: terms.until }, day));
    if (agreed === undefined) throw new Refusal('term_missing', `${term} on ${day}`);
    if (book.participant.currency !== currency) throw new Refusal('plan_currency', currency);
    return amountFor(agreed, stretch);
  });
  return times(read(share), over(total(amounts), ratio(looked.length)));
}

function amountFor({ terms }: Decision<Personal['term']>, stretch: Stretch): Ratio {
  return over(times(read(terms.amount), monthsOf(stretch)), ratio(MONTHS[terms.per]));
}

function monthsOf({ from, to }: Stretch): Ratio {
  const [number, end] = [from, to].map((day) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)));
  const [day, other] = [from.slice(8), to.slice(8)];
  if (day === other) return ratio((end ?? 0) - (number ?? 0));
  const isHalf =
    (day === '01' && other === '16' && number === end) || (day === '16' && other === '01' && number === (end ?? 0) - 1);
  if (isHalf) return ratio(1, 2);
  const year = Number(from.slice(0, 4));
  return ratio(12 * days({ from, to }), days({ from: `${year}-01-01`, to: `${year + 1}-01-01` }));
}
