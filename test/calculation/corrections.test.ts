import type { PayClause, Statement } from '@ledger/events';
import { statement as statementSchema } from '@ledger/events';
import { add, exact, isZero, sub, sum, toText, ZERO } from '@ledger/money';
import { recompute } from '@ledger/recompute';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amend, deal, type Given } from './given.ts';
import { seller } from './seller.ts';

/** How corrections are posted (mechanics §18): months that are frozen one after the other, and deals that are told otherwise later. */

type Policy = Parameters<typeof set>[1];

function set(
  ledger: Given,
  policy:
    | { readonly by: 'true-up' }
    | { readonly by: 'positives-only' }
    | { readonly by: 'spread'; readonly over: number },
  effectiveFrom = '2026-01-01',
  waiveUnder: Record<string, string> = {},
): void {
  ledger.record('CorrectionPolicySet', { policy, waiveUnder, effectiveFrom, reason: 'Agreed', setBy: 'fin' });
}

const MONTHS = ['01', '02', '03', '04', '05', '06', '07', '08'].map((month) => `2026-${month}`);

/** January sells 1,000; `amounts` are what its deal is worth as of February, March, …; each month is frozen. */
function told(ledger: Given, amounts: readonly (string | null)[]): readonly Statement[] {
  deal(ledger, { deal: 'D-1', closedOn: '2026-01-15', amount: '1000.00' });
  return [null, ...amounts].map((amount, at) => {
    const month = MONTHS[at] ?? '';
    if (amount !== null) amend(ledger, { deal: 'D-1', closedOn: '2026-01-15', amount });
    const statement = ledger.statement('ada', month);
    expect(statementSchema.safeParse(statement).error).toBeUndefined();
    expect(recompute({ statement }).lines.filter(({ ok }) => !ok)).toEqual([]);
    ledger.freeze(month);
    return statement;
  });
}

const totals = (statements: readonly Statement[]) => statements.map(({ total }) => total);
const balance = (statement: Statement | undefined, kind: string) =>
  statement?.balances?.filter((each) => each.balance === kind).map(({ closing }) => closing) ?? [];

describe('by policy', () => {
  test('true-up pays and takes back at once, as where nobody said anything', () => {
    const ledger = seller();
    set(ledger, { by: 'true-up' });
    expect(totals(told(ledger, ['700.00', '1200.00']))).toEqual(['1000.00', '-300.00', '500.00']);
    expect(totals(told(seller(), ['700.00', '1200.00']))).toEqual(['1000.00', '-300.00', '500.00']);
  });

  test('positives only takes nothing back, and pays nothing twice', () => {
    const ledger = seller();
    set(ledger, { by: 'positives-only' });
    const statements = told(ledger, ['700.00', '900.00', '1000.00', '1250.00', '1100.00', '1250.00', null]);
    expect(totals(statements)).toEqual(['1000.00', '0.00', '0.00', '0.00', '250.00', '0.00', '0.00', '0.00']);
    expect(balance(statements[1], 'written-off')).toEqual(['300.00']);
    expect(balance(statements[4], 'written-off')).toEqual([]);
  });

  test('spread takes equal parts, the last of which takes what rounding left', () => {
    const ledger = seller();
    set(ledger, { by: 'spread', over: 3 });
    const statements = told(ledger, ['900.00', null, null, null]);
    expect(totals(statements)).toEqual(['1000.00', '-33.33', '-33.34', '-33.33', '0.00']);
    expect(balance(statements[1], 'spread')).toEqual(['-66.67']);
    expect(balance(statements[4], 'spread')).toEqual([]);
  });

  test('spread parts of several statements run beside each other', () => {
    const ledger = seller();
    set(ledger, { by: 'spread', over: 2 });
    expect(totals(told(ledger, ['800.00', '1000.00', null]))).toEqual(['1000.00', '-100.00', '0.00', '100.00']);
  });

  test('a correction that takes back less than the limit is left alone, and stands against a later one', () => {
    const ledger = seller();
    set(ledger, { by: 'true-up' }, '2026-01-01', { USD: '5.00' });
    expect(totals(told(ledger, ['995.01', '990.00', '996.00']))).toEqual(['1000.00', '0.00', '-5.01', '1.01']);
  });

  test('is that of the statement that posts: an earlier one stays as it was posted', () => {
    const ledger = seller();
    set(ledger, { by: 'true-up' });
    set(ledger, { by: 'positives-only' }, '2026-03-01');
    expect(totals(told(ledger, ['900.00', '700.00']))).toEqual(['1000.00', '-100.00', '0.00']);
  });

  test('what is spread goes with recovery: a negative sum is carried, and recovered from later pay', () => {
    const pay: PayClause = {
      every: 'period',
      minimum: null,
      always: [],
      negative: 'carry',
      negativeMinimum: null,
      recover: { share: '100%', atLeast: null, instalment: null, onLeaving: 'in-full' },
      writeOffUnder: null,
    };
    const ledger = seller({ pay });
    set(ledger, { by: 'spread', over: 2 });
    deal(ledger, { deal: 'D-2', closedOn: '2026-03-10', amount: '60.00' });
    const statements = told(ledger, ['800.00', null, null]);
    expect(totals(statements)).toEqual(['1000.00', '0.00', '0.00', '0.00']);
    expect(balance(statements[2], 'to-recover')).toEqual(['140.00']);
  });

  test('a waiver by decision gives back only what a policy has not', () => {
    const ledger = seller();
    set(ledger, { by: 'spread', over: 2 });
    ledger.record('ExceptionApproved', {
      participant: 'ada',
      exception: 'goodwill',
      terms: { kind: 'waiver', period: '2026-01', component: null },
      reason: 'Our mistake',
      evidence: ['mail'],
      requestedBy: 'mo',
      scope: 'January',
      expiresOn: null,
      approvedBy: 'fin',
      requestHash: '0'.repeat(64),
      requestRevision: 1,
    });
    expect(totals(told(ledger, ['800.00', null]))).toEqual(['1000.00', '0.00', '0.00']);
    const upwards = seller();
    set(upwards, { by: 'positives-only' });
    expect(totals(told(upwards, ['800.00', null]))).toEqual(['1000.00', '0.00', '0.00']);
  });
});

const amounts = fc.array(
  fc.oneof(
    fc.constant(null),
    fc.integer({ min: 0, max: 200_000 }).map((cents) => (cents / 100).toFixed(2)),
  ),
  {
    minLength: 1,
    maxLength: 7,
  },
);
const policies: fc.Arbitrary<Policy> = fc.oneof(
  fc.constant<Policy>({ by: 'true-up' }),
  fc.constant<Policy>({ by: 'positives-only' }),
  fc.integer({ min: 2, max: 4 }).map((over): Policy => ({ by: 'spread', over })),
);

test('whatever is told and by whatever policy: what was posted and what waits or was waived add up to what it should be', () => {
  fc.assert(
    fc.property(amounts, policies, fc.constantFrom('0.01', '50.00', null), (history, policy, limit) => {
      const ledger = seller();
      set(ledger, policy, '2026-01-01', limit === null ? {} : { USD: limit });
      const statements = told(ledger, history);
      const now = history.findLast((amount) => amount !== null) ?? '1000.00';
      const last = statements.at(-1);
      const paid = sum(statements.map(({ total }) => exact(total)));
      const kept = sum(
        (last?.balances ?? []).map((each) => (each.balance === 'written-off' ? exact(each.closing) : ZERO)),
      );
      const waits = sum((last?.balances ?? []).map((each) => (each.balance === 'spread' ? exact(each.closing) : ZERO)));
      expect(toText(add(sub(paid, kept), waits))).toBe(toText(exact(now)));
      // Nothing changed since: nothing is corrected again.
      const next = ledger.statement('ada', MONTHS[statements.length] ?? '2026-09');
      expect(next.lines.filter(({ kind }) => kind === 'correction')).toEqual([]);
      for (const { lines } of statements) {
        const posted = sum(lines.map(({ amount }) => exact(amount)));
        expect(isZero(sub(posted, exact(statements.find((each) => each.lines === lines)?.total ?? '0')))).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});
