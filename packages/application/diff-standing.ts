import {
  type Book,
  type Change,
  type Earned,
  earn,
  type History,
  periodBounds,
  presentBook,
  type StatementAmounts,
  settleInSum,
} from '@ledger/calculation';
import { alongside, countAtFirst, isProblem, type Problem } from '@ledger/kernel';
import { type Books, openBooks } from './books.ts';
import { differences } from './differences.ts';
import type { Ledger } from './ledger.ts';
import { computeSums, postedStatement, statementIn } from './statements.ts';

/** How a statement stands at a position. */
export type Standing =
  | { readonly state: 'none'; readonly statement: null }
  | { readonly state: 'open' | 'frozen'; readonly statement: StatementAmounts | null }
  | { readonly state: 'failed'; readonly statement: null; readonly problem: Problem };

const NONE: Standing = { state: 'none', statement: null };
/** Of a frozen period of which the person has no statement. */
const NOTHING_DUE: Standing = { state: 'frozen', statement: null };

export interface Whose {
  readonly participant: string;
  readonly period: string;
}

/** The books at a position; nothing where the ledger had no calendar yet. */
export async function booksAt(ledger: Ledger, at: bigint, only: string | undefined, since = at): Promise<Books | null> {
  const books = await openBooks(ledger, at, only, since);
  return isProblem(books) ? null : books;
}

/** How a statement stands at the position of the books. */
export async function standing(ledger: Ledger, books: Books | null, at: bigint, whose: Whose): Promise<Standing> {
  const known = await standingOf(ledger, books, at, whose);
  if (!('books' in known)) return known;
  return computed(await computeSums(known.books, whose.participant, whose.period));
}

/** Frozen statements that were read, by person, period and freeze. For whoever goes on through the log: they stay as they are. */
export type Frozen = Map<string, Standing>;

/** The same where nothing has to be computed for it; otherwise the books that it is computed from. */
async function standingOf(
  ledger: Ledger,
  books: Books | null,
  at: bigint,
  { participant, period }: Whose,
  frozen: Frozen = new Map(),
): Promise<Standing | { readonly books: Books }> {
  const entry = books?.periods.get(period);
  if (books === null || entry === undefined || !books.participants.has(participant)) return NONE;
  const freeze = (entry.reopened ?? 0) + 1;
  const key = `${participant}/${period}/${freeze}`;
  const known = frozen.get(key);
  if (known !== undefined) return known;
  const posted = await postedStatement(ledger, participant, period, at, freeze);
  if (posted === undefined) return entry.state === 'frozen' ? NOTHING_DUE : { books };
  const standing: Standing = { state: 'frozen', statement: posted.statement };
  frozen.set(key, standing);
  return standing;
}

/**
 * From one position at which a period, or what was posted, changed up to the next. Within it a statement is either the same all the
 * time, or one calculation on a book that grows by one change at a time.
 */
export interface Stretch {
  readonly history: History | null;
  /** As of a position, with the periods as they were at another one. */
  at(position: bigint, periods?: bigint): Standing;
}

/** The stretch of each of a person's statements, by period: what they are computed from is read once for all of them. */
export async function stretchesFrom(
  ledger: Ledger,
  books: Books | null,
  { start, end }: { readonly start: bigint; readonly end: bigint },
  { participant, periods }: { readonly participant: string; readonly periods: readonly string[] },
  frozen: Frozen,
): Promise<ReadonlyMap<string, Stretch>> {
  const stretches = new Map<string, Stretch>();
  let history: History | Problem | undefined;
  for (const period of periods) {
    const known = await standingOf(ledger, books, start, { participant, period }, frozen);
    if (!('books' in known)) {
      stretches.set(period, always(known));
      continue;
    }
    history ??= await known.books.history(participant, end);
    if (isProblem(history)) {
      stretches.set(period, always({ state: 'failed', statement: null, problem: history }));
      continue;
    }
    const own = history;
    const settled = settledAgain(period);
    const at = (position: bigint, periodsAt = position): Standing => settled(historyAt(own, position, periodsAt));
    stretches.set(period, { history: own, at });
  }
  return stretches;
}

/**
 * One statement after one change or another. Most changes move others: what is earned is then the same, and so is the statement, unless
 * something changed that settlement itself looks at.
 */
function settledAgain(period: string): (history: History) => Standing {
  const { to } = periodBounds(period);
  let last: { readonly earned: Earned; readonly around: Settling; readonly standing: Standing } | undefined;
  return (history) => {
    const book = presentBook(history);
    const earned = earn(book, to);
    if (last?.earned === earned && isSettledAlike(last.around, book)) return last.standing;
    const standing = computed(statementIn(settleInSum(history, period)));
    const { calendar, periods, corrections, jurisdictions, plans, participant, exceptions } = book;
    const around = { calendar, periods, corrections, jurisdictions, plans, participant, exceptions };
    last = { earned, around, standing };
    return standing;
  };
}

/** What settlement looks at beside what is earned. */
type Settling = Pick<Book, 'calendar' | 'periods' | 'plans' | 'participant'> & {
  readonly [K in 'corrections' | 'jurisdictions' | 'exceptions']?: Book[K] | undefined;
};

function isSettledAlike(a: Settling, b: Settling): boolean {
  return (
    a.calendar === b.calendar &&
    a.periods === b.periods &&
    a.corrections === b.corrections &&
    a.jurisdictions === b.jurisdictions &&
    a.plans === b.plans &&
    a.participant === b.participant &&
    a.exceptions === b.exceptions
  );
}

function always(known: Standing): Stretch {
  return { history: null, at: () => known };
}

interface Shown {
  readonly position: bigint;
  readonly periods: bigint;
  readonly changes: readonly Change[];
  /** The book at the position before this one. */
  readonly near: Book | undefined;
  /** What was asked for, by the history that grows. */
  readonly histories: Map<History, History>;
}

const SHOWN = alongside<readonly Change[], Shown>();

/**
 * The history up to a position. The last position is remembered, for everybody who looks at the same people: their books grow by the
 * same changes, and all statements are asked for at one position after the other.
 */
function historyAt(history: History, position: bigint, periods: bigint): History {
  const all = history.changes;
  let shown = SHOWN.get(all);
  if (shown?.position !== position || shown.periods !== periods) {
    const [before] = shown?.histories.values() ?? [];
    const changes = changesAt(all, position, periods);
    const near = before === undefined ? shown?.near : presentBook(before);
    shown = { position, periods, changes, near, histories: new Map() };
    SHOWN.set(all, shown);
  }
  let known = shown.histories.get(history);
  if (known === undefined) {
    known = { ...history, changes: shown.changes, near: shown.near ?? history.near };
    shown.histories.set(history, known);
  }
  return known;
}

/** Those up to a position, of changes in their order; of periods those up to another one. */
function changesAt(all: readonly Change[], position: bigint, periods: bigint): readonly Change[] {
  if (position !== periods)
    return all.filter((change) => change.position <= (change.entry.kind === 'period' ? periods : position));
  return all.slice(
    0,
    countAtFirst(all, (change) => change.position <= position),
  );
}

function computed(statement: StatementAmounts | Problem): Standing {
  if (isProblem(statement)) return { state: 'failed', statement: null, problem: statement };
  return { state: 'open', statement };
}

export function isSame(was: Standing, is: Standing): boolean {
  if (was === is) return true;
  if (was.state === 'failed' && is.state === 'failed') return was.problem.message === is.problem.message;
  if (was.state === 'failed' || is.state === 'failed') return false;
  return differences(was.statement, is.statement).length === 0;
}
