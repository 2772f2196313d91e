import type { PeriodEntry } from '@ledger/calculation';
import type { EventData } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { definitionsView } from '@ledger/projections';
import type { Ledger } from './ledger.ts';
import { type ReplayAnswer, replayPeriods } from './replay.ts';

/** Events that are named one by one; the rest are counted. */
const MOST_NAMED = 20;

/**
 * What has changed the answer of a kept replay since it was recorded; `undefined` where it still comes out as it did, whatever else was
 * recorded meanwhile.
 */
export async function movedSince(ledger: Ledger, recorded: EventData<'ReplayRecorded'>): Promise<Problem | undefined> {
  const { replay, from, to, participant, definitions, asOf, digest } = recorded;
  const ask = { from, to, participant, requests: definitions.map(({ request }) => request) };
  const now = await replayPeriods(ledger, ask);
  if (isProblem(now)) return now;
  if (now.digest === digest) return undefined;
  const then = await replayPeriods(ledger, { ...ask, asOf });
  const events = isProblem(then) ? [] : eventsBetween(then, now);
  const all = [...events, ...(await frozenSince(ledger, BigInt(asOf), from, to))];
  const named = all.slice(0, MOST_NAMED);
  const rest = all.length > MOST_NAMED ? `; and ${all.length - MOST_NAMED} more` : '';
  const what = all.length === 0 ? 'this release calculates otherwise' : named.join('; ') + rest;
  return {
    ...problem(
      'replay_moved',
      `The answer of replay ${replay}, recorded as of ${asOf}, is another one by now: ${what}. Record it anew and decide on that.`,
    ),
    ...(all.length < 2 ? {} : { errors: all.slice(0, MOST_NAMED).map((says) => problem('replay_moved', says)) }),
  };
}

/** Causes that one answer has and the other has not, or with another amount; proposals are the same in both, and only follow. */
function eventsBetween(then: ReplayAnswer, now: ReplayAnswer): readonly string[] {
  const [before, after] = [causesOf(then), causesOf(now)];
  const moved = new Map<string, string>();
  for (const [one, other] of [
    [after, before],
    [before, after],
  ] as const) {
    for (const [key, { event, says, delta }] of one) {
      if (other.get(key)?.delta !== delta) moved.set(event, `${says.replace(/\.$/, '')} (event ${event})`);
    }
  }
  return [...moved.values()];
}

interface Told {
  readonly event: string;
  readonly says: string;
  readonly delta: string;
}

function causesOf({ participants }: ReplayAnswer): ReadonlyMap<string, Told> {
  const causes = new Map<string, Told>();
  for (const { participant, replay } of participants) {
    for (const { period, component, causes: own } of replay.rows) {
      for (const { event, proposed, says, delta } of own) {
        if (event === null || proposed !== undefined) continue;
        causes.set(`${participant} ${period} ${component} ${event}`, { event, says, delta });
      }
    }
  }
  return causes;
}

async function frozenSince(ledger: Ledger, after: bigint, from: string, to: string): Promise<readonly string[]> {
  const head = await ledger.store.head();
  const turns = await ledger.views.changes(definitionsView, { prefix: 'period/' }, { after, upTo: head });
  return turns.flatMap(({ row }) => {
    const entry = row === null ? undefined : (JSON.parse(row) as PeriodEntry);
    if (entry?.state !== 'frozen') return [];
    const where = from <= entry.period && entry.period <= to ? '' : ', with the corrections of earlier periods';
    return [`Period ${entry.period} was frozen${where} (event ${entry.changedBy})`];
  });
}
