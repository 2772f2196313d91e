import { type Acting, isProblem, type Problem, problem } from '@ledger/kernel';
import { resolveAsOf } from './as-of.ts';
import type { Ledger } from './ledger.ts';
import { type Findable, type Found, type Looking, SEARCHED, type Searched } from './search-fit.ts';
import { SOURCES } from './search-sources.ts';
import type { AsOf } from './statements.ts';

export interface SearchAnswer {
  readonly asOf: string;
  readonly text: string;
  /** The best ones first. */
  readonly hits: readonly Findable[];
  /** Whether others fit, too. */
  readonly more: boolean;
}

export interface SearchAsk extends AsOf {
  /** Words that all have to be there, in ids, names and titles, in any case. */
  readonly text: string;
  readonly kinds?: readonly Searched[] | undefined;
  readonly limit?: number | undefined;
}

export const SEARCH = { longest: 200, words: 8, usual: 20, most: 100 } as const;

/**
 * Whatever has these words in its id, name or title, among what somebody may see: what is hidden is to them as what does not exist.
 */
export async function search(ledger: Ledger, actor: Acting, ask: SearchAsk): Promise<SearchAnswer | Problem> {
  const { limit = SEARCH.usual } = ask;
  if (!Number.isInteger(limit) || limit < 1 || limit > SEARCH.most) {
    return problem('parameter_invalid', `${limit} hits are not possible; ask for 1 to ${SEARCH.most}.`, '/limit');
  }
  const text = ask.text.normalize('NFC').trim();
  const words = [...new Set(text.toLowerCase().split(/\s+/u))].filter((word) => word !== '');
  if (words.length === 0 || words.length > SEARCH.words || text.length > SEARCH.longest) {
    const says = `A search takes 1 to ${SEARCH.words} words of ${SEARCH.longest} characters in all; write fewer, or more.`;
    return problem('parameter_invalid', says, '/text');
  }
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  // One more than is shown says that there are more.
  const looking: Looking = { ledger, actor, asOf, asked: ask.asOf, text, words, most: limit + 1 };
  const found: Found[] = [];
  for (const kind of ask.kinds ?? SEARCHED) found.push(...(await SOURCES[kind](looking)));
  const best = found.sort(bestFirst);
  const hits = best.slice(0, limit).map(({ it }) => it);
  return { asOf: String(asOf), text, hits, more: best.length > limit };
}

function bestFirst(a: Found, b: Found): number {
  if (a.fit !== b.fit) return a.fit - b.fit;
  if (a.it.kind !== b.it.kind) return SEARCHED.indexOf(a.it.kind) - SEARCHED.indexOf(b.it.kind);
  return a.it.id < b.it.id ? -1 : 1;
}
