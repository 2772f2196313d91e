import { creditedBy, type DealEntry, dealOf, foldDeal } from '@ledger/calculation';
import type { LedgerEvent } from '@ledger/events';
import type { Projection } from '@ledger/kernel';
import { participantLabel } from './labels.ts';

/** How does a deal stand, and whom does it credit? */
export const dealsView: Projection<DealEntry, LedgerEvent> = {
  name: 'deals',
  version: 1,
  keys(event) {
    const key = dealOf(event);
    return key === undefined ? [] : [key];
  },
  evolve: foldDeal,
  labels: (deal) => {
    const people = creditedBy(deal);
    return people.length === 0 ? [UNCREDITED] : people.map(participantLabel);
  },
};

/** Finds deals that nobody is, or was once, credited for. */
export const UNCREDITED = 'uncredited';
