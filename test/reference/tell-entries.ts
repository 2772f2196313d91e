import type { Change, PlanEntry, RatesEntry } from '@ledger/calculation';

/** Entries of books, as stories tell them. */

export type Entry = Change['entry'];
/** What is known: the newest entry of each subject, by kind and name. */
export type Known = Map<string, Entry>;
export type Fact = (known: Known, event: string) => Entry | null;

export const APPROVED = { approvedBy: 'carol', reason: 'drawn' };

export function version<D>(document: D, from: string, to: string | null, event: string) {
  return { version: 1, document, from, to, event, ...APPROVED };
}

export function planEntry(versions: PlanEntry['versions']): PlanEntry {
  const plan = versions[0]?.document.plan ?? '';
  return { kind: 'plan', changedBy: '', plan, versions: numbered(versions), retiredFrom: null };
}

export function numbered<V extends { readonly version: number }>(versions: readonly V[]): readonly V[] {
  return versions.map((each, index) => ({ ...each, version: index + 1 }));
}

export function ratesEntry(
  known: Known,
  base: string,
  quote: string,
  rate: { readonly on: string; readonly rate: string; readonly event: string },
): RatesEntry {
  const before = known.get(`rates ${base}${quote}`);
  const rates = [...(before?.kind === 'rates' ? before.rates : []), { ...rate, source: 'drawn' }];
  const sorted = rates.sort((a, b) => (a.on === b.on ? 0 : a.on < b.on ? -1 : 1));
  return { kind: 'rates', changedBy: rate.event, base, quote, rates: sorted };
}
