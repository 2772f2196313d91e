import type { Screen } from '../screen.ts';

const TRIES = ['ops', 'finance', 'auditor'] as const;

/** What would be otherwise, before anybody decides that it is to be. */
export const replayScreens: readonly Screen[] = [
  {
    path: '/replay',
    title: 'Replay studio',
    asks: 'What would frozen periods be as things are known now, or under what is proposed?',
    group: 'Operations',
    roles: TRIES,
    load: async () => (await import('./studio.tsx')).ReplayStudio,
  },
  {
    path: '/replay/$replay',
    title: 'Kept replay',
    asks: 'What did a replay come to, and what becomes of it?',
    roles: TRIES,
    load: async () => (await import('./kept.tsx')).KeptReplay,
  },
];
