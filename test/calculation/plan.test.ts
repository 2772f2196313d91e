import type { Component } from '@ledger/events';
import { describe, expect, test } from 'vitest';
import { amount, band, bands, CAP, type Case, CURVE, check, GATE, retroactive, unit } from './plan.ts';

test('a plan that says nothing wrong', () => {
  const fine: readonly Partial<Component>[] = [
    bands(['0%', '0%'], ['50%', '8%'], ['100%', '0.12'], ['150%', '5%']),
    { tierBy: 'amount', ...bands(['0', '8%'], ['50000', '9%']), target: 'quota' },
    { measure: 'units', table: [band('0%', null, { pays: unit('50.00') })] },
    { measure: 'units', paysOn: 'new-arr' },
    { table: [band('0%', null, { to: '100%', pays: amount('2000') }), band('100%', null, { pays: amount('0') })] },
    { table: [band('0%', null, { lump: '500' }), band('100%', null, { lump: '500' })] },
    { table: [band('0%', '0%'), band('100%', null, { lump: '500' })] },
    {
      ...CURVE,
      curve: [
        { at: '50%', pays: '0%' },
        { at: '50%', pays: '50%' },
      ],
      targetIncentive: '1000',
    },
    { window: 'deal', tierBy: 'amount', ...bands(['0', '8%']) },
    { window: 'deal', target: { amount: '50000' } },
    { window: 'deal' },
    { window: { rolling: 3 }, target: 'previous' },
    { gates: [{ ...GATE, guards: 'bands' }], table: [band('0%', '8%'), band('100%', '12%', { gate: 'hurdle' })] },
    { gates: [{ ...GATE, pays: 'excess', against: 'amount', atLeast: '5000' }] },
    { cap: { ...CAP, deal: '100', period: '1000', year: '5000', excess: 'later' }, floor: { deal: '10' } },
    { read: 'whole-deal', rateAt: 'before', window: { rolling: 3 } },
  ];
  for (const change of fine) expect(check(change), JSON.stringify(change)).toEqual({ problems: [], warnings: [] });
});

test('a message has the field as people write it, the value and the remedy', () => {
  const { problems } = check({
    measure: 'newArr',
    tierBy: 'amount',
    table: [band('0', '8%', { to: '60000' }), band('50000', '9%', { to: '60%' })],
    multiplyCredit: [{ when: 'deal.closedOn >= "2026-07-01" &&\n  deal.amount > "x"', by: '1.1' }],
  });
  const where = 'plan ae: components.new-business';
  expect(problems.map(({ code, field, message }) => `${code} ${field} ${message}`)).toEqual([
    `metric_unknown /components/new-business/measure ${where}.measure: there is no metric newArr; define it first (there is new-arr).`,
    `expression_invalid /components/new-business/multiplyCredit/0/when ${where}.multiply-credit #1.when: line 2, column 3: a number ">" a text is not possible; write both alike: 12 is a number, "12" a text, in \`deal.closedOn >= "2026-07-01" &&\n  deal.amount > "x"\`.`,
    `table_invalid /components/new-business/table/1/to ${where}.table #2.to: band 2: tier-by is amount, and 60% is none; write an amount, as 50000, or tier-by: attainment.`,
  ]);
});

test('currency, and something to pay for', () => {
  const { problems } = check({}, { currency: 'XXQ', components: {} });
  expect(problems.map(({ code }) => code)).toEqual(['currency_unknown', 'document_invalid']);
});

const TABLES: readonly Case[] = [
  [
    'the same bound twice',
    bands(['0%', '8%'], ['100%', '9%'], ['100%', '10%']),
    'table/2/from',
    /bands 2 and 3 both begin at 100%, so band 2 is never reached/,
  ],
  [
    'bands out of order',
    bands(['0%', '8%'], ['100%', '9%'], ['50%', '10%']),
    'table/2/from',
    /list bands from the lowest to the highest/,
  ],
  ['a band that ends before it begins', { table: [band('50%', '8%', { to: '10%' })] }, 'table/0/to', /swap the two/],
  [
    'a band that overlaps',
    { table: [band('0%', '8%', { to: '60%' }), band('50%', '9%')] },
    'table/0/to',
    /overlap between 50% and 60%/,
  ],
  ['a negative bound', bands(['-5%', '8%']), 'table/0/from', /-5% is below 0/],
  ['a negative share', bands(['0%', '-8%']), 'table/0/pays', /write 0 or more/],
  ['a negative lump', { table: [band('0%', '8%', { lump: '-1' })] }, 'table/0/lump', /write 0 or more/],
  ['parts that bring no lump', { table: [band('0%', '8%', { forEach: '5%' })] }, 'table/0/forEach', /has no lump/],
  [
    'parts in another unit than the bounds',
    { table: [band('0%', '8%', { lump: '50', forEach: '10000' })] },
    'table/0/forEach',
    /write 10000%, or tier-by: amount/,
  ],
  ['parts of nothing', { table: [band('0%', '8%', { lump: '50', forEach: '0%' })] }, 'table/0/forEach', /not above 0/],
  [
    'parts that no band holds',
    { table: [band('0%', '8%', { lump: '50', forEach: '60%' }), band('50%', '9%')] },
    'table/0/forEach',
    /ends at 50%, before a full 60% lies in it/,
  ],
  ['a share without its sign', bands(['0%', '8']), 'table/0/pays', /8 times the paid amount; a share is written as 8%/],
  [
    'an amount that picks by attainment',
    bands(['0%', '8%'], ['50', '9%']),
    'table/1/from',
    /write 50%, or tier-by: amount/,
  ],
  [
    'an attainment that picks by amount',
    { tierBy: 'amount', ...bands(['0', '8%'], ['50%', '9%']) },
    'table/1/from',
    /write an amount/,
  ],
  ['no band', { table: [] }, 'table', /at least one/],
  [
    'a share of a count',
    { measure: 'units' },
    'table/0/pays',
    /a share of units, which is a count and not money; write per-unit/,
  ],
  [
    'money for each unit of money',
    { table: [band('0%', null, { pays: unit('50') })] },
    'table/0/pays',
    /for each unit of new-arr, which is money/,
  ],
  ['what is paid decides, not what is measured', { paysOn: 'units' }, 'table/0/pays', /a share of units/],
  [
    'money for a band without end',
    { table: [band('0%', null, { pays: amount('2000') })] },
    'table/0/pays',
    /has no end.*write `to`, or lump: 2000/,
  ],
  [
    'money for a retroactive band',
    {
      read: 'retroactive',
      table: [band('0%', null, { to: '50%', pays: amount('2000'), ...retroactive }), band('50%', '8%', retroactive)],
    },
    'table/0/applies',
    /write applies: marginal, or a lump/,
  ],
  [
    'money for a band of whole deals',
    { read: 'whole-deal', table: [band('0%', null, { to: '50%', pays: amount('2000') }), band('50%', '8%')] },
    'table/0/pays',
    /a whole deal is paid at a rate/,
  ],
  [
    'a retroactive band of whole deals',
    { read: 'whole-deal', table: [band('0%', '8%', retroactive)] },
    'table/0/applies',
    /read: retroactive does/,
  ],
  ['a band that says nothing', { table: [band('0%', null)] }, 'table/0/pays', /says nothing that it pays/],
  [
    'a retroactive lump alone',
    {
      read: 'retroactive',
      table: [band('0%', '8%', retroactive), band('100%', null, { lump: '500', ...retroactive })],
    },
    'table/1/lump',
    /takes away what the bands below paid/,
  ],
  [
    'a gate that is not there',
    { table: [band('0%', '8%', { gate: 'hurdel' })] },
    'table/0/gate',
    /there is none under `gates`/,
  ],
  [
    'a gate of the component on a band',
    { gates: [GATE], table: [band('0%', '8%', { gate: 'hurdle' })] },
    'table/0/gate',
    /write guards: bands there/,
  ],
  ['points beside bands', { curve: [{ at: '0%', pays: '0%' }] }, 'curve', /only with `read: curve`/],
  ['a target incentive without curve', { targetIncentive: '100' }, 'targetIncentive', /there is no curve/],
];

const CURVES: readonly Case[] = [
  [
    'bands',
    { ...CURVE, table: [band('0%', '8%')], curve: [{ at: '0%', pays: '0%' }] },
    'table',
    /write them under `curve`/,
  ],
  ['no points', CURVE, 'curve', /at least one/],
  [
    'points out of order',
    {
      ...CURVE,
      curve: [
        { at: '50%', pays: '0%' },
        { at: '20%', pays: '10%' },
      ],
    },
    'curve/1/at',
    /from the lowest to the highest/,
  ],
  [
    'three points at one place',
    { ...CURVE, curve: [0, 1, 2].map((n) => ({ at: '50%', pays: `${n}%` })) },
    'curve/2/at',
    /a jump is two/,
  ],
  ['the wrong unit', { ...CURVE, curve: [{ at: '50', pays: '0%' }] }, 'curve/0/at', /write 50%/],
  ['a place below 0', { ...CURVE, curve: [{ at: '-5%', pays: '0%' }] }, 'curve/0/at', /begin at 0/],
  ['a negative share', { ...CURVE, curve: [{ at: '0%', pays: '-5%' }] }, 'curve/0/pays', /write 0% or more/],
  ['a share without its sign', { ...CURVE, curve: [{ at: '0%', pays: '50' }] }, 'curve/0/pays', /written as 50%/],
  [
    'a share of a count',
    { ...CURVE, measure: 'units', curve: [{ at: '0%', pays: '5%' }] },
    'curve',
    /write a target-incentive/,
  ],
  [
    'a target incentive of 0',
    { ...CURVE, targetIncentive: '0', curve: [{ at: '0%', pays: '5%' }] },
    'targetIncentive',
    /is 0/,
  ],
];

describe.each([
  ['a table', TABLES],
  ['a curve', CURVES],
])('%s that is refused', (_, cases) => {
  test.each(cases)('%s', (_says, change, field, message) => {
    const { problems } = check(change);
    expect(problems.map((each) => each.field)).toEqual([`/components/new-business/${field}`]);
    expect(problems[0]?.message).toMatch(message);
  });
});
