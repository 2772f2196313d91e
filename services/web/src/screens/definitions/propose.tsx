import { Alert, Button, Group, List, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { $api, api, type Paths } from '../../api/client.ts';
import { named, useSending } from '../../api/send.ts';
import { useAddress } from '../../parts/address.ts';
import { asText } from '../../parts/definition-check.ts';
import { DefinitionText } from '../../parts/definition-text.tsx';
import { GoTo } from '../../parts/go-to.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer, Empty, ProblemNote } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';
import { useScreens } from '../../shell/screens.tsx';
import { isFor } from '../screen.ts';
import { kindsFor, TEMPLATES } from './templates.ts';

/** What would a definition say that nobody has asked for yet? */
export function NewDefinition() {
  const { role } = useMe();
  const [{ kind: asked = '' }, change] = useAddress();
  const kinds = kindsFor(role);
  const kind = kinds.find((each) => each === asked) ?? kinds[0];
  // The day of the ledger, which is not always that of the browser.
  const today = $api.useQuery('get', '/v1/definitions', { params: { query: { limit: '1' } } });
  if (kind === undefined) {
    return (
      <Page title="New definition">
        <Empty title="Somebody else proposes what rules">Ops do, and finance approves it.</Empty>
      </Page>
    );
  }
  return (
    <Page title="New definition" says={TEMPLATES[kind].says}>
      <Select
        label="Kind"
        maw={320}
        allowDeselect={false}
        data={kinds.map((value) => ({ value, label: TEMPLATES[value].title }))}
        value={kind}
        onChange={(value) => change({ kind: value ?? undefined })}
      />
      <Answer of={today}>
        {({ on }) => <Propose key={kind} begun={TEMPLATES[kind].text(on.slice(0, 4))} label={TEMPLATES[kind].title} />}
      </Answer>
    </Page>
  );
}

type Recorded = Paths['/v1/definitions']['post']['responses'][201]['content']['application/json'];

/** A definition as text, and the button that asks for it. */
export function Propose({ begun, label }: { readonly begun: string; readonly label: string }) {
  const [text, type] = useState(begun);
  const [isValid, judge] = useState(false);
  const [recorded, record] = useState<Recorded>();
  const { send, refused, isSending, forget } = useSending();
  if (recorded !== undefined) return <Waits of={recorded} again={() => record(undefined)} />;
  const propose = async () =>
    record(await send((key) => api.POST('/v1/definitions', { params: { header: named(key) }, ...asText(text) })));
  return (
    <Stack gap="sm">
      <DefinitionText
        label={label}
        text={text}
        change={(next) => {
          type(next);
          forget();
        }}
        valid={judge}
      />
      {refused === undefined ? null : <ProblemNote problem={refused} />}
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          YAML or JSON, as the page on definition files describes it.
        </Text>
        <Group gap="xs">
          <Button variant="default" disabled={text === begun} onClick={() => type(begun)}>
            Begin again
          </Button>
          <Button disabled={!isValid} loading={isSending} onClick={() => void propose()}>
            Propose
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}

/** What waits now, and where one sees what it would move. */
function Waits({ of: { waiting, outcomes }, again }: { readonly of: Recorded; readonly again: () => void }) {
  const { role } = useMe();
  const screens = useScreens();
  const replay = screens.find(({ path }) => path === '/replay');
  const isNew = outcomes.some(({ events }) => events.length > 0);
  const title =
    waiting.length > 0 ? 'It waits for approval' : isNew ? 'It is recorded, and holds' : 'The ledger says this already';
  return (
    <Alert color="teal" variant="light" role="status" title={title}>
      <Stack gap="sm">
        {waiting.length === 0 ? null : (
          <>
            <Text size="sm">Nothing is different until somebody of finance has approved it.</Text>
            <List size="sm">
              {waiting.map((name) => (
                <List.Item key={name}>
                  <GoTo to={`/requests/${encodeURIComponent(name)}`} fw={600}>
                    {name}
                  </GoTo>
                  {replay === undefined || !isFor(replay, role) ? null : (
                    <>
                      {' · '}
                      <GoTo to="/replay" search={{ requests: name }}>
                        What it would move
                      </GoTo>
                    </>
                  )}
                </List.Item>
              ))}
            </List>
          </>
        )}
        <Button variant="default" size="xs" w="fit-content" onClick={again}>
          Change the text
        </Button>
      </Stack>
    </Alert>
  );
}
