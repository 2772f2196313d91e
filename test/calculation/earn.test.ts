import { checkPlan, earn } from '@ledger/calculation';
import { describe, expect, test } from 'vitest';
import {
  amend,
  amounts,
  band,
  cancel,
  codes,
  company,
  deal,
  given,
  MARGINAL,
  metric,
  person,
  plan,
  quota,
  relief,
  split,
  total,
  UP_TO,
} from './given.ts';

const SCALE = (applies: 'marginal' | 'retroactive') => [
  band('0', '5%', applies),
  band('5000', '10%', applies),
  band('10000', '15%', applies),
];

describe('worked cases of others, in our words', () => {
  // QuotaPath's template: 5 % under half of a monthly quota of 33,000, 10 % on everything from half on, 20 % above quota.
  test.each([
    ['16000.00', 800],
    ['20000.00', 2000],
    ['40000.00', 4700],
  ])('a band that is retroactive between bands that are not: %s pays %d', (amount, pays) => {
    const ledger = company(given('month'), {
      window: 'month',
      table: [band('0%', '5%'), band('50%', '10%', 'retroactive'), band('100%', '20%')],
    });
    quota(ledger, ['33000'], { per: 'month' });
    deal(ledger, { deal: 'D-1', amount });
    expect(total(ledger, '2026-02')).toBe(pays);
  });

  test('graduated scale of Aptify: 11,000 pays 900', () => {
    const ledger = company(given(), { tierBy: 'amount', table: [...SCALE('marginal')] });
    deal(ledger, { deal: 'D-1', amount: '11000.00' });
    expect(total(ledger)).toBe(900);
  });

  test('the same scale by the highest tier reached: 11,000 pays 1,650', () => {
    const ledger = company(given(), { tierBy: 'amount', table: [...SCALE('retroactive')] });
    deal(ledger, { deal: 'D-1', amount: '4000.00', closedOn: '2026-01-10' });
    deal(ledger, { deal: 'D-2', amount: '7000.00', closedOn: '2026-01-11' });
    expect(amounts(ledger)).toEqual({ 'new-business/crm.D-1': '200.00', 'new-business/crm.D-2': '1450.00' });
  });

  test('tiers of Spiff, marginally: 220,000 pays 11,600', () => {
    const ledger = company(given(), {
      tierBy: 'amount',
      table: [band('0', '4%'), band('150000', '8%'), band('250000', '12%')],
    });
    deal(ledger, { deal: 'D-1', amount: '220000.00' });
    expect(total(ledger)).toBe(11600);
  });
});

describe('credit', () => {
  test('a split exception replaces the primary pool, and overlay stays beside it', () => {
    const ledger = company(given());
    person(ledger, 'ben');
    for (const participant of ['ada', 'ben']) quota(ledger, ['1000000'], { participant });
    const credits = [
      { participant: 'ada', pool: 'primary' as const, share: '1' },
      { participant: 'ben', pool: 'overlay' as const, share: '1' },
    ];
    deal(ledger, { deal: 'D-1', credits });
    split(ledger, 'D-1', { ada: '0.7', ben: '0.3' });
    expect(amounts(ledger)).toEqual({ 'new-business/crm.D-1': '5600.00' });
    expect(amounts(ledger, '2026-Q1', 'ben')).toEqual({ 'new-business/crm.D-1': '2400.00' });
  });

  test('a component of all credits takes both pools', () => {
    const ledger = company(given(), { credits: 'all' });
    quota(ledger, ['1000000']);
    const credits = [
      { participant: 'ada', pool: 'primary' as const, share: '0.5' },
      { participant: 'ada', pool: 'overlay' as const, share: '0.25' },
    ];
    deal(ledger, { deal: 'D-1', credits });
    expect(total(ledger)).toBe(6000);
  });

  test('the latest exception that has not expired by the closing date holds; a revoked one never did', () => {
    const ledger = company(given());
    quota(ledger, ['1000000']);
    deal(ledger, { deal: 'D-1' });
    split(ledger, 'D-1', { ada: '0.5', ben: '0.5' }, { exception: 'a' });
    split(ledger, 'D-1', { ada: '0.1', ben: '0.9' }, { exception: 'b', expiresOn: '2026-02-09' });
    expect(total(ledger)).toBe(4000);
    split(ledger, 'D-1', { ada: '0.2', ben: '0.8' }, { exception: 'c', expiresOn: '2026-02-10' });
    expect(total(ledger)).toBe(1600);
    ledger.record('SplitExceptionRevoked', {
      source: 'crm',
      deal: 'D-1',
      exception: 'c',
      revokedBy: 'fin',
      reason: 'wrong',
    });
    expect(total(ledger)).toBe(4000);
  });

  test('a cancelled deal gives no credit, a vanished one keeps it', () => {
    const ledger = company(given());
    quota(ledger, ['1000000']);
    deal(ledger, { deal: 'D-1' });
    deal(ledger, { deal: 'D-2' });
    cancel(ledger, 'D-1');
    ledger.record('DealVanished', { source: 'crm', deal: 'D-2', noticedOn: '2026-05-01', evidence: 'snapshot' });
    expect(amounts(ledger)).toEqual({ 'new-business/crm.D-2': '8000.00' });
  });
});

describe('definitions by date', () => {
  test('a plan version in mid-year pays what is selected from its day on, in the same window', () => {
    const ledger = company(given(), {
      window: 'year',
      tierBy: 'amount',
      table: [band('0', '10%')],
    });
    plan(ledger, {
      version: 2,
      from: '2026-04-01',
      window: 'year',
      tierBy: 'amount',
      table: [band('0', '10%'), band('150000', '20%')],
    });
    deal(ledger, { deal: 'D-1', closedOn: '2026-03-31' });
    deal(ledger, { deal: 'D-2', closedOn: '2026-04-01' });
    expect(total(ledger, '2026-Q1')).toBe(10000);
    expect(total(ledger, '2026-Q2')).toBe(50000 * 0.1 + 50000 * 0.2);
  });

  test('the selection date picks the versions, the closing date the period', () => {
    const ledger = company(given(), { tierBy: 'amount', table: [band('0', '10%')] });
    plan(ledger, {
      version: 2,
      from: '2026-02-01',
      tierBy: 'amount',
      table: [band('0', '5%')],
    });
    deal(ledger, { deal: 'D-1', closedOn: '2026-02-09', selectionOn: '2026-01-31' });
    expect(total(ledger)).toBe(10000);
  });

  test('a metric that is redefined from the start restates, and one that is retired counts nothing from its day on', () => {
    const ledger = company(given(), { tierBy: 'amount', table: [band('0', '10%')] });
    deal(ledger, { deal: 'D-1', attributes: { termMonths: { decimal: '24' } } });
    metric(ledger, { version: 2, counts: 'has(deal.termMonths)', amount: 'deal.amount * 12 / deal.termMonths' });
    expect(total(ledger)).toBe(5000);
    ledger.record('MetricRetired', { metric: 'arr', effectiveFrom: '2026-02-09', reason: 'no longer used' });
    expect(amounts(ledger)).toEqual({});
  });

  test('nobody earns outside assignment and employment', () => {
    const ledger = company(given(), { tierBy: 'amount', table: [band('0', '10%')] });
    for (const [id, closedOn] of [
      ['A', '2025-12-31'],
      ['B', '2026-02-28'],
      ['C', '2026-03-01'],
      ['D', '2026-03-15'],
    ] as const) {
      deal(ledger, { deal: id, closedOn });
    }
    ledger.record('PlanUnassigned', { participant: 'ada', plan: 'ae', effectiveFrom: '2026-03-15', reason: 'moved' });
    ledger.record('ParticipantOffboarded', { participant: 'ada', endsOn: '2026-03-01', reason: 'left' });
    expect(Object.keys(amounts(ledger))).toEqual(['new-business/crm.B']);
  });

  test('who changes plans keeps what counted in the window, by the id of the component', () => {
    const ledger = company(given());
    quota(ledger, ['100000']);
    plan(ledger, { plan: 'enterprise' });
    ledger.record('PlanUnassigned', {
      participant: 'ada',
      plan: 'ae',
      effectiveFrom: '2026-02-01',
      reason: 'promoted',
    });
    ledger.record('PlanAssigned', {
      participant: 'ada',
      plan: 'enterprise',
      effectiveFrom: '2026-02-01',
      effectiveTo: null,
      reason: 'promoted',
    });
    deal(ledger, { deal: 'D-1', closedOn: '2026-01-20' });
    deal(ledger, { deal: 'D-2', closedOn: '2026-02-20' });
    expect(amounts(ledger)).toEqual({ 'new-business/crm.D-1': '8000.00', 'new-business/crm.D-2': '12000.00' });
  });

  test('deals before the first period count in their window and give no line', () => {
    const ledger = company(given('quarter', '2026-Q2'), { window: 'year' });
    quota(ledger, ['100000'], { per: 'year' });
    deal(ledger, { deal: 'D-1', closedOn: '2026-03-01' });
    deal(ledger, { deal: 'D-2', closedOn: '2026-04-01' });
    const { lines } = earn(ledger.book('ada'), UP_TO);
    expect([...lines.keys()]).toEqual(['2026-Q2']);
    expect(total(ledger, '2026-Q2')).toBe(12000);
  });
});

describe('metrics', () => {
  test('of lines: only the lines that count, added up', () => {
    const ledger = company(given());
    quota(ledger, ['1000000']);
    metric(ledger, {
      version: 2,
      of: 'line',
      counts: 'line.category == "software"',
      amount: 'line.amount - line.cost',
    });
    const line = { quantity: null, cost: '0.00' };
    const lines = [
      { ...line, line: '1', product: 'Suite', category: 'software', amount: '60000.00' },
      { ...line, line: '2', product: 'Training', category: 'services', amount: '30000.00' },
      { ...line, line: '3', product: 'Add-on', category: 'software', amount: '10000.00', cost: '1000.00' },
    ];
    deal(ledger, { deal: 'D-1', lines });
    expect(total(ledger)).toBe(69000 * 0.08);
  });

  test('that count: a number pays money per unit', () => {
    const ledger = company(given(), { tierBy: 'amount', table: [band('0', '500')] });
    metric(ledger, { version: 2, unit: 'number', amount: '1' });
    deal(ledger, { deal: 'D-1', currency: 'EUR' });
    deal(ledger, { deal: 'D-2' });
    expect(total(ledger)).toBe(1000);
  });

  test('that have no answer say which deal, which expression and what to do', () => {
    const ledger = company(given());
    quota(ledger, ['1000000']);
    metric(ledger, { version: 2, amount: 'deal.amount * 12 / deal.termMonths' });
    deal(ledger, { deal: 'D-1' });
    const [problem] = earn(ledger.book('ada'), UP_TO).problems;
    expect(problem).toMatchObject({
      code: 'metric_failed',
      participant: 'ada',
      period: '2026-Q1',
      component: 'new-business',
      deal: 'crm.D-1',
    });
    expect(problem?.message).toBe(
      'ada, 2026-Q1, new-business, deal crm.D-1: metric arr version 2 has no answer for crm.D-1: termMonths is not there, in amount: `deal.amount * 12 / deal.termMonths`; correct the deal, or begin `counts` with has(deal.termMonths) && ….',
    );
  });

  test('of a line are asked for on the line', () => {
    const ledger = company(given());
    quota(ledger, ['1000000']);
    metric(ledger, { version: 2, of: 'line', counts: 'line.category == "software"', amount: 'line.amount' });
    deal(ledger, {
      deal: 'D-1',
      lines: [{ line: '1', product: 'Suite', category: null, quantity: null, amount: '1.00', cost: null }],
    });
    const [problem] = earn(ledger.book('ada'), UP_TO).problems;
    expect(problem?.message).toContain('correct the deal, or begin `counts` with has(line.category) && ….');
  });
});

describe('attainment that has no value stops the statement', () => {
  test('no quota, a quota of 0, a quota in another currency: once for each window', () => {
    const ledger = company(given());
    deal(ledger, { deal: 'D-1' });
    deal(ledger, { deal: 'D-2' });
    expect(codes(ledger)).toEqual(['quota_missing']);
    quota(ledger, ['0']);
    expect(codes(ledger)).toEqual(['quota_zero']);
    quota(ledger, ['100000'], { currency: 'EUR' });
    expect(codes(ledger)).toEqual(['quota_currency']);
  });

  test('a quota that relief has taken whole names the relief', () => {
    const ledger = company(given());
    deal(ledger, { deal: 'D-1' });
    quota(ledger, ['1000']);
    relief(ledger, '2026-01-01', '2026-04-01', { by: 'amount', amount: '1500' }, { relief: 'flood' });
    const [problem] = earn(ledger.book('ada'), UP_TO).problems;
    expect(problem).toMatchObject({
      code: 'quota_zero',
      message: expect.stringMatching(/is 0 after relief flood, so .* value; revoke relief, assign a quota/),
    });
  });

  test('but not where nothing was credited, or where the amount picks the band', () => {
    const ledger = company(given());
    expect(codes(ledger)).toEqual([]);
    deal(ledger, { deal: 'D-1' });
    plan(ledger, { version: 2, tierBy: 'amount', table: [band('0', '1%')] });
    expect(codes(ledger)).toEqual([]);
  });
});

test('a component of two plans at once, and a plan in a currency that is not paid, are refused', () => {
  const ledger = company(given());
  quota(ledger, ['100000']);
  deal(ledger, { deal: 'D-1' });
  plan(ledger, { plan: 'other' });
  ledger.record('PlanAssigned', {
    participant: 'ada',
    plan: 'other',
    effectiveFrom: '2026-01-01',
    effectiveTo: null,
    reason: 'both',
  });
  expect(codes(ledger)).toEqual(['component_twice']);

  const euro = company(given(), { currency: 'EUR' });
  deal(euro, { deal: 'D-1' });
  plan(euro, { version: 2, currency: 'USD' });
  expect(codes(euro)).toEqual(['plan_currency']);
});

test('an exact hit on a retroactive bound belongs to the band that the plan names', () => {
  const table = [band('0%', '8%'), band('100%', '10%', 'retroactive')];
  for (const [atBound, pays] of [
    ['upper-band', 10000],
    ['lower-band', 8000],
  ] as const) {
    const ledger = company(given(), { table, atBound });
    quota(ledger, ['100000']);
    deal(ledger, { deal: 'D-1' });
    expect(total(ledger)).toBe(pays);
    deal(ledger, { deal: 'D-2', amount: '0.01', closedOn: '2026-02-10' });
    expect(total(ledger)).toBe(10000);
  }
});

test('a negative amount is paid at the first rate, and reverses what it follows', () => {
  const ledger = company(given());
  quota(ledger, ['100000']);
  deal(ledger, { deal: 'D-1', amount: '-1000.00', closedOn: '2026-01-05' });
  deal(ledger, { deal: 'D-2', amount: '151000.00', closedOn: '2026-01-06' });
  deal(ledger, { deal: 'D-3', amount: '-100000.00', closedOn: '2026-01-07' });
  expect(amounts(ledger)).toEqual({
    'new-business/crm.D-1': '-80.00',
    'new-business/crm.D-2': '14080.00',
    'new-business/crm.D-3': '-10000.00',
  });
});

test('deals of a day go by the sequence of the source, then by key, whatever came first', () => {
  const ledger = company(given());
  quota(ledger, ['100000']);
  deal(ledger, { deal: 'B', sequence: 2 });
  deal(ledger, { deal: 'C', sequence: 1 });
  deal(ledger, { deal: 'A', sequence: 2 });
  expect(Object.keys(amounts(ledger))).toEqual(['new-business/crm.C', 'new-business/crm.A', 'new-business/crm.B']);
  amend(ledger, { deal: 'C', sequence: 3 });
  expect(Object.keys(amounts(ledger))).toEqual(['new-business/crm.A', 'new-business/crm.B', 'new-business/crm.C']);
});

test('the plan of the tests is one that may be published', () => {
  const ledger = company(given());
  const { plans, metrics } = ledger.book('ada');
  const document = plans.get('ae')?.versions[0]?.document;
  const known = new Map(
    [...metrics].flatMap(([id, { versions }]) => versions.map((each) => [id, each.document] as const)),
  );
  expect(document?.components['new-business']?.table).toEqual(MARGINAL);
  expect(document === undefined ? [] : checkPlan(document, known).problems).toEqual([]);
});
