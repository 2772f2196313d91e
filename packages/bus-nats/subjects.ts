import { checkSubject, LEDGER_ID, ProblemError, problem } from '@ledger/kernel';

/**
 * Names on NATS. They carry the ledger, the category and the type of a fact, and nothing else: who may listen to a subject, its
 * statistics and its logs know no person, no deal and no period.
 */
export const wakeSubject = (ledger: string) => `ledger.${checked(ledger)}.wake`;

/** Where facts of a ledger are published. */
export function subjectOf(ledger: string, category: string, type: string): string {
  const subject = `${factsPrefix(ledger)}.${category}.${type}`;
  checkSubject(subject);
  return subject;
}

/** All of them. */
export const factsUnder = (ledger: string) => `${factsPrefix(ledger)}.>`;

/** The JetStream stream that keeps the facts of a ledger. */
export const streamName = (ledger: string) => `ledger-${checked(ledger)}`;

const factsPrefix = (ledger: string) => `ledger.${checked(ledger)}.facts`;

function checked(ledger: string): string {
  if (LEDGER_ID.test(ledger)) return ledger;
  throw new ProblemError(
    problem('stream_invalid', `ledger cannot be ${JSON.stringify(ledger)}: see docs/reference/limits.md.`),
  );
}
