import type { PeriodEntry, Posted } from '@ledger/calculation';
import { isProblem, type Problem } from '@ledger/kernel';
import { periodLabel, postedView } from '@ledger/projections';
import { isInForce, openBooks } from '../books.ts';
import type { Progress } from '../close.ts';
import type { Ledger } from '../ledger.ts';
import { instantAt } from '../moment.ts';
import { replayPeriods } from '../replay.ts';
import { computeDigest, computeStatement, frozenStatement, participantsIn } from '../statements.ts';
import { ofEach, type StatementTask } from '../workers.ts';
import { type Unlike, unlike } from './unlike.ts';

/** The last frozen period calculated again from the position that its freeze pinned, and what was learned since of all that is frozen. */
export interface Rehearsal {
  readonly period: string;
  readonly asOf: string;
  /** When the last event before the freeze was recorded. */
  readonly frozenAt: string;
  readonly statements: number;
  readonly equal: boolean;
  readonly unequal: readonly Unlike[];
  /** What the frozen periods would be by what is known now: corrections to come, by currency, with what makes them. */
  readonly since: {
    readonly totals: Readonly<
      Record<string, { readonly frozen: string; readonly replayed: string; readonly delta: string }>
    >;
    readonly causes: readonly Cause[];
    readonly problem: Problem | null;
  };
}
export interface Cause {
  readonly participant: string;
  readonly period: string;
  readonly component: string;
  readonly currency: string;
  readonly delta: string;
  readonly event: string | null;
  readonly says: string;
}

export async function rehearse(
  ledger: Ledger,
  periods: readonly PeriodEntry[],
  asOf: bigint,
  onProgress?: Progress,
): Promise<Rehearsal | null | Problem> {
  const frozen = periods.filter(({ state }) => state === 'frozen').sort((a, b) => (a.period < b.period ? -1 : 1));
  const [first, last] = [frozen.at(0), frozen.at(-1)];
  if (first === undefined || last === undefined || last.asOf === null) return null;
  const { period } = last;
  const books = await openBooks(ledger, BigInt(last.asOf));
  if (isProblem(books)) return books;
  const posted = (await ledger.views.labelled(postedView, periodLabel(period), asOf))
    .map(({ row }) => JSON.parse(row) as Posted)
    .filter((entry) => isInForce(entry, new Map([[period, last]])));
  const kept = new Map(posted.map((entry) => [entry.statement.participant, entry.digest]));
  const unequal: Unlike[] = [];
  const everybody = [...new Set([...kept.keys(), ...participantsIn(books, period)])].sort();
  const task: StatementTask = { kind: 'digest', asOf: books.asOf, period };
  let done = 0;
  onProgress?.(done, everybody.length);
  for await (const own of ofEach(ledger, task, everybody, (id) => computeDigest(books, id, period))) {
    const participant = everybody[done] ?? '';
    done += 1;
    onProgress?.(done, everybody.length);
    const was = kept.get(participant);
    const isNothing = was === undefined && (isProblem(own) || !own.isDue);
    if (isNothing || (!isProblem(own) && own.digest === was)) continue;
    const written = was === undefined ? undefined : await frozenStatement(ledger, participant, period, asOf);
    unequal.push(unlike(participant, written?.statement ?? null, await computeStatement(books, participant, period)));
  }
  const since = await replayedSince(ledger, { from: first.period, to: period }, asOf, onProgress);
  const frozenAt = await instantAt(ledger, last.asOf, BigInt(last.asOf));
  const statements = posted.length;
  return { period, asOf: last.asOf, frozenAt, statements, equal: unequal.length === 0, unequal, since };
}

async function replayedSince(
  ledger: Ledger,
  range: { readonly from: string; readonly to: string },
  asOf: bigint,
  onProgress: Progress | undefined,
): Promise<Rehearsal['since']> {
  const ask = { ...range, asOf: String(asOf), ...(onProgress === undefined ? {} : { onProgress }) };
  const answer = await replayPeriods(ledger, ask);
  if (isProblem(answer)) return { totals: {}, causes: [], problem: answer };
  const causes = answer.participants.flatMap(({ participant, replay: { rows } }) =>
    rows.flatMap((row) =>
      row.causes.map(({ event, says, delta }) => ({
        participant,
        period: row.period,
        component: row.component,
        currency: row.currency,
        delta,
        event,
        says,
      })),
    ),
  );
  const [failing] = answer.participants.flatMap(({ replay: { problems } }) => problems);
  return { totals: answer.totals, causes, problem: failing ?? null };
}
