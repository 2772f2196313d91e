import { isProblem, type Problem } from '@ledger/kernel';
import { auditView, subject } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import type { Ledger } from './ledger.ts';
import type { AsOf } from './statements.ts';

/** A position of the log, and when it was recorded. */
export interface PlaceInTime {
  readonly position: string;
  /** RFC 3339, UTC; `null` of an empty log. */
  readonly recordedAt: string | null;
}

export interface MomentsAnswer {
  readonly asOf: string;
  /** The moment that was asked about. */
  readonly at: PlaceInTime;
  readonly first: PlaceInTime;
  readonly head: PlaceInTime;
  /** What made history by then, in the order of the log: people look back to before and after it. */
  readonly marks: readonly (PlaceInTime & { readonly type: (typeof MARKS)[number]; readonly stream: string })[];
}

const MARKS = ['PeriodFreezeStarted', 'PeriodFrozen', 'PeriodReopened', 'PayRunReleased', 'ReplayApplied'] as const;
/** Marks that are told; the latest ones. */
const MOST_MARKS = 200;

/** Which position an instant is, when a position was recorded, and between which moments one can look back. */
export async function momentsOf(ledger: Ledger, ask: AsOf): Promise<MomentsAnswer | Problem> {
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const head = await ledger.store.head();
  const found: { readonly position: bigint; readonly type: (typeof MARKS)[number]; readonly stream: string }[] = [];
  for (const type of MARKS) {
    const span = { after: 0n, upTo: head };
    for (const { position, row } of await ledger.views.changes(auditView, { prefix: subject.type(type) }, span)) {
      if (row !== null) found.push({ position, type, stream: (JSON.parse(row) as { readonly stream: string }).stream });
    }
  }
  const latest = found.sort((a, b) => (a.position < b.position ? -1 : 1)).slice(-MOST_MARKS);
  const marks: MomentsAnswer['marks'][number][] = [];
  for (const { position, type, stream } of latest) marks.push({ ...(await momentAt(ledger, position)), type, stream });
  const first = head === 0n ? 0n : 1n;
  return {
    asOf: String(asOf),
    at: await momentAt(ledger, asOf),
    first: await momentAt(ledger, first),
    head: await momentAt(ledger, head),
    marks,
  };
}

/** When the event at a position, or the first one after it, was recorded: positions may have gaps. */
async function momentAt({ store }: Ledger, position: bigint): Promise<PlaceInTime> {
  const [stored] = await store.readAll({ after: position === 0n ? 0n : position - 1n, limit: 1 });
  return { position: String(position), recordedAt: stored?.recordedAt ?? null };
}
