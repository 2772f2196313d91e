import type { Book } from '@ledger/calculation';
import type { Component, Gate } from '@ledger/events';
import {
  dayBefore,
  earlier,
  isWithin,
  payPeriodOf,
  payPeriods,
  rollingWindow,
  type Stretch,
  windowOn,
} from './calendar.ts';
import { type Credit, componentsOn, selectionDate, shareOf, type Terms, worthOf } from './credits.ts';
import { Refusal } from './formulas.ts';
import { countedFor, presentShare } from './presence.ts';
import { quotaOf } from './quota.ts';
import { isNothing, isPositive, less, NOTHING, over, type Ratio, read, times, total } from './ratio.ts';

/** Over what credits add up, what they are held against, and which gates stand open (semantics 2 and 6, decisions D6 to D16). */

/** What adds up: a component, by one measure in one unit, paid on one metric, over a stretch of time or in one deal. */
export interface Window {
  readonly key: string;
  /** As statements name it. */
  readonly id: string;
  readonly component: string;
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
}

/** The window that a credit belongs to; `null` where the plan's own window does not hold it. */
export function windowOf(credit: Terms, cadence: 'month' | 'quarter'): Window | null {
  const { component, id, unit, closedOn, deal } = credit;
  const { window: kind, measure, paysOn } = component;
  const payPeriod = payPeriodOf(closedOn, cadence);
  const stretch =
    kind === 'deal' ? payPeriod : isRolling(kind) ? rolling(payPeriod, kind.rolling) : windowOn(closedOn, kind);
  if (stretch === null) return null;
  const name = kind === 'deal' ? deal : windowId(kind, stretch, payPeriod, cadence);
  return {
    key: [id, name, measure, paysOn ?? measure, unit].join(' '),
    id: name,
    component: id,
    measure,
    paysOn: paysOn ?? measure,
    unit,
    kind,
    stretch,
  };
}

export function isRolling(kind: Component['window']): kind is { readonly rolling: number } {
  return typeof kind === 'object' && 'rolling' in kind;
}

/** That many months up to the end of the pay period, and never less than the pay period (D16). */
function rolling(payPeriod: Stretch, months: number): Stretch {
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
  const adds = isSame && own.measure === window.measure && own.unit === window.unit && own.paysOn === window.paysOn;
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
export function targetOf({ book, credits }: Scope, window: Window, terms: Terms, date: string): Ratio | null {
  const { target } = terms.component;
  if (typeof target === 'object')
    return times(read(target.amount), presentShare(book, terms, 'target', window.stretch));
  if (target === 'previous') return measuredBefore(credits, window);
  const isWhole = target === 'quota' || window.kind === 'deal' || isRolling(window.kind);
  const counts = typeof window.kind === 'object' && !isRolling(window.kind) ? 'days' : 'months';
  const upTo = isWhole ? window.stretch.to : date;
  const counted = countedFor(book, terms);
  return quotaOf(book, window.measure, window.unit, { stretch: window.stretch, counts, counted }, upTo);
}

/** What the same component measured in the window of the same kind just before (D9). */
function measuredBefore(credits: readonly Credit[], { kind, stretch, measure, unit }: Window): Ratio {
  const before = isRolling(kind)
    ? rollingWindow({ from: '', to: stretch.from }, kind.rolling)
    : typeof kind === 'string' && kind !== 'deal'
      ? windowOn(dayBefore(stretch.from), kind)
      : null;
  if (before === null) throw new Refusal('target_previous', 'there is no window before this one');
  return measured(credits, measure, unit, before);
}

function measured(credits: readonly Credit[], measure: string, unit: string, stretch: Stretch): Ratio {
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

/** Whether a gate is open for a credit's terms at an evaluation date: now, or for a latch at any evaluation so far in its window (D11). */
export function isOpen(scope: Scope, terms: Credit, gate: Gate, window: Window, date: string): boolean {
  const { cadence } = scope.book.calendar;
  if (isReached(scope, terms, gate, date)) return true;
  const latches = gate.opens === 'latch' && !isRolling(gate.window) && gate.window !== 'deal';
  if (!latches) return false;
  const stretch = gateWindow(gate, date, cadence);
  return evaluationsIn(stretch, window, cadence)
    .filter((each) => each < date)
    .some((each) => isReached(scope, terms, gate, each));
}

/** Ends of pay periods, and of the component's windows, inside a stretch. */
function evaluationsIn(stretch: Stretch, { kind }: Window, cadence: 'month' | 'quarter'): readonly string[] {
  const ends = new Set<string>();
  for (const period of payPeriods(stretch.from, stretch.to, cadence)) {
    ends.add(period.to);
    if (isRolling(kind) || kind === 'deal') continue;
    for (let day = period.from; day < period.to; ) {
      const end = windowOn(day, kind)?.to ?? nextBegin(kind, day, period.to);
      if (end <= period.to) ends.add(end);
      day = end;
    }
  }
  return [...ends].filter((end) => isWithin(stretch, dayBefore(end)));
}

/** Where a plan-defined window begins after a day that it does not hold, or the given end. */
function nextBegin(kind: Component['window'], day: string, end: string): string {
  return typeof kind === 'object' && 'from' in kind && kind.from > day && kind.from < end ? kind.from : end;
}

/** The window of a gate that holds the day before the evaluation (D10). */
function gateWindow({ window }: Gate, date: string, cadence: 'month' | 'quarter'): Stretch {
  const lastDay = dayBefore(date);
  if (isRolling(window)) return rolling(payPeriodOf(lastDay, cadence), window.rolling);
  if (typeof window === 'object') return window;
  if (window === 'deal') return payPeriodOf(lastDay, cadence);
  const stretch = windowOn(lastDay, window);
  if (stretch === null) throw new TypeError('every day has its calendar window');
  return stretch;
}

/** An amount of one measure, or the weighted average of attainments, has come as far as the gate asks. */
function isReached(scope: Scope, terms: Credit, gate: Gate, date: string): boolean {
  const window = gateWindow(gate, date, scope.book.calendar.cadence);
  const upTo = { from: window.from, to: earlier(date, window.to) };
  const parts = gate.measures.map(({ measure, weight }) => {
    const amount = measuredByGate(scope, terms, measure, upTo);
    if (gate.against === 'amount') return amount;
    return times(over(amount, required(gateQuota(scope, terms, gate, measure, window), gate.name)), read(weight));
  });
  return !less(total(parts), read(gate.atLeast));
}

/** The quota that a gate is held against: always of its whole window. */
function gateQuota({ book }: Scope, terms: Credit, gate: Gate, measure: string, stretch: Stretch): Ratio | null {
  const counts = typeof gate.window === 'object' && !isRolling(gate.window) ? 'days' : 'months';
  const counted = countedFor(book, terms);
  return quotaOf(book, measure, unitOfMetric(book, terms, measure), { stretch, counts, counted }, stretch.to);
}

function unitOfMetric(book: Book, { plan }: Credit, measure: string): string {
  const newest = book.metrics.get(measure)?.versions.at(-1);
  return newest?.document.unit === 'number' ? 'number' : plan.document.currency;
}

/** The component's own credits for its own measure; for another measure, its pool's credits on deals on which it is in force (D10). */
function measuredByGate({ book, credits }: Scope, terms: Credit, measure: string, stretch: Stretch): Ratio {
  const { component, id, unit } = terms;
  if (measure === component.measure) return measured(credits, measure, unit, stretch);
  const { currency } = terms.plan.document;
  const deals = [...book.deals.values()].filter(({ closedOn }) => isWithin(stretch, closedOn));
  return total(
    deals.map((deal) => {
      const isInForce = componentsOn(book, selectionDate(deal)).some((each) => each.id === id);
      const share = shareOf(book, component, deal);
      if (!isInForce || isNothing(share)) return NOTHING;
      return times(worthOf(book, measure, deal, currency) ?? NOTHING, share);
    }),
  );
}

/** Where an open gate that lets through the excess begins to count: an amount of the component's own measure (D12). */
export function thresholdOf(scope: Scope, terms: Credit, gate: Gate, date: string): Ratio {
  if (gate.against === 'amount') return read(gate.atLeast);
  const window = gateWindow(gate, date, scope.book.calendar.cadence);
  const measure = terms.component.measure;
  return times(read(gate.atLeast), required(gateQuota(scope, terms, gate, measure, window), gate.name));
}
