import { Select, Stack, TextInput } from '@mantine/core';
import type { Head } from './file.ts';
import { differentIn } from './guess.ts';
import { fromOf, type Yaml } from './mapping.ts';

const FIXED = 'fixed';
const OTHER = 'other';
/** Before the name of a column, so that none is taken for something else. */
const COLUMN = 'column ';

export interface FromFieldProps {
  readonly label: string;
  readonly says?: string | undefined;
  readonly head: Head;
  readonly field: Yaml | undefined;
  readonly change: (field: Yaml | undefined) => void;
  /** The same text may be meant for every row. */
  readonly mayBeFixed?: boolean;
  readonly required?: boolean;
  readonly error?: string | undefined;
}

/** What a field is read from: a column, with what stands in it, or one text for every row. */
export function FromField({
  label,
  says,
  head,
  field,
  change,
  mayBeFixed = false,
  required = false,
  error,
}: FromFieldProps) {
  const from = fromOf(field);
  const names = [...new Set(head.columns)].filter((name) => name !== '');
  const missing = from.kind === 'column' && !names.includes(from.column) ? [from.column] : [];
  const value = from.kind === 'column' ? `${COLUMN}${from.column}` : from.kind === 'value' ? FIXED : from.kind;
  return (
    <Stack gap={4}>
      <Select
        label={label}
        description={from.kind === 'column' ? examplesOf(head, from.column) : says}
        placeholder={required ? 'Choose a column' : 'In no column'}
        required={required}
        clearable={!required}
        clearButtonProps={{ 'aria-label': `Clear ${label}` }}
        searchable={names.length > 8}
        nothingFoundMessage="No such column"
        error={missing.length > 0 ? `The file has no column "${missing[0]}".` : error}
        data={[
          ...[...names, ...missing].map((name) => ({ value: `${COLUMN}${name}`, label: name })),
          ...(mayBeFixed ? [{ value: FIXED, label: 'The same for every row …' }] : []),
          ...(from.kind === 'other' ? [{ value: OTHER, label: 'as the text says', disabled: true }] : []),
        ]}
        value={value === 'nothing' ? null : value}
        onChange={(chosen) =>
          change(
            chosen === null
              ? undefined
              : chosen === FIXED
                ? { value: '' }
                : chosen.startsWith(COLUMN)
                  ? chosen.slice(COLUMN.length)
                  : field,
          )
        }
      />
      {from.kind === 'value' ? (
        <TextInput
          aria-label={`${label} of every row`}
          placeholder="For every row"
          value={from.value}
          onChange={({ currentTarget }) => change({ value: currentTarget.value })}
        />
      ) : null}
    </Stack>
  );
}

const EXAMPLES = 3;
const LONGEST = 40;

function examplesOf({ columns, rows }: Head, column: string): string {
  const found = differentIn(columns, rows, column).slice(0, EXAMPLES).join(' · ');
  return found === '' ? 'Nothing stands in it' : found.length > LONGEST ? `${found.slice(0, LONGEST)}…` : found;
}
