import type { MeasuredMultiplier } from '@ledger/events';
import { type Exact, exact, percent } from '@ledger/money';
import { type Curve, shareAt } from './curve.ts';
import { type CompiledLook, compiledLook } from './looks.ts';

/** A factor on earnings by what is measured elsewhere, as renewals or a score (mechanics §2). */
export interface MeasuredFactor {
  readonly look: CompiledLook;
  /** Below the first step the factor is that of the first. */
  by(reached: Exact): Exact;
}

export function measuredFactor(document: MeasuredMultiplier, hitIsUpper: boolean): MeasuredFactor {
  const [first, ...rest] = document.steps.map(({ from, by }) => ({ at: percent(from), pays: exact(by) }));
  if (first === undefined) throw new TypeError('a plan was published with a factor without steps');
  const curve: Curve = { points: [first, ...rest], hitIsUpper, incentive: null };
  return {
    look: compiledLook(document.look),
    by: (reached) => (document.between === 'lines' ? shareAt(curve, reached) : stepAt(curve, reached)),
  };
}

function stepAt({ points, hitIsUpper }: Curve, reached: Exact): Exact {
  const step = points.findLast(({ at }) => {
    const order = reached.n * at.d - at.n * reached.d;
    return order > 0n || (order === 0n && hitIsUpper);
  });
  return (step ?? points[0]).pays;
}
