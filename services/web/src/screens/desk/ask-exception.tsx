import { Alert, Anchor, Button, Group, List, Paper, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useAddress, useAsOf } from '../../parts/address.ts';
import type { Field, Typed } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { GoTo } from '../../parts/go-to.tsx';
import { Page } from '../../parts/page.tsx';
import { Empty } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';
import { ask, type Sent } from './exception-ask.ts';
import { type Asked, FORMS, isAsked, kindsByGroup } from './exception-forms.ts';
import { useSuggestions } from './exception-suggestions.ts';

/** What is to depart from the rules, for whom, and why? */
export function AskException() {
  const { role } = useMe();
  const asOf = useAsOf();
  const [{ kind }, change] = useAddress();
  const [sent, wait] = useState<Sent>();
  const [typed, type] = useState<Typed>({});
  const chosen = isAsked(kind) ? kind : undefined;
  return (
    <Page
      title="Ask for an exception"
      says="Nothing changes until somebody else has approved it. The request says who asks, why, and until when."
    >
      {role !== 'ops' && role !== 'manager' ? (
        <Empty title="Ops and managers ask">Tell them what should be otherwise, and why.</Empty>
      ) : asOf !== undefined ? (
        <Empty title="This is the past">Go back to now to ask for something.</Empty>
      ) : sent !== undefined ? (
        <SentAlert
          sent={sent}
          again={() => {
            // The next one is often for the same person and period.
            type({ participant: typed.participant ?? '', period: typed.period ?? '' });
            wait(undefined);
          }}
        />
      ) : (
        <Stack>
          <Select
            maw={640}
            label="What is asked for"
            placeholder="Choose a kind"
            searchable
            data={kindsByGroup().map(({ group, items }) => ({ group, items: [...items] }))}
            value={chosen ?? null}
            onChange={(value) => change({ kind: value ?? undefined })}
          />
          {chosen === undefined ? (
            <Kinds choose={(value) => change({ kind: value })} />
          ) : (
            <Paper withBorder p="md" maw={640}>
              <Text size="sm" mb="md">
                {FORMS[chosen].says}
              </Text>
              <Fields kind={chosen} typed={typed} type={type} done={wait} />
            </Paper>
          )}
        </Stack>
      )}
    </Page>
  );
}

function Fields({
  kind,
  typed,
  type,
  done,
}: {
  readonly kind: Asked;
  readonly typed: Typed;
  readonly type: (typed: Typed) => void;
  readonly done: (sent: Sent) => void;
}) {
  const [search] = useAddress();
  const said = (name: string) => typed[name] ?? search[name];
  const offered = useSuggestions({ kind, participant: said('participant'), period: said('period') });
  const fields = FORMS[kind].fields.map(
    (field): Field => ({
      ...field,
      value: field.name === 'kind' ? field.value : (search[field.name] ?? field.value),
      options: field.options ?? offered.options[field.name] ?? [],
      unit: isMoney(field) ? offered.currency : undefined,
    }),
  );
  return (
    <Form
      label="Ask for it"
      fields={fields}
      of={kind}
      kept={[typed, type]}
      columns={2}
      send={(given, key) => ask(kind, given, key)}
      done={done}
    />
  );
}

/** What is said in the currency of the person; that of a quota is said where the quota is. */
function isMoney({ name, is }: Field): boolean {
  return (is === 'amount' || is === 'positive') && name !== 'basis/amount';
}

/** Everything there is, for somebody who does not know the word for it. */
function Kinds({ choose }: { readonly choose: (kind: string) => void }) {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" verticalSpacing="lg">
      {kindsByGroup().map(({ group, items }) => (
        <section key={group} aria-label={group}>
          <Text fw={600} mb={4}>
            {group}
          </Text>
          <List size="sm" spacing={6}>
            {items.map(({ value, label }) => (
              <List.Item key={value}>
                <Anchor component="button" type="button" size="sm" ta="start" onClick={() => choose(value)}>
                  {label}
                </Anchor>
                <Text size="sm" c="dimmed">
                  {isAsked(value) ? FORMS[value].says : ''}
                </Text>
              </List.Item>
            ))}
          </List>
        </section>
      ))}
    </SimpleGrid>
  );
}

function SentAlert({ sent, again }: { readonly sent: Sent; readonly again: () => void }) {
  const { waiting, warnings = [] } = sent;
  return (
    <Stack maw={640}>
      {warnings.length === 0 ? null : (
        <Alert color="orange" variant="light" role="alert" title="It may not be what you mean">
          {warnings.map(({ message }) => (
            <Text key={message} size="sm">
              {message}
            </Text>
          ))}
        </Alert>
      )}
      <Alert
        color={waiting.length === 0 ? 'blue' : 'green'}
        variant="light"
        role="status"
        title={waiting.length === 0 ? 'The same is recorded already' : 'It waits for approval'}
      >
        {waiting.length === 0 ? (
          <GoTo to="/requests" search={{ state: 'all' }}>
            See what was asked for
          </GoTo>
        ) : (
          waiting.map((request) => (
            <GoTo key={request} to={`/requests/${encodeURIComponent(request)}`} fw={600}>
              {request}
            </GoTo>
          ))
        )}
      </Alert>
      <Group>
        <Button variant="default" onClick={again}>
          Ask for another
        </Button>
        <GoTo to="/exceptions" size="sm">
          To the register
        </GoTo>
      </Group>
    </Stack>
  );
}
