import { managersAbove, type ParticipantEntry } from '@ledger/calculation';
import { noSuchQuery, seesQueriesOf } from '@ledger/decisions';
import { participantOfQuery } from '@ledger/events';
import type { Actor, Problem } from '@ledger/kernel';
import { definitionsView, participantLabel, type QueryRow, queriesView } from '@ledger/projections';
import { type Ledger, today } from './ledger.ts';

export async function queriesOf(ledger: Ledger, participant: string, asOf?: bigint): Promise<readonly QueryRow[]> {
  const rows = await ledger.views.labelled(queriesView, participantLabel(participant), asOf);
  return rows.map(({ row }) => JSON.parse(row) as QueryRow);
}

/** Everybody whom a participant reports to today, directly or not: they may speak for them. */
export async function managersOf(ledger: Ledger, participant: string): Promise<readonly string[]> {
  const day = await today(ledger);
  const people = new Map<string, { readonly participant: ParticipantEntry }>();
  for (let next: string | undefined = participant; next !== undefined && !people.has(next); ) {
    const row = await ledger.views.get(definitionsView, `participant/${next}`);
    if (row === undefined) break;
    people.set(next, { participant: JSON.parse(row) as ParticipantEntry });
    next = managersAbove(people, participant, day).at(-1);
  }
  return managersAbove(people, participant, day).filter((each) => each !== participant);
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
