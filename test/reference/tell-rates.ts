import type { RatesStory } from './draw-rates.ts';
import { type Ledger, ledgerOf } from './tell.ts';

/** A story whose rates depend on more, as the ledger has it. */
export function ratesLedger({ base }: RatesStory): Ledger {
  return ledgerOf(base);
}
