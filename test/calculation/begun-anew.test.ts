import { attainments } from '@ledger/calculation';
import type { Component } from '@ledger/events';
import { describe, expect, test } from 'vitest';
import {
  amounts,
  band,
  caps,
  codes,
  company,
  deal,
  fx,
  type Given,
  gate,
  given,
  metric,
  plan,
  quota,
} from './given.ts';

/** 10 % of any amount in years; from July on of another metric, so that what adds up begins anew (D22). */
function begunAnew(rest: Partial<Component>): Given {
  const terms: Partial<Component> = { tierBy: 'amount', window: 'year', table: [band('0', '10%')], ...rest };
  const ledger = company(given('quarter'), terms);
  metric(ledger, { metric: 'margin' });
  plan(ledger, { ...terms, paysOn: 'margin', version: 2, from: '2026-07-01' });
  return ledger;
}

describe('a component that begins anew within a window', () => {
  test('has a cap of its own for what follows', () => {
    const ledger = begunAnew({ cap: caps({ window: '100.00' }) });
    deal(ledger, { deal: 'before', closedOn: '2026-05-10', amount: '1500.00' });
    deal(ledger, { deal: 'after', closedOn: '2026-08-10', amount: '900.00' });
    deal(ledger, { deal: 'more', closedOn: '2026-08-11', amount: '900.00' });
    expect(amounts(ledger, '2026-Q2')).toEqual({
      'new-business/crm.before': '150.00',
      'new-business/window-cap/2026': '-50.00',
    });
    expect(amounts(ledger, '2026-Q3')).toEqual({
      'new-business/crm.after': '90.00',
      'new-business/crm.more': '90.00',
      'new-business/window-cap/2026~2': '-80.00',
    });
  });

  test('what is carried over to a period without deals counts to what follows', () => {
    const ledger = begunAnew({ cap: caps({ period: '60.00', window: '90.00', excess: 'later' }) });
    deal(ledger, { deal: 'before', closedOn: '2026-05-10', amount: '500.00' });
    deal(ledger, { deal: 'after', closedOn: '2026-08-10', amount: '2000.00' });
    expect(amounts(ledger, '2026-Q4')).toEqual({
      'new-business/carried-over/2026-Q4': '60.00',
      'new-business/window-cap/2026~2': '-30.00',
    });
  });

  test('has lines of its own within one statement', () => {
    const ledger = begunAnew({ each: 'period' });
    plan(ledger, {
      tierBy: 'amount',
      window: 'year',
      table: [band('0', '10%')],
      each: 'period',
      version: 3,
      from: '2026-08-01',
    });
    deal(ledger, { deal: 'before', closedOn: '2026-07-10', amount: '1500.00' });
    deal(ledger, { deal: 'after', closedOn: '2026-08-10', amount: '900.00' });
    expect(amounts(ledger, '2026-Q3')).toEqual({
      'new-business/period/2026': '150.00',
      'new-business/period/2026~2': '90.00',
    });
  });
});

test('what lies before the first period of the calendar is asked of no gate', () => {
  const ledger = company(given('month', '2026-02'), {
    tierBy: 'amount',
    window: 'year',
    table: [band('0', '10%')],
    gates: [gate('bookings', { against: 'amount', atLeast: '100', window: 'month' })],
  });
  metric(ledger, { metric: 'bookings' });
  deal(ledger, { deal: 'early', closedOn: '2026-01-10', amount: '500.00' });
  deal(ledger, { deal: 'now', closedOn: '2026-02-10', amount: '500.00' });
  // In January only the gate looks at it, and there was no rate.
  deal(ledger, { deal: 'foreign', closedOn: '2026-01-11', amount: '500.00', currency: 'EUR' });
  metric(ledger, { metric: 'arr', version: 2, counts: 'deal.currency == "USD"' });
  expect(codes(ledger)).toEqual([]);
  expect(amounts(ledger, '2026-02')).toEqual({ 'new-business/crm.now': '50.00' });
  fx(ledger, 'EURUSD', '2026-01-01', '1.1');
  expect(amounts(ledger, '2026-02')).toEqual({ 'new-business/crm.now': '50.00' });
});

test('growth over less than nothing has no attainment', () => {
  const ledger = company(given('quarter'), { tierBy: 'amount', target: 'previous', table: [band('0', '10%')] });
  quota(ledger, ['1000.00']);
  deal(ledger, { deal: 'returned', closedOn: '2026-02-10', amount: '-500.00' });
  deal(ledger, { deal: 'sold', closedOn: '2026-05-10', amount: '500.00' });
  const [result] = attainments(ledger.book('ada'), '2026-Q2').results;
  expect(result).toMatchObject({ credited: '500', quota: '-500', attainment: null });
});
