import { alongside } from '@ledger/kernel';
import { add, type Exact, shareIn } from '@ledger/money';
import type { DealEntry, SplitEntry } from './book.ts';

/** The rule that made a credit. */
export interface AppliedRule {
  readonly crediting: string;
  readonly version: number;
  readonly rule: string;
  readonly event: string;
  readonly approvedBy: string;
}

/** A participant's share of a deal in one pool, and what it rests on. */
export interface DealCredit {
  readonly participant: string;
  readonly pool: 'primary' | 'overlay';
  /** Fraction of one: 7/10. */
  readonly share: Exact;
  /** The split exception that made the share, where the source's own rule did not. */
  readonly exception: SplitEntry | null;
  /** The crediting rules that made the share, or a part of it. */
  readonly rules?: readonly AppliedRule[];
  /** What rules leave of the primary pool. */
  readonly isRest?: true;
  /** Rules that are for the deal and credit nobody, each with why. */
  readonly unreached?: readonly string[];
  /** Event ids. */
  readonly events: readonly string[];
}

const KNOWN = alongside<DealEntry, readonly DealCredit[]>();

/** Who is credited with which share of a deal, primary pool first; empty for a deal that gives no credit. */
export function creditsOf(deal: DealEntry): readonly DealCredit[] {
  let credits = KNOWN.get(deal);
  if (credits === undefined) {
    credits = givesCredit(deal) ? both(primary(deal), overlay(deal)) : [];
    KNOWN.set(deal, credits);
  }
  return credits;
}

/**
 * Whether the deal gives credit at all. A cancelled one gives none in any period: the period in which it closed is restated
 * (mechanics §12, ii), unless the component says itself what a cancellation takes back (`dealUnder`).
 * A deal that vanished from its source keeps its credit: that it is missing is a finding, not a cancellation.
 */
function givesCredit(deal: DealEntry): boolean {
  return deal.cancelled === null;
}

function both(primary: readonly DealCredit[], overlay: readonly DealCredit[]): readonly DealCredit[] {
  return overlay.length === 0 ? primary : [...primary, ...overlay];
}

function primary(deal: DealEntry): readonly DealCredit[] {
  const exception = exceptionInForce(deal);
  if (exception === null) return pooled(deal, 'primary');
  return exception.shares.map(({ participant, share }) => ({
    participant,
    pool: 'primary',
    share: shareIn(share),
    exception,
    events: [deal.event, exception.event],
  }));
}

function overlay(deal: DealEntry): readonly DealCredit[] {
  return pooled(deal, 'overlay');
}

/** The split exception that replaces the primary pool: the one approved last of those that do not expire by the closing date. */
export function exceptionInForce(deal: DealEntry): SplitEntry | null {
  return deal.splits.findLast(({ expiresOn }) => expiresOn === null || expiresOn > deal.closedOn) ?? null;
}

/** One credit for each participant; a source may name somebody twice. */
function pooled(deal: DealEntry, pool: 'primary' | 'overlay'): readonly DealCredit[] {
  const credits: DealCredit[] = [];
  for (const { participant, pool: of, share: text } of deal.credits) {
    if (of !== pool) continue;
    const share = shareIn(text);
    const at = credits.findIndex((credit) => credit.participant === participant);
    const known = credits[at];
    if (known !== undefined) credits[at] = { ...known, share: add(known.share, share) };
    else credits.push({ participant, pool, share, exception: null, events: [deal.event] });
  }
  return credits;
}
