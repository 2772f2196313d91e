import { Button, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { currentSession } from '../api/session.ts';
import { useGo } from '../parts/address.ts';
import { Page } from '../parts/page.tsx';
import { Empty } from '../parts/states.tsx';
import { inNavigation, isFor, type Screen } from '../screens/screen.ts';
import { useBecome } from './become.ts';
import { useMe } from './me.tsx';
import { useScreens } from './screens.tsx';

/** A screen, for those whose question it answers; whoever typed its address is told whose it is, and where to go instead. */
export function Guarded({ screen, children }: { readonly screen: Screen; readonly children: ReactNode }) {
  const { role } = useMe();
  return isFor(screen, role) ? children : <OfOthers screen={screen} />;
}

/** What people of a role are called. */
const PEOPLE: Readonly<Record<Screen['roles'][number], string>> = {
  rep: 'reps',
  manager: 'managers',
  ops: 'ops',
  finance: 'finance',
  auditor: 'auditors',
  admin: 'admins',
  integration: 'systems',
};

const LISTED = new Intl.ListFormat('en', { type: 'conjunction' });

function OfOthers({ screen }: { readonly screen: Screen }) {
  const { role, roles } = useMe();
  const screens = useScreens();
  const go = useGo();
  const becomes = useBecome();
  const [first] = inNavigation(screens, role);
  const others = roles.filter((each) => isFor(screen, each));
  const session = currentSession();
  return (
    <Page title={screen.title}>
      <Empty title={`This screen is for ${LISTED.format(screen.roles.map((each) => PEOPLE[each]))}`}>
        <Stack align="center" gap="md">
          <Text size="sm" c="var(--mantine-color-text)">
            It answers: {screen.asks}
          </Text>
          <Text size="sm">You are here as {role}. If you need to know this, ask somebody who sees it.</Text>
          <Group gap="xs" justify="center">
            {first === undefined ? null : <Button onClick={() => go(first.path)}>Go to {first.title}</Button>}
            {session === undefined
              ? null
              : others.map((each) => (
                  <Button key={each} variant="default" onClick={() => becomes({ token: session.token, role: each })}>
                    Look at it as {each}
                  </Button>
                ))}
          </Group>
        </Stack>
      </Empty>
    </Page>
  );
}
