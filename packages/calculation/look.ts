import { add, div, type Exact, isZero, mul, sign, sum, ZERO } from '@ledger/money';
import type { Book } from './book.ts';
import { type ComponentInForce, metricOn, type Obstacle } from './in-force.ts';
import type { CompiledLook } from './looks.ts';
import type { Measures } from './measured.ts';
import { dayBefore, earliestOf, type Span } from './periods.ts';
import { presenceIn } from './presence.ts';
import { isQuotaOf, quotaUpTo, type WindowQuota } from './quota.ts';
import { quotaCurrency, quotaMissing } from './target.ts';
import { quotaUnder } from './team-quota.ts';
import { gateWindowOn } from './windows.ts';

/** One measure that was looked at. */
export interface Looked {
  readonly metric: string;
  readonly weight: Exact;
  readonly unit: string;
  readonly measured: Exact;
  /** `null` where an amount is asked for. */
  readonly quota: WindowQuota | null;
  /** The quota of the window, or what of it is over by the date; what a ratio is over; 0 where an amount is asked for. */
  readonly target: Exact;
}

/** What was found as of a date. */
export interface LookState {
  readonly look: CompiledLook;
  readonly on: string;
  /** `null`: its window has not begun. */
  readonly window: Span | null;
  readonly looked: readonly Looked[];
  /** Attainment, by weights or of the sums, or the measured amount. */
  readonly reached: Exact;
}

export interface LookContext {
  readonly book: Book;
  readonly inForce: ComponentInForce;
  /** Unit that the component measures in. */
  readonly unit: string;
  readonly measures: Measures;
}

/** What a look finds as of a date; nothing where its window has not begun. */
export function lookOn(context: LookContext, look: CompiledLook, on: string): LookState | Obstacle {
  const window = gateWindowOn(look.window, on, context.book.calendar.cadence);
  if (window === null) return { look, on, window, looked: [], reached: ZERO };
  return lookIn(context, look, window, on);
}

export function lookIn(context: LookContext, look: CompiledLook, window: Span, on: string): LookState | Obstacle {
  const looked: Looked[] = [];
  for (const { metric, weight, component } of look.measures) {
    const one = lookAt(context, look, window, on, { metric, weight, component });
    if ('code' in one) return one;
    looked.push(one);
  }
  const { against, combine } = look.document;
  const isOverSum = combine === 'sum' && against !== 'amount';
  if (isOverSum && sign(sum(looked.map(({ target }) => target))) <= 0) {
    return quotaZero(look.measures.map(({ metric }) => metric).join(' and '), window);
  }
  return { look, on, window, looked, reached: reachedBy(look, looked) };
}

function reachedBy({ document: { against, combine } }: CompiledLook, looked: readonly Looked[]): Exact {
  let reached = ZERO;
  let target = ZERO;
  for (const { measured, weight, target: own } of looked) {
    const isAdded = combine === 'sum' || against === 'amount';
    // Only a ratio of nothing to nothing is over nothing.
    reached = add(reached, isAdded || isZero(own) ? measured : mul(weight, div(measured, own)));
    target = add(target, own);
  }
  return combine === 'sum' && against !== 'amount' && !isZero(target) ? div(reached, target) : reached;
}

function lookAt(
  { book, inForce, unit: ownUnit, measures }: LookContext,
  { document: { against, combine, over } }: CompiledLook,
  window: Span,
  on: string,
  { metric, weight, component: other }: CompiledLook['measures'][number],
): Looked | Obstacle {
  const { component, planVersion } = inForce;
  const isOwn = other === null && metric === component.document.measure;
  const known = book.metrics.get(metric)?.versions.at(-1);
  if (known === undefined) {
    const says = `plan ${inForce.plan} looks at ${metric}, and no such metric is defined; define it`;
    return { code: 'metric_unknown', says, scope: metric };
  }
  const { unit: kind } = (metricOn(book, metric, dayBefore(on))?.version ?? known).document;
  const unit = isOwn ? ownUnit : kind === 'money' ? planVersion.document.currency : 'number';
  const within = { from: window.from, to: earliestOf(on, window.to) };
  const measured =
    other !== null || isOwn
      ? measures.own(other ?? component.id, metric, unit, within, other === null ? component.anew : null)
      : measures.other(inForce, metric, unit, within);
  if ('code' in measured) return measured;
  if (over !== undefined) {
    const all =
      over === component.document.measure
        ? measures.own(component.id, over, unit, within, component.anew)
        : measures.other(inForce, over, unit, within);
    if ('code' in all) return all;
    if (sign(all) <= 0 && !(isZero(all) && isZero(measured))) return ratioUndefined(metric, over, window);
    return { metric, weight, unit, measured, quota: null, target: all };
  }
  if (against === 'amount') return { metric, weight, unit, measured, quota: null, target: ZERO };
  const asked = other === null ? component.document : planVersion.document.components[other];
  const quota = quotaUnder(book, asked, metric, window, unit, presenceIn(book, inForce, window));
  if (quota === null) return quotaMissing(metric, window);
  if ('code' in quota) return quota;
  if (!isQuotaOf(quota, unit)) return quotaCurrency(quota, unit);
  const target = against === 'quota-to-date' && on < window.to ? quotaUpTo(quota, on) : quota.value;
  // Of several that are added up, the sum is what is held against.
  if (sign(target) > 0 || combine === 'sum') return { metric, weight, unit, measured, quota, target };
  return quotaZero(metric, window);
}

function ratioUndefined(metric: string, over: string, { id }: Span): Obstacle {
  const says = `${over} in ${id} is not above 0 and ${metric} is not 0, so the ratio of the two has no value; correct the deals, or let the plan ask for an amount`;
  return { code: 'quota_zero', says, scope: id };
}

function quotaZero(metrics: string, { id }: Span): Obstacle {
  const says = `the quota for ${metrics} in ${id} is 0, so its attainment has no value; assign a quota or let the plan ask for an amount`;
  return { code: 'quota_zero', says, scope: id };
}
