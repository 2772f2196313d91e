import type { Screen } from '../screen.ts';

const READ = ['admin', 'finance', 'auditor', 'ops'] as const;

/** Who may come in, and as what. */
export const accessScreens: readonly Screen[] = [
  {
    path: '/access',
    title: 'Access',
    asks: 'Who may come in, and as what?',
    group: 'Audit',
    roles: READ,
    load: async () => (await import('./access.tsx')).Access,
  },
  {
    path: '/access/$principal',
    title: 'Access of somebody',
    asks: 'What may this person or system do, since when, and who said so?',
    roles: READ,
    load: async () => (await import('./principal.tsx')).PrincipalAccess,
  },
];
