import { List, Stack, Text, Title } from '@mantine/core';
import { $api } from '../../api/client.ts';
import { useAsOf } from '../../parts/address.ts';
import { GoTo } from '../../parts/go-to.tsx';
import { Instant } from '../../parts/moment.tsx';

const STREAM = 'replay-';

/** Replays that somebody has kept, the last one first. */
export function KeptReplays() {
  const asOf = useAsOf();
  const kept = $api.useQuery('get', '/v1/audit', { params: { query: { types: 'ReplayRecorded', asOf } } });
  const events = kept.data?.events ?? [];
  if (events.length === 0) return null;
  return (
    <Stack gap="xs" component="section" aria-label="Kept replays">
      <Title order={2} size="h4">
        Kept replays
      </Title>
      <List size="sm" listStyleType="none" spacing={4}>
        {events.toReversed().map(({ id, stream, recordedAt, meta, why }) => {
          const name = stream.slice(STREAM.length);
          return (
            <List.Item key={id}>
              <GoTo to={`/replay/${encodeURIComponent(name)}`} fw={600}>
                {name}
              </GoTo>{' '}
              {why}{' '}
              <Text span size="xs" c="dimmed">
                {meta.actor.id}, <Instant at={recordedAt} />
              </Text>
            </List.Item>
          );
        })}
      </List>
    </Stack>
  );
}
