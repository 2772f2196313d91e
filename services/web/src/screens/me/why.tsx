import { Button, Group, Paper, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { $api } from '../../api/client.ts';
import { useAddress } from '../../parts/address.ts';
import { asSaid, Instant, instantText } from '../../parts/moment.tsx';
import { Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { Framed } from '../../parts/short-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';
import type { MovedPeriod } from './answers.ts';
import { useLastFreeze } from './periods.tsx';

/** Why is a number another one than it was? The events between two moments, with amounts that add up. */
export function Why() {
  const me = useMe();
  const [{ from: asked, to, participant = me.id, period }, change] = useAddress();
  const since = useLastFreeze();
  const from = asked ?? since ?? '';
  const answer = $api.useQuery(
    'get',
    '/v1/diff',
    { params: { query: { from, to, participant, period } } },
    { enabled: from !== '' },
  );
  const whose = participant === me.id ? 'your pay' : `the pay of ${participant}`;
  return (
    <Page title="Why did it change?" says={`What moved ${whose} between two moments, event by event.`}>
      <Group align="flex-start" gap="sm">
        <TextInput
          label="From"
          type="date"
          description={asked === undefined ? 'Left empty: the last freeze' : placeSaid(asked)}
          value={dayOf(asked)}
          onChange={({ currentTarget: { value } }) => change({ from: value === '' ? undefined : `${value}T00:00:00Z` })}
        />
        <TextInput
          label="To"
          type="date"
          description={to === undefined ? 'Left empty: now' : placeSaid(to)}
          value={dayOf(to)}
          onChange={({ currentTarget: { value } }) => change({ to: value === '' ? undefined : `${value}T23:59:59Z` })}
        />
      </Group>
      <Answer of={answer}>
        {({ participants }) => {
          const [own] = participants;
          const periods = own?.periods ?? [];
          if (own === undefined || periods.length === 0)
            return (
              <Empty title="Nothing changed between these two moments">
                Choose an earlier moment to begin with, as the day of your last statement.
              </Empty>
            );
          return (
            <Stack>
              {periods.map((each) => (
                <Period key={each.period} of={each} currency={own.currency} />
              ))}
            </Stack>
          );
        }}
      </Answer>
    </Page>
  );
}

/** The day of an instant; of a position, nothing. */
function dayOf(moment: string | undefined): string {
  return /^\d{4}-\d{2}-\d{2}/.exec(moment ?? '')?.[0] ?? '';
}

function placeSaid(moment: string): string {
  const freeze = /^freeze:(\d+)$/.exec(moment)?.[1];
  if (freeze !== undefined) return `As of freeze ${freeze} of the period`;
  return /^\d+$/.test(moment) ? `Position ${moment} of the log` : instantText(moment);
}

/** Most events that are in the page before somebody asks for the rest. */
const SHOWN = 15;

function Period({
  of: { period, before, after, difference, events },
  currency,
}: {
  readonly of: MovedPeriod;
  readonly currency: string;
}) {
  const [isAll, showAll] = useState(false);
  const shown = isAll ? events : events.slice(0, SHOWN);
  return (
    <Paper withBorder p="md" component="section" aria-label={period}>
      <Group justify="space-between" align="flex-start" mb="xs">
        <div>
          <Title order={2} size="h4">
            {period}
          </Title>
          <Text size="sm">
            {before.total === null ? 'It could not be calculated' : <Money amount={before.total} currency={currency} />}
            {before.state === 'none' ? ' (there was no statement yet)' : ''} →{' '}
            {after.total === null ? 'it cannot be calculated' : <Money amount={after.total} currency={currency} />}
          </Text>
        </div>
        <Text size="xl" fw={700}>
          {difference === null ? 'not known' : <Money amount={difference} currency={currency} signed />}
        </Text>
      </Group>
      <Framed label={`What moved ${period}`} from={300}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>What happened</Table.Th>
            <Table.Th ta="end">Moved</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map(({ event, says, recordedAt, actor, difference: moved }) => (
            <Table.Tr key={event}>
              <Table.Td>
                {asSaid(says)}
                <Text size="xs" c="dimmed">
                  <Instant at={recordedAt} />, by {actor.id}
                </Text>
              </Table.Td>
              <Table.Td ta="end">
                {moved === null ? 'not known' : <Money amount={moved} currency={currency} signed />}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th>Together</Table.Th>
            <Table.Th ta="end">
              {difference === null ? 'not known' : <Money amount={difference} currency={currency} signed />}
            </Table.Th>
          </Table.Tr>
        </Table.Tfoot>
      </Framed>
      {shown.length === events.length ? null : (
        <Button mt="xs" size="compact-sm" variant="default" onClick={() => showAll(true)}>
          Show all {events.length} events
        </Button>
      )}
    </Paper>
  );
}
