import type { StatementAmounts } from '@ledger/calculation';
import type { MovedPeriod, QueryFacts, QueryReplay, Statement, StatementLine } from '@ledger/events';
import { isProblem, type Problem } from '@ledger/kernel';
import { exact, sub } from '@ledger/money';
import { type Books, openBooks } from './books.ts';
import { branchOf, creditedIn, openPeriods, periodsMoved, suppose, unknownIn } from './branch.ts';
import { amountText, differences } from './differences.ts';
import type { Ledger } from './ledger.ts';
import { computeStatement, computeSums } from './statements.ts';

/** The line that is the whole statement. */
export const TOTAL = 'total';

/**
 * The participant's version beside the ledger's: the line that they ask about calculated from the log as it is, and on a branch of it
 * that holds their facts. A period that is frozen is calculated anew on both sides; what it would pay more or less is a correction in
 * the next open one.
 */
export async function replayQuery(
  ledger: Ledger,
  ask: { readonly participant: string; readonly period: string; readonly line: string; readonly facts: QueryFacts },
  asOf: bigint,
): Promise<QueryReplay | Problem> {
  const { participant, period, line, facts } = ask;
  const supposed = await suppose(ledger, facts, asOf);
  if (isProblem(supposed)) return supposed;
  const before = await openBooks(ledger, asOf, participant);
  if (isProblem(before)) return before;
  const everybody = await openBooks(ledger, asOf);
  if (isProblem(everybody)) return everybody;
  const unknown = unknownIn(creditedIn(supposed), everybody);
  if (unknown !== undefined) return unknown;
  const after = await branchOf(ledger, supposed, asOf, participant);
  if (isProblem(after)) return after;
  const is = await computeStatement(before, participant, period);
  if (isProblem(is)) return is;
  const would = await computeStatement(after, participant, period);
  if (isProblem(would)) return would;
  const pays = await movedPeriods(participant, before, after, periodsMoved(before, supposed));
  const { currency } = is;
  if (line === TOTAL) {
    const difference = amountText(sub(exact(would.total), exact(is.total)), currency);
    return { asOf: String(asOf), ledger: null, theirs: null, difference, pays };
  }
  const [ours, theirs] = [named(is, line), named(would, line)];
  const difference = amountText(sub(exact(theirs?.amount ?? '0'), exact(ours?.amount ?? '0')), currency);
  return { asOf: String(asOf), ledger: ours, theirs, difference, pays };
}

function named({ lines }: Statement, name: string): StatementLine | null {
  return lines.find(({ line }) => line === name) ?? null;
}

/** What one event moved in the statements of a participant that were open when it was recorded. */
export async function movedBy(
  ledger: Ledger,
  participant: string,
  position: bigint,
  also: readonly string[],
): Promise<MovedPeriod[] | Problem> {
  const before = await openBooks(ledger, position - 1n, participant);
  if (isProblem(before)) return before;
  const after = await openBooks(ledger, position, participant);
  if (isProblem(after)) return after;
  return movedPeriods(participant, before, after, [...openPeriods(after), ...also]);
}

/** What cannot be calculated on one of the sides counts as nothing there. */
async function movedPeriods(
  participant: string,
  before: Books,
  after: Books,
  periods: readonly string[],
): Promise<MovedPeriod[]> {
  const moved: MovedPeriod[] = [];
  for (const period of [...new Set(periods)].sort()) {
    const [was, is] = [await computeSums(before, participant, period), await computeSums(after, participant, period)];
    const [first, second] = [isProblem(was) ? null : was, isProblem(is) ? null : is];
    const components = differences(first, second);
    if (components.length === 0) continue;
    const currency = second?.currency ?? first?.currency ?? '';
    const total = (statement: StatementAmounts | null) => statement?.total ?? amountText(exact('0'), currency);
    const difference = amountText(sub(exact(total(second)), exact(total(first))), currency);
    moved.push({ period, before: total(first), after: total(second), difference, components: [...components] });
  }
  return moved;
}
