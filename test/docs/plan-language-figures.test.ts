import type { Component, EventData, PlanDocument } from '@ledger/events';
import { expect, test } from 'vitest';
import { deal, given, person, plan, quota, total } from '../calculation/given.ts';
import { documentsOf, METRICS, YAML } from './plan-page.ts';

/** Every figure of docs/plan-language.md, calculated from the plan that stands above it. */

/** A deal: day, amount, and what else is said of it. */
type Sale = readonly [closedOn: string, amount: number, more?: Partial<EventData<'DealClosed'>>];
interface Story {
  readonly quota?: { readonly metric?: string; readonly per?: 'month' | 'quarter' | 'year'; readonly of: number };
  readonly sales: readonly Sale[];
  /** Paid by month; months that are not named are not looked at. */
  readonly pays: Readonly<Record<string, number>>;
  /** What the component says instead, where the page tells of another choice. */
  readonly but?: Partial<Component>;
}

function planUnder(heading: string): PlanDocument {
  for (const block of YAML.filter(({ under }) => under === heading)) {
    for (const each of documentsOf(block)) if (each.kind === 'plan') return each.document;
  }
  throw new Error(`no plan stands under ${heading}`);
}

function paid(heading: string, { quota: target, sales, pays, but = {} }: Story): Readonly<Record<string, number>> {
  const ledger = given('month');
  for (const document of METRICS.values()) {
    const approved = { approvedBy: 'fin', requestHash: '0'.repeat(64), requestRevision: 1 };
    const terms = { effectiveFrom: '2025-01-01', effectiveTo: null, reason: 'r', evidence: [], requestedBy: 'ops' };
    ledger.record('MetricDefined', { metric: document.metric, version: 1, document, ...terms, ...approved });
  }
  const components = Object.entries(planUnder(heading).components);
  person(ledger, 'ada', 'USD', components[0]?.[0]);
  for (const [component, terms] of components) {
    plan(ledger, { plan: component, component, from: '2025-01-01', ...terms, ...but });
    ledger.record('PlanAssigned', {
      participant: 'ada',
      plan: component,
      effectiveFrom: '2025-01-01',
      effectiveTo: null,
      reason: 'r',
    });
  }
  if (target !== undefined) {
    const { metric = 'new-arr', per = 'quarter', of } = target;
    quota(ledger, [String(of)], { metric, per, currency: METRICS.get(metric)?.unit === 'number' ? null : 'USD' });
  }
  sales.forEach(([closedOn, amount, more], index) => {
    const attributes = { type: 'new' };
    deal(ledger, { deal: `D-${index + 1}`, sequence: index, closedOn, amount: String(amount), attributes, ...more });
  });
  return Object.fromEntries(Object.keys(pays).map((month) => [month, total(ledger, month)]));
}

const line = (terms: Partial<EventData<'DealClosed'>['lines'][number]>): Partial<EventData<'DealClosed'>> => ({
  lines: [{ line: '1', product: 'x', category: null, quantity: null, amount: '0', cost: null, ...terms }],
});
const units = (quantity: number, amount = 0) => line({ quantity: String(quantity), amount: String(amount) });
const times = (count: number, sale: Sale): readonly Sale[] => Array.from({ length: count }, () => sale);

const JAN = '2026-01-10';
const FEB = '2026-02-10';
const MAR = '2026-03-10';
const QUARTER = { of: 100_000 };
const THREE: readonly Sale[] = [
  [JAN, 60_000],
  [FEB, 60_000],
  [MAR, 40_000],
];
const january = (sales: readonly Sale[], pays: number, more: Partial<Story> = {}): Story => ({
  quota: QUARTER,
  sales,
  pays: { '2026-01': pays },
  ...more,
});
const retroactive = (heading: string): Partial<Component> => {
  const [first] = Object.values(planUnder(heading).components);
  return { read: 'retroactive', table: first?.table.map((band) => ({ ...band, applies: 'retroactive' })) ?? [] };
};
const months = (first: number, second: number, third: number) => ({
  '2026-01': first,
  '2026-02': second,
  '2026-03': third,
});

const STORIES: readonly (readonly [heading: string, Story])[] = [
  ['A first plan', { quota: QUARTER, sales: THREE, pays: months(4800, 5600, 5100) }],
  ['A first plan', { quota: QUARTER, sales: THREE, pays: months(4800, 9600, 9600), but: retroactive('A first plan') }],
  ['A first plan', { quota: QUARTER, sales: THREE, pays: months(4800, 7200, 6000), but: { read: 'whole-deal' } }],
  [
    'A first plan',
    { quota: QUARTER, sales: THREE, pays: months(4800, 4800, 4800), but: { read: 'whole-deal', rateAt: 'before' } },
  ],
  [
    'An accelerator',
    january(
      [
        [JAN, 30_000],
        [JAN, 80_000],
      ],
      12_000,
      { but: { read: 'whole-deal' } },
    ),
  ],
  [
    'An accelerator',
    january(
      [
        [JAN, 30_000],
        [JAN, 80_000],
      ],
      13_200,
      { but: { read: 'whole-deal', each: 'period' } },
    ),
  ],
  ['A flat commission', january([[JAN, 25_000]], 2000)],
  ['An accelerator', january([[JAN, 130_000]], 11_600)],
  ['A decelerator', january([[JAN, 80_000]], 4400)],
  ['Back to dollar one', january([[JAN, 95_000]], 4750)],
  ['Back to dollar one', january([[JAN, 100_000]], 8000)],
  ['Back to dollar one for one level only', january([[JAN, 40_000]], 2000)],
  ['Back to dollar one for one level only', january([[JAN, 60_000]], 6000)],
  ['Back to dollar one for one level only', january([[JAN, 120_000]], 14_000)],
  [
    'The rate of the level reached, for the whole deal',
    {
      sales: [
        [JAN, 30_000],
        [FEB, 40_000],
      ],
      pays: { '2026-01': 1500, '2026-02': 2800 },
    },
  ],
  [
    'The rate of the level reached, for the whole deal',
    {
      sales: [
        [JAN, 30_000],
        [FEB, 40_000],
      ],
      pays: { '2026-01': 1500, '2026-02': 2000 },
      but: { rateAt: 'before' },
    },
  ],
  ['A rate by the size of each deal', january([[JAN, 80_000]], 5600)],
  ['A kicker', january([[JAN, 125_000]], 26_000)],
  ['A bonus for reaching a goal, and nothing else', january([[JAN, 95_000]], 2000)],
  ['A bonus for reaching a goal, and nothing else', january([[JAN, 110_000]], 5000)],
  ['A SPIFF: money for each unit, over some months', { sales: times(7, ['2026-10-05', 1]), pays: { '2026-10': 3500 } }],
  [
    'A SPIFF: money for each unit, over some months',
    { sales: times(12, ['2026-10-05', 1]), pays: { '2026-10': 5000 } },
  ],
  ['More for each unit from the tenth on', january([[JAN, 0, units(12)]], 690)],
  [
    'Tiers in units, paid on revenue',
    {
      sales: [
        [JAN, 500, units(40, 500)],
        [FEB, 500, units(600, 500)],
      ],
      pays: { '2026-01': 25, '2026-02': 30.83 },
    },
  ],
  [
    'Tiers in units, paid on revenue',
    {
      sales: [
        [JAN, 0, units(490)],
        [FEB, 1000, units(20, 1000)],
      ],
      pays: { '2026-02': 75 },
    },
  ],
  [
    'A count chooses the rate for all of the margin',
    january(times(7, [JAN, 5000, line({ amount: '5000', cost: '1500' })]), 3675),
  ],
  [
    'Different rates for products, one attainment',
    january([[JAN, 100_000, line({ category: 'services', amount: '40000' })]], 8000 + 1600),
  ],
  ['Nothing below a threshold, then from the first dollar (cliff)', january([[JAN, 40_000]], 0)],
  ['Nothing below a threshold, then from the first dollar (cliff)', january([[JAN, 60_000]], 4800)],
  ['Nothing below a threshold, then only on the excess', january([[JAN, 60_000]], 800)],
  ['A payout curve with a target incentive', january([[JAN, 80_000]], 16_000, { quota: { of: 100_000, per: 'year' } })],
  [
    'A payout curve with a target incentive',
    january([[JAN, 120_000]], 28_000, { quota: { of: 100_000, per: 'year' } }),
  ],
  [
    'A payout curve with a target incentive',
    january([[JAN, 250_000]], 60_000, { quota: { of: 100_000, per: 'year' } }),
  ],
  ['A payout curve with a target incentive', january([[JAN, 40_000]], 0, { quota: { of: 100_000, per: 'year' } })],
  ['A rate that rises with attainment', january([[JAN, 50_000]], 3750)],
  ['Interpolated money', january([[JAN, 4500]], 80)],
  [
    'An annual gate that unlocks the accelerators',
    {
      quota: QUARTER,
      sales: [
        [JAN, 50_000],
        ['2026-04-10', 75_000],
        ['2026-07-10', 200_000],
        ['2026-10-10', 200_000],
      ],
      pays: { '2026-01': 2500, '2026-04': 3750, '2026-07': 10_000, '2026-10': 13_000 },
    },
  ],
  [
    'Year to date, less what was paid',
    {
      quota: { of: 100_000, per: 'month' },
      sales: [
        [JAN, 120_000],
        [FEB, 60_000],
      ],
      pays: { '2026-01': 10_400, '2026-02': 4000 },
    },
  ],
  [
    'A rolling window',
    {
      sales: [
        [JAN, 100_000],
        [FEB, 120_000],
        [MAR, 130_000],
        ['2026-04-10', 40_000],
      ],
      pays: { ...months(5000, 6000, 9100), '2026-04': 2000 },
    },
  ],
  [
    'Growth over the last quarter',
    {
      sales: [
        ['2025-11-10', 160_000],
        [JAN, 200_000],
        ['2026-04-10', 250_000],
      ],
      pays: { '2026-04': 11_000 },
    },
  ],
  ['A volume bonus on the whole month', january(times(9, [JAN, 1]), 900)],
  ['A volume bonus on the whole month', january(times(10, [JAN, 1]), 2000)],
  ['Half-months', january([[JAN, 5000]], 1675)],
  ['Only one range pays', january([[JAN, 15_100]], 3020)],
  ['Only one range pays', january([[JAN, 16_000]], 0)],
  ['"More than", not "or more"', january([[JAN, 100_000]], 8000)],
  ['At least something for each deal', january([[JAN, 500]], 100)],
  ['At least something for each deal', january([[JAN, -500]], -40)],
];

test.each(STORIES)('%s', (heading, story) => {
  expect(paid(heading, story)).toEqual(story.pays);
});

/** The terms of a component that the reference part of the page tells of in words. */
const FLAT: Partial<Component> = {
  table: [],
  ...Object.values(planUnder('At least something for each deal').components)[0],
  floor: null,
  cap: null,
};
const CAP = { deal: null, period: '10000.00', window: null, year: null, excess: 'later' } as const;
const GATE = {
  name: 'half',
  measures: [{ measure: 'new-arr', weight: '100%' }],
  window: 'quarter',
  against: 'quota',
  atLeast: '50%',
  opens: 're-evaluate',
  guards: 'component',
} as const;
const HALF: readonly Sale[] = [
  [JAN, 40_000],
  [FEB, 20_000],
];
const LONG: Partial<EventData<'DealClosed'>> = { attributes: { type: 'new', termMonths: { decimal: '36' } } };
const LONGER = { when: 'deal.termMonths >= 36', by: '1.1' };

test.each<[string, Story]>([
  [
    'a cap whose excess is paid later',
    {
      quota: { of: 1_000_000 },
      sales: [
        [JAN, 175_000],
        [FEB, 87_500],
        [MAR, 25_000],
      ],
      pays: months(10_000, 10_000, 3000),
      but: { ...FLAT, cap: CAP },
    },
  ],
  [
    'a cap whose excess is forfeited',
    {
      quota: { of: 1_000_000 },
      sales: [
        [JAN, 175_000],
        [FEB, 87_500],
        [MAR, 25_000],
      ],
      pays: months(10_000, 7000, 2000),
      but: { ...FLAT, cap: { ...CAP, excess: 'forfeited' } },
    },
  ],
  [
    'a gate that lets everything through',
    {
      quota: QUARTER,
      sales: HALF,
      pays: { '2026-01': 0, '2026-02': 4800 },
      but: { ...FLAT, gates: [{ ...GATE, measures: [...GATE.measures], pays: 'everything' }] },
    },
  ],
  [
    'a gate that lets the excess through',
    {
      quota: QUARTER,
      sales: HALF,
      pays: { '2026-01': 0, '2026-02': 800 },
      but: { ...FLAT, gates: [{ ...GATE, measures: [...GATE.measures], pays: 'excess' }] },
    },
  ],
  ['a factor on the credit', january([[JAN, 50_000, LONG]], 4400, { but: { ...FLAT, multiplyCredit: [LONGER] } })],
  ['a factor on the earning', january([[JAN, 50_000, LONG]], 4400, { but: { ...FLAT, multiplyEarning: [LONGER] } })],
  ['lines rounded by themselves', january(times(3, [JAN, 416.66625]), 99.99, { but: FLAT })],
  [
    'a balance that is rounded',
    { quota: QUARTER, sales: times(3, [JAN, 416.66625]), pays: { '2026-01': 100 }, but: { ...FLAT, round: 'to-date' } },
  ],
])('%s', (_, story) => {
  expect(paid('At least something for each deal', story)).toEqual(story.pays);
});
