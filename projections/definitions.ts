import {
  CORRECTIONS,
  type DefinitionEntry,
  definitionOf,
  foldCorrections,
  foldDefinition,
  isPutInForce,
} from '@ledger/calculation';
import type { LedgerEvent } from '@ledger/events';
import type { Projection } from '@ledger/kernel';

/** What rules at any moment? Metrics, plans, quotas with their relief, people, rates, periods: each with its history. */
export const definitionsView: Projection<DefinitionEntry, LedgerEvent> = {
  name: 'definitions',
  version: 4,
  keys(event) {
    const key = definitionOf(event);
    const own = key === undefined ? [] : [key];
    return isPutInForce(event) && key !== CORRECTIONS ? [...own, CORRECTIONS] : own;
  },
  evolve: (row, event, key) => (key === CORRECTIONS ? foldCorrections(row, event) : foldDefinition(row, event)),
};
