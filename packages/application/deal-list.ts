import type { DealEntry } from '@ledger/calculation';
import { countAtFirst, isProblem, type Problem, problem } from '@ledger/kernel';
import { dealsView } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import { companyAt } from './colleagues.ts';
import { notOfThis, openCursor, sealCursor } from './cursor.ts';
import { dealsInOrder, type IndexedDeal } from './deal-index.ts';
import { placesIn } from './deal-lookup.ts';
import { type DealView, viewOf } from './deals.ts';
import type { Ledger } from './ledger.ts';
import { PAGE } from './pages.ts';
import { type Reach, reaches } from './reach.ts';
import type { AsOf } from './statements.ts';

export interface DealListAsk extends AsOf {
  /** Credited now, or once. */
  readonly participant?: string | undefined;
  readonly owner?: string | undefined;
  readonly source?: string | undefined;
  readonly state?: IndexedDeal['state'] | undefined;
  /** Days, both included. */
  readonly closedFrom?: string | undefined;
  readonly closedTo?: string | undefined;
  /** Those that credit nobody, or on which a crediting rule reaches nobody. */
  readonly uncredited?: boolean | undefined;
  /** In the id or the account, in any case. */
  readonly text?: string | undefined;
  /** With a minus: from the last to the first. */
  readonly sort?: 'closed' | '-closed' | 'amount' | '-amount' | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

export interface DealPage {
  readonly asOf: string;
  readonly deals: readonly DealView[];
  /** Gives the page after this one, as of the same position; `null`: there is none. */
  readonly next: string | null;
}

/** A page of the deals that somebody sees, all pages as of the position of the first. */
export async function listDeals(ledger: Ledger, reach: Reach, ask: DealListAsk): Promise<DealPage | Problem> {
  const { limit = PAGE.usual, cursor, asOf: asked, ...filters } = ask;
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE.most) {
    return problem('parameter_invalid', `A page of ${limit} is not possible; ask for 1 to ${PAGE.most}.`, '/limit');
  }
  const begun = cursor === undefined ? undefined : openCursor(cursor, filters);
  if (isProblem(begun)) return begun;
  if (begun !== undefined && asked !== undefined && asked !== begun.asOf) return notOfThis();
  const asOf = await resolveAsOf(ledger, begun?.asOf ?? asked);
  if (isProblem(asOf)) return asOf;
  const company = await companyAt(ledger, asOf);
  const { sort = 'closed' } = filters;
  const order = sort.endsWith('closed') ? 'byClosed' : 'byAmount';
  const isSeen = seenBy(reach, filters);
  const found: IndexedDeal[] = [];
  const all = await dealsInOrder(ledger.views, asOf, company, order);
  const isDown = sort.startsWith('-');
  const start = begun === undefined ? (isDown ? all.length - 1 : 0) : placeOf(all, order, begun.last, isDown);
  const { text, participant, owner } = filters;
  const person = participant ?? owner;
  const people = person === undefined ? (reach.kind === 'people' ? reach.ids : undefined) : [person];
  for (const at of placesIn(all, { word: text?.toLowerCase(), people }, start, isDown)) {
    const deal = all[at];
    if (deal !== undefined && isSeen(deal)) found.push(deal);
    if (found.length > limit) break;
  }
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const deals: DealView[] = [];
  for (const { key } of page) {
    const view = await viewAt(ledger, key, asOf, (entry) => viewOf(company, entry));
    if (view !== undefined) deals.push(view);
  }
  const more = last !== undefined && found.length > limit;
  return {
    asOf: String(asOf),
    deals,
    next: more ? sealCursor({ asOf: String(asOf), last: last[order] }, filters) : null,
  };
}

type Filters = Omit<DealListAsk, 'limit' | 'cursor' | 'asOf'>;

function seenBy(reach: Reach, { text, ...filters }: Filters): (deal: IndexedDeal) => boolean {
  const { participant, owner, source, state, closedFrom, closedTo, uncredited } = filters;
  const words = text?.toLowerCase();
  return (deal) =>
    (source === undefined || deal.source === source) &&
    (state === undefined || deal.state === state) &&
    (owner === undefined || deal.owner === owner) &&
    (participant === undefined || deal.ever.includes(participant)) &&
    (closedFrom === undefined || deal.closedOn >= closedFrom) &&
    (closedTo === undefined || deal.closedOn <= closedTo) &&
    (uncredited === undefined || deal.uncredited === uncredited) &&
    (words === undefined || deal.text.includes(words)) &&
    (reach.kind !== 'people' || reaches(reach, deal.owner === null ? deal.people : [deal.owner, ...deal.people]));
}

/** The first place after (or before) a deal that was the last of a page. */
function placeOf(all: readonly IndexedDeal[], order: 'byClosed' | 'byAmount', last: string, isDown: boolean): number {
  const before = countAtFirst(all, ({ [order]: here }) => here < last || (here === last && !isDown));
  return isDown ? before - 1 : before;
}

async function viewAt(ledger: Ledger, key: string, asOf: bigint, view: (entry: DealEntry) => DealView) {
  const row = await ledger.views.get(dealsView, key, asOf);
  return row === undefined ? undefined : view(JSON.parse(row) as DealEntry);
}
