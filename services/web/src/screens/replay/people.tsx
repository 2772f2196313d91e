import { CloseButton, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useAddress } from '../../parts/address.ts';
import { type Column, DataTable, moneyColumn } from '../../parts/data-table.tsx';
import { sumText } from '../../parts/exact.ts';
import { GoTo } from '../../parts/go-to.tsx';
import { asSaid } from '../../parts/moment.tsx';
import { isZero, Money } from '../../parts/money.tsx';
import { Framed } from '../../parts/short-table.tsx';
import classes from './replay.module.css';
import type { PersonSum } from './sums.ts';
import { Waterfall } from './waterfall.tsx';

/** Whose pay would be another one: as a waterfall, as a table, and each person by period and component. */
export function People({ people }: { readonly people: readonly PersonSum[] }) {
  const [{ person }, change] = useAddress();
  const currencies = [...new Set(people.map(({ currency }) => currency))].sort();
  const open = people.filter(({ participant }) => participant === person);
  const columns: readonly Column<PersonSum>[] = [
    {
      name: 'person',
      title: 'Person',
      width: 'minmax(7rem, 1.5fr)',
      cell: ({ participant }) => (
        <button
          type="button"
          className={classes.more}
          aria-expanded={participant === person}
          onClick={() => change({ person: participant === person ? undefined : participant })}
        >
          {participant}
        </button>
      ),
    },
    moneyColumn({ name: 'frozen', title: 'As frozen', width: 'minmax(9.5rem, 1fr)' }, ({ frozen, currency }) => ({
      amount: frozen,
      currency,
    })),
    moneyColumn({ name: 'replayed', title: 'As replayed', width: 'minmax(9.5rem, 1fr)' }, ({ replayed, currency }) => ({
      amount: replayed,
      currency,
    })),
    moneyColumn({ name: 'delta', title: 'Difference', width: 'minmax(9.5rem, 1fr)' }, ({ delta, currency }) => ({
      amount: delta,
      currency,
      signed: true,
    })),
  ];
  return (
    <Stack gap="sm" component="section" aria-label="By person">
      <Title order={3} size="h4">
        Whose pay would be another one
      </Title>
      {currencies.map((currency) => {
        const own = people.filter((each) => each.currency === currency);
        const moved = own.filter(({ delta }) => !isZero(delta));
        return moved.length === 0 ? null : (
          <Waterfall
            key={currency}
            title={`Differences by person in ${currency}`}
            currency={currency}
            steps={moved.map(({ participant, delta }) => ({ name: participant, delta }))}
            total={sumText(own.map(({ delta }) => delta))}
          />
        );
      })}
      <DataTable
        label="Differences by person"
        columns={columns}
        rows={people}
        keyOf={({ participant, currency }) => `${participant} ${currency}`}
        height={360}
      />
      {open.map((each) => (
        <Person key={each.currency} of={each} close={() => change({ person: undefined })} />
      ))}
    </Stack>
  );
}

/** One person by period and component, each with what made the difference. */
function Person({
  of: { participant, currency, rows },
  close,
}: {
  readonly of: PersonSum;
  readonly close: () => void;
}) {
  return (
    <Paper withBorder p="md" component="section" aria-label={`${participant} by component`}>
      <Group justify="space-between" mb="xs">
        <Title order={4} size="h5">
          {participant} by period and component
        </Title>
        <CloseButton aria-label={`Close ${participant}`} onClick={close} />
      </Group>
      <Framed label={`${participant} by period and component`} from={680} tabularNums>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Period</Table.Th>
            <Table.Th>Component, and why</Table.Th>
            <Table.Th ta="end" style={{ whiteSpace: 'nowrap' }}>
              As frozen
            </Table.Th>
            <Table.Th ta="end" style={{ whiteSpace: 'nowrap' }}>
              As replayed
            </Table.Th>
            <Table.Th ta="end" style={{ whiteSpace: 'nowrap' }}>
              Difference
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ period, component, frozen, replayed, delta, causes }) => (
            <Table.Tr key={`${period} ${component}`}>
              <Table.Td style={{ verticalAlign: 'top', whiteSpace: 'nowrap' }}>
                <GoTo to={`/statements/${period}/${encodeURIComponent(participant)}`}>{period}</GoTo>
              </Table.Td>
              <Table.Td>
                {component}
                {causes.map(({ event, proposed, says, delta: moved }) => (
                  <Text size="xs" c="dimmed" key={`${proposed ?? event ?? ''} ${says}`}>
                    <Money amount={moved} currency={currency} bare signed /> {asSaid(says)}
                  </Text>
                ))}
              </Table.Td>
              <Table.Td ta="end" style={{ verticalAlign: 'top' }}>
                <Money amount={frozen} currency={currency} bare />
              </Table.Td>
              <Table.Td ta="end" style={{ verticalAlign: 'top' }}>
                <Money amount={replayed} currency={currency} bare />
              </Table.Td>
              <Table.Td ta="end" style={{ verticalAlign: 'top' }}>
                <Money amount={delta} currency={currency} signed />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Framed>
    </Paper>
  );
}
