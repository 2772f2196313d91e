import type { AnswerOf } from '../../api/client.ts';

export type Period = AnswerOf<'/v1/periods'>['periods'][number];

/** The newest first: the one that a page is about that names none. */
export function newestFirst(periods: readonly Period[]): readonly Period[] {
  return periods.toSorted((a, b) => (a.from < b.from ? 1 : -1));
}
