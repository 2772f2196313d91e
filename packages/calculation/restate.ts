import { alongside } from '@ledger/kernel';
import { add, type Exact, equal, exact, isZero, sub, sum, ZERO } from '@ledger/money';
import type { Book, Change, History, Posted } from './book.ts';
import { type Added, canMoveBefore, changeInWords, workingCopy } from './change.ts';
import { bookOf, foundingBook, isOfOneCompany, letGo } from './colleagues.ts';
import { differingLines, isTorn } from './differing.ts';
import { type Earned, type EarnedLine, earn } from './earn.ts';
import { variantOf, variantsOf } from './near.ts';
import { periodsFrom, type Span } from './periods.ts';

/**
 * What frozen periods should have been, less what was posted for them, and why. `settle` pays the difference, `replay` shows it
 * (domain.md §4 and §6, mechanics §18).
 */
export interface Restated {
  readonly period: string;
  readonly component: string;
  readonly plan: string;
  readonly planVersion: number;
  readonly currency: string;
  readonly posted: Exact;
  readonly replayed: Exact;
  /** In the order in which they were recorded, what no event explains last; they add up to replayed − posted. */
  readonly causes: readonly Cause[];
}

export interface Cause {
  readonly event: string | null;
  readonly says: string;
  readonly delta: Exact;
  readonly deals: readonly DealDelta[];
}

interface DealDelta {
  /** Of the line, in its component. */
  readonly name: string;
  /** Deal key; for a line without a deal what it is: `true-up/2026-Q1`. */
  readonly deal: string;
  readonly before: Exact;
  readonly after: Exact;
}

const PRESENT = alongside<History, Book>();
/** By what changed: the same for everybody who looks at the same people. */
const COMPANY = alongside<History['changes'], { readonly base: Book; readonly present: Book }>();

/** Says what the present book of a history is where it is known, as for one that was made beside another one. */
export function presentIs(history: History, book: Book): History {
  PRESENT.set(history, book);
  return history;
}

/** The history's book with every change. */
export function presentBook(history: History): Book {
  const { base, changes, near } = history;
  // What was worked out of a book is found again by its identity.
  if (changes.length === 0) return base;
  let present = PRESENT.get(history);
  if (present === undefined && base.colleagues.size > 0) {
    const known = COMPANY.get(changes);
    if (known !== undefined && isOfOneCompany(known.base, base)) {
      present = bookOf(known.present, base.participant.participant);
      if (present !== undefined) PRESENT.set(history, present);
    }
  }
  if (present === undefined) {
    const further = furtherThan(history);
    const working = workingCopy(further?.book ?? base);
    for (const change of further?.since ?? changes) working.add(change);
    const stale = near === undefined ? [] : variantsOf(near);
    present = variantOf(working.book(), near === undefined ? [base] : [near, base]);
    const held = [near, base].map((each) => each && foundingBook(each));
    for (const each of stale) if (!held.includes(foundingBook(each))) letGo(each);
    PRESENT.set(history, present);
    MADE_OF.set(present, { base, changes });
    if (base.colleagues.size > 0) COMPANY.set(changes, { base, present });
  }
  return present;
}

interface MadeOf {
  readonly base: Book;
  readonly changes: readonly Change[];
}
const MADE_OF = alongside<Book, MadeOf>();

/** The book a little earlier, and what was changed since, where it comes to the same if that is added to it. */
function furtherThan({ base, changes, near }: History): Further | undefined {
  const earlier = near === undefined ? undefined : earlierOf(near, base);
  const since = earlier === undefined ? null : addedSince(earlier.changes, changes);
  return earlier === undefined || since === null ? undefined : { book: earlier.book, since };
}

interface Further {
  readonly book: Book;
  readonly since: readonly Change[];
}

/** A book that was made of the same base by fewer changes, as whose base it is sees it. */
function earlierOf(near: Book, base: Book): { readonly book: Book; readonly changes: readonly Change[] } | undefined {
  const made = MADE_OF.get(near) ?? MADE_OF.get(foundingBook(near));
  if (made === undefined || !(made.base === base || isOfOneCompany(made.base, base))) return undefined;
  const book = bookOf(near, base.participant.participant);
  return book === undefined ? undefined : { book, changes: made.changes };
}

/**
 * What changes have beside earlier ones, where it comes to the same if it is added after those: only periods, which nothing else is
 * about, may have changed before in the order of the log.
 */
function addedSince(before: readonly Change[], changes: readonly Change[]): readonly Change[] | null {
  const added: Change[] = [];
  let at = 0;
  let isPeriodAdded = false;
  for (const change of changes) {
    const isPeriod = change.entry.kind === 'period';
    if (change !== before[at]) {
      added.push(change);
      isPeriodAdded ||= isPeriod;
      continue;
    }
    if (added.length > 0 && (!isPeriod || isPeriodAdded)) return null;
    at += 1;
  }
  return at === before.length ? added : null;
}

/** The periods before a date whose statements are history, up to the first that is still open: what it owes, it will pay itself. */
export function frozenBefore(history: History, book: Book, date: string): readonly Span[] {
  const posted = new Set(history.posted.map(({ statement }) => statement.period));
  const spans = periodsFrom(book.calendar, book.calendar.firstPeriod, date);
  const open = spans.findIndex(({ id }) => book.periods.get(id)?.state !== 'frozen' && !posted.has(id));
  return open < 0 ? spans : spans.slice(0, open);
}

/**
 * Each of the frozen periods by component, unchanged ones included. `present`: what the present book earns, at least up to their end.
 * `before`: only what statements of periods before it have posted counts as posted.
 */
export function restate(
  history: History,
  present: Earned,
  spans: readonly Span[],
  before: string | null,
): readonly Restated[] {
  return spans.length === 0 ? [] : walk(history, spans, before, null, present).rows;
}

/** The same with one cause for all that changed: nothing is calculated as of anything in between. */
export function restateInSum(
  history: History,
  present: Earned,
  spans: readonly Span[],
  before: string | null,
): readonly Restated[] {
  const rows = new Map<string, Row>();
  const rowOf = rowsIn(rows, new Set(spans.map(({ id }) => id)));
  countPosted(history, before, rowOf);
  countPresent(present, rowOf);
  return [...rows.values()].sort(byPeriodAndComponent).flatMap(finished);
}

/** Changes after a position are tried out: what they move is wanted up to a date, in frozen periods and in open ones. */
export interface Trying {
  readonly after: bigint;
  readonly upTo: string;
}

export interface Walked {
  readonly rows: readonly Restated[];
  /** What is earned with every change. */
  readonly earned: Earned;
  /** What is earned without those that are tried out; the same where none of them can move anything. */
  readonly without: Earned;
}

/** Adds one change at a time, those that are tried out last. Some period must be restated, or something tried. */
export function walk(
  history: History,
  spans: readonly Span[],
  before: string | null,
  trying: Trying | null,
  present: Earned | null = null,
): Walked {
  const end = spans.at(-1)?.to ?? '';
  const upTo = trying === null || trying.upTo < end ? end : trying.upTo;
  const ids = spans.map(({ id }) => id);
  const rows = new Map<string, Row>();
  const rowOf = rowsIn(rows, new Set(ids));
  const came = trying === null && present !== null ? cameTo(history, ids) : undefined;
  if (came !== undefined) for (const row of came.rows) rows.set(`${row.period}/${row.component}`, copied(row));

  const working = came === undefined ? wayOf(history) : workingCopy(came.book);
  const changes = came?.since ?? history.changes;
  const recorded = changes.filter(({ position }) => trying === null || position <= trying.after);
  const reach = recorded.length === 0 ? upTo : end;
  let earned: Earned | null = came?.earned ?? null;
  // With the last change that can move anything the book is as good as the present one, whose earnings are known.
  let waiting: { readonly change: Change; readonly added: Added; readonly book: Book } | null = null;
  for (const change of recorded) {
    const added = working.add(change);
    if (!canMoveBefore(added, end, working.book)) continue;
    if (waiting !== null) {
      const next = earn(waiting.book, end);
      if (!isTorn(reached(), next)) earned = stepped(waiting.change, waiting.added, reached(), next);
    }
    const others: readonly Book[] = waiting === null ? [history.base] : [waiting.book, history.base];
    waiting = { change, added, book: variantOf(working.book(), others) };
  }
  if (waiting !== null) {
    const next = trying === null && present !== null ? present : earn(waiting.book, end);
    earned = stepped(waiting.change, waiting.added, reached(), next);
  } else if (present !== null && trying === null) earned = present;
  if (trying === null && present !== null && present.problems.length === 0) {
    CAME.set(presentBook(history), { ids, rows: [...rows.values()].map(copied), earned: present });
  }
  let last = reached();
  if (reach !== upTo) last = earn(working.book(), upTo);
  const without = last;
  for (const change of changes.slice(recorded.length)) {
    const added = working.add(change);
    if (canMoveBefore(added, upTo, working.book)) last = stepped(change, added, last, earn(working.book(), upTo));
  }

  countPosted(history, before, rowOf);
  countPresent(present ?? last, rowOf);
  return { rows: [...rows.values()].sort(byPeriodAndComponent).flatMap(finished), earned: last, without };

  /** What is earned with the changes so far; that of the base is worked out only where something is held against it. */
  function reached(): Earned {
    return earned ?? earn(history.base, reach);
  }

  function stepped(change: Change, added: Added, from: Earned, next: Earned): Earned {
    attribute(change, () => changeInWords(added), from, next, rowOf);
    return next;
  }
}

type Working = ReturnType<typeof workingCopy>;

/** The books of a company after one change after another, as far as anybody in it has gone. */
interface Way {
  readonly base: Book;
  readonly working: Working;
  readonly steps: { readonly added: Added; readonly book: Book }[];
}
const WAYS = alongside<History['changes'], Way>();
/** Deals in all books of a way together, each of which holds what changes are added to: some 50 bytes each. */
const MOST_HELD = 1_000_000;

/**
 * The history's book, which grows by its changes in their order. People of one company go one way: what each of them sees of the others
 * after a change is calculated once.
 */
function wayOf({ base, changes }: History): Working {
  const { participant } = base.participant;
  if (base.colleagues.size === 0 || base.deals.size * changes.length > MOST_HELD) return workingCopy(base);
  let way = WAYS.get(changes);
  if (way === undefined || !isOfOneCompany(way.base, base)) {
    way = { base, working: workingCopy(base), steps: [] };
    WAYS.set(changes, way);
  }
  const { working, steps } = way;
  let [at, book] = [0, base];
  return {
    add(change) {
      let step = steps[at];
      if (step === undefined) {
        const added = working.add(change);
        step = { added, book: working.book() };
        steps.push(step);
      }
      at += 1;
      const own = bookOf(step.book, participant);
      if (own === undefined) throw new Error(`${participant} is not among those whose book has grown`);
      book = own;
      return step.added;
    },
    book: () => book,
  };
}

/** Where a walk up to the present came to: what each change moved in the periods, and what is earned with all of them. */
interface Came {
  readonly ids: readonly string[];
  readonly rows: readonly Row[];
  readonly earned: Earned;
}
const CAME = alongside<Book, Came>();

/** Where the walk that was made a little earlier came to, if this one only goes on from there. */
function cameTo(history: History, ids: readonly string[]): (Came & Further) | undefined {
  const further = furtherThan(history);
  const came = further === undefined ? undefined : CAME.get(further.book);
  return further === undefined || came?.ids.join() !== ids.join() ? undefined : { ...came, ...further };
}

interface Row {
  readonly period: string;
  readonly component: string;
  plan: { readonly plan: string; readonly planVersion: number; readonly currency: string } | null;
  posted: Exact;
  replayed: Exact;
  readonly causes: Map<string, { says: string; delta: Exact; readonly deals: Map<string, DealDelta> }>;
}

function copied(row: Row): Row {
  const causes = [...row.causes].map(([event, cause]) => [event, { ...cause, deals: new Map(cause.deals) }] as const);
  return { ...row, causes: new Map(causes) };
}

type RowOf = (period: string, component: string) => Row | undefined;

function rowsIn(rows: Map<string, Row>, periods: ReadonlySet<string>): RowOf {
  return (period, component) => {
    if (!periods.has(period)) return undefined;
    const key = `${period}/${component}`;
    let row = rows.get(key);
    if (row === undefined) {
      row = { period, component, plan: null, posted: ZERO, replayed: ZERO, causes: new Map() };
      rows.set(key, row);
    }
    return row;
  };
}

type PostedSum = Pick<Row, 'period' | 'component' | 'posted'> & { readonly plan: NonNullable<Row['plan']> };
const POSTED = alongside<Posted['statement'], readonly PostedSum[]>();

function countPosted({ posted }: History, before: string | null, rowOf: RowOf): void {
  for (const { statement } of posted) {
    if (before !== null && statement.period >= before) continue;
    let sums = POSTED.get(statement);
    if (sums === undefined) {
      sums = postedIn(statement);
      POSTED.set(statement, sums);
    }
    for (const sum of sums) {
      const row = rowOf(sum.period, sum.component);
      if (row === undefined) continue;
      row.posted = add(row.posted, sum.posted);
      row.plan = sum.plan;
    }
  }
}

/** What a statement posts for its own period and for earlier ones: the same whatever is known later. */
function postedIn({ period: own, currency, lines }: Posted['statement']): readonly PostedSum[] {
  const sums = new Map<string, PostedSum>();
  for (const line of lines) {
    if (line.kind === 'settlement') continue;
    const { component, plan, planVersion } = line;
    const period = line.kind === 'earning' ? own : line.period;
    const key = `${period}/${component}`;
    const posted = add(sums.get(key)?.posted ?? ZERO, exact(line.amount));
    sums.set(key, { period, component, posted, plan: { plan, planVersion, currency } });
  }
  return [...sums.values()];
}

interface PresentSum extends Pick<EarnedLine, 'period' | 'component'> {
  amount: Exact;
  plan: NonNullable<Row['plan']>;
}
const SUMS = alongside<readonly EarnedLine[], readonly PresentSum[]>();

function countPresent(earned: Earned, rowOf: RowOf): void {
  for (const lines of earned.lines.values()) {
    const sums = SUMS.get(lines) ?? summedUp(lines);
    SUMS.set(lines, sums);
    for (const { period, component, amount, plan } of sums) {
      const row = rowOf(period, component);
      if (row === undefined) continue;
      row.replayed = add(row.replayed, amount);
      row.plan = plan;
    }
  }
}

/** The lines of a pay period by component: those of one follow each other. */
function summedUp(lines: readonly EarnedLine[]): readonly PresentSum[] {
  const sums: PresentSum[] = [];
  let last: PresentSum | undefined;
  for (const { period, component, amount, plan, planVersion, currency } of lines) {
    if (last?.component !== component) {
      last = { period, component, amount: ZERO, plan: { plan, planVersion, currency } };
      sums.push(last);
    }
    last.amount = add(last.amount, exact(amount));
    if (last.plan.plan !== plan || last.plan.planVersion !== planVersion || last.plan.currency !== currency) {
      last.plan = { plan, planVersion, currency };
    }
  }
  return sums;
}

/** The difference that one change makes, deal by deal: an outer join, so that what appears and what vanishes both count in full. */
function attribute({ event }: Change, says: () => string, from: Earned, to: Earned, rowOf: RowOf): void {
  const record = (line: EarnedLine, before: Exact, after: Exact): void => {
    const row = rowOf(line.period, line.component);
    if (row === undefined) return;
    row.plan ??= { plan: line.plan, planVersion: line.planVersion, currency: line.currency };
    let cause = row.causes.get(event);
    if (cause === undefined) {
      cause = { says: says(), delta: ZERO, deals: new Map() };
      row.causes.set(event, cause);
    }
    cause.delta = add(cause.delta, sub(after, before));
    const name = line.line.slice(line.component.length + 1);
    const deal = line.deal ?? name;
    cause.deals.set(line.line, { name, deal, before: cause.deals.get(line.line)?.before ?? before, after });
  };
  for (const { was, is } of differingLines(from, to).values()) {
    const unseen = new Map(was.map((line) => [line.line, line]));
    for (const line of is) {
      const earlier = unseen.get(line.line);
      unseen.delete(line.line);
      if (earlier?.amount !== line.amount)
        record(line, earlier === undefined ? ZERO : exact(earlier.amount), exact(line.amount));
    }
    for (const line of unseen.values()) record(line, exact(line.amount), ZERO);
  }
}

function byPeriodAndComponent(a: Row, b: Row): number {
  if (a.period !== b.period) return a.period < b.period ? -1 : 1;
  return a.component < b.component ? -1 : 1;
}

function finished(row: Row): readonly Restated[] {
  const { period, component, plan, posted, replayed } = row;
  if (plan === null) return [];
  const causes: Cause[] = [];
  for (const [event, { says, delta, deals }] of row.causes) {
    const moved = [...deals.values()].filter(({ before, after }) => !equal(before, after));
    if (moved.length > 0) causes.push({ event, says, delta, deals: moved });
  }
  // What the book of the last freeze makes of the period is what was posted for it, unless something other than an event changed.
  const explained = sum(causes.map(({ delta }) => delta));
  const unexplained = sub(sub(replayed, posted), explained);
  if (!isZero(unexplained)) causes.push({ event: null, says: UNEXPLAINED, delta: unexplained, deals: [] });
  return [{ period, component, ...plan, posted, replayed, causes }];
}

const UNEXPLAINED =
  'No recorded event explains the difference; the calculation of this release differs from the one that was frozen.';
