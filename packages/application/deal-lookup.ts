import { countAtFirst } from '@ledger/kernel';
import type { IndexedDeal } from './deal-index.ts';

/** What finds deals of a sorted list without looking at each: made from the list when it is first needed, and gone with it. */
interface Lookup {
  /** Texts of all deals, one after the other, and where each begins. */
  text?: { readonly all: string; readonly starts: Uint32Array } | undefined;
  /** Places of the deals that somebody owns, or is credited for now or was once. */
  byPerson?: ReadonlyMap<string, readonly number[]> | undefined;
}
const LOOKUPS = new WeakMap<readonly IndexedDeal[], Lookup>();

/** Stands in no text: between two of them. */
const BETWEEN = '\0';

/**
 * The places in a list that may be of use, from one on, up or down: those with a word in their text, or of some people, where either is
 * asked for; otherwise all. Whoever asks for both has to look at the other.
 */
export function* placesIn(
  list: readonly IndexedDeal[],
  { word, people }: { readonly word?: string | undefined; readonly people?: Iterable<string> | undefined },
  from: number,
  isDown: boolean,
): Generator<number> {
  if (people !== undefined) {
    const places = placesOf(list, people).filter((place) => (isDown ? place <= from : place >= from));
    yield* isDown ? places.reverse() : places;
  } else if (word !== undefined && word !== '') {
    yield* placesWith(list, word, from, isDown);
  } else {
    for (let at = from; at >= 0 && at < list.length; at += isDown ? -1 : 1) yield at;
  }
}

function lookupOf(list: readonly IndexedDeal[]): Lookup {
  const known = LOOKUPS.get(list) ?? {};
  LOOKUPS.set(list, known);
  return known;
}

function placesOf(list: readonly IndexedDeal[], people: Iterable<string>): number[] {
  const lookup = lookupOf(list);
  lookup.byPerson ??= byPerson(list);
  const places = new Set<number>();
  for (const id of people) for (const place of lookup.byPerson.get(id) ?? []) places.add(place);
  return [...places].sort((a, b) => a - b);
}

function byPerson(list: readonly IndexedDeal[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  list.forEach(({ owner, ever }, place) => {
    for (const id of owner === null || ever.includes(owner) ? ever : [owner, ...ever]) {
      const own = places.get(id);
      if (own === undefined) places.set(id, [place]);
      else own.push(place);
    }
  });
  return places;
}

function* placesWith(list: readonly IndexedDeal[], word: string, from: number, isDown: boolean): Generator<number> {
  if (word.includes(BETWEEN) || list[from] === undefined) return;
  const lookup = lookupOf(list);
  lookup.text ??= joinedTexts(list);
  const { all, starts } = lookup.text;
  const end = (place: number) => starts[place + 1] ?? all.length;
  for (let at = isDown ? end(from) - 1 : (starts[from] ?? 0); ; ) {
    const found = isDown ? all.lastIndexOf(word, at) : all.indexOf(word, at);
    if (found < 0) return;
    const place = placeAt(starts, found);
    yield place;
    // One place is told once, however often the word is in it.
    at = isDown ? (starts[place] ?? 0) - 1 : end(place);
    if (at < 0) return;
  }
}

function joinedTexts(list: readonly IndexedDeal[]): { readonly all: string; readonly starts: Uint32Array } {
  const starts = new Uint32Array(list.length);
  let at = 0;
  list.forEach(({ text }, place) => {
    starts[place] = at;
    at += text.length + BETWEEN.length;
  });
  return { all: list.map(({ text }) => text).join(BETWEEN), starts };
}

/** The last place that begins at or before a character. */
function placeAt(starts: Uint32Array, character: number): number {
  return countAtFirst(starts, (start) => start <= character) - 1;
}
