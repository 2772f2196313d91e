import { earn } from '@ledger/calculation';
import type { Component } from '@ledger/events';
import { add, cmp, type Exact, equal, exact, min, mul, sub, sum, ZERO } from '@ledger/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { band, caps, company, deal, fx, type Given, given, person, quota, UP_TO } from './given.ts';

/** mechanics §21 for matrices, products, interpolated rates, caps that subtract what was paid, and pay in another currency. */

type Sale = readonly [month: number, amount: number, discount: number];
const sale: fc.Arbitrary<Sale> = fc.tuple(
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: -200_000, max: 900_000 }).map((cents) => cents + 1),
  fc.integer({ min: 0, max: 40 }),
);
const sales = fc.array(sale, { minLength: 1, maxLength: 8 });

const cents = (amount: number) => (amount / 100).toFixed(2);

/** Deals in the order in which they are given, within their months. */
function sold(ledger: Given, list: readonly Sale[]): Given {
  for (const [at, [month, amount, discount]] of list.entries()) {
    deal(ledger, {
      deal: `D-${at}`,
      closedOn: `2026-0${month}-10`,
      sequence: at,
      amount: cents(amount),
      attributes: { discount: { decimal: String(discount) } },
    });
  }
  return ledger;
}

function ledgerOf(terms: Partial<Component>): Given {
  const ledger = company(given('month'), { window: 'quarter', tierBy: 'amount', ...terms });
  quota(ledger, ['10000.00']);
  return ledger;
}

function earned(ledger: Given): Exact {
  const { lines, problems } = earn(ledger.book('ada'), UP_TO);
  expect(problems).toEqual([]);
  return sum([...lines.values()].flat().map((line) => line.exact));
}

const cell = (share: string) => ({ by: 'share', share }) as const;
const MATRIX: Partial<Component> = {
  columns: { by: { deal: 'deal.discount' }, from: ['0', '15', '30'] },
  table: [
    { ...band('0', '0%'), pays: null, cells: [cell('10%'), cell('7%'), cell('2%')] },
    { ...band('5000', '0%'), pays: null, cells: [cell('15%'), cell('9%'), cell('3%')] },
  ],
};

describe('§21', () => {
  test('2: an interpolated rate on each part is the same for any order, and for a deal in two halves', () => {
    const curve = [
      { at: '0%', pays: '4%' },
      { at: '60%', pays: '4%' },
      { at: '60%', pays: '9%' },
      { at: '150%', pays: '20%' },
    ];
    const terms: Partial<Component> = { tierBy: 'attainment', read: 'curve', curveOn: 'part', table: [], curve };
    fc.assert(
      fc.property(sales, (list) => {
        const total = earned(sold(ledgerOf(terms), list));
        const sorted = [...list].sort((a, b) => a[1] - b[1]);
        const halves = list.flatMap(([month, amount, discount]): Sale[] => [
          [month, Math.floor(amount / 2), discount],
          [month, amount - Math.floor(amount / 2), discount],
        ]);
        expect(equal(earned(sold(ledgerOf(terms), sorted)), total)).toBe(true);
        expect(equal(earned(sold(ledgerOf(terms), halves)), total)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('3: a retroactive matrix pays each column its final rate on all of it', () => {
    const table = (MATRIX.table ?? []).map((each) => ({ ...each, applies: 'retroactive' as const }));
    fc.assert(
      fc.property(sales, (drawn) => {
        // What was paid in a band stays in it when another column takes the measured amount back (D224), so amounts only rise here.
        const list = drawn.map(([month, amount, discount]): Sale => [month, Math.abs(amount), discount]);
        const total = earned(sold(ledgerOf({ ...MATRIX, read: 'retroactive', table }), list));
        const sold1 = sum(list.map(([, amount]) => exact(cents(amount))));
        const rates = cmp(sold1, exact('5000')) >= 0 ? ['0.15', '0.09', '0.03'] : ['0.10', '0.07', '0.02'];
        const due = sum(
          list.map(([, amount, discount]) =>
            mul(exact(cents(amount)), exact(rates[discount >= 30 ? 2 : discount >= 15 ? 1 : 0] ?? '0')),
          ),
        );
        expect(equal(total, due)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test.each<readonly [string, Partial<Component>]>([
    ['marginal matrix', MATRIX],
    ['whole-deal matrix', { ...MATRIX, read: 'whole-deal' }],
    ['a rate by the discount', { tierOf: { deal: 'deal.discount' }, table: [band('0', '10%'), band('20', '5%')] }],
    [
      'an interpolated rate on deals',
      {
        read: 'curve',
        curveOn: 'deal',
        table: [],
        curve: [
          { at: '0', pays: '1%' },
          { at: '9000', pays: '9%' },
        ],
      },
    ],
  ])('4: a deal and its reversal net to nothing: %s', (_, terms) => {
    fc.assert(
      fc.property(sales, sale, (list, [, amount, discount]) => {
        const before = earned(sold(ledgerOf(terms), list));
        const undone = [...list, [3, amount, discount] as const, [3, -amount, discount] as const];
        expect(equal(earned(sold(ledgerOf(terms), undone)), before)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('7: with what was paid subtracted, a year pays its balance up to the cap after every month', () => {
    const terms: Partial<Component> = {
      window: 'year',
      table: [band('0', '10%'), band('4000', '25%')],
      cap: caps({ year: '900.00' }),
      subtract: 'paid',
    };
    const free: Partial<Component> = { ...terms, cap: null };
    fc.assert(
      fc.property(sales, (list) => {
        const toDate = (ledger: Given) => {
          const { lines } = earn(ledger.book('ada'), UP_TO);
          let balance = ZERO;
          return ['2026-01', '2026-02', '2026-03'].map((month) => {
            balance = add(balance, sum((lines.get(month) ?? []).map((line) => line.exact)));
            return balance;
          });
        };
        const balances = toDate(sold(ledgerOf({ ...free, subtract: 'paid' }), list));
        const paid = toDate(sold(ledgerOf(terms), list));
        for (const [at, amount] of paid.entries()) {
          expect(equal(amount, min(balances[at] ?? ZERO, exact('900')))).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('11: paid in another currency to date, what is posted stays within half a unit of what is exact', () => {
    fc.assert(
      fc.property(sales, (list) => {
        const ledger = company(given('month'), { tierBy: 'amount', table: [band('0', '3.3%')], round: 'to-date' });
        person(ledger, 'jun', 'JPY');
        const before = ledger.book('jun').plans.get('ae')?.versions[0]?.document;
        if (before === undefined) throw new TypeError('the company has a plan');
        ledger.record('PlanPublished', {
          plan: 'ae',
          version: 2,
          document: { ...before, payout: { rate: 'period-end', difference: 'within-lines' } },
          effectiveFrom: '2026-01-01',
          effectiveTo: null,
          reason: 'paid at home',
          evidence: [],
          requestedBy: 'ops',
          approvedBy: 'fin',
          requestHash: '0'.repeat(64),
          requestRevision: 1,
        });
        fx(ledger, 'USDJPY', '2026-01-01', '157.123');
        for (const [at, [month, amount]] of list.entries()) {
          const credits = [{ participant: 'jun', pool: 'primary' as const, share: '1' }];
          deal(ledger, {
            deal: `D-${at}`,
            closedOn: `2026-0${month}-10`,
            amount: cents(amount),
            owner: 'jun',
            credits,
          });
        }
        const { lines, problems } = earn(ledger.book('jun'), UP_TO);
        expect(problems).toEqual([]);
        const all = [...lines.values()].flat();
        expect(all.every(({ currency, amount }) => currency === 'JPY' && !amount.includes('.'))).toBe(true);
        const drift = sub(sum(all.map(({ amount }) => exact(amount))), sum(all.map((line) => line.exact)));
        expect(cmp(mul(drift, drift), exact('0.25'))).toBeLessThanOrEqual(0);
      }),
      { numRuns: 60 },
    );
  });

  test('7: a cap over the components of a plan takes what is above it, and nothing else', () => {
    fc.assert(
      fc.property(sales, (list) => {
        const make = (cap: boolean) => {
          const ledger = sold(ledgerOf({ table: [band('0', '10%')] }), list);
          const document = ledger.book('ada').plans.get('ae')?.versions[0]?.document;
          const own = document?.components['new-business'];
          if (document === undefined || own === undefined) throw new TypeError('the company has a plan');
          ledger.record('PlanPublished', {
            plan: 'ae',
            version: 2,
            document: {
              ...document,
              components: { a: own, b: { ...own, table: [band('0', '7%')] } },
              ...(cap ? { cap: { period: '400.00', year: null } } : {}),
            },
            effectiveFrom: '2026-01-01',
            effectiveTo: null,
            reason: 'capped',
            evidence: [],
            requestedBy: 'ops',
            approvedBy: 'fin',
            requestHash: '0'.repeat(64),
            requestRevision: 1,
          });
          return earn(ledger.book('ada'), UP_TO).lines;
        };
        const [free, held] = [make(false), make(true)];
        for (const month of ['2026-01', '2026-02', '2026-03']) {
          const of = (lines: typeof free) => sum((lines.get(month) ?? []).map((line) => line.exact));
          expect(equal(of(held), min(of(free), exact('400')))).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
