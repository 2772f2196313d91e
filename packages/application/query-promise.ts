import { judgeReadOfQueries } from '@ledger/decisions';
import type { QueryClockName } from '@ledger/events';
import { type Actor, isProblem, type Problem } from '@ledger/kernel';
import { QUERY_CLOCKS_KEY, type QueryClocksRow, queryClocksView } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import type { Ledger } from './ledger.ts';
import { dayAt } from './moment.ts';
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
