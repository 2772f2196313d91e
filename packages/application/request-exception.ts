import { isProblem, type Problem, problem } from '@ledger/kernel';
import { defineText } from './define-text.ts';
import type { Outcome } from './handle.ts';
import type { By, Ledger } from './ledger.ts';

/**
 * Asks for a decision about the pay of one person that departs from the rules: an adjustment, a hold, a release, a draw. `told`: what a
 * definition file says after `exception:`, field by field, so that both doors check the same.
 */
export async function requestException(
  ledger: Ledger,
  told: Readonly<Record<string, unknown>>,
  by: By,
): Promise<Outcome | Problem> {
  const bytes = new TextEncoder().encode(JSON.stringify(told));
  const defined = await defineText(ledger, { name: 'exception.json', bytes }, by);
  if (isProblem(defined)) return defined;
  const [outcome, ...others] = defined.outcomes;
  if (outcome !== undefined && others.length === 0) return outcome;
  return problem('document_invalid', 'The body asks for no exception, or for more than one; send one.');
}
