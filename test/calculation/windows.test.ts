import { attainments, quotaOf } from '@ledger/calculation';
import { toText } from '@ledger/money';
import { describe, expect, test } from 'vitest';
import { amounts, band, codes, company, deal, type Given, given, plan, quota, relief } from './given.ts';

function sold(ledger: Given, ...list: readonly (readonly [on: string, amount: string])[]): void {
  for (const [closedOn, amount] of list) deal(ledger, { deal: closedOn, closedOn, amount });
}

const lines = (ledger: Given, ...periods: readonly string[]) =>
  periods.map((period) =>
    Object.entries(amounts(ledger, period)).map(([line, amount]) => `${line.replace('new-business/', '')} ${amount}`),
  );

/** 10 %, and 20 % above 1,000. */
const STEP = { tierBy: 'amount' as const, table: [band('0', '10%'), band('1000', '20%')] };

describe('windows', () => {
  // oca-biweekly-periods: the 1st to the 15th, and the 16th to the end.
  test('half-months begin on the 1st and the 16th', () => {
    const ledger = company(given('month'), { ...STEP, window: 'half-month' });
    sold(
      ledger,
      ['2026-01-01', '1000.00'],
      ['2026-01-15', '100.00'],
      ['2026-01-16', '1000.00'],
      ['2026-01-31', '100.00'],
    );
    expect(lines(ledger, '2026-01')).toEqual([
      ['crm.2026-01-01 100.00', 'crm.2026-01-15 20.00', 'crm.2026-01-16 100.00', 'crm.2026-01-31 20.00'],
    ]);
  });

  test('halves of a year, months of a quarterly statement, a year of monthly ones', () => {
    for (const [window, cadence, pays] of [
      ['half', 'month', ['100.00', '20.00', '10.00']],
      ['month', 'quarter', ['100.00', '10.00', '10.00']],
      ['year', 'month', ['100.00', '20.00', '20.00']],
    ] as const) {
      const ledger = company(given(cadence), { ...STEP, window });
      sold(ledger, ['2026-01-10', '1000.00'], ['2026-03-10', '100.00'], ['2026-07-10', '100.00']);
      const all = [...lines(ledger, '2026-01', '2026-03', '2026-07', '2026-Q1', '2026-Q3')].flat();
      expect(all.map((line) => line.split(' ')[1])).toEqual(pays);
    }
  });

  test('with dates of their own: what closes outside does not count', () => {
    const ledger = company(given('month'), { ...STEP, window: { from: '2026-10-15', to: '2026-12-15' } });
    sold(
      ledger,
      ['2026-10-14', '900.00'],
      ['2026-10-15', '1000.00'],
      ['2026-12-14', '100.00'],
      ['2026-12-15', '100.00'],
    );
    expect(lines(ledger, '2026-10', '2026-11', '2026-12')).toEqual([
      ['crm.2026-10-15 100.00'],
      [],
      ['crm.2026-12-14 20.00'],
    ]);
    expect(attainments(ledger.book('ada'), '2026-11').results).toMatchObject([
      { window: '2026-10-15/2026-12-15', credited: '1000' },
    ]);
  });

  test('rolling: the months that end with the pay period, and no true-up of earlier ones', () => {
    const ledger = company(given('month'), { ...STEP, window: { rolling: 3 } });
    sold(
      ledger,
      ['2026-01-10', '600.00'],
      ['2026-02-10', '600.00'],
      ['2026-03-10', '100.00'],
      ['2026-04-10', '500.00'],
    );
    expect(lines(ledger, '2026-01', '2026-02', '2026-03', '2026-04', '2026-05')).toEqual([
      ['crm.2026-01-10 60.00'],
      ['crm.2026-02-10 80.00'], // 400 at 10 %, 200 at 20 %
      ['crm.2026-03-10 20.00'],
      ['crm.2026-04-10 70.00'], // after 700 of February and March: 300 at 10 %, 200 at 20 %
      [],
    ]);
    expect(attainments(ledger.book('ada'), '2026-05').results).toMatchObject([
      { window: '2026-05/3', credited: '600' },
    ]);
  });

  test('rolling over other months from a version on: begins anew', () => {
    const ledger = company(given('month'), { ...STEP, window: { rolling: 3 } });
    plan(ledger, { version: 2, from: '2026-02-01', ...STEP, window: { rolling: 6 } });
    sold(ledger, ['2026-01-10', '900.00'], ['2026-02-10', '900.00'], ['2026-03-10', '200.00']);
    expect(lines(ledger, '2026-02', '2026-03')).toEqual([['crm.2026-02-10 90.00'], ['crm.2026-03-10 30.00']]);
    expect(attainments(ledger.book('ada'), '2026-03').results).toMatchObject([
      { window: '2026-03/6', credited: '1100' },
    ]);
  });

  test('rolling windows reach behind the first period of the calendar', () => {
    const ledger = company(given('month', '2026-03'), { ...STEP, window: { rolling: 12 } });
    plan(ledger, { version: 1, from: '2025-01-01', ...STEP, window: { rolling: 12 } });
    ledger.record('PlanAssigned', {
      participant: 'ada',
      plan: 'ae',
      effectiveFrom: '2025-01-01',
      effectiveTo: null,
      reason: 'hired',
    });
    sold(ledger, ['2026-01-10', '1000.00'], ['2026-03-10', '100.00']);
    expect(lines(ledger, '2026-01', '2026-03')).toEqual([[], ['crm.2026-03-10 20.00']]);
  });
});

describe('quotas of windows', () => {
  const WINDOWS = [
    ['2026-02-1', '2026-02-01', '2026-02-16', '50'],
    ['2026-H1', '2026-01-01', '2026-07-01', '600'],
    ['2026-02/3', '2025-12-01', '2026-03-01', null],
    ['2026-05/3', '2026-03-01', '2026-06-01', '300'],
    ['2026-01-01/2026-02-15', '2026-01-01', '2026-02-15', '150'],
  ] as const;

  test.each(WINDOWS)('100 a month is, for %s, %s to %s: %s', (id, from, to, value) => {
    const ledger = company(given());
    quota(ledger, ['100'], { per: 'month' });
    const found = quotaOf(ledger.book('ada'), 'arr', { id, from, to });
    expect(found === null ? null : toText(found.value)).toBe(value);
  });

  test('over the turn of a year they add up, each year by its own', () => {
    const ledger = company(given());
    quota(ledger, ['100'], { per: 'month' });
    quota(ledger, ['3000'], { per: 'quarter', year: 2027 });
    const found = quotaOf(ledger.book('ada'), 'arr', { id: '2027-01/3', from: '2026-11-01', to: '2027-02-01' });
    expect(toText(found?.value ?? { n: 0n, d: 1n })).toBe('1200');
    expect(found?.events).toHaveLength(2);
  });
});

describe('targets', () => {
  test('an amount of the plan, without any quota', () => {
    const ledger = company(given(), { target: { amount: '1000.00' } });
    sold(ledger, ['2026-01-10', '1500.00']);
    expect(lines(ledger, '2026-Q1')).toEqual([['crm.2026-01-10 140.00']]);
    expect(attainments(ledger.book('ada'), '2026-Q1').results).toMatchObject([{ quota: '1000', attainment: '1.5' }]);
  });

  // Growth: 8 % up to what the quarter before measured, 12 % above; 1,000 before, 1,500 now.
  test('what the window before measured', () => {
    const ledger = company(given('quarter', '2026-Q2'), { target: 'previous' });
    sold(ledger, ['2026-02-10', '1000.00'], ['2026-05-10', '1500.00'], ['2026-08-10', '1500.00']);
    expect(lines(ledger, '2026-Q2', '2026-Q3')).toEqual([['crm.2026-05-10 140.00'], ['crm.2026-08-10 120.00']]);
    expect(attainments(ledger.book('ada'), '2026-Q3').results).toMatchObject([{ quota: '1500', attainment: '1' }]);
  });

  test('growth over nothing has no value, and says so', () => {
    const ledger = company(given(), { target: 'previous' });
    sold(ledger, ['2026-05-10', '1500.00']);
    expect(codes(ledger)).toEqual(['quota_zero']);
    expect(() => ledger.statement('ada', '2026-Q2')).toThrow(
      'what was measured for arr in 2026-Q1 is not above 0, so growth over it has no value',
    );
    expect(codes(company(given(), { target: 'previous' }))).toEqual([]);
    const alone = company(given(), { target: 'previous', window: 'deal' });
    sold(alone, ['2026-05-10', '1500.00']);
    expect(codes(alone)).toEqual(['quota_missing']);
  });

  // Quarter of 900 by month: 300 to the end of January, 600 of February, 900 of March; 8 % to 100 %, 12 % above.
  test('quota to date: the quarter is rated again as the quota grows', () => {
    const ledger = company(given('month'), { target: 'quota-to-date' });
    quota(ledger, ['300'], { per: 'month' });
    sold(ledger, ['2026-01-10', '500.00'], ['2026-03-10', '500.00']);
    expect(lines(ledger, '2026-01', '2026-02', '2026-03', '2026-04')).toEqual([
      ['crm.2026-01-10 48.00'], // 300 at 8 %, 200 at 12 %
      ['true-up/2026-Q1 -8.00'], // 500 at 8 %
      ['crm.2026-03-10 44.00'], // 400 at 8 %, 100 at 12 %
      [],
    ]);
    expect(attainments(ledger.book('ada'), '2026-02').results).toMatchObject([{ quota: '600', attainment: '5/6' }]);
  });

  test('an interval that is partly over counts by its days, after relief', () => {
    const ledger = company(given('month'), { target: 'quota-to-date', window: 'year' });
    quota(ledger, ['36500'], { per: 'year' });
    sold(ledger, ['2026-01-10', '100.00']);
    expect(attainments(ledger.book('ada'), '2026-01').results).toMatchObject([{ quota: '3100' }]);
    relief(ledger, '2026-07-01', '2026-12-31', { by: 'amount', amount: '3650' });
    expect(attainments(ledger.book('ada'), '2026-01').results).toMatchObject([{ quota: '2790' }]);
  });

  test('an even year paid monthly on quota to date is, in all, the year by its quota', () => {
    const ledger = company(given('month'), { target: 'quota-to-date', window: 'year', round: 'to-date' });
    quota(ledger, ['1000'], { per: 'quarter' });
    sold(ledger, ['2026-01-10', '3000.00'], ['2026-06-10', '500.00'], ['2026-11-30', '1500.00']);
    const months = Array.from({ length: 12 }, (_, at) => `2026-${String(at + 1).padStart(2, '0')}`);
    const paid = months
      .flatMap((month) => Object.values(amounts(ledger, month)))
      .reduce((sum, each) => sum + Number(each), 0);
    expect(paid.toFixed(2)).toBe('440.00'); // 4,000 at 8 %, 1,000 at 12 %
  });
});

describe('the credits of a period as one', () => {
  test('are one line, by the version of the last deal', () => {
    const ledger = company(given('month'), { ...STEP, read: 'whole-deal', each: 'period' });
    sold(ledger, ['2026-01-10', '600.00'], ['2026-01-20', '600.00'], ['2026-02-10', '100.00']);
    expect(lines(ledger, '2026-01', '2026-02', '2026-03')).toEqual([
      ['period/2026-Q1 240.00'],
      ['period/2026-Q1 20.00'],
      [],
    ]);
    const [line] = ledger.statement('ada', '2026-01').lines;
    expect(line).toMatchObject({ kind: 'earning', deal: null, closedOn: null, amount: '240.00' });
    expect(line?.trace.steps?.[0]?.steps?.map(({ says }) => says)).toEqual([
      'crm.2026-01-10: 600.00 USD.',
      'crm.2026-01-20: 600.00 USD.',
    ]);
  });

  test('a line for each window of the period', () => {
    const ledger = company(given('quarter'), { ...STEP, window: 'month', each: 'period' });
    sold(ledger, ['2026-01-10', '900.00'], ['2026-01-20', '900.00'], ['2026-03-10', '900.00']);
    expect(lines(ledger, '2026-Q1')).toEqual([['period/2026-01 260.00', 'period/2026-03 90.00']]);
  });
});

describe('rounding', () => {
  const thirds = { tierBy: 'amount' as const, table: [band('0', '33.3%')] };

  test('each line by itself drifts, to date never by more than a cent', () => {
    const totals = (['each-line', 'to-date'] as const).map((round) => {
      const ledger = company(given('month'), { ...thirds, round });
      for (let at = 1; at <= 9; at += 1) deal(ledger, { deal: `D-${at}`, amount: '0.05', closedOn: `2026-01-0${at}` });
      return Object.values(amounts(ledger, '2026-01'));
    });
    // 0.01665 each, 0.14985 in all.
    expect(totals[0]).toEqual(Array.from({ length: 9 }, () => '0.02'));
    expect(totals[1]).toEqual(['0.02', '0.01', '0.02', '0.02', '0.01', '0.02', '0.02', '0.01', '0.02']);
  });

  test('to date runs over the periods of a year, with what caps remove, and begins anew with the next', () => {
    const ledger = company(given('month'), { ...thirds, round: 'to-date' });
    sold(ledger, ['2026-11-10', '0.04'], ['2026-12-10', '0.04'], ['2027-01-10', '0.04']);
    // 0.01332, 0.02664, and 0.01332 again.
    expect(lines(ledger, '2026-11', '2026-12')).toEqual([['crm.2026-11-10 0.01'], ['crm.2026-12-10 0.02']]);
    expect(ledger.statement('ada', '2027-01').lines.map(({ amount }) => amount)).toEqual(['0.01']);
  });
});
