import type { CorrectionPolicy } from '@ledger/events';
import type { Book, CorrectionsEntry } from './book.ts';
import { dayBefore, type Interval } from './periods.ts';

/** How a correction is posted, and the event that says so; `null`: nobody said anything, and it is trued up. */
export interface Treatment {
  readonly policy: CorrectionPolicy;
  readonly event: string | null;
  /** Who or what says so, in words. */
  readonly says: string;
  /** By currency: what is less is not taken back. */
  readonly waiveUnder: Readonly<Record<string, string>>;
}

const TRUE_UP: Treatment = { policy: { by: 'true-up' }, event: null, says: 'nobody decided otherwise', waiveUnder: {} };

/**
 * By what was decided about its cause; otherwise by the policy in force on the last day of the statement's period, the newest that has
 * begun by then.
 */
export function treatmentOf(book: Pick<Book, 'corrections'>, period: Interval, cause: string | null): Treatment {
  const { corrections } = book;
  if (corrections === undefined) return TRUE_UP;
  const decided = cause === null ? undefined : corrections.replays.find(({ causes }) => causes.includes(cause));
  if (decided !== undefined) {
    const { policy, event, replay } = decided;
    // Definitions that begin later cause no corrections of what they were dated for; whatever they do cause is trued up.
    if (policy.by === 'prospective') return { ...TRUE_UP, event, says: `replay ${replay}` };
    return { policy, event, says: `replay ${replay}`, waiveUnder: {} };
  }
  return policyOn(corrections, dayBefore(period.to));
}

function policyOn({ policies }: CorrectionsEntry, day: string): Treatment {
  const standing = policies.findLast(({ from }) => from <= day);
  if (standing === undefined) return TRUE_UP;
  const { policy, waiveUnder, from, event } = standing;
  return { policy, event, says: `the policy in force from ${from}`, waiveUnder };
}

/** Whether corrections can be posted otherwise than in full. */
export function hasTreatments({ corrections }: Pick<Book, 'corrections'>): boolean {
  return (
    corrections !== undefined &&
    (corrections.policies.some(
      ({ policy, waiveUnder }) => policy.by !== 'true-up' || Object.keys(waiveUnder).length > 0,
    ) ||
      corrections.replays.some(({ policy }) => policy.by !== 'true-up' && policy.by !== 'prospective'))
  );
}

/** Whether a decision about the person looks at what caused a correction, or at the deals that are in it. */
export function causesDecide({ exceptions }: Pick<Book, 'exceptions'>): boolean {
  return [...(exceptions?.values() ?? [])].some(
    ({ terms }) =>
      (terms.kind === 'waiver' && terms.cause !== undefined) ||
      (terms.kind === 'hold' && (terms.deal !== null || terms.line !== undefined)),
  );
}
