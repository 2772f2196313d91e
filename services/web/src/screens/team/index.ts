import type { Screen } from '../screen.ts';

/** What a manager asks about the people who report to them. */
export const teamScreens: readonly Screen[] = [
  {
    path: '/team',
    title: 'My team',
    asks: 'How is my team: who is behind, and who is near a higher rate?',
    group: 'My team',
    roles: ['manager'],
    load: async () => (await import('./team.tsx')).Team,
  },
];
