import {
  type Book,
  type Departure,
  earn,
  type History,
  leavingOut,
  type ParticipantEntry,
  type PeriodEntry,
  type Posted,
  presentBook,
  reachesOthers,
  type StatementAmounts,
  settleInSum,
} from '@ledger/calculation';
import { isProblem, type Problem } from '@ledger/kernel';
import { exact, sub, sum } from '@ledger/money';
import { type Books, isInForce, openBooks } from './books.ts';
import { breathing } from './breath.ts';
import { reachAt } from './colleagues.ts';
import { amountText, type Difference, differences } from './differences.ts';
import { planEntries } from './entries.ts';
import type { Ledger } from './ledger.ts';
import { postedStatement, statementIn } from './statements.ts';

/** What a decision moves of what one person is paid: every statement as it is, and as it would be if nobody had decided so. */
export interface Moves {
  readonly participant: string;
  readonly currency: string;
  /** `null` where a statement cannot be computed without it. */
  readonly total: string | null;
  readonly periods: readonly MovesInPeriod[];
}
export interface MovesInPeriod {
  readonly period: string;
  readonly state: 'open' | 'frozen';
  /** Total of the statement with the decision, and without it. */
  readonly with: string | null;
  readonly without: string | null;
  readonly difference: string | null;
  /** Before: without it; after: with it. They add up to the difference. */
  readonly components: readonly Difference[];
  /** Why one of the two cannot be computed. */
  readonly problem: Problem | null;
}

export interface Decided {
  readonly departure: Departure;
  /** Position of its approval: what was frozen before does not know it. */
  readonly position: bigint;
  /** First day of what it can move; `null`: that may be anything. */
  readonly reachesFrom: string | null;
  readonly participants: readonly string[];
  /** Whether what others earn can follow from it. */
  readonly movesOthers: boolean;
}

/**
 * Of each decision, on a branch of the books without it, period by period: what was frozen is computed again from the position that its
 * freeze pinned, and what follows settles against that. So late decisions count where they were paid. Books are opened once for each
 * position, whatever was decided, and a branch takes over from them what the decision does not move.
 */
export async function movesOf(
  ledger: Ledger,
  books: Books,
  all: readonly Decided[],
  onPeriod: (done: number, of: number) => void = () => {},
): Promise<readonly (readonly Moves[])[]> {
  const branches: Branch[] = [];
  for (const decided of all) {
    const people = await whomItMoves(ledger, books, decided);
    branches.push({ decided, people, posted: new Map(), moved: new Map(people.map((id) => [id, []])) });
  }
  const inOrder = [...books.periods.values()].sort((a, b) => (a.from < b.from ? -1 : 1));
  const atEnd = historiesAt(ledger, books);
  for (const [done, period] of inOrder.entries()) {
    onPeriod(done, inOrder.length);
    await movedIn(ledger, books, period, branches, atEnd);
  }
  return branches.map(({ moved }) => [...moved].flatMap(([id, periods]) => movesFor(books, id, periods)));
}

/** The ledger as it would be if something had not been decided. */
interface Branch {
  readonly decided: Decided;
  /** Whom it may move. */
  readonly people: readonly string[];
  /** What would have been frozen of each instead, by period. */
  readonly posted: Map<string, readonly Posted[]>;
  readonly moved: Map<string, MovesInPeriod[]>;
}

function movesFor({ participants }: Books, participant: string, periods: readonly MovesInPeriod[]): readonly Moves[] {
  const currency = participants.get(participant)?.currency ?? '';
  if (periods.length === 0) return [];
  const known = periods.flatMap(({ difference }) => (difference === null ? [] : [exact(difference)]));
  const total = known.length < periods.length ? null : amountText(sum(known), currency);
  return [{ participant, currency, total, periods }];
}

/** What every decision moves in one period. */
async function movedIn(
  ledger: Ledger,
  books: Books,
  { period, to, state, asOf, reopened = 0 }: PeriodEntry,
  all: readonly Branch[],
  atEnd: HistoryOf,
): Promise<void> {
  const isFrozen = state === 'frozen' && asOf !== null;
  const at = isFrozen ? BigInt(asOf) : books.asOf;
  const branches = all.filter(
    ({ decided: { position, reachesFrom } }) => position <= at && (reachesFrom === null || reachesFrom < to),
  );
  const historyOf = isFrozen ? historiesAt(ledger, at) : atEnd;
  const asked = Map.groupBy(
    branches.flatMap(({ people }) => people),
    (id) => id,
  );
  const asItIs = new Map<string, StatementAmounts | Problem | null>();
  const breathe = breathing();
  for (const { decided, people, posted, moved } of branches) {
    const leaveOut = leavingOut(decided.departure);
    for (const participant of people) {
      await breathe();
      const there = await historyOf(participant);
      const history = isProblem(there) ? there : there.history;
      let is = asItIs.get(participant);
      if (is === undefined) {
        is = isFrozen
          ? ((await postedStatement(ledger, participant, period, books.asOf, reopened + 1))?.statement ?? null)
          : settledIn(history, period);
        asItIs.set(participant, is);
        // What several branches take over; of an open period it has been calculated.
        if (isFrozen && !isProblem(history) && asked.get(participant)?.length !== 1) earn(presentBook(history), to);
      }
      const own = posted.get(participant) ?? [];
      const end = isFrozen ? await atEnd(participant) : there;
      const known = isProblem(end) ? undefined : presentBook(end.history);
      const without = isProblem(there)
        ? there
        : settledIn(leaveOut(there.history, withPosted(there.history.posted, own, there.books)), period, known);
      if (isFrozen && !isProblem(without)) posted.set(participant, [...own, postedHere(without, reopened + 1)]);
      const compared = inPeriod(period, isFrozen ? 'frozen' : 'open', is, without);
      if (compared !== null) moved.get(participant)?.push(compared);
    }
  }
}

interface There {
  readonly books: Books;
  readonly history: History;
}

type HistoryOf = (participant: string) => Promise<There | Problem>;

/** The histories of people at a position; those who look at each other share books, which are opened once. */
function historiesAt(ledger: Ledger, at: bigint | Books): HistoryOf {
  const known = new Map<string, There | Problem>();
  let shared = typeof at === 'bigint' ? undefined : at;
  async function opened(participant: string): Promise<There | Problem> {
    const books = shared ?? (typeof at === 'bigint' ? await openBooks(ledger, at, participant) : at);
    if (isProblem(books)) return books;
    if (books.ofAll) shared = books;
    const history = await books.history(participant);
    return isProblem(history) ? history : { books, history };
  }
  return async (participant) => {
    const there = known.get(participant) ?? (await opened(participant));
    known.set(participant, there);
    return there;
  };
}

/** `known`: what the statements after it know, which may ask what caused its corrections. */
function settledIn(history: History | Problem, period: string, known?: Book): StatementAmounts | Problem {
  return isProblem(history) ? history : statementIn(settleInSum(history, period, known));
}

function postedHere(statement: StatementAmounts, freeze: number): Posted {
  return { kind: 'posted', asOf: '0', ...(freeze === 1 ? {} : { freeze }), digest: '', statement, event: '' };
}

/** What would have been posted instead, also to people to whom nothing was due as it was; oldest first. */
function withPosted(posted: History['posted'], here: readonly Posted[], { periods }: Books): History['posted'] {
  const own = here.filter((entry) => isInForce(entry, periods));
  const others = posted.filter(({ statement }) => own.every((each) => each.statement.period !== statement.period));
  return [...others, ...own].sort((a, b) => (a.statement.period < b.statement.period ? -1 : 1));
}

function inPeriod(
  period: string,
  state: 'open' | 'frozen',
  is: StatementAmounts | Problem | null,
  without: StatementAmounts | Problem,
): MovesInPeriod | null {
  if ((is !== null && isProblem(is)) || isProblem(without)) {
    // What fails either way does not fail for it.
    if (is !== null && isProblem(is) && isProblem(without) && is.message === without.message) return null;
    const problem = isProblem(without) ? without : is !== null && isProblem(is) ? is : null;
    const totals = {
      with: is === null || isProblem(is) ? null : is.total,
      without: isProblem(without) ? null : without.total,
    };
    return { period, state, ...totals, difference: null, components: [], problem };
  }
  const { currency } = without;
  const components = differences(without, is, currency);
  if (components.length === 0) return null;
  const total = is?.total ?? amountText(exact('0'), currency);
  const difference = amountText(sub(exact(total), exact(without.total)), currency);
  return { period, state, with: total, without: without.total, difference, components, problem: null };
}

/** Whom it names, and those whose plans look at them. */
async function whomItMoves(
  ledger: Ledger,
  { participants, asOf }: Books,
  { participants: named, movesOthers }: Decided,
): Promise<readonly string[]> {
  const people = new Set(named.filter((id) => participants.has(id)));
  if (!movesOthers) return [...people].sort();
  const plans = new Map((await planEntries(ledger, asOf)).map((entry) => [entry.plan, entry]));
  const reaching = [...participants.keys()].flatMap((id) => {
    const reach = reachAt(id, { plans, participants });
    return reachesOthers(reach) ? [{ id, isWide: reach.company || reach.plans.length > 0 || reach.recipients }] : [];
  });
  for (const { id, isWide } of reaching) if (isWide) people.add(id);
  // Whoever leads somebody who is moved by looking at others is moved in turn.
  const above = everAbove(participants, [...named, ...people]);
  for (const { id } of reaching) if (above.has(id)) people.add(id);
  return [...people].sort();
}

/** Everybody who was ever above some people. */
function everAbove(
  participants: ReadonlyMap<string, ParticipantEntry>,
  people: readonly string[],
): ReadonlySet<string> {
  const above = new Set<string>();
  const next = [...people];
  for (const each of next) {
    for (const { manager } of participants.get(each)?.managers ?? []) {
      if (manager === null || above.has(manager)) continue;
      above.add(manager);
      next.push(manager);
    }
  }
  return above;
}
