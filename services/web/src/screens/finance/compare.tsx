import { Accordion, Button, Group, NativeSelect, Stack, Table, Text, TextInput } from '@mantine/core';
import { type FormEvent, useId } from 'react';
import { $api } from '../../api/client.ts';
import { useAddress } from '../../parts/address.ts';
import { GoTo } from '../../parts/go-to.tsx';
import { asSaid, Instant } from '../../parts/moment.tsx';
import { Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { Framed } from '../../parts/short-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { markText } from './as-of-slider.tsx';
import { type Changed, changedOf } from './changed.ts';

/** What made numbers other ones between two moments? */
export function Compare() {
  const [{ from = '', to = '', period = '' }, change] = useAddress();
  const periods = $api.useQuery('get', '/v1/periods', { params: { query: { limit: '500' } } });
  const moments = $api.useQuery('get', '/v1/moments', { params: { query: {} } });
  const id = useId();
  const compare = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const text = (name: string) => String(given.get(name) ?? '').trim();
    change({ from: text('from'), to: text('to'), period: text('period') }, { replace: false });
  };
  return (
    <Page
      title="Two moments compared"
      says="Whose statements are other ones at the second moment than at the first, and the events between that moved them."
    >
      <form onSubmit={compare} key={`${from} ${to} ${period}`}>
        <Group align="flex-end" gap="sm">
          <TextInput
            name="from"
            label="First moment"
            description="Position, or instant"
            defaultValue={from}
            required
            list={`${id}-marks`}
          />
          <TextInput
            name="to"
            label="Second moment"
            description="Left out: now"
            defaultValue={to}
            list={`${id}-marks`}
          />
          <datalist id={`${id}-marks`}>
            {moments.data?.marks.map(({ position, type, stream }) => (
              <option
                key={position}
                value={position}
              >{`${type === 'PeriodFreezeStarted' ? 'Beginning of the ' : ''}${markText(type, stream)}`}</option>
            ))}
          </datalist>
          <NativeSelect
            name="period"
            label="Period"
            description="Statements of"
            defaultValue={period}
            key={periods.data?.periods.length}
            data={[
              { value: '', label: 'all' },
              ...(periods.data?.periods ?? []).map(({ period: name }) => ({ value: name, label: name })),
            ]}
          />
          <Button type="submit">Compare</Button>
        </Group>
      </form>
      {from === '' ? (
        <Empty title="Say when to begin">
          A position of the log, an instant as 2026-04-03T10:00:00Z, or with a period one of its freezes, as freeze:1.
        </Empty>
      ) : (
        <Differences from={from} to={to === '' ? undefined : to} period={period === '' ? undefined : period} />
      )}
    </Page>
  );
}

function Differences(query: { readonly from: string; readonly to?: string; readonly period?: string }) {
  const found = $api.useQuery('get', '/v1/diff', { params: { query } });
  return (
    <Answer of={found}>
      {({ from, to, participants }) => {
        const changed = changedOf(participants);
        if (changed.length === 0) {
          return <Empty title="No statement changed">{`Nothing between positions ${from} and ${to} moved one.`}</Empty>;
        }
        return (
          <Stack gap="xs">
            <Text size="sm" c="dimmed">
              {`Positions ${from} to ${to}: ${changed.length === 1 ? 'one statement' : `${changed.length} statements`} changed.`}
            </Text>
            <Accordion order={2}>
              {changed.map((each) => (
                <Accordion.Item key={`${each.period} ${each.participant}`} value={`${each.period} ${each.participant}`}>
                  <Accordion.Control>
                    <Group justify="space-between" gap="xs" pr="sm">
                      <Text span fw={600}>
                        {each.participant}, {each.period}
                      </Text>
                      <Text span>
                        <Money amount={each.before.total ?? '0'} currency={each.currency} bare /> →{' '}
                        <Money amount={each.after.total ?? '0'} currency={each.currency} bare /> (
                        <Money amount={each.difference ?? '0'} currency={each.currency} signed />)
                      </Text>
                    </Group>
                  </Accordion.Control>
                  <Accordion.Panel>
                    <Causes of={each} />
                  </Accordion.Panel>
                </Accordion.Item>
              ))}
            </Accordion>
          </Stack>
        );
      }}
    </Answer>
  );
}

function Causes({ of: { participant, period, events, components, currency } }: { readonly of: Changed }) {
  return (
    <Stack gap="xs">
      <Text size="sm">
        {components.map(({ component, difference }, at) => (
          <span key={component}>
            {at === 0 ? '' : ', '}
            {component} <Money amount={difference} currency={currency} signed />
          </span>
        ))}
        {'. '}
        <GoTo to={`/audit/payouts/${period}/${participant}`}>The whole life of this payout</GoTo>
      </Text>
      <Framed label={`What moved ${participant}'s statement of ${period}`} from={480}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>What happened</Table.Th>
            <Table.Th>When, by whom</Table.Th>
            <Table.Th ta="right">Moved</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {events.map(({ event, says, letIn, recordedAt, actor, difference }) => (
            <Table.Tr key={`${event} ${letIn?.position}`}>
              <Table.Td>
                {asSaid(says)}
                {letIn === null ? null : (
                  <Text size="sm" c="dimmed">
                    Counts here since {letIn.position}: {asSaid(letIn.says)}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <Instant at={recordedAt} />, {actor.id}
              </Table.Td>
              <Table.Td ta="right">
                {difference === null ? 'unknown' : <Money amount={difference} currency={currency} signed />}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Framed>
    </Stack>
  );
}
