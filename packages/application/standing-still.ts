import { type EventStore, isProblem, type Problem, ProblemError } from '@ledger/kernel';
import { VIEWS } from '@ledger/projections';
import type { Ledger } from './ledger.ts';

/** How long a log that did not answer is taken to be away before somebody waits for it again. */
const TAKEN_AWAY_MS = 1_000;

interface Away {
  readonly problem: Problem;
  /** By the clock of `performance`, in milliseconds. */
  readonly until: number;
}
const known = new WeakMap<Ledger['views'], Away>();

/**
 * Asks; where the log does not answer, by throwing or by a refusal, `instead` answers without it (promises.md, P18). Those who ask right
 * after somebody has waited for it in vain do not wait again.
 */
export async function unlessAway<T>(
  { views }: Pick<Ledger, 'views'>,
  ask: () => Promise<T>,
  instead: (away: Problem) => Promise<T>,
): Promise<T> {
  const last = known.get(views);
  if (last !== undefined && performance.now() < last.until) return instead(last.problem);
  const found = await ask().catch((error: unknown) => {
    if (error instanceof ProblemError && isAway(error.problem)) return error.problem;
    throw error;
  });
  if (!isProblem(found) || !isAway(found)) return found as T;
  known.set(views, { problem: found, until: performance.now() + TAKEN_AWAY_MS });
  return instead(found);
}

const isAway = ({ code }: Problem): boolean => code === 'store_unavailable';

/** What is left of a ledger without its log. */
type Standing = Omit<Ledger, 'store' | 'directory'> & { readonly store: Pick<EventStore, 'ledger' | 'watch'> };

/**
 * The ledger as its views have it while its log is away: the log ends where they do, names are unknown, nothing is recorded, and what only
 * the log can say is refused as the log was. Throws where the views have seen nothing, or have stopped.
 */
export async function standingStill<L extends Standing>(ledger: L, away: Problem): Promise<L & Ledger> {
  const states = await Promise.all(VIEWS.map((view) => ledger.views.state(view)));
  const [at = 0n] = states.map(({ checkpoint }) => checkpoint).sort((a, b) => (a < b ? -1 : 1));
  if (at === 0n || states.some(({ state }) => state === 'stopped')) throw new ProblemError(away);
  const refused = async () => {
    throw new ProblemError(away);
  };
  const store: EventStore = {
    ledger: ledger.store.ledger,
    append: refused,
    appendEach: refused,
    read: refused,
    readAll: async ({ after }) => (after >= at ? [] : refused()),
    head: async () => at,
    positionAt: refused,
    watch: (wake) => ledger.store.watch(wake),
    check: refused,
    close: async () => undefined,
  };
  const directory = {
    put: refused,
    get: async () => undefined,
    list: async () => [],
    forget: refused,
    close: async () => undefined,
  };
  return { ...ledger, workers: undefined, store, directory, standsAt: at };
}
