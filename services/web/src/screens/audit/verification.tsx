import { Alert, Button, Code, Group, Progress, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { $api, type AnswerOf, api } from '../../api/client.ts';
import { useSending } from '../../api/send.ts';
import { Instant } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer, Empty, ProblemNote } from '../../parts/states.tsx';

type Job = AnswerOf<'/v1/jobs/{job}'>;
/** What a verification that found nothing wrong says; the API describes results of jobs by no schema. */
interface Whole {
  readonly position: string;
  readonly events: number;
  readonly streams: number;
  readonly digest: string;
  readonly statements: number;
  readonly periods: number;
  readonly payRuns: number;
  readonly views?: readonly string[];
}

/** Is the log whole, and does everything follow from it? */
export function Verification() {
  const jobs = $api.useQuery('get', '/v1/jobs');
  const [started, start] = useState<string | undefined>();
  const { send, refused, isSending } = useSending();
  const begin = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const expect = String(new FormData(event.currentTarget).get('expect') ?? '').trim();
    const job = await send(() => api.POST('/v1/verifications', { body: expect === '' ? {} : { expect } }));
    if (job !== undefined) start(job.id);
  };
  return (
    <Page
      title="Verification"
      says="Every hash and chain of the log, every frozen statement, every pay run, and the views against a rebuild."
    >
      <form onSubmit={(event) => void begin(event)}>
        <Group align="flex-end" gap="sm">
          <TextInput
            name="expect"
            label="An earlier digest"
            description="As <position>:<digest>; shows that nothing before it was changed since. May be left out."
            w={420}
            maw="100%"
          />
          <Button type="submit" loading={isSending}>
            Verify now
          </Button>
        </Group>
      </form>
      {refused === undefined ? null : <ProblemNote problem={refused} />}
      <Answer of={jobs}>
        {({ jobs: all }) => {
          const runs = all.filter(({ kind }) => kind === 'verify').toReversed();
          const ids = [...new Set([...(started === undefined ? [] : [started]), ...runs.map(({ id }) => id)])];
          return ids.length === 0 ? (
            <Empty title="You have not verified within the hour">
              Results are kept for an hour. Keep the digest elsewhere, as in the minutes of the close.
            </Empty>
          ) : (
            <Stack>
              {ids.map((id) => (
                <Run key={id} id={id} />
              ))}
            </Stack>
          );
        }}
      </Answer>
    </Page>
  );
}

function isOpen({ state }: Job): boolean {
  return state === 'waiting' || state === 'running';
}

function Run({ id }: { readonly id: string }) {
  const job = $api.useQuery(
    'get',
    '/v1/jobs/{job}',
    { params: { path: { job: id } } },
    { refetchInterval: ({ state: { data } }) => (data === undefined || isOpen(data) ? 500 : false) },
  );
  return <Answer of={job}>{(data) => <Result job={data} />}</Answer>;
}

function Result({ job }: { readonly job: Job }) {
  const { state, progress, startedAt, endedAt, result, problem } = job;
  if (isOpen(job)) {
    const share = progress === null || progress.of === 0 ? 0 : (progress.done / progress.of) * 100;
    return (
      <Alert color="indigo" variant="light" title="Verifying …" role="status">
        <Progress value={share} aria-label="Progress" />
      </Alert>
    );
  }
  const when = (
    <>
      Verified <Instant at={endedAt ?? startedAt} />
    </>
  );
  if (state !== 'done' || result === null) {
    return (
      <Alert color="red" variant="light" role="alert" icon={<IconCircleX aria-hidden />} title="Not whole">
        <Text size="sm">{problem?.detail ?? 'The verification was stopped.'}</Text>
        <Text size="xs">
          {problem?.code} {when}
        </Text>
      </Alert>
    );
  }
  const { position, events, streams, digest, statements, periods, payRuns, views } = result as Whole;
  const figures = {
    Events: events,
    Streams: streams,
    'Frozen statements': statements,
    'Frozen periods': periods,
    'Pay runs': payRuns,
  };
  return (
    <Alert color="green" variant="light" role="status" icon={<IconCircleCheck aria-hidden />} title="The log is whole">
      <Stack gap="xs">
        <Text size="sm">
          {when}, up to position {position}.
        </Text>
        <Table aria-label="What was checked" withRowBorders={false} w="fit-content">
          <Table.Tbody>
            {Object.entries(figures).map(([name, count]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={400}>
                  {name}
                </Table.Th>
                <Table.Td ta="right">{count}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        {views === undefined ? null : <Text size="sm">Views equal to a rebuild: {views.join(', ')}.</Text>}
        <Text size="sm">
          Keep this elsewhere: <Code>{`${position}:${digest}`}</Code>
        </Text>
      </Stack>
    </Alert>
  );
}
