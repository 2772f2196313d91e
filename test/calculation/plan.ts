import { checkPlan } from '@ledger/calculation';
import type { Band, Component, Gate, MetricDocument, PlanDocument } from '@ledger/events';

/** A plan of one component, and what is found wrong with it when one thing is changed. */

const METRIC: MetricDocument = {
  metric: 'new-arr',
  title: 'New ARR',
  unit: 'money',
  of: 'deal',
  counts: 'true',
  amount: 'deal.amount',
};
const KNOWN = new Map([
  ['new-arr', METRIC],
  ['units', { ...METRIC, metric: 'units', unit: 'number' as const, amount: '1' }],
]);
const COMPONENT: Component = {
  title: 'New business',
  credits: 'primary',
  when: 'true',
  measure: 'new-arr',
  paysOn: null,
  window: 'quarter',
  target: 'quota',
  tierBy: 'attainment',
  read: 'marginal',
  rateAt: 'after',
  each: 'deal',
  table: [band('0%', '8%')],
  curve: [],
  targetIncentive: null,
  atBound: 'upper-band',
  multiplyCredit: [],
  multiplyEarning: [],
  gates: [],
  floor: null,
  cap: null,
  round: 'each-line',
};
export const GATE: Gate = {
  name: 'hurdle',
  measures: [{ measure: 'new-arr', weight: '100%' }],
  window: 'quarter',
  against: 'quota',
  atLeast: '90%',
  opens: 're-evaluate',
  pays: 'everything',
  guards: 'component',
};
export const CAP = { deal: null, period: null, window: null, year: null, excess: 'forfeited' } as const;
export const CURVE: Pick<Component, 'read' | 'table'> = { read: 'curve', table: [] };

export function band(from: string, share: string | null, more: Partial<Band> = {}): Band {
  const pays = share === null ? null : ({ by: 'share', share } as const);
  return { from, to: null, pays, lump: null, applies: 'marginal', gate: null, ...more };
}
export const bands = (...pairs: readonly (readonly [from: string, pays: string])[]) => ({
  table: pairs.map(([from, pays]) => band(from, pays)),
});
export const unit = (money: string) => ({ by: 'unit', money }) as const;
export const amount = (money: string) => ({ by: 'amount', money }) as const;
export const retroactive = { applies: 'retroactive' } as const;

export function check(change: Partial<Component>, plan: Partial<PlanDocument> = {}) {
  const document: PlanDocument = {
    plan: 'ae',
    title: 'AE',
    currency: 'USD',
    exchange: 'booking-date',
    rounding: 'half-up',
    components: { 'new-business': { ...COMPONENT, ...change } },
    ...plan,
  };
  return checkPlan(document, KNOWN);
}

export type Case = readonly [says: string, change: Partial<Component>, field: string, message: RegExp];
