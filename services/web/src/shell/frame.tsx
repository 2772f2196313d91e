import {
  ActionIcon,
  AppShell,
  Burger,
  Button,
  Group,
  NavLink,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMoon, IconSun } from '@tabler/icons-react';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useLayoutEffect } from 'react';
import { $api } from '../api/client.ts';
import { signOut } from '../api/provider.ts';
import { become } from '../api/session.ts';
import { useAsOf } from '../parts/address.ts';
import { usePrinted } from '../parts/printed.ts';
import { SCREENS } from '../screens/index.ts';
import { inNavigation } from '../screens/screen.ts';
import { AsOfBar } from './as-of.tsx';
import { useMe } from './me.tsx';
import { GlobalSearch } from './search.tsx';
import classes from './shell.module.css';
import { StaleBar } from './stale.tsx';

/** What is around every screen: where one can go, who one is, and of which moment everything speaks. */
export function Frame() {
  const me = useMe();
  const [isOpen, { toggle, close }] = useDisclosure();
  const asOf = useAsOf();
  const pathname = useLocation({ select: (location) => location.pathname });
  const mine = inNavigation(SCREENS, me.role);
  useLightPaper();
  const groups = Object.entries(Object.groupBy(mine, ({ group = '' }) => group));
  return (
    <AppShell
      layout="alt"
      mode="static"
      header={{ height: 48 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
      className={classes.shell}
    >
      <a href="#main" className={classes.skip}>
        To the content
      </a>
      <AppShell.Header className={classes.chrome}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap" flex="none" maw="50%">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Navigation"
              aria-expanded={isOpen}
            />
            <Text fw={700} size="sm" truncate>
              {me.ledger}
            </Text>
          </Group>
          <Group gap="sm" wrap="nowrap" miw={0}>
            <Text size="sm" c="dimmed" truncate>
              {me.name ?? me.id}, {me.role}
            </Text>
            {me.demo ? null : <SignOut />}
            <GlobalSearch />
            <Scheme />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar
        p="xs"
        className={`${classes.chrome} ${classes.side}`}
        aria-label="Screens"
        data-closed={isOpen ? undefined : true}
      >
        <Group justify="flex-end" hiddenFrom="sm">
          <Burger opened={isOpen} onClick={toggle} size="sm" aria-label="Close the navigation" aria-expanded={isOpen} />
        </Group>
        <AppShell.Section grow className={classes.screens}>
          {groups.map(([group, screens = []]) => (
            <div key={group}>
              <Text size="xs" c="dimmed" fw={600} px="xs" pt="sm">
                {group}
              </Text>
              {screens.map(({ path, title }) => (
                <NavLink
                  key={path}
                  label={title}
                  active={pathname === path || pathname.startsWith(`${path}/`)}
                  onClick={close}
                  renderRoot={(props) => <Link to={path} search={{ asOf } as never} {...props} />}
                />
              ))}
            </div>
          ))}
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} className={classes.main}>
        <AsOfBar />
        <StaleBar />
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

/** Paper is light, whatever the screen is. */
function useLightPaper(): void {
  const isPrinted = usePrinted();
  const scheme = useComputedColorScheme('light');
  useLayoutEffect(() => {
    const page = document.documentElement;
    page.setAttribute('data-mantine-color-scheme', isPrinted ? 'light' : scheme);
  }, [isPrinted, scheme]);
}

function SignOut() {
  const ways = $api.useQuery('get', '/v1/sign-in', undefined, { staleTime: Number.POSITIVE_INFINITY });
  const provider = ways.data?.provider ?? null;
  return (
    <Button
      size="compact-sm"
      variant="default"
      onClick={() => (provider === null ? become(undefined) : signOut(provider))}
    >
      Sign out
    </Button>
  );
}

function Scheme() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'light' ? 'dark' : 'light';
  return (
    <ActionIcon variant="default" aria-label={`Use ${other} colours`} onClick={() => setColorScheme(other)}>
      {scheme === 'light' ? <IconMoon size={18} aria-hidden /> : <IconSun size={18} aria-hidden />}
    </ActionIcon>
  );
}
