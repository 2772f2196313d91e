import { Accordion, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { OwnerFields, Part, SharesFields } from './credits-fields.tsx';
import type { Head } from './file.ts';
import { FromField } from './from-field.tsx';
import { changed, IN_TEXT_ONLY, type Mapping, mapIn, textIn, type Yaml } from './mapping.ts';
import { AttributeFields, FormatFields, LineFields, OnlyFields } from './more-fields.tsx';
import { StatusFields } from './status-fields.tsx';

const COLS = { base: 1, xs: 2, md: 3 } as const;

/** Which column is which field of a deal. */
export function ColumnsForm({
  head,
  mapping,
  change,
  errorOf,
}: {
  readonly head: Head;
  readonly mapping: Mapping;
  readonly change: (mapping: Mapping) => void;
  /** What the ledger has said of a field, by its path in the mapping. */
  readonly errorOf: (field: string) => string | undefined;
}) {
  const put = (changes: Readonly<Record<string, Yaml | undefined>>) => change(changed(mapping, changes));
  const field = (
    name: string,
    label: string,
    how: { says?: string; required?: boolean; mayBeFixed?: boolean } = {},
  ) => (
    <FromField
      label={label}
      head={head}
      field={mapping[name]}
      change={(next) => put({ [name]: next })}
      error={errorOf(name)}
      {...how}
    />
  );
  const all = { head, mapping, change: put, errorOf };
  const others = IN_TEXT_ONLY.filter((name) => name in mapping);
  const isLines = textIn(mapping, 'rows') === 'line';
  return (
    <Stack gap="lg">
      <Part title="The deal">
        <SimpleGrid cols={COLS} spacing="sm">
          <TextInput
            label="Source"
            description="Deals are known as source.id"
            required
            error={errorOf('source')}
            value={textIn(mapping, 'source') ?? ''}
            onChange={({ currentTarget }) => put({ source: currentTarget.value })}
          />
          {field('deal', 'Id of the deal', { required: true })}
          {field('account', 'Account', { mayBeFixed: true })}
          {field('amount', 'Amount', { required: !isLines, mayBeFixed: true })}
          {field('currency', 'Currency', { required: true, mayBeFixed: true })}
          {field('closed-on', 'Closed on', { required: true })}
        </SimpleGrid>
      </Part>
      <Part title="How days and numbers are written">
        <FormatFields {...all} />
      </Part>
      <Part title="Who is credited">
        <SimpleGrid cols={COLS} spacing="sm">
          <OwnerFields head={head} field={mapping.owner} change={(owner) => put({ owner })} error={errorOf('owner')} />
          <SharesFields
            head={head}
            label="Shares"
            says="Where several share the credit of a deal"
            field={mapping.splits}
            change={(splits) => put({ splits })}
            error={errorOf('splits')}
          />
        </SimpleGrid>
      </Part>
      <Part title="What became of it">
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
          <StatusFields
            head={head}
            field={mapping.status}
            change={(status) => put({ status })}
            error={errorOf('status')}
          />
          {field('cancelled-on', 'Cancelled on', { says: 'Without a stage, a day here means that it was' })}
        </SimpleGrid>
      </Part>
      <Part title="Attributes and other columns">
        <AttributeFields {...all} />
      </Part>
      <Accordion transitionDuration={0} order={3} multiple defaultValue={'lines' in mapping ? ['lines'] : []}>
        <Accordion.Item value="lines">
          <Accordion.Control>Products{'lines' in mapping ? '' : ': none'}</Accordion.Control>
          <Accordion.Panel>
            <LineFields {...all} />
          </Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="more">
          <Accordion.Control>Only some rows, overlays, order, days of selection</Accordion.Control>
          <Accordion.Panel>
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
              <OnlyFields {...all} />
              <SharesFields
                head={head}
                label="Overlay"
                says="Credit beside the primary one"
                field={mapping.overlay}
                change={(overlay) => put({ overlay })}
                error={errorOf('overlay')}
              />
              {field('selection-on', 'Plan version by', { says: 'A day; left out, the day it closed' })}
              {field('sequence', 'Order in a day', { says: 'A whole number; left out, by id' })}
            </SimpleGrid>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
      {others.length === 0 ? null : (
        <Text size="sm" c="dimmed">
          The text says more, which stays as it is:{' '}
          {others.map((name) => `${name} (${Object.keys(mapIn(mapping, name)).join(', ')})`).join('; ')}.
        </Text>
      )}
    </Stack>
  );
}
