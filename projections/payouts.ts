import type { Posted, PostedLine } from '@ledger/calculation';
import type { LedgerEvent, StatementLine } from '@ledger/events';
import type { Projection } from '@ledger/kernel';
import { participantLabel, periodLabel } from './labels.ts';

/** The first parts of a long statement, until its last part arrives. */
interface Partly {
  readonly kind: 'partly';
  readonly lines: readonly PostedLine[];
  readonly participant: string;
  readonly period: string;
}

/** Key of a statement; of a period that was reopened there is one for each freeze. */
export const payoutKey = (period: string, participant: string, freeze = 1): string =>
  freeze === 1 ? `${period}/${participant}` : `${period}/${participant}#${freeze}`;

/**
 * What was posted, that later statements and replays settle against? Why each line was earned is most of a statement, and is read from
 * the log.
 */
export const postedView: Projection<Posted | Partly, LedgerEvent> = {
  name: 'posted',
  version: 2,
  keys: keysOf,
  evolve(row, { event, id }) {
    const before = row?.kind === 'partly' ? row.lines : [];
    if (event.type === 'PayoutLinesFrozen') {
      const { participant, period, lines } = event.data;
      return { kind: 'partly', participant, period, lines: [...before, ...lines.map(postedLine)] };
    }
    if (event.type === 'PayoutFrozen') {
      const { asOf, digest, freeze } = event.data;
      const { attainment: _, ...statement } = event.data.statement;
      return {
        kind: 'posted',
        asOf,
        ...(freeze === undefined ? {} : { freeze }),
        digest,
        statement: { ...statement, lines: [...before, ...statement.lines.map(postedLine)] },
        event: id,
      };
    }
    return row;
  },
  labels: labelsOf,
};

function labelsOf(row: Posted | Partly): readonly string[] {
  const { participant, period } = row.kind === 'posted' ? row.statement : row;
  return [participantLabel(participant), periodLabel(period)];
}

function postedLine(line: StatementLine): PostedLine {
  if (line.kind !== 'earning') return line;
  const { trace: _, ...posted } = line;
  return posted;
}

function keysOf({ event }: { readonly event: LedgerEvent }): readonly string[] {
  if (event.type === 'PayoutLinesFrozen')
    return [payoutKey(event.data.period, event.data.participant, event.data.freeze)];
  if (event.type === 'PayoutFrozen')
    return [payoutKey(event.data.statement.period, event.data.statement.participant, event.data.freeze)];
  return [];
}
