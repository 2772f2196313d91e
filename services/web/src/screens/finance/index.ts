import type { Screen } from '../screen.ts';

export const financeScreens: readonly Screen[] = [
  {
    path: '/payouts',
    title: 'Payout history',
    asks: 'Who was paid what, in any period, as known at any moment?',
    group: 'Finance',
    roles: ['finance', 'auditor', 'ops'],
    load: async () => (await import('./payouts.tsx')).Payouts,
  },
  {
    path: '/payouts/compare',
    title: 'Two moments compared',
    asks: 'What is otherwise between two moments, and why?',
    roles: ['finance', 'auditor', 'ops'],
    load: async () => (await import('./compare.tsx')).Compare,
  },
  {
    path: '/cost',
    title: 'Cost',
    asks: 'What do commissions cost, by period, team and plan?',
    group: 'Finance',
    roles: ['finance', 'auditor', 'ops', 'manager'],
    load: async () => (await import('./cost.tsx')).Cost,
  },
];
