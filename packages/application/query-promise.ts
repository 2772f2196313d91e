import { judgeReadOfQueries, QUERY_CLOCKS } from '@ledger/decisions';
import { type QueryClockName, type QueryClocks, streamOf } from '@ledger/events';
import { type Actor, isProblem, type Problem } from '@ledger/kernel';
import { QUERY_CLOCKS_KEY, type QueryClocksRow, queryClocksView } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import { eventsOf } from './handle.ts';
import type { Ledger } from './ledger.ts';
import { dayAt, momentAsked } from './moment.ts';
import type { AsOf } from './statements.ts';

/** How long a query that is opened on a day may take. */
export interface QueryPromise {
  readonly asOf: string;
  readonly on: string;
  /** Working days by clock; `null`: this ledger promises nothing there. */
  readonly days: Readonly<Record<QueryClockName, number | null>>;
}

export async function queryPromise(ledger: Ledger, ask: AsOf, actor: Actor): Promise<QueryPromise | Problem> {
  const wrong = judgeReadOfQueries(actor);
  if (wrong !== undefined) return wrong;
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const on = await dayAt(ledger, ask.asOf, asOf);
  const row = await ledger.views.get(queryClocksView, QUERY_CLOCKS_KEY, asOf);
  const set = row === undefined ? [] : (JSON.parse(row) as QueryClocksRow).clocks;
  const inForce = set.findLast(({ effectiveFrom }) => effectiveFrom <= on);
  const of = (name: QueryClockName) => inForce?.clocks.find(({ clock }) => clock === name)?.days ?? null;
  return {
    asOf: String(asOf),
    on,
    days: {
      'first-answer': of('first-answer'),
      resolution: of('resolution'),
      reopen: of('reopen'),
      'cut-off': of('cut-off'),
    },
  };
}

/** Clocks of queries as they were set at one time. */
export interface QueryClocksVersion {
  /** Queries that are opened from this day on. */
  readonly from: string;
  readonly clocks: QueryClocks['clocks'];
  readonly reason: string;
  readonly setBy: string;
  readonly position: string;
  readonly recordedAt: string;
  /** Whether they hold for a query that is opened on the day that is asked about. */
  readonly isInForce: boolean;
}

export interface QueryClocksAnswer {
  readonly asOf: string;
  readonly on: string;
  /** By the day from which they hold; of one day the last that was set. */
  readonly versions: readonly QueryClocksVersion[];
}

/** How long queries may take: every time that it was set, why and by whom, and what holds on a day. */
export async function queryClocksSeen(
  ledger: Ledger,
  ask: AsOf & { readonly on?: string | undefined },
): Promise<QueryClocksAnswer | Problem> {
  const moment = await momentAsked(ledger, ask);
  if (isProblem(moment)) return moment;
  const { asOf, on } = moment;
  return { asOf: String(asOf), on, versions: await queryClocksSet(ledger, asOf, on) };
}

/** The same at a position and on a day. */
export async function queryClocksSet(ledger: Ledger, asOf: bigint, on: string): Promise<readonly QueryClocksVersion[]> {
  const set = new Map<string, Omit<QueryClocksVersion, 'isInForce'>>();
  for (const { event, position, recordedAt, meta } of await eventsOf(ledger, streamOf.policy(QUERY_CLOCKS))) {
    if (position > asOf || event.type !== 'QueryClocksSet') continue;
    const { effectiveFrom: from, clocks, reason } = event.data;
    set.set(from, { from, clocks, reason, setBy: meta.actor.id, position: String(position), recordedAt });
  }
  const versions = [...set.values()].sort((a, b) => (a.from < b.from ? -1 : 1));
  const inForce = versions.findLast(({ from }) => from <= on);
  return versions.map((each) => ({ ...each, isInForce: each === inForce }));
}
