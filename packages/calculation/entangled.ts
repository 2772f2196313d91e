import type { Component } from '@ledger/events';
import { alongside } from '@ledger/kernel';
import type { Book, PlanEntry } from './book.ts';
import { bookOf } from './colleagues.ts';
import { allLooksOf } from './looks.ts';
import { poolOf } from './members.ts';

/**
 * What people share and what they are paid on each other's earnings ties them together, component by component: a manager who races
 * against reports and is paid on what they earn is no circle, as long as the race does not look at those earnings. Whoever needs some
 * components of somebody's asks a book that holds of all others only what those depend on.
 */

/** What is needed of a component: what it measures, or what it earns. */
type Need = 'measured' | 'earned';

interface Place {
  readonly plan: PlanEntry;
  readonly id: string;
  readonly document: Component;
}

type Which = (place: Place) => boolean;

/** The book without everything that ties people together and does not matter for what is needed of some components. */
export function bookFor(book: Book, need: Need, key: string, which: Which): Book {
  const [first] = book.colleagues.keys();
  const anchor = first === undefined ? undefined : bookOf(book, first);
  if (anchor === undefined) return book;
  const plans = plansFor(book.plans, need, key, which);
  if (plans === book.plans) return book;
  let narrowed = BOOKS.get(anchor)?.get(plans);
  if (narrowed === undefined) {
    narrowed = { ...anchor, plans };
    const ofAnchor = BOOKS.get(anchor) ?? new Map<Book['plans'], Book>();
    BOOKS.set(anchor, ofAnchor.set(plans, narrowed));
  }
  return bookOf(narrowed, book.participant.participant) ?? book;
}

const BOOKS = alongside<Book, Map<Book['plans'], Book>>();
const PLANS = alongside<Book['plans'], Map<string, Book['plans']>>();

function plansFor(plans: Book['plans'], need: Need, key: string, which: Which): Book['plans'] {
  let known = PLANS.get(plans);
  if (known === undefined) {
    known = new Map();
    PLANS.set(plans, known);
  }
  const name = `${need} ${key}`;
  let made = known.get(name);
  if (made === undefined) {
    made = narrowed(plans, need, which);
    known.set(name, made);
  }
  return made;
}

function narrowed(plans: Book['plans'], need: Need, which: Which): Book['plans'] {
  const places = [...placesIn(plans)];
  // Without earnings of others nobody's numbers lead back to their own.
  if (!places.some(({ document }) => document.earningsOf !== undefined)) return plans;
  const { measured, earned } = dependencies(places, need, which);
  const kept = new Set([...measured, ...earned].map(nameOf));
  const isGone = (place: Place) => isTied(place.document) && !kept.has(nameOf(place));
  if (!places.some(isGone)) return plans;
  return new Map(
    [...plans].map(([name, plan]) => {
      const versions = plan.versions.map((version) => {
        const components = Object.entries(version.document.components).filter(
          ([id, document]) => !isGone({ plan, id, document }),
        );
        return { ...version, document: { ...version.document, components: Object.fromEntries(components) } };
      });
      return [name, { ...plan, versions }];
    }),
  );
}

/** Whether what a component pays may depend on what other people measure or earn. */
function isTied({ earningsOf, contest, budget, groupCap }: Component): boolean {
  return [earningsOf, contest, budget, groupCap].some((each) => each !== undefined);
}

/** Ids of the participant's components that earn nothing that could be told without what others earn, or share with them. */
export function tiedComponents({ participant, plans }: Book): readonly string[] {
  const assigned = new Set(participant.assignments.map(({ plan }) => plan));
  const own = [...placesIn(plans)].filter(({ plan }) => assigned.has(plan.plan));
  const ids = [...new Set(own.map(({ id }) => id))].sort();
  return ids.filter((id) => {
    const { measured, earned } = dependencies(own, 'earned', (place) => place.id === id);
    const isPaidOnOthers = [...measured].some(({ document }) => document.earningsOf !== undefined);
    return isPaidOnOthers || [...earned].some(({ document }) => isTied(document));
  });
}

/** The components on which depends what is needed of some, those too, by what is needed of each. */
function dependencies(places: readonly Place[], need: Need, which: Which): Readonly<Record<Need, ReadonlySet<Place>>> {
  const done = { measured: new Set<Place>(), earned: new Set<Place>() };
  const waiting: (readonly [Place, Need])[] = places.filter(which).map((place) => [place, need]);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [place, of] = next;
    if (done[of].has(place)) continue;
    done[of].add(place);
    for (const more of of === 'earned' ? [...neededToMeasure(place), ...neededToEarn(place)] : neededToMeasure(place)) {
      waiting.push(...places.filter(more.which).map((each) => [each, more.need] as const));
    }
  }
  return done;
}

interface More {
  readonly need: Need;
  readonly which: Which;
}

function neededToMeasure({ id: own, document }: Place): readonly More[] {
  const looked = allLooksOf(document).flatMap(({ look }) => look.measures.flatMap(({ component }) => component ?? []));
  const { earningsOf } = document;
  const ofTeam: Which = ({ id }) => earningsOf === 'all' || earningsOf?.includes(id) === true;
  return [
    // What was measured under another plan goes on by the same name.
    { need: 'measured', which: ({ id }) => id === own || looked.includes(id) },
    ...(earningsOf === undefined ? [] : [{ need: 'earned' as const, which: ofTeam }]),
  ];
}

function neededToEarn({ plan, id, document }: Place): readonly More[] {
  const shared = (need: Need, says: (component: Component) => { readonly group: string | null } | undefined) => {
    const own = says(document);
    if (own === undefined) return [];
    const pool = poolOf(plan.plan, id, own.group).key;
    const which: Which = (other) => {
      const theirs = says(other.document);
      return theirs !== undefined && poolOf(other.plan.plan, other.id, theirs.group).key === pool;
    };
    return [{ need, which }];
  };
  // A cap of a plan is over all of its components, and a plan that comes in step by step is held against another one.
  const isCapped = plan.versions.some((version) => version.document.cap !== undefined);
  const isPhased = plan.versions.some((version) => version.document.phaseIn !== undefined);
  return [
    ...shared('measured', ({ contest }) => contest),
    ...shared('measured', ({ groupCap }) => groupCap),
    ...shared('earned', ({ budget }) => budget),
    ...(isCapped ? [{ need: 'earned' as const, which: (other: Place) => other.plan === plan }] : []),
    ...(isPhased ? [{ need: 'earned' as const, which: () => true }] : []),
  ];
}

function nameOf({ plan, id }: Place): string {
  return `${plan.plan}/${id}`;
}

function* placesIn(plans: Book['plans']): Generator<Place> {
  for (const plan of plans.values()) {
    for (const { document } of plan.versions) {
      for (const [id, component] of Object.entries(document.components)) yield { plan, id, document: component };
    }
  }
}
