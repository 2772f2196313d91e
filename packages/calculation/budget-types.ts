import type { Exact } from '@ledger/money';
import type { ComponentInForce } from './in-force.ts';
import type { Span } from './periods.ts';

/** What is to be paid to somebody out of a budget, for a deal or for something that is about no single one. */
export interface BudgetEntry {
  readonly participant: string;
  readonly component: string;
  readonly inForce: ComponentInForce;
  /** Window of the budget. */
  readonly window: Span;
  /** Pay period. */
  readonly period: string;
  /** Place of its deal in the order of credits; `null` comes at the end of the pay period. */
  readonly place: { readonly closedOn: string; readonly sequence: number; readonly deal: string } | null;
  /** As it would be posted, after everything that one person's caps remove. */
  readonly posted: Exact;
}

/** An entry, and what the budget leaves of it. */
export interface PaidEntry {
  /** Of several that are paid together: the last. */
  readonly entry: BudgetEntry;
  /** What is left of the budget when its turn comes; `null` where several share what is left. */
  readonly left: Exact | null;
  readonly paid: Exact;
}
