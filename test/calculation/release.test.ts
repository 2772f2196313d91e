import { type EarnedLine, earn, traceLine } from '@ledger/calculation';
import type { Component } from '@ledger/events';
import { add, cmp, type Exact, equal, exact, neg, sum, toText, ZERO } from '@ledger/money';
import { recomputeLine } from '@ledger/recompute';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { begin, component, dateOf, sold, tell } from './drawn.ts';
import { cancel, type Given, reach, UP_TO } from './given.ts';

/** What is held and released, over components drawn from everything that one can say: mechanics §13, §21.5. */

const part = fc.record({
  at: fc.constantFrom('closed', 'paid', 'paid', 'live'),
  inProportion: fc.boolean(),
  from: fc.constantFrom(undefined, '50%', '90%'),
  after: fc.constantFrom(undefined, { count: 45, unit: 'days' as const }, { count: 2, unit: 'months' as const }),
});
const release = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts): NonNullable<Component['release']> => {
  const shares = [['100%'], ['33.3%', '66.7%'], ['20%', '30%', '50%']][parts.length - 1] ?? [];
  return parts.map(({ at, inProportion, from, after }, index) => ({
    at,
    share: shares[index] ?? '100%',
    ...(inProportion && at !== 'closed' ? { inProportion: true as const } : {}),
    ...(from !== undefined && at !== 'closed' ? { fromShare: from } : {}),
    ...(after === undefined ? {} : { after }),
  }));
});
const milestones = fc.array(
  fc.record({
    deal: fc.nat(7),
    milestone: fc.constantFrom('paid', 'live'),
    day: fc.integer({ min: 0, max: 350 }),
    cents: fc.integer({ min: -200_00, max: 600_00 }),
  }),
  { maxLength: 12 },
);
type Reached = typeof milestones extends fc.Arbitrary<infer R> ? R : never;

function reachAll(ledger: Given, all: Reached, deals: number): void {
  for (const { deal, milestone, day, cents } of all) {
    const amount = milestone === 'live' ? null : toText({ n: BigInt(cents), d: 100n });
    reach(ledger, `D-${deal % deals}`, milestone, dateOf(day), amount);
  }
}

const drawn = { terms: component, release, deals: fc.array(sold, { minLength: 1, maxLength: 8 }), milestones };

function linesOf(ledger: Given): readonly EarnedLine[] {
  const { lines, problems } = earn(ledger.book('ada'), UP_TO);
  expect(problems).toEqual([]);
  return [...lines.values()].flat();
}

const isMoved = ({ basis }: EarnedLine) => basis.kind === 'held' || basis.kind === 'released';
const posted = (lines: readonly EarnedLine[]): Exact => sum(lines.map(({ amount }) => exact(amount)));

describe('release', () => {
  test('leaves what is earned as it is, to the last digit and the last cent', () => {
    fc.assert(
      fc.property(fc.record(drawn), ({ terms, release: parts, deals, milestones: reached }) => {
        const plain = begin(terms);
        const held = begin({ ...terms, release: parts });
        for (const ledger of [plain, held]) {
          tell(ledger, deals);
          reachAll(ledger, reached, deals.length);
        }
        const brief = (lines: readonly EarnedLine[]) =>
          lines.map(({ line, period, exact: value, amount }) => ({ line, period, value, amount }));
        expect(brief(linesOf(held).filter((line) => !isMoved(line)))).toEqual(brief(linesOf(plain)));
      }),
    );
  });

  test('earned = eligible + held: what is held of a deal never falls below 0, and is what the last line says', () => {
    fc.assert(
      fc.property(fc.record(drawn), ({ terms, release: parts, deals, milestones: reached }) => {
        const ledger = begin({ ...terms, release: parts });
        tell(ledger, deals);
        reachAll(ledger, reached, deals.length);
        const balances = new Map<string, { exact: Exact; posted: Exact; earned: Exact; held: Exact }>();
        for (const line of linesOf(ledger)) {
          const { basis } = line;
          if (basis.kind !== 'held' && basis.kind !== 'released') continue;
          const before = balances.get(basis.deal);
          const after = {
            exact: add(before?.exact ?? ZERO, neg(line.exact)),
            posted: add(before?.posted ?? ZERO, neg(exact(line.amount))),
            earned: basis.earned,
            held: basis.held,
          };
          expect(equal(after.exact, after.held), basis.deal).toBe(true);
          expect(cmp(after.posted, ZERO), basis.deal).toBeGreaterThanOrEqual(0);
          expect(cmp(after.held, basis.earned), basis.deal).toBeLessThanOrEqual(0);
          balances.set(basis.deal, after);
        }
      }),
    );
  });

  test('when everything is released, what was held has come back to the cent', () => {
    fc.assert(
      fc.property(fc.record(drawn), ({ terms, release: parts, deals }) => {
        const ledger = begin({ ...terms, release: parts.map(({ after: _, ...each }) => each) });
        tell(ledger, deals);
        for (const [at] of deals.entries()) {
          for (const milestone of ['paid', 'live']) reach(ledger, `D-${at}`, milestone, '2026-12-30', null);
        }
        expect(toText(posted(linesOf(ledger).filter(isMoved)))).toBe('0');
      }),
    );
  });

  test('a cancelled deal holds and releases nothing', () => {
    fc.assert(
      fc.property(fc.record(drawn), ({ terms, release: parts, deals, milestones: reached }) => {
        const ledger = begin({ ...terms, release: parts });
        tell(ledger, deals);
        reachAll(ledger, reached, deals.length);
        for (const [at] of deals.entries()) cancel(ledger, `D-${at}`);
        expect(linesOf(ledger).filter(isMoved)).toEqual([]);
      }),
    );
  });

  test('every line is computed again from its trace', () => {
    fc.assert(
      fc.property(fc.record(drawn), ({ terms, release: parts, deals, milestones: reached }) => {
        const ledger = begin({ ...terms, release: parts });
        tell(ledger, deals);
        reachAll(ledger, reached, deals.length);
        for (const line of linesOf(ledger).filter(isMoved)) {
          const { line: name, amount, exact: value } = line;
          const { wrong } = recomputeLine({ line: name, amount, exact: toText(value), trace: traceLine(line) });
          expect(wrong).toEqual([]);
        }
      }),
    );
  });
});
