import type { Screen } from '../screen.ts';

export const opsScreens: readonly Screen[] = [
  {
    path: '/periods',
    title: 'Close board',
    asks: 'Which periods are open, and what is in the way of closing them?',
    group: 'Operations',
    roles: ['ops', 'finance', 'auditor'],
    load: async () => (await import('./periods.tsx')).Periods,
  },
  {
    path: '/close/$period',
    title: 'Close of a period',
    asks: 'What remains to be done until this period is frozen?',
    roles: ['ops', 'finance', 'auditor'],
    load: async () => (await import('./close.tsx')).CloseBoard,
  },
  {
    path: '/requests',
    title: 'Approvals',
    asks: 'What waits for a decision, and whose?',
    group: 'Operations',
    roles: ['ops', 'finance', 'manager', 'auditor', 'admin'],
    load: async () => (await import('./requests.tsx')).Requests,
  },
  {
    path: '/approval-rules',
    title: 'Rules of approval',
    asks: 'Who approves what, and how many have to?',
    roles: ['ops', 'finance', 'manager', 'auditor', 'admin'],
    load: async () => (await import('./approval-rules.tsx')).ApprovalRules,
  },
  {
    path: '/requests/$request',
    title: 'Request',
    asks: 'What is asked for, what does it move, and who decides?',
    roles: ['ops', 'finance', 'manager', 'auditor', 'admin'],
    load: async () => (await import('./request.tsx')).Request,
  },
];
