import type { LedgerEvent } from '@ledger/events';
import type { QueryRow } from '@ledger/projections';
import type { Ledger } from '../ledger.ts';
import { openQueriesAt, type QueryView, threadOf } from '../query-reads.ts';

/** A query that is open, with everything that was said about it. */
export interface HandedQuery
  extends Pick<QueryRow, 'query' | 'participant' | 'period' | 'line' | 'says' | 'expects' | 'currency' | 'difference'>,
    Pick<QueryRow, 'openedBy' | 'openedAt' | 'holder' | 'ball' | 'escalations' | 'messages'> {
  /** What the line came to when it was asked about. */
  readonly saw: string;
  /** Day by which it has to be answered or resolved, whichever comes first; `null`: nothing was promised. */
  readonly dueOn: string | null;
  readonly isLate: boolean;
  readonly thread: readonly { readonly at: string; readonly by: string; readonly says: string }[];
}

export async function openQueries(
  ledger: Ledger,
  asked: string | undefined,
  asOf: bigint,
): Promise<readonly HandedQuery[]> {
  const open = await openQueriesAt(ledger, asked, asOf);
  return Promise.all(open.map((row) => handed(ledger, row, asOf)));
}

async function handed(ledger: Ledger, row: QueryView, asOf: bigint): Promise<HandedQuery> {
  const { query, participant, period, line, says, expects, currency, difference, saw, times } = row;
  const { openedBy, openedAt, holder, ball, escalations, messages } = row;
  const thread = (await threadOf(ledger, query, asOf)).flatMap(({ event, recordedAt, meta }) => {
    const said = saidIn(event);
    return said === undefined ? [] : [{ at: recordedAt, by: meta.actor.id, says: said }];
  });
  const due = [times.firstAnswer, times.resolution].flatMap(({ dueOn, doneOn }) =>
    dueOn === null || doneOn !== null ? [] : [dueOn],
  );
  return {
    ...{ query, participant, period, line, says, expects, currency, difference, saw: saw.amount },
    ...{ openedBy, openedAt, holder, ball, escalations, messages },
    dueOn: due.sort()[0] ?? null,
    isLate: times.breaches.length > 0,
    thread,
  };
}

function saidIn(event: LedgerEvent): string | undefined {
  switch (event.type) {
    case 'QueryMessagePosted':
      return `${event.data.asks ? 'asks' : 'says'}: ${event.data.says}`;
    case 'QueryAssigned':
      return `gives it to ${event.data.to}: ${event.data.reason}`;
    case 'QueryEscalated':
      return `escalates it to ${event.data.to}: ${event.data.reason}`;
    case 'QueryResolved':
      return `resolved it: ${event.data.reason}`;
    case 'QueryReopened':
      return `opened it again: ${event.data.reason}`;
    default:
      return undefined;
  }
}
