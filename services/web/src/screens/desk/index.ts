import type { Screen } from '../screen.ts';

const DESK = ['ops', 'finance', 'auditor'] as const;

/** What the desk works on every day: questions, deals, exceptions. */
export const deskScreens: readonly Screen[] = [
  {
    path: '/queries',
    title: 'Query desk',
    asks: 'Which questions of people wait for an answer, and how long may they?',
    group: 'Operations',
    roles: DESK,
    load: async () => (await import('./desk.tsx')).QueryDesk,
  },
  {
    path: '/queries/$query',
    title: 'Query',
    asks: 'What is asked, and what is the answer?',
    roles: ['manager', ...DESK],
    load: async () => (await import('./desk-thread.tsx')).DeskThread,
  },
  {
    path: '/exceptions',
    title: 'Exceptions',
    asks: 'What is otherwise than the rules say, for whom, and until when?',
    group: 'Operations',
    roles: ['manager', ...DESK],
    load: async () => (await import('./exceptions.tsx')).Exceptions,
  },
  {
    path: '/exceptions/ask',
    title: 'Ask for an exception',
    asks: 'What should be otherwise for somebody, and why?',
    roles: ['manager', 'ops'],
    load: async () => (await import('./ask-exception.tsx')).AskException,
  },
];
