import { Badge, Button, Grid, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { $api, api } from '../../api/client.ts';
import { named } from '../../api/send.ts';
import { Action } from '../../parts/action.tsx';
import { useAddress, useAsOf, useGo, usePart } from '../../parts/address.ts';
import { REASON } from '../../parts/field.tsx';
import { GoTo } from '../../parts/go-to.tsx';
import { dayText, Instant } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';
import classes from './definitions.module.css';
import { type Kind, kindNamed, nameOf, oneOf, type Version, type Versioned } from './kinds.ts';
import { kindsFor, templateOf } from './templates.ts';
import { Now } from './unversioned.tsx';
import { VersionSaid } from './version.tsx';
import { useWaiting } from './waiting.ts';

/** What does this say, since when, why, and what did it say before? */
export function Definition() {
  const asOf = useAsOf();
  const [kind, name] = [kindNamed(usePart('kind')), usePart('name')];
  if (kind === undefined) {
    return (
      <Page title="Definitions">
        <Empty title="There is no such kind of definition">
          <GoTo to="/definitions">See all of them</GoTo>
        </Empty>
      </Page>
    );
  }
  return <Named key={`${kind} ${name} ${asOf}`} kind={kind} name={name} />;
}

interface Which {
  readonly kind: Kind;
  readonly name: string;
}

function Named({ kind, name }: Which) {
  const asOf = useAsOf();
  const [{ version }] = useAddress();
  const answer = $api.useQuery('get', '/v1/definitions/{kind}/{name}', {
    params: { path: { kind, name }, query: { asOf } },
  });
  const definition = answer.data?.definition;
  const title = definition !== undefined && 'versions' in definition ? definition.versions.at(-1)?.title : undefined;
  return (
    <Page
      title={nameOf({ kind, name, title: title ?? null })}
      says={
        <Group gap="xs">
          <Badge variant="default">{oneOf(kind)}</Badge>
          {title === undefined ? null : <span>{name}</span>}
          {answer.data === undefined ? null : <InForce {...answer.data} />}
        </Group>
      }
      actions={<Actions kind={kind} name={name} isLoaded={definition !== undefined} />}
    >
      {answer.error?.code === 'not_found' && version !== undefined ? (
        <VersionSaid kind={kind} name={name} version={Number(version)} versions={[]} />
      ) : (
        <Answer of={answer}>
          {({ definition: found, inForce, history = [] }) =>
            'versions' in found ? (
              <History kind={kind} name={name} of={found} inForce={inForce} />
            ) : (
              <Now of={found} name={name} changes={history} />
            )
          }
        </Answer>
      )}
    </Page>
  );
}

function InForce({
  on,
  inForce,
  definition,
}: {
  readonly on: string;
  readonly inForce: number | null;
  readonly definition: object;
}) {
  if (!('versions' in definition)) return null;
  const retiredFrom = 'retiredFrom' in definition ? (definition.retiredFrom as string | null) : null;
  return (
    <>
      <span>
        {inForce === null ? `not in force on ${dayText(on)}` : `version ${inForce} is in force on ${dayText(on)}`}
      </span>
      {retiredFrom === null ? null : <Badge color="gray.7">ends {dayText(retiredFrom)}</Badge>}
    </>
  );
}

const ENDS: Readonly<Partial<Record<Kind, string>>> = {
  plan: 'From that day on it pays nothing.',
  metric: 'From that day on it counts nothing.',
  crediting: 'From that day on it credits nobody.',
  jurisdiction: 'From that day on it says nothing.',
};

function Actions({ kind, name, isLoaded }: Which & { readonly isLoaded: boolean }) {
  const { role } = useMe();
  const asOf = useAsOf();
  const go = useGo();
  const [{ version }] = useAddress();
  if (!isLoaded || asOf !== undefined) return null;
  const proposes = kindsFor(role).find((each) => each === kind);
  const ends = ENDS[kind];
  return (
    <>
      {proposes === undefined ? null : (
        <Button size="xs" onClick={() => go('/definitions/new', { kind, name, version })}>
          {templateOf(proposes).isRecorded === true ? 'Record a change' : 'Propose a new version'}
        </Button>
      )}
      {role !== 'finance' || ends === undefined ? null : (
        <Action
          label="Retire"
          says={`${ends} What is frozen stays as it is; open periods are calculated anew.`}
          fields={[{ name: 'effectiveFrom', label: 'From', as: 'date', required: true }, REASON]}
          send={({ effectiveFrom = '', reason = '' }, key) =>
            api.POST('/v1/definitions/{kind}/{name}/retirement', {
              params: { path: { kind: kind as Versioned['kind'], name }, header: named(key) },
              body: { effectiveFrom, reason },
            })
          }
        />
      )}
    </>
  );
}

function History({ kind, name, of, inForce }: Which & { readonly of: Versioned; readonly inForce: number | null }) {
  const [{ version: asked }] = useAddress();
  const versions: readonly Version[] = of.versions;
  const chosen = /^[1-9]\d{0,5}$/.test(asked ?? '') ? Number(asked) : versions.at(-1)?.version;
  if (chosen === undefined) return <Empty title="It has no version yet">What waits is among the approvals.</Empty>;
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Stack>
          <Paper withBorder p="md" component="section" aria-label="Versions">
            <Title order={2} size="h4" mb="xs">
              Time line
            </Title>
            <ol className={classes.versions}>
              <WaitingVersions kind={kind} name={name} chosen={chosen} />
              {versions.toReversed().map((each) => (
                <VersionItem
                  key={each.version}
                  kind={kind}
                  name={name}
                  of={each}
                  isChosen={each.version === chosen}
                  isInForce={each.version === inForce}
                />
              ))}
            </ol>
          </Paper>
          {kind === 'plan' ? <Assigned plan={name} /> : null}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 8 }}>
        <VersionSaid kind={kind} name={name} version={chosen} versions={versions} />
      </Grid.Col>
    </Grid>
  );
}

/** Who sees every request, and what it asks for. */
const SEES_REQUESTS = ['ops', 'finance', 'auditor', 'admin'];

/** What waits for a decision would come after everything that is there. */
function WaitingVersions({ kind, name, chosen }: Which & { readonly chosen: number }) {
  const { role } = useMe();
  const own = useWaiting(`${kind}/${name}@`);
  return own.map(({ name: request, reason, requestedBy, requestedAt }) => {
    const version = request.slice(request.lastIndexOf('@') + 1);
    const path = `/requests/${encodeURIComponent(request)}`;
    const isChosen = String(chosen) === version;
    return (
      <li key={request} data-waits data-chosen={isChosen ? true : undefined}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {role === 'admin' || role === 'manager' ? (
              `Version ${version}`
            ) : (
              <GoTo
                to={`/definitions/${kind}/${encodeURIComponent(name)}`}
                search={{ version }}
                aria-current={isChosen ? 'true' : undefined}
              >
                Version {version}
              </GoTo>
            )}
          </Text>
          <Badge size="sm" color="grape.8">
            waits for approval
          </Badge>
        </Group>
        <Text size="sm">{reason}</Text>
        <Text size="xs" c="dimmed">
          Asked by {requestedBy}, <Instant at={requestedAt} />. <GoTo to={path}>The request</GoTo>
        </Text>
      </li>
    );
  });
}

function VersionItem({
  kind,
  name,
  of: { version, from, to, reason, requestedBy, approvedBy, recordedAt },
  isChosen,
  isInForce,
}: Which & { readonly of: Version; readonly isChosen: boolean; readonly isInForce: boolean }) {
  const { role } = useMe();
  return (
    <li data-chosen={isChosen ? true : undefined}>
      <Group gap="xs">
        <Text size="sm" fw={600}>
          <GoTo
            to={`/definitions/${kind}/${encodeURIComponent(name)}`}
            search={{ version: String(version) }}
            aria-current={isChosen ? 'true' : undefined}
          >
            Version {version}
          </GoTo>
        </Text>
        {isInForce ? (
          <Badge size="sm" variant="outline" color="blue">
            in force
          </Badge>
        ) : null}
      </Group>
      <Text size="sm">
        From {dayText(from)}
        {to === null ? '' : `, up to ${dayText(to)}`}
      </Text>
      <Text size="sm">{reason}</Text>
      <Text size="xs" c="dimmed">
        Asked by {requestedBy}, approved by {approvedBy}, <Instant at={recordedAt} />.{' '}
        {SEES_REQUESTS.includes(role) ? (
          <GoTo to={`/requests/${encodeURIComponent(`${kind}/${name}@${version}`)}`}>The request</GoTo>
        ) : null}
      </Text>
    </li>
  );
}

/** People of a page of the list; there are rarely more. */
const MOST = 500;

function Assigned({ plan }: { readonly plan: string }) {
  const { role } = useMe();
  const asOf = useAsOf();
  const people = $api.useQuery(
    'get',
    '/v1/participants',
    { params: { query: { asOf, limit: String(MOST) } } },
    { enabled: role !== 'rep' },
  );
  // Who sees people without their plans is told nothing of them.
  if (people.data === undefined || people.data.participants.every(({ plans }) => plans === null)) return null;
  const own = people.data.participants.filter(({ plans }) => plans?.includes(plan) === true);
  return (
    <Paper withBorder p="md" component="section" aria-label="Who earns under it">
      <Title order={2} size="h4">
        Who earns under it
      </Title>
      <Text size="sm">
        {own.length === 0
          ? `Nobody on ${dayText(people.data.on)}.`
          : own.map(({ participant, name }) => name ?? participant).join(', ')}
        {people.data.next === null ? '' : ` Of the first ${MOST} people.`}
      </Text>
    </Paper>
  );
}
