import type { Component, PlanDocument } from '@ledger/events';
import { band, type Given, given, metric, PLAIN, person } from './given.ts';

/** A company of months that pays everything that is sold, to the end of its sums: what settles it, and how it is counted, is said. */
export function seller(
  clauses: Pick<PlanDocument, 'draws' | 'guarantee' | 'pay'> = {},
  component: Partial<Component> = {},
): Given {
  const ledger = given('month');
  metric(ledger, {});
  ledger.record('PlanPublished', {
    plan: 'ae',
    version: 1,
    document: {
      plan: 'ae',
      title: 'Seller',
      currency: 'USD',
      exchange: 'booking-date',
      rounding: 'half-up',
      components: { sales: { ...PLAIN, window: 'month', tierBy: 'amount', table: [band('0', '100%')], ...component } },
      ...clauses,
    },
    effectiveFrom: '2026-01-01',
    effectiveTo: null,
    reason: 'r',
    evidence: [],
    requestedBy: 'ops',
    approvedBy: 'fin',
    requestHash: '0'.repeat(64),
    requestRevision: 1,
  });
  person(ledger, 'ada');
  return ledger;
}
