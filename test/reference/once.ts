import type { Book } from '@ledger/calculation';

const answers = new WeakMap<Book, Map<string, unknown>>();

/** What is asked of a book again and again is worked out once. */
export function once<A>(book: Book, question: string, answer: () => A): A {
  const known = answers.get(book) ?? new Map<string, unknown>();
  answers.set(book, known);
  if (!known.has(question)) known.set(question, answer());
  return known.get(question) as A;
}
