import { noSuchQuery, seesQueriesOf } from '@ledger/decisions';
import { participantOfQuery } from '@ledger/events';
import type { Actor, Problem } from '@ledger/kernel';
import { participantLabel, type QueryRow, queriesView } from '@ledger/projections';
import type { Ledger } from './ledger.ts';
import { managersOf } from './managers.ts';

export async function queriesOf(ledger: Ledger, participant: string, asOf?: bigint): Promise<readonly QueryRow[]> {
  const rows = await ledger.views.labelled(queriesView, participantLabel(participant), asOf);
  return rows.map(({ row }) => JSON.parse(row) as QueryRow);
}

export interface FoundQuery {
  readonly row: QueryRow;
  /** Whom the participant reports to. */
  readonly managers: readonly string[];
}

/** A query as it stands, if this person may see it. */
export async function queryNamed(
  ledger: Ledger,
  query: string,
  actor: Actor,
  asOf?: bigint,
): Promise<FoundQuery | Problem> {
  const row = await ledger.views.get(queriesView, query, asOf);
  if (row === undefined) return noSuchQuery(query);
  const managers = await managersOf(ledger, participantOfQuery(query));
  if (!seesQueriesOf(actor, participantOfQuery(query), managers)) return noSuchQuery(query);
  return { row: JSON.parse(row) as QueryRow, managers };
}
