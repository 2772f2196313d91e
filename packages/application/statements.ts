import type { ParticipantEntry, PeriodEntry, Posted, PostedEntry } from '@ledger/calculation';
import {
  attainments,
  type CalculationProblem,
  dealNamed,
  periodBounds,
  type Settled,
  type StatementAmounts,
  settle,
  settleInSum,
  settleUntold,
} from '@ledger/calculation';
import {
  type AttainmentResult,
  type Balance,
  decode,
  type Statement,
  type StatementLine,
  streamOf,
} from '@ledger/events';
import { digest, isProblem, type Problem, ProblemError, problem } from '@ledger/kernel';
import { exact, isZero } from '@ledger/money';
import { payoutKey, postedView } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import { type Books, openBooks, postedInForce } from './books.ts';
import { amountText } from './differences.ts';
import { periodEntry } from './entries.ts';
import type { Ledger } from './ledger.ts';
import { checkPeriodId } from './names.ts';
import { ofEach, type StatementTask } from './workers.ts';

/** `freezing`: a freeze of its period is being carried out, and has not come to it yet; it will be history as it is. */
export type StatementState = 'open' | 'freezing' | 'frozen';

/** A statement, and what it is: computed as of a position, or history. */
export interface StatementAnswer {
  readonly state: StatementState;
  /** Position that the numbers are computed from: the asked one while open, the pinned one from the freeze on. */
  readonly asOf: string;
  /** SHA-256 of the frozen statement; `null` before it is, and where nothing was due. */
  readonly digest: string | null;
  readonly statement: Statement;
}

export interface AsOf {
  /** A position or an instant; the end of the log where it is left out. */
  readonly asOf?: string | undefined;
}

/** The statement of a participant for a period: frozen if it was frozen by then, otherwise what would be posted. */
export async function statementOf(
  ledger: Ledger,
  ask: AsOf & {
    readonly participant: string;
    readonly period: string;
    /** Which freeze of the period; the one in force if left out. */
    readonly freeze?: number | undefined;
  },
): Promise<StatementAnswer | Problem> {
  const wrong = checkPeriodId(ask.period);
  if (wrong !== undefined) return wrong;
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const posted = await frozenStatement(ledger, ask.participant, ask.period, asOf, ask.freeze);
  if (posted !== undefined) {
    const { statement, digest } = posted;
    return { state: 'frozen', asOf: posted.asOf, digest, statement };
  }
  if (ask.freeze !== undefined) {
    const says = `The statement of ${ask.participant} for ${ask.period} has no freeze ${ask.freeze} as of ${asOf}; leave --freeze out for the one in force.`;
    return problem('not_found', says, '/freeze');
  }
  const books = await openBooks(ledger, asOf, ask.participant);
  if (isProblem(books)) return books;
  const unknown = checkPeriod(books, ask.period);
  if (unknown !== undefined) return unknown;
  const period = books.periods.get(ask.period);
  const participant = books.participants.get(ask.participant);
  if (period?.state === 'frozen' && period.asOf !== null && participant !== undefined) {
    const statement = await nothingDue(ledger, books, participant, period);
    return { state: 'frozen', asOf: period.asOf, digest: null, statement };
  }
  const coming = await booksOfFreeze(ledger, books, ask.period, ask.participant);
  if (isProblem(coming)) return coming;
  const statement = await computeStatement(coming ?? books, ask.participant, ask.period);
  if (isProblem(statement)) return statement;
  const state = coming === null ? 'open' : 'freezing';
  return { state, asOf: String((coming ?? books).asOf), digest: null, statement };
}

/** The books that a freeze which is being carried out reads, as of the position that it pinned; `null` where there is none. */
export async function booksOfFreeze(
  ledger: Ledger,
  books: Books,
  period: string,
  participant?: string,
): Promise<Books | Problem | null> {
  const entry = books.periods.get(period);
  return entry?.state === 'freezing' && entry.asOf !== null ? openBooks(ledger, BigInt(entry.asOf), participant) : null;
}

/**
 * Of somebody to whom nothing was due when the period was frozen; what is learned later is for the first open one. What is carried goes
 * through it as it is: somebody who has left may still owe.
 */
async function nothingDue(
  ledger: Ledger,
  { periods, asOf }: Books,
  { participant, currency }: ParticipantEntry,
  { period, from }: PeriodEntry,
): Promise<Statement> {
  const posted = await postedInForce(ledger, participant, periods, asOf);
  const last = posted.findLast(({ statement }) => periodBounds(statement.period).from < from);
  const nothing = amountText(exact('0'), currency);
  const balances = carriedOn(last?.statement).map(({ closing, ...rest }): Balance => {
    return { ...rest, opening: closing, change: nothing, closing };
  });
  return {
    ...{ period, participant, currency, lines: [], attainment: [], total: nothing },
    ...(balances.length === 0 ? {} : { balances }),
  };
}

/** What of a statement's balances the next one begins with. */
export function carriedOn(statement: Posted['statement'] | undefined): readonly Balance[] {
  return (statement?.balances ?? []).filter(({ closing }) => !isZero(exact(closing)));
}

/** The statement that is history as of a position, where it is; of a freeze before a reopening only where that one is named. */
export async function frozenStatement(
  ledger: Ledger,
  participant: string,
  period: string,
  asOf: bigint,
  freeze?: number,
): Promise<PostedEntry | undefined> {
  const posted = await postedStatement(ledger, participant, period, asOf, freeze);
  return posted === undefined ? undefined : { ...posted, statement: await wholeOf(ledger, posted) };
}

/** The same without why each line was earned, which is most of it. */
export async function postedStatement(
  { views }: Ledger,
  participant: string,
  period: string,
  asOf: bigint,
  freeze?: number,
): Promise<Posted | undefined> {
  const reopened = (await periodEntry({ views }, period, asOf))?.reopened ?? 0;
  const row = await views.get(postedView, payoutKey(period, participant, freeze ?? reopened + 1), asOf);
  const posted = row === undefined ? undefined : (JSON.parse(row) as Posted);
  return posted?.kind === 'posted' ? posted : undefined;
}

/** A frozen statement as it was recorded, in one event or in several; throws `statement_damaged` where it is no longer what was posted. */
async function wholeOf({ store }: Ledger, posted: Posted): Promise<Statement> {
  const { freeze } = posted;
  const { period, participant } = posted.statement;
  const lines: StatementLine[] = [];
  for (const stored of await store.read(streamOf.payout(period, participant))) {
    const { event } = decode(stored);
    if (event.type === 'PayoutLinesFrozen' && event.data.freeze === freeze) lines.push(...event.data.lines);
    if (event.type !== 'PayoutFrozen' || event.data.freeze !== freeze) continue;
    const statement = { ...event.data.statement, lines: [...lines, ...event.data.statement.lines] };
    if (digest(statement) === posted.digest) return statement;
    const says = `The frozen statement of ${participant} for ${period} is not the one that was posted (event at position ${stored.position}); restore the ledger file from a backup.`;
    throw new ProblemError(problem('statement_damaged', says));
  }
  throw new TypeError(`the statement of ${participant} for ${period} was posted, and is not in its stream`);
}

/** Computes a statement as the book says; nothing is read that was posted for the period itself. */
export async function computeStatement(
  books: Books,
  participant: string,
  period: string,
): Promise<Statement | Problem> {
  const history = await books.history(participant);
  if (isProblem(history)) return history;
  const settled = settle(history, period);
  books.keep(participant, history);
  return statementIn(settled);
}

/** The digest of a statement alone, and whether one is due. */
export async function computeDigest(
  books: Books,
  participant: string,
  period: string,
): Promise<{ readonly digest: string; readonly isDue: boolean } | Problem> {
  const statement = await computeStatement(books, participant, period);
  if (isProblem(statement)) return statement;
  return { digest: digest(statement), isDue: hasStatement(books, statement) };
}

/** The amounts of a statement alone, for whoever asks about many people: to say where they come from takes most of the time. */
export async function computeAmounts(
  books: Books,
  participant: string,
  period: string,
): Promise<StatementAmounts | Problem> {
  return amountsBy(settleUntold, books, participant, period);
}

/** The same where only what components and the statement come to is wanted: what caused corrections is not told apart. */
export async function computeSums(
  books: Books,
  participant: string,
  period: string,
): Promise<StatementAmounts | Problem> {
  return amountsBy(settleInSum, books, participant, period);
}

async function amountsBy(
  settling: typeof settleUntold,
  books: Books,
  participant: string,
  period: string,
): Promise<StatementAmounts | Problem> {
  const history = await books.history(participant);
  if (isProblem(history)) return history;
  return statementIn(settling(history, period));
}

/** What was settled, or what stopped it. */
export function statementIn(settled: Settled): Statement | Problem {
  return 'problems' in settled ? failed(settled.problems) : settled.statement;
}

/** Several things that a calculation could not do, as one problem that carries them all. */
export function failed(problems: readonly [CalculationProblem, ...CalculationProblem[]]): Problem;
export function failed(problems: readonly CalculationProblem[]): Problem | undefined;
export function failed(problems: readonly CalculationProblem[]): Problem | undefined {
  const [first] = problems;
  if (first === undefined) return undefined;
  return problems.length === 1 ? first : { ...first, errors: problems };
}

/** The books that an answer about a period is computed from, in which the period is open; those of one participant where one is named. */
export async function booksWith(
  ledger: Ledger,
  ask: AsOf & { readonly period: string; readonly participant?: string | undefined },
): Promise<Books | Problem> {
  const wrong = checkPeriodId(ask.period);
  if (wrong !== undefined) return wrong;
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const books = await openBooks(ledger, asOf, ask.participant);
  return isProblem(books) ? books : (checkPeriod(books, ask.period) ?? books);
}

function checkPeriod(books: Books, period: string): Problem | undefined {
  if (books.periods.has(period)) return undefined;
  const known = [...books.periods.keys()].join(', ');
  return problem(
    'period_unknown',
    `Period "${period}" is not open as of ${books.asOf}; open it, or ask for one of: ${known || 'none yet'}.`,
  );
}

/** Participants for whom something can be due in a period, by id: those who are there in it or were before it. */
export function participantsIn(books: Books, period: string): readonly string[] {
  const entry = books.periods.get(period);
  if (entry === undefined) return [];
  return [...books.participants.values()]
    .filter((participant) => participant.startsOn < entry.to)
    .map((participant) => participant.participant)
    .sort();
}

/** Whoever left before the period, or is under no plan any more, gets a statement only when something is still due. */
export function hasStatement(books: Books, { participant, period, lines }: StatementAmounts): boolean {
  if (lines.length > 0) return true;
  const entry = books.participants.get(participant);
  if (entry === undefined || entry.assignments.length === 0) return false;
  return entry.endsOn === null || entry.endsOn > (books.periods.get(period)?.from ?? '');
}

export interface AttainmentAnswer {
  readonly asOf: string;
  readonly period: string;
  readonly participants: readonly {
    readonly participant: string;
    readonly results: readonly AttainmentResult[];
    readonly problems: readonly CalculationProblem[];
  }[];
}

/** Attainment of one participant or of all, in the windows that a period lies in, up to its end. */
export async function attainmentOf(
  ledger: Ledger,
  ask: AsOf & {
    readonly participant?: string | undefined;
    readonly period: string;
    readonly onProgress?: ((done: number, of: number) => void) | undefined;
  },
): Promise<AttainmentAnswer | Problem> {
  const books = await booksWith(ledger, ask);
  if (isProblem(books)) return books;
  const earning = () =>
    participantsIn(books, ask.period).filter((id) => (books.participants.get(id)?.assignments.length ?? 0) > 0);
  const asked = ask.participant === undefined ? earning() : [ask.participant];
  const participants: AttainmentAnswer['participants'][number][] = [];
  const task: StatementTask = { kind: 'attainment', asOf: books.asOf, period: ask.period };
  for await (const own of ofEach(ledger, task, asked, (id) => attainmentIn(books, id, ask.period))) {
    if (isProblem(own)) return own;
    participants.push({ participant: asked[participants.length] ?? '', ...own });
    ask.onProgress?.(participants.length, asked.length);
  }
  return { asOf: String(books.asOf), period: ask.period, participants };
}

/** The same of one participant, for whoever has the books. */
export async function attainmentIn(
  books: Books,
  participant: string,
  period: string,
): Promise<ReturnType<typeof attainments> | Problem> {
  const book = await books.book(participant);
  return isProblem(book) ? book : attainments(book, period);
}

export interface Explanation {
  readonly state: StatementState;
  readonly asOf: string;
  readonly participant: string;
  readonly period: string;
  readonly currency: string;
  readonly line: StatementLine;
}

/** One line of a statement with its trace, by its name or by the deal that it is about. */
export async function explain(
  ledger: Ledger,
  ask: AsOf & { readonly participant: string; readonly period: string; readonly line: string },
): Promise<Explanation | Problem> {
  const answer = await statementOf(ledger, ask);
  if (isProblem(answer)) return answer;
  const { state, asOf, statement } = answer;
  const line = lineNamed(statement, ask.line);
  if (isProblem(line)) return line;
  return { state, asOf, participant: ask.participant, period: ask.period, currency: statement.currency, line };
}

/** A line of a statement by its name, whole or as statements print it, or by the deal or the corrected period that it is about. */
export function lineNamed(statement: Statement, name: string): StatementLine | Problem {
  const found =
    NAMES.map((isNamed) => statement.lines.filter((line) => isNamed(line, name))).find(({ length }) => length > 0) ??
    [];
  const [line, ...others] = found;
  if (line !== undefined && others.length === 0) return line;
  const among = found.length > 0 ? found : statement.lines;
  const names = among.slice(0, NAMED_AT_MOST).map((each) => each.line);
  const says = line === undefined ? `has no line "${name}"` : `has several lines of "${name}"`;
  const more = among.length > names.length ? `, or ${among.length - names.length} more` : '';
  const remedy =
    names.length === 0 ? 'there is none in it yet' : `ask for one of its lines, as ${names.join(', ')}${more}`;
  return problem(
    'not_found',
    `The statement of ${statement.participant} for ${statement.period} ${says}; ${remedy}.`,
    '/line',
  );
}
const NAMED_AT_MOST = 5;

/** What a line may be called, the nearest first. */
const NAMES: readonly ((line: StatementLine, name: string) => boolean)[] = [
  ({ line }, name) => line === name,
  (line, name) => line.kind === 'earning' && line.deal === name,
  // A component's heading stands above its lines, so that only the rest of the name is printed with them.
  (line, name) => line.kind === 'earning' && line.line === `${line.component}/${name}`,
  (line, name) => line.kind === 'earning' && dealNamed(line.line.slice(line.component.length + 1)) === name,
  (line, name) => line.kind === 'correction' && (line.period === name || line.line.startsWith(`${name}/`)),
  (line, name) => line.kind === 'correction' && dealsCorrected(line).includes(name),
];

/** The deals of which a correction is: its trace has a step for each line that it corrects. */
function dealsCorrected({ trace }: StatementLine): readonly (string | null)[] {
  const steps = (trace.steps ?? []).filter(({ step }) => step === 'deal');
  return steps.map(({ says }) => dealNamed(says.slice(0, says.indexOf(': '))));
}

/** What the digest of a frozen period is taken over: a line for each statement, by participant. */
export function periodLines(statements: readonly { readonly participant: string; readonly digest: string }[]): string {
  return statements
    .map(({ participant, digest }) => `${participant} ${digest}\n`)
    .sort()
    .join('');
}
