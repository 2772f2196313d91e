import { dealKey } from '@ledger/events';
import type { Book, Change, DealEntry, History, Own, QuotaEntry } from './book.ts';
import { workingCopy } from './change.ts';
import { bookOf, isOfOneCompany, ownOf, quotaKey } from './colleagues.ts';
import { variantOf } from './near.ts';
import { presentBook, presentIs } from './restate.ts';

/** A decision that departs from the rules, by where it stands. */
export type Departure =
  | { readonly kind: 'exception'; readonly participant: string; readonly exception: string }
  | {
      readonly kind: 'relief';
      readonly participant: string;
      readonly metric: string;
      readonly year: number;
      readonly relief: string;
    }
  | { readonly kind: 'split'; readonly source: string; readonly deal: string; readonly exception: string };

/**
 * Histories of people at one position as they would be if a decision had never been taken, with what would have been posted. The present book is a variant of the one
 * with the decision: where that was calculated, only what the decision moves is calculated again.
 */
export function leavingOut(departure: Departure): (history: History, posted: History['posted']) => History {
  const books: { readonly was: Book; readonly is: Book }[] = [];
  const ways = new Map<History['changes'], History['changes']>();

  /** Those of one company stay of one company. */
  function bookWithout(book: Book): Book {
    const isTheirs = (was: Book) => was === book || (book.colleagues.size > 0 && isOfOneCompany(was, book));
    const known = books.find(({ was }) => isTheirs(was))?.is;
    const theirs = known === undefined ? undefined : bookOf(known, book.participant.participant);
    if (theirs !== undefined) return theirs;
    const is = madeWithout(book, departure);
    books.push({ was: book, is });
    return is;
  }

  function changesWithout(changes: History['changes']): History['changes'] {
    const without = ways.get(changes) ?? changes.flatMap((change) => changeWithout(change, departure));
    ways.set(changes, without);
    return without;
  }

  return (history, posted) => {
    const { base, changes, queries } = history;
    const without = { base: bookWithout(base), changes: changesWithout(changes), posted, queries };
    return presentIs(without, bookWithout(presentBook(history)));
  };
}

function madeWithout(book: Book, departure: Departure): Book {
  if (departure.kind === 'exception') return withoutException(book, departure);
  const entry = entryIn(book, departure);
  const without = entry === undefined ? undefined : entryWithout(entry, departure);
  if (without === undefined || without === entry) return book;
  const working = workingCopy(book);
  working.add({ position: 0n, event: without.changedBy, entry: without });
  return working.book();
}

function entryIn(
  book: Book,
  departure: Exclude<Departure, { readonly kind: 'exception' }>,
): DealEntry | QuotaEntry | undefined {
  if (departure.kind === 'split') return book.deals.get(dealKey(departure));
  const { participant } = departure;
  const own = participant === book.participant.participant ? book : book.colleagues.get(participant);
  return own?.quotas.get(quotaKey(departure));
}

function withoutException(book: Book, { participant, exception }: Departure & { readonly kind: 'exception' }): Book {
  const without = ({ exceptions, ...own }: Own): Own => {
    const left = new Map(exceptions);
    left.delete(exception);
    return { ...own, exceptions: left };
  };
  const isTheirs = participant === book.participant.participant;
  const own = isTheirs ? book : book.colleagues.get(participant);
  if (own?.exceptions?.has(exception) !== true) return book;
  const colleagues =
    book.colleagues.size === 0 ? book.colleagues : new Map(book.colleagues).set(participant, without(ownOf(own)));
  return variantOf({ ...book, ...(isTheirs ? without(ownOf(own)) : {}), colleagues }, [book]);
}

/** A change that recorded the decision alone is one that changes nothing. */
function changeWithout(change: Change, departure: Departure): Change | readonly [] {
  const { entry } = change;
  switch (departure.kind) {
    case 'exception': {
      const { participant, exception } = departure;
      const isIt = entry.kind === 'exception' && entry.participant === participant && entry.exception === exception;
      return isIt ? [] : change;
    }
    case 'relief': {
      const { participant } = departure;
      const isThere =
        entry.kind === 'quota' && entry.participant === participant && quotaKey(entry) === quotaKey(departure);
      return isThere ? { ...change, entry: entryWithout(entry, departure) } : change;
    }
    case 'split': {
      const isThere = entry.kind === 'deal' && dealKey(entry) === dealKey(departure);
      return isThere ? { ...change, entry: entryWithout(entry, departure) } : change;
    }
    default:
      return departure satisfies never;
  }
}

/** The entry without what was decided; the same where it was not. No event made it what it is now, and it is not to be taken for the other. */
function entryWithout(
  entry: DealEntry | QuotaEntry,
  departure: Exclude<Departure, { readonly kind: 'exception' }>,
): DealEntry | QuotaEntry {
  const named = departure.kind === 'split' ? departure.exception : departure.relief;
  const changedBy = `${entry.changedBy} without ${named}`;
  if (entry.kind === 'deal') {
    const splits = entry.splits.filter(({ exception }) => exception !== named);
    return splits.length === entry.splits.length ? entry : { ...entry, changedBy, splits };
  }
  const reliefs = entry.reliefs.filter(({ relief }) => relief !== named);
  return reliefs.length === entry.reliefs.length ? entry : { ...entry, changedBy, reliefs };
}
