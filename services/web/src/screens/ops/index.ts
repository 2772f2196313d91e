import type { Screen } from '../screen.ts';

export const opsScreens: readonly Screen[] = [
  {
    path: '/periods',
    title: 'Periods',
    group: 'Operations',
    roles: ['ops', 'finance', 'auditor'],
    load: async () => (await import('./periods.tsx')).Periods,
  },
];
