// Before anything else: styles stand in the page itself, so that they come with the code and not after it.
import '@mantine/core/styles.css';
import { early } from './api/early.ts';
import { currentSession } from './api/session.ts';
import { SCREENS } from './screens/index.ts';
import { inNavigation, screenAt } from './screens/screen.ts';

/**
 * What the first screen needs is on its way while the application is: its code, who looks, and what the screen reads first. Nothing here
 * is shown, and nothing fails: what does not come is asked for again by whoever needs it.
 */
async function begin(): Promise<void> {
  const ways = early('/v1/sign-in');
  if (currentSession() === undefined) return void (await ways);
  const me = early('/v1/me');
  const found = screenAt(SCREENS, location.pathname);
  const screen = found?.screen ?? (location.pathname === '/' ? inNavigation(SCREENS, (await me).role)[0] : undefined);
  const search = Object.fromEntries(new URLSearchParams(location.search));
  await Promise.all([
    ways,
    me,
    screen?.load(),
    screen?.first?.({ read: early, me, parts: found?.parts ?? {}, search }),
  ]);
}

begin().catch(() => undefined);
void import('./main.tsx');
