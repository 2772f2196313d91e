import { type CalculationProblem, earn, periodBounds, quotasMissing, settlementProblems } from '@ledger/calculation';
import type { Blocker } from '@ledger/decisions';
import { isProblem, type Problem, type ViewStore } from '@ledger/kernel';
import type { Books } from './books.ts';
import type { Ledger } from './ledger.ts';
import { participantsIn } from './statements.ts';
import { ofEach, type StatementTask } from './workers.ts';

/** What was found of each participant, as of a position. */
interface Found {
  readonly asOf: bigint;
  readonly people: ReadonlyMap<string, readonly Blocker[]>;
}

/** Of the periods that were asked about last. */
const KNOWN = new WeakMap<ViewStore, Map<string, Found>>();
const MOST_PERIODS = 4;

/**
 * What cannot be calculated of the statements of a period, by participant. Nothing is explained here, which is what takes time. A close
 * asks again and again: only whoever is concerned by what was recorded since is calculated anew.
 */
export async function failingStatements(ledger: Ledger, books: Books, period: string): Promise<readonly Blocker[]> {
  const { views } = ledger;
  const known = KNOWN.get(views) ?? new Map<string, Found>();
  KNOWN.set(views, known);
  const before = known.get(period);
  const isLater = before === undefined || before.asOf <= books.asOf;
  const concerned = before === undefined || !isLater ? null : await books.concernedSince(before.asOf);
  const still = (id: string) => (concerned?.has(id) === false ? before?.people.get(id) : undefined);
  const all = participantsIn(books, period);
  const anew = all.filter((id) => still(id) === undefined);
  const task: StatementTask = { kind: 'failing', asOf: books.asOf, period };
  const found: (readonly Blocker[])[] = [];
  for await (const own of ofEach(ledger, task, anew, (id) => failingOf(books, id, period))) found.push(own);
  const foundOf = new Map(anew.map((id, at) => [id, found[at] ?? []]));
  const people = new Map(all.map((id) => [id, foundOf.get(id) ?? still(id) ?? []]));
  if (isLater) {
    known.delete(period);
    known.set(period, { asOf: books.asOf, people });
    const [oldest] = known.keys();
    if (known.size > MOST_PERIODS && oldest !== undefined) known.delete(oldest);
  }
  return [...people.values()].flat();
}

export async function failingOf(books: Books, participant: string, period: string): Promise<readonly Blocker[]> {
  const book = await books.book(participant);
  if (isProblem(book)) return [failing(participant, period, { ...book, cause: book.message })];
  const span = { id: period, ...periodBounds(period) };
  const earned = earn(book, span.to);
  const problems = [...earned.problems, ...settlementProblems(book, span)];
  if (problems.length > 0) return problems.map((problem) => failing(participant, period, problem));
  return quotasMissing(book, earned, period).map(({ component, metric, window }) => ({
    code: 'quota_missing',
    about: `${participant}.${metric}.${window}`,
    says: `${participant} has no quota for ${metric} in ${window}, which ${component} is measured against; assign one, or say in the plan what applies without-quota.`,
    cause: `no quota for ${metric} in ${window}, which ${component} is measured against; assign it, or say in the plan what applies without-quota`,
    mend: MENDED_BY_DEFINING.quota_missing,
    overridable: true,
  }));
}

/** What is missing is written down; what else fails is looked at first. */
const MENDED_BY_DEFINING = {
  quota_missing: 'ledger --as ops:<you> define <file with quotas:>',
  rate_missing: 'ledger --as ops:<you> define <file with rates:>',
  jurisdiction_missing: 'ledger --as ops:<you> define <file with jurisdiction:>',
  score_missing: 'ledger --as ops:<you> define <file with exception: score>',
};

function failing(
  participant: string,
  period: string,
  { code, message, cause }: Pick<CalculationProblem, 'message' | 'cause'> & Problem,
): Blocker {
  const mended = Object.entries(MENDED_BY_DEFINING).find(([known]) => known === code);
  return {
    code,
    about: participant,
    says: message,
    cause,
    mend: mended?.[1] ?? `ledger statement ${participant} ${period}`,
    overridable: false,
  };
}
