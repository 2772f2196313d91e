import type { EventType } from '@ledger/events';
import { auditView, subject } from '@ledger/projections';
import { storedAt } from './handle.ts';
import type { Ledger } from './ledger.ts';

export interface Doer {
  readonly id: string;
  readonly role: string;
  readonly times: number;
  /** When they last did it. */
  readonly last: string;
}

/** Most that are counted, from the newest on: who does something is known from the last times. */
const MOST = 200;

/** Who has recorded events of a type, those who did it last first. Facts of deals are not counted; see `isDealFact`. */
export async function whoDid(ledger: Ledger, type: string, asOf: bigint, most = MOST): Promise<readonly Doer[]> {
  const range = { after: 0n, upTo: asOf };
  const name = subject.type(type as EventType);
  const rows = (await ledger.views.changes(auditView, { prefix: name }, range)).filter(({ key }) => key === name);
  const doers = new Map<string, Doer>();
  for (const { position } of rows.slice(-most).reverse()) {
    const stored = await storedAt(ledger, position);
    if (stored === undefined) continue;
    const { id, role } = stored.meta.actor;
    const known = doers.get(id);
    doers.set(
      id,
      known === undefined ? { id, role, times: 1, last: stored.recordedAt } : { ...known, times: known.times + 1 },
    );
  }
  return [...doers.values()];
}
