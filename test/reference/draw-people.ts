import type { Component, Counting, Proration, QuotaAmounts, Ramp } from '@ledger/events';
import fc from 'fast-check';

/** Draws what plans and quotas say of people who come, go, are away and start: in a part of the stories only. */

function rarely<T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 10 - weight, arbitrary: fc.constant(null) }, { weight, arbitrary });
}

const counting: fc.Arbitrary<Counting> = fc.record({
  by: fc.constantFrom<Counting['by'][]>('calendar-days', 'working-days', 'whole-months', '30-360'),
  of: fc.constantFrom<Counting['of'][]>('actual', 'actual', '365', '360', '260'),
  decidingDay: fc.constantFrom(15, 15, 1, 31),
  changeDay: fc.constantFrom<Counting['changeDay'][]>('new', 'new', 'old'),
  roundShare: fc.constantFrom(null, null, 1, 0),
  roundAmount: fc.constantFrom(null, null, '1', '100'),
});

const dates = fc.constantFrom('2026-01-15', '2026-02-01', '2026-02-15', '2026-03-10', '2026-01-01', '2026-03-31');

const ramp: fc.Arbitrary<Ramp> = fc.record({
  shares: fc.constantFrom(['50%'], ['25%', '50%', '75%', '100%'], ['0%', '60%'], ['40%', '80%', '100%']),
  per: fc.constantFrom('month' as const, 'month' as const, 'quarter' as const),
  from: fc.oneof(fc.constant('start' as const), dates),
  steps: fc.constantFrom<Ramp['steps'][]>('anniversary', 'calendar', 'next'),
  leave: fc.constantFrom<Ramp['leave'][]>('counts', 'pauses'),
});

const quotaTerms = fc.record({
  spread: rarely(3, fc.constant(true)),
  changes: rarely(
    4,
    fc
      .uniqueArray(fc.record({ from: dates, tenths: fc.constantFrom(7, 13, 10, 0) }), {
        minLength: 1,
        maxLength: 2,
        selector: ({ from }) => from,
      })
      .map((list) => list.sort((a, b) => (a.from < b.from ? -1 : 1))),
  ),
  ramp: rarely(5, ramp),
  prorate: rarely(4, fc.constantFrom('employed' as const, 'assigned' as const)),
  count: rarely(6, counting),
  relief: rarely(
    3,
    fc.record({ minimumDays: fc.constantFrom(15, 40), minimum: fc.constantFrom('each' as const, 'together' as const) }),
  ),
});
export type QuotaExtras = typeof quotaTerms extends fc.Arbitrary<infer S> ? S : never;

const componentTerms = fc.record({
  withoutQuota: rarely(7, fc.constantFrom('pays-base' as const, 'full-attainment' as const, 'pays-nothing' as const)),
  prorate: rarely(
    5,
    fc.record({
      over: fc.constantFrom<Proration['over'][]>('assigned', 'employed'),
      leave: fc.constantFrom<Proration['leave'][]>('counts', 'left-out'),
      what: fc.constantFrom<Proration['what'][]>(
        ['quota', 'target', 'target-incentive'],
        ['target', 'caps'],
        ['quota', 'target', 'target-incentive', 'lumps', 'bounds', 'caps'],
        ['quota', 'caps'],
        ['quota', 'lumps'],
        ['quota', 'bounds', 'target-incentive'],
      ),
      count: counting,
    }),
  ),
  inRamp: rarely(6, fc.constant(true)),
});
export type ComponentExtras = typeof componentTerms extends fc.Arbitrary<infer S> ? S : never;

export const people = fc.record({
  startsOn: fc.constantFrom('2025-01-01', '2025-01-01', '2026-01-01', '2026-01-15', '2026-02-01', '2026-02-10'),
  leaves: fc.oneof(
    { weight: 5, arbitrary: fc.constant<{ from: string; to: string }[]>([]) },
    {
      weight: 5,
      arbitrary: fc.constantFrom<{ from: string; to: string }[][]>(
        [{ from: '2026-01-20', to: '2026-02-05' }],
        [{ from: '2026-02-10', to: '2026-04-01' }],
        [
          { from: '2026-03-05', to: '2026-03-20' },
          { from: '2026-01-05', to: '2026-01-12' },
        ],
      ),
    },
  ),
  /** Some of them on a weekend. */
  holidays: fc.constantFrom([], ['2026-01-01', '2026-02-16', '2026-03-06'], ['2026-01-01', '2026-02-15', '2026-03-07']),
  quota: quotaTerms,
  component: componentTerms,
});
export type People = typeof people extends fc.Arbitrary<infer S> ? S : never;

/** A quota with what is said beside its amounts. */
export function withTerms(quota: QuotaAmounts, year: number, terms: QuotaExtras): QuotaAmounts {
  const { per, amounts } = quota;
  const spreads = { month: [10, 5, 15, 10, 5, 15, 5, 5, 5, 5, 10, 10], quarter: [20, 25, 30, 25], year: null }[per];
  const isSpread = terms.spread === true && spreads !== null && amounts.length === 1;
  const first = Number(amounts[0]);
  const whole = isSpread ? Math.round(first * spreads.length * 10) / 10 : first;
  const changed = (tenths: number) => String(Math.round(whole * tenths * 10) / 100);
  const changes = (terms.changes ?? []).map(({ from, tenths }) => ({ from, amount: changed(tenths) }));
  return {
    ...quota,
    amounts: isSpread ? [String(whole)] : amounts,
    ...(isSpread ? { spread: spreads.map((share) => `${share}%`) } : {}),
    ...(changes.length > 0 && year === 2026 ? { changes } : {}),
    ...(terms.ramp === null ? {} : { ramp: terms.ramp }),
    ...(terms.prorate === null ? {} : { prorate: terms.prorate }),
    ...(terms.count === null ? {} : { count: terms.count }),
    ...(terms.relief === null ? {} : { relief: terms.relief }),
  };
}

/** A component that says more of people, where it may. */
export function withPeople(component: Component, terms: ComponentExtras): Component {
  const { tierBy, target, cap, targetIncentive, table } = component;
  const { withoutQuota, inRamp } = terms;
  const has = {
    quota: true,
    target: typeof target === 'object',
    'target-incentive': targetIncentive !== null,
    lumps: table.some(({ lump, pays }) => lump !== null || pays?.by === 'amount'),
    bounds: tierBy === 'amount',
    caps: cap !== null && (cap.period ?? cap.window ?? cap.year) !== null,
  };
  const what = terms.prorate?.what.filter((each) => has[each]) ?? [];
  const prorate = terms.prorate === null || what.length === 0 ? {} : { prorate: { ...terms.prorate, what } };
  const isAsked = typeof target === 'string' || what.includes('target');
  return {
    ...component,
    table: table.map((band, at) => (inRamp === true && at > 0 ? { ...band, inRamp: 'barred' } : band)),
    ...prorate,
    ...(withoutQuota !== null && tierBy === 'attainment' && isAsked ? { withoutQuota } : {}),
  };
}
