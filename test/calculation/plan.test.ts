import { checkPlan } from '@ledger/calculation';
import type { Component, MetricDocument, PlanDocument } from '@ledger/events';
import { expect, test } from 'vitest';

const METRIC: MetricDocument = {
  metric: 'new-arr',
  title: 'New ARR',
  unit: 'money',
  of: 'deal',
  counts: 'true',
  amount: 'deal.amount',
};
const KNOWN = new Map([['new-arr', METRIC]]);

function problems(change: Partial<Component>, plan: Partial<PlanDocument> = {}, known = KNOWN): readonly string[] {
  const component: Component = {
    title: 'New business',
    credits: 'primary',
    measure: 'new-arr',
    window: 'quarter',
    tierBy: 'attainment',
    table: [{ from: '0%', pays: '8%', applies: 'marginal' }],
    atBound: 'upper-band',
    ...change,
  };
  const document: PlanDocument = {
    plan: 'ae',
    title: 'AE',
    currency: 'USD',
    exchange: 'booking-date',
    rounding: 'half-up',
    components: { 'new-business': component },
    ...plan,
  };
  return checkPlan(document, known).map(({ code, field, message }) => `${code} ${field}: ${message}`);
}

const bands = (...pairs: readonly (readonly [from: string, pays: string])[]) => ({
  table: pairs.map(([from, pays]) => ({ from, pays, applies: 'marginal' as const })),
});
const WHERE = 'plan ae: components.new-business';

test('a plan that says nothing wrong', () => {
  expect(problems(bands(['0%', '0%'], ['50%', '8%'], ['100%', '0.12'], ['150%', '5%']))).toEqual([]);
});

test('unknown metric and currency, no components', () => {
  expect(problems({ measure: 'newArr' })).toEqual([
    `metric_unknown /components/new-business/measure: ${WHERE}: there is no metric newArr; define it first (there is new-arr).`,
  ]);
  expect(problems({}, { currency: 'XXQ', components: {} })).toHaveLength(2);
});

test('bands in order, from 0, each with a rate that can be meant', () => {
  expect(problems(bands(['10%', '8%']))).toEqual([
    `table_invalid /components/new-business/table/0/from: ${WHERE}.table: the first band begins at 10%, so nothing below it would be paid; let it begin at 0%.`,
  ]);
  expect(problems(bands(['0%', '8%'], ['100%', '9%'], ['100%', '10%']))).toEqual([
    `table_invalid /components/new-business/table/2/from: ${WHERE}.table: band 3 begins at 100%, which is not above where band 2 begins; list bands from the lowest to the highest.`,
  ]);
  expect(problems(bands(['0%', '-8%']))).toHaveLength(1);
  expect(problems(bands(['0%', '8']))).toEqual([
    `table_invalid /components/new-business/table/0/pays: ${WHERE}.table: band 1 pays 8 times the amount; a share is written as 8%.`,
  ]);
  expect(problems(bands(['0%', '8%'], ['50', '9%']))).toHaveLength(1);
  expect(problems({ tierBy: 'amount', ...bands(['0', '8%'], ['50%', '9%']) })).toHaveLength(1);
});

test('a metric that counts may pay money for each', () => {
  expect(problems(bands(['0%', '500']), {}, new Map([['new-arr', { ...METRIC, unit: 'number' as const }]]))).toEqual(
    [],
  );
});
