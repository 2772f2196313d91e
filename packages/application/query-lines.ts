import { eventsUnder } from '@ledger/calculation';
import { seesQueriesOf } from '@ledger/decisions';
import type { StatementLine } from '@ledger/events';
import { type Actor, isProblem, type Problem } from '@ledger/kernel';
import type { QueryRow } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import type { Ledger } from './ledger.ts';
import { managersOf } from './managers.ts';
import { queriesOf } from './query-access.ts';
import { TOTAL } from './query-replay.ts';
import type { AsOf } from './statements.ts';

/** A query and a line: one that it asks about, or one that rests on what resolved it. */
export interface AboutLine {
  readonly query: string;
  readonly line: string;
  readonly is: 'asked' | 'answered';
  readonly stands: QueryRow['stands'];
}

/**
 * The queries about lines of a statement, as of a moment. A frozen line names the queries that were resolved before it was frozen; those
 * that were resolved later are found here. Nothing for whoever may not see queries of the participant.
 */
export async function queriesAbout(
  ledger: Ledger,
  ask: AsOf & {
    readonly participant: string;
    readonly period: string;
    readonly lines: readonly StatementLine[];
    /** Of the statement, where it is asked about as a whole. */
    readonly total?: string | undefined;
  },
  actor: Actor,
): Promise<readonly AboutLine[] | Problem> {
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const rows = await queriesOf(ledger, ask.participant, asOf);
  if (rows.length === 0) return [];
  const managers = actor.role === 'manager' ? await managersOf(ledger, ask.participant) : [];
  if (!seesQueriesOf(actor, ask.participant, managers)) return [];
  const about: AboutLine[] = [];
  const names = new Set([...ask.lines.map(({ line }) => line), ...(ask.total === undefined ? [] : [TOTAL])]);
  for (const { query, period, line, stands } of rows) {
    if (period === ask.period && names.has(line)) about.push({ query, line, is: 'asked', stands });
  }
  const resolved = rows.filter(({ corrections }) => corrections.length > 0);
  if (resolved.length === 0) return about;
  for (const line of ask.lines) {
    const events = new Set(eventsUnder(line));
    for (const { query, stands, corrections } of resolved) {
      // What the line says itself need not be said again.
      if (line.queries?.includes(query) !== true && corrections.some(({ event }) => events.has(event))) {
        about.push({ query, line: line.line, is: 'answered', stands });
      }
    }
  }
  return about;
}
