import { Group, Stack, Text } from '@mantine/core';
import type { Schemas } from '../../../api/client.ts';
import { GoTo } from '../../../parts/go-to.tsx';
import classes from '../../../parts/parts.module.css';
import { Recorded } from '../../../parts/states.tsx';

type Report = Schemas['Import'];

const COUNTS = [
  ['rows', 'rows'],
  ['deals', 'deals'],
  ['closed', 'new'],
  ['amended', 'told otherwise than before'],
  ['cancelled', 'cancelled'],
  ['vanished', 'vanished from their source'],
  ['unchanged', 'as before'],
  ['ignored', 'rows left out by the mapping'],
  ['duplicates', 'rows given twice'],
  ['withoutOwner', 'deals that credit nobody'],
] as const;

/** What a file would record, or has recorded. */
export function Done({ report }: { readonly report: Report }) {
  const counts = COUNTS.filter(([name]) => report[name] > 0);
  return (
    <Recorded dryRun={report.dryRun}>
      <Group gap="xl" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="What the file holds">
        {counts.map(([name, what]) => (
          <Stack key={name} gap={0} component="li">
            <Text span fz="xl" fw={700} className={classes.figure}>
              {report[name].toLocaleString('en')}
            </Text>
            <Text span size="sm">
              {what}
            </Text>
          </Stack>
        ))}
      </Group>
      {report.dryRun ? null : (
        <Group gap="md" mt="sm">
          <GoTo to="/deals">See the deals</GoTo>
          {report.withoutOwner === 0 ? null : (
            <GoTo to="/deals" search={{ uncredited: 'true' }}>
              Those that credit nobody
            </GoTo>
          )}
        </Group>
      )}
    </Recorded>
  );
}
