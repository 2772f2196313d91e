import { attainments, quotaOf, type WindowKind, windowOf } from '@ledger/calculation';
import { toText } from '@ledger/money';
import { describe, expect, test } from 'vitest';
import { band, company, deal, given, quota, relief } from './given.ts';

function quotaIn(ledger: ReturnType<typeof given>, date: string, kind: WindowKind): string | null {
  const found = quotaOf(ledger.book('ada'), 'arr', windowOf(date, kind));
  return found === null ? null : toText(found.value);
}

describe('spread', () => {
  test('shorter intervals add up, longer ones are divided exactly', () => {
    const ledger = company(given());
    quota(ledger, ['100', '200', '300', '400']);
    expect(quotaIn(ledger, '2026-05-05', 'quarter')).toBe('200');
    expect(quotaIn(ledger, '2026-05-05', 'year')).toBe('1000');
    expect(quotaIn(ledger, '2026-05-05', 'month')).toBe('200/3');
    quota(ledger, ['1000'], { per: 'year' });
    expect(quotaIn(ledger, '2026-05-05', 'quarter')).toBe('250');
    expect(quotaIn(ledger, '2026-05-05', 'month')).toBe('250/3');
  });

  test('one amount is for every interval; a missing one is no quota', () => {
    const ledger = company(given());
    quota(ledger, ['100'], { per: 'month' });
    expect(quotaIn(ledger, '2026-12-31', 'year')).toBe('1200');
    quota(ledger, ['100', '200'], { per: 'quarter' });
    expect(quotaIn(ledger, '2026-12-31', 'quarter')).toBeNull();
    expect(quotaIn(ledger, '2027-01-01', 'quarter')).toBeNull();
  });
});

describe('relief, worked by hand', () => {
  test('leave of 45 of 90 days halves the quarter', () => {
    const ledger = company(given());
    quota(ledger, ['90000']);
    relief(ledger, '2026-01-01', '2026-02-15', { by: 'days', share: '100%' });
    expect(quotaIn(ledger, '2026-01-01', 'quarter')).toBe('45000');
    expect(quotaIn(ledger, '2026-04-01', 'quarter')).toBe('90000');
    expect(quotaIn(ledger, '2026-01-01', 'month')).toBe('15000');
  });

  test('over a bound of intervals each loses its own days: 10 of 90 and 20 of 91', () => {
    const ledger = company(given());
    quota(ledger, ['90000', '91000', '1', '1']);
    relief(ledger, '2026-03-22', '2026-04-21', { by: 'days', share: '1' });
    expect(quotaIn(ledger, '2026-01-01', 'quarter')).toBe('80000');
    expect(quotaIn(ledger, '2026-04-01', 'quarter')).toBe('71000');
  });

  test('days that reliefs share count once, at the larger share: 10 at 50 %, then 20 at 100 %', () => {
    const ledger = company(given());
    quota(ledger, ['90000']);
    relief(ledger, '2026-01-01', '2026-01-21', { by: 'days', share: '50%' }, { relief: 'a' });
    relief(ledger, '2026-01-11', '2026-01-31', { by: 'days', share: '100%' }, { relief: 'b' });
    expect(quotaIn(ledger, '2026-01-01', 'quarter')).toBe('65000');
  });

  test('from the day on which it expires it relieves nothing', () => {
    const ledger = company(given());
    quota(ledger, ['90000']);
    relief(ledger, '2026-01-01', '2026-02-15', { by: 'days', share: '100%' }, { expiresOn: '2026-01-11' });
    expect(quotaIn(ledger, '2026-01-01', 'quarter')).toBe('80000');
    relief(
      ledger,
      '2026-01-05',
      '2026-02-15',
      { by: 'amount', amount: '5000' },
      { relief: 'b', expiresOn: '2026-01-05' },
    );
    expect(quotaIn(ledger, '2026-01-01', 'quarter')).toBe('80000');
  });

  test('a lump sum is taken off the interval that holds its first day, and nothing goes below 0', () => {
    const ledger = company(given());
    quota(ledger, ['90000']);
    relief(ledger, '2026-03-31', '2026-06-30', { by: 'amount', amount: '30000' }, { relief: 'a' });
    expect(quotaIn(ledger, '2026-01-01', 'quarter')).toBe('60000');
    expect(quotaIn(ledger, '2026-04-01', 'quarter')).toBe('90000');
    relief(ledger, '2026-01-01', '2026-03-31', { by: 'amount', amount: '70000' }, { relief: 'b' });
    expect(quotaIn(ledger, '2026-01-01', 'quarter')).toBe('0');
    expect(quotaIn(ledger, '2026-01-01', 'year')).toBe('270000');
  });

  test('a leap year has one more day, in the quarter and in the year', () => {
    const ledger = company(given());
    quota(ledger, ['91000'], { year: 2028 });
    relief(ledger, '2028-02-29', '2028-03-01', { by: 'days', share: '100%' });
    expect(quotaIn(ledger, '2028-01-01', 'quarter')).toBe('90000');
    quota(ledger, ['366000'], { year: 2028, per: 'year' });
    expect(quotaIn(ledger, '2028-01-01', 'year')).toBe('365000');
  });

  test('revoked, it is as if it had not been granted; a new quota keeps its reliefs', () => {
    const ledger = company(given());
    quota(ledger, ['90000']);
    relief(ledger, '2026-01-01', '2026-02-15', { by: 'days', share: '100%' });
    quota(ledger, ['180000']);
    expect(quotaIn(ledger, '2026-01-01', 'quarter')).toBe('90000');
    ledger.record('QuotaReliefRevoked', {
      participant: 'ada',
      metric: 'arr',
      year: 2026,
      relief: 'r1',
      revokedBy: 'fin',
      reason: 'came back',
    });
    expect(quotaIn(ledger, '2026-01-01', 'quarter')).toBe('180000');
  });
});

describe('attainment', () => {
  test('is credited over quota, exactly, as of the end of the period', () => {
    const ledger = company(given('month'));
    quota(ledger, ['90000']);
    deal(ledger, { deal: 'D-1', amount: '10000.00', closedOn: '2026-01-31' });
    deal(ledger, { deal: 'D-2', amount: '20000.00', closedOn: '2026-02-01' });
    const result = { component: 'new-business', metric: 'arr', window: '2026-Q1', unit: 'USD', quota: '90000' };
    expect(attainments(ledger.book('ada'), '2026-01').results).toEqual([
      { ...result, credited: '10000', attainment: '1/9' },
    ]);
    expect(attainments(ledger.book('ada'), '2026-03').results).toEqual([
      { ...result, credited: '30000', attainment: '1/3' },
    ]);
  });

  test('has no value without a quota, and is there before the first deal', () => {
    const ledger = company(given('quarter'), {
      tierBy: 'amount',
      window: 'month',
      table: [band('0', '1%')],
    });
    const { results } = attainments(ledger.book('ada'), '2026-Q2');
    expect(results.map(({ window, credited, quota: of, attainment }) => [window, credited, of, attainment])).toEqual([
      ['2026-04', '0', null, null],
      ['2026-05', '0', null, null],
      ['2026-06', '0', null, null],
    ]);
  });
});
