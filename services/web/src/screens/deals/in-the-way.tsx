import { Badge, Group, List, Paper, Text, Title } from '@mantine/core';
import { $api } from '../../api/client.ts';
import { useAsOf } from '../../parts/address.ts';
import { MendIt } from '../../parts/place.tsx';
import { Answer } from '../../parts/states.tsx';
import { WARNING } from './findings.ts';

/** What keeps a period from being frozen and is no matter of deals: the close board has it. */
const OTHERS = [
  'period_out_of_order',
  'request_waiting',
  'query_open',
  'query_past_cut_off',
  'quota_missing',
  'plan_unassigned',
];
const SHOWN = 50;

/** What is wrong with the deals of a period, and where is it mended? */
export function InTheWay({ period }: { readonly period: string }) {
  const asOf = useAsOf();
  const asked = { params: { path: { period }, query: { asOf } } };
  const blockers = $api.useQuery('get', '/v1/periods/{period}/blockers', asked);
  return (
    <section aria-label={`Findings in ${period}`}>
      <Answer of={blockers}>
        {({ causes }) => {
          const found = causes.filter(({ code }) => !OTHERS.includes(code));
          if (found.length === 0)
            return (
              <Paper withBorder p="md">
                <Text fw={600}>Nothing is wrong with the deals of {period}</Text>
                <Text size="sm" c="dimmed">
                  Each credits somebody who is known, and can be calculated.
                </Text>
              </Paper>
            );
          return (
            <Paper withBorder p="md">
              <Group gap="xs" mb="xs">
                <Title order={2} size="h5">
                  In the way of {period}
                </Title>
                <Badge color={WARNING}>{found.reduce((sum, { count }) => sum + count, 0)}</Badge>
              </Group>
              <List size="sm" spacing={4}>
                {found.slice(0, SHOWN).map((each) => (
                  <List.Item key={`${each.code} ${each.says}`}>
                    {each.says} <MendIt of={each} period={period} />
                  </List.Item>
                ))}
              </List>
              {found.length > SHOWN ? (
                <Text size="sm" mt="xs">
                  And {found.length - SHOWN} more.
                </Text>
              ) : null}
            </Paper>
          );
        }}
      </Answer>
    </section>
  );
}
