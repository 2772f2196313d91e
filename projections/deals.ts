import { creditedBy, type DealEntry, dealOf, foldDeal } from '@ledger/calculation';
import type { LedgerEvent } from '@ledger/events';
import type { Projection } from '@ledger/kernel';
import { participantLabel } from './labels.ts';

/** How does a deal stand, and whom does it credit? */
export const dealsView: Projection<DealEntry, LedgerEvent> = {
  name: 'deals',
  version: 4,
  keys(event) {
    const key = dealOf(event);
    return key === undefined ? [] : [key];
  },
  evolve(row, event) {
    const deal = foldDeal(row, event);
    return deal && inOrder(deal);
  },
  labels: (deal) => {
    const people = creditedBy(deal);
    const labels = people.length === 0 ? [UNCREDITED] : people.map(participantLabel);
    return deal.vanished === null ? labels : [...labels, VANISHED];
  },
};

/** Finds deals that nobody is, or was once, credited for. */
export const UNCREDITED = 'uncredited';
/** Finds deals that their source does not have any more, or once had not. */
export const VANISHED = 'vanished';

/** Fields in the order of canonical JSON: a log of deals is mostly the writing of these rows, and in order it takes half the time. */
function inOrder(deal: DealEntry): DealEntry {
  return {
    account: deal.account,
    amount: deal.amount,
    attributes: deal.attributes,
    cancelled: deal.cancelled,
    changedBy: deal.changedBy,
    closedOn: deal.closedOn,
    credits: deal.credits,
    currency: deal.currency,
    deal: deal.deal,
    event: deal.event,
    kind: deal.kind,
    lines: deal.lines,
    milestones: deal.milestones,
    owner: deal.owner,
    selectionOn: deal.selectionOn,
    sequence: deal.sequence,
    source: deal.source,
    splits: deal.splits,
    vanished: deal.vanished,
  };
}
