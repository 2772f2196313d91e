import type { ParticipantEntry, PeriodEntry, PlanEntry } from '@ledger/calculation';
import type { ViewStore } from '@ledger/kernel';
import { definitionsView } from '@ledger/projections';
import type { Ledger } from './ledger.ts';

/** Who earns, by id, as of a position; left out: of what the views hold. */
export function participantEntries(
  { views }: Pick<Ledger, 'views'>,
  asOf?: bigint,
): Promise<readonly ParticipantEntry[]> {
  return entriesUnder<ParticipantEntry>(views, 'participant/', asOf);
}

/** The periods that were opened, by name. */
export function periodEntries({ views }: Pick<Ledger, 'views'>, asOf?: bigint): Promise<readonly PeriodEntry[]> {
  return entriesUnder<PeriodEntry>(views, 'period/', asOf);
}

/** The plans that there ever were, by name, each with its versions. */
export function planEntries({ views }: Pick<Ledger, 'views'>, asOf?: bigint): Promise<readonly PlanEntry[]> {
  return entriesUnder<PlanEntry>(views, 'plan/', asOf);
}

/** Somebody, as of a position; left out: of what the views hold. */
export function participantEntry(
  { views }: Pick<Ledger, 'views'>,
  participant: string,
  asOf?: bigint,
): Promise<ParticipantEntry | undefined> {
  return entryAt<ParticipantEntry>(views, `participant/${participant}`, asOf);
}

/** A plan with the versions of it that are in force. */
export function planEntry(
  { views }: Pick<Ledger, 'views'>,
  plan: string,
  asOf?: bigint,
): Promise<PlanEntry | undefined> {
  return entryAt<PlanEntry>(views, `plan/${plan}`, asOf);
}

async function entryAt<Entry>(views: ViewStore, key: string, asOf: bigint | undefined): Promise<Entry | undefined> {
  const row = await views.get(definitionsView, key, asOf);
  return row === undefined ? undefined : (JSON.parse(row) as Entry);
}

/** Rows of the view of definitions are what its fold writes under a prefix. */
async function entriesUnder<Entry>(
  views: ViewStore,
  prefix: string,
  asOf: bigint | undefined,
): Promise<readonly Entry[]> {
  const rows = await views.list(definitionsView, prefix, asOf);
  return rows.map(({ row }) => JSON.parse(row) as Entry);
}
