import { add, cmp, div, type Exact, mul, sign, ZERO } from '@ledger/money';
import type { Book } from './book.ts';
import type { CompiledGate } from './compile.ts';
import { type ComponentInForce, metricOn, type Obstacle } from './in-force.ts';
import type { Measures } from './measured.ts';
import { type Cadence, dayBefore, earliestOf, type Span } from './periods.ts';
import { isQuotaOf, quotaOf, type WindowQuota } from './quota.ts';
import { quotaCurrency, quotaMissing } from './target.ts';
import { gateDates, gateWindowOn, isByPeriod } from './windows.ts';

/** One measure that a gate looked at. */
export interface Looked {
  readonly metric: string;
  readonly weight: Exact;
  readonly unit: string;
  readonly measured: Exact;
  /** `null` where the gate asks for an amount. */
  readonly quota: WindowQuota | null;
}

/** A gate as of a date (mechanics §3). */
export interface GateState {
  readonly gate: CompiledGate;
  readonly open: boolean;
  /** The date up to which it was measured: the asked one, or the first on which a latch was reached. */
  readonly on: string;
  /** `null`: its window has not begun. */
  readonly window: Span | null;
  readonly looked: readonly Looked[];
  /** Weighted attainment, or the measured amount. */
  readonly reached: Exact;
  /** Measured amount from which on it is open, where only the excess is paid. */
  readonly threshold: Exact | null;
}

export interface GateContext {
  readonly book: Book;
  readonly inForce: ComponentInForce;
  /** Unit that the component measures in. */
  readonly unit: string;
  readonly measures: Measures;
}

/** The state of a gate of a component as of a date. A latch that was reached earlier in its window is still open. */
export function gateOn(context: GateContext, gate: CompiledGate, on: string): GateState | Obstacle {
  const { cadence } = context.book.calendar;
  const window = gateWindowOn(gate.window, on, cadence);
  if (window === null) return { gate, open: false, on, window, looked: [], reached: ZERO, threshold: null };
  const latches = gate.document.opens === 'latch' && !isByPeriod(gate.window);
  for (const date of latches ? earlierDates(context, window, on, cadence) : []) {
    const state = measuredOn(context, gate, window, date);
    if ('code' in state || state.open) return state;
  }
  return measuredOn(context, gate, window, on);
}

function earlierDates({ inForce }: GateContext, window: Span, on: string, cadence: Cadence): readonly string[] {
  return gateDates(inForce.component.document.window, window, on, cadence).slice(0, -1);
}

function measuredOn(context: GateContext, gate: CompiledGate, window: Span, on: string): GateState | Obstacle {
  const looked: Looked[] = [];
  let reached = ZERO;
  let threshold: Exact | null = null;
  for (const { metric, weight } of gate.measures) {
    const one = lookAt(context, gate, window, on, metric, weight);
    if ('code' in one) return one;
    looked.push(one);
    reached = add(reached, one.quota === null ? one.measured : mul(weight, div(one.measured, one.quota.value)));
    if (gate.isExcess) threshold = one.quota === null ? gate.atLeast : mul(gate.atLeast, one.quota.value);
  }
  return { gate, open: cmp(reached, gate.atLeast) >= 0, on, window, looked, reached, threshold };
}

function lookAt(
  { book, inForce, unit: ownUnit, measures }: GateContext,
  { document }: CompiledGate,
  window: Span,
  on: string,
  metric: string,
  weight: Exact,
): Looked | Obstacle {
  const { component, planVersion } = inForce;
  const isOwn = metric === component.document.measure;
  const known = book.metrics.get(metric)?.versions.at(-1);
  if (known === undefined) {
    const says = `gate ${document.name} measures ${metric}, and no such metric is defined; define it`;
    return { code: 'metric_unknown', says, scope: document.name };
  }
  const { unit: kind } = (metricOn(book, metric, dayBefore(on))?.version ?? known).document;
  const unit = isOwn ? ownUnit : kind === 'money' ? planVersion.document.currency : 'number';
  const within = { from: window.from, to: earliestOf(on, window.to) };
  const measured = isOwn
    ? measures.own(component.id, metric, unit, within)
    : measures.other(inForce, metric, unit, within);
  if ('code' in measured) return measured;
  if (document.against === 'amount') return { metric, weight, unit, measured, quota: null };
  const quota = quotaOf(book, metric, window);
  if (quota === null) return quotaMissing(metric, window);
  if (!isQuotaOf(quota, unit)) return quotaCurrency(quota, unit);
  if (sign(quota.value) > 0) return { metric, weight, unit, measured, quota };
  const says = `the quota for ${metric} in ${window.id} is 0, so gate ${document.name} cannot be measured; assign a quota or let the gate ask for an amount`;
  return { code: 'quota_zero', says, scope: window.id };
}
