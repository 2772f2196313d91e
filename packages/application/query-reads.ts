import { judgeReadOfQueries, seesQueriesOf } from '@ledger/decisions';
import type { EventData, LedgerEvent, RecordedEvent, StatementLine } from '@ledger/events';
import { decode, streamOf } from '@ledger/events';
import { type Actor, digest, isProblem, type Problem } from '@ledger/kernel';
import {
  isQueryEvent,
  participantLabel,
  QUERY_CLOCKS_KEY,
  type QueryClocksRow,
  type QueryRow,
  type QueryTimes,
  queriesView,
  queryClocksView,
  queryTimes,
} from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import { periodEntries } from './entries.ts';
import { calendarOf, type Ledger } from './ledger.ts';
import { managersOf } from './managers.ts';
import { instantAt } from './moment.ts';
import { checkIds, checkPeriodId } from './names.ts';
import { queryNamed } from './query-access.ts';
import { type AsOf, lineNamed, statementOf } from './statements.ts';

export type { QueryRow, QueryTimes };

/** A query with its clocks, as they stood at the moment asked about. */
export interface QueryView extends QueryRow {
  readonly times: QueryTimes;
}
export interface QueryList {
  readonly asOf: string;
  /** The moment that the clocks speak of. */
  readonly at: string;
  readonly queries: readonly QueryView[];
}

export interface QueryListAsk extends AsOf {
  readonly participant?: string | undefined;
  readonly period?: string | undefined;
  readonly stands?: QueryRow['stands'] | 'all' | undefined;
  /** Only those of which a clock ran out. */
  readonly isBreached?: boolean | undefined;
}

/** The queries that somebody may see; open ones, unless others are asked for. Those that are due first come first. */
export async function listQueries(ledger: Ledger, ask: QueryListAsk, actor: Actor): Promise<QueryList | Problem> {
  const wrong =
    judgeReadOfQueries(actor) ??
    (ask.participant === undefined ? undefined : checkIds({ participant: ask.participant })) ??
    (ask.period === undefined ? undefined : checkPeriodId(ask.period));
  if (wrong !== undefined) return wrong;
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const clock = await clockAt(ledger, ask.asOf, asOf);
  if (isProblem(clock)) return clock;
  const only = actor.role === 'rep' ? actor.id : ask.participant;
  const found =
    only === undefined
      ? await ledger.views.list(queriesView, '', asOf)
      : await ledger.views.labelled(queriesView, participantLabel(only), asOf);
  const { stands = 'open', isBreached = false } = ask;
  const sees = await visibleTo(ledger, actor);
  const queries: QueryView[] = [];
  for (const { row } of found) {
    const each = JSON.parse(row) as QueryRow;
    if (stands !== 'all' && each.stands !== stands) continue;
    if (ask.participant !== undefined && each.participant !== ask.participant) continue;
    if (ask.period !== undefined && each.period !== ask.period) continue;
    if (!(await sees(each.participant))) continue;
    const times = clock.of(each);
    if (!isBreached || times.breaches.length > 0) queries.push({ ...each, times });
  }
  return { asOf: String(asOf), at: clock.at, queries: queries.sort(dueFirst) };
}

async function visibleTo(ledger: Ledger, actor: Actor): Promise<(participant: string) => Promise<boolean>> {
  const known = new Map<string, boolean>();
  return async (participant) => {
    let sees = known.get(participant);
    if (sees === undefined) {
      const managers = actor.role === 'manager' ? await managersOf(ledger, participant) : [];
      sees = seesQueriesOf(actor, participant, managers);
      known.set(participant, sees);
    }
    return sees;
  };
}

function dueFirst(a: QueryView, b: QueryView): number {
  const due = ({ times: { firstAnswer, resolution } }: QueryView) =>
    (firstAnswer.doneOn === null ? firstAnswer.dueOn : null) ?? resolution.dueOn ?? '9999';
  const [first, second] = [due(a), due(b)];
  if (first !== second) return first < second ? -1 : 1;
  return BigInt(a.openedPosition) < BigInt(b.openedPosition) ? -1 : 1;
}

export interface QueryAnswer {
  readonly asOf: string;
  readonly at: string;
  readonly query: QueryView;
  readonly facts: EventData<'QueryOpened'>['facts'];
  readonly replay: EventData<'QueryOpened'>['replay'];
  /** The line as it was seen; `null` for a statement as a whole, or where this release calculates another statement than that. */
  readonly line: StatementLine | null;
  readonly thread: readonly QueryEntry[];
}
export interface QueryEntry {
  readonly event: string;
  readonly position: string;
  readonly recordedAt: string;
  readonly actor: Actor;
  readonly type: LedgerEvent['type'];
  readonly data: LedgerEvent['data'];
}

/** A query with its thread, what was seen, and both versions where the participant gave facts. */
export async function showQuery(
  ledger: Ledger,
  ask: AsOf & { readonly query: string },
  actor: Actor,
): Promise<QueryAnswer | Problem> {
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const found = await queryNamed(ledger, ask.query, actor, asOf);
  if (isProblem(found)) return found;
  const { row } = found;
  const clock = await clockAt(ledger, ask.asOf, asOf);
  if (isProblem(clock)) return clock;
  const events = await threadOf(ledger, row.query, asOf);
  const opened = events.find(({ event }) => event.type === 'QueryOpened')?.event;
  const { facts = null, replay = null } = opened?.type === 'QueryOpened' ? opened.data : {};
  const thread = events.flatMap(({ id, position, recordedAt, meta, event }): readonly QueryEntry[] =>
    isQueryEvent(event) && event.type !== 'QueryOpened'
      ? [{ event: id, position: String(position), recordedAt, actor: meta.actor, type: event.type, data: event.data }]
      : [],
  );
  const line = await lineSeen(ledger, row);
  return { asOf: String(asOf), at: clock.at, query: { ...row, times: clock.of(row) }, facts, replay, line, thread };
}

/** Everything that was recorded about a query up to a position. */
export async function threadOf(ledger: Ledger, query: string, asOf: bigint): Promise<readonly RecordedEvent[]> {
  const stored = (await ledger.store.read(streamOf.query(query))).filter(({ position }) => position <= asOf);
  return stored.map(decode);
}

/** Every query that is open as of a position, with its clocks at the moment that was asked about, those due first in front. */
export async function openQueriesAt(
  ledger: Ledger,
  asked: string | undefined,
  asOf: bigint,
): Promise<readonly QueryView[]> {
  const clock = await clockAt(ledger, asked, asOf);
  if (isProblem(clock)) return [];
  const rows = (await ledger.views.list(queriesView, '', asOf)).map(({ row }) => JSON.parse(row) as QueryRow);
  return rows
    .filter(({ stands }) => stands === 'open')
    .map((row) => ({ ...row, times: clock.of(row) }))
    .sort(dueFirst);
}

async function lineSeen(ledger: Ledger, row: QueryRow): Promise<StatementLine | null> {
  const { participant, period, saw } = row;
  const asOf = saw.state === 'frozen' ? row.openedPosition : saw.asOf;
  const answer = await statementOf(ledger, { participant, period, asOf });
  if (isProblem(answer) || digest(answer.statement) !== saw.digest) return null;
  const line = lineNamed(answer.statement, row.line);
  return isProblem(line) ? null : line;
}

/** What the clocks of queries are read with: the policy, the calendar and the periods as of a position, and the moment. */
async function clockAt(ledger: Ledger, asked: string | undefined, asOf: bigint) {
  const calendar = await calendarOf(ledger, asOf);
  if (isProblem(calendar)) return calendar;
  const at = await instantAt(ledger, asked, asOf);
  const row = await ledger.views.get(queryClocksView, QUERY_CLOCKS_KEY, asOf);
  const clocks = row === undefined ? [] : (JSON.parse(row) as QueryClocksRow).clocks;
  const periods = await periodEntries(ledger, asOf);
  const frozen = new Set(periods.flatMap((each) => (each.state === 'frozen' ? [each.period] : [])));
  const of = (query: QueryRow) => queryTimes(query, { clocks, calendar, isFrozen: frozen.has(query.period) }, at);
  return { at, of };
}

/** Last day on which a query can be reopened; `null`: on any. */
export async function reopenUntil(ledger: Ledger, row: QueryRow): Promise<string | null> {
  const clock = await clockAt(ledger, undefined, await ledger.store.head());
  return isProblem(clock) ? null : clock.of(row).reopenUntil;
}

/** Queries that are open about a period or an earlier one, as of a moment: a freeze of it lists them, and they go on after it. */
export async function openQueriesUpTo(
  ledger: Ledger,
  period: string,
  { asOf, asked }: { readonly asOf: bigint; readonly asked?: string | undefined },
): Promise<readonly QueryView[]> {
  const open = await openQueriesAt(ledger, asked, asOf);
  return open.filter((row) => row.period <= period);
}
