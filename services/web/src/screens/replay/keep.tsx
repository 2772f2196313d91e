import { Alert, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import { named } from '../../api/send.ts';
import { Action } from '../../parts/action.tsx';
import { useAsOf, useGo } from '../../parts/address.ts';
import { useMe } from '../../shell/me.tsx';
import { keepText, sentOf } from './ask.ts';
import { Going, NotDone, useJob } from './job.tsx';
import type { ReplayAnswer } from './sums.ts';

/** Keeps an answer under a name, so that it can be asked for and applied: the same is replayed once more, and its definitions proposed. */
export function KeepIt({ job, answer }: { readonly job: string; readonly answer: ReplayAnswer }) {
  const { role } = useMe();
  const asOf = useAsOf();
  const [keeping, keep] = useState<{ readonly job: string; readonly replay: string }>();
  const sent = sentOf(job);
  // A replay is kept as of now, by those who may ask that it be applied, and only with what was sent for it.
  if (role !== 'ops' || asOf !== undefined || sent === undefined) return null;
  if (keeping !== undefined) return <Keeping job={keeping.job} replay={keeping.replay} seen={answer.digest} />;
  return (
    <Action
      label="Keep it"
      says="Under a name, with the digest of its answer. What you typed is proposed, and waits: nothing takes effect."
      button={{ variant: 'filled', size: 'sm' }}
      fields={[
        {
          ...{ name: 'replay', label: 'Name', is: 'id' },
          says: 'Letters, digits and dashes, as small-deals.',
          required: true,
        },
        { name: 'reason', label: 'Why it is kept', as: 'text', required: true },
      ]}
      send={async ({ replay = '', reason = '' }, key) => {
        const called = await api.PUT('/v1/replays/{replay}', {
          params: { path: { replay }, header: named(key) },
          body: { ...sent, reason },
        });
        if (called.data !== undefined) keep({ job: called.data.id, replay });
        return called;
      }}
    />
  );
}

/** What keeps it is a job, too; when it has ended, one goes to what was kept. */
function Keeping({ job: id, replay, seen }: { readonly job: string; readonly replay: string; readonly seen: string }) {
  const job = useJob(id);
  const go = useGo();
  const gone = useRef(false);
  const isKept = job.data?.kind === 'record-replay' && job.data.result !== null;
  useEffect(() => {
    if (!isKept || gone.current) return;
    gone.current = true;
    // It waits as a request from now on.
    keepText('');
    go(`/replay/${encodeURIComponent(replay)}`, { seen });
  }, [isKept, go, replay, seen]);
  if (job.data === undefined || isKept) return null;
  if (job.data.endedAt !== null) return <NotDone job={job.data} />;
  return (
    <Alert color="indigo" variant="light" title={`Keeping ${replay} …`} role="status">
      <Stack gap="xs">
        <Text size="sm">It is replayed once more, as of now.</Text>
        <Going job={job.data} />
      </Stack>
    </Alert>
  );
}
