import { creditedBy, creditsOf, type DealEntry } from '@ledger/calculation';
import type { ViewStore } from '@ledger/kernel';
import { dealsView } from '@ledger/projections';

/** What lists of deals are filtered and sorted by. */
export interface IndexedDeal {
  readonly key: string;
  readonly source: string;
  readonly owner: string | null;
  readonly state: 'closed' | 'cancelled' | 'vanished';
  readonly closedOn: string;
  /** Who is credited now, by what the source says and by splits in force; rules of the company are not in it. */
  readonly people: readonly string[];
  /** Who is, or was once. */
  readonly ever: readonly string[];
  /** Credits nobody whom it should. */
  readonly uncredited: boolean;
  /** Key and account in small letters. */
  readonly text: string;
  /** Sorts by day, and by amount, whatever its currency; each deal has a place of its own. */
  readonly byClosed: string;
  readonly byAmount: string;
}

export type DealOrder = 'byClosed' | 'byAmount';

/** All deals as of a position, in an order. */
export type DealIndex = (order: DealOrder) => readonly IndexedDeal[];

interface Known {
  upTo: bigint;
  readonly deals: Map<string, IndexedDeal>;
  readonly sorted: Map<DealOrder, readonly IndexedDeal[]>;
}

/** One pass over rows takes so many positions of the log, and leaves the event loop to others before the next. */
const SPAN = 4_000n;

const known = new WeakMap<ViewStore, Known>();
const growing = new WeakMap<ViewStore, Promise<void>>();

/**
 * The index of deals as of a position that the views have reached. It is kept in memory, about 500 bytes a deal, made when somebody
 * first asks for a list, and goes on by what has changed since; for an older position the deals told since are looked up again.
 */
export async function dealIndexAt(views: ViewStore, asOf: bigint): Promise<DealIndex> {
  const kept = known.get(views) ?? { upTo: 0n, deals: new Map(), sorted: new Map() };
  known.set(views, kept);
  while (kept.upTo < asOf) {
    const under = growing.get(views) ?? grow(views, kept).finally(() => growing.delete(views));
    growing.set(views, under);
    await under;
  }
  const since = kept.upTo;
  const sorted = (order: DealOrder): readonly IndexedDeal[] => sortedBy(kept, order);
  if (since === asOf) return sorted;
  const changed = await views.changes(dealsView, { prefix: '' }, { after: asOf, upTo: since });
  const then = new Map<string, IndexedDeal | undefined>();
  for (const { key } of changed) {
    if (then.has(key)) continue;
    const row = await views.get(dealsView, key, asOf);
    then.set(key, row === undefined ? undefined : indexed(key, row));
  }
  if (then.size === 0) return sorted;
  return (order) => {
    const others = sorted(order).filter(({ key }) => !then.has(key));
    return [...others, ...[...then.values()].flatMap((deal) => deal ?? [])].sort(comparing(order));
  };
}

async function grow(views: ViewStore, kept: Known): Promise<void> {
  const { checkpoint } = await views.state(dealsView);
  while (kept.upTo < checkpoint) {
    const upTo = kept.upTo + SPAN < checkpoint ? kept.upTo + SPAN : checkpoint;
    const changes = await views.changes(dealsView, { prefix: '' }, { after: kept.upTo, upTo });
    for (const { key, row } of changes) {
      if (row === null) kept.deals.delete(key);
      else kept.deals.set(key, indexed(key, row));
    }
    if (changes.length > 0) kept.sorted.clear();
    kept.upTo = upTo;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function sortedBy({ deals, sorted }: Known, order: DealOrder): readonly IndexedDeal[] {
  const before = sorted.get(order);
  if (before !== undefined) return before;
  const now = [...deals.values()].sort(comparing(order));
  sorted.set(order, now);
  return now;
}

function comparing(order: DealOrder) {
  return (a: IndexedDeal, b: IndexedDeal) => (a[order] < b[order] ? -1 : 1);
}

function indexed(key: string, row: string): IndexedDeal {
  const deal = JSON.parse(row) as DealEntry;
  const { source, owner, closedOn, account } = deal;
  const ever = creditedBy(deal);
  return {
    key,
    source,
    owner,
    state: stateOf(deal),
    closedOn,
    people: creditsOf(deal).map(({ participant }) => participant),
    ever,
    uncredited: ever.length === 0,
    text: `${key} ${account ?? ''}`.toLowerCase(),
    byClosed: `${closedOn} ${key}`,
    byAmount: `${inOrder(deal.amount)} ${key}`,
  };
}

export function stateOf({ cancelled, vanished }: Pick<DealEntry, 'cancelled' | 'vanished'>): IndexedDeal['state'] {
  return cancelled !== null ? 'cancelled' : vanished !== null ? 'vanished' : 'closed';
}

const DIGITS = { whole: 16, decimals: 12 } as const;

/** A decimal as a text that sorts as the number does. */
export function inOrder(amount: string): string {
  const [, minus = '', whole = '', decimals = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount) ?? [];
  const digits = whole.padStart(DIGITS.whole, '0') + decimals.padEnd(DIGITS.decimals, '0');
  if (minus === '') return `1${digits}`;
  // The larger the amount that is owed, the earlier it comes.
  return `0${digits.replaceAll(/\d/g, (digit) => String(9 - Number(digit)))}`;
}
