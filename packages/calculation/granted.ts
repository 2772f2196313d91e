import type { ExceptionKind, ExceptionTerms } from '@ledger/events';
import type { Book, ExceptionEntry } from './book.ts';

/** A decision of one kind. */
export type Granted<K extends ExceptionKind> = Omit<ExceptionEntry, 'terms'> & {
  readonly terms: Extract<ExceptionTerms, { kind: K }>;
};

/** Decisions about the participant's pay, by name. */
export function decisions({ exceptions }: Book): readonly ExceptionEntry[] {
  if (exceptions === undefined) return [];
  return [...exceptions.values()].sort((a, b) => (a.exception < b.exception ? -1 : 1));
}

/** Decisions of one kind that hold on a day, in the order in which they were approved: the newest is the last. */
export function grantedOn<K extends ExceptionKind>(
  { exceptions }: Pick<Book, 'exceptions'>,
  kind: K,
  day: string,
): readonly Granted<K>[] {
  if (exceptions === undefined) return [];
  return [...exceptions.values()]
    .filter((entry): entry is ExceptionEntry & Granted<K> => entry.terms.kind === kind && !entry.isRevoked)
    .filter((entry) => !isExpired(entry, day))
    .sort((a, b) => a.order - b.order);
}

/** Whether a decision has ended by itself before the end of a period: what it has not done by then it does no more. */
export function isExpired({ expiresOn }: Pick<ExceptionEntry, 'expiresOn'>, lastDay: string): boolean {
  return expiresOn !== null && expiresOn <= lastDay;
}

/** Whether a decision moves what is earned, and not only what is paid of it. */
export function movesEarnings(kind: ExceptionKind): boolean {
  return kind === 'score' || kind === 'target-incentive' || kind === 'salary' || kind === 'windfall';
}

/** Who decided it, or took it back, and why. */
export function decidedInWords({ approvedBy, reason, isRevoked, revoked }: ExceptionEntry): string {
  if (!isRevoked) return `approved by ${approvedBy}: ${reason}`;
  return revoked === undefined ? 'was revoked' : `was revoked by ${revoked.by}: ${revoked.reason}`;
}
