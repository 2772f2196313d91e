import { isZero, sub } from '@ledger/money';
import type { History } from './book.ts';
import { type Moved, movedBetween } from './moved.ts';
import { periodBounds } from './periods.ts';
import type { CalculationProblem } from './problem.ts';
import { frozenBefore, presentBook, type Restated, type Trying, walk } from './restate.ts';
import { postedText } from './words.ts';

export interface ReplayedDeal {
  readonly deal: string;
  readonly before: string;
  readonly after: string;
  readonly delta: string;
}
export interface ReplayCause {
  /** Event that made the difference; `null` when no event explains it. */
  readonly event: string | null;
  /** The change in words. */
  readonly says: string;
  readonly delta: string;
  readonly deals: readonly ReplayedDeal[];
}
export interface ReplayRow {
  readonly period: string;
  readonly component: string;
  readonly currency: string;
  /** What was posted for the period, corrections in later statements included. */
  readonly frozen: string;
  readonly replayed: string;
  readonly delta: string;
  /** Add up to the delta; what moves lines against each other, and nothing in all, is none. */
  readonly causes: readonly ReplayCause[];
}
export interface Replay {
  readonly participant: string;
  /** One for each frozen period of the range and component, unchanged ones included. */
  readonly rows: readonly ReplayRow[];
  /** What the changes that are tried out move, in open periods too; `null` where nothing is tried. */
  readonly moved: Moved | null;
  readonly problems: readonly CalculationProblem[];
}

/**
 * What the frozen periods `from` to `to` (both included) would be under the book as it is, with the cause of each difference: what
 * `settle` would correct. `trying`: which of the history's changes are proposed only; what they move is told by deal.
 */
export function replay(history: History, from: string, to: string, trying: Trying | null = null): Replay {
  const book = presentBook(history);
  const range = { from: periodBounds(from).from, to: periodBounds(to).to };
  const spans = frozenBefore(history, book, range.to).filter((span) => span.from >= range.from);
  const { participant } = book.participant;
  if (spans.length === 0 && trying === null) return { participant, rows: [], moved: null, problems: [] };
  const { rows, earned, without } = walk(history, spans, null, trying);
  const moved = trying === null ? null : movedBetween(without, earned, book.participant.currency);
  return { participant, rows: rows.map(rowOf), moved, problems: earned.problems };
}

function rowOf({ period, component, currency, posted, replayed, causes: all }: Restated): ReplayRow {
  const causes = all.filter(({ delta }) => !isZero(delta));
  const text = (amount: Restated['posted']) => postedText(amount, currency);
  return {
    period,
    component,
    currency,
    frozen: text(posted),
    replayed: text(replayed),
    delta: text(sub(replayed, posted)),
    causes: causes.map(({ event, says, delta, deals }) => ({
      event,
      says,
      delta: text(delta),
      deals: deals.map(({ deal, before, after }) => ({
        deal,
        before: text(before),
        after: text(after),
        delta: text(sub(after, before)),
      })),
    })),
  };
}
