import { Alert, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useAgain } from '../../api/again.ts';
import { $api, api } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import { named } from '../../api/send.ts';
import { Action } from '../../parts/action.tsx';
import { useAsOf, usePart } from '../../parts/address.ts';
import { REASON } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { GoTo } from '../../parts/go-to.tsx';
import { Instant } from '../../parts/moment.tsx';
import { amountText, Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';
import type { QueryAnswer } from './answers.ts';
import classes from './me.module.css';
import { StandsBadge, whoText } from './queries.tsx';
import { Trace } from './trace.tsx';

/** One query: what was seen, both calculations, what was said, who has it, what was decided. What others write appears as they write it. */
export function Thread() {
  const query = usePart('query');
  const asOf = useAsOf();
  const answer = $api.useQuery('get', '/v1/queries/{query}', { params: { path: { query }, query: { asOf } } });
  const again = useAgain('/v1/queries');
  const live = useLive(
    `/v1/queries/${encodeURIComponent(query)}/stream`,
    asOf === undefined ? answer.data?.asOf : undefined,
    again,
  );
  return (
    <Page title={`Query ${query}`} says={asOf === undefined && answer.data !== undefined ? LIVE[live] : undefined}>
      <Answer of={answer}>
        {(of) => (
          <Stack maw={900}>
            <Asked of={of} />
            <Versions of={of} />
            <Said of={of} />
            <Decided of={of} />
            {asOf === undefined ? <Reply of={of} /> : null}
          </Stack>
        )}
      </Answer>
    </Page>
  );
}

const LIVE = {
  connecting: 'Connecting …',
  live: 'Live: answers appear here as they are written.',
  waiting: 'The connection broke; it is made again.',
  ended: 'You may no longer follow this query.',
} as const;

function Asked({ of: { query } }: { readonly of: QueryAnswer }) {
  const { participant, period, line, says, saw, currency, expects, openedBy, openedAt } = query;
  return (
    <Paper withBorder p="sm" component="section" aria-label="The question">
      <Group justify="space-between">
        <Text size="sm">
          <GoTo to={`/statements/${period}/${participant}`}>{period}</GoTo> · {line} ·{' '}
          <Money amount={saw.amount} currency={currency} />
        </Text>
        <StandsBadge query={query} />
      </Group>
      <Text className={classes.says} my="xs">
        {says}
      </Text>
      <Text size="xs" c="dimmed">
        {openedBy}, <Instant at={openedAt} />
        {expects === null ? '' : `, expects ${amountText(expects, currency)} ${currency}`}
        {whoText(query) === '' ? '' : `; ${whoText(query)}`}.
      </Text>
    </Paper>
  );
}

/** The ledger's calculation and the participant's, side by side. */
function Versions({ of: { query, replay, line } }: { readonly of: QueryAnswer }) {
  const me = useMe();
  if (replay === null) return null;
  const { currency, participant } = query;
  const sides = [
    { title: 'As the ledger has it', side: replay.ledger ?? line },
    { title: participant === me.id ? 'As you see it' : `As ${participant} sees it`, side: replay.theirs },
  ];
  return (
    <Paper withBorder p="sm" component="section" aria-label="Both calculations">
      <Title order={2} size="h4">
        Both calculations
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2 }} mt="xs">
        {sides.map(({ title, side }) => (
          <div key={title}>
            <Text fw={600}>
              {title}: {side === null ? 'no such line' : <Money amount={side.amount} currency={currency} />}
            </Text>
            {side === null ? null : <Trace step={side.trace} />}
          </div>
        ))}
      </SimpleGrid>
      <Text mt="xs">
        The difference is <Money amount={replay.difference} currency={currency} signed fw={600} />
        {replay.pays.length === 0
          ? '.'
          : `; it would be paid with the statement of ${replay.pays.map(({ period }) => period).join(', ')}.`}
      </Text>
    </Paper>
  );
}

function Said({ of: { thread } }: { readonly of: QueryAnswer }) {
  return (
    <Stack gap="xs" role="log" aria-label="Thread">
      {thread.map(({ event, type, data, actor, recordedAt }) => (
        <Paper key={event} withBorder p="sm">
          <Text className={classes.says}>{entryText(type, data)}</Text>
          <Text size="xs" c="dimmed">
            {actor.id} ({actor.role}), <Instant at={recordedAt} />
          </Text>
        </Paper>
      ))}
    </Stack>
  );
}

function entryText(type: string, data: Readonly<Record<string, unknown>>): string {
  const text = (name: string) => (typeof data[name] === 'string' ? data[name] : '');
  switch (type) {
    case 'QueryMessagePosted':
      return text('says');
    case 'QueryAssigned':
      return `${text('to')} answers this now. ${text('reason')}`;
    case 'QueryEscalated':
      return `Handed to ${text('to')}: ${text('reason')}`;
    case 'QueryResolved':
      return `Resolved: ${text('reason')}`;
    case 'QueryReopened':
      return `Opened again: ${text('reason')}`;
    case 'QueryWithdrawn':
      return `Withdrawn: ${text('reason')}`;
    default:
      return type;
  }
}

/** What was decided, and where the money shows up. */
function Decided({ of: { query } }: { readonly of: QueryAnswer }) {
  const { resolution, corrections, currency, participant } = query;
  if (resolution === null) return null;
  return (
    <Alert color="green" variant="light" title="Decided" component="section">
      <Text className={classes.says}>{resolution.reason}</Text>
      <Text size="sm">
        By {resolution.by}: <Money amount={resolution.amount} currency={currency} signed />.
      </Text>
      {corrections.flatMap(({ event, moved }) =>
        moved.map(({ period, difference }) => (
          <Text size="sm" key={`${event} ${period}`}>
            <Money amount={difference} currency={currency} signed /> in the statement of{' '}
            <GoTo to={`/statements/${period}/${participant}`}>{period}</GoTo>
          </Text>
        )),
      )}
    </Alert>
  );
}

function Reply({ of: { query } }: { readonly of: QueryAnswer }) {
  const me = useMe();
  if (me.role === 'auditor') return null;
  const given = (key: string) => ({ path: { query: query.query }, header: named(key) });
  if (query.stands === 'withdrawn') {
    return (
      <Text size="sm" c="dimmed">
        It was withdrawn, and stays closed. Ask again from the line, if there is more to say.
      </Text>
    );
  }
  if (query.stands !== 'open') {
    return (
      <Form
        label="Open again"
        fields={[{ name: 'reason', label: 'Why should it be opened again?', as: 'text', required: true }]}
        isEmptied
        send={({ reason = '' }, key) =>
          api.POST('/v1/queries/{query}/reopening', { params: given(key), body: { reason: reason.trim() } })
        }
      />
    );
  }
  return (
    <Stack gap="xs">
      <Form
        label="Send"
        fields={[{ name: 'says', label: 'Your message', as: 'text', required: true }]}
        isEmptied
        send={({ says = '' }, key) =>
          api.POST('/v1/queries/{query}/messages', { params: given(key), body: { says: says.trim(), asks: false } })
        }
      />
      {query.openedBy === me.id ? (
        <Group>
          <Action
            label="Withdraw the question"
            says="It is closed for good, without a decision."
            fields={[REASON]}
            send={({ reason = '' }, key) =>
              api.POST('/v1/queries/{query}/withdrawal', { params: given(key), body: { reason: reason.trim() } })
            }
          />
        </Group>
      ) : null}
    </Stack>
  );
}
