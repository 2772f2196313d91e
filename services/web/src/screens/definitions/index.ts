import type { Screen } from '../screen.ts';

export const definitionScreens: readonly Screen[] = [
  {
    path: '/definitions/new',
    title: 'New definition',
    roles: ['manager', 'ops', 'finance', 'admin'],
    load: async () => (await import('./propose.tsx')).NewDefinition,
  },
];
