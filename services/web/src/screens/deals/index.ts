import type { Screen } from '../screen.ts';

const SEES = ['ops', 'finance', 'auditor', 'manager'] as const;

export const dealScreens: readonly Screen[] = [
  {
    path: '/deals',
    title: 'Deals',
    asks: 'Which deals does the ledger know?',
    group: 'Operations',
    roles: SEES,
    load: async () => (await import('./deals.tsx')).Deals,
  },
  {
    path: '/deals/$source/$deal',
    title: 'Deal',
    asks: 'What does the ledger know of this deal, and whom does it credit?',
    roles: ['rep', ...SEES],
    load: async () => (await import('./deal.tsx')).Deal,
  },
  {
    path: '/import',
    title: 'Import',
    asks: 'How do the deals of a file get into the ledger?',
    group: 'Operations',
    roles: ['ops'],
    load: async () => (await import('./import/import.tsx')).Import,
  },
];
