import { Badge, Group, List, Paper, Stack, Table, Text, Timeline, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useAgain } from '../../api/again.ts';
import { $api, api, type Schemas } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import { named } from '../../api/send.ts';
import { Action } from '../../parts/action.tsx';
import { useAsOf, usePart } from '../../parts/address.ts';
import { EVIDENCE, linesOf, REASON } from '../../parts/field.tsx';
import { GoTo } from '../../parts/go-to.tsx';
import { asSaid, dayText } from '../../parts/moment.tsx';
import { Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { MendIt } from '../../parts/place.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { capital } from '../../parts/words.ts';
import { useMe } from '../../shell/me.tsx';
import { AfterFreeze } from './after-freeze.tsx';
import { ApproveAction } from './request-actions.tsx';

type Close = Schemas['GuidedClose'];
type Step = Close['steps'][number];

/** How far is the close of a period, and what is missing? */
export function CloseBoard() {
  const period = usePart('period');
  const asOf = useAsOf();
  const close = $api.useQuery('get', '/v1/periods/{period}/close', { params: { path: { period }, query: { asOf } } });
  const again = useAgain('/v1/');
  // What somebody else does to the period is here as they do it.
  const live = useLive(`/v1/periods/${period}/stream`, asOf === undefined ? close.data?.asOf : undefined, again);
  return (
    <Page
      title={`Close of ${period}`}
      says={close.data === undefined ? undefined : saysOf(close.data, live === 'live')}
      actions={asOf === undefined && close.data !== undefined ? <Actions close={close.data} /> : undefined}
    >
      <Answer of={close}>
        {(data) => (
          <>
            <Stack gap="xl">
              {/* What is done is looked up; what is to do stands first. */}
              {data.state === 'frozen' ? <AfterFreeze period={period} /> : <Steps close={data} />}
              <Preview period={period} state={data.state} />
              {data.state === 'frozen' ? <Steps close={data} /> : null}
            </Stack>
          </>
        )}
      </Answer>
    </Page>
  );
}

function saysOf({ from, to, state, today }: Close, isLive: boolean): string {
  const days = `${dayText(from)} to ${dayText(to)} (the day after). Today is ${dayText(today)}.`;
  return `${days} The period is ${state}.${isLive ? ' What others do appears here at once.' : ''}`;
}

const COLOUR = { done: 'green', now: 'indigo', advice: 'yellow', later: 'gray' } as const;
const WORD = { done: 'done', now: 'to do now', advice: 'better before', later: 'later' } as const;

function Steps({ close: { period, steps, next, state } }: { readonly close: Close }) {
  const active = steps.findLastIndex(({ state }) => state === 'done');
  return (
    <Timeline active={active} bulletSize={22} lineWidth={2} aria-label="Steps of the close" role="list">
      {steps.map((step) => (
        <Timeline.Item
          key={step.step}
          role="listitem"
          aria-current={step.step === next ? 'step' : undefined}
          bullet={step.state === 'done' ? <IconCheck size={13} aria-hidden /> : undefined}
          color={COLOUR[step.state]}
          title={
            <Group gap="xs" component="span">
              <Text span fw={step.state === 'now' ? 700 : 500}>
                {step.title}
              </Text>
              {step.state === 'done' ? null : (
                <Badge size="sm" variant="light" color={COLOUR[step.state]}>
                  {step.state === 'advice' && state === 'frozen' ? 'still open' : WORD[step.state]}
                </Badge>
              )}
            </Group>
          }
        >
          <Text size="sm" c="dimmed">
            {asSaid(step.says)}
          </Text>
          <Missing step={step} period={period} />
          <Who step={step} />
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

/** What is in the way, each with the place where one mends it. */
function Missing({ step: { causes }, period }: { readonly step: Step; readonly period: string }) {
  if (causes.length === 0) return null;
  return (
    <List size="sm" mt={4} spacing={2}>
      {causes.map((each) => (
        <List.Item key={`${each.code} ${each.says}`}>
          <Text span inherit>
            {saidOf(each)}{' '}
          </Text>
          <MendIt of={each} period={period} />
        </List.Item>
      ))}
    </List>
  );
}

/** A request is told by what it asks for: its name is for programs. */
function saidOf({ about: [about], says }: Step['causes'][number]): string {
  const rest = about !== undefined && says.startsWith(`${about} `) ? says.slice(about.length + 1) : says;
  return asSaid(capital(rest));
}

function Who({ step: { state, who } }: { readonly step: Step }) {
  if (state === 'done' || who.roles.length === 0) return null;
  const not = who.not.length === 0 ? '' : `, but not ${who.not.join(', ')}`;
  const before = who.before.length === 0 ? '' : `; ${who.before.join(', ')} did it before`;
  return (
    <Text size="xs" c="dimmed" mt={2}>
      Who: {who.roles.join(' or ')}
      {not}
      {before}
    </Text>
  );
}

/** What somebody can do about the close here and now; the API says to whom it is allowed. */
function Actions({ close: { period, steps, state } }: { readonly close: Close }) {
  const { role } = useMe();
  const stateOf = (name: Step['step']) => steps.find(({ step }) => step === name)?.state;
  const blocked = steps.some(({ step, missing }) => step === 'blockers' && missing.length > 0);
  const advised = steps.some(({ state: each }) => each === 'advice');
  if (role === 'ops' && stateOf('request') === 'now') {
    return (
      <Action
        label="Ask for the freeze"
        says="Pins what the log knows when somebody of finance approves it. What is learned later becomes a correction."
        button={{ variant: 'filled', size: 'sm' }}
        fields={[
          { ...REASON, value: 'Close of the period.' },
          EVIDENCE,
          ...(blocked || advised
            ? [
                {
                  name: 'despite',
                  label: 'Why what is still in the way is no reason to wait',
                  as: 'text' as const,
                  says: 'Left empty, the freeze is refused where a request that would move the period waits.',
                },
              ]
            : []),
        ]}
        send={({ reason = '', evidence, despite = '' }, key) =>
          api.POST('/v1/periods/{period}/freeze', {
            params: { path: { period }, header: named(key) },
            body: { reason, evidence: linesOf(evidence), ...(despite === '' ? {} : { despite }) },
          })
        }
      />
    );
  }
  if (state === 'freezing' && (role === 'ops' || role === 'finance')) {
    return (
      <Action
        label="Go on with the freeze"
        says="It was interrupted. What was written is not written again."
        fields={[]}
        send={(_, key) =>
          api.POST('/v1/periods/{period}/freeze/continuation', { params: { path: { period }, header: named(key) } })
        }
      />
    );
  }
  if (role === 'finance' && stateOf('approve') === 'now') return <ApproveFreeze request={`freeze/${period}`} />;
  return null;
}

/** Binds the request as it was shown: one that was made anew since is another one. */
function ApproveFreeze({ request }: { readonly request: string }) {
  const asked = $api.useQuery('get', '/v1/requests/{request}', { params: { path: { request } } });
  if (asked.data === undefined) return null;
  return <ApproveAction request={request} hash={asked.data.request.hash} label="Approve and freeze" />;
}

/** What the freeze would write, or has written: each person's total. */
function Preview({ period, state }: { readonly period: string; readonly state: Close['state'] }) {
  const asOf = useAsOf();
  const statements = $api.useQuery(
    'get',
    '/v1/periods/{period}/statements',
    { params: { path: { period }, query: { asOf, limit: '500' } } },
    { enabled: state !== 'not open' },
  );
  if (state === 'not open') return null;
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} size="h4" mb="sm">
        {state === 'frozen' ? 'What was frozen' : 'What a freeze would write now'}
      </Title>
      <Answer of={statements}>
        {({ statements: rows, totals, next }) =>
          rows.length === 0 ? (
            <Empty title="There is no statement">Assign a plan to somebody who sold something in the period.</Empty>
          ) : (
            <Table aria-label="Statements of the period">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Person</Table.Th>
                  <Table.Th ta="end">Total</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map(({ participant, name, total, currency, problem }) => (
                  <Table.Tr key={participant}>
                    <Table.Td>
                      <GoTo to={`/statements/${period}/${participant}`}>{name ?? participant}</GoTo>
                    </Table.Td>
                    <Table.Td ta="end">
                      {total === null ? (
                        <Text size="sm">{problem?.message}</Text>
                      ) : (
                        <Money amount={total} currency={currency} />
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
              <Table.Tfoot>
                {next === null ? null : (
                  <Table.Tr>
                    <Table.Td colSpan={2}>
                      Those are the first {rows.length}.{' '}
                      <GoTo to="/payouts" search={{ period }}>
                        All of them
                      </GoTo>
                    </Table.Td>
                  </Table.Tr>
                )}
                {Object.entries(totals).map(([currency, total]) => (
                  <Table.Tr key={currency}>
                    <Table.Th>Together</Table.Th>
                    <Table.Th ta="end">
                      <Money amount={total} currency={currency} />
                    </Table.Th>
                  </Table.Tr>
                ))}
              </Table.Tfoot>
            </Table>
          )
        }
      </Answer>
    </Paper>
  );
}
