import type { Book } from '@ledger/calculation';
import type { Component } from '@ledger/events';
import {
  dayBefore,
  earlier,
  isWithin,
  monthsLater,
  payPeriodOf,
  rollingWindow,
  type Stretch,
  windowOfYearBefore,
  windowOn,
} from './calendar.ts';
import type { Credit, Terms } from './credits.ts';
import { Refusal } from './formulas.ts';
import { countedFor, presentShare } from './presence.ts';
import { isPositive, NOTHING, type Ratio, read, times, total } from './ratio.ts';
import { quotaUnder } from './team-quota.ts';

/** Over what credits add up, and what they are held against (semantics 2 and 6, decisions D6 to D16). */

/** What adds up: a component, by one measure in one unit, paid on one metric, over a stretch of time or in one deal. */
export interface Window {
  readonly key: string;
  /** As statements name it. */
  readonly id: string;
  readonly component: string;
  /** The plan that keeps it apart (D208). */
  readonly keptBy: string;
  readonly measure: string;
  readonly paysOn: string;
  readonly unit: string;
  readonly kind: Component['window'];
  /** For a deal its pay period. */
  readonly stretch: Stretch;
}

/** What everything about one component is asked of. */
export interface Scope {
  readonly book: Book;
  /** Of the component, in the total order. */
  readonly credits: readonly Credit[];
  /** Of every component of the participant: gates may look at another one. */
  readonly all: readonly Credit[];
}

const windows = { month: new WeakMap<Terms, Window | null>(), quarter: new WeakMap<Terms, Window | null>() };

/** The window that a credit belongs to; `null` where the plan's own window does not hold it. */
export function windowOf(credit: Terms, cadence: 'month' | 'quarter'): Window | null {
  const known = windows[cadence].get(credit);
  if (known !== undefined) return known;
  const window = windowNamed(credit, cadence);
  windows[cadence].set(credit, window);
  return window;
}

function windowNamed(credit: Terms, cadence: 'month' | 'quarter'): Window | null {
  const { component, id, unit, closedOn, deal } = credit;
  const { window: kind, measure, paysOn } = component;
  const payPeriod = payPeriodOf(closedOn, cadence);
  const stretch =
    kind === 'deal' ? payPeriod : isRolling(kind) ? rolling(payPeriod, kind.rolling) : windowOn(closedOn, kind);
  if (stretch === null) return null;
  const name = kind === 'deal' ? deal : windowId(kind, stretch, payPeriod, cadence);
  return {
    key: [id, name, measure, paysOn ?? measure, unit, planOf(credit)].join(' '),
    keptBy: planOf(credit),
    id: name,
    component: id,
    measure,
    paysOn: paysOn ?? measure,
    unit,
    kind,
    stretch,
  };
}

/** Of the credits of a component those that count for windows of these terms. */
export function keptTogether(credits: readonly Credit[], terms: Terms): readonly Credit[] {
  const plan = planOf(terms);
  return plan === '' ? credits : credits.filter((credit) => credit.plan.document.plan === plan);
}

/** The plan that keeps its own windows apart (D208). */
function planOf({ component, plan }: Terms): string {
  return component.onPlanChange === 'restart' ? plan.document.plan : '';
}

export function isRolling(kind: Component['window']): kind is { readonly rolling: number } {
  return typeof kind === 'object' && 'rolling' in kind;
}

/** A window of months of the calendar takes its months of a quota, one with other dates its days (D8, D250). */
export function countedBy(kind: Component['window']): 'days' | 'months' {
  return typeof kind === 'string' || isRolling(kind) || isOfMonths(kind) ? 'months' : 'days';
}

function isOfMonths(kind: Component['window']): boolean {
  return typeof kind === 'object' && 'every' in kind && kind.every[0]?.unit === 'months' && kind.from.endsWith('-01');
}

/** That many months up to the end of the pay period, and never less than the pay period (D16). */
export function rolling(payPeriod: Stretch, months: number): Stretch {
  const stretch = rollingWindow(payPeriod, months);
  return stretch.from < payPeriod.from ? stretch : payPeriod;
}

/** D21. */
export function windowId(
  kind: Component['window'],
  { from, to }: Stretch,
  payPeriod: Stretch,
  cadence: 'month' | 'quarter',
): string {
  const [year, month = '01', day] = from.split('-');
  const part = (months: number) => Math.ceil(Number(month) / months);
  const quarter = (date: string) => `${date.slice(0, 4)}-Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`;
  if (typeof kind === 'object') {
    if ('every' in kind && isOfMonths(kind)) return `${from.slice(0, 7)}/${dayBefore(to).slice(0, 7)}`;
    if ('from' in kind) return `${from}/${to}`;
    const period = cadence === 'month' ? payPeriod.from.slice(0, 7) : quarter(payPeriod.from);
    return `${period}/${kind.rolling}`;
  }
  switch (kind) {
    case 'half-month':
      return `${year}-${month}-${day === '01' ? 1 : 2}`;
    case 'month':
      return `${year}-${month}`;
    case 'quarter':
      return quarter(from);
    case 'half':
      return `${year}-H${part(6)}`;
    case 'year':
      return `${year}`;
    case 'deal':
      throw new TypeError('the window of a deal is named by the deal');
  }
}

/** A rolling window looks back to what was credited under the same length, measure, unit and pay metric (D27). */
export function belongs(credit: Credit, window: Window, cadence: 'month' | 'quarter'): boolean {
  const own = windowOf(credit, cadence);
  if (!isRolling(window.kind)) return own?.key === window.key;
  const isSame = own !== null && isRolling(own.kind) && own.kind.rolling === window.kind.rolling;
  const adds =
    isSame &&
    own.measure === window.measure &&
    own.unit === window.unit &&
    own.paysOn === window.paysOn &&
    own.keptBy === window.keptBy;
  return adds && isWithin(window.stretch, credit.closedOn);
}

/** Pay periods at whose ends a window is evaluated: those that it touches; one for a deal and for a rolling window. */
export function isEvaluatedIn({ kind, stretch }: Window, period: Stretch): boolean {
  if (isRolling(kind)) return stretch.to === period.to;
  return stretch.from < period.to && period.from < stretch.to;
}

/** The end of the pay period or of the window, whichever is earlier (D6). */
export function evaluationDate({ stretch }: Pick<Window, 'stretch'>, period: Stretch): string {
  return earlier(stretch.to, period.to);
}

/** The target of a component at an evaluation date; `null` where a quota is missing. */
export function targetOf(
  { book, credits }: Omit<Scope, 'all'>,
  window: Window,
  terms: Terms,
  date: string,
): Ratio | null {
  const { target } = terms.component;
  if (typeof target === 'object')
    return times(read(target.amount), presentShare(book, terms, 'target', window.stretch));
  if (target === 'previous') return measuredBefore(keptTogether(credits, terms), window);
  if (target === 'prior-year') return measuredLastYear(keptTogether(credits, terms), window);
  const isWhole = target === 'quota' || window.kind === 'deal' || isRolling(window.kind);
  const counts = countedBy(window.kind);
  const upTo = isWhole ? window.stretch.to : date;
  const counted = countedFor(book, terms);
  const asked = { stretch: window.stretch, counts, counted };
  return quotaUnder(book, terms.component, window.measure, window.unit, asked, upTo);
}

/** What the same component measured in the window of the same kind just before (D9). */
function measuredBefore(credits: readonly Credit[], { kind, stretch, measure, unit }: Window): Ratio {
  const before = isRolling(kind)
    ? rollingWindow({ from: '', to: stretch.from }, kind.rolling)
    : kind !== 'deal' && (typeof kind === 'string' || 'every' in kind)
      ? (windowOn(dayBefore(stretch.from), kind) ?? { from: stretch.from, to: stretch.from })
      : null;
  if (before === null) throw new Refusal('target_previous', 'there is no window before this one');
  return measured(credits, measure, unit, before);
}

/** What it measured in the same window a year earlier (D238). */
function measuredLastYear(credits: readonly Credit[], { kind, stretch, measure, unit }: Window): Ratio {
  if (kind === 'deal' || (typeof kind === 'object' && 'to' in kind)) {
    throw new Refusal('target_prior_year', 'there is no such window a year before');
  }
  const before = isRolling(kind)
    ? { from: monthsLater(stretch.from, -12), to: monthsLater(stretch.to, -12) }
    : windowOfYearBefore(stretch.from, kind);
  return before === null ? NOTHING : measured(credits, measure, unit, before);
}

export function measured(credits: readonly Credit[], measure: string, unit: string, stretch: Stretch): Ratio {
  return total(
    credits
      .filter(({ component, closedOn }) => component.measure === measure && isWithin(stretch, closedOn))
      .filter((credit) => credit.unit === unit)
      .map((credit) => credit.measured),
  );
}

/** A target that attainment can be measured against: without one, or with 0, attainment has no value (mechanics §1). */
export function required(target: Ratio | null, what: string): Ratio {
  if (target === null) throw new Refusal('quota_missing', what);
  if (!isPositive(target)) throw new Refusal('quota_zero', what);
  return target;
}
