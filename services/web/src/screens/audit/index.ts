import type { Screen } from '../screen.ts';

export const auditScreens: readonly Screen[] = [
  {
    path: '/audit',
    title: 'Trail',
    asks: 'What happened, who did it, and when?',
    group: 'Audit',
    roles: ['auditor', 'finance', 'ops', 'admin'],
    load: async () => (await import('./trail.tsx')).Trail,
  },
  {
    path: '/audit/payouts/$period/$participant',
    title: 'Life of a payout',
    asks: 'How did this payout come about, from deal to bank file?',
    roles: ['auditor', 'finance', 'ops'],
    load: async () => (await import('./payout-life.tsx')).PayoutLife,
  },
  {
    path: '/verification',
    title: 'Verification',
    asks: 'Is everything in the log as it was recorded?',
    group: 'Audit',
    roles: ['auditor', 'finance', 'ops', 'admin'],
    load: async () => (await import('./verification.tsx')).Verification,
  },
];
