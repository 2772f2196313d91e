import { createHash } from 'node:crypto';
import { decode, type RecordedEvent, type StatementLine } from '@ledger/events';
import {
  chainChecker,
  compareViews,
  digest,
  isProblem,
  PAGE_SIZE,
  type Problem,
  ProblemError,
  problem,
  type Stored,
  sha256,
} from '@ledger/kernel';
import { VIEWS } from '@ledger/projections';
import type { Progress } from './close.ts';
import { type Ledger, refresh } from './ledger.ts';
import { checkPayRuns } from './pay-run.ts';
import { periodLines } from './statements.ts';

export interface Verified {
  readonly position: string;
  readonly events: number;
  readonly streams: number;
  /** Hash of the last event. */
  readonly lastHash: string;
  /** SHA-256 over the position and the hash of every event, in order: names the whole log up to the position. */
  readonly digest: string;
  /** Frozen statements, those of freezes that were reopened too. */
  readonly statements: number;
  readonly periods: number;
  /** Views that are what a rebuild makes; empty where they were left out. */
  readonly views: readonly string[];
  /** Files for payroll that come out of the log as they were released; 0 where the views were left out, from which they are made. */
  readonly payRuns: number;
}

export interface VerifyAsk {
  /** `<position>:<digest>` that an earlier run printed: the log must still begin with what it was then. */
  readonly expect?: string | undefined;
  /** Leave the views out. */
  readonly logOnly?: boolean | undefined;
  readonly onProgress?: Progress | undefined;
}

/**
 * Checks the hash of every event, that the events of each stream follow one another, that every event can be read, that every frozen
 * statement has the digest that was recorded with it and every frozen period the digest of its statements, that the log is the
 * continuation of the one whose digest was kept, that the file itself is sound, that every view is what a rebuild makes, and that every
 * file for payroll comes out as it was released. The first thing that is wrong comes back, with its position where it has one.
 */
export async function verify(ledger: Ledger, ask: VerifyAsk = {}): Promise<Verified | Problem> {
  const expected = ask.expect === undefined ? null : parseExpected(ask.expect);
  if (isProblem(expected)) return expected;
  try {
    const head = Number(await ledger.store.head());
    // Of the whole, the views take the second half.
    const of = ask.logOnly === true ? head : 2 * head;
    const log = await readLog(ledger, expected, (done) => ask.onProgress?.(done, of));
    if (isProblem(log)) return log;
    const damage = await ledger.store.check();
    if (damage !== undefined) return damage;
    if (ask.logOnly === true) return { ...log, views: [], payRuns: 0 };
    await refresh(ledger);
    const views = await checkViews(ledger, (done) => ask.onProgress?.(head + done, of));
    if (isProblem(views)) return views;
    const payRuns = await checkPayRuns(ledger, BigInt(log.position));
    return isProblem(payRuns) ? payRuns : { ...log, views, payRuns };
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
}

interface Expected {
  readonly position: bigint;
  readonly digest: string;
}

function parseExpected(text: string): Expected | Problem {
  const [, position = '', known = ''] = /^([1-9][0-9]{0,18}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (position !== '') return { position: BigInt(position), digest: known };
  const says = `--expect "${text.slice(0, 90)}" is not <position>:<digest>; give both as an earlier verify printed them.`;
  return problem('option_invalid', says, '/expect');
}

/**
 * The log from its first event on, up to what is wrong in it. What is missed later, as a statement of a freeze, may be an event that is not
 * there: then its position is the first damaged one, and the store knows it. Where positions have gaps of their own, it knows that, too.
 */
async function readLog(
  ledger: Ledger,
  expected: Expected | null,
  onProgress: (done: number) => void,
): Promise<LogRead | Problem> {
  const seen = { hasGap: false };
  const log = await readEvents(ledger, expected, onProgress, seen).catch((error: unknown) => {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  });
  return (isProblem(log) && seen.hasGap ? await ledger.store.check() : undefined) ?? log;
}

type LogRead = Omit<Verified, 'views' | 'payRuns'>;

async function readEvents(
  { store }: Ledger,
  expected: Expected | null,
  onProgress: (done: number) => void,
  seen: { hasGap: boolean },
): Promise<LogRead | Problem> {
  const check = chainChecker();
  const whole = createHash('sha256');
  const frozen = frozenChecker();
  let streams = 0;
  let events = 0;
  let after = 0n;
  let lastHash = '';
  for (;;) {
    const page = await readPage(store, after);
    if (isProblem(page)) return page;
    if (page.length === 0) break;
    for (const event of page) {
      seen.hasGap ||= event.position !== after + 1n;
      check(event);
      const damaged = frozen.check(decode(event));
      if (damaged !== undefined) return damaged;
      if (event.revision === 1) streams += 1;
      events += 1;
      after = event.position;
      lastHash = event.hash;
      whole.update(`${after} ${lastHash}\n`);
      if (expected?.position === after && whole.copy().digest('hex') !== expected.digest) {
        const says = `The log up to position ${after} does not have the digest ${expected.digest.slice(0, 16)}…; events were changed and sealed anew. Restore the ledger file from a backup of the time when the digest was kept.`;
        return problem('chain_broken', says);
      }
    }
    onProgress(Number(after));
  }
  if (expected !== null && expected.position > after) {
    const says = `The log ends at position ${after}, but had one at ${expected.position}; restore the newer ledger file.`;
    return problem('tail_lost', says);
  }
  return {
    position: String(after),
    events,
    streams,
    lastHash,
    digest: whole.digest('hex'),
    ...frozen.counted(),
  };
}

/** A page of the log. Where a page cannot be read, the events before the one that is damaged can, one by one. */
async function readPage(store: Ledger['store'], after: bigint): Promise<readonly Stored[] | Problem> {
  try {
    return await store.readAll({ after, limit: PAGE_SIZE });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
  }
  let last = after;
  try {
    for (;;) {
      const [event] = await store.readAll({ after: last, limit: 1 });
      // Damage that goes away is none of the log's.
      if (event === undefined) return [];
      last = event.position;
    }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { code, message } = error.problem;
    return problem(code, `The event after position ${last} cannot be read: ${message}`);
  }
}

/** Holds frozen statements against their own digests, and those against the digests of their periods, while the log goes by. */
function frozenChecker() {
  const parts = new Map<string, StatementLine[]>();
  const digests = new Map<string, Map<string, string>>();
  const periods = new Set<string>();
  let statements = 0;
  const damaged = (what: string, { position }: RecordedEvent): Problem =>
    problem('statement_damaged', `${what} (event at position ${position}); restore the ledger file from a backup.`);
  return {
    check(recorded: RecordedEvent): Problem | undefined {
      const { event } = recorded;
      switch (event.type) {
        case 'PayoutLinesFrozen': {
          const known = parts.get(recorded.stream) ?? [];
          parts.set(recorded.stream, [...known, ...event.data.lines]);
          return undefined;
        }
        case 'PayoutFrozen': {
          const { statement, digest: kept } = event.data;
          const { period, participant } = statement;
          const lines = [...(parts.get(recorded.stream) ?? []), ...statement.lines];
          parts.delete(recorded.stream);
          if (digest({ ...statement, lines }) !== kept) {
            return damaged(`The frozen statement of ${participant} for ${period} does not match its digest`, recorded);
          }
          statements += 1;
          digests.set(period, (digests.get(period) ?? new Map()).set(participant, kept));
          return undefined;
        }
        case 'PeriodFreezeStarted':
          // A freeze writes all of its statements after this.
          digests.delete(event.data.period);
          return undefined;
        case 'PeriodFrozen': {
          const { period, digest: kept } = event.data;
          const own = [...(digests.get(period) ?? [])].map(([participant, each]) => ({ participant, digest: each }));
          if (sha256(periodLines(own)) !== kept) {
            return damaged(`The statements of ${period} do not add up to the digest of its freeze`, recorded);
          }
          periods.add(period);
          return undefined;
        }
        default:
          return undefined;
      }
    },
    counted: () => ({ statements, periods: periods.size }),
  };
}

async function checkViews(ledger: Ledger, onProgress: (done: number) => void): Promise<readonly string[] | Problem> {
  const { store, views } = ledger;
  const damage = await views.check();
  if (damage !== undefined) return damage;
  const compared = await compareViews({
    store,
    views,
    projections: VIEWS,
    decode,
    onProgress: ({ position }) => onProgress(Number(position)),
  });
  const [first] = compared
    .filter(({ equal }) => !equal)
    .sort((a, b) => compareFirst(a.firstDifference, b.firstDifference));
  if (first === undefined) return compared.map(({ name }) => name);
  const where =
    first.firstDifference === null ? 'in what its rows are found by' : `from position ${first.firstDifference} on`;
  const says = `View ${first.name} is not what the log says, ${where}, although every event is as it was sealed. Keep a copy of both files, compare the log with a digest that you kept (--expect), and make the view anew with \`ledger rebuild\`.`;
  return problem('replay_unequal', says);
}

/** What has no position comes last. */
function compareFirst(a: bigint | null, b: bigint | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}
