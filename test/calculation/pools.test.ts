import { type Book, bookOf, checkPlan, type EarnedLine, earn } from '@ledger/calculation';
import type { Component } from '@ledger/events';
import { add, cmp, type Exact, exact, sum, toText, ZERO } from '@ledger/money';
import { recomputeLine } from '@ledger/recompute';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { begin, component, dateOf } from './drawn.ts';
import { deal, type Given, PLAIN, person, quota, UP_TO } from './given.ts';

/** What several people share, over components drawn from everything that one can say: mechanics §4, §11, §16.3. */

const PEOPLE = ['ada', 'ben', 'cid', 'dan'];

/** Ada's company: four people under one component, each with a quota of their own. */
function company(terms: Partial<Component>, cadence: 'month' | 'quarter' = 'month'): Given {
  const ledger = begin(terms, cadence);
  for (const [at, participant] of PEOPLE.entries()) {
    if (participant === 'ada') continue;
    person(ledger, participant);
    for (const year of [2025, 2026]) {
      quota(ledger, [String(500 + at * 400)], { participant, per: 'month', year });
      quota(ledger, ['600'], { participant, metric: 'renewals', per: 'month', year });
    }
  }
  return ledger;
}

const sold = fc.record({
  day: fc.integer({ min: 0, max: 350 }),
  cents: fc.integer({ min: -300_00, max: 1900_00 }),
  units: fc.integer({ min: 0, max: 5 }),
  renewal: fc.boolean(),
  parts: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }),
});
type Sold = typeof sold extends fc.Arbitrary<infer S> ? S : never;
const some = fc.array(sold, { minLength: 1, maxLength: 10 });

/** Shares by sixteenths, so that they add up to exactly one. */
function tell(ledger: Given, deals: readonly Sold[], from = 0, order = deals.map((_, at) => at)): void {
  for (const at of order) {
    const each = deals[at];
    if (each === undefined) continue;
    const { day, cents, units, renewal, parts } = each;
    const sixteenths = [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0];
    sixteenths.push(16 - sixteenths.reduce((all, part) => all + part, 0));
    deal(ledger, {
      deal: `D-${from + at}`,
      amount: toText({ n: BigInt(cents), d: 100n }),
      closedOn: dateOf(day),
      sequence: at,
      credits: PEOPLE.flatMap((participant, index) =>
        sixteenths[index] === 0
          ? []
          : [
              {
                participant,
                pool: 'primary' as const,
                share: toText({ n: BigInt(sixteenths[index] ?? 0) * 625n, d: 10_000n }),
              },
            ],
      ),
      attributes: { units: { decimal: String(units) }, renewal },
    });
  }
}

/** Everybody's book, seen from that of the first. */
function books(ledger: Given, people: readonly string[]): readonly Book[] {
  const [first = 'ada'] = people;
  const book = ledger.book(first);
  return people.flatMap((id) => bookOf(book, id) ?? ledger.book(id));
}

function linesOf(ledger: Given, people = PEOPLE, upTo = UP_TO): readonly (EarnedLine & { readonly who: string })[] {
  return books(ledger, people).flatMap((book) => {
    const { lines, problems, participant } = earn(book, upTo);
    expect(problems).toEqual([]);
    return [...lines.values()].flat().map((line) => ({ ...line, who: participant }));
  });
}

const posted = (lines: readonly EarnedLine[]) => sum(lines.map(({ amount }) => exact(amount)));
const told = (lines: readonly (EarnedLine & { readonly who: string })[]) =>
  lines.map((line) => `${line.who} ${line.period} ${line.line} ${toText(line.exact)} ${line.amount}`).sort();

const METRICS = new Map(
  [['arr', 'money'] as const, ['units', 'number'] as const, ['renewals', 'money'] as const].map(([metric, unit]) => [
    metric,
    { metric, title: metric, unit, of: 'deal' as const, counts: 'true', amount: 'deal.amount' },
  ]),
);

/** Components with something that is shared, such as may be published. */
const shared = fc
  .record({
    terms: component,
    capped: fc.boolean(),
    budget: fc.constantFrom('none' as const, 'first-come' as const, 'in-proportion' as const),
    per: fc.constantFrom<NonNullable<Component['budget']>['window']>('quarter', 'half', {
      from: '2026-02-10',
      to: '2026-09-20',
    }),
    share: fc.boolean(),
  })
  .map(
    ({ terms, capped, budget, per, share }): Partial<Component> => ({
      ...terms,
      round: 'each-line',
      ...(capped && terms.each !== 'period'
        ? {
            groupCap: {
              most: share && terms.paysOn === null ? { by: 'share', share: '6%' } : { by: 'money', money: '70.00' },
              group: null,
            },
          }
        : {}),
      ...(budget === 'none' ? {} : { budget: { amount: '150.00', window: per, spends: budget, group: null } }),
    }),
  )
  .filter((terms) => {
    const document = {
      plan: 'ae',
      title: 'AE',
      currency: 'USD',
      exchange: 'booking-date',
      rounding: 'half-up',
      components: { c: { ...PLAIN, ...terms } },
    } as const;
    return checkPlan(document, METRICS).problems.length === 0;
  });

describe('whatever several people share', () => {
  test('§4: on a deal, all recipients together are posted no more than the cap, and exactly that where they would earn more', () => {
    fc.assert(
      fc.property(component, some, (terms, deals) => {
        const groupCap = { most: { by: 'money', money: '41.37' }, group: null } as const;
        const ledger = company({
          ...terms,
          each: 'deal',
          gates: [],
          target: 'quota',
          cap: null,
          round: 'each-line',
          groupCap,
        });
        tell(ledger, deals);
        const lines = linesOf(ledger);
        for (const key of new Set(lines.flatMap((line) => line.deal ?? []))) {
          const own = lines.filter((line) => line.deal === key);
          const removed = lines.filter(({ line }) => line.endsWith(`/group-cap/${key}`));
          const calculated = sum(own.map((line) => line.exact));
          const paid = sum([...own, ...removed].map((line) => line.exact));
          const most = exact('41.37');
          expect(cmp(paid, most) <= 0).toBe(true);
          if (cmp(calculated, most) <= 0) expect(removed).toEqual([]);
          else {
            expect(toText(paid)).toBe('41.37');
            expect(toText(posted([...own, ...removed]))).toBe('41.37');
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  test('§11: what is paid out of a budget never passes it, and without it nothing else would change', () => {
    fc.assert(
      fc.property(shared, some, (terms, deals) => {
        const ledger = company(terms);
        tell(ledger, deals);
        const free = company({ ...terms, budget: undefined });
        tell(free, deals);
        const lines = linesOf(ledger);
        const removed = lines.filter(({ basis }) => basis.kind === 'budget');
        expect(told(lines.filter((line) => !removed.includes(line)))).toEqual(told(linesOf(free)));
        const { budget } = terms;
        if (budget?.window !== 'half') return;
        for (const [first, last] of [
          ['2026-01', '2026-06'],
          ['2026-07', '2026-12'],
        ] as const) {
          const inside = lines.filter(({ period }) => period >= first && period <= last);
          expect(cmp(posted(inside), exact(budget.amount)) <= 0).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('§21.2: neither the order of people nor of arrival matters, and later deals change no earlier period', () => {
    fc.assert(
      fc.property(shared, some, (terms, deals) => {
        const one = company(terms);
        tell(one, deals);
        const other = company(terms);
        tell(other, deals, 0, deals.map((_, at) => at).reverse());
        const lines = told(linesOf(one));
        expect(told(linesOf(other, [...PEOPLE].reverse()))).toEqual(lines);
        const early = told(linesOf(one, PEOPLE, '2026-07-01'));
        expect(early).toEqual(lines.filter((line) => (line.split(' ')[1] ?? '') < '2026-07'));
      }),
      { numRuns: 150 },
    );
  });

  test('§18: freezes change when it is paid and never how much, for everybody; every step can be computed again', () => {
    fc.assert(
      fc.property(shared, some, some, (terms, first, late) => {
        const never = company(terms, 'quarter');
        tell(never, first);
        tell(never, late, first.length);
        const ledger = company(terms, 'quarter');
        tell(ledger, first);
        const paid = new Map<string, Exact>();
        for (const period of ['2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4']) {
          if (period === '2026-Q3') tell(ledger, late, first.length);
          for (const id of PEOPLE) {
            const { lines, total } = ledger.statement(id, period);
            paid.set(id, add(paid.get(id) ?? ZERO, exact(total)));
            expect(lines.flatMap((line) => recomputeLine(line).wrong)).toEqual([]);
          }
          ledger.freeze(period);
        }
        for (const id of PEOPLE) {
          const lines = linesOf(never).filter(({ who }) => who === id);
          expect(`${id} ${toText(paid.get(id) ?? ZERO)}`).toBe(`${id} ${toText(posted(lines))}`);
        }
      }),
      { numRuns: 20 },
    );
  });
});
