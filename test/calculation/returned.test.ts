import { type EarnedLine, earn, traceLine } from '@ledger/calculation';
import type { Component, ReturnRule } from '@ledger/events';
import { abs, cmp, type Exact, exact, isZero, sum, toText } from '@ledger/money';
import { recomputeLine } from '@ledger/recompute';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { begin, component, dateOf, sold, tell } from './drawn.ts';
import { bandOf, cancel, type Given, reach, UP_TO } from './given.ts';

/** What is taken back where it falls, over components drawn from everything that one can say: mechanics §12, §21.4. */

const ALL: ReturnRule = { on: { by: 'cancellation' }, credit: 'period-of-return', takes: { by: 'full' } };
const REFUND: ReturnRule = {
  on: { by: 'milestone', milestone: 'refunded' },
  credit: 'period-of-return',
  takes: { by: 'proportional' },
};
const RULES: readonly ReturnRule[] = [
  ALL,
  { ...ALL, takes: { by: 'share', share: '50%' } },
  { ...ALL, takes: { by: 'straight-line', over: { count: 6, unit: 'months' } }, within: { count: 120, unit: 'days' } },
  { ...ALL, credit: 'original-period', takes: { by: 'straight-line', over: { count: 200, unit: 'days' } } },
];
const UNPAID: ReturnRule = {
  on: { by: 'unpaid', milestone: 'paid', after: { count: 40, unit: 'days' } },
  credit: 'period-of-return',
  takes: { by: 'proportional' },
};

function at(from: string, share: string): Component['table'][number] {
  return bandOf(from, { pays: { by: 'share', share }, applies: 'retroactive' });
}

const drawn = {
  terms: component,
  rule: fc.constantFrom(...RULES),
  isReleased: fc.boolean(),
  deals: fc.array(sold, { minLength: 1, maxLength: 8 }),
  events: fc.array(
    fc.record({
      deal: fc.nat(7),
      what: fc.constantFrom('refunded', 'paid', 'cancelled'),
      day: fc.integer({ min: 0, max: 350 }),
      cents: fc.integer({ min: 1, max: 600_00 }),
    }),
    { maxLength: 12 },
  ),
};
type Drawn = { readonly [K in keyof typeof drawn]: (typeof drawn)[K] extends fc.Arbitrary<infer V> ? V : never };

const RELEASE: Component['release'] = [
  { at: 'closed', share: '40%' },
  { at: 'paid', share: '60%', inProportion: true },
];

function ledgerOf({ terms, rule, isReleased, deals, events }: Drawn): Given {
  const ledger = begin({ ...terms, returned: [rule, REFUND, UNPAID], ...(isReleased ? { release: RELEASE } : {}) });
  tell(ledger, deals);
  happen(ledger, deals.length, events);
  return ledger;
}

function happen(ledger: Given, deals: number, events: Drawn['events']): void {
  for (const { deal, what, day, cents } of events) {
    const id = `D-${deal % deals}`;
    if (what === 'cancelled') cancel(ledger, id, dateOf(day));
    else reach(ledger, id, what, dateOf(day), toText({ n: BigInt(cents), d: 100n }));
  }
}

/** Everything in the year is paid at the rate that is reached, and comes back within it. */
const retroactive = fc
  .record({
    table: fc.constantFrom<Partial<Component>>(
      { read: 'retroactive', table: [at('0', '5%'), at('1000', '10%'), at('1500', '15%')] },
      { read: 'retroactive', table: [at('0', '12%'), { ...at('400', '3%'), lump: '50.00' }, at('900', '20%')] },
      { read: 'retroactive', table: [at('200', '5%'), { ...at('600', '0%'), to: '800' }, at('900', '20%')] },
      {
        read: 'curve',
        table: [],
        curve: [
          { at: '0', pays: '4%' },
          { at: '1200', pays: '16%' },
        ],
      },
    ),
    each: fc.constantFrom('deal' as const, 'period' as const),
    multiply: fc.boolean(),
    takes: fc.subarray<Omit<ReturnRule, 'credit'>>(
      [
        { on: ALL.on, takes: { by: 'share', share: '50%' }, within: { count: 60, unit: 'days' } },
        { on: ALL.on, takes: { by: 'straight-line', over: { count: 6, unit: 'months' } } },
        { on: REFUND.on, takes: REFUND.takes },
      ],
      { minLength: 1 },
    ),
    deals: fc.array(sold, { minLength: 2, maxLength: 4 }),
    events: drawn.events,
  })
  .map(({ table, each, multiply, ...story }) => {
    const terms: Partial<Component> = {
      window: 'year',
      tierBy: 'amount',
      each,
      ...table,
      multiplyEarning: multiply && each === 'deal' ? [{ when: 'true', by: '0.9' }] : [],
    };
    return { terms, ...story };
  });

function linesOf(ledger: Given): readonly EarnedLine[] {
  const { lines, problems } = earn(ledger.book('ada'), UP_TO);
  expect(problems).toEqual([]);
  return [...lines.values()].flat();
}

const total = (lines: readonly EarnedLine[]): Exact => sum(lines.map((line) => line.exact));

describe('what comes back', () => {
  test('a full reversal of everything nets to zero: money to the last digit, credit, and what is held', () => {
    fc.assert(
      fc.property(fc.record(drawn), ({ terms, isReleased, deals }) => {
        const ledger = begin({ ...terms, returned: [ALL], ...(isReleased ? { release: RELEASE } : {}) });
        tell(ledger, deals);
        for (const [at, { day }] of deals.entries()) cancel(ledger, `D-${at}`, dateOf(Math.min(360, day + 40 + at)));
        const { lines, credited } = earn(ledger.book('ada'), UP_TO);
        const all = [...lines.values()].flat();
        expect(toText(total(all))).toBe('0');
        const credits = [...credited.values()].flat().map(({ weighed }) => weighed.measure.credited);
        if (typeof terms.window === 'string' && terms.window !== 'deal') expect(toText(sum(credits))).toBe('0');
        const posted = sum(all.map(({ amount }) => exact(amount)));
        // Of each line half a cent.
        expect(cmp(abs(posted), { n: BigInt(all.length), d: 200n })).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('returns in any number and order leave what the plan pays for what is left, where everything is paid at the rate that is reached', () => {
    fc.assert(
      fc.property(retroactive, ({ terms, takes, deals, events }) => {
        const totals = (['original-period', 'period-of-return'] as const).map((credit) => {
          const ledger = begin({ ...terms, returned: takes.map((rule) => ({ ...rule, credit })) });
          tell(ledger, deals);
          happen(ledger, deals.length, events);
          return toText(total(linesOf(ledger)));
        });
        expect(totals[1]).toBe(totals[0]);
      }),
    );
  });

  test('never takes more than was earned, and nothing that was not', () => {
    fc.assert(
      fc.property(fc.record(drawn), (each) => {
        for (const { basis } of linesOf(ledgerOf(each))) {
          if (basis.kind !== 'returned') continue;
          expect(cmp(abs(basis.taken), abs(basis.earned))).toBeLessThanOrEqual(0);
          if (!isZero(basis.taken)) expect(cmp(basis.taken, basis.earned) === 0 || !isZero(basis.share)).toBe(true);
        }
      }),
    );
  });

  test('what earlier periods paid stays as it was', () => {
    fc.assert(
      fc.property(fc.record(drawn), ({ terms, deals }) => {
        const brief = (lines: readonly EarnedLine[]) =>
          lines.map(({ line, period, amount }) => `${period} ${line} ${amount}`);
        const [before, after] = [false, true].map((isCancelled) => {
          const ledger = begin({ ...terms, returned: [ALL] });
          tell(ledger, deals);
          for (const [at, { day }] of deals.entries()) {
            if (isCancelled && day < 180) cancel(ledger, `D-${at}`, dateOf(200));
          }
          return brief(linesOf(ledger).filter(({ period }) => period < '2026-07'));
        });
        expect(after).toEqual(before);
      }),
    );
  });

  test('every line is computed again from its trace', () => {
    fc.assert(
      fc.property(fc.record(drawn), (each) => {
        for (const line of linesOf(ledgerOf(each))) {
          const { line: name, amount, exact: value } = line;
          const { wrong } = recomputeLine({ line: name, amount, exact: toText(value), trace: traceLine(line) });
          expect(wrong).toEqual([]);
        }
      }),
    );
  });
});
