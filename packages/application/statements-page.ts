import type { CalculationProblem, PeriodEntry, Posted } from '@ledger/calculation';
import { isProblem, type Problem, type ViewStore } from '@ledger/kernel';
import { type Books, openBooks } from './books.ts';
import { breathing } from './breath.ts';
import type { Ledger } from './ledger.ts';
import { checkPeriodId } from './names.ts';
import { cut, type Paging, pageOf } from './pages.ts';
import { type Payout, type PayoutStanding, type PayoutsAnswer, payoutsAt, sumsOf, totalsByState } from './payouts.ts';
import { type Reach, reaches } from './reach.ts';
import {
  booksOfFreeze,
  computeAmounts,
  hasStatement,
  participantsIn,
  postedStatement,
  type StatementState,
} from './statements.ts';

/** A statement of a period in one line. */
export interface StatementListed {
  readonly participant: string;
  readonly currency: string;
  readonly state: StatementState;
  /** `null` where it cannot be computed; `problem` says why. */
  readonly total: string | null;
  /** SHA-256 of the frozen statement; `null` while open. */
  readonly digest: string | null;
  readonly problem: Problem | CalculationProblem | null;
}

/** With the name that the directory still has of whom it is about. */
export type Named<Row> = Row & { readonly name: string | null };

export interface StatementsPage {
  readonly asOf: string;
  readonly period: string;
  readonly state: PeriodEntry['state'];
  /** Of all statements that the reader sees, whatever page they are on: by currency. */
  readonly totals: Readonly<Record<string, string>>;
  readonly statements: readonly Named<StatementListed>[];
  readonly next: string | null;
}

/** The statements of a period that somebody may see, by participant: as they are frozen, or as they would be posted. */
export async function statementsPage(
  ledger: Ledger,
  reach: Reach,
  ask: Paging & { readonly period: string },
): Promise<StatementsPage | Problem> {
  if (reach.kind === 'none') return reach.problem;
  const found = await payoutsOn(ledger, ask);
  if (isProblem(found)) return found;
  const { paged, money } = found;
  const { state, period } = money;
  const all = state === 'frozen' ? money.payouts.map(frozen) : await openStatements(ledger, reach, money, paged.asOf);
  if (isProblem(all)) return all;
  const seen = all.filter(({ participant }) => reaches(reach, [participant]));
  const { page, next } = cut(seen, ({ participant }) => participant, paged);
  const known = seen.flatMap(({ currency, total }) => (total === null ? [] : [{ currency, amount: total }]));
  return {
    asOf: String(paged.asOf),
    period,
    state,
    totals: sumsOf(known),
    statements: await named(ledger, reach, page),
    next,
  };
}

export interface PayoutsPage extends PayoutsAnswer {
  readonly payouts: readonly Named<Payout>[];
  readonly next: string | null;
}

/** Where the money of a period is, of those whom somebody sees; runs as a whole are told to whoever sees all of it. */
export async function payoutsPage(
  ledger: Ledger,
  reach: Reach,
  ask: Paging & { readonly period: string; readonly state?: PayoutStanding | undefined },
): Promise<PayoutsPage | Problem> {
  if (reach.kind === 'none') return reach.problem;
  const found = await payoutsOn(ledger, ask);
  if (isProblem(found)) return found;
  const { paged, money } = found;
  const seen = money.payouts.filter(
    ({ participant, state }) => reaches(reach, [participant]) && (ask.state === undefined || state === ask.state),
  );
  const { page, next } = cut(seen, ({ participant }) => participant, paged);
  const runs = reach.kind === 'all' ? money.runs : [];
  return { ...money, runs, payouts: await named(ledger, reach, page), totals: totalsByState(seen), next };
}

/** What people are called, to whoever may see people. */
export async function named<Row extends { readonly participant: string }>(
  { directory }: Ledger,
  { kind }: Pick<Reach, 'kind'>,
  rows: readonly Row[],
): Promise<readonly Named<Row>[]> {
  const nameOf = async (id: string) => (kind === 'redacted' ? null : ((await directory.get(id))?.name ?? null));
  return Promise.all(rows.map(async (row) => ({ ...row, name: await nameOf(row.participant) })));
}

async function payoutsOn(ledger: Ledger, ask: Paging & { readonly period: string }) {
  const wrong = checkPeriodId(ask.period);
  if (wrong !== undefined) return wrong;
  const paged = await pageOf(ledger, ask);
  if (isProblem(paged)) return paged;
  const money = await payoutsAt(ledger, ask.period, paged.asOf);
  return isProblem(money) ? money : { paged, money };
}

function frozen({ participant, currency, amount: total, statement: digest }: Payout): StatementListed {
  return { participant, currency, state: 'frozen', total, digest, problem: null };
}

/** The last list of everybody's statements: pages of one list speak of one position, and are cut from what was computed once. */
const last = new WeakMap<
  ViewStore,
  { readonly of: string; readonly list: Promise<readonly StatementListed[] | Problem> }
>();

function openStatements(
  ledger: Ledger,
  reach: Reach,
  { period }: PayoutsAnswer,
  asOf: bigint,
): Promise<readonly StatementListed[] | Problem> {
  if (reach.kind === 'people') return computed(ledger, period, asOf, reach.ids);
  const of = `${period} ${asOf}`;
  const known = last.get(ledger.views);
  if (known?.of === of) return known.list;
  const list = computed(ledger, period, asOf);
  last.set(ledger.views, { of, list });
  // What failed is tried anew by whoever asks next.
  list.catch(() => last.delete(ledger.views));
  return list;
}

async function computed(
  ledger: Ledger,
  period: string,
  asOf: bigint,
  only?: ReadonlySet<string>,
): Promise<readonly StatementListed[] | Problem> {
  // Somebody's own costs the same in a company of any size.
  const [alone] = only?.size === 1 ? only : [];
  const books = await openBooks(ledger, asOf, alone);
  if (isProblem(books)) return books;
  const coming = await booksOfFreeze(ledger, books, period, alone);
  if (isProblem(coming)) return coming;
  const state = coming === null ? 'open' : 'freezing';
  const breathe = breathing();
  const statements: StatementListed[] = [];
  for (const participant of participantsIn(books, period)) {
    if (only?.has(participant) === false) continue;
    // While a freeze is carried out, some are history already.
    const posted = coming === null ? undefined : await postedStatement(ledger, participant, period, asOf);
    const one = posted === undefined ? await statementIn(coming ?? books, state, participant, period) : listed(posted);
    if (one !== null) statements.push(one);
    await breathe();
  }
  return statements;
}

function listed({ digest, statement: { participant, currency, total } }: Posted): StatementListed {
  return { participant, currency, state: 'frozen', total, digest, problem: null };
}

async function statementIn(
  books: Books,
  state: StatementState,
  participant: string,
  period: string,
): Promise<StatementListed | null> {
  const statement = await computeAmounts(books, participant, period);
  const currency = books.participants.get(participant)?.currency ?? '';
  if (isProblem(statement)) {
    return { participant, currency, state, total: null, digest: null, problem: statement };
  }
  if (!hasStatement(books, statement)) return null;
  return { participant, currency, state, total: statement.total, digest: null, problem: null };
}
