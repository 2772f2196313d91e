import type { Acting } from '@ledger/kernel';
import type { Ledger } from './ledger.ts';

/** What can be found, what is looked for most in front: that is how those stand that fit alike. */
export const SEARCHED = [
  'participant',
  'statement',
  'period',
  'deal',
  'plan',
  'metric',
  'crediting',
  'jurisdiction',
  'query',
  'request',
  'pay-run',
  'event',
] as const;
export type Searched = (typeof SEARCHED)[number];

/** Something that a search may find. */
export interface Findable {
  readonly kind: Searched;
  /** Names it among those of its kind. */
  readonly id: string;
  /** What it is called; `null`: nothing but its id. */
  readonly title: string | null;
  readonly detail: string | null;
  /** What an address of it is made of: `source` and `deal`, or `period` and `participant`. */
  readonly at: Readonly<Record<string, string>>;
}

/** What a source of findable things looks with. */
export interface Looking {
  readonly ledger: Ledger;
  readonly actor: Acting;
  readonly asOf: bigint;
  /** The moment as it was asked about; `undefined`: now. */
  readonly asked: string | undefined;
  /** As it was asked, without blanks around it. */
  readonly text: string;
  /** In small letters. */
  readonly words: readonly string[];
  /** Most that are of use. */
  readonly most: number;
}

/** How well something fits; 0 is best, `null`: it does not. */
export type Fit = number | null;

export interface Found {
  readonly fit: number;
  readonly it: Findable;
}

/**
 * How well texts, in small letters, fit words: each word counts by the best place where it stands. 0: a text as a whole; 1: the beginning
 * of a text; 2: the beginning of a word in it; 3: somewhere in it.
 */
export function fitOf(words: readonly string[], texts: readonly string[]): Fit {
  let fit = 0;
  for (const word of words) {
    let best: number | null = null;
    for (const text of texts) {
      const at = text.indexOf(word);
      if (at < 0) continue;
      const place = at === 0 ? (text.length === word.length ? 0 : 1) : isBetween(text, at) ? 2 : 3;
      if (best === null || place < best) best = place;
    }
    if (best === null) return null;
    fit += best;
  }
  return fit;
}

/** Whether a word begins at a place: no letter and no digit is before it. */
function isBetween(text: string, at: number): boolean {
  return !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '');
}

/** The best of many, in the order in which they come where they fit alike: never more than are of use. */
export function bestOf(most: number) {
  const byFit = new Map<number, Findable[]>();
  return {
    add(fit: Fit, it: () => Findable): void {
      if (fit === null) return;
      const known = byFit.get(fit);
      if (known === undefined) byFit.set(fit, [it()]);
      else if (known.length < most) known.push(it());
    },
    found: (): readonly Found[] =>
      [...byFit]
        .sort(([a], [b]) => a - b)
        .flatMap(([fit, all]) => all.map((it) => ({ fit, it })))
        .slice(0, most),
  };
}
