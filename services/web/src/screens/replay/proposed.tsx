import { Button, Group, Select, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { $api, api } from '../../api/client.ts';
import { answered } from '../../api/send.ts';
import { useAsOf } from '../../parts/address.ts';
import { ProblemNote } from '../../parts/states.tsx';
import { begunFrom, isBegun } from './begun.ts';

/** Definitions that nobody has asked for yet, as text. */
export function Proposed({ text, type }: { readonly text: string; readonly type: (text: string) => void }) {
  return (
    <Stack gap="sm" mt="xs">
      <Text size="sm" c="dimmed">
        Definitions as YAML or JSON, as in a definition file; several with a line of three dashes between them.
      </Text>
      <Begin
        begin={(next) => type(text.trim() === '' ? next : `${text.trimEnd()}\n---\n${next}`)}
        clear={text === '' ? undefined : () => type('')}
      />
      <Textarea
        label="Definitions"
        autosize
        minRows={6}
        maxRows={24}
        spellCheck={false}
        styles={{ input: { fontFamily: 'ui-monospace, monospace' } }}
        value={text}
        onChange={({ currentTarget: { value } }) => type(value)}
      />
    </Stack>
  );
}

/** Begins with what is in force, to be changed. */
function Begin({ begin, clear }: { readonly begin: (text: string) => void; readonly clear: (() => void) | undefined }) {
  const asOf = useAsOf();
  const [chosen, choose] = useState<string | null>(null);
  const [refused, refuse] = useState<unknown>();
  const found = $api.useQuery('get', '/v1/definitions', { params: { query: { asOf, limit: '500' } } });
  const options = (found.data?.definitions ?? [])
    .filter(({ kind, inForce }) => isBegun(kind) && (kind === 'quota' || inForce !== null))
    .map(({ kind, name, title }) => ({
      value: `${kind}/${name}`,
      label: title === null ? `${kind} ${name}` : `${kind} ${name}: ${title}`,
    }));
  const take = async () => {
    const definition = found.data?.definitions.find(({ kind, name }) => `${kind}/${name}` === chosen);
    if (definition === undefined) return;
    const { kind, name } = definition;
    try {
      const params = { path: { kind, name }, query: { asOf } };
      begin(begunFrom(answered(await api.GET('/v1/definitions/{kind}/{name}', { params }))));
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
          placeholder="A metric, a quota …"
          data={options}
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
