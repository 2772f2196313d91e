import type { Resource } from '@ledger/decisions';
import { decode, type LedgerEvent, participantOfQuery, type RecordedEvent } from '@ledger/events';
import type { Stored } from '@ledger/kernel';
import { isQueryEvent } from '@ledger/projections';

/** Something that was recorded, as those who follow are told of it. */
export interface Notice {
  readonly position: bigint;
  readonly name: 'query' | 'period' | 'statement';
  readonly query: string | null;
  readonly period: string | null;
  /** What one has to see to be told, and of whom; `null`: of everybody. */
  readonly resource: Resource;
  readonly person: string | null;
  /** JSON. */
  readonly data: string;
}

/** What of the life of a period everybody sees; the rest is for those who see pay, or what waits for a decision. */
const OPEN_TO_ALL: readonly LedgerEvent['type'][] = [
  'PeriodOpened',
  'PeriodFreezeStarted',
  'PeriodFrozen',
  'PeriodReopened',
];

/** What those who follow are told of an event; `undefined`: nothing. Most of a log is not read at all for it. */
export function noticeOf(stored: Stored): Notice | undefined {
  const { stream } = stored;
  if (stream.startsWith('query-')) return aboutQuery(decode(stored));
  if (stream.startsWith('period-') || stream.startsWith('payout-')) return aboutPeriod(decode(stored));
  return undefined;
}

function aboutQuery({ event, position, recordedAt, id, meta }: RecordedEvent): Notice | undefined {
  if (!isQueryEvent(event)) return undefined;
  const { query } = event.data;
  const participant = participantOfQuery(query);
  const data = { position: String(position), recordedAt, event: id, type: event.type, query, participant };
  return {
    ...{ position, name: 'query', query, period: null, resource: 'queries', person: participant },
    data: JSON.stringify({ ...data, actor: meta.actor, data: told(event) }),
  };
}

/** What was told is in the query; a notice of it would be as long as two statements. */
function told(event: LedgerEvent): object {
  if (event.type !== 'QueryOpened') return event.data;
  const { facts: _, replay, ...rest } = event.data;
  return { ...rest, difference: replay === null ? null : replay.difference };
}

function aboutPeriod({ event, position, recordedAt, id }: RecordedEvent): Notice | undefined {
  // The lines of a long statement; the last part of it says that it is there.
  if (event.type === 'PayoutLinesFrozen') return undefined;
  const about = event.type === 'PayoutFrozen' ? event.data.statement : event.data;
  if (!('period' in about) || typeof about.period !== 'string') return undefined;
  const { period } = about;
  const participant = 'participant' in about && typeof about.participant === 'string' ? about.participant : null;
  const data = { position: String(position), recordedAt, event: id, type: event.type, period, participant };
  return {
    ...{ position, name: 'period', query: null, period, person: participant },
    resource: participant !== null ? 'pay' : OPEN_TO_ALL.includes(event.type) ? 'calendar' : 'requests',
    data: JSON.stringify(data),
  };
}

/** Whether an event can have moved who sees what: who reports to whom, and who may act in which role. */
export function movesSight({ stream }: Stored): boolean {
  return stream.startsWith('participant-') || stream.startsWith('access-') || stream.startsWith('policy-');
}

/** Whether an event can have moved a statement. */
export function movesPay({ stream }: Stored): boolean {
  return !UNPAID.some((category) => stream.startsWith(category));
}
const UNPAID = ['query-', 'access-', 'approval-', 'replay-'];
