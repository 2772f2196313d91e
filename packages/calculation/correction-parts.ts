import type { StatementLine } from '@ledger/events';
import { type Exact, exact, isZero, sub, sum } from '@ledger/money';

/** What a correction has to do with one line of the period that it corrects. */
export interface CorrectionPart {
  /** Of that line, in its component; `null`: of none alone. */
  readonly name: string | null;
  readonly amount: Exact;
}

/** A correction as far as its trace names the lines that it corrects, and the rest of it. */
export function correctionParts({
  amount,
  trace,
}: Extract<StatementLine, { readonly kind: 'correction' }>): readonly CorrectionPart[] {
  const named = (trace.steps ?? []).flatMap((each): readonly CorrectionPart[] => {
    const name = each.step === 'deal' ? each.says.slice(0, each.says.indexOf(': ')) : '';
    return name === '' ? [] : [{ name, amount: exact(each.result ?? '0') }];
  });
  const rest = sub(exact(amount), sum(named.map((part) => part.amount)));
  return isZero(rest) ? named : [...named, { name: null, amount: rest }];
}
