import type { Book } from '@ledger/calculation';

const books = new WeakMap<Book, Map<string, Book>>();

/** The book as a colleague has it: one and the same, whoever's book of these it is asked of. */
export function bookAs(book: Book, who: string): Book {
  const known = books.get(book) ?? new Map([[book.participant.participant, book]]);
  books.set(book, known);
  const own = book.colleagues.get(who);
  const theirs = known.get(who) ?? (own === undefined ? undefined : { ...book, exceptions: undefined, ...own });
  if (theirs === undefined) throw new TypeError(`nobody is called ${who}`);
  known.set(who, theirs);
  books.set(theirs, known);
  return theirs;
}
