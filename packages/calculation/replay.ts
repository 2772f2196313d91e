import { sub } from '@ledger/money';
import type { History } from './book.ts';
import { earn } from './earn.ts';
import { periodBounds } from './periods.ts';
import type { CalculationProblem } from './problem.ts';
import { frozenBefore, presentBook, type Restated, restate } from './restate.ts';
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
  /** Add up to the delta. */
  readonly causes: readonly ReplayCause[];
}
export interface Replay {
  readonly participant: string;
  /** One for each frozen period of the range and component, unchanged ones included. */
  readonly rows: readonly ReplayRow[];
  readonly problems: readonly CalculationProblem[];
}

/**
 * What the frozen periods `from` to `to` (both included) would be under the book as it is, with the cause of each difference: what
 * `settle` would correct. To try a proposed definition, append it to the history's changes with an event id of its own.
 */
export function replay(history: History, from: string, to: string): Replay {
  const book = presentBook(history);
  const range = { from: periodBounds(from).from, to: periodBounds(to).to };
  const spans = frozenBefore(history, book, range.to).filter((span) => span.from >= range.from);
  const { participant } = book.participant;
  const last = spans.at(-1);
  if (last === undefined) return { participant, rows: [], problems: [] };
  const earned = earn(book, last.to);
  return { participant, rows: restate(history, earned, spans, null).map(rowOf), problems: earned.problems };
}

function rowOf({ period, component, currency, posted, replayed, causes }: Restated): ReplayRow {
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
