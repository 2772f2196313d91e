import type { Personal, TraceStep } from '@ledger/events';
import { div, type Exact, exact, fraction, mul, ONE, percent, sum, toText } from '@ledger/money';
import type { Book } from './book.ts';
import { type Granted, grantedOn } from './granted.ts';
import type { ComponentInForce, Obstacle } from './in-force.ts';
import { dayBefore, daysAfter, daysIn, holds, type Interval, type Span } from './periods.ts';
import { employed } from './presence.ts';
import { within } from './proration.ts';
import { amountInWords, percentInWords } from './words.ts';

/** What is agreed with one person: a target incentive, a salary, dated; what of it falls on a window (mechanics §9). */
export interface PersonalAmount {
  readonly personal: Personal;
  readonly value: Exact;
  readonly parts: readonly PersonalPart[];
}
interface PersonalPart {
  readonly granted: Term;
  /** What it comes to for the whole window. */
  readonly amount: Exact;
  readonly days: number;
}

type Term = Granted<Personal['term']>;
const MONTHS = { month: 1n, quarter: 3n, year: 12n } as const;

/** What a component pays by that is agreed with the participant, for a window; `null` where it pays by nothing agreed. */
export function personalOf(
  book: Pick<Book, 'participant' | 'exceptions'>,
  { component, planVersion }: ComponentInForce,
  window: Span,
): PersonalAmount | Obstacle | null {
  const { personal } = component.document;
  return personal === undefined ? null : personalIn(book, personal, planVersion.document.currency, window);
}

/** The agreed amount for a window, or why there is none: a day of employment without an agreement stops the statement. */
export function personalIn(
  book: Pick<Book, 'participant' | 'exceptions'>,
  personal: Personal,
  currency: string,
  window: Span,
): PersonalAmount | Obstacle {
  const there = employed(book.participant).flatMap((each) => within([each], window));
  const [first, last] = [there[0] ?? window, there.at(-1) ?? window];
  const days: readonly Interval[] =
    personal.changes === 'start'
      ? [{ from: first.from, to: daysAfter(first.from, 1) }]
      : personal.changes === 'end'
        ? [{ from: dayBefore(last.to), to: last.to }]
        : there.length === 0
          ? [window]
          : there;
  const parts: PersonalPart[] = [];
  for (const interval of days.flatMap((each) => segments(book, personal, each))) {
    const granted = termOn(book, personal, interval.from);
    if (granted === undefined) return missing(personal, interval.from, window);
    if (book.participant.currency !== currency)
      return otherCurrency(personal, book.participant.currency, currency, window);
    const count = daysIn(interval);
    const known = parts.findIndex((part) => part.granted === granted);
    const earlier = parts[known];
    if (earlier === undefined) parts.push({ granted, amount: amountFor(granted, window), days: count });
    else parts[known] = { ...earlier, days: earlier.days + count };
  }
  const all = whole(parts.map((part) => part.days).reduce((a, b) => a + b, 0));
  const weighted = sum(parts.map((part) => mul(part.amount, whole(part.days))));
  return { personal, value: mul(div(weighted, all), percent(personal.share)), parts };
}

/** The newest agreement that holds a day. */
function termOn(book: Pick<Book, 'exceptions'>, { term }: Personal, day: string): Term | undefined {
  return grantedOn(book, term, day).findLast(({ terms: { from, until } }) => holds({ from, to: until }, day));
}

/** Stretches of days on which no agreement begins or ends. */
function segments(
  { exceptions }: Pick<Book, 'exceptions'>,
  { term }: Personal,
  { from, to }: Interval,
): readonly Interval[] {
  const days = new Set([from, to]);
  for (const { terms, expiresOn } of exceptions?.values() ?? []) {
    if (terms.kind !== term) continue;
    for (const day of [terms.from, terms.until, expiresOn]) if (day !== null && day > from && day < to) days.add(day);
  }
  const sorted = [...days].sort();
  return sorted.slice(1).map((end, at) => ({ from: sorted[at] ?? from, to: end }));
}

function amountFor({ terms }: Term, window: Interval): Exact {
  return div(mul(exact(terms.amount), monthsOf(window)), fraction(MONTHS[terms.per], 1n));
}

/** Months of a window; of one that is not whole months, its days in twelfths of the days of its year. */
export function monthsOf(window: Interval): Exact {
  const { from, to } = window;
  if (from.slice(8) === to.slice(8)) return whole(monthNumber(to) - monthNumber(from));
  const isHalf =
    daysIn(window) < 17 && ((isDay(from, '01') && isDay(to, '16')) || (isDay(from, '16') && isDay(to, '01')));
  if (isHalf) return fraction(1n, 2n);
  const year = Number(from.slice(0, 4));
  return div(whole(daysIn(window) * 12), whole(daysIn({ from: `${year}-01-01`, to: `${year + 1}-01-01` })));
}

function monthNumber(day: string): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
}

function isDay(date: string, day: string): boolean {
  return date.slice(8) === day;
}

function whole(count: number): Exact {
  return fraction(BigInt(count), 1n);
}

const NAMES: Readonly<Record<Personal['term'], string>> = { 'target-incentive': 'target incentive', salary: 'salary' };

function missing({ term }: Personal, day: string, { id }: Span): Obstacle {
  const says = `no ${NAMES[term]} is agreed for ${day}, so what is paid in ${id} has no base; define one as exception: ${term}`;
  return { code: 'term_missing', says, scope: id };
}

function otherCurrency({ term }: Personal, own: string, currency: string, { id }: Span): Obstacle {
  const says = `the ${NAMES[term]} is agreed in ${own}, in which the participant is paid, and the plan calculates in ${currency}; write an amount in the plan`;
  return { code: 'plan_currency', says, scope: id };
}

/** How the amount came about; `as`: its name in the formula of the step that uses it. */
export function personalStep({ personal, value, parts }: PersonalAmount, currency: string, as?: string): TraceStep {
  const inputs: Record<string, string> = {};
  const says: string[] = [];
  for (const [at, { granted, amount, days }] of parts.entries()) {
    inputs[`amount${at + 1}`] = toText(amount);
    if (parts.length > 1) inputs[`days${at + 1}`] = String(days);
    says.push(
      `${amountInWords(amount, currency)}${parts.length > 1 ? ` for ${days} days` : ''} (${granted.exception})`,
    );
  }
  const terms = parts.map((_, at) => (parts.length > 1 ? `amount${at + 1} * days${at + 1}` : `amount${at + 1}`));
  const all = parts.map((_, at) => `days${at + 1}`).join(' + ');
  const average = parts.length > 1 ? `(${terms.join(' + ')}) / (${all})` : (terms[0] ?? '0');
  const share = percent(personal.share);
  const isAll = share.n === ONE.n && share.d === ONE.d;
  if (!isAll) inputs.part = toText(share);
  return {
    step: 'personal',
    ...(as === undefined ? {} : { as }),
    says: `${isAll ? '' : `${percentInWords(share)} of the `}${NAMES[personal.term]} of the window: ${says.join(', ')}: ${amountInWords(value, currency)}.`,
    formula: isAll ? average : `${average} * part`,
    inputs,
    result: toText(value),
    events: parts.map(({ granted }) => granted.event),
  };
}
