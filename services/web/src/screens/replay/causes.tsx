import { Badge, Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useMemo, useState } from 'react';
import { $api } from '../../api/client.ts';
import { dealNamed, dealPath, useAsOf } from '../../parts/address.ts';
import { type Column, DataTable, moneyColumn } from '../../parts/data-table.tsx';
import { furthestFirst, sumText } from '../../parts/exact.ts';
import { GoTo } from '../../parts/go-to.tsx';
import { asSaid } from '../../parts/moment.tsx';
import { Money } from '../../parts/money.tsx';
import { Framed } from '../../parts/short-table.tsx';
import { addressOf } from '../../shell/addresses.ts';
import { useMe } from '../../shell/me.tsx';
import { useScreens } from '../../shell/screens.tsx';
import classes from './replay.module.css';
import type { CauseSum, ReplayAnswer } from './sums.ts';

/** Causes that are shown at first, and with every more. */
const STEP = 20;

/** What made the differences: each cause once, with what it moves in all. Together they are the whole difference. */
export function Causes({ causes, answer }: { readonly causes: readonly CauseSum[]; readonly answer: ReplayAnswer }) {
  const currencies = [...new Set(causes.map(({ currency }) => currency))].sort();
  return (
    <Stack gap="sm" component="section" aria-label="Why">
      <Title order={3} size="h4">
        Why
      </Title>
      {currencies.map((currency) => (
        <InCurrency
          key={currency}
          currency={currency}
          causes={causes.filter((each) => each.currency === currency)}
          total={answer.totals[currency]?.delta ?? '0'}
        />
      ))}
    </Stack>
  );
}

function InCurrency({
  currency,
  causes,
  total,
}: {
  readonly currency: string;
  readonly causes: readonly CauseSum[];
  readonly total: string;
}) {
  const [most, showMost] = useState(STEP);
  const [open, setOpen] = useState<string>();
  const rest = causes.slice(most);
  return (
    <Framed label={`Causes in ${currency}`} from={480} tabularNums>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>What made the difference</Table.Th>
          <Table.Th ta="end">People</Table.Th>
          <Table.Th ta="end">Difference</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {causes.slice(0, most).map((cause) => (
          <OneCause
            key={cause.key}
            cause={cause}
            isOpen={open === cause.key}
            turn={() => setOpen(open === cause.key ? undefined : cause.key)}
          />
        ))}
        {rest.length === 0 ? null : (
          <Table.Tr>
            <Table.Td>
              <Button size="compact-xs" variant="default" onClick={() => showMost(most + 5 * STEP)}>
                {`${rest.length} more`}
              </Button>
            </Table.Td>
            <Table.Td />
            <Table.Td ta="end">
              <Money amount={sumText(rest.map(({ delta }) => delta))} currency={currency} signed />
            </Table.Td>
          </Table.Tr>
        )}
      </Table.Tbody>
      <Table.Tfoot>
        <Table.Tr>
          <Table.Th colSpan={2}>Together: the whole difference</Table.Th>
          <Table.Th ta="end">
            <Money amount={total} currency={currency} signed />
          </Table.Th>
        </Table.Tr>
      </Table.Tfoot>
    </Framed>
  );
}

function OneCause({
  cause,
  isOpen,
  turn,
}: {
  readonly cause: CauseSum;
  readonly isOpen: boolean;
  readonly turn: () => void;
}) {
  const { says, proposed, delta, currency, parts } = cause;
  const people = new Set(parts.map(({ participant }) => participant)).size;
  return (
    <>
      <Table.Tr>
        <Table.Td>
          <Group gap="xs" wrap="nowrap" align="flex-start">
            {proposed === undefined ? null : (
              <Badge size="sm" variant="light" color="violet" tt="none" autoContrast style={{ flex: 'none' }}>
                tried out
              </Badge>
            )}
            <button type="button" className={classes.more} aria-expanded={isOpen} onClick={turn}>
              {asSaid(says)}
            </button>
          </Group>
        </Table.Td>
        <Table.Td ta="end" style={{ verticalAlign: 'top' }}>
          {people}
        </Table.Td>
        <Table.Td ta="end" style={{ verticalAlign: 'top' }}>
          <Money amount={delta} currency={currency} signed />
        </Table.Td>
      </Table.Tr>
      {isOpen ? (
        <Table.Tr>
          <Table.Td colSpan={3}>
            <Opened cause={cause} />
          </Table.Td>
        </Table.Tr>
      ) : null}
    </>
  );
}

interface DealMoved {
  readonly key: string;
  readonly deal: string;
  readonly participant: string;
  readonly before: string;
  readonly after: string;
  readonly delta: string;
}

/** Whom a cause moves and by which deals, and where one reads of it. */
function Opened({ cause: { event, proposed, parts, currency } }: { readonly cause: CauseSum }) {
  const deals = useMemo(() => dealsOf(parts), [parts]);
  const columns: readonly Column<DealMoved>[] = [
    {
      name: 'deal',
      title: 'Deal',
      width: 'minmax(8rem, 1.5fr)',
      cell: ({ deal }) => <GoTo to={dealPath(dealNamed(deal))}>{deal}</GoTo>,
    },
    { name: 'person', title: 'Person', width: 'minmax(7rem, 1fr)', cell: ({ participant }) => participant },
    moneyColumn({ name: 'before', title: 'Pays now', width: 'minmax(7rem, 1fr)' }, ({ before }) => ({
      amount: before,
      currency,
      bare: true,
    })),
    moneyColumn({ name: 'after', title: 'Would pay', width: 'minmax(7rem, 1fr)' }, ({ after }) => ({
      amount: after,
      currency,
      bare: true,
    })),
    moneyColumn({ name: 'delta', title: 'Difference', width: 'minmax(7rem, 1fr)' }, ({ delta }) => ({
      amount: delta,
      currency,
      bare: true,
      signed: true,
    })),
  ];
  return (
    <Paper withBorder p="sm">
      <Stack gap="sm">
        <Text size="sm">
          {parts.slice(0, STEP).map(({ participant, period, component, delta }, at) => (
            <span key={`${participant} ${period} ${component}`}>
              {at === 0 ? '' : '; '}
              {participant}, {component} in {period} <Money amount={delta} currency={currency} signed />
            </span>
          ))}
          {parts.length > STEP ? `; and ${parts.length - STEP} more` : ''}.
        </Text>
        {event === null || proposed !== undefined ? <WhereProposed proposed={proposed} /> : <Event id={event} />}
        {deals.length === 0 ? null : (
          <DataTable label="Deals behind it" columns={columns} rows={deals} keyOf={({ key }) => key} height={300} />
        )}
      </Stack>
    </Paper>
  );
}

function dealsOf(parts: CauseSum['parts']): readonly DealMoved[] {
  const deals = parts.flatMap(({ participant, period, component, deals: own }) =>
    own.map((each) => ({ ...each, participant, key: `${participant} ${period} ${component} ${each.deal}` })),
  );
  return furthestFirst(
    deals,
    ({ delta }) => delta,
    ({ key }) => key,
  );
}

/** A request that waits is read where it is decided; what was typed is nowhere yet. */
function WhereProposed({ proposed }: { readonly proposed: string | undefined }) {
  const waiting = $api.useQuery('get', '/v1/requests', { params: { query: { state: 'waiting', limit: '500' } } });
  if (proposed === undefined) {
    return (
      <Text size="sm">
        No recorded event explains it: this release calculates otherwise than the one that froze the period. Find out
        why before you freeze.
      </Text>
    );
  }
  const isThere = waiting.data?.requests.some(({ name }) => name === proposed) ?? false;
  return isThere ? (
    <GoTo to={`/requests/${encodeURIComponent(proposed)}`} size="sm">
      {proposed} waits for approval
    </GoTo>
  ) : (
    <Text size="sm" c="dimmed">
      {proposed} is only typed: nobody has asked for it.
    </Text>
  );
}

/** The event of the log that made the difference, where it can be read. */
function Event({ id }: { readonly id: string }) {
  const asOf = useAsOf();
  const { role } = useMe();
  const screens = useScreens();
  const found = $api.useQuery('get', '/v1/search', { params: { query: { text: id, kinds: 'event', asOf } } });
  const hit = found.data?.hits[0];
  const address = hit === undefined ? undefined : addressOf(hit, role, screens);
  if (hit === undefined || address === undefined) return null;
  return (
    <Text size="sm">
      <GoTo to={address.to} search={address.search}>
        Event {hit.id} in the trail
      </GoTo>
      {hit.detail === null ? '' : `: ${hit.detail}`}
    </Text>
  );
}
