import type { Paths } from '../api/client.ts';
import { onlyAt, type Search } from '../parts/address.ts';
import type { Screen } from '../screens/screen.ts';

export type Hit = Paths['/v1/search']['get']['responses'][200]['content']['application/json']['hits'][number];

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

/** Screens on which a thing is seen, the best first: by the path under which they are registered, with what they take. */
const PLACES: Readonly<
  Record<Hit['kind'], readonly { readonly path: string; readonly search?: (hit: Hit) => Search }[]>
> = {
  participant: [
    { path: '/people/$participant' },
    { path: '/audit', search: ({ id }) => ({ participant: id }) },
    { path: '/statement', search: ({ id }) => ({ participant: id }) },
  ],
  statement: [
    { path: '/statements/$period/$participant' },
    { path: '/statement/$period/$participant' },
    { path: '/audit/payouts/$period/$participant' },
  ],
  period: [
    { path: '/periods/$period' },
    { path: '/close/$period' },
    { path: '/payouts', search: ({ id }) => ({ period: id }) },
    { path: '/statement', search: ({ id }) => ({ period: id }) },
  ],
  deal: [{ path: '/deals/$source/$deal' }, { path: '/audit', search: ({ id }) => ({ deal: id }) }],
  plan: [
    { path: '/definitions/$kind/$name' },
    { path: '/my-plan' },
    { path: '/audit', search: ({ id }) => ({ plan: id }) },
  ],
  metric: [{ path: '/definitions/$kind/$name' }, { path: '/audit', search: ({ id }) => ({ metric: id }) }],
  crediting: [{ path: '/definitions/$kind/$name' }, { path: '/audit', search: () => ({ types: 'crediting' }) }],
  jurisdiction: [{ path: '/definitions/$kind/$name' }, { path: '/audit', search: () => ({ types: 'jurisdiction' }) }],
  query: [{ path: '/queries/$query' }, { path: '/my-queries/$query' }],
  request: [{ path: '/requests/$request' }, { path: '/audit', search: ({ id }) => ({ request: id }) }],
  'pay-run': [{ path: '/payouts', search: ({ at: { period = '' } }) => ({ period }) }],
  event: [{ path: '/audit', search: ({ at: { position = '0' } }) => onlyAt(position) }],
};

/** Where somebody in a role sees what was found; `undefined`: none of their screens shows it. */
export function addressOf(hit: Hit, role: string, screens: readonly Screen[]): Address | undefined {
  for (const { path, search } of PLACES[hit.kind]) {
    const screen = screens.find((each) => each.path === path);
    if (screen === undefined || !screen.roles.some((each) => each === role)) continue;
    const to = path.replaceAll(/\$(\w+)/g, (_, name: string) => encodeURIComponent(hit.at[name] ?? ''));
    return { to, search: search?.(hit) ?? {} };
  }
  return undefined;
}
