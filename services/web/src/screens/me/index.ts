import type { Beginning, Screen } from '../screen.ts';
import { newestFirst } from './newest.ts';

const EARNS = ['rep', 'manager'] as const;
const SEES = ['rep', 'manager', 'ops', 'finance', 'auditor'] as const;

/** What somebody asks who is paid by the ledger. */
export const meScreens: readonly Screen[] = [
  {
    path: '/me',
    title: 'My statement',
    asks: 'What am I paid, when, and for what?',
    group: 'My pay',
    roles: EARNS,
    load: async () => (await import('./statement.tsx')).MyStatement,
    async first({ read, me, search }) {
      const opened = read('/v1/periods', { params: { query: { asOf: search.asOf } } });
      const period = search.period ?? newestFirst((await opened).periods)[0]?.period;
      if (period !== undefined) await sheetFirst(read, { period, participant: (await me).id, asOf: search.asOf });
    },
  },
  {
    path: '/what-if',
    title: 'What if I close this deal',
    asks: 'What would a deal bring me?',
    group: 'My pay',
    roles: EARNS,
    load: async () => (await import('./what-if.tsx')).WhatIf,
  },
  {
    path: '/why',
    title: 'Why did it change?',
    asks: 'Why is a number another one than before?',
    group: 'My pay',
    roles: EARNS,
    load: async () => (await import('./why.tsx')).Why,
  },
  {
    path: '/my-plan',
    title: 'My plan',
    asks: 'What am I paid for, in plain words?',
    group: 'My pay',
    roles: EARNS,
    load: async () => (await import('./plan.tsx')).MyPlan,
  },
  {
    path: '/my-queries',
    title: 'My queries',
    asks: 'What have I asked, and what was answered?',
    group: 'My pay',
    roles: EARNS,
    load: async () => (await import('./queries.tsx')).MyQueries,
  },
  {
    path: '/my-queries/$query',
    title: 'Query',
    asks: 'What was asked, and what is the answer?',
    roles: SEES,
    load: async () => (await import('./thread.tsx')).Thread,
  },
  {
    path: '/ask',
    title: 'Ask about a line',
    asks: 'What is wrong with this line?',
    roles: EARNS,
    load: async () => (await import('./ask.tsx')).Ask,
  },
  {
    path: '/statements/$period/$participant',
    title: 'Statement',
    asks: 'What is somebody paid, when, and for what?',
    roles: SEES,
    load: async () => (await import('./statement.tsx')).StatementOf,
    async first({ read, parts: { period = '', participant = '' }, search: { asOf } }) {
      const opened = read('/v1/periods', { params: { query: { asOf } } });
      await Promise.all([opened, sheetFirst(read, { period, participant, asOf })]);
    },
  },
];

/** What a statement reads, with nothing in between. */
function sheetFirst(
  read: Beginning['read'],
  {
    period,
    participant,
    asOf,
  }: { readonly period: string; readonly participant: string; readonly asOf: string | undefined },
): Promise<unknown> {
  const init = { params: { path: { period, participant }, query: { asOf } } };
  return Promise.all([
    read('/v1/periods/{period}/statements/{participant}/standing', init),
    read('/v1/periods/{period}/statements/{participant}', init),
  ]);
}
