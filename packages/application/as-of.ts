import { instantText, isProblem, type Problem, parseInstant, problem } from '@ledger/kernel';
import { type Ledger, refresh } from './ledger.ts';

/**
 * The position that a reader speaks of: the newest, one given as such, or the last one recorded at or before an instant. The views
 * have reached it when this returns.
 */
export async function resolveAsOf(ledger: Ledger, asOf?: string): Promise<bigint | Problem> {
  const head = await refresh(ledger);
  if (asOf === undefined) return head;
  const position = await positionOf(ledger, asOf);
  if (isProblem(position) || position <= head) return position;
  return problem(
    'as_of_ahead',
    `As of ${position} lies beyond the end of the log, ${head}; give a position up to it or an instant.`,
  );
}

async function positionOf(ledger: Ledger, asOf: string): Promise<bigint | Problem> {
  if (/^(?:0|[1-9][0-9]{0,18})$/.test(asOf)) return BigInt(asOf);
  const instant = parseInstant(asOf);
  if (instant !== undefined) return ledger.store.positionAt(instantText(instant));
  return problem(
    'as_of_invalid',
    `As of "${asOf}" is neither a log position nor an instant; write 1234 or 2026-03-31T23:59:59Z.`,
  );
}
