import { creditedBy, type DealEntry, dayAfter, foldDeal, periodBounds, periodsFrom } from '@ledger/calculation';
import type { SupposedDeal, SupposedSplit } from '@ledger/connectors';
import { type DealCommand, type DealState, dealDecider } from '@ledger/decisions';
import { dealKey, decode, type LedgerEvent, type RecordedEvent, streamOf } from '@ledger/events';
import {
  type Actor,
  type Decider,
  isProblem,
  type Problem,
  problem,
  type Stored,
  type ViewStore,
} from '@ledger/kernel';
import { dealsView, participantLabel } from '@ledger/projections';
import { type Books, openBooks } from './books.ts';
import { stateOf } from './handle.ts';
import { type Ledger, today } from './ledger.ts';

/** What somebody supposes: deals told otherwise, or for the first time, and credit split otherwise. */
export interface Suppositions {
  readonly deals: readonly SupposedDeal[];
  readonly splits?: readonly SupposedSplit[] | undefined;
}
interface Supposed {
  readonly entry: DealEntry;
  readonly was: DealEntry | undefined;
}
/** By deal key. */
export type SupposedDeals = ReadonlyMap<string, Supposed>;

/** What is supposed is recorded by no one, and approved by nobody: traces say so. No participant can have the id of whoever asks. */
const SUPPOSING: Actor = { id: 'what.would', role: 'ops' };
const AGREEING: Actor = { id: 'nobody', role: 'finance' };

/** The deals as they would stand: what the decider makes of each, on top of what is known of it as of a position. */
export async function suppose(
  ledger: Ledger,
  { deals, splits = [] }: Suppositions,
  asOf: bigint,
): Promise<SupposedDeals | Problem> {
  const branch = await branchOfDeals(ledger, asOf);
  for (const terms of deals) {
    const { source, deal } = terms.snapshot;
    const wrong = await branch.add(source, deal, { type: 'RecordDeal', ...terms }, SUPPOSING);
    if (wrong !== undefined) return wrong;
  }
  for (const { source, deal, shares } of splits) {
    const ask = { reason: WHY, evidence: [WHY], scope: WHY, expiresOn: null, exception: SUPPOSED };
    const requested: DealCommand = { type: 'RequestSplit', source, deal, shares, ...ask };
    const approved: DealCommand = { type: 'ApproveSplit', source, deal, exception: SUPPOSED };
    const wrong =
      (await branch.add(source, deal, requested, SUPPOSING)) ??
      // The same shares are in force already: nothing was requested, and nothing is left to approve.
      (branch.isAsked(source, deal) ? await branch.add(source, deal, approved, AGREEING) : undefined);
    if (wrong !== undefined) return wrong;
  }
  return branch.supposed();
}

const WHY = 'As it was told here';
const SUPPOSED = 'supposed';

const decider: Decider<DealState, DealCommand, LedgerEvent> = dealDecider;

/** Streams of deals with events that nobody records. */
async function branchOfDeals(ledger: Ledger, asOf: bigint) {
  const day = await today(ledger);
  const streams = new Map<string, { readonly stored: readonly Stored[]; readonly events: LedgerEvent[] }>();

  async function streamFor(source: string, deal: string) {
    const key = dealKey({ source, deal });
    const known = streams.get(key);
    if (known !== undefined) return known;
    const read = await ledger.store.read(streamOf.deal(source, deal));
    const stream = { stored: read.filter(({ position }) => position <= asOf), events: [] };
    streams.set(key, stream);
    return stream;
  }

  return {
    async add(source: string, deal: string, command: DealCommand, actor: Actor): Promise<Problem | undefined> {
      const { stored, events } = await streamFor(source, deal);
      const state = events.reduce((folded, event) => decider.evolve(folded, event), stateOf(decider, stored));
      const added = decider.decide(command, state, { actor, today: day });
      if (isProblem(added)) return { ...added, message: `deal ${dealKey({ source, deal })}: ${added.message}` };
      events.push(...added);
      return undefined;
    },
    isAsked(source: string, deal: string): boolean {
      return streams.get(dealKey({ source, deal }))?.events.at(-1)?.type === 'SplitExceptionRequested';
    },
    supposed(): SupposedDeals {
      const supposed = new Map<string, Supposed>();
      for (const [key, { stored, events }] of streams) {
        const was = stored.map(decode).reduce<DealEntry | undefined>(foldDeal, undefined);
        const entry = events
          .map((event): RecordedEvent => ({ ...NOWHERE, event, stream: '', position: asOf + 1n }))
          .reduce(foldDeal, was);
        if (entry !== undefined) supposed.set(key, { entry, was });
      }
      return supposed;
    },
  };
}

/** Of an event that nobody records. */
const NOWHERE = {
  id: 'what-would',
  revision: 1,
  recordedAt: '',
  meta: { actor: SUPPOSING, commandId: 'what-would', commandHash: '', correlationId: 'what-would', causationId: null },
  hash: '',
} as const;

/** The books with the deals as they would stand, one position after those that they branch from. */
export async function branchOf(
  ledger: Ledger,
  supposed: SupposedDeals,
  asOf: bigint,
  only?: string,
): Promise<Books | Problem> {
  return openBooks({ ...ledger, workers: undefined, views: withDeals(ledger.views, supposed, asOf) }, asOf + 1n, only);
}

/** The views with deals more, at the position after `asOf`; everything else is as of `asOf`. */
function withDeals(views: ViewStore, supposed: SupposedDeals, asOf: bigint): ViewStore {
  const at = (position: bigint | undefined) => (position === undefined || position > asOf ? asOf : position);
  const own = [...supposed].map(([key, { entry }]) => ({
    key,
    position: asOf + 1n,
    row: JSON.stringify(entry),
    labels: creditedBy(entry).map(participantLabel),
  }));
  const isDeals = ({ name }: { readonly name: string }) => name === dealsView.name;
  return {
    ...views,
    get: async (view, key, position) =>
      (isDeals(view) && (position ?? asOf + 1n) > asOf ? own.find((each) => each.key === key)?.row : undefined) ??
      views.get(view, key, at(position)),
    list: async (view, prefix, position) => {
      const rows = await views.list(view, prefix, at(position));
      if (!isDeals(view) || (position ?? asOf + 1n) <= asOf) return rows;
      return [...rows.filter(({ key }) => !supposed.has(key)), ...own.filter(({ key }) => key.startsWith(prefix))];
    },
    labelled: async (view, label, position) => {
      const rows = await views.labelled(view, label, at(position));
      if (!isDeals(view) || (position ?? asOf + 1n) <= asOf) return rows;
      // A key that a label has once found stays found by it.
      const added = own.filter(({ key, labels }) => labels.includes(label) || rows.some((row) => row.key === key));
      return [...rows.filter(({ key }) => !supposed.has(key)), ...added];
    },
    changes: async (view, of, { after, upTo }) => {
      const rows = await views.changes(view, of, { after, upTo: at(upTo) });
      if (!isDeals(view) || upTo <= asOf) return rows;
      if ('prefix' in of) return [...rows, ...own.filter(({ key }) => key.startsWith(of.prefix))];
      const known = new Set((await views.labelled(view, of.label, asOf)).map(({ key }) => key));
      return [...rows, ...own.filter(({ key, labels }) => labels.includes(of.label) || known.has(key))];
    },
  };
}

/** Everybody whom one of the deals credits, or did before. */
export function creditedIn(supposed: SupposedDeals): ReadonlySet<string> {
  return new Set(
    [...supposed.values()].flatMap(({ entry, was }) => [
      ...creditedBy(entry),
      ...(was === undefined ? [] : creditedBy(was)),
    ]),
  );
}

export function unknownIn(credited: ReadonlySet<string>, { participants, asOf }: Books): Problem | undefined {
  const unknown = [...credited].find((id) => !participants.has(id));
  if (unknown === undefined) return undefined;
  return problem(
    'participant_unknown',
    `Nobody in the ledger has the id "${unknown}" as of ${asOf}; correct the deal, or onboard them first.`,
  );
}

/** Periods whose statements can be other ones: those that are open, those in which the deals close, and where corrections would go. */
export function periodsMoved(books: Books, supposed: SupposedDeals): readonly string[] {
  const { calendar, periods } = books;
  const open = openPeriods(books);
  const closing = [...supposed.values()].flatMap(({ entry, was }) => {
    const days = was === undefined ? [entry.closedOn] : [entry.closedOn, was.closedOn];
    return days.flatMap((day) => {
      const span = periodsFrom(calendar, calendar.firstPeriod, dayAfter(day)).at(-1);
      return span === undefined || span.from > day || periods.get(span.id)?.state === 'frozen' ? [] : [span.id];
    });
  });
  return inOrder([...open, ...closing]);
}

/** Periods that are not frozen yet; where every period is, the next one, which corrections would go to. */
export function openPeriods({ calendar, periods }: Books): readonly string[] {
  const entries = [...periods.values()];
  const open = entries.flatMap(({ period, state }) => (state === 'frozen' ? [] : [period]));
  if (open.length > 0) return inOrder(open);
  const end = entries
    .map(({ to }) => to)
    .sort()
    .at(-1);
  if (end === undefined) return [];
  const next = periodsFrom(calendar, calendar.firstPeriod, dayAfter(end)).at(-1);
  return next === undefined ? [] : [next.id];
}

function inOrder(periods: readonly string[]): readonly string[] {
  return [...new Set(periods)].sort((a, b) => (periodBounds(a).from < periodBounds(b).from ? -1 : 1));
}
