import { Badge, Group, Paper, SegmentedControl, Stack, Text } from '@mantine/core';
import { $api, type Schemas } from '../../api/client.ts';
import { useAddress, useAsOf } from '../../parts/address.ts';
import { GoTo } from '../../parts/go-to.tsx';
import { asSaid, Day, Instant } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { capital } from '../../parts/words.ts';
import { approversText } from './approvers.ts';
import { DecideActions } from './request-actions.tsx';

type Request = Schemas['Request'];

/** What waits for a decision, and whose? */
export function Requests() {
  const asOf = useAsOf();
  const [{ state = 'waiting' }, change] = useAddress();
  const which = state === 'all' ? 'all' : 'waiting';
  const requests = $api.useQuery('get', '/v1/requests', { params: { query: { asOf, state: which, limit: '500' } } });
  return (
    <Page
      title="Approvals"
      says="Whatever departs from the rules, or changes them, is decided by somebody else than who asked."
      actions={
        <>
          <GoTo to="/approval-rules" size="sm">
            Who approves what
          </GoTo>
          <SegmentedControl
            aria-label="Which requests"
            size="xs"
            transitionDuration={0}
            value={which}
            data={[
              { value: 'waiting', label: 'Waiting' },
              { value: 'all', label: 'All' },
            ]}
            onChange={(value) => change({ state: value === 'all' ? 'all' : undefined })}
          />
        </>
      }
    >
      <Answer of={requests}>
        {({ requests: rows }) =>
          rows.length === 0 ? (
            <Empty title="Nothing waits">What somebody asks for appears here, with who may decide it.</Empty>
          ) : (
            <Stack gap="sm" role="list" aria-label="Requests">
              {rows.map((row) => (
                <Row key={row.name} request={row} />
              ))}
            </Stack>
          )
        }
      </Answer>
    </Page>
  );
}

export const STATE_COLOUR: Readonly<Record<Request['state'], string>> = {
  waiting: 'grape.8',
  approved: 'blue.9',
  declined: 'red.9',
  revoked: 'gray.7',
  expired: 'gray.7',
};

function Row({ request }: { readonly request: Request }) {
  const { name, kind, says, reason, evidence, requestedBy, requestedAt, state, needed, expiresOn, decidedBy } = request;
  const decides = useAsOf() === undefined && state === 'waiting';
  return (
    <Paper withBorder p="sm" role="listitem">
      <Group justify="space-between" align="flex-start" gap="md">
        <div style={{ flex: '1 1 20rem', minWidth: 0 }}>
          <Group gap="xs">
            <Badge size="sm" variant="default">
              {kind}
            </Badge>
            <GoTo to={`/requests/${encodeURIComponent(name)}`} fw={600} size="sm">
              {asSaid(says)}
            </GoTo>
          </Group>
          <Text size="sm" mt={4}>
            {reason}
            {evidence.length === 0 ? '' : ` (${evidence.join('; ')})`}
          </Text>
          <Text size="xs" c="dimmed" mt={4}>
            {requestedBy}, <Instant at={requestedAt} />.{' '}
            {needed === null ? (
              `${capital(state)}${decidedBy === null ? '' : ` by ${decidedBy}`}.`
            ) : (
              <>
                Needs {approversText(needed.approvers)}, before <Day day={expiresOn} />
                {needed.rules.length === 0 ? '' : `; by ${needed.rules.map((rule) => `“${rule}”`).join(', ')}`}
              </>
            )}
          </Text>
        </div>
        {decides ? <DecideActions of={request} /> : <Badge color={STATE_COLOUR[state]}>{state}</Badge>}
      </Group>
    </Paper>
  );
}
