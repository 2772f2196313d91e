import type { PostedEntry } from '@ledger/calculation';
import type { LedgerEvent, StatementLine } from '@ledger/events';
import type { Projection } from '@ledger/kernel';
import { participantLabel, periodLabel } from './labels.ts';

/** The first parts of a long statement, until its last part arrives. */
interface PartlyPosted {
  readonly kind: 'partly';
  readonly lines: readonly StatementLine[];
  readonly participant: string;
  readonly period: string;
}

export const payoutKey = (period: string, participant: string): string => `${period}/${participant}`;

/** What was posted? Frozen statements, whole. */
export const payoutsView: Projection<PostedEntry | PartlyPosted, LedgerEvent> = {
  name: 'payouts',
  version: 1,
  keys({ event }) {
    if (event.type === 'PayoutLinesFrozen') return [payoutKey(event.data.period, event.data.participant)];
    if (event.type === 'PayoutFrozen')
      return [payoutKey(event.data.statement.period, event.data.statement.participant)];
    return [];
  },
  evolve(row, { event, id }) {
    const before = row?.kind === 'partly' ? row.lines : [];
    if (event.type === 'PayoutLinesFrozen') {
      const { participant, period, lines } = event.data;
      return { kind: 'partly', participant, period, lines: [...before, ...lines] };
    }
    if (event.type === 'PayoutFrozen') {
      const { asOf, digest, statement } = event.data;
      return {
        kind: 'posted',
        asOf,
        digest,
        statement: { ...statement, lines: [...before, ...statement.lines] },
        event: id,
      };
    }
    return row;
  },
  labels(row) {
    const { participant, period } = row.kind === 'posted' ? row.statement : row;
    return [participantLabel(participant), periodLabel(period)];
  },
};
