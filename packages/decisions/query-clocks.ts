import type { EventData, LedgerEvent } from '@ledger/events';
import { type Context, canonical, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { judge } from './authority.ts';
import { produce } from './produce.ts';

/** The policy stream that holds how long queries may take. */
export const QUERY_CLOCKS = 'queries';

export type QueryClocksEvent = LedgerEvent<'QueryClocksSet'>;
export interface SetQueryClocks extends Readonly<EventData<'QueryClocksSet'>> {
  readonly type: 'SetQueryClocks';
}

export interface QueryClocksState {
  /** By the day from which they apply; the newest of a day counts. */
  readonly set: ReadonlyMap<string, EventData<'QueryClocksSet'>>;
}

export const queryClocksDecider: Decider<QueryClocksState, SetQueryClocks, QueryClocksEvent> = {
  initial: { set: new Map() },
  evolve: ({ set }, { data }) => ({ set: new Map(set).set(data.effectiveFrom, data) }),
  decide,
};

function decide(
  { type: _, ...terms }: SetQueryClocks,
  { set }: QueryClocksState,
  { actor }: Context,
): readonly QueryClocksEvent[] | Problem {
  const refused = judge({ kind: 'query-clocks', step: 'record', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const event = produce('QueryClocksSet', { ...terms, clocks: [...terms.clocks] });
  if (isProblem(event)) return event;
  const known = set.get(terms.effectiveFrom);
  const clocks = ({ reason: _reason, ...rest }: EventData<'QueryClocksSet'>) =>
    canonical({ ...rest, clocks: rest.clocks.map(({ clock, days }) => `${clock} ${days}`).sort() });
  return known !== undefined && clocks(known) === clocks(event.data) ? [] : [event];
}
