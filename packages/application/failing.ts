import { type CalculationProblem, earn, periodBounds, quotasMissing, settlementProblems } from '@ledger/calculation';
import type { Blocker } from '@ledger/decisions';
import { isProblem, type Problem, type ViewStore } from '@ledger/kernel';
import type { Books } from './books.ts';
import { breathing } from './breath.ts';
import type { Ledger } from './ledger.ts';
import { participantsIn } from './statements.ts';

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
export async function failingStatements({ views }: Ledger, books: Books, period: string): Promise<readonly Blocker[]> {
  const known = KNOWN.get(views) ?? new Map<string, Found>();
  KNOWN.set(views, known);
  const before = known.get(period);
  const isLater = before === undefined || before.asOf <= books.asOf;
  const concerned = before === undefined || !isLater ? null : await books.concernedSince(before.asOf);
  const people = new Map<string, readonly Blocker[]>();
  const breathe = breathing();
  for (const participant of participantsIn(books, period)) {
    const still = concerned === null || concerned.has(participant) ? undefined : before?.people.get(participant);
    if (still === undefined) await breathe();
    people.set(participant, still ?? (await failingOf(books, participant, period)));
  }
  if (isLater) {
    known.delete(period);
    known.set(period, { asOf: books.asOf, people });
    const [oldest] = known.keys();
    if (known.size > MOST_PERIODS && oldest !== undefined) known.delete(oldest);
  }
  return [...people.values()].flat();
}

async function failingOf(books: Books, participant: string, period: string): Promise<readonly Blocker[]> {
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
