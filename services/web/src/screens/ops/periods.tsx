import { Badge, Table } from '@mantine/core';
import { $api } from '../../api/client.ts';
import { useAsOf } from '../../parts/address.ts';
import { Day } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer, Empty } from '../../parts/states.tsx';

/** Which periods there are, and which are closed? */
export function Periods() {
  const asOf = useAsOf();
  const periods = $api.useQuery('get', '/v1/periods', { params: { query: { asOf } } });
  return (
    <Page title="Periods" says="Months and quarters that have been opened, and which of them are frozen.">
      <Answer of={periods}>
        {({ periods: rows }) =>
          rows.length === 0 ? (
            <Empty title="No period is open">Open one with `ledger period open`.</Empty>
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
                    <Table.Td>{row.period}</Table.Td>
                    <Table.Td>
                      <Day day={row.from} />
                    </Table.Td>
                    <Table.Td>
                      <Day day={row.to} />
                    </Table.Td>
                    <Table.Td>
                      <Badge variant="light" color={row.state === 'frozen' ? 'blue' : 'gray'}>
                        {row.state}
                      </Badge>
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
