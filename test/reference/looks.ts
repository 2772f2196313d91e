import type { Book, DealEntry } from '@ledger/calculation';
import type { Component, Look } from '@ledger/events';
import { dayBefore, earlier, isWithin, payPeriodOf, type Stretch, windowOn } from './calendar.ts';
import { type Credit, leftOf, selectionDate, shareOf, unitOf, worthOf } from './credits.ts';
import { componentsOn } from './in-force.ts';
import { kept } from './kept.ts';
import { looksBackTo } from './look-back.ts';
import { once } from './once.ts';
import { countedFor } from './presence.ts';
import {
  isNothing,
  less,
  minus,
  NOTHING,
  over,
  plus,
  product,
  type Ratio,
  read,
  same,
  times,
  total,
  WHOLE,
} from './ratio.ts';
import { returnsOf } from './returned.ts';
import { quotaUnder } from './team-quota.ts';
import { countedBy, isRolling, keptTogether, measured, required, rolling, type Scope } from './windows.ts';

/** What is found at an evaluation date where a gate, a table, a column or a factor looks (D10, D25, D222, D234). */

type Measure = Look['measures'][number];

/** An amount, the sum of several, or attainments: of all of it together, or averaged by their weights. */
export function found(scope: Scope, terms: Credit, look: Look, date: string): Ratio {
  const { id, plan, unit } = terms;
  const name = ['found', id, plan.document.plan, plan.version, unit, JSON.stringify(look), date].join();
  return once(scope.book, name, () => lookedUp(scope, terms, look, date));
}

function lookedUp(scope: Scope, terms: Credit, look: Look, date: string): Ratio {
  const window = windowOfLook(look, date, scope.book.calendar.cadence);
  if (date <= window.from) return NOTHING;
  const upTo = { from: window.from, to: earlier(date, window.to) };
  const amounts = look.measures.map((measure) => measuredBy(scope, terms, measure, upTo));
  if (look.against === 'amount') return total(amounts);
  if (look.over !== undefined) return partOf(amounts[0], measuredBy(scope, terms, alone(look.over), upTo), look.over);
  const quotas = look.measures.map(({ measure, component }) =>
    quotaOfLook(scope.book, terms, look, measure, date, component),
  );
  const names = look.measures.map(({ measure }) => measure).join(' and ');
  if (look.combine === 'sum') {
    const known = quotas.filter((quota) => quota !== null);
    return over(total(amounts), required(known.length < quotas.length ? null : total(known), names));
  }
  return total(
    look.measures.map(({ weight }, at) =>
      times(over(amounts[at] ?? NOTHING, required(quotas[at] ?? null, names)), read(weight)),
    ),
  );
}

function alone(measure: string): Measure {
  return { measure, weight: '100%' };
}

/** D236: of nothing, nothing is 0. */
function partOf(part: Ratio = NOTHING, whole: Ratio, name: string): Ratio {
  return isNothing(part) && isNothing(whole) ? NOTHING : over(part, required(whole, name));
}

/** The product of all factors that are measured; each at the step that is reached, or on the way to the next (D228). */
export function measuredFactor(scope: Scope, terms: Credit, date: string): Ratio {
  const factors = terms.component.multiplyEarning.flatMap((each) => ('look' in each ? [each] : []));
  return product(
    factors.map(({ look, steps, between }) => {
      const at = found(scope, terms, look, date);
      const isPast = (from: string) =>
        less(read(from), at) || (same(read(from), at) && terms.component.atBound === 'upper-band');
      const [first, last] = [steps.filter(({ from }) => isPast(from)).at(-1), steps.find(({ from }) => !isPast(from))];
      if (first === undefined || last === undefined || between === 'steps') return read((first ?? last)?.by ?? '1');
      const way = over(minus(at, read(first.from)), minus(read(last.from), read(first.from)));
      return plus(read(first.by), times(way, minus(read(last.by), read(first.by))));
    }),
  );
}

/** The window that holds the day before the evaluation (D10). */
export function windowOfLook({ window }: Pick<Look, 'window'>, date: string, cadence: 'month' | 'quarter'): Stretch {
  const lastDay = dayBefore(date);
  if (isRolling(window)) return rolling(payPeriodOf(lastDay, cadence), window.rolling);
  if (typeof window === 'object' && 'every' in window) {
    const holding = windowOn(lastDay, window) ?? windowOn(window.from, window);
    if (holding !== null) return holding;
    throw new TypeError('the first of windows that follow each other holds its first day');
  }
  if (typeof window === 'object') return window;
  if (window === 'deal') return payPeriodOf(lastDay, cadence);
  const stretch = windowOn(lastDay, window);
  if (stretch === null) throw new TypeError('every day has its calendar window');
  return stretch;
}

/** What it is held against: the quota of its whole window, or what of it is over. */
export function quotaOfLook(
  book: Book,
  terms: Credit,
  { window, against }: Pick<Look, 'window' | 'against'>,
  measure: string,
  date: string,
  named?: string,
): Ratio | null {
  const stretch = windowOfLook({ window }, date, book.calendar.cadence);
  const counts = countedBy(window);
  const counted = countedFor(book, terms);
  const upTo = against === 'quota-to-date' ? earlier(date, stretch.to) : stretch.to;
  const held = named === undefined ? terms.component : terms.plan.document.components[named];
  return quotaUnder(book, held, measure, unitOfMetric(book, terms, measure), { stretch, counts, counted }, upTo);
}

function unitOfMetric(book: Book, { plan }: Credit, measure: string): string {
  const newest = book.metrics.get(measure)?.versions.at(-1);
  return newest?.document.unit === 'number' ? 'number' : plan.document.currency;
}

/**
 * The component's own credits for its own measure, those of another component that is named; for another measure, its pool's
 * credits on deals on which it is in force.
 */
function measuredBy(scope: Scope, terms: Credit, { measure, component: named }: Measure, stretch: Stretch): Ratio {
  const { book, credits } = scope;
  const { component, id, unit } = terms;
  if (named !== undefined && named !== id) {
    const theirs = scope.all.filter((credit) => credit.id === named);
    return measured(theirs, measure, unitOfMetric(book, terms, measure), stretch);
  }
  if (measure === component.measure) return measured(keptTogether(credits, terms), measure, unit, stretch);
  const asked = unitOfMetric(book, terms, measure);
  return total(
    [...book.deals.values()].map((deal) => {
      // What closed before anything that the component looks at counts for nothing, when it comes back too (D23).
      if (deal.closedOn < looksBackTo(book, id)) return NOTHING;
      const inForce = componentsOn(book, selectionDate(deal)).find((each) => each.id === id);
      // Nobody asks who is credited with a deal that the component does not look at.
      if (inForce === undefined) return NOTHING;
      // What comes back goes by the version that is in force for the deal (D22).
      const { returned } = inForce.component;
      if (!isSeenIn(inForce.component, deal, stretch)) return NOTHING;
      const counts = countedIn(inForce.component, deal, stretch);
      const share = shareOf(book, { ...component, returned }, deal);
      if (isNothing(share)) return NOTHING;
      const { document } = inForce.plan;
      const worth = worthOf(book, measure, deal, document) ?? NOTHING;
      if (unitOf(book, measure, selectionDate(deal), document.currency) !== asked) return NOTHING;
      return times(kept(times(worth, share)), counts);
    }),
  );
}

/** Whether it closes there, or comes back: then what it is worth must be known, though it be nothing together. */
function isSeenIn(component: Component, deal: DealEntry, stretch: Stretch): boolean {
  const back = returnsOf(component, deal, 'period-of-return').filter(({ share }) => !isNothing(share));
  return isWithin(stretch, deal.closedOn) || back.some(({ day }) => isWithin(stretch, day));
}

/** D148: what is left of a deal when it closes, less what comes back of that. */
function countedIn(component: Component, deal: DealEntry, stretch: Stretch): Ratio {
  const back = returnsOf(component, deal, 'period-of-return').filter(({ day }) => isWithin(stretch, day));
  const closed = isWithin(stretch, deal.closedOn) ? WHOLE : NOTHING;
  return times(leftOf(component, deal), minus(closed, total(back.map(({ share }) => share))));
}
