import type { Screen } from '../screen.ts';

const TRIES = ['ops', 'finance', 'auditor'] as const;

/** What would be otherwise, before anybody decides that it is to be. */
export const replayScreens: readonly Screen[] = [
  {
    path: '/replay',
    title: 'Replay studio',
    group: 'Operations',
    roles: TRIES,
    load: async () => (await import('./studio.tsx')).ReplayStudio,
  },
  {
    path: '/replay/$replay',
    title: 'Kept replay',
    roles: TRIES,
    load: async () => (await import('./kept.tsx')).KeptReplay,
  },
];
