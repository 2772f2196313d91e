import { Button, Group, Text } from '@mantine/core';
import { useAddress } from '../parts/address.ts';
import { instantText } from '../parts/moment.tsx';
import classes from './shell.module.css';

/** Says of which moment the page speaks, wherever that is not now. */
export function AsOfBar() {
  const [{ asOf }, change] = useAddress();
  if (asOf === undefined) return null;
  const what = /^\d+$/.test(asOf) ? `position ${asOf} of the log` : instantText(asOf);
  return (
    <Group role="status" className={classes.past} gap="sm" mb="md">
      <Text size="sm">
        You look at what was known as of <strong>{what}</strong>.
      </Text>
      <Button size="compact-xs" variant="default" onClick={() => change({ asOf: undefined })}>
        Back to now
      </Button>
    </Group>
  );
}
