import { ActionIcon, Kbd, Text, UnstyledButton } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import classes from './shell.module.css';

/** Its code comes when it is first opened. */
const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));

/** Finds anything, and goes anywhere: Ctrl K, or ⌘ K. */
export function GlobalSearch() {
  const [isOpen, open] = useState(false);
  const [wasOpen, opened] = useState(false);
  const show = () => {
    opened(true);
    open(true);
  };
  // Also from within a field: it is asked for by name.
  useHotkeys([['mod+K', show]], []);
  return (
    <>
      <UnstyledButton className={classes.search} onClick={show} visibleFrom="sm" aria-keyshortcuts="Control+K Meta+K">
        <IconSearch size={16} aria-hidden />
        <Text span size="sm">
          Search
        </Text>
        <Kbd size="xs" aria-hidden>
          Ctrl K
        </Kbd>
      </UnstyledButton>
      <ActionIcon variant="default" onClick={show} hiddenFrom="sm" aria-label="Search">
        <IconSearch size={18} aria-hidden />
      </ActionIcon>
      {wasOpen ? (
        <Suspense>
          <Palette isOpen={isOpen} close={() => open(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
