import type { Component, PlanDocument } from '@ledger/events';
import fc from 'fast-check';
import { mostly } from './draw-plan.ts';

/** Draws what raises pay periods, what caps offer again, and caps of plans. */

export const capTerms = fc.record({
  /** Not above any cap of a plan. */
  floor: mostly<string | null>(7, null, '30', '12.5', '37.75'),
  isPaid: mostly(7, false, true),
});

export function withCaps(
  component: Component,
  { floor, isPaid }: typeof capTerms extends fc.Arbitrary<infer C> ? C : never,
): Component {
  const { cap } = component;
  const isLimited = cap !== null && (cap.period ?? cap.window ?? cap.year) !== null;
  const { above: _, ...hard } = cap ?? {};
  const limits = { deal: null, window: null, year: null, ...hard, period: isLimited ? cap.period : '60' };
  return {
    ...component,
    floor: floor === null ? component.floor : { deal: component.floor?.deal ?? null, period: floor },
    ...(isPaid ? { subtract: 'paid' as const, cap: { ...limits, excess: 'forfeited' as const } } : {}),
  };
}

/** The component without what may not be said of it: what it is drawn with may have changed since. */
export function tidied(component: Component): Component {
  const { floor, cap, subtract, window, ...rest } = component;
  const isLimited = cap !== null && (cap.period ?? cap.window ?? cap.year) !== null && cap.excess === 'forfeited';
  const hasWindow = typeof window === 'string' ? window !== 'deal' : 'from' in window;
  const least = floor?.period;
  const limits = [cap?.period, cap?.window, cap?.year];
  const isTooHigh = least !== undefined && limits.some((limit) => limit != null && Number(limit) < Number(least));
  const lower = floor?.deal == null ? null : { deal: floor.deal };
  return {
    ...rest,
    window,
    cap,
    floor: isTooHigh ? lower : floor,
    ...(subtract !== undefined && isLimited && hasWindow ? { subtract } : {}),
  };
}

/** Caps of versions of plans, in their order. */
export const planCaps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constant<PlanDocument['cap']>(undefined) },
    {
      weight: 5,
      arbitrary: fc.constantFrom<NonNullable<PlanDocument['cap']>[]>(
        { period: '80', year: null },
        { period: null, year: '150.5' },
        { period: '66.67', year: '120' },
        { period: '40', year: null, earningsOf: ['main'] },
        [
          { period: '40', year: null, earningsOf: ['main'] },
          { period: '60', year: '130', earningsOf: ['main', 'side'] },
        ],
        [
          { period: null, year: '150.5' },
          { period: '38.5', year: null, earningsOf: ['side'] },
        ],
      ),
    },
  ),
  { minLength: 3, maxLength: 3 },
);
