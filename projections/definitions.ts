import { type DefinitionEntry, definitionOf, foldDefinition } from '@ledger/calculation';
import type { LedgerEvent } from '@ledger/events';
import type { Projection } from '@ledger/kernel';

/** What rules at any moment? Metrics, plans, quotas with their relief, people, rates, periods: each with its history. */
export const definitionsView: Projection<DefinitionEntry, LedgerEvent> = {
  name: 'definitions',
  version: 1,
  keys(event) {
    const key = definitionOf(event);
    return key === undefined ? [] : [key];
  },
  evolve: foldDefinition,
};
