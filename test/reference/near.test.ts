import { type Book, type Earned, earn, traceLine, workingCopy } from '@ledger/calculation';
import { toText } from '@ledger/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAskedFor, SEED } from './cases.ts';
import { END } from './compare.ts';
import { teamStory } from './draw-corners.ts';
import { decidedStory } from './draw-decided.ts';
import { ratesStory } from './draw-rates.ts';
import { lawfulStory } from './draw-story.ts';
import { timeStory } from './draw-time.ts';
import { bookAfter, type Ledger, ledgerOf } from './tell.ts';
import { decidedLedger } from './tell-decided.ts';
import { ratesLedger } from './tell-rates.ts';
import { teamLedgers } from './tell-team.ts';
import { timeLedger } from './tell-time.ts';

/** What is alike in two books is calculated once, and nobody can tell. */
const ledgers: fc.Arbitrary<readonly Ledger[]> = fc.oneof(
  lawfulStory.map((story) => [ledgerOf(story)]),
  ratesStory.map((story) => [ratesLedger(story)]),
  timeStory.map((story) => [timeLedger(story)]),
  decidedStory.map((story) => [decidedLedger(story)]),
  teamStory.map((story) => teamLedgers(story)),
);

function told({ lines, windows, problems }: Earned) {
  return {
    problems,
    windows: [...windows].map(([id, { name, credits }]) => [id, name, credits.map(({ key }) => key)]),
    lines: [...lines].map(([period, all]) => [
      period,
      all.map((line) => [line.line, toText(line.exact), line.amount, traceLine(line)]),
    ]),
  };
}

describe('a book that differs little from one that was calculated before', () => {
  test('earns what it earns by itself, change by change', { timeout: 600_000 }, () => {
    let [taken, all] = [0, 0];
    const holds = ({ book, later }: Ledger): void => {
      let before: Book = book;
      for (const change of later.flat()) {
        const earned = earn(before, END);
        const working = workingCopy(before);
        working.add(change);
        const after = working.book();
        const now = earn(after, END);
        expect(told(now)).toEqual(told(earn(bookAfter(before, [change]), END)));
        const known = new Set([...earned.lines.values()].flat().map(({ basis }) => basis));
        const bases = [...now.lines.values()].flat().map(({ basis }) => basis);
        taken += bases.filter((basis) => known.has(basis)).length;
        all += bases.length;
        before = after;
      }
    };
    fc.assert(
      fc.property(ledgers, (each) => {
        for (const ledger of each) holds(ledger);
      }),
      { numRuns: isAskedFor ? 3_000 : 80, ...(isAskedFor ? { seed: SEED } : {}) },
    );
    // Windows that the change does not touch are taken over as they are.
    expect(taken / all).toBeGreaterThan(0.05);
  });
});
