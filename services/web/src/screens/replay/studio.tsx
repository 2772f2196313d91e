import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { $api, type AnswerOf, api } from '../../api/client.ts';
import { useSending } from '../../api/send.ts';
import { useAddress, useAsOf } from '../../parts/address.ts';
import { Page } from '../../parts/page.tsx';
import { Answer, Empty, ProblemNote } from '../../parts/states.tsx';
import {
  type Ask,
  addressOfAsk,
  keepSent,
  keepText,
  keptText,
  laterOf,
  rangeText,
  requestsIn,
  type Sent,
  sentFor,
  sentOf,
} from './ask.ts';
import { AskForm } from './form.tsx';
import { KeptReplays } from './kept-list.tsx';
import { Run } from './run.tsx';

type Period = AnswerOf<'/v1/periods'>['periods'][number];

/** What would frozen periods be as things are known now, or under what is only proposed? */
export function ReplayStudio() {
  return (
    <Page
      title="Replay studio"
      says="What frozen periods would be as things are known now, or under what is only proposed. Nothing is written."
    >
      <OfPeriods />
    </Page>
  );
}

function OfPeriods() {
  const asOf = useAsOf();
  const periods = $api.useQuery('get', '/v1/periods', { params: { query: { asOf, limit: '500' } } });
  return (
    <Answer of={periods}>
      {({ periods: all }) =>
        all.length === 0 ? (
          <Empty title="There is no period to replay">A period is opened first, and frozen at its close.</Empty>
        ) : (
          <Studio periods={all} />
        )
      }
    </Answer>
  );
}

function Studio({ periods }: { readonly periods: readonly Period[] }) {
  const [address, change] = useAddress();
  const asOf = useAsOf();
  const [text, type] = useState(keptText);
  const { send, refused, isSending, forget } = useSending();
  const ask = askedIn(address, periods);
  const { job } = address;
  const isAnswered = job !== undefined;

  const start = async () => {
    const sent = sentFor(ask, text);
    const started = await send(() =>
      api.POST('/v1/replays', { body: { ...sent, ...(asOf === undefined ? {} : { asOf }) } }),
    );
    if (started === undefined) return;
    keepSent(started.id, sent);
    change({ ...addressOfAsk(ask), job: started.id }, { replace: false });
  };
  const anew = () => change({ job: undefined }, { replace: false });
  return (
    <Stack gap="lg">
      {isAnswered ? (
        <Asked ask={ask} sent={sentOf(job)} anew={anew} />
      ) : (
        <AskForm
          ask={ask}
          periods={periods}
          text={text}
          change={(next) => {
            forget();
            change(addressOfAsk(next));
          }}
          type={(next) => {
            forget();
            keepText(next);
            type(next);
          }}
          start={() => void start()}
          isSending={isSending}
        />
      )}
      {refused === undefined ? null : <ProblemNote problem={refused} />}
      {job === undefined ? null : <Run key={job} id={job} />}
      {isAnswered ? null : <KeptReplays />}
    </Stack>
  );
}

/** What was asked, in a line, with the way back to the form. What was typed is known to the tab alone that sent it. */
function Asked({ ask, sent, anew }: { readonly ask: Ask; readonly sent: Sent | undefined; readonly anew: () => void }) {
  const tried = [...ask.requests, ...(sent?.definitions === undefined ? [] : ['what was typed'])];
  const says =
    tried.length > 0 ? `, trying out ${tried.join(', ')}` : sent === undefined ? '' : ', with nothing tried out';
  return (
    <Paper withBorder p="sm" component="section" aria-label="What was asked">
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          <strong>{rangeText(ask)}</strong>, {ask.participant ?? 'everybody'}
          {says}
        </Text>
        <Button size="xs" variant="default" onClick={anew}>
          Change what is asked
        </Button>
      </Group>
    </Paper>
  );
}

/** What the address asks; where it says nothing, the last period that is frozen. */
function askedIn(address: Readonly<Record<string, string | undefined>>, periods: readonly Period[]): Ask {
  const last = periods.findLast(({ state }) => state === 'frozen') ?? periods.at(-1);
  const from = address.from ?? last?.period ?? '';
  const to = address.to ?? from;
  return { from, to: laterOf(from, to), participant: address.participant, requests: requestsIn(address) };
}
