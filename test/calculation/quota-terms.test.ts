import { counted, daysIn, partOf, quotaOf, type WindowKind, windowOf, windowsIn } from '@ledger/calculation';
import type { Counting, QuotaAmounts } from '@ledger/events';
import { add, cmp, equal, exact, ONE, sum, toText, ZERO } from '@ledger/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { company, given } from './given.ts';

/** mechanics §8: amounts that change, ramp and are prorated, by each way to count. */

const COUNT: Counting = {
  by: 'calendar-days',
  of: 'actual',
  decidingDay: 15,
  changeDay: 'new',
  roundShare: null,
  roundAmount: null,
};
const WAYS = ['calendar-days', 'working-days', 'whole-months', '30-360'] as const;

const day = fc.integer({ min: 0, max: 1460 }).map((n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10));
const counting = fc.record({
  by: fc.constantFrom(...WAYS),
  of: fc.constant('actual' as const),
  decidingDay: fc.integer({ min: 1, max: 31 }),
  changeDay: fc.constantFrom('new' as const, 'old' as const),
  roundShare: fc.constant(null),
  roundAmount: fc.constant(null),
});

describe('counting', () => {
  test('by hand', () => {
    const march = { from: '2026-03-01', to: '2026-04-01' };
    const february = { from: '2026-02-01', to: '2026-03-01' };
    const of = (by: Counting['by'], stretch: { from: string; to: string }, holidays: readonly string[] = []) =>
      counted({ ...COUNT, by }, stretch, holidays);
    expect(WAYS.map((by) => of(by, march))).toEqual([31, 22, 1, 30]);
    expect(WAYS.map((by) => of(by, february))).toEqual([28, 20, 1, 30]);
    expect(of('working-days', march, ['2026-03-02', '2026-03-07', '2026-04-01'])).toBe(21);
    expect(of('30-360', { from: '2026-02-28', to: '2026-03-01' })).toBe(3);
    expect(of('30-360', { from: '2026-03-31', to: '2026-04-01' })).toBe(0);
    expect(of('whole-months', { from: '2026-03-15', to: '2026-04-01' })).toBe(1);
    expect(of('whole-months', { from: '2026-03-16', to: '2026-04-15' })).toBe(0);
  });

  test('what follows each other counts what both together do, whatever is cut where', () => {
    fc.assert(
      fc.property(counting, day, day, day, fc.array(day, { maxLength: 5 }), (rule, a, b, c, holidays) => {
        const [from, middle, to] = [a, b, c].sort() as [string, string, string];
        const free = [...new Set(holidays)];
        const first = counted(rule, { from, to: middle }, free);
        const second = counted(rule, { from: middle, to }, free);
        expect(first + second).toBe(counted(rule, { from, to }, free));
      }),
    );
  });

  test('working days and months of 30 are those that one finds by looking at each day', () => {
    fc.assert(
      fc.property(day, day, (a, b) => {
        const [from, to] = [a, b].sort() as [string, string];
        let days = 0;
        for (let at = from; at < to; ) {
          const date = new Date(`${at}T00:00:00Z`);
          if (date.getUTCDay() % 6 !== 0) days += 1;
          at = new Date(date.getTime() + 86_400_000).toISOString().slice(0, 10);
        }
        expect(counted({ ...COUNT, by: 'working-days' }, { from, to }, [])).toBe(days);
      }),
    );
  });

  test('a share is never more than all, and all of an interval is 1, of whatever year it is a share', () => {
    const span = fc.tuple(day, fc.constantFrom<WindowKind>('month', 'quarter', 'year'));
    fc.assert(
      fc.property(counting, span, day, day, fc.constantFrom('actual', '365', '360'), (rule, [at, kind], a, b, of) => {
        const interval = windowOf(at, kind);
        const within = (date: string) => [interval.from, date, interval.to].sort()[1] ?? date;
        const [from, to] = [within(a), within(b)].sort() as [string, string];
        const { share } = partOf({ ...rule, of: of as Counting['of'] }, [{ from, to }], interval, []);
        expect(cmp(share, ONE)).toBeLessThanOrEqual(0);
        expect(cmp(share, ZERO)).toBeGreaterThanOrEqual(0);
        expect(partOf({ ...rule, of: of as Counting['of'] }, [interval], interval, []).share).toEqual(ONE);
      }),
    );
  });
});

function quotas(
  terms: Partial<QuotaAmounts> & Pick<QuotaAmounts, 'amounts'>,
  leaves: readonly [string, string][] = [],
) {
  const ledger = company(given());
  for (const [from, to] of leaves) {
    ledger.record('LeaveRecorded', { participant: 'ada', from, to, kind: 'leave', reason: 'away' });
  }
  const quota: QuotaAmounts = { per: 'quarter', currency: 'USD', ...terms };
  const request = { reason: 'r', evidence: [], requestedBy: 'olga' };
  const approval = { approvedBy: 'fred', requestHash: 'a'.repeat(64), requestRevision: 1 };
  const of = { participant: 'ada', metric: 'arr', year: 2026, proposal: 'p1' };
  ledger.record('QuotaAssigned', { ...of, quota, ...request, ...approval });
  return (date: string, kind: WindowKind) => {
    const found = quotaOf(ledger.book('ada'), 'arr', windowOf(date, kind));
    return found === null ? null : found.value;
  };
}

const inYear = fc
  .integer({ min: 0, max: 364 })
  .map((n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10));

describe('amounts that change', () => {
  test('a change to the same amount changes nothing, however it is counted', () => {
    fc.assert(
      fc.property(
        counting,
        inYear,
        inYear,
        fc.constantFrom<WindowKind>('month', 'quarter', 'year'),
        (count, from, at, kind) => {
          const plain = quotas({ amounts: ['90000'] })(at, kind);
          const changed = quotas({ amounts: ['90000'], changes: [{ from, amount: '90000' }], count })(at, kind);
          expect(toText(changed ?? ZERO)).toBe(toText(plain ?? ZERO));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('windows before the day keep the old amount, those after it have the new one', () => {
    fc.assert(
      fc.property(counting, inYear, (count, from) => {
        const quota = quotas({ amounts: ['30000'], per: 'month', changes: [{ from, amount: '60000' }], count });
        for (const month of windowsIn({ from: '2026-01-01', to: '2027-01-01' }, 'month')) {
          const value = quota(month.from, 'month') ?? ZERO;
          if (month.to <= from) expect(toText(value)).toBe('30000');
          else if (month.from > from) expect(toText(value)).toBe('60000');
          else expect(cmp(value, exact('30000')) >= 0 && cmp(value, exact('60000')) <= 0).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('a spread of the year is the year, whatever the shares', () => {
    const shares = fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(shares, (first) => {
        const spread = [...first, 100 - first.reduce((a, b) => a + b, 0)].map((share) => `${share}%`);
        const quota = quotas({ amounts: ['1000'], spread });
        expect(toText(quota('2026-05-05', 'year') ?? ZERO)).toBe('1000');
        const quarters = ['01', '04', '07', '10'].map((month) => quota(`2026-${month}-01`, 'quarter') ?? ZERO);
        expect(toText(sum(quarters))).toBe('1000');
      }),
      { numRuns: 20 },
    );
  });
});

describe('ramps', () => {
  test('months of a year add up to the year by calendar days, with any ramp and any leave', () => {
    const ramp = fc.record({
      shares: fc.array(
        fc.integer({ min: 0, max: 120 }).map((share) => `${share}%`),
        { minLength: 1, maxLength: 6 },
      ),
      per: fc.constantFrom('month' as const, 'quarter' as const),
      from: fc.oneof(fc.constant('start' as const), inYear),
      steps: fc.constantFrom('anniversary' as const, 'calendar' as const, 'next' as const),
      leave: fc.constantFrom('counts' as const, 'pauses' as const),
    });
    const leave = fc.tuple(inYear, fc.integer({ min: 1, max: 60 })).map(([from, days]): [string, string] => {
      const to = new Date(Date.parse(`${from}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
      return [from, to];
    });
    fc.assert(
      fc.property(ramp, leave, (drawn, away) => {
        // So much a day: a month of 31 days has 31.
        const days = windowsIn({ from: '2026-01-01', to: '2027-01-01' }, 'month').map((month) => String(daysIn(month)));
        const quota = quotas({ amounts: days, per: 'month', ramp: drawn }, [away]);
        const months = windowsIn({ from: '2026-01-01', to: '2027-01-01' }, 'month').map(
          ({ from }) => quota(from, 'month') ?? ZERO,
        );
        expect(equal(months.reduce(add), quota('2026-01-01', 'year') ?? ZERO)).toBe(true);
        // The same in one amount for the year.
        const yearly = quotas({ amounts: ['365'], per: 'year', ramp: drawn }, [away])('2026-01-01', 'year') ?? ZERO;
        expect(toText(yearly)).toBe(toText(months.reduce(add)));
      }),
      { numRuns: 60 },
    );
  });
});
