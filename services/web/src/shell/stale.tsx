import { Alert } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { currentStale, watchStale } from '../api/stale.ts';

const ASK_AGAIN_MS = 3_000;

/** What is shown while the log is away looks like any other answer. What is on the screen is asked for again until it is back. */
export function StaleBar() {
  const position = useSyncExternalStore(watchStale, currentStale);
  const queries = useQueryClient();
  const isAway = position !== undefined;
  useEffect(() => {
    if (!isAway) return undefined;
    const asking = setInterval(() => void queries.invalidateQueries(), ASK_AGAIN_MS);
    return () => clearInterval(asking);
  }, [isAway, queries]);
  if (!isAway) return null;
  return (
    <Alert color="orange" variant="light" role="status" mb="md" icon={<IconPlugConnectedX aria-hidden />}>
      The log does not answer now.{position === '' ? '' : ` This is what was known at position ${position}.`} Nothing
      can be recorded until it is back.
    </Alert>
  );
}
