import type { ExceptionTerms, Statement } from '@ledger/events';
import { add, cmp, type Exact, equal, exact, sum, toText, ZERO } from '@ledger/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cancel, deal, type Given } from './given.ts';
import { seller } from './seller.ts';

/** Decisions about one person over months that are frozen one after the other (mechanics §9, §13, §14, §21). */

const MONTHS = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'].map((month) => `2026-${month}`);

function approve(ledger: Given, name: string, terms: ExceptionTerms): void {
  const why = { reason: 'because', evidence: ['ticket'], requestedBy: 'ops', scope: 'all', expiresOn: null };
  const approval = { approvedBy: 'fin', requestHash: '0'.repeat(64), requestRevision: 1 };
  ledger.record('ExceptionApproved', { participant: 'ada', exception: name, terms, ...why, ...approval });
}

interface Sale {
  readonly cents: number;
  /** Months later, after which it is cancelled. */
  readonly cancelledAfter: number | null;
}

/** Statements of the year, each frozen before the next; `decide` is called before a month is calculated. */
function year(ledger: Given, sales: readonly Sale[], decide: (month: number) => void): readonly Statement[] {
  return MONTHS.map((month, at) => {
    for (const [earlier, { cancelledAfter }] of sales.entries()) {
      if (cancelledAfter !== null && earlier + cancelledAfter === at) cancel(ledger, `D-${earlier}`, `${month}-03`);
    }
    const sale = sales[at];
    if (sale !== undefined) {
      deal(ledger, { deal: `D-${at}`, closedOn: `${month}-15`, amount: (sale.cents / 100).toFixed(2) });
    }
    decide(at);
    const statement = ledger.statement('ada', month);
    ledger.freeze(month);
    return statement;
  });
}

const isLeft = ({ cancelledAfter }: Sale, at: number) => cancelledAfter === null || at + cancelledAfter > 11;
const soldIn = (sales: readonly Sale[]): Exact =>
  sum(sales.map((sale, at) => (isLeft(sale, at) ? exact((sale.cents / 100).toFixed(2)) : ZERO)));
const paidIn = (statements: readonly Statement[]): Exact => sum(statements.map(({ total }) => exact(total)));

const sales = fc.array(
  fc.record({ cents: fc.integer({ min: 1, max: 500_000 }), cancelledAfter: fc.option(fc.integer({ min: 1, max: 6 })) }),
  { minLength: 1, maxLength: 6 },
);
const month = fc.integer({ min: 0, max: 7 });

describe('§21.5: earned = paid + held, to the cent', () => {
  test('holds of everything, of a component, a deal, a statement, a line, several of the same, with releases, revocations and late cancellations', () => {
    const hold = fc.record({
      of: fc.constantFrom('everything', 'sales', 'crm.D-1', 'statement', 'line'),
      from: month,
      until: fc.option(fc.integer({ min: 6, max: 11 })),
      decided: month,
      released: fc.option(fc.record({ share: fc.integer({ min: 1, max: 100 }), in: month })),
      revoked: fc.option(fc.integer({ min: 8, max: 11 })),
    });
    fc.assert(
      fc.property(sales, fc.array(hold, { maxLength: 3 }), (sold, holds) => {
        const ledger = seller();
        const statements = year(ledger, sold, (at) => {
          for (const [index, { of, from, until, decided, released, revoked }] of holds.entries()) {
            const name = `hold-${index}`;
            const on = `${MONTHS[from] ?? ''}-05`;
            const last = until === null ? null : `${MONTHS[until] ?? ''}-05`;
            const component = of === 'sales' ? of : null;
            const about = of.startsWith('crm') ? of : null;
            const one = of === 'statement' || of === 'line' ? { period: MONTHS[from] ?? '' } : {};
            const line = of === 'line' ? { line: `sales/crm.D-${from}` } : {};
            const terms = { kind: 'hold', from: on, until: last, component, deal: about, ...one, ...line } as const;
            if (at === decided) approve(ledger, name, terms);
            if (at === decided && released !== null) {
              const period = MONTHS[released.in] ?? '';
              approve(ledger, `release-${index}`, { kind: 'release', hold: name, period, share: `${released.share}%` });
            }
            if (at === revoked) {
              ledger.record('ExceptionRevoked', { participant: 'ada', exception: name, revokedBy: 'fin', reason: 'r' });
            }
          }
        });
        const isCancelled = sold.some(({ cancelledAfter }) => cancelledAfter !== null);
        let [due, paid] = [ZERO, ZERO];
        for (const { lines, total, balances } of statements) {
          due = add(due, sum(lines.map(({ kind, amount }) => (kind === 'settlement' ? ZERO : exact(amount)))));
          paid = add(paid, exact(total));
          const held = sum((balances ?? []).map(({ closing }) => exact(closing)));
          expect(cmp(held, ZERO)).toBeGreaterThanOrEqual(0);
          expect(toText(add(paid, held))).toBe(toText(due));
          // A line is held once: never more than was earned, but for the cent to which each hold is rounded.
          const cents = exact(`0.0${holds.length}`);
          if (!isCancelled) expect(cmp(held, add(due, cents))).toBeLessThanOrEqual(0);
        }
        expect(toText(due)).toBe(toText(soldIn(sold)));
      }),
      { numRuns: 150 },
    );
  });

  test('windfalls that are decided sooner or later, in full or in instalments, pay everything in the end', () => {
    const windfall = { dealOver: null, earningOver: '1000.00', quotaShareOver: null, attainmentOver: null };
    const decision = fc.record({ decided: month, period: month, count: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(sales, fc.array(decision, { minLength: 6, maxLength: 6 }), (sold, decisions) => {
        const ledger = seller({}, { windfall: { ...windfall, closedWithin: null } });
        const statements = year(ledger, sold, (at) => {
          for (const [index, { decided, period, count }] of decisions.entries()) {
            if (index >= sold.length || at !== Math.max(decided, index)) continue;
            const treatment = count === 1 ? ({ by: 'pay' } as const) : ({ by: 'instalments', count } as const);
            const about = { deal: `crm.D-${index}`, component: null, period: MONTHS[period] ?? '' };
            approve(ledger, `windfall-${index}`, { kind: 'windfall', ...about, treatment });
          }
        });
        expect(toText(paidIn(statements))).toBe(toText(soldIn(sold)));
      }),
      { numRuns: 150 },
    );
  });
});

test('§9: a change to the same amount changes nothing, whatever the day; a change to more never pays less', () => {
  const terms = (amount: string, from: string) =>
    ({ kind: 'target-incentive', amount, per: 'year', from, until: null }) as const;
  const paid = (agreed: readonly (readonly [string, string])[]): Exact => {
    const ledger = seller(
      {},
      {
        window: 'quarter',
        read: 'curve',
        target: { amount: '1000' },
        tierBy: 'attainment',
        table: [],
        curve: [
          { at: '0%', pays: '0%' },
          { at: '100%', pays: '100%' },
        ],
        personal: { term: 'target-incentive', share: '100%', changes: 'by-days' },
      },
    );
    deal(ledger, { deal: 'D', closedOn: '2026-02-15', amount: '1000.00' });
    for (const [index, [amount, from]] of agreed.entries()) approve(ledger, `ti-${index}`, terms(amount, from));
    return exact(ledger.statement('ada', '2026-02').total);
  };
  const day = fc.integer({ min: 1, max: 89 }).map((days) => new Date(Date.UTC(2026, 0, 1 + days)).toISOString());
  fc.assert(
    fc.property(day, fc.integer({ min: 1, max: 400_000 }), fc.integer({ min: 0, max: 100_000 }), (from, base, more) => {
      const [low, high] = [`${base}.00`, `${base + more}.00`];
      const on = from.slice(0, 10);
      const plain = paid([[low, '2026-01-01']]);
      expect(
        equal(
          plain,
          paid([
            [low, '2026-01-01'],
            [low, on],
          ]),
        ),
      ).toBe(true);
      const raised = paid([
        [low, '2026-01-01'],
        [high, on],
      ]);
      expect(cmp(raised, plain)).toBeGreaterThanOrEqual(0);
      expect(cmp(raised, paid([[high, '2026-01-01']]))).toBeLessThanOrEqual(0);
    }),
    { numRuns: 60 },
  );
});
