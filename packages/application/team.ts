import { type CalculationProblem, type Ladder, ladders } from '@ledger/calculation';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { cmp, div, type Exact, exact, mul, sign } from '@ledger/money';
import { type Books, openBooks } from './books.ts';
import { breathing } from './breath.ts';
import { amountText } from './differences.ts';
import type { Ledger } from './ledger.ts';
import { dayAt } from './moment.ts';
import { cut, cutAfter, type Paging, pageOf } from './pages.ts';
import { type Reach, reaches } from './reach.ts';
import { booksWith, computeSums, participantsIn, postedStatement } from './statements.ts';

/** How somebody of a team stands in a period: what they would be paid, how far they are, and who has to be looked after. */
export interface Teammate {
  readonly participant: string;
  readonly name: string | null;
  readonly state: 'open' | 'frozen';
  readonly currency: string;
  /** `null` where the statement cannot be computed: `problem` says why. */
  readonly total: string | null;
  readonly ladders: readonly Ladder[];
  /** Components that are behind a straight line to their target. */
  readonly behind: readonly string[];
  /** Components whose next band is less than a tenth of the target away. */
  readonly near: readonly string[];
  readonly problem: Problem | CalculationProblem | null;
}

/** What a team is sorted by, besides the id: the attainment of somebody is the lowest of their components. */
export const TEAM_SORTS = ['name', '-name', 'pay', '-pay', 'attainment', '-attainment'] as const;
export type TeamSort = (typeof TEAM_SORTS)[number];

/** Everybody is calculated before the first one is told. */
const MOST_SORTED = 500;

export interface TeamPage {
  readonly asOf: string;
  readonly on: string;
  readonly period: string;
  readonly people: readonly Teammate[];
  readonly next: string | null;
}

/** The people of a period whose pay somebody sees, with their attainment: by id, or sorted. */
export async function teamPage(
  ledger: Ledger,
  reach: Reach,
  ask: Paging & { readonly period: string; readonly sort?: TeamSort | undefined },
): Promise<TeamPage | Problem> {
  if (reach.kind === 'none') return reach.problem;
  const paged = await pageOf(ledger, ask);
  if (isProblem(paged)) return paged;
  const books = await booksWith(ledger, { period: ask.period, asOf: String(paged.asOf) });
  if (isProblem(books)) return books;
  const on = await dayAt(ledger, paged.asked, paged.asOf);
  const under = (id: string) => (books.participants.get(id)?.assignments.length ?? 0) > 0;
  const seen = participantsIn(books, ask.period).filter((id) => under(id) && reaches(reach, [id]));
  const { sort } = ask;
  if (sort !== undefined && seen.length > MOST_SORTED) {
    return problem(
      'parameter_invalid',
      `${seen.length} people are too many to be sorted, at most ${MOST_SORTED} are; leave sort out.`,
      '/sort',
    );
  }
  // What is frozen is measured as it was, whatever is known since.
  const entry = books.periods.get(ask.period);
  const pinned = entry?.state === 'frozen' ? entry.asOf : null;
  const measured = pinned === null ? books : await openBooks(ledger, BigInt(pinned));
  if (isProblem(measured)) return measured;
  const breathe = breathing();
  const toldOf = async (ids: readonly string[]) => {
    const people: Teammate[] = [];
    for (const id of ids) {
      await breathe();
      people.push(await teammate(ledger, { books, measured }, { id, period: ask.period, on }));
    }
    return people;
  };
  const said = { asOf: String(paged.asOf), on, period: ask.period };
  if (sort === undefined) {
    const { page, next } = cut(seen, (id) => id, paged);
    return { ...said, people: await toldOf(page), next };
  }
  const sorted = (await toldOf(seen)).sort(inOrderOf(sort));
  const found = cutAfter(sorted, ({ participant }) => `${sort} ${participant}`, paged);
  return isProblem(found) ? found : { ...said, people: found.page, next: found.next };
}

function inOrderOf(sort: TeamSort): (a: Teammate, b: Teammate) => number {
  const by = sort.replace('-', '') as 'name' | 'pay' | 'attainment';
  const compare = COMPARE[by];
  const turn = sort.startsWith('-') ? -1 : 1;
  return (a, b) => turn * (compare(a, b) || (a.participant < b.participant ? -1 : 1));
}

const COMPARE: Readonly<Record<'name' | 'pay' | 'attainment', (a: Teammate, b: Teammate) => number>> = {
  name: (a, b) => (a.name ?? a.participant).localeCompare(b.name ?? b.participant, 'en'),
  // Amounts of different currencies are not compared.
  pay: (a, b) => a.currency.localeCompare(b.currency, 'en') || cmp(exact(a.total ?? '0'), exact(b.total ?? '0')),
  attainment: (a, b) => cmp(lowestOf(a), lowestOf(b)),
};

/** Whoever has no target comes after all who have one. */
function lowestOf({ ladders: all }: Teammate): Exact {
  const reached = all.flatMap(({ credited, quota }) =>
    quota === null || sign(exact(quota)) <= 0 ? [] : [div(exact(credited), exact(quota))],
  );
  return reached.reduce((lowest, each) => (cmp(each, lowest) < 0 ? each : lowest), exact('1000000'));
}

async function teammate(
  ledger: Ledger,
  { books, measured }: { readonly books: Books; readonly measured: Books },
  { id, period, on }: { readonly id: string; readonly period: string; readonly on: string },
): Promise<Teammate> {
  const posted = await postedStatement(ledger, id, period, books.asOf);
  const isFrozen = posted !== undefined || measured !== books;
  const currency = books.participants.get(id)?.currency ?? '';
  // Where nothing was due when the period was frozen, nothing is.
  const nothing = { total: amountText(exact('0'), currency) };
  const statement = posted?.statement ?? (isFrozen ? nothing : await computeSums(books, id, period));
  const book = await measured.book(id);
  const found = isProblem(book) ? null : ladders(book, period, on);
  const all = found?.ladders ?? [];
  const person = await ledger.directory.get(id);
  return {
    participant: id,
    name: person?.name ?? null,
    state: isFrozen ? 'frozen' : 'open',
    currency,
    total: isProblem(statement) ? null : statement.total,
    ladders: all,
    behind: all.flatMap(({ component, pace }) => (pace !== null && sign(exact(pace.ahead)) < 0 ? [component] : [])),
    near: all.flatMap((ladder) => (isNear(ladder) ? [ladder.component] : [])),
    problem: isProblem(book) ? book : isProblem(statement) ? statement : (found?.problems[0] ?? null),
  };
}

const TENTH = exact('0.1');

function isNear({ next, quota }: Ladder): boolean {
  if (next === null || quota === null || sign(exact(quota)) <= 0) return false;
  return cmp(exact(next.away), mul(exact(quota), TENTH)) <= 0;
}
