import type { Component, Streak } from '@ledger/events';
import fc from 'fast-check';
import { isCounted, mostly } from './draw-plan.ts';

/** Draws what is paid once for a window, out of a component that is paid by a table. */

const streak: fc.Arbitrary<Omit<Streak, 'atLeast'>> = fc.record({
  windows: fc.constantFrom(2, 2, 2, 3),
  pays: fc.constantFrom('100', '33.335'),
  afterwards: fc.constantFrom<Streak['afterwards'][]>('restart', 'continue', 'stop'),
  acrossYears: mostly(6, true, false),
});

const levels = {
  attainment: ['25%', '50%', '10%', '100%'],
  money: ['250', '500', '1000'],
  number: ['1', '2'],
} as const;

/** The component as it pays once for a window. */
function paidAtEnd(drawn: Component): Component {
  const { window, gates, cap } = drawn;
  const isOther = typeof window === 'object' || window === 'deal';
  return {
    ...drawn,
    window: isOther ? 'half-month' : window,
    paysOn: null,
    read: 'marginal',
    rateAt: 'after',
    each: 'deal',
    table: [],
    curve: [],
    targetIncentive: null,
    atBound: 'upper-band',
    multiplyEarning: [],
    gates: gates.filter(({ pays, guards }) => pays === 'everything' && guards === 'component'),
    floor: null,
    cap: cap === null || cap.year === null ? null : { ...NO_CAP, year: cap.year },
  };
}

const NO_CAP = { deal: null, period: null, window: null, year: null, excess: 'forfeited' } as const;

function levelOf({ tierBy, measure }: Component, at: number): string {
  const list = tierBy === 'attainment' ? levels.attainment : isCounted(measure) ? levels.number : levels.money;
  return list[at % list.length] ?? '1';
}

const withoutQuota = mostly<Component['withoutQuota'] | null>(7, null, 'full-attainment', 'pays-nothing');

export function rows(drawn: fc.Arbitrary<Component>): fc.Arbitrary<Component> {
  return fc.tuple(drawn, streak, fc.nat({ max: 3 }), withoutQuota).map(([component, terms, at, otherwise]) => {
    const isLong = component.window === 'quarter' || component.window === 'year' || component.window === 'half';
    const paid = paidAtEnd(isLong ? { ...component, window: 'month' } : component);
    const asks = otherwise !== null && paid.tierBy === 'attainment' && typeof paid.target === 'string';
    return {
      ...paid,
      streak: { ...terms, atLeast: levelOf(paid, at) },
      ...(asks && otherwise !== undefined ? { withoutQuota: otherwise } : {}),
    };
  });
}
