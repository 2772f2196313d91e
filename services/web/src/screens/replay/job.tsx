import { Alert, Button, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import { useAgain } from '../../api/again.ts';
import { $api, api, type Schemas } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import { useSending } from '../../api/send.ts';
import { Empty, ProblemNote } from '../../parts/states.tsx';

type Job = Schemas['Job'];

/** A job as it goes on: asked for once, and again whenever it says that it has moved. */
export function useJob(id: string) {
  const job = $api.useQuery(
    'get',
    '/v1/jobs/{job}',
    { params: { path: { job: id } } },
    // An answer may be of thousands of people, and never changes: it is neither compared nor read again.
    {
      structuralSharing: false,
      staleTime: ({ state: { data } }) => (data?.endedAt == null ? 0 : Number.POSITIVE_INFINITY),
    },
  );
  const again = useAgain('/v1/jobs/{job}');
  const isOpen = job.data !== undefined && job.data.endedAt === null;
  // However it stood before: the stream begins with how it stands.
  useLive(`/v1/jobs/${id}/stream`, isOpen ? '0' : undefined, again);
  return job;
}

/** How far work is, what remains, and how to stop it. */
export function Going({ job: { id, state, progress } }: { readonly job: Job }) {
  const { send, refused, isSending } = useSending();
  const { done, of } = progress ?? { done: 0, of: 0 };
  return (
    <Paper withBorder p="md" role="status" aria-label="Progress of the replay">
      <Stack gap="xs">
        <Group justify="space-between">
          <Text size="sm">
            {state === 'waiting'
              ? 'It begins as soon as other work has ended …'
              : of === 0
                ? 'It begins …'
                : `${done} of ${of} people; ${of - done} remain`}
          </Text>
          <Button
            size="xs"
            variant="default"
            loading={isSending}
            onClick={() => void send(() => api.DELETE('/v1/jobs/{job}', { params: { path: { job: id } } }))}
          >
            Cancel
          </Button>
        </Group>
        <Progress value={of === 0 ? 0 : (done / of) * 100} aria-label="People replayed" transitionDuration={0} />
        {refused === undefined ? null : <ProblemNote problem={refused} />}
      </Stack>
    </Paper>
  );
}

/** Why there is no result. */
export function NotDone({ job: { state, problem } }: { readonly job: Job }) {
  if (state === 'cancelled') {
    return <Empty title="The replay was stopped">Nothing was recorded. Ask again when you want to know.</Empty>;
  }
  return (
    <Alert color="red" variant="light" role="alert" title="The replay was refused">
      <Text size="sm">{problem?.detail}</Text>
      <Text size="xs" c="dimmed">
        {problem?.code}
      </Text>
    </Alert>
  );
}
