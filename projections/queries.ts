import type { EventData, LedgerEvent, QueryClocks, QueryCorrection, RecordedEvent } from '@ledger/events';
import type { Projection } from '@ledger/kernel';
import { participantLabel, periodLabel } from './labels.ts';

/** Whose move it is. */
export type Ball = 'desk' | 'participant' | 'nobody';

/** A query as it stands, with the moments that its clocks are read from. */
export interface QueryRow {
  readonly query: string;
  readonly participant: string;
  readonly period: string;
  readonly line: string;
  readonly says: string;
  readonly expects: string | null;
  readonly currency: string;
  readonly saw: EventData<'QueryOpened'>['saw'];
  /** What the line would be by the participant's own facts, less what it is; `null` where they gave none. */
  readonly difference: string | null;
  readonly openedBy: string;
  readonly openedAt: string;
  readonly openedPosition: string;
  /** Command that opened it. */
  readonly command: string;
  readonly stands: 'open' | 'resolved' | 'withdrawn';
  readonly holder: string | null;
  readonly escalations: number;
  readonly ball: Ball;
  /** Since when the query has been open this time: its opening, or the last time that it was reopened. */
  readonly runsSince: string;
  /** When the desk first said something. */
  readonly answeredAt: string | null;
  /** When the desk began to wait for the participant, and until when, since `runsSince`. */
  readonly waits: readonly { readonly from: string; readonly until: string | null }[];
  /** When it was resolved or withdrawn; `null` while it is open. */
  readonly closedAt: string | null;
  readonly resolution: {
    readonly event: string;
    readonly by: string;
    readonly reason: string;
    readonly amount: string;
  } | null;
  /** What it has been resolved by, each time that it was. */
  readonly corrections: readonly (QueryCorrection & { readonly resolvedBy: string; readonly resolvedIn: string })[];
  readonly messages: number;
}

/** What do people ask about their pay, who has to answer, and what came of it? */
export const queriesView: Projection<QueryRow, LedgerEvent> = {
  name: 'queries',
  version: 1,
  keys({ event }) {
    return isQueryEvent(event) ? [event.data.query] : [];
  },
  evolve(row, recorded) {
    const { event } = recorded;
    if (!isQueryEvent(event)) return row;
    if (event.type === 'QueryOpened') return opened(event.data, recorded);
    return row === undefined ? undefined : after(row, event, recorded);
  },
  labels: ({ participant, period, corrections }) => [
    participantLabel(participant),
    periodLabel(period),
    ...(corrections.length === 0 ? [] : [CORRECTED, correctedLabel(participant)]),
  ],
};

/** Finds queries that a correcting event resolved: all of them, and those of one participant. */
export const CORRECTED = 'corrected';
export const correctedLabel = (participant: string): string => `corrected:${participant}`;

type QueryEvent = LedgerEvent<
  | 'QueryOpened'
  | 'QueryAssigned'
  | 'QueryMessagePosted'
  | 'QueryEscalated'
  | 'QueryResolved'
  | 'QueryReopened'
  | 'QueryWithdrawn'
>;

export function isQueryEvent(event: LedgerEvent): event is QueryEvent {
  return 'query' in event.data;
}

function opened(data: EventData<'QueryOpened'>, { recordedAt, position, meta }: RecordedEvent): QueryRow {
  const { facts: _, replay, ...terms } = data;
  return {
    ...terms,
    difference: replay === null ? null : replay.difference,
    openedAt: recordedAt,
    openedPosition: String(position),
    command: meta.commandId,
    stands: 'open',
    holder: null,
    escalations: 0,
    ball: 'desk',
    runsSince: recordedAt,
    answeredAt: null,
    waits: [],
    closedAt: null,
    resolution: null,
    corrections: [],
    messages: 0,
  };
}

function after(row: QueryRow, event: Exclude<QueryEvent, { type: 'QueryOpened' }>, recorded: RecordedEvent): QueryRow {
  const { recordedAt, id } = recorded;
  switch (event.type) {
    case 'QueryAssigned':
      return { ...row, holder: event.data.to };
    case 'QueryEscalated':
      return { ...handed(row, 'desk', recordedAt), holder: event.data.to, escalations: row.escalations + 1 };
    case 'QueryMessagePosted': {
      const { side, asks } = event.data;
      const messages = row.messages + 1;
      if (side === 'participant') return { ...handed(row, 'desk', recordedAt), messages };
      const answeredAt = row.answeredAt ?? recordedAt;
      return { ...(asks ? handed(row, 'participant', recordedAt) : row), messages, answeredAt };
    }
    case 'QueryResolved': {
      const { reason, amount, resolvedBy, corrections } = event.data;
      return {
        ...handed(row, 'nobody', recordedAt),
        stands: 'resolved',
        answeredAt: row.answeredAt ?? recordedAt,
        closedAt: recordedAt,
        resolution: { event: id, by: resolvedBy, reason, amount },
        corrections: [...row.corrections, ...corrections.map((each) => ({ ...each, resolvedBy, resolvedIn: id }))],
      };
    }
    case 'QueryReopened':
      return {
        ...row,
        stands: 'open',
        ball: 'desk',
        runsSince: recordedAt,
        waits: [],
        closedAt: null,
        resolution: null,
      };
    case 'QueryWithdrawn':
      return { ...handed(row, 'nobody', recordedAt), stands: 'withdrawn', closedAt: recordedAt };
    default:
      return event satisfies never;
  }
}

/** The query with the ball where it goes; a wait for the participant begins and ends with it. */
function handed(row: QueryRow, ball: Ball, at: string): QueryRow {
  if (row.ball === ball) return row;
  if (ball === 'participant') return { ...row, ball, waits: [...row.waits, { from: at, until: null }] };
  const waits = row.waits.map((wait) => (wait.until === null ? { ...wait, until: at } : wait));
  return { ...row, ball, waits };
}

/** By the day from which they apply. */
export interface QueryClocksRow {
  readonly clocks: readonly QueryClocks[];
}

/** How long may queries take? */
export const queryClocksView: Projection<QueryClocksRow, LedgerEvent> = {
  name: 'clocks',
  version: 1,
  keys: ({ event }) => (event.type === 'QueryClocksSet' ? [QUERY_CLOCKS_KEY] : []),
  evolve(row, { event }) {
    if (event.type !== 'QueryClocksSet') return row;
    const { reason: _, ...set } = event.data;
    const others = (row?.clocks ?? []).filter(({ effectiveFrom }) => effectiveFrom !== set.effectiveFrom);
    return { clocks: [...others, set].sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1)) };
  },
};

/** The one row of that view. */
export const QUERY_CLOCKS_KEY = 'clocks';
