import type { StatementLine } from '@ledger/events';
import { type Exact, exact, isZero, sub, sum } from '@ledger/money';

/** What a correction has to do with one line of the period that it corrects. */
export interface CorrectionPart {
  /** Of that line, in its component; `null`: of none alone. */
  readonly name: string | null;
  readonly amount: Exact;
}

/** A correction as far as its trace names the lines that it moves, and the rest of it. */
export function correctionParts({
  amount,
  trace,
}: Extract<StatementLine, { readonly kind: 'correction' }>): readonly CorrectionPart[] {
  const named = (trace.steps ?? []).flatMap((each): readonly CorrectionPart[] => {
    const name = each.step === 'deal' ? each.says.slice(0, each.says.indexOf(': ')) : '';
    const moved = exact(each.result ?? '0');
    // A line that came with nothing on it is named, too, and was not moved.
    return name === '' || isZero(moved) ? [] : [{ name, amount: moved }];
  });
  const rest = sub(exact(amount), sum(named.map((part) => part.amount)));
  return isZero(rest) ? named : [...named, { name: null, amount: rest }];
}
