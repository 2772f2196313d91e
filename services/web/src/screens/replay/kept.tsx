import { Alert, Badge, Button, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { $api, api, type Schemas } from '../../api/client.ts';
import { named } from '../../api/send.ts';
import { Action } from '../../parts/action.tsx';
import { useAddress, useAsOf, usePart } from '../../parts/address.ts';
import { EVIDENCE, linesOf, REASON } from '../../parts/field.tsx';
import { GoTo } from '../../parts/go-to.tsx';
import { dayText } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';
import { Totals } from './answer.tsx';
import { addressOfAsk, rangeText } from './ask.ts';
import classes from './replay.module.css';

type Kept = Schemas['KeptReplay'];
type Policy = NonNullable<Kept['policy']>;

const COLOUR: Readonly<Record<Kept['state'], string>> = {
  recorded: 'gray.7',
  waiting: 'orange.9',
  applied: 'blue.9',
  discarded: 'red.9',
};
const WORD: Readonly<Record<Kept['state'], string>> = {
  recorded: 'kept',
  waiting: 'waits for approval',
  applied: 'applied',
  discarded: 'discarded',
};

const WAITS_MS = 2_000;

/** What did a replay come to that somebody kept, and what became of it? */
export function KeptReplay() {
  const replay = usePart('replay');
  const asOf = useAsOf();
  const kept = $api.useQuery(
    'get',
    '/v1/replays/{replay}',
    { params: { path: { replay }, query: { asOf } } },
    // No stream tells of decisions; whoever waits for one sees it all the same.
    { refetchInterval: ({ state: { data } }) => (data?.state === 'waiting' ? WAITS_MS : false) },
  );
  return (
    <Page
      title={`Replay ${replay}`}
      says={kept.data === undefined ? undefined : kept.data.reason}
      actions={kept.data === undefined || asOf !== undefined ? undefined : <Actions kept={kept.data} />}
    >
      <Answer of={kept}>{(data) => <Shown kept={data} />}</Answer>
    </Page>
  );
}

function Shown({ kept }: { readonly kept: Kept }) {
  const { replay, asOf, digest, totals, definitions, waiting, expired, state, policy, participant, recordedBy } = kept;
  const [{ seen }] = useAddress();
  const again = addressOfAsk({ ...kept, participant, requests: definitions.map(({ request }) => request) });
  return (
    <Stack gap="lg" maw={860}>
      {seen === undefined || seen === digest ? null : (
        <Alert color="orange" variant="light" role="alert" title="Not quite what you looked at">
          Something was recorded meanwhile that makes the answer another one. What was kept is the answer as it is
          below; replay it again to see why.
        </Alert>
      )}
      <Paper withBorder p="md" component="section" aria-label="What was kept">
        <Group justify="space-between" align="flex-start">
          <Text fw={600}>
            {rangeText(kept)}, {participant ?? 'everybody'}
          </Text>
          <Badge color={COLOUR[state]} tt="none">
            {WORD[state]}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed" mt={4}>
          As the ledger was at position {asOf}, kept by {recordedBy}.
        </Text>
        {policy === null ? null : (
          <Text size="sm" mt="xs">
            {policyText(policy)}
          </Text>
        )}
        {state === 'waiting' ? (
          <Text size="sm" mt="xs">
            <GoTo to={`/requests/${encodeURIComponent(`replay/${replay}`)}`} fw={600}>
              Its request waits for somebody of finance
            </GoTo>
          </Text>
        ) : null}
        {state === 'applied' ? (
          <Text size="sm" mt="xs">
            Its definitions are in force. What they correct is a line of its own in the first statement that is not
            frozen.
          </Text>
        ) : null}
        <Text size="xs" c="dimmed" mt="xs">
          Digest <span className={classes.digest}>{digest}</span>
        </Text>
      </Paper>
      {Object.entries(totals).map(([currency, sum]) => (
        <Totals key={currency} currency={currency} sum={sum} />
      ))}
      <section aria-label="What it tried out">
        <Title order={2} size="h4" mb="xs">
          What it tried out
        </Title>
        {definitions.length === 0 ? (
          <Text size="sm">Nothing: it says what frozen periods would be as things were known then.</Text>
        ) : (
          <List size="sm">
            {definitions.map(({ request }) => (
              <List.Item key={request}>
                <GoTo to={`/requests/${encodeURIComponent(request)}`}>{request}</GoTo>
                {waiting.includes(request) ? ' waits' : expired.includes(request) ? ' has expired' : ''}
              </List.Item>
            ))}
          </List>
        )}
      </section>
      {definitions.length > 0 && waiting.length < definitions.length ? null : (
        <Button
          variant="default"
          w="fit-content"
          renderRoot={(props) => <Link to="/replay" search={again as never} {...props} />}
        >
          Replay it again, person by person
        </Button>
      )}
    </Stack>
  );
}

const POLICIES = [
  { value: 'true-up', label: 'Paid, or taken back, in the first open period' },
  { value: 'positives-only', label: 'Paid; what takes back is not taken back' },
  { value: 'spread', label: 'Paid, or taken back, in parts over several pay periods' },
  { value: 'waive', label: 'Neither paid nor taken back' },
  { value: 'prospective', label: 'Only from the first day that no frozen period holds' },
] as const;

type Asked = Policy | { readonly by: 'prospective' };

/** What was chosen, as the API takes it. Whether so many periods are possible is for the API to say. */
function policyOf(by: string, over: string): Asked {
  switch (by) {
    case 'positives-only':
      return { by };
    case 'spread':
      return { by, over: Number(over) };
    case 'waive':
      return { by };
    case 'prospective':
      return { by };
    default:
      return { by: 'true-up' };
  }
}

function policyText(policy: Policy): string {
  switch (policy.by) {
    case 'true-up':
      return 'What it corrects is paid, or taken back, in the first open period.';
    case 'positives-only':
      return 'What it corrects is paid; what takes back is not taken back.';
    case 'spread':
      return `What it corrects is paid, or taken back, in equal parts over ${policy.over} pay periods.`;
    case 'waive':
      return 'What it corrects is neither paid nor taken back.';
    case 'prospective':
      return `Its definitions begin on ${dayText(policy.from)}, so that nothing is corrected.`;
    default:
      return policy satisfies never;
  }
}

/** Ops ask that it be applied, or say that it is not to be. */
function Actions({ kept: { replay, digest, state, definitions } }: { readonly kept: Kept }) {
  const { role } = useMe();
  if (role !== 'ops' || state !== 'recorded') return null;
  return (
    <>
      {definitions.length === 0 ? null : (
        <Action
          label="Ask for approval"
          says="Somebody of finance decides on exactly this answer. If the book moves it by then, it is refused, and says what moved."
          button={{ variant: 'filled', size: 'sm' }}
          fields={[
            {
              name: 'policy',
              label: 'What becomes of the corrections',
              as: 'choice',
              options: POLICIES,
              value: 'true-up',
              required: true,
            },
            { name: 'over', label: 'Pay periods', says: 'Where it is paid in parts: over how many.', value: '3' },
            REASON,
            EVIDENCE,
          ]}
          send={({ policy = '', over = '', reason = '', evidence }, key) =>
            api.POST('/v1/replays/{replay}/application', {
              params: { path: { replay }, header: named(key) },
              body: { digest, policy: policyOf(policy, over), reason, evidence: linesOf(evidence) },
            })
          }
        />
      )}
      <Action
        label="Discard"
        says="It is not to be applied. Its definitions go on waiting, and are declined by themselves."
        button={{ size: 'sm' }}
        fields={[REASON]}
        send={({ reason = '' }, key) =>
          api.POST('/v1/replays/{replay}/discard', {
            params: { path: { replay }, header: named(key) },
            body: { reason },
          })
        }
      />
    </>
  );
}
