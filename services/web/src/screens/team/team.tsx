import { Badge, Group, Paper, Table, Text, Title } from '@mantine/core';
import { $api, type Schemas } from '../../api/client.ts';
import { useAddress, useAsOf } from '../../parts/address.ts';
import { GoTo } from '../../parts/go-to.tsx';
import { Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer, Empty, Waiting } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';
import { Reached } from '../me/ladder.tsx';
import { PeriodSelect, usePeriod } from '../me/periods.tsx';
import { QueryTable } from '../me/queries.tsx';

type Teammate = Schemas['Teammate'];

/** How is my team: who is behind, who is near a higher rate, what waits for me, what they ask? */
export function Team() {
  const { period, periods } = usePeriod();
  const [, change] = useAddress();
  if (periods === undefined) return <Waiting />;
  if (period === undefined) {
    return (
      <Page title="My team">
        <Empty title="No period is open yet">Your team is here as soon as ops open the first period.</Empty>
      </Page>
    );
  }
  return (
    <Page
      title="My team"
      says={`Attainment in ${period}, against a straight line to the target.`}
      actions={<PeriodSelect periods={periods} period={period} choose={(next) => change({ period: next })} />}
    >
      <People period={period} />
      <Waits />
      <Asked />
    </Page>
  );
}

function People({ period }: { readonly period: string }) {
  const asOf = useAsOf();
  const team = $api.useQuery('get', '/v1/periods/{period}/team', {
    params: { path: { period }, query: { limit: MOST, asOf } },
  });
  return (
    <Answer of={team}>
      {({ people, next }) =>
        people.length === 0 ? (
          <Empty title="Nobody reports to you today">Ops record who reports to whom; then they are here.</Empty>
        ) : (
          <Table.ScrollContainer minWidth={560}>
            <Table aria-label="Team">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Who</Table.Th>
                  <Table.Th>Attainment</Table.Th>
                  <Table.Th ta="end">Pay</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {people.map((each) => (
                  <Person key={each.participant} of={each} period={period} />
                ))}
              </Table.Tbody>
            </Table>
            {next === null ? null : <Text size="sm">Only the first {MOST} people are shown.</Text>}
          </Table.ScrollContainer>
        )
      }
    </Answer>
  );
}

/** A team, and no company: whoever sees more people asks the API page by page. */
const MOST = '200';

function Person({ of, period }: { readonly of: Teammate; readonly period: string }) {
  const { participant, name, ladders, behind, near, total, currency, problem } = of;
  return (
    <Table.Tr>
      <Table.Td>
        <GoTo to={`/statements/${period}/${participant}`}>{name ?? participant}</GoTo>
      </Table.Td>
      <Table.Td>
        {ladders.map((ladder) => (
          <Group key={`${ladder.component} ${ladder.window.id}`} gap="xs">
            <Text size="sm">{ladder.title}:</Text>
            <Reached ladder={ladder} />
            {behind.includes(ladder.component) ? <Badge variant="default">▼ behind</Badge> : null}
            {near.includes(ladder.component) ? <Badge variant="default">▲ near a higher rate</Badge> : null}
          </Group>
        ))}
        {problem === null ? null : <Text size="sm">{problem.message}</Text>}
      </Table.Td>
      <Table.Td ta="end">{total === null ? '–' : <Money amount={total} currency={currency} />}</Table.Td>
    </Table.Tr>
  );
}

/** What waits for a decision about the team, and whose it needs. */
function Waits() {
  const me = useMe();
  const asOf = useAsOf();
  const requests = $api.useQuery('get', '/v1/requests', { params: { query: { asOf } } });
  return (
    <Paper withBorder p="sm" component="section" aria-label="Waiting for a decision">
      <Title order={2} size="h4">
        Waiting for a decision
      </Title>
      <Answer of={requests}>
        {({ requests: rows }) =>
          rows.length === 0 ? (
            <Text size="sm" c="dimmed">
              Nothing about your team waits.
            </Text>
          ) : (
            <Table aria-label="Requests">
              <Table.Tbody>
                {rows.map((row) => (
                  <Table.Tr key={row.name}>
                    <Table.Td>
                      <GoTo to={`/requests/${encodeURIComponent(row.name)}`}>{row.reason}</GoTo>
                      <Text size="xs" c="dimmed">
                        {row.name}, by {row.requestedBy}
                      </Text>
                    </Table.Td>
                    <Table.Td>{waitsFor(row, me.id)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Answer>
    </Paper>
  );
}

/** Whose approval a request waits for: nobody decides about their own. */
function waitsFor({ needed, requestedBy }: Schemas['Request'], me: string): string {
  const roles = [...new Set(needed?.approvers.flat() ?? [])];
  if (requestedBy !== me && roles.includes('manager')) return 'waits for you';
  return roles.length === 0 ? '' : `waits for ${roles.join(' or ')}`;
}

function Asked() {
  const asOf = useAsOf();
  const queries = $api.useQuery('get', '/v1/queries', { params: { query: { asOf } } });
  return (
    <Paper withBorder p="sm" component="section" aria-label="Queries of the team">
      <Title order={2} size="h4">
        What they ask
      </Title>
      <Answer of={queries}>
        {({ queries: rows }) =>
          rows.length === 0 ? (
            <Text size="sm" c="dimmed">
              No query of your team is open.
            </Text>
          ) : (
            <QueryTable rows={rows} />
          )
        }
      </Answer>
    </Paper>
  );
}
