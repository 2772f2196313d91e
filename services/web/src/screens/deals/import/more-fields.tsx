import {
  ActionIcon,
  Button,
  Checkbox,
  Group,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { Head } from './file.ts';
import { FromField } from './from-field.tsx';
import { attributeNamed, differentIn } from './guess.ts';
import { changed, columnsIn, isMap, type Mapping, mapIn, textIn, textsIn, type Yaml, type YamlMap } from './mapping.ts';
import { DATES, dayIn, numberIn } from './values.ts';

interface Props {
  readonly head: Head;
  readonly mapping: Mapping;
  readonly change: (changes: Readonly<Record<string, Yaml | undefined>>) => void;
  readonly errorOf: (field: string) => string | undefined;
}

const KINDS = ['text', 'decimal', 'date', 'boolean'] as const;

/** What metrics and conditions ask for beside the fields of a deal, and what becomes of all other columns. */
export function AttributeFields({ head, mapping, change, errorOf }: Props) {
  const attributes = mapIn(mapping, 'attributes');
  const used = columnsIn(mapping);
  const unused = [...new Set(head.columns)].filter((name) => name !== '' && !used.has(name));
  const put = (next: YamlMap) => change({ attributes: next });
  return (
    <Stack gap="sm">
      {Object.entries(attributes).map(([name, field]) => (
        <Group key={name} gap="xs" align="flex-start" wrap="nowrap">
          <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="xs" flex={1}>
            <TextInput
              label="Attribute"
              defaultValue={name}
              error={errorOf(`attributes/${name}`)}
              onBlur={({ currentTarget }) => put(renamed(attributes, name, currentTarget.value.trim()))}
            />
            <FromField
              label={`Column of ${name}`}
              head={head}
              mayBeFixed
              field={isMap(field) ? changed(field, { as: undefined }) : field}
              change={(from) => put({ ...attributes, [name]: asKind(from ?? '', kindOf(field)) })}
            />
            <Select
              label={`${name} is a`}
              allowDeselect={false}
              data={[...KINDS]}
              value={kindOf(field)}
              onChange={(kind) => put({ ...attributes, [name]: asKind(field, kind ?? 'text') })}
            />
          </SimpleGrid>
          <ActionIcon
            variant="subtle"
            mt={26}
            aria-label={`Without ${name}`}
            onClick={() => put(changed(attributes, { [name]: undefined }))}
          >
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      {unused.length === 0 ? (
        <Text size="sm" c="dimmed">
          Every column of the file is used.
        </Text>
      ) : (
        <>
          <Text size="sm">{unused.length === 1 ? 'One column is' : `${unused.length} columns are`} not used yet:</Text>
          <Group gap={6}>
            {unused.map((name) => (
              <Button
                key={name}
                size="compact-xs"
                variant="default"
                aria-label={`Use ${name} as an attribute`}
                onClick={() => put({ ...attributes, [freeName(name, attributes)]: guessedKind(head, name) })}
              >
                + {name}
              </Button>
            ))}
          </Group>
          <Checkbox
            label="Leave them out"
            description="Not ticked, a column that nobody has decided on refuses the file."
            error={errorOf('other-columns')}
            checked={textIn(mapping, 'other-columns') === 'ignore'}
            onChange={({ currentTarget }) => change({ 'other-columns': currentTarget.checked ? 'ignore' : undefined })}
          />
        </>
      )}
    </Stack>
  );
}

function kindOf(field: Yaml | undefined): string {
  return isMap(field) ? (textIn(field, 'as') ?? 'text') : 'text';
}

function asKind(field: Yaml | undefined, kind: string): Yaml {
  const of: YamlMap = isMap(field) ? field : { column: typeof field === 'string' ? field : '' };
  const next = changed(of, { as: kind === 'text' ? undefined : kind });
  return Object.keys(next).length === 1 && typeof next.column === 'string' ? next.column : next;
}

function renamed(of: YamlMap, from: string, to: string): YamlMap {
  if (to === '' || Object.hasOwn(of, to)) return of;
  return Object.fromEntries(Object.entries(of).map(([name, field]) => [name === from ? to : name, field]));
}

function freeName(column: string, taken: YamlMap): string {
  const base = attributeNamed(column);
  for (let at = 1; ; at += 1) {
    const free = at === 1 ? base : `${base}${at}`;
    if (!Object.hasOwn(taken, free)) return free;
  }
}

function guessedKind({ columns, rows }: Head, column: string): Yaml {
  const values = differentIn(columns, rows, column);
  if (values.length === 0) return column;
  if (values.every((text) => numberIn(text, { mark: '.', thousands: 'none' }) !== undefined))
    return { column, as: 'decimal' };
  if (values.every((text) => DATES.some((dates) => dayIn(text, { dates, zone: 'UTC' }) !== undefined)))
    return { column, as: 'date' };
  return values.every((text) => /^(?:true|false|yes|no)$/.test(text)) ? { column, as: 'boolean' } : column;
}

/** Lines of a deal: what was sold, and whether a row is a deal or one line of it. */
export function LineFields({ head, mapping, change, errorOf }: Props) {
  const lines = mapIn(mapping, 'lines');
  const isLines = textIn(mapping, 'rows') === 'line';
  const give = (name: string) => (field: Yaml | undefined) => change({ lines: changed(lines, { [name]: field }) });
  const names = ['product', 'category', 'quantity', ...(isLines ? ['amount', 'line'] : []), 'cost'];
  return (
    <Stack gap="sm">
      <Checkbox
        label="A row is one line of a deal; the rows of a deal follow one another"
        checked={isLines}
        onChange={({ currentTarget }) => change({ rows: currentTarget.checked ? 'line' : undefined })}
      />
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
        {names.map((name) => (
          <FromField
            key={name}
            label={LINES[name] ?? name}
            head={head}
            mayBeFixed
            field={lines[name]}
            change={give(name)}
            error={errorOf(`lines/${name}`)}
          />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

const LINES: Readonly<Record<string, string>> = {
  product: 'Product',
  category: 'Product family',
  quantity: 'Quantity',
  amount: 'Amount of the line',
  line: 'Id of the line',
  cost: 'Cost',
};

/** Rows that are meant: those with one of these values. */
export function OnlyFields({ head, mapping, change }: Props) {
  const only = mapIn(mapping, 'only');
  return (
    <Stack gap="xs">
      {Object.keys(only).map((column) => (
        <TagsInput
          key={column}
          label={`Only rows in which ${column} is`}
          data={[...differentIn(head.columns, head.rows, column).slice(0, 50)]}
          value={[...textsIn(only, column)]}
          clearable
          clearButtonProps={{ 'aria-label': `Clear ${column}` }}
          onChange={(values) =>
            change({
              only: values.length === 0 ? changed(only, { [column]: undefined }) : { ...only, [column]: values },
            })
          }
        />
      ))}
      <Select
        label="Only some rows: by the column"
        placeholder="Choose a column"
        data={[...new Set(head.columns)].filter((name) => name !== '' && !Object.hasOwn(only, name))}
        value={null}
        onChange={(column) => {
          if (column === null) return;
          const [first = ''] = differentIn(head.columns, head.rows, column);
          change({ only: { ...only, [column]: [first] } });
        }}
      />
    </Stack>
  );
}

/** How days and numbers are written. */
export function FormatFields({ mapping, change, errorOf }: Props) {
  const format = mapIn(mapping, 'format');
  const field = (name: string, label: string, data: { value: string; label: string }[]) => (
    <Select
      key={name}
      label={label}
      allowDeselect={false}
      data={data}
      error={errorOf(`format/${name}`)}
      value={textIn(format, name) ?? data[0]?.value ?? null}
      onChange={(value) =>
        change({ format: changed(format, { [name]: value === data[0]?.value ? undefined : (value ?? undefined) }) })
      }
    />
  );
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
      {field('dates', 'Days are written', [
        { value: 'yyyy-mm-dd', label: '2026-01-31' },
        { value: 'yyyy/mm/dd', label: '2026/01/31' },
        { value: 'yyyymmdd', label: '20260131' },
        { value: 'dd.mm.yyyy', label: '31.01.2026' },
        { value: 'dd-mm-yyyy', label: '31-01-2026' },
        { value: 'dd/mm/yyyy', label: '31/01/2026' },
        { value: 'dd-mmm-yyyy', label: '31-Jan-2026' },
        { value: 'mm/dd/yyyy', label: '01/31/2026' },
        { value: 'mm-dd-yyyy', label: '01-31-2026' },
        { value: 'mmm dd, yyyy', label: 'Jan 31, 2026' },
        { value: 'instant', label: '2026-01-31T10:30:00Z' },
      ])}
      {field('times', 'A time of day behind', [
        { value: 'refuse', label: 'is refused' },
        { value: 'ignore', label: 'is left out' },
      ])}
      {field('decimal-mark', 'Decimals after', [
        { value: '.', label: 'a point: 0.50' },
        { value: ',', label: 'a comma: 0,50' },
      ])}
      {field('thousands', 'Thousands', [
        { value: 'none', label: 'together: 12500' },
        { value: ',', label: 'with a comma: 12,500' },
        { value: '.', label: 'with a point: 12.500' },
        { value: ' ', label: 'with a blank: 12 500' },
        { value: "'", label: "with an apostrophe: 12'500" },
      ])}
      {field('delimiter', 'Between columns', [
        { value: ',', label: 'a comma' },
        { value: ';', label: 'a semicolon' },
        { value: 'tab', label: 'a tab' },
        { value: '|', label: 'a bar' },
      ])}
      {field('encoding', 'Letters are', [
        { value: 'utf-8', label: 'UTF-8' },
        { value: 'windows-1252', label: 'Windows, Western Europe' },
        { value: 'windows-1250', label: 'Windows, Central Europe' },
        { value: 'utf-16le', label: 'UTF-16' },
        { value: 'utf-16be', label: 'UTF-16, big-endian' },
      ])}
      {textIn(format, 'dates') === 'instant' ? (
        <TextInput
          label="Time zone of days"
          placeholder="UTC"
          error={errorOf('format/time-zone')}
          value={textIn(format, 'time-zone') ?? ''}
          onChange={({ currentTarget: { value } }) =>
            change({ format: changed(format, { 'time-zone': value === '' ? undefined : value }) })
          }
        />
      ) : null}
    </SimpleGrid>
  );
}
