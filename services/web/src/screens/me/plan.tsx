import { Badge, Button, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { $api, api } from '../../api/client.ts';
import { named, useSending } from '../../api/send.ts';
import { useAsOf } from '../../parts/address.ts';
import { dayText } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Sentence } from '../../parts/sentence.tsx';
import { Answer, Empty, ProblemNote } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';
import type { Letters } from './answers.ts';
import classes from './me.module.css';

type Plan = Letters['plans'][number];
type Version = Plan['versions'][number];

/** What does my plan say, in plain words, and what has changed in it? */
export function MyPlan() {
  const me = useMe();
  const asOf = useAsOf();
  const letters = $api.useQuery('get', '/v1/participants/{participant}/plans', {
    params: { path: { participant: me.id }, query: { asOf } },
  });
  if (letters.error?.code === 'not_found') {
    return (
      <Page title="My plan">
        <Empty title="You are under no plan">
          Nobody with your id is paid by this ledger. Ask ops if that is wrong.
        </Empty>
      </Page>
    );
  }
  return (
    <Page title="My plan" says="Every rule that you are paid by, in sentences. The same version always reads the same.">
      <Answer of={letters}>
        {({ plans, quotas }) => (
          <Stack>
            {quotas.length === 0 ? null : (
              <Paper withBorder p="sm" component="section" aria-label="Quotas">
                <Title order={2} size="h4">
                  Your quotas
                </Title>
                <List size="sm">
                  {quotas.map(({ metric, year, says }) => (
                    <List.Item key={`${metric} ${year}`}>{says}</List.Item>
                  ))}
                </List>
              </Paper>
            )}
            {plans.length === 0 ? (
              <Empty title="No plan has been assigned to you yet">Ops assign one; it is then here to be read.</Empty>
            ) : null}
            {plans.map((plan) => (
              <PlanLetter key={`${plan.plan} ${plan.from}`} plan={plan} isNow={asOf === undefined} />
            ))}
          </Stack>
        )}
      </Answer>
    </Page>
  );
}

function PlanLetter({ plan, isNow }: { readonly plan: Plan; readonly isNow: boolean }) {
  const { title, from, to, versions } = plan;
  const [newest, ...older] = versions;
  if (newest === undefined) return null;
  return (
    <Paper withBorder p="sm" component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text size="sm" c="dimmed">
        Yours from {dayText(from)}
        {to === null ? '' : `, up to ${dayText(to)}`}.
      </Text>
      <VersionLetter plan={plan.plan} version={newest} isNow={isNow} />
      {older.map((version) => (
        <details key={version.version} className={classes.line}>
          <summary>
            <span>
              Version {version.version}, from {dayText(version.from)}
            </span>
          </summary>
          <div className={classes.inside}>
            <VersionLetter plan={plan.plan} version={version} isNow={isNow} />
          </div>
        </details>
      ))}
    </Paper>
  );
}

function VersionLetter({
  plan,
  version,
  isNow,
}: {
  readonly plan: string;
  readonly version: Version;
  readonly isNow: boolean;
}) {
  return (
    <Stack gap="xs" mt="xs">
      <Group gap="xs">
        <Text fw={600}>
          Version {version.version}, from {dayText(version.from)}
        </Text>
        {version.isInForce ? (
          <Badge variant="outline" color="blue">
            in force
          </Badge>
        ) : null}
        {version.isAcknowledged ? (
          <Badge variant="outline" color="gray">
            acknowledged
          </Badge>
        ) : null}
      </Group>
      <Text size="sm">
        {version.reason} Approved by {version.approvedBy}.
      </Text>
      <Changes version={version} />
      {version.sections.map(({ component, title, clauses }) => (
        <section key={component ?? ''}>
          <Title order={3} size="h5">
            {title}
          </Title>
          <List size="sm">
            {clauses.map(({ field, says }) => (
              <List.Item key={`${field} ${says}`}>
                <Sentence says={says} />
              </List.Item>
            ))}
          </List>
        </section>
      ))}
      {version.isAcknowledged || !isNow ? null : <Acknowledge plan={plan} version={version.version} />}
    </Stack>
  );
}

function Changes({ version: { changes, version } }: { readonly version: Version }) {
  if (changes.length === 0) return null;
  return (
    <Paper withBorder p="xs" component="section" aria-label={`What version ${version} changes`}>
      <Text fw={600} size="sm">
        What is otherwise than in version {version - 1}
      </Text>
      <List size="sm">
        {changes.map(({ title, before, after }) => (
          <List.Item key={`${title} ${before.join()} ${after.join()}`}>
            {title}:{' '}
            {before.map((says) => (
              <del key={says}>
                <Sentence says={says} />{' '}
              </del>
            ))}
            {after.map((says) => (
              <ins key={says}>
                <Sentence says={says} />{' '}
              </ins>
            ))}
          </List.Item>
        ))}
      </List>
    </Paper>
  );
}

function Acknowledge({ plan, version }: { readonly plan: string; readonly version: number }) {
  const { send, refused, isSending } = useSending();
  const acknowledge = (key: string) =>
    api.POST('/v1/acknowledgements', { body: { plan, version }, params: { header: named(key) } });
  return (
    <Stack className={classes.noPrint} gap="xs" py="sm" align="flex-start">
      {refused === undefined ? null : <ProblemNote problem={refused} />}
      <Button loading={isSending} onClick={() => void send(acknowledge)}>
        I have read version {version} and accept it
      </Button>
    </Stack>
  );
}
