import type { Screen } from '../screen.ts';

const SEES = ['ops', 'finance', 'auditor', 'manager'] as const;

export const dealScreens: readonly Screen[] = [
  {
    path: '/deals',
    title: 'Deals',
    group: 'Operations',
    roles: SEES,
    load: async () => (await import('./deals.tsx')).Deals,
  },
  {
    path: '/deals/$source/$deal',
    title: 'Deal',
    roles: ['rep', ...SEES],
    load: async () => (await import('./deal.tsx')).Deal,
  },
  {
    path: '/import',
    title: 'Import',
    group: 'Operations',
    roles: ['ops'],
    load: async () => (await import('./import/import.tsx')).Import,
  },
];
