import {
  type PeriodEntry,
  periodBounds,
  periodsFrom,
  type Replay,
  type ReplayCause,
  type ReplayRow,
  replay,
} from '@ledger/calculation';
import { checkCadence } from '@ledger/decisions';
import { canonical, isProblem, type Problem, problem, sha256 } from '@ledger/kernel';
import { add, type Exact, exact, isZero, sign, sub, sum, ZERO } from '@ledger/money';
import { resolveAsOf } from './as-of.ts';
import { type BlastRadius, blastRadius } from './blast.ts';
import { type Books, openBooks } from './books.ts';
import { amountText } from './differences.ts';
import { periodEntries } from './entries.ts';
import { type Ledger, refresh } from './ledger.ts';
import { checkPeriodId } from './names.ts';
import { asProposed, isAnything, type Proposal, type Proposed, tried } from './propose.ts';
import type { AsOf } from './statements.ts';
import { trialLedger } from './trial-ledger.ts';
import { ofEach, type ReplayTask } from './workers.ts';

export interface ReplayAnswer {
  readonly asOf: string;
  readonly from: string;
  readonly to: string;
  /** Each of the range: only what is frozen has something to be held against. */
  readonly periods: readonly ReplayedPeriod[];
  /** SHA-256 of what is asked and what comes out, without the position: the same answer has the same digest. */
  readonly digest: string;
  readonly participants: readonly ReplayedParticipant[];
  /** By currency. */
  readonly totals: ReplayTotals;
  /** Whom a difference would be owed to, and who would owe one; those for whom nothing changes are in neither. */
  readonly owed: readonly Difference[];
  readonly owing: readonly Difference[];
  /** What was tried out on top of the book; left out where nothing was. */
  readonly proposals?: readonly Proposal[];
  /** What the proposals move, in open periods too. */
  readonly blastRadius?: BlastRadius;
}
export interface ReplayedPeriod {
  readonly period: string;
  readonly state: PeriodEntry['state'] | 'not open';
}
export interface ReplayedParticipant {
  readonly participant: string;
  /** `problems`: what of the range, or of what is before it, cannot be computed. */
  readonly replay: { readonly rows: readonly Row[]; readonly problems: Replay['problems'] };
}
interface Row extends ReplayRow {
  readonly causes: readonly Cause[];
}
interface Cause extends ReplayCause {
  /** What would make the difference, where it is only tried out: no event of the log does. */
  readonly proposed?: string;
}
export type ReplayTotals = Readonly<
  Record<string, { readonly frozen: string; readonly replayed: string; readonly delta: string }>
>;
interface Difference {
  readonly participant: string;
  readonly currency: string;
  readonly amount: string;
}

export interface ReplayAsk extends AsOf, Proposed {
  readonly from: string;
  readonly to: string;
  readonly participant?: string | undefined;
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

/**
 * What frozen periods would be under the book as it is, with what is proposed on top of it: per person and component, with the cause of
 * each difference, proposals last. Writes nothing.
 */
export async function replayPeriods(ledger: Ledger, ask: ReplayAsk): Promise<ReplayAnswer | Problem> {
  const wrong = checkRange(ask);
  if (wrong !== undefined) return wrong;
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const trial = isAnything(ask) ? await tried(ledger, asOf, ask) : null;
  if (trial !== null && isProblem(trial)) return trial;
  const books =
    trial === null
      ? await openBooks(ledger, asOf, ask.participant)
      : await openBooks(trial.ledger, trial.head, ask.participant, asOf);
  if (isProblem(books)) return books;
  const unknown = missing(books, ask, asOf, trial !== null);
  if (unknown !== undefined) return unknown;

  const { from, to } = ask;
  const trying = trial === null ? null : { events: trial.events, upTo: horizon(books) };
  const replayed = await replayAll(ledger, books, { kind: 'replay', asOf, from, to, trial: trying }, ask);
  if (isProblem(replayed)) return replayed;
  const all = replayed
    .map(({ participant, replay: own }) => ({ participant, replay: { ...own, problems: upToEnd(own.problems, to) } }))
    .filter(({ replay: { rows, problems } }) => rows.length > 0 || problems.length > 0);
  const proposals = trial?.proposals ?? [];
  const nameOf = namesOf(proposals);
  const participants = all.map(({ participant, replay: { rows, problems } }) => ({
    participant,
    replay: { rows: trial === null ? rows : rows.map((row) => rowProposed(row, nameOf)), problems },
  }));
  return {
    asOf: String(asOf),
    from,
    to,
    periods: periodsOf(books, ask),
    digest: digestOf(ask, participants, proposals),
    participants,
    totals: totalsOf(participants),
    ...differencesOf(participants),
    ...(trial === null ? {} : { proposals, blastRadius: blastRadius(books, replayed) }),
  };
}

/** Nothing rests on a later period: what cannot be computed there, as a year to come without quotas, is in no row of the range. */
function upToEnd(problems: Replay['problems'], to: string): Replay['problems'] {
  return problems.filter(({ period }) => period <= to);
}

function periodsOf({ calendar, periods }: Books, { from, to }: Range): readonly ReplayedPeriod[] {
  const range = periodsFrom(calendar, from, periodBounds(to).to);
  return range.map(({ id: period }) => ({ period, state: periods.get(period)?.state ?? 'not open' }));
}

/** Why a replay can have no answer, as far as that is known at once; for doors that do the work later. */
export async function replayRefused(
  ledger: Ledger,
  ask: Pick<ReplayAsk, 'from' | 'to' | 'participant' | 'asOf'> & { readonly isTrial: boolean },
): Promise<Problem | undefined> {
  const wrong = checkRange(ask);
  if (wrong !== undefined) return wrong;
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const books = await openBooks(ledger, asOf, ask.participant);
  return isProblem(books) ? books : missing(books, ask, asOf, ask.isTrial);
}

type Range = Pick<ReplayAsk, 'from' | 'to' | 'participant'>;

function checkRange({ from, to }: Range): Problem | undefined {
  const wrong = checkPeriodId(from) ?? checkPeriodId(to);
  if (wrong !== undefined || periodBounds(from).from < periodBounds(to).to) return wrong;
  return problem('interval_invalid', `A replay from ${from} to ${to} ends before it begins; swap the two.`, '/to');
}

async function replayAll(
  ledger: Ledger,
  books: Books,
  task: ReplayTask,
  { participant, onProgress }: ReplayAsk,
): Promise<readonly { readonly participant: string; readonly replay: Replay }[] | Problem> {
  const people = participant === undefined ? [...books.participants.keys()].sort() : [participant];
  const replayed: { participant: string; replay: Replay }[] = [];
  await books.gather(people);
  onProgress?.(0, people.length);
  for await (const own of ofEach(ledger, task, people, (id) => replayOf(books, id, task))) {
    if (isProblem(own)) return own;
    replayed.push({ participant: people[replayed.length] ?? '', replay: own });
    onProgress?.(replayed.length, people.length);
  }
  return replayed;
}

async function replayOf(books: Books, id: string, { asOf, from, to, trial }: ReplayTask): Promise<Replay | Problem> {
  const history = await books.history(id);
  if (isProblem(history)) return history;
  return replay(history, from, to, trial === null ? null : { after: asOf, upTo: trial.upTo });
}

/** The replay of one participant after another, on a ledger that somebody opened who does not have the trial. */
export async function replaying(
  ledger: Ledger,
  task: ReplayTask,
): Promise<((participant: string) => Promise<Replay | Problem>) | Problem> {
  const { asOf, trial } = task;
  const branch = trial === null ? ledger : trialLedger(ledger, asOf, trial.events);
  const books = await openBooks(branch, trial === null ? asOf : await refresh(branch), undefined, asOf);
  if (isProblem(books)) return books;
  await books.gather(books.participants.keys());
  return (id) => replayOf(books, id, task);
}

function missing(books: Books, ask: Range, asOf: bigint, isTrial: boolean): Problem | undefined {
  if (ask.participant !== undefined && !books.participants.has(ask.participant)) {
    return problem(
      'participant_unknown',
      `Participant "${ask.participant}" is not in the ledger as of ${asOf}; check the id.`,
      '/participant',
    );
  }
  const { cadence } = books.calendar;
  const unlike = checkCadence(ask.from, cadence, '/from') ?? checkCadence(ask.to, cadence, '/to');
  if (unlike !== undefined) return unlike;
  const isAsked = ({ period }: { readonly period: string }) => ask.from <= period && period <= ask.to;
  const asked = [...books.periods.values()].filter(isAsked);
  if (asked.some(({ state }) => state === 'frozen') || (isTrial && asked.length > 0)) return undefined;
  const remedy = isTrial ? 'ask for periods that were opened, frozen or not' : 'a replay compares with what was frozen';
  const what = isTrial ? 'was opened' : 'is frozen';
  const message = `No period from ${ask.from} to ${ask.to} ${what} as of ${asOf}; ${remedy}.`;
  return problem('period_unknown', message, '/from');
}

const NOTHING: BlastRadius = { deals: [], participants: [], periods: [], totals: {}, problems: [] };

/** What waiting requests would move together, in every period that was opened. */
export async function blastRadiusOf(
  ledger: Ledger,
  names: readonly string[],
  onProgress?: (done: number, of: number) => void,
): Promise<BlastRadius | Problem> {
  await refresh(ledger);
  const periods = (await periodEntries(ledger)).map(({ period }) => period).sort();
  const [from, to] = [periods.at(0), periods.at(-1)];
  if (from === undefined || to === undefined) return NOTHING;
  const answer = await replayPeriods(ledger, { from, to, requests: names, onProgress });
  if (isProblem(answer)) return answer;
  return answer.blastRadius ?? NOTHING;
}

/** The end of the last period that was opened: later ones concern nobody yet. */
function horizon({ periods }: Books): string {
  return (
    [...periods.values()]
      .map(({ to }) => to)
      .sort()
      .at(-1) ?? ''
  );
}

function rowProposed(row: ReplayRow, nameOf: ReadonlyMap<string, string>): Row {
  const causes = row.causes.map((cause): Cause => {
    const proposed = nameOf.get(cause.event ?? '');
    return proposed === undefined ? cause : { ...cause, proposed, says: asProposed(cause.says) };
  });
  return { ...row, causes };
}

/** What is proposed, by the events of the trial that put it in force. */
function namesOf(proposals: readonly Proposal[]): ReadonlyMap<string, string> {
  return new Map(proposals.flatMap(({ request, says, events }) => events.map((event) => [event, request ?? says])));
}

/** Events of a trial have ids of the trial; what they propose has a name that stays. */
function digestOf(
  { from, to, participant }: ReplayAsk,
  participants: readonly ReplayedParticipant[],
  proposals: readonly Proposal[],
): string {
  const causeOf = ({ event, proposed, delta }: Cause) => [proposed ?? event, delta];
  const rows = participants.map((each) => [
    each.participant,
    each.replay.rows.map(({ period, component, currency, frozen, replayed, causes }) => [
      period,
      component,
      currency,
      frozen,
      replayed,
      causes.map(causeOf),
    ]),
    each.replay.problems.map(({ code, message }) => [code, message]),
  ]);
  return sha256(
    canonical({
      from,
      to,
      participant: participant ?? null,
      proposals: proposals.map(({ request, says }) => request ?? says),
      rows,
    }),
  );
}

function differencesOf(participants: readonly ReplayedParticipant[]): Pick<ReplayAnswer, 'owed' | 'owing'> {
  const owed: Difference[] = [];
  const owing: Difference[] = [];
  for (const {
    participant,
    replay: { rows },
  } of participants) {
    for (const [currency, own] of Map.groupBy(rows, (row) => row.currency)) {
      const amount = sum(own.map(({ delta }) => exact(delta)));
      if (isZero(amount)) continue;
      (sign(amount) > 0 ? owed : owing).push({ participant, currency, amount: amountText(amount, currency) });
    }
  }
  return { owed, owing };
}

function totalsOf(participants: readonly ReplayedParticipant[]): ReplayTotals {
  const sums = new Map<string, { frozen: Exact; replayed: Exact }>();
  for (const { replay: replayed } of participants) {
    for (const row of replayed.rows) {
      const { frozen, replayed: now } = sums.get(row.currency) ?? { frozen: ZERO, replayed: ZERO };
      sums.set(row.currency, { frozen: add(frozen, exact(row.frozen)), replayed: add(now, exact(row.replayed)) });
    }
  }
  return Object.fromEntries(
    [...sums]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([currency, { frozen, replayed }]) => {
        const text = (value: Exact) => amountText(value, currency);
        return [currency, { frozen: text(frozen), replayed: text(replayed), delta: text(sub(replayed, frozen)) }];
      }),
  );
}
