import type { Book } from '@ledger/calculation';
import type { Component } from '@ledger/events';
import { earnings, type RoundedLine } from './earnings.ts';
import { Refusal } from './formulas.ts';
import { write } from './ratio.ts';

/**
 * What a plan can say, and how to tell that it mattered: the same book without it is worth something else. A feature that is drawn
 * and never matters would be compared in vain.
 */
export interface Feature {
  readonly name: string;
  readonly isIn: (component: Component) => boolean;
  /** The component as it would be if it did not say so; `null` where nothing can take its place. */
  readonly without: ((component: Component) => Component) | null;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isDated = ({ window }: Component) => isObject(window) && 'to' in window;
const isRolling = ({ window }: Component) => isObject(window) && 'rolling' in window;
const hasCap =
  (name: 'deal' | 'period' | 'window' | 'year') =>
  ({ cap }: Component) =>
    cap !== null && cap[name] !== null;
const withoutCap = (name: 'deal' | 'period' | 'window' | 'year') => (component: Component) => {
  return component.cap === null ? component : { ...component, cap: { ...component.cap, [name]: null } };
};
const window = (kind: Component['window']): Feature => ({
  name: `window ${kind}`,
  isIn: (component) => component.window === kind,
  without: (component) => ({ ...component, window: kind === 'year' ? 'month' : 'year' }),
});
const gate = (name: string, isIn: (gate: Component['gates'][number], component: Component) => boolean): Feature => ({
  name: `gate ${name}`,
  isIn: (component) => component.gates.some((each) => isIn(each, component)),
  without: (component) => withoutGates(component, (each) => isIn(each, component)),
});

function withoutGates(component: Component, isIn: (gate: Component['gates'][number]) => boolean): Component {
  const gone = component.gates.filter(isIn).map(({ name }) => name);
  return {
    ...component,
    gates: component.gates.filter(({ name }) => !gone.includes(name)),
    table: component.table.map((band) =>
      band.gate !== null && gone.includes(band.gate) ? { ...band, gate: null } : band,
    ),
  };
}

const bands = (
  name: string,
  isIn: (band: Component['table'][number], component: Component) => boolean,
  without: (band: Component['table'][number]) => Component['table'][number],
): Feature => ({
  name,
  isIn: (component) => component.table.some((band) => isIn(band, component)),
  without: (component) => ({
    ...component,
    table: component.table.map((band) => (isIn(band, component) ? without(band) : band)),
  }),
});

const turned = (band: Component['table'][number]) => {
  return { ...band, applies: band.applies === 'marginal' ? ('retroactive' as const) : ('marginal' as const) };
};

export const FEATURES: readonly Feature[] = [
  {
    name: 'overlay pool',
    isIn: ({ credits }) => credits === 'overlay',
    without: (component) => ({ ...component, credits: 'primary' }),
  },
  {
    name: 'both pools',
    isIn: ({ credits }) => credits === 'all',
    without: (component) => ({ ...component, credits: 'primary' }),
  },
  { name: 'when', isIn: ({ when }) => when !== 'true', without: (component) => ({ ...component, when: 'true' }) },
  {
    name: 'pays on another metric',
    isIn: ({ paysOn, measure }) => paysOn !== null && paysOn !== measure,
    without: null,
  },
  ...(['deal', 'half-month', 'month', 'quarter', 'half', 'year'] as const).map(window),
  { name: 'window of the plan', isIn: isDated, without: (component) => ({ ...component, window: 'year' }) },
  {
    name: 'windows that follow each other',
    isIn: ({ window: own }) => isObject(own) && 'every' in own,
    without: (component) => ({ ...component, window: 'month' }),
  },
  { name: 'window rolling', isIn: isRolling, without: (component) => ({ ...component, window: 'month' }) },
  { name: 'target quota', isIn: ({ target, tierBy }) => target === 'quota' && tierBy === 'attainment', without: null },
  {
    name: 'target quota-to-date',
    isIn: ({ target, tierBy }) => target === 'quota-to-date' && tierBy === 'attainment',
    without: (component) => ({ ...component, target: 'quota' }),
  },
  {
    name: 'target previous',
    isIn: ({ target, tierBy }) => target === 'previous' && tierBy === 'attainment',
    without: (component) => ({ ...component, target: { amount: '1234' } }),
  },
  {
    name: 'target prior-year',
    isIn: ({ target, tierBy }) => target === 'prior-year' && tierBy === 'attainment',
    without: (component) => ({ ...component, target: { amount: '1234' } }),
  },
  {
    name: 'target amount',
    isIn: ({ target, tierBy }) => isObject(target) && tierBy === 'attainment',
    without: (component) => ({ ...component, target: { amount: '1234' } }),
  },
  { name: 'tier by amount', isIn: ({ tierBy }) => tierBy === 'amount', without: null },
  {
    name: 'read marginal',
    isIn: ({ read }) => read === 'marginal',
    without: (component) => ({ ...component, read: 'whole-deal' }),
  },
  {
    name: 'read retroactive',
    isIn: ({ read }) => read === 'retroactive',
    without: (component) => ({
      ...component,
      table: component.table.map((band) => ({ ...band, applies: 'marginal' })),
    }),
  },
  {
    name: 'read whole-deal',
    isIn: ({ read }) => read === 'whole-deal',
    without: (component) => ({ ...component, read: 'marginal' }),
  },
  {
    name: 'rate before the deal',
    isIn: ({ rateAt }) => rateAt === 'before',
    without: (component) => ({ ...component, rateAt: 'after' }),
  },
  {
    name: 'curve of an incentive',
    isIn: ({ read, targetIncentive }) => read === 'curve' && targetIncentive !== null,
    without: (component) => ({ ...component, targetIncentive: '1.00' }),
  },
  {
    name: 'incentive to date',
    isIn: ({ incentive, targetIncentive }) => incentive === 'to-date' && targetIncentive !== null,
    without: ({ incentive: _gone, ...component }) => component,
  },
  {
    name: 'curve of a rate',
    isIn: ({ read, targetIncentive }) => read === 'curve' && targetIncentive === null,
    without: (component) => ({ ...component, targetIncentive: '1.00' }),
  },
  {
    name: 'curve with a jump',
    isIn: ({ curve }) => curve.some(({ at }, index) => curve[index - 1]?.at === at),
    without: (component) => ({
      ...component,
      curve: component.curve.filter(({ at }, index) => component.curve[index - 1]?.at !== at),
    }),
  },
  bands(
    'money for each unit',
    ({ pays }) => pays?.by === 'unit',
    (band) => ({ ...band, pays: { by: 'unit', money: '1' } }),
  ),
  bands(
    'money for a whole band',
    ({ pays }) => pays?.by === 'amount',
    (band) => ({ ...band, pays: null }),
  ),
  bands(
    'lump',
    ({ lump }) => lump !== null,
    (band) => ({ ...band, lump: null, forEach: undefined }),
  ),
  bands(
    'lump for each full part of a band',
    ({ forEach }) => forEach !== undefined,
    (band) => ({ ...band, forEach: undefined }),
  ),
  bands(
    'end of a band',
    ({ to }) => to !== null,
    (band) => ({ ...band, to: null }),
  ),
  bands(
    'marginal band in a retroactive table',
    ({ applies, pays }, { read }) => read === 'retroactive' && applies === 'marginal' && pays?.by === 'share',
    turned,
  ),
  bands(
    'retroactive band in a marginal table',
    ({ applies }, { read }) => read === 'marginal' && applies === 'retroactive',
    turned,
  ),
  {
    name: 'lower band at a bound',
    isIn: ({ atBound }) => atBound === 'lower-band',
    without: (component) => ({ ...component, atBound: 'upper-band' }),
  },
  {
    name: 'each period',
    isIn: ({ each }) => each === 'period',
    without: (component) => ({ ...component, each: 'deal' }),
  },
  {
    name: 'credit multiplied',
    isIn: ({ multiplyCredit }) => multiplyCredit.length > 0,
    without: (component) => ({ ...component, multiplyCredit: [] }),
  },
  {
    name: 'several credit multipliers',
    isIn: ({ multiplyCredit }) => multiplyCredit.length > 1,
    without: (component) => ({ ...component, multiplyCredit: component.multiplyCredit.slice(1) }),
  },
  {
    name: 'earning multiplied',
    isIn: ({ multiplyEarning }) => multiplyEarning.length > 0,
    without: (component) => ({ ...component, multiplyEarning: [] }),
  },
  gate('on the own measure', ({ measures }, { measure }) => measures.length === 1 && measures[0]?.measure === measure),
  gate('on another measure', ({ measures }, { measure }) => measures.length === 1 && measures[0]?.measure !== measure),
  gate('on a weighted average', ({ measures }) => measures.length > 1),
  gate('against an amount', ({ against }) => against === 'amount'),
  gate('of another window', ({ window: of }, { window: own }) => JSON.stringify(of) !== JSON.stringify(own)),
  {
    ...gate('that latches', ({ opens }) => opens === 'latch'),
    without: (component) => ({
      ...component,
      gates: component.gates.map((each) => ({ ...each, opens: 're-evaluate' })),
    }),
  },
  gate('that is looked at again', ({ opens }) => opens === 're-evaluate'),
  {
    ...gate('for the excess', ({ pays }) => pays === 'excess'),
    without: (component) => ({ ...component, gates: component.gates.map((each) => ({ ...each, pays: 'everything' })) }),
  },
  gate('of bands', ({ guards }) => guards === 'bands'),
  gate('of the component', ({ guards }) => guards === 'component'),
  {
    name: 'several gates',
    isIn: ({ gates }) => gates.length > 1,
    without: (component) => withoutGates(component, ({ name }) => name === component.gates[0]?.name),
  },
  {
    ...gate('that is enough beside another one', ({ or }) => or !== undefined),
    without: (component) => ({ ...component, gates: component.gates.map(({ or: _gone, ...each }) => each) }),
  },
  {
    name: 'fee',
    isIn: ({ fee }) => fee !== undefined,
    without: ({ fee: _gone, ...component }) => component,
  },
  { name: 'floor', isIn: ({ floor }) => floor !== null, without: (component) => ({ ...component, floor: null }) },
  ...(['deal', 'period', 'window', 'year'] as const).map((name) => ({
    name: `cap of a ${name}`,
    isIn: hasCap(name),
    without: withoutCap(name),
  })),
  ...(['period', 'window', 'year'] as const).map((name) => ({
    name: `soft cap of a ${name}`,
    isIn: (component: Component) => hasCap(name)(component) && component.cap?.above !== undefined,
    without: (component: Component) =>
      component.cap === null ? component : { ...component, cap: { ...component.cap, above: undefined } },
  })),
  {
    name: 'excess later',
    isIn: ({ cap }) => cap?.excess === 'later',
    without: (component) =>
      component.cap === null ? component : { ...component, cap: { ...component.cap, excess: 'forfeited' } },
  },
  {
    name: 'rounded to date',
    isIn: ({ round }) => round === 'to-date',
    without: (component) => ({ ...component, round: 'each-line' }),
  },
  ...(['pays-base', 'full-attainment', 'pays-nothing'] as const).map((name) => ({
    name: `without quota: ${name}`,
    isIn: ({ withoutQuota }: Component) => withoutQuota === name,
    without: (component: Component) => ({ ...component, withoutQuota: undefined }),
  })),
  ...(['quota', 'target', 'target-incentive', 'lumps', 'bounds', 'caps'] as const).map((name) => ({
    name: `prorated ${name}`,
    isIn: ({ prorate }: Component) => prorate?.what.includes(name) === true,
    without: (component: Component) => ({ ...component, prorate: undefined }),
  })),
  {
    name: 'prorated without leave',
    isIn: ({ prorate }) => prorate?.leave === 'left-out',
    without: ({ prorate, ...component }) => ({
      ...component,
      ...(prorate === undefined ? {} : { prorate: { ...prorate, leave: 'counts' } }),
    }),
  },
  bands(
    'band barred in a ramp',
    ({ inRamp }) => inRamp === 'barred',
    (band) => ({ ...band, inRamp: undefined }),
  ),
];

/** The features of all plans; of those that are asked about, whether something else would be paid without them. */
export function featuresOf(
  book: Book,
  upTo: string,
  lines: readonly RoundedLine[],
  list: readonly Feature[],
  isAsked: (feature: Feature) => boolean,
): readonly { readonly name: string; readonly mattered: boolean }[] {
  const is = textOf(lines);
  return list
    .filter(({ isIn }) => componentsOf(book).some(isIn))
    .map((feature) => {
      const { name, isIn, without } = feature;
      if (without === null || !isAsked(feature)) return { name, mattered: false };
      const changed = withComponents(book, (component) => (isIn(component) ? without(component) : component));
      return { name, mattered: linesOr(changed, upTo) !== is };
    });
}

/** The components of every version of every plan that the participant was ever assigned to. */
function componentsOf({ plans, participant }: Book): readonly Component[] {
  const versions = participant.assignments.flatMap(({ plan }) => plans.get(plan)?.versions ?? []);
  return versions.flatMap(({ document }) => Object.values(document.components));
}

function withComponents(book: Book, change: (component: Component) => Component): Book {
  const plans = [...book.plans].map(([name, entry]) => {
    const versions = entry.versions.map((version) => {
      const components = Object.entries(version.document.components).map(([id, each]) => [id, change(each)]);
      return { ...version, document: { ...version.document, components: Object.fromEntries(components) } };
    });
    return [name, { ...entry, versions }] as const;
  });
  return { ...book, plans: new Map(plans) };
}

/** What is earned, or the code of what is in the way, as text. */
export function linesOr(book: Book, upTo: string): string {
  try {
    return textOf(earnings(book, upTo));
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

export function textOf(lines: readonly RoundedLine[]): string {
  return lines.map(({ amount, deal, period }) => `${period} ${deal} ${write(amount)}`).join();
}
