import { fields } from '@ledger/events';
import { type Problem, problem } from '@ledger/kernel';

/** Refuses what nobody and nothing can be called, before a stream is named after it: `checkIds({ participant, plan })`. */
export function checkIds(ids: Readonly<Record<string, string>>): Problem | undefined {
  for (const [field, id] of Object.entries(ids)) {
    if (fields.partId.safeParse(id).success) continue;
    const rule = 'it may hold letters, digits, "_", ":" and "-", and starts with a letter or digit, 64 at most';
    return problem('id_invalid', `${field} ${quoted(id)} is not an id; ${rule}.`, `/${field}`);
  }
  return undefined;
}

/** Refuses what is no pay period in any calendar. Whether the ledger has it is another question. */
export function checkPeriodId(period: string): Problem | undefined {
  if (fields.periodId.safeParse(period).success) return undefined;
  const message = `Period ${quoted(period)} does not exist; write a quarter as 2026-Q1 or a month as 2026-01.`;
  return problem('field_invalid', message, '/period');
}

const LONGEST_SHOWN = 60;

function quoted(text: string): string {
  return JSON.stringify(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text);
}
