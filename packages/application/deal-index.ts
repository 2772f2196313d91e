import { creditedBy, creditsOf, type DealEntry } from '@ledger/calculation';
import type { ViewStore } from '@ledger/kernel';
import { dealsView } from '@ledger/projections';
import type { MarkedCompany } from './colleagues.ts';
import { viewOf } from './deals.ts';

/** What lists of deals are filtered and sorted by. */
export interface IndexedDeal {
  readonly key: string;
  readonly source: string;
  readonly owner: string | null;
  readonly state: 'closed' | 'cancelled' | 'vanished';
  readonly closedOn: string;
  /** Who is credited now, by what the source says, by rules of the company and by splits in force. */
  readonly people: readonly string[];
  /** Who is, or was once. */
  readonly ever: readonly string[];
  /** Credits nobody, or not everybody whom a rule means. */
  readonly uncredited: boolean;
  /** Key and account in small letters. */
  readonly text: string;
  /** Sorts by day, and by amount, whatever its currency; each deal has a place of its own. */
  readonly byClosed: string;
  readonly byAmount: string;
}

export type DealOrder = 'byClosed' | 'byAmount';

interface Known {
  /** Mark of the company whose rules the deals are credited by. */
  readonly mark: string;
  upTo: bigint;
  readonly deals: Map<string, IndexedDeal>;
  readonly sorted: Map<DealOrder, Sorted>;
}

interface Sorted {
  list: readonly IndexedDeal[];
  /** Keys of deals that have changed since it was sorted. */
  readonly stale: Set<string>;
}

/** One pass over rows takes so many positions of the log, and leaves the event loop to others before the next. */
const SPAN = 4_000n;

/** Of the end of the log. */
const known = new WeakMap<ViewStore, Known>();
/** Of the last moment that somebody looked back to at which other rules, or other people, were there. */
const past = new WeakMap<ViewStore, Known>();
const growing = new WeakMap<Known, Promise<void>>();

/**
 * All deals in an order, as of a position that the views have reached. The index is kept in memory, about 500 bytes a deal, made when
 * somebody first asks for a list, and goes on by what has changed since; for an older position the deals told since are looked up again.
 * Rules of the company may credit anybody with any deal: where they, or the people whom they look at, are other ones, it is made anew.
 */
export async function dealsInOrder(
  views: ViewStore,
  asOf: bigint,
  company: MarkedCompany,
  order: DealOrder,
): Promise<readonly IndexedDeal[]> {
  const kept = await indexWith(views, asOf, company);
  for (;;) {
    const since = kept.upTo;
    const then = await asTheyWere(views, company, kept.deals, { asOf, since });
    // While they were looked up, somebody else may have taken the index further.
    if (kept.upTo !== since) continue;
    const all = sortedBy(kept, order);
    if (then.size === 0) return all;
    const others = all.filter(({ key }) => !then.has(key));
    const told = [...then.values()].flatMap((deal) => deal ?? []);
    return merged(others, told, order);
  }
}

/** Deals of which something was told after a position, as they were then. */
async function asTheyWere(
  views: ViewStore,
  company: MarkedCompany,
  now: ReadonlyMap<string, IndexedDeal>,
  { asOf, since }: { readonly asOf: bigint; readonly since: bigint },
): Promise<ReadonlyMap<string, IndexedDeal | undefined>> {
  const then = new Map<string, IndexedDeal | undefined>();
  if (since === asOf) return then;
  for (const { key } of await views.changes(dealsView, { prefix: '' }, { after: asOf, upTo: since })) {
    if (then.has(key)) continue;
    const row = await views.get(dealsView, key, asOf);
    const deal = row === undefined ? undefined : indexed(company, key, row);
    // Whoever else is, or was once, credited may have been by then.
    const isMore = deal !== undefined && now.get(key)?.ever.some((id) => !deal.ever.includes(id)) === true;
    then.set(key, isMore ? withEver(deal, await everBefore(views, company, key, asOf)) : deal);
  }
  return then;
}

async function everBefore(
  views: ViewStore,
  company: MarkedCompany,
  key: string,
  asOf: bigint,
): Promise<readonly string[]> {
  const versions = await views.changes(dealsView, { prefix: key }, { after: 0n, upTo: asOf });
  return versions.flatMap((each) =>
    each.key === key && each.row !== null ? indexed(company, key, each.row).ever : [],
  );
}

/** The deal with those who were credited by what was told of it before. */
function withEver(deal: IndexedDeal, before: readonly string[]): IndexedDeal {
  const isThere = before.every((id) => deal.ever.includes(id));
  return isThere ? deal : { ...deal, ever: [...new Set([...deal.ever, ...before])] };
}

/** An index by the rules of a company that has reached a position. */
async function indexWith(views: ViewStore, asOf: bigint, company: MarkedCompany): Promise<Known> {
  const { mark } = company;
  const before = [known.get(views), past.get(views)].find((each) => each?.mark === mark);
  const newest = known.get(views);
  // The rules of an older position make none of the newest index; that of one older position is kept beside it.
  const kept = before ?? { mark, upTo: 0n, deals: new Map(), sorted: new Map() };
  const isPast = newest !== undefined && newest !== kept && newest.upTo > asOf;
  if (before === undefined) (isPast ? past : known).set(views, kept);
  while (kept.upTo < asOf) {
    // An index of other rules than those of today goes no further than it is asked: the next deals are for others to credit.
    const goal = isPast || kept === past.get(views) ? asOf : (await views.state(dealsView)).checkpoint;
    const under = growing.get(kept) ?? grow(views, kept, company, goal).finally(() => growing.delete(kept));
    growing.set(kept, under);
    await under;
  }
  return kept;
}

async function grow(views: ViewStore, kept: Known, company: MarkedCompany, goal: bigint): Promise<void> {
  while (kept.upTo < goal) {
    const upTo = kept.upTo + SPAN < goal ? kept.upTo + SPAN : goal;
    const changes = await views.changes(dealsView, { prefix: '' }, { after: kept.upTo, upTo });
    for (const { key, row } of changes) {
      if (row === null) kept.deals.delete(key);
      else kept.deals.set(key, withEver(indexed(company, key, row), kept.deals.get(key)?.ever ?? []));
    }
    for (const { stale } of kept.sorted.values()) for (const { key } of changes) stale.add(key);
    kept.upTo = upTo;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Sorted once; what has changed since is put in its place. */
function sortedBy({ deals, sorted }: Known, order: DealOrder): readonly IndexedDeal[] {
  const before = sorted.get(order);
  if (before === undefined) {
    const list = [...deals.values()].sort(comparing(order));
    sorted.set(order, { list, stale: new Set() });
    return list;
  }
  const { list, stale } = before;
  if (stale.size === 0) return list;
  const changed = [...stale].flatMap((key) => deals.get(key) ?? []);
  before.list = merged(
    list.filter(({ key }) => !stale.has(key)),
    changed,
    order,
  );
  stale.clear();
  return before.list;
}

/** A sorted list with others in their places. */
function merged(list: readonly IndexedDeal[], others: readonly IndexedDeal[], order: DealOrder): IndexedDeal[] {
  const all: IndexedDeal[] = [];
  let at = 0;
  for (const other of others.toSorted(comparing(order))) {
    for (let next = list[at]; next !== undefined && next[order] < other[order]; next = list[at]) {
      all.push(next);
      at += 1;
    }
    all.push(other);
  }
  return all.concat(list.slice(at));
}

function comparing(order: DealOrder) {
  return (a: IndexedDeal, b: IndexedDeal) => (a[order] < b[order] ? -1 : 1);
}

function indexed(company: MarkedCompany, key: string, row: string): IndexedDeal {
  const deal = JSON.parse(row) as DealEntry;
  const { source, owner, closedOn, account } = deal;
  return {
    key,
    source,
    owner,
    state: stateOf(deal),
    closedOn,
    ...creditedIn(company, deal),
    text: `${key} ${account ?? ''}`.toLowerCase(),
    byClosed: `${closedOn} ${key}`,
    byAmount: `${inOrder(deal.amount)} ${key}`,
  };
}

function creditedIn(company: MarkedCompany, deal: DealEntry): Pick<IndexedDeal, 'people' | 'ever' | 'uncredited'> {
  const once = creditedBy(deal);
  if (company.mark === '') {
    const people = creditsOf(deal).map(({ participant }) => participant);
    return { people, ever: once, uncredited: once.length === 0 };
  }
  const { credits, unreachable, refused, state } = viewOf(company, deal);
  const people = credits.map(({ participant }) => participant);
  const isMissing = unreachable.length > 0 || refused !== null;
  return {
    people,
    ever: [...new Set([...once, ...people])],
    uncredited: isMissing || (people.length === 0 && state === 'closed'),
  };
}

export function stateOf({ cancelled, vanished }: Pick<DealEntry, 'cancelled' | 'vanished'>): IndexedDeal['state'] {
  return cancelled !== null ? 'cancelled' : vanished !== null ? 'vanished' : 'closed';
}

const DIGITS = { whole: 16, decimals: 12 } as const;

/** A decimal as a text that sorts as the number does. */
function inOrder(amount: string): string {
  const [, minus = '', whole = '', decimals = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount) ?? [];
  const digits = whole.padStart(DIGITS.whole, '0') + decimals.padEnd(DIGITS.decimals, '0');
  if (minus === '') return `1${digits}`;
  // The larger the amount that is owed, the earlier it comes.
  return `0${digits.replaceAll(/\d/g, (digit) => String(9 - Number(digit)))}`;
}
