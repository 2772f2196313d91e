import { Badge, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { $api, type AnswerOf } from '../../api/client.ts';
import { useAsOf } from '../../parts/address.ts';
import { GoTo } from '../../parts/go-to.tsx';
import { Day } from '../../parts/moment.tsx';
import { Answer } from '../../parts/states.tsx';
import { STATE_COLOUR } from '../ops/requests.tsx';

type Asked = AnswerOf<'/v1/requests/{request}'>;
type Trail = AnswerOf<'/v1/audit'>;

/** Requests to split the credit of a deal, in the order in which they were made. */
export function splitsIn({ events }: Trail): readonly string[] {
  return events.flatMap(({ event, request }) =>
    event.type === 'SplitExceptionRequested' && request !== null ? [request] : [],
  );
}

/** Which splits departed from what the source says: asked for, decided, in force or not? */
export function Splits({ requests }: { readonly requests: readonly string[] }) {
  return (
    <Paper withBorder p="md" component="section" aria-label="Split exceptions">
      <Title order={2} size="h4" mb="xs">
        Split exceptions
      </Title>
      {requests.length === 0 ? (
        <Text size="sm" c="dimmed">
          The credit is as the source and the rules say.
        </Text>
      ) : (
        <Stack gap="md">
          {requests.map((request) => (
            <Split key={request} request={request} />
          ))}
        </Stack>
      )}
    </Paper>
  );
}

function Split({ request }: { readonly request: string }) {
  const asOf = useAsOf();
  const answer = $api.useQuery('get', '/v1/requests/{request}', { params: { path: { request }, query: { asOf } } });
  return <Answer of={answer}>{(found) => <Shown asked={found} />}</Answer>;
}

function Shown({ asked: { request, asked } }: { readonly asked: Asked }) {
  const { name, says, state, reason, evidence, requestedBy, decidedBy, expiresOn } = request;
  const holdsUntil = asked.data.expiresOn;
  return (
    <div>
      <Group gap="xs" justify="space-between" align="flex-start">
        <Text size="sm" fw={600}>
          {says.replace(/^split of [^:]*: /, '')}
        </Text>
        <Badge size="sm" color={STATE_COLOUR[state]}>
          {state}
        </Badge>
      </Group>
      <Text size="sm">
        {reason}
        {evidence.length === 0 ? '' : ` (${evidence.join('; ')})`}
      </Text>
      <Text size="xs" c="dimmed">
        Asked by {requestedBy}
        {decidedBy === null ? '' : `, ${WORD[state]} by ${decidedBy}`}.{' '}
        {state === 'waiting' && expiresOn !== null ? (
          <>
            Lapses on <Day day={expiresOn} /> if nobody decides it.{' '}
          </>
        ) : null}
        {state === 'approved' ? <Holds until={holdsUntil} /> : null}{' '}
        <GoTo to={`/requests/${encodeURIComponent(name)}`}>The request</GoTo>
      </Text>
    </div>
  );
}

const WORD: Readonly<Record<Asked['request']['state'], string>> = {
  waiting: 'seen',
  approved: 'approved',
  declined: 'declined',
  revoked: 'revoked',
  expired: 'let lapse',
};

/** A split that ends is for deals that close before; one that has none holds until it is revoked. */
function Holds({ until }: { readonly until: unknown }) {
  if (typeof until !== 'string') return 'Holds until it is revoked.';
  return (
    <>
      Expires on <Day day={until} />: it holds for what closed before.
    </>
  );
}
