import { APPROVALS, type ApprovalsState, approvalsDecider } from '@ledger/decisions';
import { decode, type LedgerEvent, streamOf } from '@ledger/events';
import type { Ledger } from './ledger.ts';

/** The rules of approval as they have come to be; read from the log itself, so that the newest word binds at once. */
export async function approvalsAt(ledger: Ledger, asOf?: bigint): Promise<ApprovalsState> {
  const stored = await ledger.store.read(streamOf.policy(APPROVALS));
  return stored
    .filter(({ position }) => asOf === undefined || position <= asOf)
    .map((each): LedgerEvent => decode(each).event)
    .reduce<ApprovalsState>(
      // A stream holds the events of its decider and no others.
      (state, event) => approvalsDecider.evolve(state, event as Parameters<typeof approvalsDecider.evolve>[1]),
      approvalsDecider.initial,
    );
}
