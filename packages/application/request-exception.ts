import { isProblem, type Problem, problem } from '@ledger/kernel';
import { defineText } from './define-text.ts';
import type { Outcome } from './handle.ts';
import type { By, Ledger } from './ledger.ts';

/** Nobody has sent a file, whatever reads what was sent. */
const NAME = 'exception.json';
const PLACE = /^exception\.json:[0-9]+:[0-9]+: /;

/**
 * Asks for a decision about the pay of one person that departs from the rules: an adjustment, a hold, a release, a draw. `told`: what a
 * definition file says after `exception:`, field by field, so that both doors check the same.
 */
export async function requestException(
  ledger: Ledger,
  told: Readonly<Record<string, unknown>>,
  by: By,
): Promise<(Outcome & { readonly warnings: readonly Problem[] }) | Problem> {
  const bytes = new TextEncoder().encode(JSON.stringify(told));
  const defined = await defineText(ledger, { name: NAME, bytes }, by);
  if (isProblem(defined)) return withoutPlace(defined);
  const [outcome, ...others] = defined.outcomes;
  if (outcome !== undefined && others.length === 0) {
    return { ...outcome, warnings: defined.warnings.map(withoutPlace) };
  }
  return problem('document_invalid', 'The body asks for no exception, or for more than one; send one.');
}

/** What is wrong with a field is said by its name alone: a line and a column are those of a text that nobody has seen. */
function withoutPlace({ code, message, field, errors }: Problem): Problem {
  // What only the event shows names its fields: those of its terms are those of the body.
  const named = field === '/expiresOn' ? '/expires' : field?.replace(/^\/terms(?=\/)/, '');
  const says = problem(code, message.replace(PLACE, ''), named);
  return errors === undefined ? says : { ...says, errors: errors.map(withoutPlace) };
}
