import { Button, Group, Select, Stack, Text, Textarea } from '@mantine/core';
import type { Head } from './file.ts';
import { FromField } from './from-field.tsx';
import { changed, isMap, mapIn, mapsIn, textIn, type Yaml, type YamlMap } from './mapping.ts';

const IDS = 'ids';
const NAMES = 'names';
const TABLE = 'table';

/** How people are written: ids as they are, names that become ids, or anything by a table. */
function NamingFields({
  of,
  label,
  change,
}: {
  readonly of: YamlMap;
  readonly label: string;
  readonly change: (of: YamlMap) => void;
}) {
  const how = 'map' in of ? TABLE : textIn(of, 'as') === 'slug' ? NAMES : IDS;
  const table = Object.entries(mapIn(of, 'map')).map(([text, id]) => `${text} = ${typeof id === 'string' ? id : ''}`);
  return (
    <>
      <Select
        label={`${label} are written`}
        description="Ada Lovelace becomes ada-lovelace"
        allowDeselect={false}
        data={[
          { value: IDS, label: 'as ids of the ledger' },
          { value: NAMES, label: 'as names' },
          { value: TABLE, label: 'otherwise: by a table' },
        ]}
        value={how}
        onChange={(next) =>
          change({
            ...changed(of, { as: next === NAMES ? 'slug' : undefined, map: undefined }),
            ...(next === TABLE ? { map: {} } : {}),
          })
        }
      />
      {how === TABLE ? (
        <Textarea
          label={`Table of ${label.toLowerCase()}`}
          description="One a line, as: text in the file = id"
          autosize
          minRows={2}
          defaultValue={table.join('\n')}
          onChange={({ currentTarget }) => change({ ...of, map: tableOf(currentTarget.value) })}
        />
      ) : null}
    </>
  );
}

function tableOf(text: string): YamlMap {
  const lines = text.split('\n').flatMap((line) => {
    const at = line.lastIndexOf('=');
    return at < 0 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const];
  });
  return Object.fromEntries(lines);
}

interface Props {
  readonly head: Head;
  readonly field: Yaml | undefined;
  readonly change: (field: Yaml | undefined) => void;
  readonly error: string | undefined;
}

/** Who owns a deal, and has all of its credit where no shares say otherwise. */
export function OwnerFields({ head, field, change, error }: Props) {
  const of: YamlMap = isMap(field) ? field : typeof field === 'string' ? { column: field } : {};
  const column = textIn(of, 'column');
  return (
    <>
      <FromField
        label="Owner"
        says="Who gets the whole credit"
        head={head}
        field={column}
        error={error}
        change={(next) => change(next === undefined ? undefined : short({ ...of, column: next }))}
      />
      {column === undefined ? null : <NamingFields of={of} label="Owners" change={(next) => change(short(next))} />}
    </>
  );
}

/** A column by itself is written without a map. */
function short(of: YamlMap): Yaml {
  const { column, ...others } = of;
  return Object.keys(others).length === 0 && typeof column === 'string' ? column : of;
}

const NOT = 'not';
const ONE = 'one';
const PAIRS = 'pairs';

/** Who shares the credit, where a row says so. */
export function SharesFields({
  head,
  field,
  change,
  error,
  label,
  says,
}: Props & { readonly label: string; readonly says: string }) {
  const of: YamlMap = isMap(field) ? field : typeof field === 'string' ? { column: field } : {};
  const pairs = mapsIn(of, 'pairs');
  const how = field === undefined ? NOT : 'pairs' in of ? PAIRS : ONE;
  const others = changed(of, { column: undefined, pairs: undefined });
  const withPairs = (next: readonly YamlMap[]) => change({ ...others, pairs: next });
  return (
    <Stack gap="xs">
      <Select
        label={label}
        description={says}
        error={error}
        allowDeselect={false}
        data={[
          { value: NOT, label: 'not in the file' },
          { value: ONE, label: 'in one column: ada:70%;ben:30%' },
          { value: PAIRS, label: 'in pairs of columns' },
        ]}
        value={how}
        onChange={(next) => {
          if (next === NOT) change(undefined);
          if (next === ONE) change({ ...others, column: '' });
          if (next === PAIRS) withPairs([{ participant: '', share: '' }]);
        }}
      />
      {how === ONE ? (
        <FromField
          label={`${label}: column`}
          head={head}
          field={textIn(of, 'column')}
          change={(column) => change(short({ ...of, column: column ?? '' }))}
        />
      ) : null}
      {pairs.map((pair, at) => (
        <Group key={at} gap="xs" align="flex-start" grow preventGrowOverflow={false}>
          {(['participant', 'share'] as const).map((part) => (
            <FromField
              key={part}
              label={`${part === 'share' ? 'Share' : 'Person'} ${at + 1}`}
              head={head}
              field={textIn(pair, part)}
              change={(column) => withPairs(pairs.with(at, { ...pair, [part]: column ?? '' }))}
            />
          ))}
        </Group>
      ))}
      {how === PAIRS ? (
        <Group gap="xs">
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => withPairs([...pairs, { participant: '', share: '' }])}
          >
            One more pair
          </Button>
          {pairs.length > 1 ? (
            <Button size="compact-xs" variant="default" onClick={() => withPairs(pairs.slice(0, -1))}>
              One less
            </Button>
          ) : null}
        </Group>
      ) : null}
      {how === NOT ? null : (
        <>
          <Select
            label={`${label}: a share without a % sign`}
            allowDeselect={false}
            data={[
              { value: 'fraction', label: '0.7 means 70 %' },
              { value: 'percent', label: '70 means 70 %' },
            ]}
            value={textIn(of, 'shares') ?? 'fraction'}
            onChange={(next) => change(short(changed(of, { shares: next === 'percent' ? next : undefined })))}
          />
          <NamingFields of={of} label={`People of ${label.toLowerCase()}`} change={(next) => change(short(next))} />
        </>
      )}
    </Stack>
  );
}

/** What a group of fields is about. */
export function Part({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section aria-label={title}>
      <Text component="h3" fw={600} size="sm" mb="xs">
        {title}
      </Text>
      {children}
    </section>
  );
}
