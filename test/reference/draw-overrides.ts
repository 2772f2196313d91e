import type { Component } from '@ledger/events';
import fc from 'fast-check';
import { gatesFor, isCounted, mostly } from './draw-plan.ts';

/** Draws what a manager is paid for what a team earns, out of a component that is paid for what it sells. */

const sketch = fc.record({
  measures: mostly(5, true, false),
  of: mostly<NonNullable<Component['earningsOf']>>(4, 'all', ['main'], ['side', 'main'], ['team'], ['main', 'over']),
});

export function overriding(drawn: fc.Arbitrary<Component>): fc.Arbitrary<Component> {
  return fc.tuple(drawn, sketch).map(([component, { measures, of }]) => {
    const own = component.team?.own === 'included' ? 'apart' : component.team?.own;
    const { own: _own, ...team } = component.team ?? {};
    const { incentive, fee: _fee, ...sold } = component;
    const isMoney = !isCounted(component.paysOn ?? component.measure);
    const plain: Component = {
      ...sold,
      ...(isMoney && incentive !== undefined ? { incentive } : {}),
      earningsOf: of,
      team: own === undefined ? team : { ...team, own },
      when: 'true',
      multiplyCredit: [],
      multiplyEarning: [],
      floor: null,
      cap: capOf(component),
      table: component.table.map(inMoney),
      targetIncentive: isMoney ? component.targetIncentive : null,
    };
    return measures ? measuring(plain) : { ...plain, paysOn: 'earnings' };
  });
}

function capOf({ cap }: Component): Component['cap'] {
  if (cap === null || (cap.period ?? cap.window ?? cap.year) === null) return null;
  return { ...cap, deal: null };
}

function inMoney(band: Component['table'][number]): Component['table'][number] {
  return band.pays?.by === 'unit' ? { ...band, pays: { by: 'share', share: '12.5%' } } : band;
}

/** What is earned is less than what is sold. */
function measuring(component: Component): Component {
  const { target, tierBy, table, curve, gates, measure } = component;
  const { quotas: _quotas, ...team } = component.team ?? {};
  const isQuota = target === 'quota' || target === 'quota-to-date';
  const less = (text: string) => (text.endsWith('%') ? `${Number(text.slice(0, -1)) * 5}` : `${Number(text) / 10}`);
  const byAmount = tierBy === 'amount' || isQuota;
  const bound = byAmount ? less : (text: string) => text;
  return {
    ...component,
    measure: 'earnings',
    team,
    paysOn: null,
    target: typeof target === 'object' ? { amount: '150' } : target,
    tierBy: byAmount ? 'amount' : 'attainment',
    table: table.map((band) => ({
      ...band,
      from: bound(band.from),
      to: band.to === null ? null : bound(band.to),
      ...(band.forEach === undefined ? {} : { forEach: bound(band.forEach) }),
      gate: null,
    })),
    curve: curve.map((point) => ({ ...point, at: bound(point.at) })),
    gates: gatesFor(
      [],
      gates.filter(
        ({ pays, measures, guards }) =>
          pays === 'everything' && guards === 'component' && !measures.some((each) => each.measure === measure),
      ),
    ),
  };
}
