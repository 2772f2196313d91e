import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { CALLBACK, signedIn } from './api/provider.ts';
import { Unreached } from './api/unreached.ts';
import { Page } from './parts/page.tsx';
import { Empty, ProblemNote, Waiting } from './parts/states.tsx';
import { SCREENS } from './screens/index.ts';
import type { Screen } from './screens/screen.ts';
import { Door } from './shell/door.tsx';
import { Frame } from './shell/frame.tsx';
import { Guarded } from './shell/guard.tsx';
import { Home } from './shell/home.tsx';
import { Screens } from './shell/screens.tsx';

const root = createRootRoute({
  component: () => (
    <Door>
      <Screens value={SCREENS}>
        <Frame />
      </Screens>
    </Door>
  ),
  notFoundComponent: () => (
    <Page title="Nowhere">
      <Empty title="There is nothing at this address">Choose a screen at the side.</Empty>
    </Page>
  ),
});

const home = createRoute({ getParentRoute: () => root, path: '/', component: Home });

const callback = createRoute({
  getParentRoute: () => root,
  path: CALLBACK,
  beforeLoad: async () => {
    throw redirect({ href: await signedIn() });
  },
});

/**
 * The code of a screen. Where it does not come, whoever waits for it would have the whole page loaded anew: that helps where the
 * application is another one by now, and takes the page away where nobody answers.
 */
function codeOf(screen: Screen): ReturnType<Screen['load']> {
  return screen.load().catch(async (error: unknown) => {
    const isThere = await fetch('/', { method: 'HEAD' }).then(
      ({ ok }) => ok,
      () => false,
    );
    throw isThere ? error : new Unreached();
  });
}

const screens = SCREENS.map((screen) =>
  createRoute({
    getParentRoute: () => root,
    path: screen.path,
    component: lazyRouteComponent(async () => {
      const Shown = await codeOf(screen);
      return {
        default: () => (
          <Guarded screen={screen}>
            <Shown />
          </Guarded>
        ),
      };
    }),
  }),
);

/** The address is the state of the page. What stands after `?` is text, as people write it. */
export const router = createRouter({
  routeTree: root.addChildren([home, callback, ...screens]),
  defaultPreload: 'intent',
  defaultPendingComponent: Waiting,
  // What was loaded in vain is loaded again, too.
  defaultErrorComponent: ({ error }) => <ProblemNote problem={error} again={() => void router.invalidate()} />,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const given = Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    const text = new URLSearchParams(given).toString();
    return text === '' ? '' : `?${text}`;
  },
});
