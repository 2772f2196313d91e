import type { Component } from '@ledger/events';
import type { Book } from './book.ts';

/** Components that pay when a window ends, for the window as a whole: a streak, a contest, objectives. */

export function paysAtEnd({ streak, contest, objectives }: Component): boolean {
  return streak !== undefined || contest !== undefined || objectives !== undefined;
}

/** Ids of the components of any plan of the participant, in any version, that a document says something of. */
export function componentsThat(
  { participant, plans }: Book,
  says: (component: Component) => boolean,
): readonly string[] {
  const ids = new Set<string>();
  for (const { plan } of participant.assignments) {
    for (const { document } of plans.get(plan)?.versions ?? []) {
      for (const [id, component] of Object.entries(document.components)) if (says(component)) ids.add(id);
    }
  }
  return [...ids].sort();
}
