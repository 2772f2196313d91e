import type { Component } from '@ledger/events';
import { alongside } from '@ledger/kernel';
import type { Book, PlanEntry } from './book.ts';

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
    for (const [id, component] of componentsOf(plans.get(plan))) if (says(component)) ids.add(id);
  }
  return [...ids].sort();
}

type Named = readonly [id: string, component: Component];
const NONE: readonly Named[] = [];
const COMPONENTS = alongside<PlanEntry, readonly Named[]>();

/** The components of a plan by their ids, as each of its versions says them. */
export function componentsOf(plan: PlanEntry | undefined): readonly Named[] {
  if (plan === undefined) return NONE;
  let all = COMPONENTS.get(plan);
  if (all === undefined) {
    all = plan.versions.flatMap(({ document }) => Object.entries(document.components));
    COMPONENTS.set(plan, all);
  }
  return all;
}
