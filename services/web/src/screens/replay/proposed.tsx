import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { $api, type AnswerOf, api } from '../../api/client.ts';
import { answered } from '../../api/send.ts';
import { useAsOf } from '../../parts/address.ts';
import { DefinitionText } from '../../parts/definition-text.tsx';
import { ProblemNote } from '../../parts/states.tsx';

type Listed = AnswerOf<'/v1/definitions'>['definitions'][number];

/** Kinds that wait for approval when they are asked for: what is tried out of them can be kept. */
const WAITING: ReadonlySet<Listed['kind']> = new Set(['metric', 'plan', 'quota', 'crediting', 'jurisdiction']);

/** Definitions that nobody has asked for yet, as text that is checked as one types. */
export function Proposed({ text, type }: { readonly text: string; readonly type: (text: string) => void }) {
  return (
    <Stack gap="sm" mt="xs">
      <Text size="sm" c="dimmed">
        Definitions as in a definition file, YAML or JSON; several with a line of three dashes between them. With the
        day on which it begins left as it is, a definition corrects from there on.
      </Text>
      <Begin
        begin={(next) => type(text.trim() === '' ? next : `${text.trimEnd()}\n---\n${next}`)}
        clear={text === '' ? undefined : () => type('')}
      />
      <DefinitionText label="Definitions" text={text} change={type} isTriedOut rows={24} />
    </Stack>
  );
}

/** Begins with what is in force, to be changed. */
function Begin({ begin, clear }: { readonly begin: (text: string) => void; readonly clear: (() => void) | undefined }) {
  const asOf = useAsOf();
  const [chosen, choose] = useState<string | null>(null);
  const [refused, refuse] = useState<unknown>();
  const found = $api.useQuery('get', '/v1/definitions', { params: { query: { asOf, limit: '500' } } });
  const listed = (found.data?.definitions ?? []).filter(({ kind }) => WAITING.has(kind));
  const nameOf = ({ kind, name }: Listed) => `${kind} ${name}`;
  const take = async () => {
    const definition = listed.find((each) => nameOf(each) === chosen);
    if (definition === undefined) return;
    const { kind, name, inForce } = definition;
    const version = inForce === null ? undefined : String(inForce);
    try {
      const params = { path: { kind, name }, query: { asOf, version } };
      const { text } = answered(await api.GET('/v1/definitions/{kind}/{name}/words', { params }));
      if (text !== null) begin(text);
      refuse(undefined);
      choose(null);
    } catch (thrown) {
      refuse(thrown);
    }
  };
  return (
    <>
      <Group align="flex-end" gap="sm">
        <Select
          label="Begin with what is in force"
          placeholder="A metric, a plan, a quota …"
          data={listed.map((each) => ({
            value: nameOf(each),
            label: each.title === null ? nameOf(each) : `${nameOf(each)}: ${each.title}`,
          }))}
          searchable
          limit={50}
          value={chosen}
          onChange={choose}
          miw={260}
          style={{ flex: '0 1 26rem' }}
        />
        <Button variant="default" disabled={chosen === null} onClick={() => void take()}>
          Take its text
        </Button>
        {clear === undefined ? null : (
          <Button variant="subtle" onClick={clear}>
            Clear
          </Button>
        )}
      </Group>
      {refused === undefined ? null : <ProblemNote problem={refused} />}
    </>
  );
}
