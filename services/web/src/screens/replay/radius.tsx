import { decimalsShown, fromText, toDecimalText } from '@ledger/money';
import { Badge, Stack, Table, Text, Title } from '@mantine/core';
import type { Schemas } from '../../api/client.ts';
import { dealNamed, dealPath } from '../../parts/address.ts';
import { type Column, DataTable, moneyColumn } from '../../parts/data-table.tsx';
import { GoTo } from '../../parts/go-to.tsx';
import { amountText, isZero, Money } from '../../parts/money.tsx';
import { Framed } from '../../parts/short-table.tsx';

type BlastRadius = Schemas['BlastRadius'];
type Deal = BlastRadius['deals'][number];
type Person = BlastRadius['participants'][number];

/** What the proposal alone moves, in frozen periods and in open ones: deals, people, money, periods. */
export function Radius({ radius: { deals, participants, periods, totals } }: { readonly radius: BlastRadius }) {
  const count = (many: number, one: string, more: string) => `${many} ${many === 1 ? one : more}`;
  return (
    <Stack gap="sm" component="section" aria-label="Blast radius">
      <div>
        <Title order={3} size="h4">
          What the proposal alone moves
        </Title>
        <Text size="sm" c="dimmed">
          Its blast radius, in frozen periods and in open ones:{' '}
          {count(new Set(deals.map(({ deal }) => deal)).size, 'deal counts', 'deals count')} otherwise,{' '}
          {count(participants.length, 'person is', 'people are')} paid otherwise
          {Object.entries(totals).map(([currency, { up, down, delta }]) => (
            <span key={currency}>
              , together <Money amount={delta} currency={currency} signed />
              {isZero(up) || isZero(down) ? null : (
                <>
                  {' '}
                  (<Money amount={up} currency={currency} bare signed /> and{' '}
                  <Money amount={down} currency={currency} bare signed />)
                </>
              )}
            </span>
          ))}
          .
        </Text>
      </div>
      <Framed label="By period" from={460} tabularNums>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Period</Table.Th>
            <Table.Th ta="end">People</Table.Th>
            <Table.Th ta="end">Deals that count otherwise</Table.Th>
            <Table.Th ta="end">Only paid otherwise</Table.Th>
            <Table.Th ta="end">Difference</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {periods.map(({ period, state, participants: people, deals: own, repaid, delta }) => (
            <Table.Tr key={period}>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                {period}{' '}
                <Badge size="sm" variant="default" tt="none">
                  {state}
                </Badge>
              </Table.Td>
              <Table.Td ta="end">{people}</Table.Td>
              <Table.Td ta="end">{own}</Table.Td>
              <Table.Td ta="end">{repaid}</Table.Td>
              <Table.Td ta="end">
                {Object.entries(delta).map(([currency, amount]) => (
                  <div key={currency}>
                    <Money amount={amount} currency={currency} signed />
                  </div>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Framed>
      <DataTable
        label="What it moves by person"
        columns={PEOPLE}
        rows={participants}
        keyOf={({ participant, currency }) => `${participant} ${currency}`}
        height={280}
      />
      {deals.length === 0 ? null : (
        <DataTable
          label="Deals that count otherwise"
          columns={DEALS}
          rows={deals}
          keyOf={({ deal, participant, component, period }) => `${deal} ${participant} ${component} ${period}`}
          height={320}
        />
      )}
    </Stack>
  );
}

const PEOPLE: readonly Column<Person>[] = [
  { name: 'person', title: 'Person', width: 'minmax(6rem, 1.2fr)', cell: ({ participant }) => participant },
  moneyColumn({ name: 'frozen', title: 'As a correction', width: 'minmax(9.5rem, 1fr)' }, ({ frozen, currency }) => ({
    amount: frozen,
    currency,
    signed: true,
  })),
  moneyColumn({ name: 'open', title: 'In open periods', width: 'minmax(9.5rem, 1fr)' }, ({ open, currency }) => ({
    amount: open,
    currency,
    signed: true,
  })),
  moneyColumn({ name: 'delta', title: 'Together', width: 'minmax(9.5rem, 1fr)' }, ({ delta, currency }) => ({
    amount: delta,
    currency,
    signed: true,
  })),
];

const DEALS: readonly Column<Deal>[] = [
  {
    name: 'deal',
    title: 'Deal',
    width: 'minmax(8rem, 1.2fr)',
    cell: ({ deal }) => <GoTo to={dealPath(dealNamed(deal))}>{deal}</GoTo>,
  },
  {
    name: 'of',
    title: 'Of',
    width: 'minmax(13rem, 1.6fr)',
    cell: ({ participant, component, period }) => `${participant}, ${component}, ${period}`,
  },
  { name: 'verdict', title: 'Verdict', width: 'minmax(9rem, 1fr)', cell: ({ verdict }) => verdict },
  {
    name: 'counted',
    title: 'Counted',
    width: 'minmax(12rem, 1.3fr)',
    right: true,
    cell: ({ countedBefore, countedAfter, unit }) =>
      `${countText(countedBefore, unit)} → ${countText(countedAfter, unit)}`,
  },
  {
    name: 'pay',
    title: 'Pays',
    width: 'minmax(13rem, 1.4fr)',
    right: true,
    cell: ({ payBefore, payAfter, currency }) => (
      <>
        <Money amount={payBefore} currency={currency} bare /> → <Money amount={payAfter} currency={currency} />
      </>
    ),
  },
];

/** Shares and rates make fractions of what counts, which nobody reads as such; whole units are counted. */
function countText(counted: string | null, unit: string): string {
  if (counted === null) return 'nothing';
  if (unit === 'number' && /^-?\d+$/.test(counted)) return counted;
  return amountText(toDecimalText(fromText(counted), decimalsShown(unit), 'half-up'), unit);
}
