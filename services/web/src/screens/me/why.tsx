import { Button, Group, Paper, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { $api } from '../../api/client.ts';
import { useAddress } from '../../parts/address.ts';
import { Instant } from '../../parts/moment.tsx';
import { Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
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
  const [typed, type] = useState<{ readonly from?: string; readonly to: string }>({ to: to ?? '' });
  const answer = $api.useQuery(
    'get',
    '/v1/diff',
    { params: { query: { from, to, participant, period } } },
    { enabled: from !== '' },
  );
  const compare = (event: FormEvent) => {
    event.preventDefault();
    change({ from: (typed.from ?? from).trim(), to: typed.to.trim() || undefined });
  };
  return (
    <Page
      title="Why did it change?"
      says={`What moved the pay of ${participant} between two moments, event by event; since the last freeze, unless you say otherwise.`}
    >
      <form onSubmit={compare}>
        <Group align="flex-end" gap="sm">
          <TextInput
            label="From"
            description="An instant, or a position of the log"
            value={typed.from ?? from}
            onChange={({ currentTarget: { value } }) => type((before) => ({ ...before, from: value }))}
          />
          <TextInput
            label="To"
            description="Left empty: now"
            value={typed.to}
            onChange={({ currentTarget: { value } }) => type((before) => ({ ...before, to: value }))}
          />
          <Button type="submit">Compare</Button>
        </Group>
      </form>
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

function Period({
  of: { period, before, after, difference, events },
  currency,
}: {
  readonly of: MovedPeriod;
  readonly currency: string;
}) {
  return (
    <Paper withBorder p="sm" component="section" aria-label={period}>
      <Title order={2} size="h4">
        {period}
      </Title>
      <Text size="sm">
        {before.total === null ? 'It could not be calculated' : <Money amount={before.total} currency={currency} />}
        {before.state === 'none' ? ' (there was no statement yet)' : ''} →{' '}
        {after.total === null ? 'it cannot be calculated' : <Money amount={after.total} currency={currency} />}
      </Text>
      <Table.ScrollContainer minWidth={300}>
        <Table aria-label={`What moved ${period}`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>What happened</Table.Th>
              <Table.Th ta="end">Moved</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {events.map(({ event, says, recordedAt, actor, difference: moved }) => (
              <Table.Tr key={event}>
                <Table.Td>
                  {says}
                  <Text size="xs" c="dimmed">
                    <Instant at={recordedAt} />, {actor.id}
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
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}
