import { periodsFrom } from '@ledger/calculation';
import {
  type Decision,
  type PayoutCommand,
  partsOf,
  payoutDecider,
  periodDecider,
  type RequestReopen,
  readPayout,
  type SpelledPayout,
  streamFor,
} from '@ledger/decisions';
import { type LedgerEvent, type RecordedEvent, requestName, type Statement, streamOf } from '@ledger/events';
import { isProblem, type Problem, problem, sha256 } from '@ledger/kernel';
import { blockersOf } from './blockers.ts';
import { type Books, openBooks } from './books.ts';
import { eventsOf, given, handle, handleAll, type Outcome, revisionAt, stateOf } from './handle.ts';
import { requestsSeen } from './lapses.ts';
import { type By, calendarOf, type Ledger, refresh } from './ledger.ts';
import { checkPeriodId } from './names.ts';
import { payoutsAt, sumsOf } from './payouts.ts';
import { openQueriesUpTo } from './query-reads.ts';
import { computeStatement, hasStatement, participantsIn, periodLines } from './statements.ts';
import { ofEach, type StatementTask } from './workers.ts';

export interface FrozenPeriod {
  readonly period: string;
  readonly asOf: string;
  readonly statements: number;
  readonly totals: Readonly<Record<string, string>>;
  readonly digest: string;
  /** Queries about this period or an earlier one that were open; they go on. Left out where there are none. */
  readonly openQueries?: readonly string[] | undefined;
  /** Position of the event that completed it. */
  readonly position: string;
}

/** An approval of a freeze; `frozen`: what it carried out, where it was the last one. */
export interface ApprovedFreeze {
  readonly outcome: Outcome;
  readonly frozen?: FrozenPeriod | undefined;
}

/** How far long work has come. */
export type Progress = (done: number, of: number) => void;

/** Opens a period for statements. Its dates follow from its id and the close calendar. */
export async function openPeriod(ledger: Ledger, period: string, by: By): Promise<Outcome | Problem> {
  const wrong = checkPeriodId(period);
  if (wrong !== undefined) return wrong;
  await refresh(ledger);
  const calendar = await calendarOf(ledger);
  if (isProblem(calendar)) return calendar;
  const { cadence, firstPeriod } = calendar;
  const command = { type: 'OpenPeriod', period, cadence, firstPeriod } as const;
  return handle(ledger, given(streamOf.period(period), periodDecider, command, { period }), by);
}

/** A freeze is what is expected of a period that is over: whoever asks for it and says nothing else means that. */
const CLOSE = 'Close of the period.';

/** Asks that a period become history. */
export async function requestFreeze(
  ledger: Ledger,
  {
    reason = CLOSE,
    ...told
  }: {
    readonly period: string;
    /** Left out: the period is over. An empty one is refused. */
    readonly reason?: string | undefined;
    readonly evidence: readonly string[];
    /** Why what may be overridden is no reason to wait. */
    readonly despite?: string | undefined;
  },
  by: By,
): Promise<Outcome | Problem> {
  const ask = { ...told, reason };
  const wrong = checkPeriodId(ask.period);
  if (wrong !== undefined) return wrong;
  const head = await refresh(ledger);
  const books = await openBooks(ledger, head);
  if (isProblem(books)) return books;
  const unfrozenBefore = unfrozenEarlier(books, ask.period);
  // A period that is no longer open is refused for that, whatever else is in the way.
  const isOpen = books.periods.get(ask.period)?.state === 'open';
  const blockers = isOpen ? await blockersOf(ledger, books, ask.period) : [];
  const command = { type: 'RequestFreeze', ...ask, unfrozenBefore, blockers } as const;
  return handle(ledger, given(streamOf.period(ask.period), periodDecider, command, ask), by);
}

/** A period settles against what was posted before it, so periods are frozen in order. */
function unfrozenEarlier(books: Books, period: string): readonly string[] {
  const until = books.periods.get(period)?.from ?? '';
  const calendar = periodsFrom(books.calendar, books.calendar.firstPeriod, until);
  return calendar.map(({ id }) => id).filter((id) => books.periods.get(id)?.state !== 'frozen');
}

/** Declines a requested freeze: the period stays open. */
export async function declineFreeze(
  ledger: Ledger,
  { decision, ...ask }: { readonly period: string; readonly reason: string; readonly decision: Decision },
  by: By,
): Promise<Outcome | Problem> {
  const books = await openBooks(ledger, await refresh(ledger));
  if (isProblem(books)) return books;
  const beneficiaries = participantsIn(books, ask.period);
  const command = { type: 'DeclineFreeze', ...ask, beneficiaries, ...decision } as const;
  return handle(ledger, given(streamOf.period(ask.period), periodDecider, command, ask), by);
}

/**
 * Approves a requested freeze and carries it out: pins the position, computes every statement from it, writes each whole, closes
 * with the digest of all. An approval that is not the last one is only noted. Killed in the middle, `continueFreeze` goes on where it stopped and writes nothing twice.
 */
export async function approveFreeze(
  ledger: Ledger,
  period: string,
  by: By,
  { onProgress, decision = {} }: { readonly onProgress?: Progress | undefined; readonly decision?: Decision } = {},
): Promise<ApprovedFreeze | Problem> {
  const asOf = await refresh(ledger);
  const books = await openBooks(ledger, asOf);
  if (isProblem(books)) return books;
  const beneficiaries = participantsIn(books, period);
  // What cannot be calculated is known before anything is pinned. What is pinned already is not asked about anew.
  const isOpen = books.periods.get(period)?.state === 'open';
  const blockers = isOpen ? await blockersOf(ledger, books, period) : [];
  const unfrozenBefore = isOpen ? unfrozenEarlier(books, period) : [];
  const revision = await revisionAt(ledger, streamOf.period(period), asOf);
  const found = { asOf: String(asOf), beneficiaries, unfrozenBefore, blockers, revision };
  const command = { type: 'ApproveFreeze', period, ...found, ...decision } as const;
  const started = await handle(ledger, given(streamOf.period(period), periodDecider, command, { period }), by);
  if (isProblem(started)) return started;
  if (!started.events.some(({ type }) => type === 'PeriodFreezeStarted')) return { outcome: started };
  if (started.repeated) {
    // The period may have been opened again since: the approval answers with the freeze that it carried out.
    const before = await completedAfter(ledger, period, BigInt(started.position ?? 0));
    if (before !== undefined) return carried(started, before);
  }
  const frozen = started.repeated
    ? await continueFreeze(ledger, period, by, onProgress)
    : await writeStatements(ledger, books, period, by, onProgress);
  if (isProblem(frozen)) return frozen;
  const completed = await completedAfter(ledger, period, BigInt(started.position ?? 0));
  if (completed === undefined) throw new TypeError(`the freeze of ${period} ended without its event`);
  return carried(started, completed);
}

type Completed = RecordedEvent & { readonly event: LedgerEvent<'PeriodFrozen'> };

/** The event that completed the freeze which began at a position. */
async function completedAfter(ledger: Ledger, period: string, position: bigint): Promise<Completed | undefined> {
  const events = await eventsOf(ledger, streamOf.period(period));
  return events.find((each): each is Completed => each.position > position && each.event.type === 'PeriodFrozen');
}

function carried(started: Outcome, completed: Completed): ApprovedFreeze {
  const { revision, position, event } = completed;
  const events = [...started.events, event];
  return { outcome: { ...started, events, revision, position: String(position) }, frozen: frozenBy(completed) };
}

function frozenBy({ event: { data }, position }: Completed): FrozenPeriod {
  const { freeze: _, ...frozen } = data;
  return { ...frozen, position: String(position) };
}

/** Goes on with an approved freeze from wherever it was left. */
export async function continueFreeze(
  ledger: Ledger,
  period: string,
  by: By,
  onProgress?: Progress,
): Promise<FrozenPeriod | Problem> {
  const stored = await ledger.store.read(streamOf.period(period));
  const { frozen, asOf } = stateOf(periodDecider, stored);
  if (frozen !== null) {
    const last = stored.findLast(({ type }) => type === 'PeriodFrozen');
    return { ...frozen, position: String(last?.position) };
  }
  if (asOf === null) {
    return problem(
      'freeze_blocked',
      `The freeze of ${period} is not approved; request it with \`ledger freeze\` and have it approved.`,
    );
  }
  await refresh(ledger);
  const books = await openBooks(ledger, BigInt(asOf));
  if (isProblem(books)) return books;
  return writeStatements(ledger, books, period, by, onProgress);
}

/** Statement by statement: what is kept of each is its digest and its total, so that a large company does not fill memory. */
async function writeStatements(
  ledger: Ledger,
  books: Books,
  period: string,
  by: By,
  onProgress?: Progress,
): Promise<FrozenPeriod | Problem> {
  const people = participantsIn(books, period);
  const written: Written[] = [];
  const posting = posts(ledger, by);
  const task: StatementTask = { kind: 'statement', asOf: books.asOf, period };
  let done = 0;
  onProgress?.(done, people.length);
  const own = (id: string) => partsOfStatement(books, id, period);
  const told = (parts: readonly SpelledPayout[] | Problem) => (isProblem(parts) ? parts : parts.map(readPayout));
  for await (const commands of ofEach(ledger, task, people, own, told)) {
    if (isProblem(commands)) return commands;
    const last = commands.at(-1);
    if (last !== undefined) {
      const refused = await posting.add(commands);
      if (refused !== undefined) return refused;
      written.push(writtenBy(last));
    }
    done += 1;
    onProgress?.(done, people.length);
  }
  const refused = await posting.flush();
  if (refused !== undefined) return refused;
  const queries = await openQueriesUpTo(ledger, period, books);
  const frozen = {
    period,
    statements: written.length,
    totals: sumsOf(written.map(({ currency, total }) => ({ currency, amount: total }))),
    digest: sha256(periodLines(written)),
    ...(queries.length === 0 ? {} : { openQueries: queries.map(({ query }) => query).sort() }),
  };
  const command = { type: 'CompleteFreeze', ...frozen } as const;
  const completed = await handle(ledger, given(streamOf.period(period), periodDecider, command), unnamed(by));
  const asOf = String(books.asOf);
  return isProblem(completed) ? completed : { ...frozen, asOf, position: completed.position ?? asOf };
}

/** What writes the statement of a participant for a period, in one append or in several; nothing where none is due. */
export async function partsOfStatement(
  books: Books,
  participant: string,
  period: string,
): Promise<readonly PayoutCommand[] | Problem> {
  const statement = await computeStatement(books, participant, period);
  if (isProblem(statement)) return statement;
  const freeze = 1 + (books.periods.get(period)?.reopened ?? 0);
  return hasStatement(books, statement) ? partsOf(statement, String(books.asOf), freeze) : [];
}

/** Asks that a frozen period be opened again. */
export async function requestReopen(
  ledger: Ledger,
  ask: { readonly period: string; readonly reason: string; readonly evidence: readonly string[] },
  by: By,
): Promise<Outcome | Problem> {
  const wrong = checkPeriodId(ask.period);
  if (wrong !== undefined) return wrong;
  const books = await openBooks(ledger, await refresh(ledger));
  if (isProblem(books)) return books;
  const command = { type: 'RequestReopen', ...ask, ...(await restingOn(ledger, books, ask.period)) } as const;
  return handle(ledger, given(streamOf.period(ask.period), periodDecider, command, ask), by);
}

/** Approves, or declines, the reopening of a period. */
export async function decideReopen(
  ledger: Ledger,
  { decision, ...ask }: { readonly period: string; readonly decision: Decision; readonly decline?: string | undefined },
  by: By,
): Promise<Outcome | Problem> {
  const { period, decline } = ask;
  const books = await openBooks(ledger, await refresh(ledger));
  if (isProblem(books)) return books;
  const beneficiaries = participantsIn(books, period);
  const command =
    decline === undefined
      ? ({
          type: 'ApproveReopen',
          period,
          beneficiaries,
          ...(await restingOn(ledger, books, period)),
          freezesAsked: await freezesAskedAfter(ledger, books, period),
          revision: await revisionAt(ledger, streamOf.period(period), books.asOf),
          ...decision,
        } as const)
      : ({ type: 'DeclineReopen', period, beneficiaries, reason: decline, ...decision } as const);
  return handle(ledger, given(streamOf.period(period), periodDecider, command, ask), by);
}

/** Later periods whose freeze waits for a decision. */
async function freezesAskedAfter(ledger: Ledger, { periods, asOf }: Books, period: string): Promise<readonly string[]> {
  const from = periods.get(period)?.from ?? '';
  const waiting = (await requestsSeen(ledger, asOf)).filter(({ state }) => state === 'waiting');
  const isAsked = (name: string) => waiting.some((each) => each.name === requestName.freeze(name));
  return [...periods.values()].filter((each) => each.from > from && isAsked(each.period)).map((each) => each.period);
}

/** What rests on the frozen statements of a period. */
async function restingOn(
  ledger: Ledger,
  books: Books,
  period: string,
): Promise<Pick<RequestReopen, 'frozenAfter' | 'paid' | 'payRuns'>> {
  const from = books.periods.get(period)?.from ?? '';
  // A freeze that is being carried out ends with statements that rest on these.
  const frozenAfter = [...books.periods.values()].filter((each) => each.state !== 'open' && each.from > from);
  const money = await payoutsAt(ledger, period, books.asOf);
  const isGone = (state: string) => state === 'in-run' || state === 'paid';
  const paid = isProblem(money) ? [] : money.payouts.filter(({ state }) => isGone(state));
  return {
    frozenAfter: frozenAfter.map((each) => each.period),
    paid: paid.map(({ participant }) => participant),
    payRuns: isProblem(money) ? 0 : money.runs.length,
  };
}

interface Written extends Pick<Statement, 'participant' | 'currency' | 'total'> {
  readonly digest: string;
}

/** Statements that are written for one round trip to the store. */
const STATEMENTS_AT_ONCE = 50;

/**
 * Writes statements, many for one round trip: each is an append of its own, and idempotent by what it says. One that is too long for an
 * append is written part by part. The approval's command id names the approval.
 */
function posts(ledger: Ledger, by: By) {
  let waiting: PayoutCommand[] = [];
  const write = async (commands: readonly PayoutCommand[]): Promise<Problem | undefined> => {
    const all = commands.map((command) => given(streamFor(command), payoutDecider, command, namedBy(command)));
    if (all.length === 0) return undefined;
    const written = await handleAll(ledger, all, unnamed(by));
    if (isProblem(written)) return written;
    // The views take in what is still at hand.
    await refresh(ledger);
    return undefined;
  };
  const flush = async (): Promise<Problem | undefined> => {
    const commands = waiting;
    waiting = [];
    return write(commands);
  };
  return {
    flush,
    async add(commands: readonly PayoutCommand[]): Promise<Problem | undefined> {
      const [only, ...more] = commands;
      if (only !== undefined && more.length === 0) {
        waiting.push(only);
        return waiting.length < STATEMENTS_AT_ONCE ? undefined : flush();
      }
      for (const command of commands) {
        const refused = await write([command]);
        if (refused !== undefined) return refused;
      }
      return undefined;
    },
  };
}

/** A statement is long, and its digest says the same. */
function namedBy(command: PayoutCommand): object {
  if (command.type === 'FreezePayoutPart') {
    const { lines: _, ...rest } = command;
    return rest;
  }
  const { statement: _, ...rest } = command;
  return rest;
}

/** By the last of the commands that write a statement. */
function writtenBy(last: PayoutCommand): Written {
  if (last.type !== 'FreezePayout') throw new TypeError('a statement without an end');
  const { participant, currency, total } = last.statement;
  return { participant, currency, total, digest: last.digest };
}

function unnamed(by: By): By {
  const correlationId = by.correlationId ?? by.commandId;
  return { ...by, commandId: undefined, expected: undefined, correlationId };
}
