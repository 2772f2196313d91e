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
import { useDraft } from './draft.ts';
import { type Kind, kindNamed } from './kinds.ts';
import { kindsFor, type TemplateKind, templateOf } from './templates.ts';

/** What would a definition say that nobody has asked for yet? */
export function NewDefinition() {
  const { role } = useMe();
  const [{ kind: asked, name, version }, change] = useAddress();
  const kinds = kindsFor(role);
  const kind = kinds.find((each) => each === asked) ?? kinds[0];
  if (kind === undefined) {
    return (
      <Page title="New definition">
        <Empty title="Somebody else proposes what rules">Ops do, and finance approves it.</Empty>
      </Page>
    );
  }
  const known = kindNamed(kind);
  const { title, says, isRecorded = false } = templateOf(kind);
  if (name !== undefined && known !== undefined) {
    return (
      <Page
        title={isRecorded ? `Change of ${title.toLowerCase()}` : `New version of ${name}`}
        says={
          isRecorded ? 'It takes effect once you record it.' : 'Nothing is different until somebody else approves it.'
        }
      >
        <FromVersion kind={known} name={name} version={version} label={title} isRecorded={isRecorded} />
      </Page>
    );
  }
  return (
    <Page title="New definition" says={says}>
      <Select
        label="Kind"
        maw={320}
        allowDeselect={false}
        data={kinds.map((value) => ({ value, label: templateOf(value).title }))}
        value={kind}
        onChange={(value) => change({ kind: value ?? undefined })}
      />
      <FromTemplate key={kind} kind={kind} />
    </Page>
  );
}

function FromTemplate({ kind }: { readonly kind: TemplateKind }) {
  // The day of the ledger, which is not always that of the browser.
  const today = $api.useQuery('get', '/v1/definitions', { params: { query: { limit: '1' } } });
  const { title, text, isRecorded = false } = templateOf(kind);
  return (
    <Answer of={today}>
      {({ on }) => <Propose draft={kind} begun={text(on.slice(0, 4))} label={title} isRecorded={isRecorded} />}
    </Answer>
  );
}

/** What the version said that one begins with; why it changes is for whoever changes it to say. */
function FromVersion({
  kind,
  name,
  version,
  ...rest
}: {
  readonly kind: Kind;
  readonly name: string;
  readonly version: string | undefined;
  readonly label: string;
  readonly isRecorded: boolean;
}) {
  // What one types in is not read again under it.
  const words = $api.useQuery(
    'get',
    '/v1/definitions/{kind}/{name}/words',
    { params: { path: { kind, name }, query: { version } } },
    { staleTime: Number.POSITIVE_INFINITY },
  );
  return (
    <Answer of={words}>
      {({ text }) =>
        text === null ? (
          <Empty title="What it says cannot be shown as a text">Send its file with ledger define.</Empty>
        ) : (
          <Propose draft={`${kind}/${name}@${version}`} begun={withoutReason(text)} {...rest} />
        )
      }
    </Answer>
  );
}

/** The first reason of a file is that of the definition. */
function withoutReason(text: string): string {
  return text.replace(/^( *)reason:.*(?:\n\1 +.*)*$/m, '$1reason:');
}

type Recorded = Paths['/v1/definitions']['post']['responses'][201]['content']['application/json'];

/** A definition as text, and the button that asks for it. */
function Propose({
  draft,
  begun,
  label,
  isRecorded,
}: {
  /** What it is a draft of. */
  readonly draft: string;
  readonly begun: string;
  readonly label: string;
  readonly isRecorded: boolean;
}) {
  const [text, type, drop] = useDraft(draft, begun);
  const [isValid, judge] = useState(false);
  const [recorded, record] = useState<Recorded>();
  const { send, refused, isSending, forget } = useSending();
  if (recorded !== undefined) return <Waits of={recorded} again={() => record(undefined)} />;
  const propose = async () => {
    const answer = await send((key) =>
      api.POST('/v1/definitions', { params: { header: named(key) }, ...asText(text) }),
    );
    record(answer);
    if (answer !== undefined) drop();
  };
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
            {isRecorded ? 'Record' : 'Propose'}
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
