import type { Screen } from '../screen.ts';

const DESK = ['ops', 'finance', 'auditor'] as const;

/** What the desk works on every day: questions, deals, exceptions. */
export const deskScreens: readonly Screen[] = [
  {
    path: '/queries',
    title: 'Query desk',
    group: 'Operations',
    roles: DESK,
    load: async () => (await import('./desk.tsx')).QueryDesk,
  },
  {
    path: '/queries/$query',
    title: 'Query',
    roles: ['manager', ...DESK],
    load: async () => (await import('./desk-thread.tsx')).DeskThread,
  },
  {
    path: '/exceptions',
    title: 'Exceptions',
    group: 'Operations',
    roles: ['manager', ...DESK],
    load: async () => (await import('./exceptions.tsx')).Exceptions,
  },
  {
    path: '/exceptions/ask',
    title: 'Ask for an exception',
    roles: ['manager', 'ops'],
    load: async () => (await import('./ask-exception.tsx')).AskException,
  },
];
