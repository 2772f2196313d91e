import type { Book, Change } from '@ledger/calculation';
import { dealKey } from '@ledger/events';
import type { ViewStore } from '@ledger/kernel';
import { dealsView } from '@ledger/projections';
import type { Ledger } from './ledger.ts';

/** With what is calculated from it, and told of it, a deal takes up about 2.5 KB in each book that has it: some 60 MB in all. */
const MOST_DEALS = 25_000;
/** Books that are opened, one or two for each answer, and not kept: of so many the names are remembered. */
const LATELY = 100;

interface Kept {
  readonly books: Map<string, Book>;
  /** Those that were opened lately and are not kept, by their keys. */
  readonly opened: Set<string>;
  /** Of the books that are kept. */
  deals: number;
}
const KEPT = new WeakMap<ViewStore, Kept>();

/**
 * Books of people, kept from one answer to the next, and with them what was calculated from them: as of a freeze, which no later event
 * changes, and as they were when somebody asked last, so that only what differs since has to be calculated. Somebody is kept who is asked
 * about twice within a few answers. Where a thousand people are asked about in any order, everybody would be kept for a while and then dropped,
 * which is what collecting garbage costs most for: the slowest answers waited for nothing else, and all of them cost a fifth more.
 */
export function keptBooks(views: ViewStore) {
  const kept: Kept = KEPT.get(views) ?? { books: new Map(), opened: new Set(), deals: 0 };
  KEPT.set(views, kept);
  const { books, opened } = kept;
  const keyOf = (participant: string, at: bigint | 'last') => `${at} ${participant}`;
  return {
    get(participant: string, at: bigint | 'last'): Book | undefined {
      const key = keyOf(participant, at);
      const book = books.get(key);
      if (book === undefined) return undefined;
      // What was asked for last is given up last.
      books.delete(key);
      books.set(key, book);
      return book;
    },
    /**
     * Keeps one that was opened a little earlier, too. `among`: of how many people an answer is, each with a book like this one; where
     * all of them have room they are kept at once, and where they have not, none is.
     */
    keep(participant: string, at: bigint | 'last', book: Book, among = 1): void {
      const key = keyOf(participant, at);
      if (book.deals.size * among > MOST_DEALS) return;
      if (among === 1 && !books.has(key) && !opened.delete(key)) {
        opened.add(key);
        const [first = ''] = opened;
        if (opened.size > LATELY) opened.delete(first);
        return;
      }
      kept.deals -= books.get(key)?.deals.size ?? 0;
      books.delete(key);
      books.set(key, book);
      kept.deals += book.deals.size;
      for (const [oldest, { deals }] of books) {
        if (kept.deals <= MOST_DEALS) break;
        books.delete(oldest);
        kept.deals -= deals.size;
      }
    },
  };
}

/**
 * Whether a book that was opened before has every deal that it would have by now. It holds those that credit its person at any time;
 * one that does so only since the book was opened, and is told by what was recorded `late`, is missing in it.
 */
export async function isWhole(
  { views }: Ledger,
  { deals }: Book,
  at: bigint,
  late: readonly Change[],
): Promise<boolean> {
  for (const { entry } of late) {
    if (entry.kind !== 'deal' || deals.has(dealKey(entry))) continue;
    if ((await views.get(dealsView, dealKey(entry), at)) !== undefined) return false;
  }
  return true;
}
