import { Badge, Group, List, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { $api, type Schemas } from '../../api/client.ts';
import { useAddress, useAsOf } from '../../parts/address.ts';
import { GoTo } from '../../parts/go-to.tsx';
import { asSaid, dayText, Instant } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Framed } from '../../parts/short-table.tsx';
import { Answer } from '../../parts/states.tsx';
import { capital } from '../../parts/words.ts';
import { useMe } from '../../shell/me.tsx';
import { COUNTS } from './approvers.ts';

type Rules = Schemas['ApprovalRules'];
type Version = Rules['versions'][number];

/** Who approves what, from which amount on, how many have to, and who decides in whose place? */
export function ApprovalRules() {
  const asOf = useAsOf();
  const { role } = useMe();
  const answer = $api.useQuery('get', '/v1/approval-rules', { params: { query: { asOf } } });
  return (
    <Page
      title="Rules of approval"
      says="Who approves what. Rules of the company ask for more than what always holds, never for less."
      actions={
        asOf === undefined && (role === 'ops' || role === 'admin') ? (
          <GoTo to="/definitions/new" search={{ kind: 'approvals' }} size="sm">
            Propose other rules
          </GoTo>
        ) : undefined
      }
    >
      <Answer of={answer}>
        {(rules) => (
          <Stack maw={900} gap="lg">
            <InForce rules={rules} />
            <Always rules={rules} />
            <History rules={rules} />
          </Stack>
        )}
      </Answer>
    </Page>
  );
}

/** What holds on the day, and what waits to. */
function InForce({ rules: { on, inForce, expireAfter, versions } }: { readonly rules: Rules }) {
  const now = versions.find(({ version, state }) => version === inForce && state === 'approved');
  const waiting = versions.filter(({ state }) => state === 'waiting');
  return (
    <>
      <Paper withBorder p="md" component="section" aria-label="In force">
        <Group gap="xs" mb="xs">
          <Title order={2} size="h4">
            {now === undefined ? 'No rules of the company' : now.title}
          </Title>
          {now === undefined ? null : (
            <Badge variant="outline" color="blue">
              in force on {dayText(on)}
            </Badge>
          )}
        </Group>
        {now === undefined ? (
          <Text size="sm">
            Nothing is asked for beside what always holds. A request waits for {expireAfter} days, and expires.
          </Text>
        ) : (
          <Said of={now} />
        )}
      </Paper>
      {waiting.map((version) => (
        <Paper key={version.version} withBorder p="md" component="section" aria-label={`Version ${version.version}`}>
          <Group gap="xs" mb="xs">
            <Title order={2} size="h4">
              {version.title}
            </Title>
            <Badge color="grape.8">waits for approval</Badge>
          </Group>
          <Text size="sm" mb="xs">
            Would hold from {dayText(version.from)}: {version.reason} Asked by {version.requestedBy}.{' '}
            <GoTo to={`/requests/${encodeURIComponent(version.request)}`}>The request</GoTo>
          </Text>
          <Said of={version} />
        </Paper>
      ))}
    </>
  );
}

/** A version in sentences. All rules that a request falls under count together. */
function Said({ of: { rules, delegations, expireAfter } }: { readonly of: Version }) {
  return (
    <Stack gap="xs">
      {rules.length === 0 ? null : (
        <List size="sm" spacing="xs">
          {rules.map(({ rule, says }) => (
            <List.Item key={rule}>
              <Text size="sm" fw={600}>
                {rule}
              </Text>
              <Text size="sm">{says}</Text>
            </List.Item>
          ))}
        </List>
      )}
      {delegations.map(({ says }) => (
        <Text size="sm" key={says}>
          {asSaid(says)}
        </Text>
      ))}
      <Text size="sm" c="dimmed">
        A request waits for {expireAfter} days, and expires. All rules that it falls under count together; each approval
        is another person's.
      </Text>
    </Stack>
  );
}

/** What no rule of the company takes away. */
function Always({ rules: { always } }: { readonly rules: Rules }) {
  return (
    <Paper withBorder p="md" component="section" aria-label="What always holds">
      <Title order={2} size="h4">
        What always holds
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        Nobody approves what they have asked for, what pays them, or what gives them a right.
      </Text>
      <Framed label="What always holds" from={480} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>What</Table.Th>
            <Table.Th>Asked for by</Table.Th>
            <Table.Th>Approved by</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {always.map(({ kind, says, ask, approve, approvals }) => (
            <Table.Tr key={kind}>
              <Table.Td>{capital(says.replace(/^(?:an?|the) /, ''))}</Table.Td>
              <Table.Td>{ask.join(' or ')}</Table.Td>
              <Table.Td>
                {COUNTS[approvals] ?? approvals} of {approve.join(' or ')}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Framed>
    </Paper>
  );
}

/** Every version that was approved, the newest first. The one that is chosen is read in full. */
function History({ rules: { versions, inForce } }: { readonly rules: Rules }) {
  const [{ version: chosen }, change] = useAddress();
  const approved = versions.filter(({ state }) => state === 'approved');
  if (approved.length === 0) return null;
  return (
    <Paper withBorder p="md" component="section" aria-label="History">
      <Title order={2} size="h4" mb="xs">
        History
      </Title>
      <Stack gap="sm">
        {approved.map((version) => (
          <details
            key={version.version}
            open={String(version.version) === chosen}
            onToggle={({ currentTarget: { open } }) => {
              const name = String(version.version);
              if (open !== (name === chosen)) change({ version: open ? name : undefined });
            }}
          >
            <summary>
              <Text span size="sm" fw={600}>
                Version {version.version}: {version.title}
              </Text>{' '}
              <Text span size="sm">
                from {dayText(version.from)}
                {version.to === null ? '' : `, up to ${dayText(version.to)}`}
                {version.version === inForce ? ', in force' : ''}
              </Text>
            </summary>
            <Stack gap="xs" mt="xs" ps="md">
              <Text size="sm">{version.reason}</Text>
              <Text size="xs" c="dimmed">
                Asked by {version.requestedBy}, approved by {version.approvedBy.join(', ')},{' '}
                <Instant at={version.recordedAt} />.{' '}
                <GoTo to={`/requests/${encodeURIComponent(version.request)}`}>The request</GoTo>
              </Text>
              <Said of={version} />
            </Stack>
          </details>
        ))}
      </Stack>
    </Paper>
  );
}
