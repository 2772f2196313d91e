import { Badge, Box, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { $api, type Schemas } from '../../api/client.ts';
import { useAsOf, usePart } from '../../parts/address.ts';
import { GoTo } from '../../parts/go-to.tsx';
import { asSaid, Day, Instant } from '../../parts/moment.tsx';
import { Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer } from '../../parts/states.tsx';
import { approversText } from './approvers.ts';
import { DecideActions } from './request-actions.tsx';
import { STATE_COLOUR } from './requests.tsx';

type Waiting = Schemas['Request'];

/** What is asked for, why, and what would it move? */
export function Request() {
  const request = usePart('request');
  const asOf = useAsOf();
  const answer = $api.useQuery('get', '/v1/requests/{request}', { params: { path: { request }, query: { asOf } } });
  return (
    <Page title="Request" says={request}>
      <Answer of={answer}>
        {({ request: of }) => (
          <Stack maw={860}>
            <Paper withBorder p="md" component="section" aria-label="What is asked for">
              <Group justify="space-between" align="flex-start">
                <Text fw={600}>{asSaid(of.says)}</Text>
                <Badge color={STATE_COLOUR[of.state]}>{of.state}</Badge>
              </Group>
              <Text mt="xs">{of.reason}</Text>
              {of.evidence.map((each) => (
                <Text key={each} size="sm" c="dimmed">
                  Evidence: {each}
                </Text>
              ))}
              <Text size="xs" c="dimmed" mt="xs">
                {of.requestedBy}
                {of.requestedFor === null ? '' : ` for ${of.requestedFor}`}, <Instant at={of.requestedAt} />
              </Text>
              {of.kind === 'replay' ? (
                <GoTo to={`/replay/${encodeURIComponent(of.name.replace(/^replay\//, ''))}`} size="sm">
                  The replay that it is about
                </GoTo>
              ) : null}
              <Defines request={of} />
              {of.approvals.map(({ by, role, at }) => (
                <Text key={`${by} ${at}`} size="xs" c="dimmed">
                  Approved by {by} ({role}), <Instant at={at} />
                </Text>
              ))}
              <WhoMay request={of} />
              {of.state === 'expired' ? (
                <Text size="sm" mt="sm">
                  Nobody decided it before <Day day={of.expiresOn} />, so it moves nothing. Whoever needs it may ask for
                  it again.
                </Text>
              ) : null}
              {of.state === 'waiting' && asOf === undefined ? (
                <Box mt="md">
                  <DecideActions of={of} />
                </Box>
              ) : null}
            </Paper>
            {of.state === 'waiting' ? <Effect request={of.name} /> : null}
          </Stack>
        )}
      </Answer>
    </Page>
  );
}

/** Who may approve it, and why: what the matrix asks for, and every rule of the company that it falls under. */
function WhoMay({ request: { needed, approvals, expiresOn, requestedBy } }: { readonly request: Waiting }) {
  if (needed === null) return null;
  const { ruleSet, rules, approvers } = needed;
  return (
    <Box mt="sm" component="section" aria-label="Who may approve it">
      <Text size="sm">
        <strong>Who may approve it:</strong> {approversText(approvers)}, not {requestedBy}, before{' '}
        <Day day={expiresOn} />
        {approvals.length === 0 ? '' : ` (${approvals.length} of ${approvers.length} approved)`}.
      </Text>
      <Text size="sm" c="dimmed">
        {rules.length === 0
          ? ruleSet === null
            ? 'The company has no rules of approval beside what always holds.'
            : 'No rule of the company asks for more.'
          : `By ${rules.length === 1 ? 'the rule' : 'the rules'} ${rules.map((rule) => `“${rule}”`).join(', ')}.`}{' '}
        <GoTo to="/approval-rules" size="sm">
          Rules of approval
        </GoTo>
      </Text>
    </Box>
  );
}

const DEFINES = /^(metric|plan|crediting|jurisdiction)\/(.+)@(\d+)$/;

/** A definition is read where its other versions are. */
function Defines({ request: { name } }: { readonly request: { readonly name: string } }) {
  const [, kind, id = '', version] = DEFINES.exec(name) ?? [];
  if (kind === undefined) return null;
  return (
    <GoTo to={`/definitions/${kind}/${encodeURIComponent(id)}`} search={{ version }} size="sm">
      What it says, and what is different
    </GoTo>
  );
}

/** Whose pay it would move, before anybody approves it. */
function Effect({ request }: { readonly request: string }) {
  const effect = $api.useQuery('get', '/v1/requests/{request}/effect', { params: { path: { request } } });
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} size="h4" mb="sm">
        What it would move
      </Title>
      <Answer of={effect}>
        {({ blastRadius }) =>
          blastRadius === null || blastRadius.participants.length === 0 ? (
            <Text size="sm">
              {request.startsWith('exception/')
                ? 'Nothing that is earned moves by it: what it adds, keeps back or gives back is settled in the statement, as it says.'
                : "Nobody's pay moves by it."}
            </Text>
          ) : (
            <Table aria-label="Effect by person">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Person</Table.Th>
                  <Table.Th ta="end">Deals</Table.Th>
                  <Table.Th ta="end">As a correction</Table.Th>
                  <Table.Th ta="end">In open periods</Table.Th>
                  <Table.Th ta="end">Together</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {blastRadius.participants.map(({ participant, currency, deals, repaid, frozen, open, delta }) => (
                  <Table.Tr key={`${participant} ${currency}`}>
                    <Table.Td>{participant}</Table.Td>
                    <Table.Td ta="end">{deals + repaid}</Table.Td>
                    <Table.Td ta="end">
                      <Money amount={frozen} currency={currency} signed />
                    </Table.Td>
                    <Table.Td ta="end">
                      <Money amount={open} currency={currency} signed />
                    </Table.Td>
                    <Table.Td ta="end">
                      <Money amount={delta} currency={currency} signed />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
              <Table.Tfoot>
                {Object.entries(blastRadius.totals).map(([currency, { delta }]) => (
                  <Table.Tr key={currency}>
                    <Table.Th colSpan={4}>Together</Table.Th>
                    <Table.Th ta="end">
                      <Money amount={delta} currency={currency} signed />
                    </Table.Th>
                  </Table.Tr>
                ))}
              </Table.Tfoot>
            </Table>
          )
        }
      </Answer>
    </Paper>
  );
}
