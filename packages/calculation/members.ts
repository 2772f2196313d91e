import type { Component } from '@ledger/events';
import { alongside } from '@ledger/kernel';
import type { Book, PlanEntry } from './book.ts';
import { bookOf } from './colleagues.ts';
import type { Obstacle } from './in-force.ts';
import { variantsOf } from './near.ts';
import { componentsOf } from './otherwise.ts';
import type { CalculationProblem } from './problem.ts';

/** Components that share one thing: those of all plans that name a group, or one component of one plan. */
export interface Pool {
  readonly key: string;
  /** In words, for traces and problems. */
  readonly name: string;
}

/** The pool that a component of a plan belongs to, by the group that it names. */
export function poolOf(plan: string, component: string, group: string | null): Pool {
  return group === null
    ? { key: `${plan}/${component}`, name: component }
    : { key: `group/${group}`, name: `group ${group}` };
}

/**
 * Remembers what is the same for everybody who shares something, whoever asks: by the book of the first colleague, which is one object
 * for all of them. `make` is given what was made of a book that this one is a variant of.
 */
export function rememberedForAll<T>(): (book: Book, key: string, make: (before: T | undefined) => T) => T {
  const known = alongside<Book, Map<string, T>>();
  return (book, key, make) => {
    const [first = book.participant.participant] = book.colleagues.keys();
    const anchor = bookOf(book, first) ?? book;
    let ofBook = known.get(anchor);
    if (ofBook === undefined) {
      ofBook = new Map();
      known.set(anchor, ofBook);
    }
    let made = ofBook.get(key);
    if (made === undefined) {
      const other = variantsOf(anchor).find((each) => known.get(each)?.has(key));
      made = make(other && known.get(other)?.get(key));
      ofBook.set(key, made);
    }
    return made;
  };
}

/** What a component shares with others: its group cap, budget or contest. */
export type Shares = (component: Component) => { readonly group: string | null } | undefined;

/** Somebody who shares a pool, and the book as they see it. */
export interface Member {
  readonly participant: string;
  readonly book: Book;
}

/** Everybody in reach who ever was under a component of the pool, by participant id; the participant, too. */
export function membersOf(book: Book, pool: Pool, shares: Shares): readonly Member[] {
  const own = book.participant.participant;
  const members: Member[] = [];
  for (const participant of [...new Set([own, ...(book.colleagues?.keys() ?? [])])].sort()) {
    const theirs = participant === own ? book : bookOf(book, participant);
    if (theirs !== undefined && isMember(theirs, pool, shares)) members.push({ participant, book: theirs });
  }
  return members;
}

function isMember({ participant, plans }: Book, pool: Pool, shares: Shares): boolean {
  return participant.assignments.some(({ plan }) => sharedIn(plans.get(plan), shares).has(pool.key));
}

/** The pools that the versions of a component of the participant belong to. */
export function poolsNamed(book: Book, component: string, shares: Shares): readonly Pool[] {
  const pools = new Map<string, Pool>();
  for (const { plan, id, document } of placesIn(book)) {
    const shared = id === component ? shares(document) : undefined;
    if (shared === undefined) continue;
    const pool = poolOf(plan, id, shared.group);
    pools.set(pool.key, pool);
  }
  return [...pools.values()];
}

/** What keeps the numbers of a member from being known, and whose they are. */
export interface MemberObstacle {
  readonly participant: string;
  readonly obstacle: Obstacle;
}

/** What keeps a member's numbers from being known. */
export function obstacleOf(
  { participant, book }: Member,
  pool: Pool,
  problems: readonly CalculationProblem[],
  shares: Shares,
): Obstacle | null {
  const ids = idsIn(book, pool, shares);
  const problem = problems.find(({ component }) => component === null || ids.has(component));
  if (problem === undefined) return null;
  const says = `${participant} takes part in ${pool.name}, and cannot be calculated: ${problem.message.replace(/\.$/, '')}`;
  return { code: problem.code, says, scope: `${pool.key}/${participant}`, cause: problem.cause };
}

export function severalCurrencies(all: readonly string[]): Obstacle | null {
  const [first, second] = [...new Set(all)].sort();
  if (second === undefined) return null;
  const says = `what is shared is in ${first} and in ${second}; let the plans that share it pay in one currency`;
  return { code: 'plan_currency', says };
}

/** What the components of somebody's plans that belong to the pool measure, in whatever version. */
export function measuresIn(
  book: Book,
  pool: Pool,
  shares: Shares,
): readonly { readonly component: string; readonly measure: string }[] {
  const found = new Map<string, { readonly component: string; readonly measure: string }>();
  for (const { plan, id, document } of placesIn(book)) {
    const shared = shares(document);
    if (shared === undefined || poolOf(plan, id, shared.group).key !== pool.key) continue;
    found.set(`${id}/${document.measure}`, { component: id, measure: document.measure });
  }
  return [...found.values()];
}

/** Whether a component of a plan belongs to the pool. */
export function isIn(pool: Pool, shares: Shares): (place: PlaceInPlan) => boolean {
  return ({ plan, id, document }) => {
    const shared = shares(document);
    return shared !== undefined && poolOf(plan.plan, id, shared.group).key === pool.key;
  };
}

interface PlaceInPlan {
  readonly plan: { readonly plan: string };
  readonly id: string;
  readonly document: Component;
}

/** Ids of the components of somebody's plans that belong to the pool. */
function idsIn({ participant, plans }: Book, pool: Pool, shares: Shares): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { plan } of participant.assignments) {
    for (const id of sharedIn(plans.get(plan), shares).get(pool.key) ?? []) ids.add(id);
  }
  return ids;
}

const SHARED = alongside<PlanEntry, Map<Shares, ReadonlyMap<string, readonly string[]>>>();

/** The components of a plan, in any version, by the pool that they belong to. */
function sharedIn(plan: PlanEntry | undefined, shares: Shares): ReadonlyMap<string, readonly string[]> {
  if (plan === undefined) return NO_POOLS;
  const known = SHARED.get(plan) ?? new Map<Shares, ReadonlyMap<string, readonly string[]>>();
  SHARED.set(plan, known);
  let pools = known.get(shares);
  if (pools === undefined) {
    const named = componentsOf(plan).flatMap(([id, document]) => {
      const shared = shares(document);
      return shared === undefined ? [] : [{ id, key: poolOf(plan.plan, id, shared.group).key }];
    });
    pools = new Map([...Map.groupBy(named, ({ key }) => key)].map(([key, own]) => [key, own.map(({ id }) => id)]));
    known.set(shares, pools);
  }
  return pools;
}

const NO_POOLS: ReadonlyMap<string, readonly string[]> = new Map();

function* placesIn({ participant, plans }: Book) {
  for (const plan of new Set(participant.assignments.map((each) => each.plan))) {
    for (const [id, document] of componentsOf(plans.get(plan))) yield { plan, id, document };
  }
}
