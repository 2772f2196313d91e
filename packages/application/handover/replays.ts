import { auditView, subject } from '@ledger/projections';
import { eventAt } from '../handle.ts';
import type { Ledger } from '../ledger.ts';

/** A replay that was kept and is neither applied nor discarded: somebody meant to do something with it. */
export interface HandedReplay {
  readonly replay: string;
  readonly from: string;
  readonly to: string;
  readonly by: string;
  readonly recordedAt: string;
  readonly reason: string;
  /** Requests that it tried out. */
  readonly definitions: readonly string[];
  /** What came out less what was frozen, by currency: what it tried out, and all that was learned by then. */
  readonly deltas: Readonly<Record<string, string>>;
}

export async function keptReplays(ledger: Ledger, asOf: bigint): Promise<readonly HandedReplay[]> {
  const open = new Map<string, HandedReplay>();
  for (const type of ['ReplayRecorded', 'ReplayApplied', 'ReplayDiscarded'] as const) {
    const prefix = subject.type(type);
    const rows = await ledger.views.changes(auditView, { prefix }, { after: 0n, upTo: asOf });
    for (const { key, position } of rows) {
      const found = key === prefix ? await eventAt(ledger, position) : undefined;
      if (found === undefined) continue;
      const { event, recordedAt, meta } = found;
      if (event.type === 'ReplayApplied' || event.type === 'ReplayDiscarded') open.delete(event.data.replay);
      if (event.type !== 'ReplayRecorded') continue;
      const { replay, from, to, reason, definitions, totals } = event.data;
      open.set(replay, {
        ...{ replay, from, to, reason, recordedAt, by: meta.actor.id },
        definitions: definitions.map(({ request }) => request),
        deltas: Object.fromEntries(Object.entries(totals).map(([currency, { delta }]) => [currency, delta])),
      });
    }
  }
  return [...open.values()];
}
