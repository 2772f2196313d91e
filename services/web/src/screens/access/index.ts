import type { Screen } from '../screen.ts';

const READ = ['admin', 'finance', 'auditor', 'ops'] as const;

/** Who may come in, and as what. */
export const accessScreens: readonly Screen[] = [
  {
    path: '/access',
    title: 'Access',
    group: 'Audit',
    roles: READ,
    load: async () => (await import('./access.tsx')).Access,
  },
  {
    path: '/access/$principal',
    title: 'Access of somebody',
    roles: READ,
    load: async () => (await import('./principal.tsx')).PrincipalAccess,
  },
];
