import { Alert, Badge, Group, Paper, Stack, Table, Text, Timeline, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { $api, api, type Schemas } from '../../api/client.ts';
import { named } from '../../api/send.ts';
import { Action } from '../../parts/action.tsx';
import { useAsOf, usePart } from '../../parts/address.ts';
import { EVIDENCE, linesOf, REASON } from '../../parts/field.tsx';
import { asSaid, Day, dayText, Instant } from '../../parts/moment.tsx';
import { Money, percentText } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { SHARES, sharesIn } from '../../parts/shares.ts';
import { Answer } from '../../parts/states.tsx';
import { capital } from '../../parts/words.ts';
import { useMe } from '../../shell/me.tsx';
import { Milestones, ReachAction } from './deal-milestones.tsx';
import { Splits, splitsIn } from './deal-splits.tsx';
import { findingsOf } from './findings.ts';

type DealView = Schemas['DealView'];

/** What is known of a deal, whom does it credit, and how did it come to that? */
export function Deal() {
  const [source, deal] = [usePart('source'), usePart('deal')];
  const asOf = useAsOf();
  const found = $api.useQuery('get', '/v1/deals/{source}/{deal}', {
    params: { path: { source, deal }, query: { asOf } },
  });
  return (
    <Page
      title={`Deal ${source}.${deal}`}
      says={found.data?.deal.account ?? undefined}
      actions={found.data !== undefined && asOf === undefined ? <Actions deal={found.data.deal} /> : undefined}
    >
      <Answer of={found}>
        {({ deal: of }) => (
          <Stack maw={860}>
            <Findings deal={of} />
            <Known deal={of} />
            <Milestones deal={of} />
            <Recorded name={`${source}.${deal}`} />
          </Stack>
        )}
      </Answer>
    </Page>
  );
}

function Known({ deal }: { readonly deal: DealView }) {
  const { amount, currency, closedOn, state, owner, credits, attributes, lines, cancelled } = deal;
  return (
    <Paper withBorder p="md" component="section" aria-label="The deal">
      <Group justify="space-between">
        <Money amount={amount} currency={currency} fz="xl" fw={700} />
        <Badge color={state === 'closed' ? 'blue.9' : 'red.9'}>{state}</Badge>
      </Group>
      <Text size="sm" c="dimmed">
        Closed on <Day day={closedOn} />
        {owner === null ? ', owned by nobody' : `, owned by ${owner}`}
      </Text>
      {cancelled === null ? null : (
        <Text size="sm">
          Cancelled on <Day day={cancelled.on} />: {cancelled.reason}
        </Text>
      )}
      <Table mt="sm" aria-label="Credits">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Credited</Table.Th>
            <Table.Th>Pool</Table.Th>
            <Table.Th ta="end">Share</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {credits.length === 0 ? (
            <Table.Tr>
              <Table.Td colSpan={3}>Nobody</Table.Td>
            </Table.Tr>
          ) : (
            credits.map(({ participant, pool, share }) => (
              <Table.Tr key={`${participant} ${pool}`}>
                <Table.Td>{participant}</Table.Td>
                <Table.Td>{pool}</Table.Td>
                <Table.Td ta="end">{percentText(share)}</Table.Td>
              </Table.Tr>
            ))
          )}
        </Table.Tbody>
      </Table>
      {Object.keys(attributes).length === 0 ? null : (
        <Text size="sm" mt="sm">
          {Object.entries(attributes)
            .map(([name, value]) => `${name}: ${attributeText(value)}`)
            .join(' · ')}
        </Text>
      )}
      {lines.map((line) => (
        <Text key={line.line} size="sm" mt={4}>
          {line.quantity === null ? '' : `${line.quantity} × `}
          {line.product}
          {line.category === null ? '' : ` (${line.category})`}: <Money amount={line.amount} currency={currency} />
        </Text>
      ))}
    </Paper>
  );
}

function attributeText(value: DealView['attributes'][string]): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return 'decimal' in value ? value.decimal : dayText(value.date);
}

/** What keeps somebody from being paid for it, and what to do. */
function Findings({ deal }: { readonly deal: DealView }) {
  const found = findingsOf(deal);
  if (found.length === 0) return null;
  return (
    <Stack gap="xs" component="section" aria-label="Findings">
      {found.map(({ short, says, remedy }) => (
        <Alert
          key={says}
          color="orange"
          variant="light"
          icon={<IconAlertTriangle aria-hidden />}
          title={capital(short)}
        >
          {says} {remedy}
        </Alert>
      ))}
    </Stack>
  );
}

/** What was recorded of it: the splits that were asked for, and everything else. */
function Recorded({ name }: { readonly name: string }) {
  const asOf = useAsOf();
  const { role } = useMe();
  const trail = $api.useQuery('get', '/v1/audit', { params: { query: { deal: name, asOf } } });
  return (
    <Answer of={trail}>
      {(found) => (
        <>
          {role === 'rep' ? null : <Splits requests={splitsIn(found)} />}
          <section aria-label="History">
            <Title order={2} size="h4" mb="sm">
              History
            </Title>
            <Timeline bulletSize={14} lineWidth={2}>
              {found.events.map(({ id, says, why, recordedAt, meta, approvedBy }) => (
                <Timeline.Item key={id} title={<Text size="sm">{asSaid(says)}</Text>}>
                  <Text size="xs" c="dimmed">
                    {meta.actor.id} ({meta.actor.role}), <Instant at={recordedAt} />
                    {approvedBy.length === 0 ? '' : `, approved by ${approvedBy.join(', ')}`}
                  </Text>
                  {why === null ? null : <Text size="xs">{why}</Text>}
                </Timeline.Item>
              ))}
            </Timeline>
          </section>
        </>
      )}
    </Answer>
  );
}

function Actions({ deal: of }: { readonly deal: DealView }) {
  const { source, deal, state } = of;
  const { role } = useMe();
  const given = (key: string) => ({ path: { source, deal }, header: named(key) });
  return (
    <>
      {role === 'ops' || role === 'manager' ? (
        <Action
          label="Ask for a split"
          fields={[SHARES, REASON, { ...EVIDENCE, required: true }]}
          send={({ shares, reason = '', evidence }, key) =>
            api.POST('/v1/deals/{source}/{deal}/splits', {
              params: given(key),
              body: {
                shares: sharesIn(shares),
                reason,
                evidence: linesOf(evidence),
              },
            })
          }
        />
      ) : null}
      {role === 'ops' ? <ReachAction deal={of} /> : null}
      {role === 'ops' && state === 'closed' ? (
        <Action
          label="Cancel"
          says="Whatever its source says. What was paid for it in frozen periods becomes a correction."
          fields={[{ name: 'cancelledOn', label: 'Cancelled on', as: 'date', required: true }, REASON]}
          send={({ cancelledOn = '', reason = '' }, key) =>
            api.POST('/v1/deals/{source}/{deal}/cancellation', {
              params: given(key),
              body: { cancelledOn, reason },
            })
          }
        />
      ) : null}
      {role === 'ops' && of.cancelled !== null ? (
        <Action
          label="Withdraw the cancellation"
          says="If a person recorded it and it is not so. What was taken back for it comes again."
          fields={[REASON]}
          send={({ reason = '' }, key) =>
            api.POST('/v1/deals/{source}/{deal}/cancellation', {
              params: given(key),
              body: { cancelledOn: of.cancelled?.on ?? '', reason, withdrawn: true },
            })
          }
        />
      ) : null}
    </>
  );
}
