import { add, type Exact, isZero, sub, ZERO } from '@ledger/money';
import type { Part } from './columns.ts';
import { advanced, balanceOf, type CreditAmounts, type Rating, type Standing, wholeDealPay } from './rate.ts';

/** One column as a credit goes through the window. */
export interface ColumnStep {
  readonly column: number;
  readonly rating: Rating;
  readonly before: Standing;
  readonly amounts: CreditAmounts;
  readonly increment: Exact;
}

const NOWHERE: Standing = { at: ZERO, paid: [], below: [] };

/** Moves all columns by a credit; answers with those that it changes, its own first of all. */
export function throughColumns(
  ratings: readonly Rating[],
  standings: readonly Standing[],
  measured: Exact,
  parts: readonly Part[],
  isFirst: boolean,
): { readonly standings: readonly Standing[]; readonly steps: readonly ColumnStep[] } {
  const steps: ColumnStep[] = [];
  const next = ratings.map((rating, column): Standing => {
    const paid = parts.find((part) => part.column === column)?.paid ?? ZERO;
    const before = standings[column] ?? NOWHERE;
    const from = before.paid?.length === 0 ? emptyIn(rating) : before;
    const amounts = { measured, paid };
    const after = advanced(rating, from, amounts, true);
    const earlier = isFirst ? ZERO : balanceOf(rating, from);
    let gained = sub(balanceOf(rating, after), earlier);
    if (rating.read === 'whole-deal') gained = add(gained, wholeDealPay(rating, from, amounts));
    const isOwn = parts.some((part) => part.column === column);
    if (isOwn || !isZero(gained)) steps.push({ column, rating, before: from, amounts, increment: gained });
    return after;
  });
  return { standings: next, steps };
}

function emptyIn({ table }: Rating): Standing {
  return { at: ZERO, paid: table.sections.map(() => ZERO), below: table.sections.map(() => ZERO) };
}
