import type { ExceptionEntry } from '@ledger/calculation';
import { dateOf } from './draw-story.ts';
import type { Fact } from './tell-entries.ts';

/** What is decided about the pay of ada. */

export interface DecisionTold {
  readonly exception: string;
  /** Freezes until it is approved. */
  readonly stage: number;
  readonly terms: ExceptionEntry['terms'];
  /** Day on which it ends by itself. */
  readonly expires: number | null;
  /** Freezes until it is revoked. */
  readonly revoked: number | null;
}

export function decisionFacts(
  told: readonly DecisionTold[],
): readonly { readonly stage: number; readonly fact: Fact }[] {
  return told.flatMap((decision, index) => {
    const { exception, stage, revoked } = decision;
    const approved = { stage, fact: (_: unknown, event: string) => entryOf(decision, index, event) };
    if (revoked === null) return [approved];
    const revoking: Fact = (known, event) => {
      const entry = known.get(`exception ada ${exception}`);
      return entry?.kind === 'exception' ? { ...entry, isRevoked: true, event } : null;
    };
    return [approved, { stage: stage + revoked, fact: revoking }];
  });
}

/** The same about anybody. */
export function agreedWith(participant: string, decision: DecisionTold, index: number): Fact {
  return (_, event) => ({ ...entryOf(decision, index, event), participant });
}

function entryOf({ exception, terms, expires }: DecisionTold, index: number, event: string): ExceptionEntry {
  return {
    kind: 'exception',
    changedBy: event,
    participant: 'ada',
    exception,
    terms,
    reason: 'drawn',
    approvedBy: 'carol',
    requestedBy: 'bob',
    expiresOn: expires === null ? null : dateOf(expires),
    isRevoked: false,
    order: index + 1,
    event,
  };
}
