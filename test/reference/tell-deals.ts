import type { DealEntry } from '@ledger/calculation';
import type { DealLine } from '@ledger/events';
import { type DealTerms, dateOf, type Next } from './draw-story.ts';

/** Drawn deals, and what becomes of them. */

export function dealEntry(id: string, terms: DealTerms): DealEntry {
  const { ada, ben, overlay } = terms.shares;
  const credit = (participant: string, pool: 'primary' | 'overlay') => (share: string) => ({
    participant,
    pool,
    share,
  });
  const lines: DealLine[] = terms.lines.map(({ amount, category }, at) => {
    return { line: `${at + 1}`, product: 'product', category, quantity: null, amount, cost: null };
  });
  return {
    kind: 'deal',
    changedBy: '',
    source: 'crm',
    deal: id,
    account: null,
    amount: terms.amount,
    currency: terms.currency,
    closedOn: dateOf(terms.day),
    selectionOn: terms.selection === null ? null : dateOf(terms.selection),
    sequence: terms.sequence,
    owner: null,
    credits: [
      ...ada.map(credit('ada', 'primary')),
      ...ben.map(credit('ben', 'primary')),
      ...overlay.map(credit('ada', 'overlay')),
    ],
    attributes: {
      segment: terms.segment,
      termMonths: { decimal: terms.termMonths },
      units: { decimal: terms.units },
      ...(terms.strategic === null ? {} : { strategic: terms.strategic }),
    },
    lines,
    event: '',
    cancelled: null,
    vanished: null,
    milestones: [],
    splits: [],
  };
}

/** A deal as its source tells it. */
export type AsTold = (id: string, terms: DealTerms) => DealEntry;

export function afterwards(
  entry: DealEntry | undefined,
  id: string,
  next: Next,
  event: string,
  asTold: AsTold,
): DealEntry | null {
  if (entry === undefined) return null;
  switch (next.kind) {
    case 'cancel':
      return { ...entry, cancelled: { on: entry.closedOn, reason: 'drawn', event } };
    case 'amend':
      return {
        ...asTold(id, next.terms),
        cancelled: entry.cancelled,
        splits: entry.splits,
        milestones: entry.milestones,
      };
    case 'reinstate':
      return entry.cancelled === null
        ? null
        : { ...asTold(id, next.terms), splits: entry.splits, milestones: entry.milestones };
    case 'vanish':
      return { ...entry, vanished: { on: entry.closedOn, event } };
    case 'revoke':
      return entry.splits.length === 0 ? null : { ...entry, splits: entry.splits.slice(0, -1) };
    case 'split': {
      const rest = next.ada === '0.5' ? '0.5' : next.ada === '0.9' ? '0.1' : '1';
      const shares = [
        { participant: 'ada', share: next.ada },
        { participant: 'ben', share: rest },
      ].filter(({ share }) => share !== '0');
      const expiresOn = next.expires === null ? null : dateOf(next.expires);
      const about = {
        exception: event,
        scope: 'deal',
        evidence: [],
        requestedBy: 'bob',
        approvedBy: 'carol',
        reason: 'drawn',
      };
      return { ...entry, splits: [...entry.splits, { ...about, shares, expiresOn, event }] };
    }
  }
}
