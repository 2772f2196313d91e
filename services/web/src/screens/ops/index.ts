import type { Screen } from '../screen.ts';

export const opsScreens: readonly Screen[] = [
  {
    path: '/periods',
    title: 'Close board',
    group: 'Operations',
    roles: ['ops', 'finance', 'auditor'],
    load: async () => (await import('./periods.tsx')).Periods,
  },
  {
    path: '/close/$period',
    title: 'Close of a period',
    roles: ['ops', 'finance', 'auditor'],
    load: async () => (await import('./close.tsx')).CloseBoard,
  },
  {
    path: '/requests',
    title: 'Approvals',
    group: 'Operations',
    roles: ['ops', 'finance', 'manager', 'auditor', 'admin'],
    load: async () => (await import('./requests.tsx')).Requests,
  },
  {
    path: '/requests/$request',
    title: 'Request',
    roles: ['ops', 'finance', 'manager', 'auditor', 'admin'],
    load: async () => (await import('./request.tsx')).Request,
  },
];
