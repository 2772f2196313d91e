import type { Book } from '@ledger/calculation';
import type { Attribute } from '@ledger/events';
import { calendarStretch, dayBefore, days, firstDayOf, later, payPeriods } from './calendar.ts';
import type { Line, PeriodLines } from './caps.ts';
import type { Credit } from './credits.ts';
import { decimalsOf } from './currencies.ts';
import { newestOf, type TermsOf } from './decided.ts';
import { inCurrencyOf } from './exchange.ts';
import { Refusal } from './formulas.ts';
import {
  isNothing,
  isPositive,
  larger,
  less,
  minus,
  NOTHING,
  negative,
  over,
  type Ratio,
  ratio,
  read,
  rounded,
  smaller,
  times,
  total,
} from './ratio.ts';
import { quotaUnder } from './team-quota.ts';

/** What deals that are windfalls earn is held, until it is decided what becomes of it (D103, D104). */

interface Held {
  readonly line: Line;
  readonly amount: Ratio;
}

/** `earned`: after losses. */
export function windfallLines(
  book: Book,
  component: string,
  periods: readonly PeriodLines[],
  earned: readonly Line[],
): readonly Line[] {
  const held: Held[] = [];
  const all: Line[] = [];
  for (const at of periods) {
    const found = heldIn(
      book,
      earned.filter(({ period }) => period === at.period.from),
    );
    held.push(...found);
    all.push(...found.map(({ line, amount }): Line => ({ ...line, what: 'windfall', exact: negative(amount) })));
    for (const { line, amount } of held) {
      const due = dueOf(book, component, line, amount, at);
      if (due === null) continue;
      const before = all.filter(({ what, deal }) => what === 'windfall-paid' && deal === line.deal);
      const exact = minus(due, total(before.map((each) => each.exact)));
      const { from } = at.period;
      if (!isNothing(exact)) all.push({ ...line, period: from, periodId: at.periodId, what: 'windfall-paid', exact });
    }
  }
  return all;
}

/** D103, of the lines of a pay period. */
function heldIn(book: Book, lines: readonly Line[]): readonly Held[] {
  let left = larger(NOTHING, total(lines.map(({ exact }) => exact)));
  return lines.flatMap((line): readonly Held[] => {
    if (line.what !== 'deal' || line.terms.component.windfall === undefined) return [];
    const earned = total(lines.filter(({ deal }) => deal === line.deal).map(({ exact }) => exact));
    if (!isPositive(earned) || !isWindfall(book, line, earned)) return [];
    const amount = smaller(earned, left);
    left = minus(left, amount);
    return isNothing(amount) ? [] : [{ line, amount }];
  });
}

/** All that is asked must have an answer, whichever flag is raised first. */
function isWindfall(book: Book, { terms, reached }: Line, earned: Ratio): boolean {
  const { component, entry, plan, measured } = terms;
  const { windfall } = component;
  if (windfall === undefined) return false;
  const { dealOver, earningOver, quotaShareOver, attainmentOver, closedWithin } = windfall;
  const isMore = (amount: Ratio, most: Ratio) => less(most, amount);
  const flags = [
    dealOver !== null && isMore(inCurrencyOf(plan.document, book, read(entry.amount), entry), read(dealOver)),
    earningOver !== null && isMore(earned, read(earningOver)),
    quotaShareOver !== null && isMore(measured, times(read(quotaShareOver), quotaOfYear(book, terms))),
    attainmentOver !== null && isMore(reached?.amount ?? NOTHING, times(read(attainmentOver), targetOf(reached))),
    closedWithin !== null && isSoon(dateIn(entry.attributes[closedWithin.after]), entry.closedOn, closedWithin.days),
  ];
  return flags.includes(true);
}

function quotaOfYear(book: Book, { component, unit, closedOn }: Credit): Ratio {
  const stretch = calendarStretch(closedOn, 'year');
  const window = { stretch, counts: 'months', counted: null } as const;
  const quota = quotaUnder(book, component, component.measure, unit, window, stretch.to);
  if (quota === null) throw new Refusal('quota_missing', stretch.from.slice(0, 4));
  return quota;
}

function targetOf(reached: Line['reached']): Ratio {
  if (reached?.target == null || !isPositive(reached.target))
    throw new Refusal('quota_missing', 'attainment of a windfall');
  return reached.target;
}

function isSoon(opened: string | null, closedOn: string, count: number): boolean {
  return opened !== null && opened <= closedOn && days({ from: opened, to: closedOn }) < count;
}

/** A date, or text that is one. */
function dateIn(attribute: Attribute | undefined): string | null {
  if (typeof attribute === 'object' && 'date' in attribute) return attribute.date;
  return typeof attribute === 'string' && /^\d{4}-\d\d-\d\d$/.test(attribute) ? attribute : null;
}

/** D104: what is to be paid of it up to the end of a pay period; `null` where nothing is decided. */
function dueOf(book: Book, component: string, line: Line, held: Ratio, { period }: PeriodLines): Ratio | null {
  const decision = newestOf(
    book,
    'windfall',
    dayBefore(period.to),
    ({ terms }) =>
      terms.deal === line.deal &&
      (terms.component === null || terms.component === component) &&
      firstDayOf(terms.period) < period.to,
  );
  if (decision === undefined) return null;
  const begins = later(firstDayOf(decision.terms.period), line.period);
  const count = payPeriods(begins, period.to, book.calendar.cadence).length;
  return treated(decision.terms.treatment, held, count, line.terms);
}

function treated(treatment: TermsOf<'windfall'>['treatment'], held: Ratio, count: number, { plan }: Credit): Ratio {
  switch (treatment.by) {
    case 'pay':
      return held;
    case 'forfeit':
      return NOTHING;
    case 'cap':
      return smaller(held, read(treatment.amount));
    case 'bonus':
      return read(treatment.amount);
    case 'share':
      return times(held, read(treatment.share));
    case 'instalments': {
      if (count >= treatment.count) return held;
      const { currency, rounding } = plan.document;
      return times(rounded(over(held, ratio(treatment.count)), decimalsOf(currency), rounding), ratio(count));
    }
  }
}
