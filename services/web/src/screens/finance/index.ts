import type { Screen } from '../screen.ts';

export const financeScreens: readonly Screen[] = [
  {
    path: '/payouts',
    title: 'Payout history',
    group: 'Finance',
    roles: ['finance', 'auditor', 'ops'],
    load: async () => (await import('./payouts.tsx')).Payouts,
  },
  {
    path: '/payouts/compare',
    title: 'Two moments compared',
    roles: ['finance', 'auditor', 'ops'],
    load: async () => (await import('./compare.tsx')).Compare,
  },
  {
    path: '/cost',
    title: 'Cost',
    group: 'Finance',
    roles: ['finance', 'auditor', 'ops', 'manager'],
    load: async () => (await import('./cost.tsx')).Cost,
  },
];
