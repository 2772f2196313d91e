import { type Following, following, openLive, showQuery } from '@ledger/application';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import type { Session } from './session.ts';

/** What is said and done about queries, as a line of text or of JSON needs it. */
export interface Entry {
  readonly position: string;
  readonly recordedAt: string;
  readonly type: string;
  readonly query: string;
  readonly actor: { readonly id: string };
  readonly data: Readonly<Record<string, unknown>>;
}

export const ENDS = ['resolved', 'withdrawn'] as const;
type End = (typeof ENDS)[number];

export interface FollowAsk {
  /** All that one may see, if left out. */
  readonly query?: string | undefined;
  readonly after?: string | undefined;
  readonly until?: End | undefined;
  /** Aborts when whoever follows has seen enough. */
  readonly signal: AbortSignal;
  readonly tell: (entry: Entry) => void;
}

const BY_EVENT: Readonly<Record<string, End>> = { QueryResolved: 'resolved', QueryWithdrawn: 'withdrawn' };

/** Tells an entry, and whether it is the one that was waited for. */
export function tellEntry({ until, tell }: FollowAsk, entry: Entry): boolean {
  tell(entry);
  return until !== undefined && BY_EVENT[entry.type] === until;
}

/** Follows queries in the ledger's own file, whichever process writes to it. */
export async function followFile({ ledger, by }: Session, ask: FollowAsk): Promise<Problem | undefined> {
  let { after } = ask;
  if (ask.query !== undefined && after === undefined) {
    const now = await showQuery(ledger, { query: ask.query }, by.actor);
    if (isProblem(now)) return now;
    if (now.query.stands === ask.until) return undefined;
    after = now.asOf;
  }
  const live = openLive(ledger);
  try {
    const topic = ask.query === undefined ? ({ of: 'queries' } as const) : ({ of: 'query', query: ask.query } as const);
    // Whoever opens the file is who they say they are; nobody takes that from them while they read.
    const reader = { actor: by.actor, still: async () => by.actor };
    const from = after === undefined ? undefined : BigInt(after);
    const followed = await following((sink) => live.follow(topic, reader, from, sink));
    return isProblem(followed) ? followed : await take(followed, ask);
  } finally {
    live.close();
  }
}

async function take(followed: Following, ask: FollowAsk): Promise<Problem | undefined> {
  const stop = () => followed.stop();
  ask.signal.addEventListener('abort', stop, { once: true });
  if (ask.signal.aborted) stop();
  try {
    for (let told = await followed.next(); told !== undefined; told = await followed.next()) {
      if (told.is === 'end') return over(told.ending.because);
      if (told.is === 'notice' && tellEntry(ask, JSON.parse(told.notice.data) as Entry)) return undefined;
    }
    return undefined;
  } finally {
    ask.signal.removeEventListener('abort', stop);
    stop();
  }
}

function over(because: string): Problem | undefined {
  if (because !== 'revoked') return undefined;
  return problem('not_found', 'You may not see this query any more; `ledger query list` has those that you may see.');
}
