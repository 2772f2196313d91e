import { Group, SegmentedControl, Stack, Text } from '@mantine/core';
import type { Head } from './file.ts';
import { FromField } from './from-field.tsx';
import { differentIn } from './guess.ts';
import { isMap, textIn, textsIn, type Yaml, type YamlMap } from './mapping.ts';

const LISTS = [
  { value: 'closed', label: 'closed' },
  { value: 'cancelled', label: 'cancelled' },
  { value: 'ignore', label: 'left out' },
] as const;
/** More than a source has stages: what is in such a column is no stage. */
const MOST = 40;

/** Which rows are deals that closed, which were cancelled since, which are none: by the values of one column. */
export function StatusFields({
  head,
  field,
  change,
  error,
}: {
  readonly head: Head;
  readonly field: Yaml | undefined;
  readonly change: (field: Yaml | undefined) => void;
  readonly error: string | undefined;
}) {
  const of: YamlMap = isMap(field) ? field : {};
  const column = textIn(of, 'column');
  const said = LISTS.flatMap(({ value }) => textsIn(of, value));
  const inFile = column === undefined ? [] : differentIn(head.columns, head.rows, column);
  const values = [...new Set([...inFile, ...said])];
  const put = (value: string, list: string) => {
    const lists = LISTS.map((each) => {
      const others = textsIn(of, each.value).filter((text) => text !== value);
      return [each.value, each.value === list ? [...others, value] : others] as const;
    });
    change({ column: column ?? '', ...Object.fromEntries(lists.filter(([, texts]) => texts.length > 0)) });
  };
  return (
    <Stack gap="xs">
      <FromField
        label="Stage"
        says="Left out: every row is a closed deal"
        head={head}
        field={column}
        error={error}
        change={(next) => change(typeof next === 'string' ? { column: next } : undefined)}
      />
      {values.length > MOST ? (
        <Text size="sm">
          The column has {values.length} values, too many for stages. Choose another one, or say in the text what they
          mean.
        </Text>
      ) : (
        values.map((value) => (
          <Group key={value} justify="space-between" gap="xs" role="group" aria-label={`Stage ${value}`}>
            <Text size="sm">{value}</Text>
            <SegmentedControl
              size="xs"
              aria-label={`Rows with ${value} are`}
              data={LISTS.map((each) => ({ ...each }))}
              value={LISTS.find((each) => textsIn(of, each.value).includes(value))?.value ?? ''}
              onChange={(list) => put(value, list)}
            />
          </Group>
        ))
      )}
    </Stack>
  );
}
