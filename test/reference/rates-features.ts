import type { Component, Look } from '@ledger/events';
import type { Comparison } from './compare.ts';
import type { Feature } from './features.ts';
import { looksOf } from './look-back.ts';
import { hasLine } from './seen.ts';

/** What plans say of rates that depend on more than one measure, and what must be seen in stories of them. */

type Change = (look: Look) => Look;

const gates = (name: string, isIn: (gate: Component['gates'][number]) => boolean, change: Change): Feature => ({
  name: `gate: ${name}`,
  isIn: ({ gates: list }) => list.some(isIn),
  without: (component) => ({
    ...component,
    gates: component.gates.map((gate) => (isIn(gate) ? { ...gate, ...change(gate) } : gate)),
  }),
});

/** Of anything that looks and is no gate. */
const looks = (name: string, isIn: (look: Look, component: Component) => boolean, change: Change): Feature => ({
  name: `look: ${name}`,
  isIn: (component) => looksOf(component).some((look) => isIn(look, component)),
  without: (component) => {
    const changed = (look: Look) => (isIn(look, component) ? change(look) : look);
    const picked = (by: Component['tierOf']) => (by !== undefined && 'look' in by ? { look: changed(by.look) } : by);
    const { tierOf, columns, multiplyEarning } = component;
    return {
      ...component,
      ...(tierOf === undefined ? {} : { tierOf: picked(tierOf) }),
      ...(columns === undefined ? {} : { columns: { ...columns, by: picked(columns.by) ?? columns.by } }),
      multiplyEarning: multiplyEarning.map((each) => ('look' in each ? { ...each, look: changed(each.look) } : each)),
    };
  },
});

const columns = (name: string, isIn: (columns: NonNullable<Component['columns']>) => boolean): Feature => ({
  name: `columns ${name}`,
  isIn: ({ columns: said }) => said !== undefined && isIn(said),
  without: ({ columns: _, ...component }) => ({
    ...component,
    table: component.table.map(({ cells, lumps: _lumps, ...band }) => ({ ...band, pays: cells?.[0] ?? band.pays })),
  }),
});

const toQuota: Change = (look) => ({ ...look, against: 'quota' });
const toAttainment: Change = (look) => ({ ...look, over: undefined });
const toFirst: Change = (look) => ({ ...look, measures: look.measures.slice(0, 1), combine: undefined });

export const RATES_FEATURES: readonly Feature[] = [
  gates('a sum of amounts', ({ combine, against }) => combine === 'sum' && against === 'amount', toFirst),
  gates('a sum over a sum of quotas', ({ combine, against }) => combine === 'sum' && against !== 'amount', toFirst),
  {
    name: 'gate: three of which one is enough',
    isIn: ({ gates: list }) => list.filter(({ or }) => or !== undefined).length > 1,
    without: (component) => ({ ...component, gates: component.gates.map(({ or: _, ...gate }) => gate) }),
  },
  gates('quota to date', ({ against }) => against === 'quota-to-date', toQuota),
  gates(
    'another component',
    ({ measures }) => measures.some(({ component }) => component !== undefined),
    (look) => ({ ...look, measures: look.measures.map(({ component: _, ...each }) => each) }),
  ),
  looks('a sum of amounts', ({ combine, against }) => combine === 'sum' && against === 'amount', toFirst),
  looks('a sum over a sum of quotas', ({ combine, against }) => combine === 'sum' && against !== 'amount', toFirst),
  looks('a score', ({ combine, measures }) => combine === undefined && measures.length > 1, toFirst),
  gates('a ratio', ({ over }) => over !== undefined, toAttainment),
  looks('a ratio', ({ over }) => over !== undefined, toAttainment),
  looks('quota to date', ({ against }) => against === 'quota-to-date', toQuota),
  looks(
    'an amount',
    ({ against }) => against === 'amount',
    (look) => ({ ...look, measures: look.measures.slice(1) }),
  ),
  looks(
    'another window',
    ({ window }, component) => JSON.stringify(window) !== JSON.stringify(component.window),
    (look) => ({ ...look, window: look.window === 'year' ? 'month' : 'year' }),
  ),
  {
    name: 'a table by what is found elsewhere',
    isIn: ({ tierOf, read }) => tierOf !== undefined && 'look' in tierOf && read === 'retroactive',
    without: ({ tierOf: _, ...component }) => ({ ...component, tierBy: 'amount' }),
  },
  {
    name: 'a curve by what is found elsewhere',
    isIn: ({ tierOf, read }) => tierOf !== undefined && read === 'curve',
    without: ({ tierOf: _, ...component }) => ({ ...component, tierBy: 'amount' }),
  },
  looks(
    'another component',
    ({ measures }) => measures.some(({ component }) => component !== undefined),
    (look) => ({ ...look, measures: look.measures.map(({ component: _, ...each }) => each) }),
  ),
  columns('by what is found', ({ by }) => 'look' in by),
  {
    name: 'columns of a curve',
    isIn: ({ columns: said, read }) => said !== undefined && read === 'curve',
    without: ({ columns: said, ...component }) =>
      component.read === 'curve' || said === undefined ? component : { ...component, columns: said },
  },
  columns('by deal', ({ by }) => 'deal' in by),
  ...(['variants', 'products', 'categories'] as const).map((kind) => ({
    name: `tables for ${kind}`,
    isIn: ({ products }: Component) => products?.some((each) => each[kind].length > 0) === true,
    without: ({ products = [], ...component }: Component) => ({
      ...component,
      products: products.filter((each) => each[kind].length === 0),
    }),
  })),
  {
    name: 'a table by what each deal says',
    isIn: ({ tierOf }) => tierOf !== undefined && 'deal' in tierOf,
    without: ({ tierOf: _, ...component }) => component,
  },
  ...(['deal', 'part'] as const).map((on) => ({
    name: `curve on a ${on}`,
    isIn: ({ curveOn }: Component) => curveOn === on,
    without: ({ curveOn: _, ...component }: Component) => component,
  })),
  {
    name: 'curve before the deal',
    isIn: ({ curveOn, rateAt }) => curveOn === 'deal' && rateAt === 'before',
    without: (component) => ({ ...component, rateAt: 'after' }),
  },
  {
    name: 'lower band of columns',
    isIn: ({ columns: said, atBound }) => said !== undefined && atBound === 'lower-band',
    without: (component) => ({ ...component, atBound: 'upper-band' }),
  },
  {
    name: 'floor of a period',
    isIn: ({ floor }) => floor?.period !== undefined,
    without: (component) => ({ ...component, floor: component.floor === null ? null : { deal: component.floor.deal } }),
  },
  {
    name: 'subtract what was paid',
    isIn: ({ subtract }) => subtract === 'paid',
    without: ({ subtract: _, ...component }) => component,
  },
  {
    name: 'a measured factor in steps',
    isIn: ({ multiplyEarning }) => multiplyEarning.some((each) => 'look' in each && each.between === 'steps'),
    without: (component) => ({
      ...component,
      multiplyEarning: component.multiplyEarning.filter((each) => !('look' in each && each.between === 'steps')),
    }),
  },
  {
    name: 'a measured factor on lines',
    isIn: ({ multiplyEarning }) => multiplyEarning.some((each) => 'look' in each && each.between === 'lines'),
    without: (component) => ({
      ...component,
      multiplyEarning: component.multiplyEarning.map((each) => ('look' in each ? { ...each, between: 'steps' } : each)),
    }),
  },
  {
    name: 'several measured factors',
    isIn: ({ multiplyEarning }) => multiplyEarning.filter((each) => 'look' in each).length > 1,
    without: (component) => ({
      ...component,
      multiplyEarning: component.multiplyEarning.filter(
        (each, at, list) => !('look' in each) || list.findIndex((other) => 'look' in other) === at,
      ),
    }),
  },
];

/** Policies under which a deal in another currency has earned. */
function exchanges({ lines }: Comparison): readonly string[] {
  return lines.flatMap(({ terms, deal }) => {
    const { exchange, currency } = terms.plan.document;
    if (deal === null || terms.entry.currency === currency) return [];
    return [typeof exchange === 'object' ? ('on' in exchange ? 'on' : 'rates') : exchange];
  });
}

export const RATES_EVENTS: Readonly<Record<string, (comparison: Comparison) => boolean>> = {
  'a deal': hasLine('deal'),
  'a true-up': hasLine('true-up'),
  'a pay period as one': hasLine('period'),
  'a floor of a period': hasLine('floor'),
  'a cap of a plan': hasLine('plan-cap'),
  'a cap of a plan in a year': hasLine('plan-year-cap'),
  'what a cap removed is offered again': hasLine('carried-over'),
  'a cap of a plan over two components': ({ lines }) =>
    lines.some((line) =>
      lines.some((other) => line.what === 'plan-cap' && other.what === 'plan-cap' && other.component < line.component),
    ),
  ...Object.fromEntries(
    (['booking-date', 'period-average', 'payment-date', 'on', 'rates'] as const).map((name) => [
      `exchange: ${name}`,
      (comparison: Comparison) => exchanges(comparison).includes(name),
    ]),
  ),
  'an amount taken back': hasLine('returned'),
  'an amount taken back at the rate at which it was paid': ({ lines }) =>
    lines.some(({ what, terms, period }) => {
      const { payout } = terms.plan.document;
      return what === 'returned' && payout !== undefined && payout.rate !== 'booking-date' && period > terms.closedOn;
    }),
  'a line for the difference of rates': hasLine('exchange-difference'),
  'corrections of what was frozen': ({ statements }) => statements.some(({ corrections }) => corrections.length > 0),
};
