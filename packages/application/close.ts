import { periodsFrom } from '@ledger/calculation';
import { partsOf, payoutDecider, periodDecider } from '@ledger/decisions';
import { type LedgerEvent, type Statement, streamOf } from '@ledger/events';
import { digest, isProblem, type Problem, problem, sha256 } from '@ledger/kernel';
import { add, exact, minorUnits, toDecimalText, ZERO } from '@ledger/money';
import { type Books, openBooks } from './books.ts';
import { eventsOf, given, handle, type Outcome } from './handle.ts';
import { type By, calendarOf, type Ledger, refresh } from './ledger.ts';
import { checkPeriodId } from './names.ts';
import { computeStatement, participantsIn, periodLines } from './statements.ts';

export interface FrozenPeriod {
  readonly period: string;
  readonly asOf: string;
  readonly statements: number;
  readonly totals: Readonly<Record<string, string>>;
  readonly digest: string;
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

/** Asks that a period become history. */
export async function requestFreeze(
  ledger: Ledger,
  ask: { readonly period: string; readonly reason: string; readonly evidence: readonly string[] },
  by: By,
): Promise<Outcome | Problem> {
  const wrong = checkPeriodId(ask.period);
  if (wrong !== undefined) return wrong;
  const head = await refresh(ledger);
  const books = await openBooks(ledger, head);
  if (isProblem(books)) return books;
  const unfrozenBefore = unfrozenEarlier(books, ask.period);
  return handle(
    ledger,
    given(streamOf.period(ask.period), periodDecider, { type: 'RequestFreeze', ...ask, unfrozenBefore }, ask),
    by,
  );
}

/** A period settles against what was posted before it, so periods are frozen in order. */
function unfrozenEarlier(books: Books, period: string): readonly string[] {
  const until = books.periods.get(period)?.from ?? '';
  const calendar = periodsFrom(books.calendar, books.calendar.firstPeriod, until);
  return calendar.map(({ id }) => id).filter((id) => books.periods.get(id)?.state !== 'frozen');
}

/**
 * Approves a requested freeze and carries it out: pins the position, computes every statement from it, writes each whole, closes
 * with the digest of all. Killed in the middle, `continueFreeze` goes on where it stopped and writes nothing twice.
 */
export async function approveFreeze(
  ledger: Ledger,
  period: string,
  by: By,
  onProgress?: Progress,
): Promise<FrozenPeriod | Problem> {
  const asOf = await refresh(ledger);
  const books = await openBooks(ledger, asOf);
  if (isProblem(books)) return books;
  // A statement that cannot be computed is known before anything is pinned. What is pinned already is not computed anew.
  const isOpen = books.periods.get(period)?.state === 'open';
  const statements = isOpen ? await computeStatements(books, period) : [];
  if (isProblem(statements)) return statements;
  const beneficiaries = statements.map(({ participant }) => participant);
  const command = { type: 'ApproveFreeze', period, asOf: String(asOf), beneficiaries } as const;
  const started = await handle(ledger, given(streamOf.period(period), periodDecider, command, { period }), by);
  if (isProblem(started)) return started;
  if (started.repeated) return continueFreeze(ledger, period, by, onProgress);
  return writeStatements(ledger, period, String(asOf), statements, by, onProgress);
}

/** Goes on with an approved freeze from wherever it was left. */
export async function continueFreeze(
  ledger: Ledger,
  period: string,
  by: By,
  onProgress?: Progress,
): Promise<FrozenPeriod | Problem> {
  const events = (await eventsOf(ledger, streamOf.period(period))).map(({ event }) => event);
  const done = events.findLast((event): event is LedgerEvent<'PeriodFrozen'> => event.type === 'PeriodFrozen');
  if (done !== undefined) return done.data;
  const started = events.findLast(
    (event): event is LedgerEvent<'PeriodFreezeStarted'> => event.type === 'PeriodFreezeStarted',
  );
  if (started === undefined) {
    return problem(
      'freeze_blocked',
      `The freeze of ${period} is not approved; request it with \`ledger freeze\` and have it approved.`,
    );
  }
  const { asOf } = started.data;
  await refresh(ledger);
  const books = await openBooks(ledger, BigInt(asOf));
  if (isProblem(books)) return books;
  const statements = await computeStatements(books, period);
  return isProblem(statements) ? statements : writeStatements(ledger, period, asOf, statements, by, onProgress);
}

/** The statements of a period by participant, or everything that keeps one of them from being made. */
async function computeStatements(books: Books, period: string): Promise<readonly Statement[] | Problem> {
  const statements: Statement[] = [];
  const failing: Problem[] = [];
  for (const participant of participantsIn(books, period)) {
    const statement = await computeStatement(books, participant, period);
    if (isProblem(statement)) failing.push(...(statement.errors ?? [statement]));
    else if (statement.lines.length > 0 || isThere(books, participant, period)) statements.push(statement);
  }
  if (failing.length === 0) return statements;
  const things = failing.length === 1 ? 'One thing keeps' : `${failing.length} things keep`;
  const says = `${things} ${period} from being frozen; mend ${failing.length === 1 ? 'it' : 'them'} and approve again.`;
  return { ...problem('freeze_blocked', says), errors: failing };
}

/** Whoever left before the period, or is under no plan any more, gets a statement only when something is still due. */
function isThere(books: Books, participant: string, period: string): boolean {
  const entry = books.participants.get(participant);
  if (entry === undefined || entry.assignments.length === 0) return false;
  return entry.endsOn === null || entry.endsOn > (books.periods.get(period)?.from ?? '');
}

async function writeStatements(
  ledger: Ledger,
  period: string,
  asOf: string,
  statements: readonly Statement[],
  by: By,
  onProgress?: Progress,
): Promise<FrozenPeriod | Problem> {
  const written: { readonly statement: Statement; readonly digest: string }[] = [];
  for (const [index, statement] of statements.entries()) {
    onProgress?.(index, statements.length);
    const digested = await writePayout(ledger, statement, asOf, by);
    if (isProblem(digested)) return digested;
    written.push({ statement, digest: digested });
  }
  onProgress?.(statements.length, statements.length);
  const frozen = {
    period,
    statements: statements.length,
    totals: totalsOf(statements),
    digest: sha256(periodLines(written)),
  };
  const command = { type: 'CompleteFreeze', ...frozen } as const;
  const completed = await handle(ledger, given(streamOf.period(period), periodDecider, command), unnamed(by));
  return isProblem(completed) ? completed : { ...frozen, asOf };
}

/** Writes a statement whole, in parts where it is too long for one append. Answers with its digest. */
async function writePayout(ledger: Ledger, statement: Statement, asOf: string, by: By): Promise<string | Problem> {
  const stream = streamOf.payout(statement.period, statement.participant);
  for (const command of partsOf(statement, asOf)) {
    // Each is an append of its own, and idempotent by what it says; the approval's command id names the approval.
    const written = await handle(ledger, given(stream, payoutDecider, command), unnamed(by));
    if (isProblem(written)) return written;
  }
  return digest(statement);
}

function unnamed(by: By): By {
  return { ...by, commandId: undefined, correlationId: by.correlationId ?? by.commandId };
}

function totalsOf(statements: readonly Statement[]): Readonly<Record<string, string>> {
  const sums = new Map<string, typeof ZERO>();
  for (const { currency, total } of statements) sums.set(currency, add(sums.get(currency) ?? ZERO, exact(total)));
  return Object.fromEntries(
    [...sums].sort().map(([currency, sum]) => [currency, toDecimalText(sum, minorUnits(currency), 'half-up')]),
  );
}
