import { Badge, Table, Text } from '@mantine/core';
import { $api, api } from '../../api/client.ts';
import { named } from '../../api/send.ts';
import { Action } from '../../parts/action.tsx';
import { useAsOf } from '../../parts/address.ts';
import { GoTo } from '../../parts/go-to.tsx';
import { Day, dayBefore } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';

/** Which periods are there, and which are closed? */
export function Periods() {
  const asOf = useAsOf();
  const isForOps = useMe().role === 'ops';
  const periods = $api.useQuery('get', '/v1/periods', { params: { query: { asOf } } });
  return (
    <Page
      title="Close board"
      says="The periods that have been opened, and how far the close of each is."
      actions={asOf === undefined ? <OpenPeriod /> : undefined}
    >
      <Answer of={periods}>
        {({ periods: rows }) =>
          rows.length === 0 ? (
            <Empty title="No period is open">
              {isForOps ? 'Open the first one' : 'Ops open the first one'}: its days follow from its name and the
              calendar.
            </Empty>
          ) : (
            <Table aria-label="Periods">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Period</Table.Th>
                  <Table.Th>From</Table.Th>
                  <Table.Th>To</Table.Th>
                  <Table.Th>State</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((row) => (
                  <Table.Tr key={row.period}>
                    <Table.Td>
                      <GoTo to={`/close/${row.period}`}>{row.period}</GoTo>
                    </Table.Td>
                    <Table.Td>
                      <Day day={row.from} />
                    </Table.Td>
                    <Table.Td>
                      <Day day={dayBefore(row.to)} />
                    </Table.Td>
                    <Table.Td>
                      <Badge variant="light" color={row.state === 'frozen' ? 'blue' : 'gray'}>
                        {row.state}
                      </Badge>
                      {row.reopened === 0 ? null : (
                        <Text span size="xs" c="dimmed" ms="xs">
                          {row.state === 'frozen'
                            ? 'again, after it was reopened'
                            : 'again: it was frozen and reopened'}
                        </Text>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Answer>
    </Page>
  );
}

function OpenPeriod() {
  const { role } = useMe();
  if (role !== 'ops') return null;
  return (
    <Action
      label="Open a period"
      fields={[
        {
          ...{ name: 'period', label: 'Period', is: 'period', required: true },
          says: 'A month as 2026-01, or a quarter as 2026-Q1.',
        },
      ]}
      send={({ period = '' }, key) => api.POST('/v1/periods', { params: { header: named(key) }, body: { period } })}
    />
  );
}
