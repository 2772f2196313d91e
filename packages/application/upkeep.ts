import type { PeriodEntry, PostedEntry } from '@ledger/calculation';
import { decode } from '@ledger/events';
import {
  chainChecker,
  digest,
  isProblem,
  type Problem,
  ProblemError,
  problem,
  rebuildViews,
  sha256,
} from '@ledger/kernel';
import { definitionsView, payoutsView, VIEWS } from '@ledger/projections';
import type { Progress } from './close.ts';
import { type Ledger, refresh } from './ledger.ts';
import { periodLines } from './statements.ts';

export interface Rebuilt {
  readonly position: string;
  readonly events: number;
  readonly views: readonly {
    readonly name: string;
    readonly live: string;
    readonly rebuilt: string;
    readonly equal: boolean;
  }[];
}

/** Builds every view again from nothing beside the ones in use, compares the digests, and takes the new ones into use. */
export async function rebuild(ledger: Ledger, onProgress?: Progress): Promise<Rebuilt> {
  await refresh(ledger);
  const { store, views } = ledger;
  const report = await rebuildViews({
    store,
    views,
    projections: VIEWS,
    decode,
    onProgress: ({ position, head }) => onProgress?.(Number(position), Number(head)),
  });
  return {
    position: String(report.position),
    events: report.events,
    views: report.views.map(({ name, before, after }) => ({
      name,
      live: before,
      rebuilt: after,
      equal: before === after,
    })),
  };
}

export interface Verified {
  readonly position: string;
  readonly events: number;
  readonly streams: number;
  /** Hash of the last event: with the position, names the whole log. */
  readonly lastHash: string;
  readonly statements: number;
  readonly periods: number;
}

const PAGE = 5_000;

/**
 * Checks the hash of every event, that the events of each stream follow one another, that every event can be read, that every frozen
 * statement has the digest that was recorded with it, and every frozen period the digest of its statements. The first thing that is
 * wrong comes back with its position.
 */
export async function verify(ledger: Ledger, onProgress?: Progress): Promise<Verified | Problem> {
  const head = await ledger.store.head();
  const check = chainChecker();
  const streams = new Set<string>();
  let events = 0;
  let after = 0n;
  let lastHash = '';
  try {
    for (;;) {
      const page = await ledger.store.readAll({ after, limit: PAGE });
      if (page.length === 0) break;
      for (const event of page) {
        check(event);
        decode(event);
        if (event.revision === 1) streams.add(event.stream);
        events += 1;
        after = event.position;
        lastHash = event.hash;
      }
      onProgress?.(Number(after), Number(head));
    }
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  const damage = await ledger.store.check();
  if (damage !== undefined) return damage;
  const frozen = await verifyFrozen(ledger);
  if (isProblem(frozen)) return frozen;
  return { position: String(after), events, streams: streams.size, lastHash, ...frozen };
}

/** Frozen statements against their own digests, and those against the digests of their periods. */
async function verifyFrozen(
  ledger: Ledger,
): Promise<{ readonly statements: number; readonly periods: number } | Problem> {
  await refresh(ledger);
  const posted = (await ledger.views.list(payoutsView, ''))
    .map(({ row }) => JSON.parse(row) as PostedEntry)
    .filter(({ kind }) => kind === 'posted');
  for (const { statement, digest: recorded, event } of posted) {
    if (digest(statement) === recorded) continue;
    return problem(
      'statement_damaged',
      `The frozen statement of ${statement.participant} for ${statement.period} (event ${event}) does not match its digest; restore the ledger file from a backup.`,
    );
  }
  const periods = (await ledger.views.list(definitionsView, 'period/'))
    .map(({ row }) => JSON.parse(row) as PeriodEntry)
    .filter(({ state }) => state === 'frozen');
  for (const { period, digest: recorded } of periods) {
    const own = posted
      .filter(({ statement }) => statement.period === period)
      .map(({ statement: { participant }, digest: own }) => ({ participant, digest: own }));
    if (sha256(periodLines(own)) === recorded) continue;
    return problem(
      'statement_damaged',
      `The statements of ${period} do not add up to the digest of its freeze; restore the ledger file from a backup.`,
    );
  }
  return { statements: posted.length, periods: periods.length };
}
