import type { Screen } from '../screen.ts';

const EVERYBODY = ['rep', 'manager', 'ops', 'finance', 'auditor', 'admin'] as const;

/** What rules: everybody may read it, as far as it is theirs. */
export const definitionScreens: readonly Screen[] = [
  {
    path: '/definitions',
    title: 'Definitions',
    asks: 'What rules here, and which version of it on a day?',
    group: 'Rules',
    roles: EVERYBODY,
    load: async () => (await import('./list.tsx')).Definitions,
  },
  {
    path: '/definitions/new',
    title: 'New definition',
    asks: 'What should rule from now on?',
    roles: ['manager', 'ops', 'finance', 'admin'],
    load: async () => (await import('./propose.tsx')).NewDefinition,
  },
  {
    path: '/definitions/$kind/$name',
    title: 'Definition',
    asks: 'What does this say, since when, why, and what did it say before?',
    roles: EVERYBODY,
    load: async () => (await import('./definition.tsx')).Definition,
  },
];
