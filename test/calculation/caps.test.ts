import { replay } from '@ledger/calculation';
import type { Component } from '@ledger/events';
import { describe, expect, test } from 'vitest';
import { amounts, band, caps, company, deal, type Given, given, metric, person, plan, quota } from './given.ts';

/** 10 % of any amount in months, under caps. */
function capped(cap: Parameters<typeof caps>[0], rest: Parameters<typeof company>[1] = {}): Given {
  return company(given('month'), { tierBy: 'amount', table: [band('0', '10%')], cap: caps(cap), ...rest });
}

function sold(ledger: Given, ...list: readonly (readonly [on: string, amount: string])[]): void {
  for (const [closedOn, amount] of list) deal(ledger, { deal: closedOn, closedOn, amount });
}

const lines = (ledger: Given, ...periods: readonly string[]) =>
  periods.map((period) =>
    Object.entries(amounts(ledger, period)).map(([line, amount]) => `${line.replace('new-business/', '')} ${amount}`),
  );

describe('of a pay period', () => {
  test('what it removes is a line of its own', () => {
    const ledger = capped({ period: '100.00' });
    sold(ledger, ['2026-01-10', '800.00'], ['2026-01-20', '700.00'], ['2026-02-10', '300.00']);
    expect(lines(ledger, '2026-01', '2026-02')).toEqual([
      ['crm.2026-01-10 80.00', 'crm.2026-01-20 70.00', 'cap/2026-01 -50.00'],
      ['crm.2026-02-10 30.00'],
    ]);
  });

  test('later: it is offered again within the caps of later periods, to the end of the year', () => {
    const ledger = capped({ period: '100.00', excess: 'later' });
    sold(
      ledger,
      ['2026-01-10', '3000.00'],
      ['2026-02-10', '300.00'],
      ['2026-04-10', '-200.00'],
      ['2026-12-10', '5000.00'],
    );
    expect(lines(ledger, '2026-01', '2026-02', '2026-03', '2026-04', '2026-05')).toEqual([
      ['crm.2026-01-10 300.00', 'cap/2026-01 -200.00'],
      ['crm.2026-02-10 30.00', 'carried-over/2026-02 70.00'],
      ['carried-over/2026-03 100.00'],
      ['crm.2026-04-10 -20.00', 'carried-over/2026-04 30.00'],
      [],
    ]);
    expect(lines(ledger, '2026-12')).toEqual([['crm.2026-12-10 500.00', 'cap/2026-12 -400.00']]);
  });

  test('a negative period passes', () => {
    const ledger = capped({ period: '100.00' });
    sold(ledger, ['2026-01-10', '-3000.00']);
    expect(lines(ledger, '2026-01')).toEqual([['crm.2026-01-10 -300.00']]);
  });
});

describe('of a window and of a year', () => {
  test('run over the periods; what is taken away gives room back', () => {
    const ledger = capped({ window: '100.00' });
    sold(
      ledger,
      ['2026-01-10', '800.00'],
      ['2026-02-10', '700.00'],
      ['2026-03-10', '-300.00'],
      ['2026-03-20', '900.00'],
      ['2026-04-10', '500.00'],
    );
    expect(lines(ledger, '2026-01', '2026-02', '2026-03', '2026-04')).toEqual([
      ['crm.2026-01-10 80.00'],
      ['crm.2026-02-10 70.00', 'window-cap/2026-Q1 -50.00'],
      ['crm.2026-03-10 -30.00', 'crm.2026-03-20 90.00', 'window-cap/2026-Q1 -60.00'],
      ['crm.2026-04-10 50.00'],
    ]);
    const back = capped({ window: '100.00' });
    sold(back, ['2026-01-10', '1500.00'], ['2026-02-10', '-300.00'], ['2026-03-10', '500.00']);
    expect(lines(back, '2026-01', '2026-02', '2026-03')).toEqual([
      ['crm.2026-01-10 150.00', 'window-cap/2026-Q1 -50.00'],
      ['crm.2026-02-10 -30.00'],
      ['crm.2026-03-10 50.00', 'window-cap/2026-Q1 -20.00'],
    ]);
  });

  // pay = max(0, min(c, cap − paid to date)): 60, 40, 0 of 60, 60, 60 under 100.
  test('annual: what is left of it, then nothing', () => {
    const ledger = capped({ year: '100.00' });
    sold(ledger, ['2026-01-10', '600.00'], ['2026-05-10', '600.00'], ['2026-11-10', '600.00']);
    expect(lines(ledger, '2026-01', '2026-05', '2026-11')).toEqual([
      ['crm.2026-01-10 60.00'],
      ['crm.2026-05-10 60.00', 'year-cap/2026 -20.00'],
      ['crm.2026-11-10 60.00', 'year-cap/2026 -60.00'],
    ]);
  });

  test('all three at once, in the order period, window, year', () => {
    const ledger = capped({ period: '100.00', window: '150.00', year: '180.00', excess: 'later' });
    sold(ledger, ['2026-01-10', '1200.00'], ['2026-02-10', '900.00'], ['2026-04-10', '900.00']);
    expect(lines(ledger, '2026-01', '2026-02', '2026-03', '2026-04', '2026-05')).toEqual([
      ['crm.2026-01-10 120.00', 'cap/2026-01 -20.00'],
      ['crm.2026-02-10 90.00', 'carried-over/2026-02 10.00', 'window-cap/2026-Q1 -50.00'],
      ['carried-over/2026-03 10.00', 'window-cap/2026-Q1 -10.00'],
      ['crm.2026-04-10 90.00', 'year-cap/2026 -60.00'],
      [],
    ]);
  });

  test('a month of a quarterly statement has its own cap', () => {
    const ledger = company(given('quarter'), {
      window: 'month',
      tierBy: 'amount',
      table: [band('0', '10%')],
      cap: caps({ window: '50.00' }),
    });
    sold(ledger, ['2026-01-10', '600.00'], ['2026-02-10', '100.00'], ['2026-03-10', '900.00']);
    expect(lines(ledger, '2026-Q1')).toEqual([
      [
        'crm.2026-01-10 60.00',
        'crm.2026-02-10 10.00',
        'crm.2026-03-10 90.00',
        'window-cap/2026-01 -10.00',
        'window-cap/2026-03 -40.00',
      ],
    ]);
  });
});

describe('of two plans in one pay period', () => {
  const ledger = given('month');
  metric(ledger, {});
  const terms = { window: 'month', tierBy: 'amount', table: [band('0', '10%')] } satisfies Partial<Component>;
  plan(ledger, { ...terms, plan: 'old', also: { cap: { period: '60.00', year: null } } });
  plan(ledger, { ...terms, plan: 'new', also: { cap: { period: '70.00', year: null } } });
  person(ledger, 'ada', 'USD', 'old');
  const moved = { participant: 'ada', reason: 'moved' };
  ledger.record('PlanUnassigned', { ...moved, plan: 'old', effectiveFrom: '2026-02-15' });
  ledger.record('PlanAssigned', { ...moved, plan: 'new', effectiveFrom: '2026-02-15', effectiveTo: null });
  sold(ledger, ['2026-02-03', '1000.00'], ['2026-02-20', '900.00']);

  test('each removes by a line of its own, by the names of the plans', () => {
    expect(lines(ledger, '2026-02')).toEqual([
      ['crm.2026-02-03 100.00', 'crm.2026-02-20 90.00', 'plan-cap/2026-02 -20.00', 'plan-cap/2026-02~2 -40.00'],
    ]);
  });

  test('what changes both of them later is explained by what changed them', () => {
    for (const period of ['2026-01', '2026-02']) ledger.freeze(period);
    metric(ledger, { version: 2, amount: 'deal.amount * decimal("1.1")' });
    // 10 and 9 more, of which nothing is paid.
    const { lines: all } = ledger.statement('ada', '2026-03');
    expect(all).toMatchObject([{ kind: 'correction', period: '2026-02', amount: '0.00' }]);
    expect(all[0]?.trace.steps?.map(({ says }) => says)).toEqual([
      'crm.2026-02-03: +10.00 USD.',
      'crm.2026-02-20: +9.00 USD.',
      'plan-cap/2026-02: -9.00 USD.',
      'plan-cap/2026-02~2: -10.00 USD.',
    ]);
    const { rows } = replay(ledger.history('ada'), '2026-02', '2026-02');
    expect(rows).toMatchObject([{ delta: '0.00', causes: [] }]);
  });
});

// scp014-threshold-cap: 3,500,000 on 2,000,000 would pay 95,000; at most 200 % of 40,000: 15,000 is recorded as removed.
test('the cap of SCP-014 removes 15,000', () => {
  const curve = [
    { at: '75%', pays: '0%' },
    { at: '75%', pays: '50%' },
    { at: '100%', pays: '100%' },
    { at: '175%', pays: '237.5%' },
  ];
  const ledger = company(given(), {
    window: 'year',
    read: 'curve',
    table: [],
    curve,
    targetIncentive: '40000.00',
    cap: caps({ window: '80000.00' }),
  });
  quota(ledger, ['2000000'], { per: 'year' });
  deal(ledger, { deal: 'A', amount: '3500000.00' });
  expect(lines(ledger, '2026-Q1')).toEqual([['crm.A 95000.00', 'window-cap/2026 -15000.00']]);
  const [, removed] = ledger.statement('ada', '2026-Q1').lines;
  expect(removed).toMatchObject({ kind: 'earning', deal: null, closedOn: null, exact: '-15000' });
  expect(removed?.trace.steps?.[0]).toMatchObject({
    step: 'cap',
    formula: 'max(0, min(calculated, cap - paid)) - calculated',
    inputs: { calculated: '95000', cap: '80000', paid: '0' },
  });
});
