import type { Screen } from '../screen.ts';

export const auditScreens: readonly Screen[] = [
  {
    path: '/audit',
    title: 'Trail',
    group: 'Audit',
    roles: ['auditor', 'finance', 'ops', 'admin'],
    load: async () => (await import('./trail.tsx')).Trail,
  },
  {
    path: '/audit/payouts/$period/$participant',
    title: 'Life of a payout',
    roles: ['auditor', 'finance', 'ops'],
    load: async () => (await import('./payout-life.tsx')).PayoutLife,
  },
  {
    path: '/verification',
    title: 'Verification',
    group: 'Audit',
    roles: ['auditor', 'finance', 'ops', 'admin'],
    load: async () => (await import('./verification.tsx')).Verification,
  },
];
