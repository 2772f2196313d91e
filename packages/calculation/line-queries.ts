import type { StatementLine, TraceStep } from '@ledger/events';
import type { History, ResolvedQuery } from './book.ts';

/**
 * Lines that rest on an event by which somebody's query was resolved name that query: whoever asked finds the answer in their pay.
 * Amounts and formulas stay as they are.
 */
export function namingQueries(lines: readonly StatementLine[], queries: History['queries']): StatementLine[] {
  if (queries === undefined || queries.size === 0) return [...lines];
  return lines.map((line) => {
    const found = new Map<string, ResolvedQuery>();
    for (const event of eventsUnder(line)) for (const each of queries.get(event) ?? []) found.set(each.query, each);
    if (found.size === 0) return line;
    const named = [...found.values()].sort((a, b) => (a.query < b.query ? -1 : 1)).slice(0, MOST_NAMED);
    const steps = [...(line.trace.steps ?? []), ...named.map(stepOf)];
    return { ...line, trace: { ...line.trace, steps }, queries: named.map(({ query }) => query) };
  });
}

/** A trace has room for so many steps more. */
const MOST_NAMED = 20;

function stepOf({ query, openedBy, resolvedBy, event }: ResolvedQuery): TraceStep {
  return {
    step: 'query',
    says: `Query ${query}, opened by ${openedBy}, was resolved by ${resolvedBy} with an event that this rests on.`,
    events: [event],
  };
}

/** Ids of all events that a line rests on. */
export function* eventsUnder(line: StatementLine): Generator<string> {
  if (line.kind !== 'earning' && line.cause !== null && line.cause !== undefined) yield line.cause;
  yield* eventsIn(line.trace);
}

function* eventsIn(step: TraceStep): Generator<string> {
  yield* step.events ?? [];
  for (const inner of step.steps ?? []) yield* eventsIn(inner);
}
