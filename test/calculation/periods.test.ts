import {
  dayBefore,
  daysIn,
  holds,
  periodBounds,
  periodOf,
  periodsFrom,
  windowOf,
  windowsIn,
} from '@ledger/calculation';
import { expect, test } from 'vitest';

test('bounds of months, quarters and years', () => {
  expect(periodBounds('2026-01')).toMatchObject({ from: '2026-01-01', to: '2026-02-01' });
  expect(periodBounds('2026-12')).toMatchObject({ from: '2026-12-01', to: '2027-01-01' });
  expect(periodBounds('2026-Q4')).toMatchObject({ from: '2026-10-01', to: '2027-01-01' });
  expect(periodBounds('2026')).toMatchObject({ from: '2026-01-01', to: '2027-01-01' });
  expect(() => periodBounds('2026-Q5')).toThrow(/2026-Q5/);
});

test('periods from the first one, up to those that begin before a date', () => {
  const ids = (cadence: 'month' | 'quarter', first: string, upTo: string) =>
    periodsFrom({ cadence }, first, upTo).map(({ id }) => id);
  expect(ids('quarter', '2025-Q4', '2026-04-01')).toEqual(['2025-Q4', '2026-Q1']);
  expect(ids('month', '2025-12', '2026-01-02')).toEqual(['2025-12', '2026-01']);
  expect(ids('month', '2026-02', '2026-02-01')).toEqual([]);
});

test('the window of a day', () => {
  expect([windowOf('2026-03-31', 'quarter').id, windowOf('2026-04-01', 'quarter').id]).toEqual(['2026-Q1', '2026-Q2']);
  expect(windowOf('2026-11-30', 'year')).toEqual({ id: '2026', from: '2026-01-01', to: '2027-01-01' });
  expect([periodOf('2026-09-30', 'month'), periodOf('2026-09-30', 'quarter')]).toEqual(['2026-09', '2026-Q3']);
  expect(windowsIn(periodBounds('2026-Q1'), 'month').map(({ id }) => id)).toEqual(['2026-01', '2026-02', '2026-03']);
  expect(windowsIn(periodBounds('2026-02'), 'year').map(({ id }) => id)).toEqual(['2026']);
});

test('days, across leap days and changes of clocks', () => {
  expect(daysIn(periodBounds('2028-02'))).toBe(29);
  expect(daysIn(periodBounds('2100-02'))).toBe(28);
  expect(daysIn(periodBounds('2028'))).toBe(366);
  expect(daysIn({ from: '2026-03-28', to: '2026-03-30' })).toBe(2);
  expect(daysIn({ from: '2026-03-30', to: '2026-03-28' })).toBe(0);
  expect([dayBefore('2026-03-01'), dayBefore('2028-03-01'), dayBefore('2026-01-01')]).toEqual([
    '2026-02-28',
    '2028-02-29',
    '2025-12-31',
  ]);
});

test('intervals hold their first day and not their last', () => {
  const interval = { from: '2026-01-01', to: '2026-02-01' };
  expect(['2025-12-31', '2026-01-01', '2026-01-31', '2026-02-01'].map((day) => holds(interval, day))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(holds({ from: '2026-01-01', to: null }, '2199-12-31')).toBe(true);
});
