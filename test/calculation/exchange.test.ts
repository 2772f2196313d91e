import { attainments } from '@ledger/calculation';
import { describe, expect, test } from 'vitest';
import { amounts, band, codes, company, deal, fx, given, metric, total } from './given.ts';

describe('exchange', () => {
  const table = [band('0', '10%')];

  test('the newest rate on or before the closing date, in either direction', () => {
    const ledger = company(given(), { tierBy: 'amount', table });
    fx(ledger, 'EURUSD', '2026-02-01', '1.10');
    fx(ledger, 'EURUSD', '2026-02-10', '1.50');
    deal(ledger, { deal: 'D-1', currency: 'EUR', amount: '1000.00', closedOn: '2026-02-09' });
    expect(total(ledger)).toBe(110);
    fx(ledger, 'USDEUR', '2026-02-05', '0.80');
    expect(total(ledger)).toBe(125);
  });

  test('on the same day the pair that is asked for wins, and what was recorded later', () => {
    const ledger = company(given(), { tierBy: 'amount', table });
    fx(ledger, 'EURUSD', '2026-02-05', '1.10');
    fx(ledger, 'USDEUR', '2026-02-05', '0.80');
    fx(ledger, 'EURUSD', '2026-02-05', '1.20');
    deal(ledger, { deal: 'D-1', currency: 'EUR', amount: '1000.00' });
    expect(total(ledger)).toBe(120);
  });

  test('a missing rate is a problem and never 1', () => {
    const ledger = company(given(), { tierBy: 'amount', table });
    fx(ledger, 'EURUSD', '2026-02-10', '1.50');
    deal(ledger, { deal: 'D-1', currency: 'EUR', closedOn: '2026-02-09' });
    expect(codes(ledger)).toEqual(['rate_missing']);
  });

  test('thirds stay exact, and quotients of rates are kept to 30 decimals so that sums do not grow without end', () => {
    const thirds = company(given(), {
      tierBy: 'amount',
      table: [band('0', '10%'), band('100', '20%', 'retroactive')],
    });
    metric(thirds, { version: 2, amount: 'deal.amount * 12 / deal.termMonths' });
    for (const id of ['1', '2', '3']) {
      deal(thirds, { deal: id, amount: '100.00', attributes: { termMonths: { decimal: '36' } } });
    }
    expect(Object.values(amounts(thirds))).toEqual(['3.33', '3.33', '13.33']);

    const ledger = company(given(), { tierBy: 'amount', table });
    for (let day = 1; day <= 28; day += 1) {
      const on = `2026-02-${String(day).padStart(2, '0')}`;
      fx(ledger, 'USDEUR', on, `0.${9000 + 7 * day}`);
      deal(ledger, { deal: `D-${day}`, currency: 'EUR', amount: '1000.01', closedOn: on });
    }
    const [window] = attainments(ledger.book('ada'), '2026-Q1').results;
    expect((window?.credited ?? '').length).toBeLessThan(120);
  });
});
