import { SegmentedControl, Table, Text } from '@mantine/core';
import { useAgain } from '../../api/again.ts';
import { $api } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import { useAddress, useAsOf } from '../../parts/address.ts';
import { GoTo } from '../../parts/go-to.tsx';
import { dayText } from '../../parts/moment.tsx';
import { Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import classes from '../../parts/parts.module.css';
import { Framed } from '../../parts/short-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { beginningOf } from '../../parts/words.ts';
import type { Query } from '../me/answers.ts';
import { dueOf, StandsBadge } from '../me/queries.tsx';

const WHICH = ['open', 'late', 'resolved', 'all'] as const;

/** Which questions wait, and which are due first? */
export function QueryDesk() {
  const asOf = useAsOf();
  const [{ which = 'open' }, change] = useAddress();
  const chosen = WHICH.find((each) => each === which) ?? 'open';
  const stands = chosen === 'late' ? 'open' : chosen;
  const query = { stands, asOf, ...(chosen === 'late' ? { breached: 'true' as const } : {}) };
  const queries = $api.useQuery('get', '/v1/queries', { params: { query } });
  useLive('/v1/queries/stream', asOf === undefined ? queries.data?.asOf : undefined, useAgain('/v1/queries'));
  return (
    <Page
      title="Query desk"
      says="Questions about lines of statements, those due first in front. New ones appear by themselves."
      actions={
        <SegmentedControl
          size="xs"
          transitionDuration={0}
          aria-label="Which queries"
          data={[...WHICH]}
          value={chosen}
          onChange={(value) => change({ which: value === 'open' ? undefined : value })}
        />
      }
    >
      <Answer of={queries}>
        {({ queries: rows }) =>
          rows.length === 0 ? (
            <Empty title="Nothing waits">What people ask about their statements appears here.</Empty>
          ) : (
            <Framed label="Queries" from={640} verticalSpacing="sm">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Question</Table.Th>
                  <Table.Th>Who has it</Table.Th>
                  <Table.Th>Due</Table.Th>
                  <Table.Th ta="end">In question</Table.Th>
                  <Table.Th>State</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((row) => (
                  <Row key={row.query} query={row} />
                ))}
              </Table.Tbody>
            </Framed>
          )
        }
      </Answer>
    </Page>
  );
}

function Row({ query }: { readonly query: Query }) {
  const { says, participant, period, line, holder, ball, times, saw, currency } = query;
  const due = dueOf(times);
  return (
    <Table.Tr>
      <Table.Td className={classes.words}>
        <GoTo to={`/queries/${query.query}`}>{beginningOf(says)}</GoTo>
        <Text size="xs" c="dimmed">
          {participant} · {period} · {line}
        </Text>
      </Table.Td>
      <Table.Td>{ball === 'participant' ? `waits for ${participant}` : (holder ?? 'nobody yet')}</Table.Td>
      <Table.Td>{due === null ? '–' : dayText(due)}</Table.Td>
      <Table.Td ta="end">
        <Money amount={saw.amount} currency={currency} />
      </Table.Td>
      <Table.Td>
        <StandsBadge query={query} />
      </Table.Td>
    </Table.Tr>
  );
}
