import { Paper, Table, Text, Title } from '@mantine/core';
import { api, type Schemas } from '../../api/client.ts';
import { named } from '../../api/send.ts';
import { Action } from '../../parts/action.tsx';
import { useAsOf } from '../../parts/address.ts';
import type { Field } from '../../parts/field.tsx';
import { Day } from '../../parts/moment.tsx';
import { Money } from '../../parts/money.tsx';
import { useMe } from '../../shell/me.tsx';

type DealView = Schemas['DealView'];

const fieldsFor = (currency: string): readonly Field[] => [
  {
    ...{ name: 'milestone', label: 'Milestone', is: 'id', required: true },
    says: 'By the name that plans have for it, as invoiced, paid or live.',
    empty: 'No milestone is named; write the one of the plan, as invoiced.',
  },
  { name: 'reachedOn', label: 'Reached on', as: 'date', required: true },
  {
    ...{ name: 'amount', label: 'Amount', is: 'amount', unit: currency },
    says: 'In the currency of the deal, where only a part was invoiced or paid; less than nothing is a refund. Left empty: the whole deal.',
  },
];

/** What is recorded of a deal after it closed: what plans wait for before they pay, or take back by. */
export function ReachAction({ deal: { source, deal, currency } }: { readonly deal: DealView }) {
  return (
    <Action
      label="Record a milestone"
      fields={fieldsFor(currency)}
      send={({ milestone = '', reachedOn = '', amount = '' }, key) =>
        api.POST('/v1/deals/{source}/{deal}/milestones', {
          params: { path: { source, deal }, header: named(key) },
          body: { milestone, reachedOn, amount: amount === '' ? null : amount },
        })
      }
    />
  );
}

/** What was invoiced, paid, gone live, and that it was not, where it turns out so. */
export function Milestones({ deal: { source, deal, currency, milestones } }: { readonly deal: DealView }) {
  const { role } = useMe();
  const isNow = useAsOf() === undefined;
  return (
    <Paper withBorder p="md" component="section" aria-label="Milestones">
      <Title order={2} size="h4" mb="xs">
        Milestones
      </Title>
      {milestones.length === 0 ? (
        <Text size="sm" c="dimmed">
          None is recorded. Plans that pay once a deal is invoiced, paid or live wait for it.
        </Text>
      ) : (
        <Table aria-label="Milestones">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Milestone</Table.Th>
              <Table.Th>Reached on</Table.Th>
              <Table.Th ta="end">Amount</Table.Th>
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {milestones.map(({ milestone, on, amount, event, currency: own = currency }) => (
              <Table.Tr key={event}>
                <Table.Td>{milestone}</Table.Td>
                <Table.Td>
                  <Day day={on} />
                </Table.Td>
                <Table.Td ta="end">
                  {amount === null ? 'the whole deal' : <Money amount={amount} currency={own} />}
                </Table.Td>
                <Table.Td ta="end">
                  {role === 'ops' && isNow ? (
                    <Action
                      label="Withdraw"
                      says={`${milestone} of ${on} was not reached. What was released by it is taken back.`}
                      fields={[{ name: 'withdrawn', label: 'Reason', as: 'text', required: true }]}
                      send={({ withdrawn = '' }, key) =>
                        api.POST('/v1/deals/{source}/{deal}/milestones', {
                          params: { path: { source, deal }, header: named(key) },
                          body: { milestone, reachedOn: on, withdrawn },
                        })
                      }
                    />
                  ) : null}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Paper>
  );
}
