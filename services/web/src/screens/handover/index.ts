import type { Screen } from '../screen.ts';

export const handoverScreens: readonly Screen[] = [
  {
    path: '/handover',
    title: 'Handover',
    asks: 'What does whoever takes this over need to know?',
    group: 'Handover',
    roles: ['ops', 'finance', 'auditor'],
    load: async () => (await import('./handover.tsx')).Handover,
  },
];
