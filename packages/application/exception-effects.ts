import { type ParticipantEntry, reachesOthers, type StatementAmounts } from '@ledger/calculation';
import { isProblem, type Problem } from '@ledger/kernel';
import { exact, sub, sum } from '@ledger/money';
import { payoutKey } from '@ledger/projections';
import { type Books, openBooks } from './books.ts';
import { breathing } from './breath.ts';
import { reachAt } from './colleagues.ts';
import { amountText, type Difference, differences } from './differences.ts';
import { planEntries } from './entries.ts';
import type { Ledger } from './ledger.ts';
import { computeSums, postedStatement } from './statements.ts';
import { type Departure, type PostedHere, viewsWithout } from './without.ts';

/** What a decision moves of what one person is paid: every statement as it is, and as it would be if nobody had decided so. */
export interface Moves {
  readonly participant: string;
  readonly currency: string;
  /** `null` where a statement cannot be computed without it. */
  readonly total: string | null;
  readonly periods: readonly MovesInPeriod[];
}
export interface MovesInPeriod {
  readonly period: string;
  readonly state: 'open' | 'frozen';
  /** Total of the statement with the decision, and without it. */
  readonly with: string | null;
  readonly without: string | null;
  readonly difference: string | null;
  /** Before: without it; after: with it. They add up to the difference. */
  readonly components: readonly Difference[];
  /** Why one of the two cannot be computed. */
  readonly problem: Problem | null;
}

export interface Decided {
  readonly departure: Departure;
  /** Position of its approval: what was frozen before does not know it. */
  readonly position: bigint;
  /** First day that it can be about; `null`: it is not known to be later than the first. */
  readonly from: string | null;
  readonly participants: readonly string[];
  /** Whether what others earn can follow from it. */
  readonly movesOthers: boolean;
}

/**
 * Computed on a branch of the books without the decision, period by period: what was frozen is computed again from the position that
 * its freeze pinned, and what follows settles against that. So late decisions count where they were paid.
 */
export async function movesOf(ledger: Ledger, books: Books, decided: Decided): Promise<readonly Moves[]> {
  const people = await whomItMoves(ledger, books, decided);
  const moved = await periodsMoved(ledger, books, decided, people);
  return people.flatMap((participant): readonly Moves[] => {
    const currency = books.participants.get(participant)?.currency ?? '';
    const periods = moved.get(participant) ?? [];
    if (periods.length === 0) return [];
    const known = periods.flatMap(({ difference }) => (difference === null ? [] : [exact(difference)]));
    const total = known.length < periods.length ? null : amountText(sum(known), currency);
    return [{ participant, currency, total, periods }];
  });
}

/** Period by period for all of them: people who look at each other share books, which are opened once for each position. */
async function periodsMoved(
  ledger: Ledger,
  books: Books,
  { departure, position, from }: Decided,
  people: readonly string[],
): Promise<ReadonlyMap<string, readonly MovesInPeriod[]>> {
  const posted = new Map<string, PostedHere>();
  const branch: Ledger = { ...ledger, workers: undefined, views: viewsWithout(ledger.views, departure, posted) };
  const moved = new Map<string, MovesInPeriod[]>(people.map((participant) => [participant, []]));
  const breathe = breathing();
  let shared: Books | undefined;
  const inOrder = [...books.periods.values()].sort((a, b) => (a.from < b.from ? -1 : 1));
  for (const { period, to, state, asOf, reopened = 0 } of inOrder) {
    const isFrozen = state === 'frozen' && asOf !== null;
    const at = isFrozen ? BigInt(asOf) : books.asOf;
    if (position > at || (from !== null && from >= to)) continue;
    const freeze = reopened + 1;
    for (const participant of people) {
      await breathe();
      const is = isFrozen
        ? ((await postedStatement(ledger, participant, period, books.asOf))?.statement ?? null)
        : await computeSums(books, participant, period);
      const there: Books | Problem = shared?.asOf === at ? shared : await openBooks(branch, at, participant);
      if (!isProblem(there) && there.ofAll) shared = there;
      const without = isProblem(there) ? there : await computeSums(there, participant, period);
      if (isFrozen && !isProblem(without)) {
        posted.set(payoutKey(period, participant, freeze), { statement: without, freeze });
      }
      const compared = inPeriod(period, isFrozen ? 'frozen' : 'open', is, without);
      if (compared !== null) moved.get(participant)?.push(compared);
    }
  }
  return moved;
}

function inPeriod(
  period: string,
  state: 'open' | 'frozen',
  is: StatementAmounts | Problem | null,
  without: StatementAmounts | Problem,
): MovesInPeriod | null {
  if ((is !== null && isProblem(is)) || isProblem(without)) {
    // What fails either way does not fail for it.
    if (is !== null && isProblem(is) && isProblem(without) && is.message === without.message) return null;
    const problem = isProblem(without) ? without : is !== null && isProblem(is) ? is : null;
    const totals = {
      with: is === null || isProblem(is) ? null : is.total,
      without: isProblem(without) ? null : without.total,
    };
    return { period, state, ...totals, difference: null, components: [], problem };
  }
  const { currency } = without;
  const components = differences(without, is, currency);
  if (components.length === 0) return null;
  const total = is?.total ?? amountText(exact('0'), currency);
  const difference = amountText(sub(exact(total), exact(without.total)), currency);
  return { period, state, with: total, without: without.total, difference, components, problem: null };
}

/** Whom it names, and those whose plans look at them. */
async function whomItMoves(
  ledger: Ledger,
  { participants, asOf }: Books,
  { participants: named, movesOthers }: Decided,
): Promise<readonly string[]> {
  const people = new Set(named.filter((id) => participants.has(id)));
  if (!movesOthers) return [...people].sort();
  const plans = new Map((await planEntries(ledger, asOf)).map((entry) => [entry.plan, entry]));
  const above = new Set(named.flatMap((id) => [...everAbove(participants, id)]));
  for (const id of participants.keys()) {
    const reach = reachAt(id, { plans, participants });
    const isWide = reach.company || reach.plans.length > 0 || reach.recipients;
    if (reachesOthers(reach) && (isWide || above.has(id))) people.add(id);
  }
  return [...people].sort();
}

/** Everybody who was ever above somebody. */
function everAbove(participants: ReadonlyMap<string, ParticipantEntry>, id: string): ReadonlySet<string> {
  const above = new Set<string>();
  const next = [id];
  for (const each of next) {
    for (const { manager } of participants.get(each)?.managers ?? []) {
      if (manager === null || above.has(manager)) continue;
      above.add(manager);
      next.push(manager);
    }
  }
  return above;
}
