import { Alert, Button, Code, Group, Paper, Stack, Table, Text, Timeline, Title } from '@mantine/core';
import { useState } from 'react';
import { $api, type AnswerOf } from '../../api/client.ts';
import { useAsOf, usePart } from '../../parts/address.ts';
import { Copy } from '../../parts/copy.tsx';
import { GoTo } from '../../parts/go-to.tsx';
import { Day, Instant } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Framed } from '../../parts/short-table.tsx';
import { Answer } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';
import { StateBadge } from './access.tsx';
import {
  DisableAction,
  ForgetAction,
  GrantAction,
  KeyAction,
  type NewKey,
  RevokeKeyAction,
  RevokeRoleAction,
} from './access-actions.tsx';

type Found = AnswerOf<'/v1/access/{principal}'>;
type Principal = Found['principal'];

/** What may somebody do here, and who gave it to them? */
export function PrincipalAccess() {
  const name = usePart('principal');
  const asOf = useAsOf();
  const { role } = useMe();
  const [issued, issue] = useState<NewKey>();
  const found = $api.useQuery('get', '/v1/access/{principal}', {
    params: { path: { principal: name }, query: { asOf } },
  });
  const of = found.data?.principal;
  const isMine = role === 'admin' && asOf === undefined;
  return (
    <Page
      title={`Access of ${name}`}
      says={of?.name ?? undefined}
      actions={
        isMine && of !== undefined ? (
          <>
            {of.kind === 'person' ? <GrantAction principal={name} /> : <KeyAction principal={name} done={issue} />}
            <DisableAction of={of} />
            {of.disabled && of.name !== null ? <ForgetAction principal={name} /> : null}
          </>
        ) : undefined
      }
    >
      <Answer of={found}>
        {({ principal, trail }) => (
          <Stack maw={860}>
            {issued === undefined ? null : <Once issued={issued} done={() => issue(undefined)} />}
            <Known principal={principal} />
            <Waiting principal={name} />
            {principal.kind === 'person' ? <Roles principal={principal} isMine={isMine} /> : null}
            {principal.keys === null || principal.keys.length === 0 ? null : (
              <Keys principal={principal} keys={principal.keys} isMine={isMine} />
            )}
            <Trail trail={trail} principal={name} />
          </Stack>
        )}
      </Answer>
    </Page>
  );
}

/** The one time that a key is shown. It is in nothing but this page, and gone with it. */
function Once({ issued: { text, key, request }, done }: { readonly issued: NewKey; readonly done: () => void }) {
  return (
    <Alert
      color="orange"
      variant="light"
      role="status"
      title={text === null ? 'The key was made before, and shown then' : 'Keep this key now: it is shown this once'}
    >
      <Stack gap="sm">
        {text === null ? (
          <Text size="sm">End {key} and make another one, if nobody has kept it.</Text>
        ) : (
          <>
            <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }} aria-label="The key">
              {text}
            </Code>
            <Group gap="xs">
              <Copy text={text} />
              <Button size="xs" variant="default" onClick={done}>
                I have kept it
              </Button>
            </Group>
          </>
        )}
        {request === null ? (
          <Text size="sm">It opens what it names from now on.</Text>
        ) : (
          <Text size="sm">
            It opens nothing until somebody of finance approves{' '}
            <GoTo to={`/requests/${encodeURIComponent(request)}`}>{request}</GoTo>.
          </Text>
        )}
      </Stack>
    </Alert>
  );
}

function Known({ principal }: { readonly principal: Principal }) {
  const { kind, identity, registeredBy, registeredAt } = principal;
  return (
    <Paper withBorder p="md" component="section" aria-label="Who it is">
      <Group justify="space-between">
        <Text fw={600}>{kind === 'machine' ? 'A program' : 'A person'}</Text>
        <StateBadge of={principal} />
      </Group>
      <Text size="sm" c="dimmed" mt={4}>
        Registered by {registeredBy}, <Instant at={registeredAt} />
      </Text>
      {identity === null ? null : (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          SHA-256 of who they are at the identity provider: {identity}
        </Text>
      )}
    </Paper>
  );
}

/** What was asked for and somebody of finance has to approve. */
function Waiting({ principal }: { readonly principal: string }) {
  const asOf = useAsOf();
  const requests = $api.useQuery('get', '/v1/requests', { params: { query: { asOf, limit: '500' } } });
  const ours = (requests.data?.requests ?? []).filter(
    ({ name }) => /^(?:grant|key)\//.test(name) && isOf(name, principal),
  );
  return ours.length === 0 ? null : (
    <Alert color="blue" variant="light" title="Waits for approval by finance">
      {ours.map(({ name, says }) => (
        <Text size="sm" key={name}>
          <GoTo to={`/requests/${encodeURIComponent(name)}`}>{says}</GoTo>
        </Text>
      ))}
    </Alert>
  );
}

/** `grant/ada.rep` is of ada: an id has no point in it. */
function isOf(request: string, principal: string): boolean {
  return request.slice(request.indexOf('/') + 1).split('.')[0] === principal;
}

function Roles({
  principal: { principal, roles },
  isMine,
}: {
  readonly principal: Principal;
  readonly isMine: boolean;
}) {
  return (
    <section aria-label="Roles">
      <Title order={2} size="h4" mb="xs">
        Roles
      </Title>
      {roles.length === 0 ? (
        <Text size="sm">None: they may do nothing.</Text>
      ) : (
        <Framed label="Roles" from={560}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Role</Table.Th>
              <Table.Th>Since</Table.Th>
              <Table.Th>Given by</Table.Th>
              <Table.Th>Why</Table.Th>
              {isMine ? <Table.Th>What to do</Table.Th> : null}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {roles.map(({ role, since, requestedBy, approvedBy, reason }) => (
              <Table.Tr key={role}>
                <Table.Td fw={600}>{role}</Table.Td>
                <Table.Td>
                  <Instant at={since} />
                </Table.Td>
                <Table.Td>{givenBy(requestedBy, approvedBy)}</Table.Td>
                <Table.Td>{reason}</Table.Td>
                {isMine ? (
                  <Table.Td>
                    <RevokeRoleAction principal={principal} role={role} />
                  </Table.Td>
                ) : null}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Framed>
      )}
    </section>
  );
}

function givenBy(requestedBy: string, approvedBy: readonly string[]): string {
  return approvedBy.length === 0 ? requestedBy : `${requestedBy}, approved by ${approvedBy.join(', ')}`;
}

function Keys({
  principal: { principal },
  keys,
  isMine,
}: {
  readonly principal: Principal;
  readonly keys: NonNullable<Principal['keys']>;
  readonly isMine: boolean;
}) {
  return (
    <section aria-label="Keys">
      <Title order={2} size="h4" mb="xs">
        Keys
      </Title>
      <Framed label="Keys" from={640}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Key</Table.Th>
            <Table.Th>Opens</Table.Th>
            <Table.Th>Until</Table.Th>
            <Table.Th>Given by</Table.Th>
            <Table.Th>State</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map(({ key, scopes, expiresOn, revoked, requestedBy, approvedBy, reason }) => (
            <Table.Tr key={key}>
              <Table.Td>
                <Code>{key}</Code>
                <Text size="xs" c="dimmed">
                  {reason}
                </Text>
              </Table.Td>
              <Table.Td>{scopes.join(', ')}</Table.Td>
              <Table.Td>
                <Day day={expiresOn} />
              </Table.Td>
              <Table.Td>{givenBy(requestedBy, approvedBy)}</Table.Td>
              <Table.Td>
                {revoked ? 'ended' : isMine ? <RevokeKeyAction principal={principal} name={key} /> : 'in force'}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Framed>
    </section>
  );
}

/** Everything that was decided about their access, the latest first. */
function Trail({ trail, principal }: { readonly trail: Found['trail']; readonly principal: string }) {
  return (
    <section aria-label="History">
      <Title order={2} size="h4" mb="sm">
        History
      </Title>
      <Timeline bulletSize={14} lineWidth={2}>
        {trail.toReversed().map(({ position, says, type, by, at }) => (
          <Timeline.Item key={position} title={<Text size="sm">{wordsOf({ type, says }, principal)}</Text>}>
            <Text size="xs" c="dimmed">
              {by.id} ({by.role}), <Instant at={at} />
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  );
}

/** Whose access it is stands above. */
function wordsOf({ type, says }: Pick<Found['trail'][number], 'type' | 'says'>, principal: string): string {
  const more = says.startsWith(`${principal}: `) ? says.slice(principal.length) : '';
  return `${WORDS[type] ?? type}${more}`;
}

const WORDS: Readonly<Record<string, string>> = {
  PrincipalRegistered: 'Registered',
  FirstRoleGranted: 'Role given on the console',
  RoleGrantRequested: 'Role asked for',
  RoleGranted: 'Role given',
  RoleGrantDeclined: 'Role declined',
  RoleRevoked: 'Role taken away',
  KeyRequested: 'Key asked for',
  KeyIssued: 'Key made',
  KeyApproved: 'Key approved',
  KeyDeclined: 'Key declined',
  KeyRevoked: 'Key ended',
  PrincipalDisabled: 'Let in no more',
  PrincipalEnabled: 'Let in again',
};
