import type { Screen } from '../screen.ts';

const EARNS = ['rep', 'manager'] as const;
const SEES = ['rep', 'manager', 'ops', 'finance', 'auditor'] as const;

/** What somebody asks who is paid by the ledger. */
export const meScreens: readonly Screen[] = [
  {
    path: '/me',
    title: 'My statement',
    group: 'My pay',
    roles: EARNS,
    load: async () => (await import('./statement.tsx')).MyStatement,
  },
  {
    path: '/what-if',
    title: 'What if I close this deal',
    group: 'My pay',
    roles: EARNS,
    load: async () => (await import('./what-if.tsx')).WhatIf,
  },
  {
    path: '/why',
    title: 'Why did it change?',
    group: 'My pay',
    roles: EARNS,
    load: async () => (await import('./why.tsx')).Why,
  },
  {
    path: '/my-plan',
    title: 'My plan',
    group: 'My pay',
    roles: EARNS,
    load: async () => (await import('./plan.tsx')).MyPlan,
  },
  {
    path: '/my-queries',
    title: 'My queries',
    group: 'My pay',
    roles: EARNS,
    load: async () => (await import('./queries.tsx')).MyQueries,
  },
  {
    path: '/my-queries/$query',
    title: 'Query',
    roles: SEES,
    load: async () => (await import('./thread.tsx')).Thread,
  },
  {
    path: '/ask',
    title: 'Ask about a line',
    roles: EARNS,
    load: async () => (await import('./ask.tsx')).Ask,
  },
  {
    path: '/statements/$period/$participant',
    title: 'Statement',
    roles: SEES,
    load: async () => (await import('./statement.tsx')).StatementOf,
  },
];
