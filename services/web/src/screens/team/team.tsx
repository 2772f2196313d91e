import { Badge, Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { $api, api, type Schemas } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { answered } from '../../api/send.ts';
import { useAddress, useAsOf } from '../../parts/address.ts';
import { type Column, DataTable, moneyColumn } from '../../parts/data-table.tsx';
import { GoTo } from '../../parts/go-to.tsx';
import { amountText } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer, Empty, ProblemNote, Waiting } from '../../parts/states.tsx';
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

const SORTS = ['name', '-name', 'pay', '-pay', 'attainment', '-attainment'] as const;

function People({ period }: { readonly period: string }) {
  const asOf = useAsOf();
  const [{ sort }, change] = useAddress();
  const path = { period };
  const query = { limit: '100', sort: SORTS.find((each) => each === sort) };
  const team = usePages(
    ['get', '/v1/periods/{period}/team', path, query],
    asOf,
    async (at, signal) =>
      answered(await api.GET('/v1/periods/{period}/team', { params: { path, query: { ...query, ...at } }, signal })),
    { keeps: true },
  );
  // As where more people are seen than are sorted: the order is left out again by those who asked for it.
  if (sort !== undefined && team.data === undefined && team.error !== null) {
    return (
      <Stack align="flex-start">
        <ProblemNote problem={team.error} />
        <Button variant="default" onClick={() => change({ sort: undefined })}>
          Show it unsorted
        </Button>
      </Stack>
    );
  }
  return (
    <Answer of={team}>
      {(pages) => {
        const rows = pages.flatMap(({ people }) => people);
        return rows.length === 0 ? (
          <Empty title="Nobody reports to you today">Ops record who reports to whom; then they are here.</Empty>
        ) : (
          <DataTable
            label="Team"
            columns={columnsOf(period)}
            rows={rows}
            keyOf={({ participant }) => participant}
            rowHeight={14 + LINE * Math.max(1, ...rows.map(linesOf))}
            sort={sort}
            onSort={(next) => change({ sort: next })}
            more={team.more}
          />
        );
      }}
    </Answer>
  );
}

/** Pixels of one component of somebody. */
const LINE = 28;

function linesOf({ ladders, problem }: Teammate): number {
  return ladders.length + (problem === null ? 0 : 1);
}

function columnsOf(period: string): readonly Column<Teammate>[] {
  return [
    {
      name: 'name',
      title: 'Who',
      width: 'minmax(8rem, 1fr)',
      sortable: true,
      cell: ({ participant, name }) => <GoTo to={`/statements/${period}/${participant}`}>{name ?? participant}</GoTo>,
    },
    {
      name: 'attainment',
      title: 'Attainment',
      width: 'minmax(38rem, 4fr)',
      sortable: true,
      letters: (row) => Math.max(0, ...row.ladders.map((ladder) => lettersOf(ladder, row))),
      cell: (row) => <Attained of={row} />,
    },
    moneyColumn({ name: 'pay', title: 'Pay', width: '10rem', sortable: true }, ({ total, currency }) =>
      total === null ? null : { amount: total, currency },
    ),
  ];
}

const BEHIND = '▼ behind';
const NEAR = '▲ near a higher rate';
/** Of the space around a badge, in letters. */
const AROUND = 5;

/** About as many letters as stand in the line of a component, so that no badge is cut off. */
function lettersOf({ component, title, credited, quota, unit }: Teammate['ladders'][number], of: Teammate): number {
  const amounts = amountText(credited, unit).length + (quota === null ? 0 : amountText(quota, unit).length);
  const badges = [of.behind.includes(component) ? BEHIND : '', of.near.includes(component) ? NEAR : ''];
  const around = badges.reduce((sum, each) => sum + (each === '' ? 0 : each.length + AROUND), 0);
  return title.length + amounts + 2 * unit.length + '  of  · 100.00%'.length + around;
}

function Attained({ of: { ladders, behind, near, problem } }: { readonly of: Teammate }) {
  return (
    <>
      {ladders.map((ladder) => (
        <Group key={`${ladder.component} ${ladder.window.id}`} gap="xs" h={LINE} wrap="nowrap">
          <Text size="sm">{ladder.title}:</Text>
          <Reached ladder={ladder} />
          {behind.includes(ladder.component) ? (
            <Badge variant="default" miw="fit-content" tt="none">
              {BEHIND}
            </Badge>
          ) : null}
          {near.includes(ladder.component) ? (
            <Badge variant="default" miw="fit-content" tt="none">
              {NEAR}
            </Badge>
          ) : null}
        </Group>
      ))}
      {problem === null ? null : (
        <Text size="sm" truncate title={problem.message}>
          {problem.message}
        </Text>
      )}
    </>
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
