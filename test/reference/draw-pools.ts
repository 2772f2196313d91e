import type { Component, Contest, Counting, Personal, Proration, Streak } from '@ledger/events';
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
  const { incentive: _, fee: __, ...own } = drawn;
  const { window, gates, cap } = own;
  const isOther = typeof window === 'object' || window === 'deal';
  return {
    ...own,
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

const BY_DAYS: Counting = {
  by: 'calendar-days',
  of: 'actual',
  decidingDay: 15,
  changeDay: 'new',
  roundShare: null,
  roundAmount: null,
};

const contest = fc.record({
  awards: fc.constantFrom<Contest['awards'][]>(
    {
      by: 'place',
      prizes: [
        { from: 1, to: 1, pays: '500' },
        { from: 2, to: 2, pays: '250.01' },
      ],
    },
    { by: 'place', prizes: [{ from: 1, to: 3, pays: '100' }] },
    { by: 'top', prizes: [{ top: '50%', pays: '100' }] },
    {
      by: 'top',
      prizes: [
        { top: '10%', pays: '300.05' },
        { top: '100%', pays: '20' },
      ],
    },
    {
      by: 'place',
      prizes: [
        { from: 1, to: 1, pays: '200%' },
        { from: 2, to: 3, pays: '33.3%' },
      ],
    },
    { by: 'top', prizes: [{ top: '60%', pays: '50%' }] },
    { by: 'pot', pot: { by: 'money', money: '100' }, divided: 'by-score' },
    { by: 'pot', pot: { by: 'money', money: '1000.01' }, divided: 'equally' },
    { by: 'pot', pot: { by: 'share', share: '2%' }, divided: 'by-score' },
    { by: 'pot', pot: { by: 'share', share: '3.333%' }, divided: 'equally' },
  ),
  qualifies: mostly(5, null, 0, 1),
  ties: fc.constantFrom<Contest['ties'][]>('share', 'higher', 'higher', 'lower', 'lower', 'earlier'),
  present: mostly<Contest['present']>(6, 'at-end', 'any-time'),
  among: mostly<Contest['among']>(8, null, ['ada', 'mo']),
  group: mostly<Contest['group']>(4, 'race', null),
});

const incentives = fc.record({
  whole: fc.constantFrom<(string | Personal)[]>(
    '300.00',
    '100.01',
    { term: 'target-incentive', share: '100%', changes: 'start' },
    { term: 'target-incentive', share: '50%', changes: 'by-days' },
    { term: 'salary', share: '33.3%', changes: 'end' },
  ),
  prorate: mostly<Proration | null>(
    4,
    null,
    { over: 'employed', leave: 'counts', what: ['target-incentive'], count: BY_DAYS },
    { over: 'assigned', leave: 'left-out', what: ['target-incentive'], count: BY_DAYS },
  ),
});

/** Whoever grows from nothing is level with everybody else who does. */
const LEVEL = { target: 'previous', tierBy: 'attainment', withoutQuota: 'full-attainment' } as const;

export function races(drawn: fc.Arbitrary<Component>): fc.Arbitrary<Component> {
  const drawing = fc.tuple(drawn, contest, withoutQuota, mostly(3, false, true), incentives);
  return drawing.map(([component, { qualifies, ...terms }, otherwise, isLevel, { whole, prorate }]) => {
    const paid = paidAtEnd(component);
    const { awards } = terms;
    const isShare = awards.by === 'pot' && awards.pot.by === 'share';
    const tiers = isShare ? { tierBy: 'amount' as const } : isLevel ? LEVEL : {};
    // Prizes in percent are of the target incentive.
    const isOfIncentive = awards.by !== 'pot' && awards.prizes.every(({ pays }) => pays.endsWith('%'));
    const agreed = typeof whole === 'string' ? { targetIncentive: whole } : { targetIncentive: null, personal: whole };
    const incentive = isOfIncentive ? { ...agreed, ...(prorate === null ? {} : { prorate }) } : {};
    const ranked: Component = { ...paid, round: 'each-line', ...tiers, ...incentive };
    const asks = otherwise !== null && ranked.tierBy === 'attainment' && typeof ranked.target === 'string';
    return {
      ...ranked,
      contest: {
        ...terms,
        ties: awards.by === 'pot' ? 'share' : terms.ties,
        atLeast: qualifies === null ? null : levelOf(ranked, qualifies),
      },
      ...(asks && otherwise !== undefined ? { withoutQuota: otherwise } : {}),
    };
  });
}
