import { Badge, SegmentedControl, Table, Text } from '@mantine/core';
import { $api } from '../../api/client.ts';
import { useAddress, useAsOf } from '../../parts/address.ts';
import { GoTo } from '../../parts/go-to.tsx';
import { dayText } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import classes from '../../parts/parts.module.css';
import { Framed } from '../../parts/short-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { beginningOf } from '../../parts/words.ts';
import type { Query } from './answers.ts';

/** What did I ask, who has it, and how long may it take? */
export function MyQueries() {
  const asOf = useAsOf();
  const [{ stands = 'all' }, change] = useAddress();
  const asked = stands === 'open' || stands === 'resolved' ? stands : 'all';
  const queries = $api.useQuery('get', '/v1/queries', { params: { query: { stands: asked, asOf } } });
  return (
    <Page
      title="My queries"
      says="Questions about lines of statements, those due first in front."
      actions={
        <SegmentedControl
          size="xs"
          transitionDuration={0}
          aria-label="Which queries"
          data={['all', 'open', 'resolved']}
          value={asked}
          onChange={(value) => change({ stands: value === 'all' ? undefined : value })}
        />
      }
    >
      <Answer of={queries}>
        {({ queries: rows }) =>
          rows.length === 0 ? (
            <Empty title="There is no query">
              Wonder about an amount? Open <GoTo to="/me">your statement</GoTo>, open the line, and ask about it there.
            </Empty>
          ) : (
            <QueryTable rows={rows} />
          )
        }
      </Answer>
    </Page>
  );
}

export function QueryTable({ rows }: { readonly rows: readonly Query[] }) {
  return (
    <Framed label="Queries" from={300}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Query</Table.Th>
          <Table.Th>State</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={row.query}>
            <Table.Td className={classes.words}>
              <GoTo to={`/my-queries/${row.query}`}>{beginningOf(row.says)}</GoTo>
              <Text size="xs" c="dimmed">
                {row.query} · {row.period} · {row.line}
              </Text>
            </Table.Td>
            <Table.Td>
              <StandsBadge query={row} />
              <Text size="xs" c="dimmed">
                {whoText(row)}
              </Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Framed>
  );
}

export function StandsBadge({ query: { stands, times } }: { readonly query: Query }) {
  const isLate = stands === 'open' && times.breaches.length > 0;
  return (
    <Badge variant={stands === 'open' ? 'filled' : 'default'} color={isLate ? 'red.9' : 'blue.9'}>
      {isLate ? 'late' : stands}
    </Badge>
  );
}

/** Who has it, and until when they have time. */
export function whoText({ stands, holder, ball, times }: Query): string {
  if (stands !== 'open') return '';
  if (ball === 'participant') return 'waits for your answer';
  const due = dueOf(times);
  const who = holder === null ? 'nobody has it yet' : `with ${holder}`;
  return due === null ? who : `${who}, due on ${dayText(due)}`;
}

/** The day that the next clock runs out; `null`: none does. */
export function dueOf({ firstAnswer, resolution }: Query['times']): string | null {
  return (firstAnswer.doneOn === null ? firstAnswer.dueOn : null) ?? resolution.dueOn;
}
