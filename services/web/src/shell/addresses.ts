import type { AnswerOf } from '../api/client.ts';
import { onlyAt, type Search } from '../parts/address.ts';
import { isFor, type Screen } from '../screens/screen.ts';

export type Hit = AnswerOf<'/v1/search'>['hits'][number];

/** Kinds of things in the words of people. */
export const NAMED: Readonly<Record<Hit['kind'], string>> = {
  participant: 'person',
  statement: 'statement',
  period: 'period',
  deal: 'deal',
  plan: 'plan',
  metric: 'metric',
  crediting: 'crediting',
  jurisdiction: 'jurisdiction',
  query: 'query',
  request: 'request',
  'pay-run': 'pay run',
  event: 'event',
};

/** An address: the path of a screen with its parts filled in, and what stands after `?`. */
export interface Address {
  readonly to: string;
  readonly search: Search;
}

interface Place {
  /** As a screen is registered; its parts are filled in with what the hit says of itself. */
  readonly path: string;
  readonly search?: (hit: Hit) => Search;
}
const trail = (filter: (hit: Hit) => Search): Place => ({ path: '/audit', search: filter });

/** Screens on which a thing is seen, the best first; the first one that is for somebody's role is where they are led. */
const PLACES: Readonly<Record<Hit['kind'], readonly Place[]>> = {
  participant: [trail(({ id }) => ({ participant: id })), { path: '/team' }, { path: '/me' }],
  statement: [{ path: '/audit/payouts/$period/$participant' }, { path: '/statements/$period/$participant' }],
  period: [{ path: '/close/$period' }, { path: '/me', search: ({ id }) => ({ period: id }) }],
  deal: [{ path: '/deals/$source/$deal' }, trail(({ id }) => ({ deal: id }))],
  plan: [{ path: '/definitions/$kind/$name' }, trail(({ id }) => ({ plan: id })), { path: '/my-plan' }],
  metric: [{ path: '/definitions/$kind/$name' }, trail(({ id }) => ({ metric: id })), { path: '/my-plan' }],
  crediting: [{ path: '/definitions/$kind/$name' }, trail(() => ({ types: 'crediting' }))],
  jurisdiction: [{ path: '/definitions/$kind/$name' }, trail(() => ({ types: 'jurisdiction' }))],
  query: [{ path: '/queries/$query' }, { path: '/my-queries/$query' }],
  request: [{ path: '/requests/$request' }],
  'pay-run': [{ path: '/payouts', search: ({ at: { period = '' } }) => ({ period }) }],
  event: [trail(({ at: { position = '0' } }) => onlyAt(position))],
};

/** Where somebody in a role sees what was found; `undefined`: none of their screens shows it. */
export function addressOf(hit: Hit, role: string, screens: readonly Screen[]): Address | undefined {
  for (const { path, search } of PLACES[hit.kind]) {
    const screen = screens.find((each) => each.path === path);
    if (screen === undefined || !isFor(screen, role)) continue;
    const to = path.replaceAll(/\$(\w+)/g, (_, name: string) => encodeURIComponent(hit.at[name] ?? ''));
    return { to, search: search?.(hit) ?? {} };
  }
  return undefined;
}
