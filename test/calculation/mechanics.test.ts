import { attainments, checkPlan, type EarnedLine, earn, settle } from '@ledger/calculation';
import type { Component } from '@ledger/events';
import { statement as statementSchema } from '@ledger/events';
import { abs, add, cmp, type Exact, equal, exact, fraction, fromText, sub, sum, toText, ZERO } from '@ledger/money';
import { recompute } from '@ledger/recompute';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { begin, component, dateOf, type Sold, sold, tell } from './drawn.ts';
import { band, deal, type Given, UP_TO } from './given.ts';

/** Plans drawn from everything that a component can say, over a year of deals, and what must hold of every one of them. */

function linesOf(ledger: Given): readonly EarnedLine[] {
  const { lines, problems } = earn(ledger.book('ada'), UP_TO);
  expect(problems).toEqual([]);
  return [...lines.values()].flat();
}

const told = (line: EarnedLine) => `${line.period} ${line.line} ${toText(line.exact)} ${line.amount}`;
const exactSum = (lines: readonly EarnedLine[]) => sum(lines.map((line) => line.exact));
const some = fc.array(sold, { minLength: 1, maxLength: 12 });
const runs = { numRuns: 100 };

describe('whatever a component says', () => {
  test('§21.2, §21.12: the order of arrival does not matter, nor what closes after a period', () => {
    fc.assert(
      fc.property(component, some, (terms, deals) => {
        const one = begin(terms);
        tell(one, deals);
        const other = begin(terms);
        for (const [at, each] of [...deals.entries()].reverse()) {
          deal(other, {
            deal: `D-${at}`,
            amount: each.amount,
            closedOn: dateOf(each.day),
            sequence: at,
            attributes: { units: { decimal: String(each.units) }, renewal: each.renewal },
          });
        }
        const lines = linesOf(one).map(told);
        expect(linesOf(other).map(told)).toEqual(lines);
        const early = [...earn(one.book('ada'), '2026-07-01').lines.values()].flat().map(told);
        expect(early).toEqual(lines.filter((line) => line < '2026-07'));
      }),
      runs,
    );
  });

  test('§21.7: calculated = paid + removed, and no cap is passed', () => {
    fc.assert(
      fc.property(component, some, (terms, deals) => {
        const capped = begin(terms);
        tell(capped, deals);
        const free = begin({ ...terms, cap: terms.cap?.deal == null ? null : terms.cap });
        tell(free, deals);
        const lines = linesOf(capped);
        const removed = lines.filter(({ basis }) => /cap|carried/.test(basis.kind));
        const own = lines.filter((line) => !removed.includes(line));
        expect(own.map((line) => toText(line.exact))).toEqual(linesOf(free).map((line) => toText(line.exact)));
        expect(equal(exactSum(own), sub(exactSum(lines), exactSum(removed)))).toBe(true);
        const period = terms.cap?.period;
        if (period != null) {
          for (const id of new Set(lines.map((line) => line.period))) {
            const paid = exactSum(lines.filter((line) => line.period === id));
            expect(cmp(paid, exact(period)) <= 0).toBe(true);
          }
        }
      }),
      runs,
    );
  });

  test('§21.8, §18: freezes change when it is paid and never how much; every statement fits its schema', () => {
    fc.assert(
      fc.property(component, some, some, (terms, first, late) => {
        const never = begin(terms);
        tell(never, first);
        tell(never, late, first.length);
        const ledger = begin(terms);
        tell(ledger, first);
        const months = Array.from({ length: 12 }, (_, at) => `2026-${String(at + 1).padStart(2, '0')}`);
        let paid = ZERO;
        for (const month of months) {
          if (month === '2026-06') tell(ledger, late, first.length);
          const statement = ledger.statement('ada', month);
          expect(statementSchema.safeParse(statement).error).toBeUndefined();
          expect(new Set(statement.lines.map(({ line }) => line)).size).toBe(statement.lines.length);
          paid = add(paid, exact(statement.total));
          ledger.freeze(month);
        }
        expect(toText(paid)).toBe(toText(sum(linesOf(never).map((line) => exact(line.amount)))));
      }),
      { numRuns: 60 },
    );
  });

  test('§16.5, §21.11: rounded to date, the year never drifts by more than half a cent', () => {
    fc.assert(
      fc.property(component, some, (terms, deals) => {
        const ledger = begin({ ...terms, round: 'to-date' });
        tell(ledger, deals);
        let exactly = ZERO;
        let posted = ZERO;
        for (const line of linesOf(ledger)) {
          exactly = add(exactly, line.exact);
          posted = add(posted, exact(line.amount));
          expect(cmp(abs(sub(exactly, posted)), fraction(1n, 200n)) <= 0).toBe(true);
        }
      }),
      runs,
    );
  });

  test('every step of every line can be computed again', () => {
    fc.assert(
      fc.property(component, some, (terms, deals) => {
        const ledger = begin(terms);
        tell(ledger, deals);
        for (const month of ['2026-02', '2026-05', '2026-09']) {
          const settled = settle(ledger.history('ada'), month);
          if ('problems' in settled) throw new Error(settled.problems[0].message);
          expect(recompute(settled.statement).lines.flatMap(({ wrong }) => wrong)).toEqual([]);
        }
      }),
      { numRuns: 100 },
    );
  });
});

const balanced = component.filter(
  ({ gates, cap, floor, each }) => (gates ?? []).length === 0 && cap === null && floor === null && each === 'deal',
);

describe('what a balance is', () => {
  test('§21.4: a deal that is taken away at once returns what it was paid, in every way to read a table', () => {
    fc.assert(
      fc.property(balanced, some, sold, (terms, deals, last) => {
        const ledger = begin({ ...terms, multiplyCredit: [], multiplyEarning: [], window: 'year' });
        const before = deals.map((each) => ({ ...each, day: each.day % 180 }));
        tell(ledger, before);
        const worth = exact(last.amount);
        const back = toText({ n: -worth.n, d: worth.d });
        const attributes = (units: number) => ({ units: { decimal: String(units) }, renewal: false });
        deal(ledger, { deal: 'X', amount: last.amount, closedOn: '2026-08-01', attributes: attributes(last.units) });
        deal(ledger, { deal: 'Y', amount: back, closedOn: '2026-08-02', attributes: attributes(-last.units) });
        const paid = linesOf(ledger).filter((line) => line.deal === 'crm.X' || line.deal === 'crm.Y');
        expect(toText(exactSum(paid))).toBe('0');
      }),
      runs,
    );
  });

  test('§21.2: a marginal table pays the same however the amounts come in, in any order and in any parts', () => {
    fc.assert(
      fc.property(balanced, some, fc.integer({ min: 1, max: 20 }), (terms, deals, parts) => {
        const plain: Partial<Component> = {
          ...terms,
          window: 'year',
          read: 'marginal',
          paysOn: null,
          multiplyCredit: [],
          multiplyEarning: [],
        };
        const marginal =
          terms.read === 'curve' || terms.paysOn !== null ? [band('0%', '4%'), band('40%', '9%')] : (terms.table ?? []);
        const one: Partial<Component> = {
          ...plain,
          curve: [],
          targetIncentive: null,
          target: 'quota' as const,
          table: marginal.map((each) => ({ ...each, applies: 'marginal' as const, lump: null })),
        };
        const whole = begin(one);
        tell(whole, deals);
        const split = begin(one);
        const pieces = deals.flatMap((each): readonly Sold[] => {
          const cents = exact(each.amount);
          const part: Exact = { n: (cents.n * BigInt(parts)) / 20n, d: cents.d };
          return [toText(part), toText(sub(cents, part))].map((text, at) => ({
            ...each,
            amount: text,
            day: (each.day + at * 97) % 350,
          }));
        });
        tell(split, pieces);
        expect(toText(exactSum(linesOf(split)))).toBe(toText(exactSum(linesOf(whole))));
      }),
      runs,
    );
  });

  test('the lines of a window telescope to its balance at the end, gates and targets as of then', () => {
    fc.assert(
      fc.property(component, some, (terms, deals) => {
        const gates = (terms.gates ?? []).map((each) => ({ ...each, window: 'year' as const }));
        const plain = { ...terms, gates, window: 'year', cap: null, each: 'deal', target: 'quota' } as const;
        // A year that is one pay period is rated once, as of its end: quarters of a year must add up to the same.
        const monthly = begin(plain);
        tell(monthly, deals);
        const quarterly = begin(plain, 'quarter');
        tell(quarterly, deals);
        const isLatched = gates.some(({ opens }) => opens === 'latch');
        const [by, other] = [exactSum(linesOf(monthly)), exactSum(linesOf(quarterly))];
        if (!isLatched) expect(toText(other)).toBe(toText(by));
      }),
      runs,
    );
  });
});

test('attainment is asked of any period, of any drawn component', () => {
  fc.assert(
    fc.property(component, some, (terms, deals) => {
      const ledger = begin(terms);
      tell(ledger, deals);
      for (const period of ['2026-02', '2026-Q2', '2026-H1', '2026-03-1', '2026']) {
        const { problems, results } = attainments(ledger.book('ada'), period);
        expect(problems).toEqual([]);
        for (const { credited, quota: of, attainment } of results) {
          if (of !== null && attainment !== null) expect(equal(fromText(attainment), div(credited, of))).toBe(true);
        }
      }
    }),
    { numRuns: 60 },
  );
});

function div(a: string, b: string): Exact {
  const [x, y] = [fromText(a), fromText(b)];
  return fraction(x.n * y.d, x.d * y.n);
}

test('every drawn component is one that may be published', () => {
  fc.assert(
    fc.property(component, (terms) => {
      const { plans, metrics } = begin(terms).book('ada');
      const known = new Map(
        [...metrics].flatMap(([id, { versions }]) => versions.map((each) => [id, each.document] as const)),
      );
      const documents = [...plans.values()].flatMap(({ versions }) => versions.map((each) => each.document));
      expect(
        documents.flatMap((document) => checkPlan(document, known).problems.map(({ message }) => message)),
      ).toEqual([]);
    }),
  );
});
