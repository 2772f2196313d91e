import {
  Autocomplete,
  Button,
  Checkbox,
  Group,
  NativeSelect,
  Paper,
  SimpleGrid,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { FormEvent } from 'react';
import { $api, type AnswerOf } from '../../api/client.ts';
import { useAsOf } from '../../parts/address.ts';
import { asSaid } from '../../parts/moment.tsx';
import { Answer } from '../../parts/states.tsx';
import { type Ask, laterOf } from './ask.ts';
import { Proposed } from './proposed.tsx';

type Period = AnswerOf<'/v1/periods'>['periods'][number];

/** Which periods, whose, and what is tried out on top. */
export function AskForm({
  ask,
  periods,
  text,
  change,
  type,
  start,
  isSending,
}: {
  readonly ask: Ask;
  readonly periods: readonly Period[];
  readonly text: string;
  readonly change: (ask: Ask) => void;
  readonly type: (text: string) => void;
  readonly start: () => void;
  readonly isSending: boolean;
}) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start();
  };
  const options = (from: string) =>
    periods
      .filter(({ period }) => period >= from)
      .map(({ period, state }) => ({ value: period, label: `${period}, ${state}` }));
  return (
    <form onSubmit={submit} aria-label="Replay">
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
          <Paper withBorder p="md" component="section" aria-label="Which periods">
            <Title order={2} size="h4" mb="sm">
              Which periods
            </Title>
            <Stack gap="sm">
              <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
                <NativeSelect
                  label="From"
                  value={ask.from}
                  data={options('')}
                  onChange={({ currentTarget: { value } }) =>
                    change({ ...ask, from: value, to: laterOf(ask.to, value) })
                  }
                />
                <NativeSelect
                  label="To"
                  value={ask.to}
                  data={options(ask.from)}
                  onChange={({ currentTarget: { value } }) => change({ ...ask, to: value })}
                />
              </SimpleGrid>
              <Person
                person={ask.participant}
                choose={(participant) => change({ ...ask, participant: participant === '' ? undefined : participant })}
              />
            </Stack>
          </Paper>
          <Paper withBorder p="md" component="section" aria-label="What waits">
            <Title order={2} size="h4" mb="sm">
              Try out what waits
            </Title>
            <Waiting chosen={ask.requests} choose={(requests) => change({ ...ask, requests })} />
          </Paper>
        </SimpleGrid>
        <Paper withBorder p="md" component="section" aria-label="What is proposed">
          <Title order={2} size="h4">
            Try out something new
          </Title>
          <Proposed text={text} type={type} />
        </Paper>
        <Group gap="md">
          <Button type="submit" loading={isSending} leftSection={<IconPlayerPlay size={16} aria-hidden />}>
            Start the replay
          </Button>
          <Text size="sm" c="dimmed">
            It records nothing, whatever it tries out.
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

function Person({
  person = '',
  choose,
}: {
  readonly person: string | undefined;
  readonly choose: (id: string) => void;
}) {
  const asOf = useAsOf();
  const people = $api.useQuery('get', '/v1/participants', { params: { query: { asOf, limit: '500' } } });
  const names = new Map((people.data?.participants ?? []).map(({ participant, name }) => [participant, name]));
  return (
    <Autocomplete
      label="Only one person"
      description="By their id. Left empty: everybody. Of one person it is answered at once."
      placeholder="everybody"
      data={[...names.keys()]}
      limit={20}
      value={person}
      onChange={choose}
      renderOption={({ option: { value } }) => {
        const name = names.get(value);
        return name === null || name === undefined ? value : `${name} (${value})`;
      }}
    />
  );
}

function Waiting({
  chosen,
  choose,
}: {
  readonly chosen: readonly string[];
  readonly choose: (names: readonly string[]) => void;
}) {
  const asOf = useAsOf();
  const requests = $api.useQuery('get', '/v1/requests', {
    params: { query: { asOf, state: 'waiting', limit: '500' } },
  });
  return (
    <Answer of={requests}>
      {({ requests: all }) => {
        const waiting = all.filter(({ canBeTriedOut }) => canBeTriedOut);
        const gone = chosen.filter((name) => waiting.every((each) => each.name !== name));
        if (waiting.length + gone.length === 0) {
          return (
            <Text size="sm" c="dimmed">
              No definition and no exception waits for approval. Whatever somebody asks for can be tried out here before
              anybody approves it.
            </Text>
          );
        }
        return (
          <Checkbox.Group aria-label="Requests that are tried out" value={[...chosen]} onChange={choose}>
            <Stack gap="xs" mah={260} style={{ overflow: 'auto' }}>
              {waiting.map(({ name, says, requestedBy }) => (
                <Checkbox
                  key={name}
                  value={name}
                  label={asSaid(says)}
                  description={`${name}, asked by ${requestedBy}`}
                />
              ))}
              {gone.map((name) => (
                <Checkbox key={name} value={name} label={name} description="It does not wait any more." />
              ))}
            </Stack>
          </Checkbox.Group>
        );
      }}
    </Answer>
  );
}
