import type { Component, PlanDocument } from '@ledger/events';
import { describe, expect, test } from 'vitest';
import { band, bands, CAP, type Case, CURVE, check, GATE, retroactive } from './plan.ts';

const RETURNED: NonNullable<Component['returned']>[number] = {
  on: { by: 'cancellation' },
  takes: { by: 'full' },
  credit: 'period-of-return',
};

const MONTH = { period: '5', year: null };
const SALARY = { term: 'salary', changes: 'by-days', year: '0%' } as const;
const TEAM_QUOTAS = { quotas: { overAssignment: '20%' } };

const TERMS: readonly Case[] = [
  [
    'quotas of a team that nothing is held against',
    { credits: 'team', team: TEAM_QUOTAS, target: { amount: '100' } },
    'team/quotas',
    /nothing is held against a quota here; write tier-by: attainment and target: quota, or remove it/,
  ],
  [
    'an over-assignment below nothing',
    { credits: 'team', team: { quotas: { overAssignment: '-100%' } } },
    'team/quotas/overAssignment',
    /must be 0% or more; assign a quota of their own/,
  ],
  [
    'a window that ends before it begins',
    { window: { from: '2026-10-01', to: '2026-01-01' } },
    'window/to',
    /must be after 2026-10-01/,
  ],
  ['growth over a deal', { window: 'deal', target: 'previous' }, 'target', /has no window before it/],
  [
    'growth over a window with dates of its own',
    { window: { from: '2026-01-01', to: '2026-02-01' }, target: 'previous' },
    'target',
    /has no window before it/,
  ],
  [
    'rate-at without whole deals',
    { rateAt: 'before' },
    'rateAt',
    /is for read: whole-deal, and this is read: marginal/,
  ],
  ['a sum of one', { each: 'period', window: 'deal', target: { amount: '1' } }, 'each', /a period has no sum/],
  [
    'factors of deals on a sum',
    { each: 'period', multiplyEarning: [{ when: 'true', by: '2' }] },
    'multiplyEarning',
    /use multiply-credit/,
  ],
  ['a floor of deals on a sum', { each: 'period', floor: { deal: '5' } }, 'floor/deal', /write each: deal/],
  ['a cap of deals on a sum', { each: 'period', cap: { ...CAP, deal: '5' } }, 'cap/deal', /use cap.period/],
  [
    'a condition that does not parse',
    { when: 'deal.amount >' },
    'when',
    /line 1, column 14: the expression ends too early/,
  ],
  ['a condition that is a number', { when: 'deal.amount' }, 'when', /must be true or false, and is a number/],
  ['a comparison with one sign', { when: 'deal.type = "new"' }, 'when', /column 11: "=" is written twice: ==/],
  ['a percentage', { when: 'deal.discount > 5%' }, 'when', /; 5% is written decimal\("0\.05"\)/],
  ['a word for a sign', { when: 'deal.a == 1 or deal.b == 2' }, 'when', /; "or" is written \|\|/],
  ['a word in a text is none', { when: 'deal.a == "this or that" &' }, 'when', /"&" is written twice: &&$|twice: &&,/],
  ['another sign', { when: 'deal.a <> 1' }, 'when', /; "<>" is written !=/],
  ['a choice of a spreadsheet', { when: 'if(deal.a > 1, true, false)' }, 'when', /condition \? one : other/],
  ['a list in brackets', { when: 'deal.a in ("x", "y")' }, 'when', /a list stands in \[ \]/],
  ['a comma in a number', { when: 'deal.amount > 50,000' }, 'when', /without separators: 50000/],
  ['a date without quotes', { when: 'deal.closedOn > 2026-01-31' }, 'when', /in quotes: "2026-01-31"/],
  ['a text without quotes', { when: 'deal.region == north' }, 'when', /write deal\.north .* or "north" for a text/],
  ['a field without its deal', { when: 'amount > 5' }, 'when', /Unknown variable: amount; write deal\.amount/],
  ['the year of a date', { when: 'year(deal.closedOn) == 2026' }, 'when', /dates compare as texts/],
  ['a currency', { when: 'deal.amount > $5' }, 'when', /without a currency/],
  [
    'a number among conditions',
    { when: 'deal.amount > 5 && 5' },
    'when',
    /"&&" and "\|\|" join conditions, and one side is a number/,
  ],
  [
    'a condition on lines',
    { multiplyEarning: [{ when: 'line.amount > 5', by: '2' }] },
    'multiplyEarning/0/when',
    /line/,
  ],
  [
    'a metric of a gate that is not there',
    { gates: [{ ...GATE, measures: [{ measure: 'renewals', weight: '100%' }] }] },
    'gates/0/measures/0/measure',
    /there is no metric renewals/,
  ],
  ['a paid metric that is not there', { paysOn: 'margin' }, 'paysOn', /there is no metric margin/],
  ['two gates of one name', { gates: [GATE, GATE] }, 'gates/1/name', /different names/],
  [
    'a gate that no band names',
    { gates: [{ ...GATE, guards: 'bands' }] },
    'gates/0/guards',
    /no band names it; write gate: hurdle/,
  ],
  ['a gate over a deal', { gates: [{ ...GATE, window: 'deal' }] }, 'gates/0/window', /a stretch of time/],
  [
    'a gate whose window ends first',
    { gates: [{ ...GATE, window: { from: '2026-02-01', to: '2026-02-01' } }] },
    'gates/0/window/to',
    /must be after/,
  ],
  [
    'weeks beside months',
    {
      window: {
        every: [
          { count: 4, unit: 'weeks' },
          { count: 1, unit: 'months' },
        ],
        from: '2026-02-01',
      },
    },
    'window/every',
    /write one of them alone/,
  ],
  ['a gate that is always open', { gates: [{ ...GATE, atLeast: '0%' }] }, 'gates/0/atLeast', /always open/],
  ['an amount against quota', { gates: [{ ...GATE, atLeast: '90' }] }, 'gates/0/atLeast', /write 90%/],
  ['an attainment as amount', { gates: [{ ...GATE, against: 'amount' }] }, 'gates/0/atLeast', /write an amount/],
  [
    'amounts that do not add up',
    { gates: [{ ...GATE, ...weighed('50%', '50%'), against: 'amount', atLeast: '5' }] },
    'gates/0/atLeast',
    /do not add up/,
  ],
  [
    'weights of too much',
    { gates: [{ ...GATE, ...weighed('60%', '50%') }] },
    'gates/0/measures',
    /60% \+ 50% does not/,
  ],
  [
    'a weight of nothing',
    { gates: [{ ...GATE, ...weighed('100%', '0%') }] },
    'gates/0/measures/1/weight',
    /leave it out/,
  ],
  [
    'a metric weighed twice',
    { gates: [{ ...GATE, measures: [0, 1].map(() => ({ measure: 'units', weight: '50%' })) }] },
    'gates/0/measures/1/measure',
    /named twice/,
  ],
  [
    'the excess of something else',
    { gates: [{ ...GATE, pays: 'excess', measures: [{ measure: 'units', weight: '100%' }] }] },
    'gates/0/pays',
    /let the gate look at new-arr/,
  ],
  [
    'the excess of another window',
    { gates: [{ ...GATE, pays: 'excess', window: 'year' }] },
    'gates/0/pays',
    /only what the component itself measures/,
  ],
  [
    'the excess of whole deals',
    { read: 'whole-deal', gates: [{ ...GATE, pays: 'excess' }] },
    'gates/0/pays',
    /no part above the threshold/,
  ],
  [
    'the excess in bands',
    {
      gates: [{ ...GATE, pays: 'excess', guards: 'bands' }],
      table: [band('0%', '8%'), band('100%', '9%', { gate: 'hurdle' })],
    },
    'gates/0/pays',
    /write guards: component/,
  ],
  [
    'a cap below the floor',
    { floor: { deal: '100' }, cap: { ...CAP, deal: '50' } },
    'cap/deal',
    /50 is below the floor of 100/,
  ],
  [
    'a cap of a window below the floor of a period in it',
    { window: 'year', floor: { deal: null, period: '500' }, cap: { ...CAP, window: '499.99' } },
    'cap/window',
    /499.99 is below the floor of 500/,
  ],
  [
    'a cap of a year below the floor of a deal',
    { floor: { deal: '100' }, cap: { ...CAP, year: '99' } },
    'cap/year',
    /99 is below the floor of 100/,
  ],
  [
    'a cap of all recipients below the floor of one',
    { floor: { deal: '100' }, groupCap: { most: { by: 'money', money: '99' }, group: null } },
    'groupCap/deal',
    /99 is below the floor of 100/,
  ],
  ['money over a count', { gates: [{ ...GATE, over: 'units' }] }, 'gates/0', /new-arr and units are money and a count/],
  [
    'a part of no incentive',
    { ...CURVE, curve: [{ at: '0%', pays: '0%' }], incentive: 'to-date' },
    'incentive',
    /there is no target incentive/,
  ],
  [
    'the same return twice',
    { returned: [{ ...RETURNED, within: { count: 90, unit: 'days' } }, RETURNED, RETURNED] },
    'returned/2/on',
    /rule 2 is for it already/,
  ],
  ['a cap of nothing', { cap: CAP }, 'cap', /caps nothing/],
  ['a cap of 0', { cap: { ...CAP, year: '0.00' } }, 'cap/year', /nothing is ever paid/],
  [
    'later without a period',
    { cap: { ...CAP, year: '5', excess: 'later' } },
    'cap/excess',
    /what a period cap removes/,
  ],
  [
    'the window of a deal',
    { window: 'deal', target: { amount: '5' }, cap: { ...CAP, window: '5' } },
    'cap/window',
    /write cap.deal/,
  ],
  [
    'windows that overlap',
    { window: { rolling: 3 }, cap: { ...CAP, window: '5' } },
    'cap/window',
    /write cap.period or cap.year/,
  ],
];

const WARNINGS: readonly Case[] = [
  ['nothing below', bands(['50%', '8%']), 'table/0/from', /nothing is paid below 50%.*\{ from: 0%, pays: 0% \}/],
  [
    'nothing between',
    { table: [band('0%', '8%', { to: '40%' }), band('50%', '9%')] },
    'table/0/to',
    /nothing is paid between 40% and 50%; if/,
  ],
  [
    'everything lost between',
    { read: 'retroactive', table: [band('0%', '8%', { to: '40%', ...retroactive }), band('50%', '9%', retroactive)] },
    'table/0/to',
    /between 40% and 50%, not even for what lies below/,
  ],
  ['nothing above', { table: [band('0%', '8%', { to: '40%' })] }, 'table/0/to', /nothing is paid above 40%/],
  [
    'a lump instead of the rate',
    { table: [band('0%', '8%'), band('100%', null, { lump: '500' })] },
    'table/1/lump',
    /not paid at any rate; write the rate that goes on/,
  ],
  [
    'a lump in windows that overlap',
    { window: { rolling: 3 }, table: [band('0%', '8%', { lump: '500' })] },
    'table/0/lump',
    /in every period/,
  ],
  [
    'retroactive in windows that overlap',
    { window: { rolling: 3 }, table: [band('0%', '8%'), band('100%', '9%', retroactive)] },
    'table/1/applies',
    /in several periods/,
  ],
  [
    'a target that picks nothing',
    { tierBy: 'amount', target: 'previous', ...bands(['0', '8%']) },
    'target',
    /picks no band/,
  ],
  [
    'a curve that pays without sales',
    { ...CURVE, targetIncentive: '5', curve: [{ at: '50%', pays: '50%' }] },
    'curve/0/at',
    /down to the first sale/,
  ],
  [
    'a band below the threshold',
    { gates: [{ ...GATE, pays: 'excess' }], ...bands(['0%', '8%'], ['90%', '9%']) },
    'table/0/from',
    /band 1 ends at 90%.*so it never pays/,
  ],
  [
    'a threshold in retroactive bands',
    { gates: [{ ...GATE, pays: 'excess' }], read: 'retroactive', table: [band('0%', '8%', retroactive)] },
    'gates/0/pays',
    /is taken off/,
  ],
  [
    'half a dollar that was meant to be half the quota',
    { gates: [{ ...GATE, against: 'amount', atLeast: '0.5' }] },
    'gates/0/atLeast',
    /for an attainment write 50%/,
  ],
  [
    'a latch that holds nowhere',
    { gates: [{ ...GATE, window: { rolling: 3 }, opens: 'latch' }] },
    'gates/0/opens',
    /looked at anew in each period/,
  ],
  [
    'nothing above, retroactively',
    { read: 'retroactive', table: [band('0%', '8%', { to: '40%', ...retroactive })] },
    'table/0/to',
    /above 40%, not even for what lies below/,
  ],
  [
    'the whole incentive to date',
    { ...CURVE, targetIncentive: '5', target: 'quota-to-date', curve: [{ at: '0%', pays: '0%' }] },
    'target',
    /write incentive: to-date/,
  ],
  [
    'a milestone for what is a cancellation',
    { returned: [{ ...RETURNED, on: { by: 'milestone', milestone: 'cancelled' } }] },
    'returned/0/on',
    /write cancellation, if it is that the deal is cancelled/,
  ],
  [
    'a cap that another reaches first',
    { cap: { ...CAP, period: '500', year: '400' } },
    'cap/period',
    /500 is above the cap of a year, 400/,
  ],
];

function weighed(first: string, second: string) {
  return {
    measures: [
      { measure: 'new-arr', weight: first },
      { measure: 'units', weight: second },
    ],
  };
}

describe('terms that are refused', () => {
  test.each(TERMS)('%s', (_says, change, field, message) => {
    const { problems } = check(change);
    expect(problems.map((each) => each.field)).toEqual([`/components/new-business/${field}`]);
    expect(problems[0]?.message).toMatch(message);
  });
});

describe('a plan that may not be meant', () => {
  test.each(WARNINGS)('%s', (_says, change, field, message) => {
    const { problems, warnings } = check(change);
    expect(problems).toEqual([]);
    expect(warnings.map((each) => each.field)).toEqual([`/components/new-business/${field}`]);
    expect(warnings[0]?.message).toMatch(message);
  });
});

describe('caps of a plan', () => {
  test.each<[cap: NonNullable<PlanDocument['cap']>, field: string, message: RegExp]>([
    [{ period: '0.00', year: null }, '/cap/period', /cap\.period: is 0, so nothing is ever paid; write more/],
    [{ period: '-5', year: null }, '/cap/period', /cap\.period: is below 0, so nothing is ever paid/],
    [[MONTH, { period: null, year: null }], '/cap/1', /cap #2: caps nothing; write period or year, or remove it/],
    [[MONTH, { ...MONTH, period: null, personal: SALARY }], '/cap/1/year', /cap #2\.year: is 0, so nothing/],
    [[MONTH, { ...MONTH, earningsOf: ['newbusiness'] }], '/cap/1/earningsOf', /no component newbusiness.*new-business/],
  ])('%j', (cap, field, message) => {
    const { problems } = check({}, { cap });
    expect(problems.map((each) => each.field)).toEqual([field]);
    expect(problems[0]?.message).toMatch(message);
  });
});

describe('objectives that are read by a table', () => {
  const scored = (table: Component['table']): Partial<Component> => ({
    objectives: { list: [{ name: 'a', title: null, weight: '100%' }], unscored: 'stop' },
    measure: 'scores',
    read: 'retroactive',
    targetIncentive: '500',
    table,
  });
  const one = { ...band('0%', '50%'), ...retroactive };

  test('are told nothing where the band that the score is in pays', () => {
    expect(check(scored([one, { ...band('80%', '100%'), ...retroactive, lump: '5' }])).problems).toEqual([]);
  });

  test.each<[table: Component['table'], field: string, message: RegExp]>([
    [[], 'table', /there is no band/],
    [[{ ...one, applies: 'marginal' }], 'table/0/applies', /the band that the score is in pays for all of it/],
    [[{ ...one, inRamp: 'barred' }], 'table/0/inRamp', /open or not for the whole component/],
    [[one, { ...one, from: '80' }], 'table/1/from', /80 is an amount; write 80%/],
  ])('%j', (table, field, message) => {
    const { problems } = check(scored(table));
    expect(problems.map((each) => each.field)).toContain(`/components/new-business/${field}`);
    expect(problems.map((each) => each.message).join(' ')).toMatch(message);
  });
});
