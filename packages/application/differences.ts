import type { PostedLine, StatementAmounts } from '@ledger/calculation';
import type { AttainmentResult } from '@ledger/events';
import { alongside } from '@ledger/kernel';
import { type Exact, exact, minorUnits, sub, sum, toDecimalText } from '@ledger/money';

/** What a component, or a step of settlement, comes to in one statement and in another. */
export interface Difference {
  /** Component; a step of settlement where the money is of none. */
  readonly component: string;
  readonly before: string;
  readonly after: string;
  readonly difference: string;
}

/** The differences of two statements by component, those that are none left out; they add up to that of the totals. */
export function differences(
  before: StatementAmounts | null,
  after: StatementAmounts | null,
  currency = after?.currency ?? before?.currency ?? '',
): readonly Difference[] {
  if (before === null && after === null) return [];
  const [was, is] = [totals(before), totals(after)];
  const zero = amountText(exact('0'), currency);
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((component): readonly Difference[] => {
    const [first, second] = [was.get(component) ?? exact('0'), is.get(component) ?? exact('0')];
    const difference = amountText(sub(second, first), currency);
    if (difference === zero) return [];
    return [{ component, before: amountText(first, currency), after: amountText(second, currency), difference }];
  });
}

const TOTALS = alongside<StatementAmounts, ReadonlyMap<string, Exact>>();
const NO_TOTALS: ReadonlyMap<string, Exact> = new Map();

/** Whoever goes on event by event holds each statement against the one before it, and against the next. */
function totals(statement: StatementAmounts | null): ReadonlyMap<string, Exact> {
  if (statement === null) return NO_TOTALS;
  const known = TOTALS.get(statement) ?? totalsOf(statement);
  TOTALS.set(statement, known);
  return known;
}

function totalsOf({ lines }: StatementAmounts): ReadonlyMap<string, Exact> {
  const ofLine = (line: PostedLine) => (line.kind === 'settlement' ? line.step : line.component);
  const byName = Map.groupBy(lines, ofLine);
  return new Map([...byName].map(([name, own]) => [name, sum(own.map(({ amount }) => exact(amount)))]));
}

/** Attainment that came to be, or is another one. */
export function changedAttainment(before: readonly AttainmentResult[], after: readonly AttainmentResult[]) {
  const nameOf = ({ component, metric, window, unit }: AttainmentResult) => `${component}/${metric}/${window}/${unit}`;
  const was = new Map(before.map((each) => [nameOf(each), each]));
  return after.flatMap((each) => {
    const earlier = was.get(nameOf(each)) ?? null;
    return earlier !== null && JSON.stringify(earlier) === JSON.stringify(each)
      ? []
      : [{ before: earlier, after: each }];
  });
}

export function amountText(amount: Exact, currency: string): string {
  return toDecimalText(amount, minorUnits(currency), 'half-up');
}
