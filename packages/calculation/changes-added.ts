import { alongside } from '@ledger/kernel';
import type { Book, Change, History } from './book.ts';
import { type Added, changeInWords, workingCopy } from './change.ts';
import { bookOf, isOfOneCompany } from './colleagues.ts';

/** A change of a history, and what it does. */
export interface ChangeAdded {
  readonly change: Change;
  readonly added: Added;
  /** With the change and those before it, but for deals: what a deal can move does not hang on others. */
  readonly book: () => Book;
  /** In words. */
  readonly says: () => string;
}

interface Known {
  readonly base: Book;
  readonly all: readonly ChangeAdded[];
}
const KNOWN = alongside<History['changes'], Known>();

/** The changes of a history one after the other; looked at once for everybody who looks at the same people. */
export function changesAdded({ base, changes }: History): readonly ChangeAdded[] {
  let known = KNOWN.get(changes);
  if (known === undefined || !(known.base === base || isOfOneCompany(known.base, base))) {
    known = { base, all: addedTo(base, changes) };
    KNOWN.set(changes, known);
  }
  if (known.base === base) return known.all;
  const { participant } = base.participant;
  return known.all.map(({ book, ...each }) => ({ ...each, book: () => bookOf(book(), participant) ?? base }));
}

function addedTo(base: Book, changes: readonly Change[]): readonly ChangeAdded[] {
  const working = workingCopy(base);
  let shown: Book | null = null;
  return changes.map((change) => {
    const added = working.add(change);
    // A book that is shown is copied before it changes again: once for each definition, and not for each deal.
    if (change.entry.kind !== 'deal') shown = null;
    shown ??= working.book();
    const book = shown;
    return { change, added, book: () => book, says: () => changeInWords(added) };
  });
}
