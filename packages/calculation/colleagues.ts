import { alongside } from '@ledger/kernel';
import type { Book, ExceptionEntry, Own, ParticipantEntry, QuotaEntry } from './book.ts';

/** A book is one person's; what a plan looks at of other people is the same book as they see it. */

/** What is about one person. */
export type OwnEntry = ParticipantEntry | QuotaEntry | ExceptionEntry;

/** Nobody but the participant. */
export const NOBODY: ReadonlyMap<string, Own> = new Map();

/** What a book holds of the person whose book it is. */
export function ownOf({ participant, quotas, exceptions }: Own): Own {
  return { participant, quotas, exceptions };
}

/** A person's entries after one of them changed. */
export function withOwn(own: Own, entry: OwnEntry): Own {
  switch (entry.kind) {
    case 'participant':
      return { ...ownOf(own), participant: entry };
    case 'quota':
      return { ...ownOf(own), quotas: new Map(own.quotas).set(quotaKey(entry), entry) };
    case 'exception':
      return { ...ownOf(own), exceptions: new Map(own.exceptions).set(entry.exception, entry) };
    default:
      return entry satisfies never;
  }
}

export function quotaKey({ metric, year }: Pick<QuotaEntry, 'metric' | 'year'>): string {
  return `${metric}.${year}`;
}

/** The participant and everybody whom the participant's plans look at. */
export function peopleOf({ participant, colleagues }: Book): readonly ParticipantEntry[] {
  return colleagues.size === 0 ? [participant] : [...colleagues.values()].map((own) => own.participant);
}

/** Books of one company, by id: they differ in whose they are. */
interface Family {
  readonly book: Book;
  readonly books: Map<string, Book>;
}

const OF_BOOK = alongside<Book, Family>();
/** By their deals, which every late deal makes others of: what was seen of an earlier change goes with its deals. */
const FAMILIES = alongside<Book['deals'], readonly Family[]>();
/** Most families of the same deals that a book made anew is looked for in. */
const MOST_FAMILIES = 16;

/**
 * The same book as somebody sees it whom the participant's plans look at: one and the same for everybody who asks, so that what was
 * calculated from it is found again. `undefined` for anybody else.
 */
export function bookOf(book: Book, participant: string): Book | undefined {
  if (participant === book.participant.participant) return book;
  const own = book.colleagues.get(participant);
  if (own === undefined) return undefined;
  const family = familyOf(book);
  let theirs = family.books.get(participant);
  if (theirs === undefined) {
    theirs = { ...book, ...ownOf(own) };
    family.books.set(participant, theirs);
    OF_BOOK.set(theirs, family);
  }
  return theirs;
}

/** The first book that was seen of a company: one and the same for everybody in it. */
export function foundingBook(book: Book): Book {
  return OF_BOOK.get(book)?.book ?? book;
}

/** What was seen of a company is not asked for any more: what is still used of it does not hold the rest. */
export function letGo(book: Book): void {
  const family = OF_BOOK.get(book);
  if (family === undefined) return;
  for (const each of family.books.values()) OF_BOOK.delete(each);
  FAMILIES.delete(book.deals);
}

function familyOf(book: Book): Family {
  let family = OF_BOOK.get(book);
  if (family !== undefined) return family;
  const families = FAMILIES.get(book.deals) ?? [];
  family = families.find((known) => isOfOneCompany(known.book, book));
  if (family === undefined) {
    family = { book, books: new Map([[book.participant.participant, book]]) };
    FAMILIES.set(book.deals, [family, ...families].slice(0, MOST_FAMILIES));
  }
  OF_BOOK.set(book, family);
  return family;
}

/** Whether two books differ in nothing but whose they are. */
export function isOfOneCompany(a: Book, b: Book): boolean {
  return (
    a.colleagues === b.colleagues &&
    a.calendar === b.calendar &&
    a.corrections === b.corrections &&
    a.jurisdictions === b.jurisdictions &&
    a.metrics === b.metrics &&
    a.plans === b.plans &&
    a.crediting === b.crediting &&
    a.rates === b.rates &&
    a.periods === b.periods &&
    a.deals === b.deals
  );
}
