import {
  type Append,
  type Appended,
  type Clock,
  canonical,
  type EventStore,
  type Pending,
  ProblemError,
  type Stored,
  seededRandom,
  sha256,
  ulidFactory,
} from '@ledger/kernel';

/** A clock that a test sets, in microseconds; it stands still unless told otherwise. */
export interface TestClock {
  (): bigint;
  at: bigint;
}

export const START = 1_767_225_600_000_000n; // 2026-01-01T00:00:00Z

export function testClock(): TestClock {
  const clock: TestClock = Object.assign(() => clock.at, { at: START });
  return clock;
}

/** Events by the number: the same calls make the same events. */
export function eventMaker(seed = 1, clock: Clock = () => START): (data?: unknown, type?: string) => Pending {
  const id = ulidFactory(clock, seededRandom(seed));
  return (data = {}, type = 'DealClosed') => {
    const eventId = id();
    return {
      id: eventId,
      type,
      version: 1,
      data: canonical(data),
      meta: {
        actor: { id: 'olga', role: 'ops' },
        commandId: `command-${eventId}`,
        commandHash: sha256(eventId),
        correlationId: `command-${eventId}`,
        causationId: null,
      },
    };
  };
}

/** The append that a test needs to succeed. */
export async function appended(store: EventStore, append: Append): Promise<Appended & { ok: true }> {
  const answer = await store.append(append);
  if (!answer.ok) throw new Error(`${append.stream} is at ${answer.revision}, not at ${append.expected}`);
  return answer;
}

/** The whole log, page by page. */
export async function logOf(store: EventStore, limit = 1_000): Promise<Stored[]> {
  const events: Stored[] = [];
  for (let after = 0n; ; ) {
    const page = await store.readAll({ after, limit });
    if (page.length === 0) return events;
    events.push(...page);
    after = page.at(-1)?.position ?? after;
  }
}

/** The code of the problem that an action throws; fails when it throws something else or nothing. */
export async function codeOf(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  }
  throw new Error('expected a problem, but nothing was thrown');
}

/** Resolves when told to, or fails: no test waits for ever. */
export function signal(what: string, ms = 2_000): { readonly seen: Promise<void>; readonly tell: () => void } {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error(`${what} did not happen within ${ms} ms`)), ms);
  const seen = promise.finally(() => clearTimeout(timer));
  // A test that has failed before it waits must not fail the run as well.
  seen.catch(() => undefined);
  return { seen, tell: resolve };
}
