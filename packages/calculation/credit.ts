import type { Exact } from '@ledger/money';
import type { DealEntry, SplitEntry } from './book.ts';

/** A participant's share of a deal in one pool, and what it rests on. */
export interface DealCredit {
  readonly participant: string;
  readonly pool: 'primary' | 'overlay';
  /** Fraction of one: 7/10. */
  readonly share: Exact;
  /** The split exception that made the share, where the source's own rule did not. */
  readonly exception: SplitEntry | null;
  /** Event ids. */
  readonly events: readonly string[];
}

/** Who is credited with which share of a deal. Empty for a cancelled deal. */
export function creditsOf(_deal: DealEntry): readonly DealCredit[] {
  throw new Error('being written');
}
