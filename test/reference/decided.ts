import type { Book, ExceptionEntry } from '@ledger/calculation';
import type { ExceptionTerms } from '@ledger/events';

/** Decisions about the pay of one person (D100). */

export type TermsOf<K extends ExceptionTerms['kind']> = Extract<ExceptionTerms, { readonly kind: K }>;
export type Decision<K extends ExceptionTerms['kind']> = Omit<ExceptionEntry, 'terms'> & { readonly terms: TermsOf<K> };

/** Decisions of a kind, by name, those that hold no longer among them. */
export function decisionsOf<K extends ExceptionTerms['kind']>(book: Book, kind: K): readonly Decision<K>[] {
  const all = [...(book.exceptions?.values() ?? [])].filter(({ terms }) => terms.kind === kind);
  return (all as unknown as readonly Decision<K>[]).toSorted((a, b) => (a.exception < b.exception ? -1 : 1));
}

export function holdsOn(
  { isRevoked, expiresOn }: Pick<ExceptionEntry, 'isRevoked' | 'expiresOn'>,
  day: string,
): boolean {
  return !isRevoked && (expiresOn === null || day < expiresOn);
}

/** Of those that hold on a day, the one that was approved last. */
export function newestOf<K extends ExceptionTerms['kind']>(
  book: Book,
  kind: K,
  day: string,
  isAsked: (decision: Decision<K>) => boolean,
): Decision<K> | undefined {
  return decisionsOf(book, kind)
    .filter((each) => holdsOn(each, day) && isAsked(each))
    .toSorted((a, b) => a.order - b.order)
    .at(-1);
}
