import { type Change, type History, presentBook, settle } from '@ledger/calculation';
import type { Statement } from '@ledger/events';
import { alongside, isProblem, type Problem } from '@ledger/kernel';
import { type Books, openBooks } from './books.ts';
import { differences } from './differences.ts';
import type { Ledger } from './ledger.ts';
import { computeStatement, failed, frozenStatement } from './statements.ts';

/** How a statement stands at a position. */
export type Standing =
  | { readonly state: 'none'; readonly statement: null }
  | { readonly state: 'open' | 'frozen'; readonly statement: Statement | null }
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
  return computed(await computeStatement(known.books, whose.participant, whose.period));
}

/** The same where nothing has to be computed for it; otherwise the books that it is computed from. */
async function standingOf(
  ledger: Ledger,
  books: Books | null,
  at: bigint,
  { participant, period }: Whose,
): Promise<Standing | { readonly books: Books }> {
  if (books === null || !books.periods.has(period) || !books.participants.has(participant)) return NONE;
  const posted = await frozenStatement(ledger, participant, period, at);
  if (posted !== undefined) return { state: 'frozen', statement: posted.statement };
  return books.periods.get(period)?.state === 'frozen' ? NOTHING_DUE : { books };
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
): Promise<ReadonlyMap<string, Stretch>> {
  const stretches = new Map<string, Stretch>();
  let history: History | Problem | undefined;
  let upTo: ((position: bigint, periods: bigint) => History) | undefined;
  for (const period of periods) {
    const known = await standingOf(ledger, books, start, { participant, period });
    if (!('books' in known)) {
      stretches.set(period, always(known));
      continue;
    }
    history ??= await known.books.history(participant, end);
    if (isProblem(history)) {
      stretches.set(period, always({ state: 'failed', statement: null, problem: history }));
      continue;
    }
    upTo ??= growing(history);
    const historyAt = upTo;
    const at = (position: bigint, periodsAt = position): Standing => {
      const settled = settle(historyAt(position, periodsAt), period);
      return computed('problems' in settled ? failed(settled.problems) : settled.statement);
    };
    stretches.set(period, { history, at });
  }
  return stretches;
}

function always(known: Standing): Stretch {
  return { history: null, at: () => known };
}

/** The history up to a position. The last is remembered: all statements of a person are asked for at one position after the other. */
function growing(history: History): (position: bigint, periods: bigint) => History {
  let last: { readonly changes: readonly Change[]; readonly known: History } | undefined;
  return (position, periods) => {
    const changes = changesUpTo(history.changes, position, periods);
    if (last?.changes !== changes) {
      const near = last === undefined ? history.near : presentBook(last.known);
      last = { changes, known: { ...history, changes, near } };
    }
    return last.known;
  };
}

const SHOWN = alongside<
  readonly Change[],
  { readonly position: bigint; readonly periods: bigint; readonly changes: readonly Change[] }
>();

/** The same for everybody who looks at the same people: their books grow by the same changes. */
function changesUpTo(all: readonly Change[], position: bigint, periods: bigint): readonly Change[] {
  const last = SHOWN.get(all);
  if (last?.position === position && last.periods === periods) return last.changes;
  const changes = all.filter((change) => change.position <= (change.entry.kind === 'period' ? periods : position));
  SHOWN.set(all, { position, periods, changes });
  return changes;
}

function computed(statement: Statement | Problem): Standing {
  if (isProblem(statement)) return { state: 'failed', statement: null, problem: statement };
  return { state: 'open', statement };
}

export function isSame(was: Standing, is: Standing): boolean {
  if (was.state === 'failed' && is.state === 'failed') return was.problem.message === is.problem.message;
  if (was.state === 'failed' || is.state === 'failed') return false;
  return differences(was.statement, is.statement).length === 0;
}
