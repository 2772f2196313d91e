import { canMoveBefore, changeInWords, type History, periodBounds, settle, workingCopy } from '@ledger/calculation';
import type { RecordedEvent, Statement } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { exact, sub, sum } from '@ledger/money';
import { definitionsView, participantLabel, payoutsView } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import { type Books, openBooks } from './books.ts';
import type { Progress } from './close.ts';
import { amountText, type Difference, differences } from './differences.ts';
import { eventAt } from './handle.ts';
import type { Ledger } from './ledger.ts';
import { checkPeriodId } from './names.ts';
import { computeStatement, failed, frozenStatement } from './statements.ts';

/** Why numbers changed between two moments: by person, period and component, with the events that moved them. */
export interface Diff {
  readonly from: string;
  readonly to: string;
  /** Those of whom a statement is another one, by id. */
  readonly participants: readonly DiffOfPerson[];
}
export interface DiffOfPerson {
  readonly participant: string;
  readonly currency: string;
  readonly periods: readonly DiffOfPeriod[];
}
export interface DiffOfPeriod {
  readonly period: string;
  readonly before: Moment;
  readonly after: Moment;
  /** `null` where one of the two statements cannot be computed. */
  readonly difference: string | null;
  readonly components: readonly Difference[];
  /** In the order of the log. Their differences add up to the difference, by component and in total. */
  readonly events: readonly MovingEvent[];
}
export interface Moment {
  /** `none`: there was no such statement yet, which counts as nothing. */
  readonly state: 'none' | 'open' | 'frozen' | 'failed';
  readonly total: string | null;
  readonly problem: Problem | null;
}
export interface MovingEvent {
  readonly event: string;
  readonly position: string;
  readonly recordedAt: string;
  readonly actor: RecordedEvent['meta']['actor'];
  readonly type: string;
  readonly says: string;
  /** `null` where the statement could not be computed after it; what moves meanwhile counts at the event that made it sound again. */
  readonly difference: string | null;
  readonly components: readonly { readonly component: string; readonly difference: string }[];
}

export interface DiffAsk {
  /** A position or an instant. */
  readonly from: string;
  /** The end of the log where it is left out. */
  readonly to?: string | undefined;
  readonly participant?: string | undefined;
  readonly period?: string | undefined;
  readonly onProgress?: Progress | undefined;
}

/** Compares every statement asked for as it stood at two moments, and finds the events between them that moved it. */
export async function diff(ledger: Ledger, ask: DiffAsk): Promise<Diff | Problem> {
  const wrong = ask.period === undefined ? undefined : checkPeriodId(ask.period);
  if (wrong !== undefined) return wrong;
  const from = await resolveAsOf(ledger, ask.from, '/from');
  if (isProblem(from)) return from;
  const to = await resolveAsOf(ledger, ask.to, '/to');
  if (isProblem(to)) return to;
  if (from > to) {
    return problem('as_of_invalid', `As of ${from} is after ${to}; name the earlier moment first.`, '/to');
  }
  const after = await openBooks(ledger, to, ask.participant);
  if (isProblem(after)) return after;
  const before = await booksAt(ledger, from, ask.participant);
  if (ask.participant !== undefined && !after.participants.has(ask.participant)) {
    const says = `Participant "${ask.participant}" is not in the ledger as of ${to}; check the id.`;
    return problem('participant_unknown', says);
  }
  if (ask.period !== undefined && !after.periods.has(ask.period)) {
    const known = [...after.periods.keys()].sort().join(', ') || 'none yet';
    return problem('period_unknown', `Period "${ask.period}" is not open as of ${to}; ask for one of: ${known}.`);
  }
  const people = ask.participant === undefined ? [...after.participants.keys()].sort() : [ask.participant];
  const periods = ask.period === undefined ? [...after.periods.keys()].sort() : [ask.period];
  const participants: DiffOfPerson[] = [];
  for (const [done, participant] of people.entries()) {
    ask.onProgress?.(done, people.length);
    const currency = after.participants.get(participant)?.currency ?? '';
    const own: DiffOfPeriod[] = [];
    for (const period of periods) {
      const was = await standing(ledger, before, from, { participant, period });
      const is = await standing(ledger, after, to, { participant, period });
      if (isSame(was, is)) continue;
      const events = await movingEvents(ledger, { participant, period, currency, from, to }, was);
      own.push(diffOf(period, currency, was, is, events));
    }
    if (own.length > 0) participants.push({ participant, currency, periods: own });
  }
  ask.onProgress?.(people.length, people.length);
  return { from: String(from), to: String(to), participants };
}

/** The books at a position; nothing where the ledger had no calendar yet. */
async function booksAt(ledger: Ledger, at: bigint, only: string | undefined, since = at): Promise<Books | null> {
  const books = await openBooks(ledger, at, only, since);
  return isProblem(books) ? null : books;
}

type Standing =
  | { readonly state: 'none'; readonly statement: null }
  | { readonly state: 'open' | 'frozen'; readonly statement: Statement | null }
  | { readonly state: 'failed'; readonly statement: null; readonly problem: Problem };

const NONE: Standing = { state: 'none', statement: null };
/** Of a frozen period of which the person has no statement. */
const NOTHING_DUE: Standing = { state: 'frozen', statement: null };

interface Whose {
  readonly participant: string;
  readonly period: string;
}

/** How a statement stands at a position. */
async function standing(ledger: Ledger, books: Books | null, at: bigint, whose: Whose): Promise<Standing> {
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

function computed(statement: Statement | Problem): Standing {
  if (isProblem(statement)) return { state: 'failed', statement: null, problem: statement };
  return { state: 'open', statement };
}

function isSame(was: Standing, is: Standing): boolean {
  if (was.state === 'failed' && is.state === 'failed') return was.problem.message === is.problem.message;
  if (was.state === 'failed' || is.state === 'failed') return false;
  return differences(was.statement, is.statement).length === 0;
}

interface Matter extends Whose {
  readonly currency: string;
  readonly from: bigint;
  readonly to: bigint;
}

/**
 * Goes from the one moment to the other event by event. What was posted, and which periods are open, changes at few positions: between
 * two of those the statement is the same calculation on a book that grows by one change at a time.
 */
async function movingEvents(ledger: Ledger, matter: Matter, was: Standing): Promise<readonly MovingEvent[]> {
  const { participant, from, to } = matter;
  const events: MovingEvent[] = [];
  let last = was;
  // The newest statement that could be computed: what moves while none can be counts when one can be again.
  let known = was.state === 'failed' ? null : was;
  const step = async (position: bigint, is: Standing, says: string | null): Promise<void> => {
    if (isSame(last, is)) return;
    last = is;
    if (is.state === 'failed') {
      events.push(await movingEvent(ledger, position, says, null));
      return;
    }
    const moved = known === null ? null : differences(known.statement, is.statement, matter.currency);
    known = is;
    const told = moved === null ? null : { moved, total: totalOf(moved, matter.currency) };
    if (moved?.length !== 0) events.push(await movingEvent(ledger, position, says, told));
  };
  const turns = [from, ...(await turningPoints(ledger, participant, from, to))];
  for (const [index, start] of turns.entries()) {
    const next = turns[index + 1];
    const end = next === undefined ? to : next - 1n;
    const books = await booksAt(ledger, end, participant, start);
    const at = await frozenOrHistory(ledger, books, start, matter);
    if (!('history' in at)) {
      if (start > from) await step(start, at, null);
      continue;
    }
    const { history } = at;
    if (start > from) await step(start, settledAt(history, start, matter.period), null);
    for (const { position, says } of changesAfter(history, start, matter.period)) {
      await step(position, settledAt(history, position, matter.period), says);
    }
  }
  return events;
}

/** Positions at which a period or a posted statement of the person changed. */
async function turningPoints(
  ledger: Ledger,
  participant: string,
  after: bigint,
  upTo: bigint,
): Promise<readonly bigint[]> {
  const range = { after, upTo };
  const rows = [
    ...(await ledger.views.changes(definitionsView, { prefix: 'period/' }, range)),
    ...(await ledger.views.changes(payoutsView, { label: participantLabel(participant) }, range)),
  ];
  return [...new Set(rows.map(({ position }) => position))].sort((a, b) => (a < b ? -1 : 1));
}

async function frozenOrHistory(
  ledger: Ledger,
  books: Books | null,
  start: bigint,
  whose: Whose,
): Promise<Standing | { readonly history: History }> {
  const known = await standingOf(ledger, books, start, whose);
  if (!('books' in known)) return known;
  const history = await known.books.history(whose.participant);
  return isProblem(history) ? { state: 'failed', statement: null, problem: history } : { history };
}

function settledAt(history: History, position: bigint, period: string): Standing {
  const changes = history.changes.filter((change) => change.position <= position);
  const settled = settle({ ...history, changes }, period);
  return computed('problems' in settled ? failed(settled.problems) : settled.statement);
}

/** The changes of a history after a position that can move the statement of a period, in words. */
function changesAfter(
  history: History,
  start: bigint,
  period: string,
): readonly { readonly position: bigint; readonly says: string }[] {
  const { to } = periodBounds(period);
  const working = workingCopy(history.base);
  return history.changes.flatMap((change) => {
    const added = working.add(change);
    if (change.position <= start) return [];
    const { kind } = change.entry;
    // What settlement alone looks at never moves what is earned.
    const settles =
      kind === 'exception' ||
      kind === 'jurisdiction' ||
      kind === 'participant' ||
      kind === 'calendar' ||
      kind === 'corrections';
    if (!settles && !canMoveBefore(added, to, working.book)) return [];
    return [{ position: change.position, says: changeInWords(added) }];
  });
}

async function movingEvent(
  ledger: Ledger,
  position: bigint,
  says: string | null,
  told: { readonly moved: readonly Difference[]; readonly total: string } | null,
): Promise<MovingEvent> {
  const recorded = await eventAt(ledger, position);
  if (recorded === undefined) throw new Error(`nothing is recorded at position ${position}`);
  return {
    event: recorded.id,
    position: String(position),
    recordedAt: recorded.recordedAt,
    actor: recorded.meta.actor,
    type: recorded.event.type,
    says: says ?? turnInWords(recorded),
    difference: told === null ? null : told.total,
    components: (told?.moved ?? []).map(({ component, difference }) => ({ component, difference })),
  };
}

function turnInWords({ event }: RecordedEvent): string {
  switch (event.type) {
    case 'PeriodOpened':
      return `Period ${event.data.period} was opened.`;
    case 'PayoutFrozen': {
      const { period } = event.data.statement;
      return `The statement of ${period} was frozen as of position ${event.data.asOf}; what was recorded after it becomes a correction.`;
    }
    case 'PeriodFrozen':
      return `Period ${event.data.period} was frozen.`;
    case 'PeriodReopened':
      return `Period ${event.data.period} was reopened by ${[...(event.data.coApprovedBy ?? []), event.data.approvedBy].join(' and ')}: ${event.data.reason}`;
    default:
      return event.type;
  }
}

function totalOf(moved: readonly { readonly difference: string }[], currency: string): string {
  return amountText(sum(moved.map(({ difference }) => exact(difference))), currency);
}

function diffOf(
  period: string,
  currency: string,
  was: Standing,
  is: Standing,
  events: readonly MovingEvent[],
): DiffOfPeriod {
  const [before, after] = [momentOf(was, currency), momentOf(is, currency)];
  if (before.total === null || after.total === null) {
    return { period, before, after, difference: null, components: [], events };
  }
  const components = differences(was.statement, is.statement, currency);
  const difference = amountText(sub(exact(after.total), exact(before.total)), currency);
  const explained = totalOf(
    events.flatMap((event) => (event.difference === null ? [] : [{ difference: event.difference }])),
    currency,
  );
  if (explained !== difference) {
    throw new Error(`the events that moved ${period} add up to ${explained}, not ${difference}`);
  }
  return { period, before, after, difference, components, events };
}

function momentOf(standing: Standing, currency: string): Moment {
  const { state, statement } = standing;
  if (state === 'failed') return { state, total: null, problem: standing.problem };
  return { state, total: statement === null ? amountText(exact('0'), currency) : statement.total, problem: null };
}
