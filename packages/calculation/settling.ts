import type { Balance, BalanceKind, SettlementStep, StatementLine, TraceStep } from '@ledger/events';
import { SETTLEMENT_STEPS } from '@ledger/events';
import { add, type Exact, exact, isZero, sum, ZERO } from '@ledger/money';
import type { Book, PostedLine } from './book.ts';
import { type Stretch, stretchesOf } from './clauses.ts';
import type { Span } from './periods.ts';
import { given, postedText } from './words.ts';

/** What settlement has made of a period, with the lines that were there before. */
export interface SettledPeriod {
  readonly period: Span;
  readonly lines: readonly PostedLine[];
  readonly balances: readonly Balance[];
}

/** The statement of one period while it is being settled. */
export interface Settling {
  readonly book: Book;
  readonly period: Span;
  readonly currency: string;
  readonly stretches: readonly Stretch[];
  /** Statements before it, in order: as they were posted, or, where a period is still open, as they stand. */
  readonly before: readonly SettledPeriod[];
  /** Whether the person is gone at the end of the period. */
  readonly hasLeft: boolean;
  /** Lines so far. */
  readonly lines: readonly PostedLine[];
  /** The sum of the lines so far. */
  sum(): Exact;
  /** The sum of the lines of a statement that come before a step. */
  sumBefore(step: SettlementStep, lines: readonly PostedLine[]): Exact;
  /** What statements before this one, from a day on, and this one had before a step; `of`: in lines of these components alone. */
  earnedSince(day: string, step: SettlementStep, of?: readonly string[]): Exact;
  opening(kind: BalanceKind, of: string | null): Exact;
  closing(kind: BalanceKind, of: string | null): Exact;
  move(kind: BalanceKind, of: string | null, change: Exact): void;
  /** Adds a line; one of 0 only where it moved a balance. */
  post(line: Posting): void;
}

interface Posting {
  readonly line: string;
  readonly step: SettlementStep;
  readonly amount: Exact;
  readonly says: string;
  readonly steps: readonly TraceStep[];
  readonly by?: { readonly plan: string; readonly version: { readonly version: number; readonly event: string } };
  readonly cause?: string;
  readonly component?: string;
  readonly keepsZero?: boolean;
}

/** Opens a statement with the balances that the one before it closed with. */
export function begin(
  book: Book,
  period: Span,
  earned: readonly PostedLine[],
  before: readonly SettledPeriod[],
): Settling & { posted(): readonly StatementLine[]; balances(): readonly Balance[] } {
  const { currency, endsOn } = book.participant;
  const lines = [...earned];
  const made: StatementLine[] = [];
  const moved = new Map<string, Exact>();
  const opened = new Map(
    (before.at(-1)?.balances ?? []).map((each) => [keyOf(each.balance, each.of), exact(each.closing)]),
  );
  const opening = (kind: BalanceKind, of: string | null) => opened.get(keyOf(kind, of)) ?? ZERO;
  const change = (kind: BalanceKind, of: string | null) => moved.get(keyOf(kind, of)) ?? ZERO;
  const total = (of: readonly PostedLine[]) => sum(of.map(({ amount }) => exact(amount)));
  const sumBefore = (step: SettlementStep, of: readonly PostedLine[]) =>
    total(of.filter((line) => isBefore(line, step)));
  return {
    book,
    period,
    currency,
    stretches: stretchesOf(book),
    before,
    hasLeft: endsOn !== null && endsOn <= period.to,
    lines,
    sum: () => total(lines),
    sumBefore,
    earnedSince: (day, step, of) => {
      const asked = (all: readonly PostedLine[]) =>
        sumBefore(
          step,
          of === undefined ? all : all.filter(({ component }) => component !== undefined && of.includes(component)),
        );
      return before
        .filter((each) => each.period.to > day)
        .reduce((running, each) => add(running, asked(each.lines)), asked(lines));
    },
    opening,
    closing: (kind, of) => add(opening(kind, of), change(kind, of)),
    move: (kind, of, by) => moved.set(keyOf(kind, of), add(change(kind, of), by)),
    post: (posting) => {
      if (isZero(posting.amount) && posting.keepsZero !== true) return;
      const line = lineOf(posting, currency);
      lines.push(line);
      made.push(line);
    },
    posted: () => made,
    balances: () =>
      [...new Set([...opened.keys(), ...moved.keys()])].sort().flatMap((key): readonly Balance[] => {
        const [kind, of] = JSON.parse(key) as [BalanceKind, string | null];
        const [first, by] = [opening(kind, of), change(kind, of)];
        if (isZero(first) && isZero(by)) return [];
        const text = (amount: Exact) => postedText(amount, currency);
        return [{ balance: kind, of, opening: text(first), change: text(by), closing: text(add(first, by)) }];
      }),
  };
}

/** Whether a line comes before a step: what is earned and corrected does. */
export function isBefore(line: PostedLine, step: SettlementStep): boolean {
  return line.kind !== 'settlement' || SETTLEMENT_STEPS.indexOf(line.step) < SETTLEMENT_STEPS.indexOf(step);
}

function keyOf(kind: BalanceKind, of: string | null): string {
  return JSON.stringify([kind, of]);
}

function lineOf({ line, step, amount, says, steps, by, cause, component }: Posting, currency: string): StatementLine {
  const posted = postedText(amount, currency);
  const events = [...(by === undefined ? [] : [by.version.event]), ...(cause === undefined ? [] : [cause])];
  return {
    kind: 'settlement',
    line,
    step,
    ...(by === undefined ? {} : { plan: by.plan, planVersion: by.version.version }),
    ...(component === undefined ? {} : { component }),
    amount: posted,
    ...(cause === undefined ? {} : { cause }),
    trace: {
      step,
      says,
      ...(isZero(amount) ? { formula: '0' } : given('amount', exact(posted))),
      result: posted,
      ...(events.length === 0 ? {} : { events }),
      // The last step gives the amount, unless no money moves.
      steps: steps.map((each, at) => (at === steps.length - 1 && !isZero(amount) ? { ...each, as: 'amount' } : each)),
    },
  };
}
