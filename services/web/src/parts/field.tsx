import {
  Autocomplete,
  Checkbox,
  type InputWrapperProps,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { type Kind, wrongWith } from './checks.ts';

/** What a form asks for. Its name is that of the API's field, so that a refusal finds its way to it; `draw/amount` is a field of a field. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly says?: string;
  /** `choices`: several of the options, one a line. `suggest`: a line that offers the options while it is typed, and takes any other text. `check`: `yes`, or nothing. */
  readonly as?: 'line' | 'text' | 'date' | 'choice' | 'choices' | 'suggest' | 'check';
  /** What is looked at before it is sent; of a date and a text it is known. */
  readonly is?: Kind;
  readonly options?: readonly (string | { readonly value: string; readonly label: string })[];
  readonly required?: boolean;
  /** What is said where it is required and empty. */
  readonly empty?: string;
  readonly value?: string | undefined;
  /** What stands behind it, as a currency. */
  readonly unit?: string | undefined;
  /** It is asked for only where this holds of what was typed. */
  readonly when?: (typed: Typed) => boolean;
  /** Pointers of refusals that are about it, where its name is none. */
  readonly at?: readonly string[];
  /** Rarely needed: shown when somebody asks for more. */
  readonly isMore?: boolean;
}

/** What was typed, by the names of the fields. Nothing was typed: the empty text. */
export type Typed = Readonly<Record<string, string>>;

function kindOf({ as, is }: Field): Kind | undefined {
  if (is !== undefined) return is;
  return as === 'date' ? 'day' : as === 'text' ? 'text' : undefined;
}

/** What is wrong with a field as it was typed. `isBroken`: the browser shows a day there that it takes for none. */
export function wrongIn(field: Field, text: string, isBroken: boolean): string | undefined {
  if (isBroken) return 'This is no day that exists; correct it, or empty the field.';
  if (text.trim() === '') {
    return field.required === true ? (field.empty ?? `“${field.label}” is empty; fill it in.`) : undefined;
  }
  const kind = kindOf(field);
  return kind === undefined ? undefined : wrongWith(kind, text, field.unit);
}

/** Composed, as the ledger keeps texts: the same letters, which nobody could type otherwise. */
export function asSent(field: Field, text: string): string {
  const kind = kindOf(field);
  return kind === 'text' || kind === 'lines' || kind === 'label' ? text.normalize('NFC') : text;
}

/** How far a pointer of a refusal is about a field: the more of it the field has, the more. `0`: it is not. */
export function fitOf({ name, at = [] }: Field, pointer: string): number {
  const fits = [`/${name}`, ...at].filter((each) => pointer === each || pointer.startsWith(`${each}/`));
  return Math.max(0, ...fits.map(({ length }) => length));
}

/** What a field means stands below it: fields beside each other begin at one height. */
const ORDER: InputWrapperProps['inputWrapperOrder'] = ['label', 'input', 'error', 'description'];

/** What is offered at once; more is found by typing. */
const SUGGESTED = 30;

export function FieldInput({
  field: { name, label, says, as = 'line', options = [], required = false, unit },
  value,
  error,
  type,
}: {
  readonly field: Field;
  readonly value: string;
  readonly error: string | undefined;
  readonly type: (value: string) => void;
}) {
  const given = { name, label, description: says, error, required, value, inputWrapperOrder: ORDER };
  const onChange = ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
    type(currentTarget.value);
  const labels = new Map(options.map((each) => (typeof each === 'string' ? [each, each] : [each.value, each.label])));
  const data = [...labels].map(([key, text]) => ({ value: key, label: text }));
  switch (as) {
    case 'text':
      return <Textarea {...given} autosize minRows={2} maxRows={16} onChange={onChange} />;
    case 'choice':
      return (
        <Select
          {...given}
          data={data}
          searchable={data.length > 8}
          value={value === '' ? null : value}
          onChange={(chosen) => type(chosen ?? '')}
        />
      );
    case 'choices':
      return (
        <Checkbox.Group {...given} value={linesOf(value)} onChange={(chosen) => type(chosen.join('\n'))}>
          <Stack gap={6} my={6}>
            {data.map((option) => (
              <Checkbox key={option.value} size="sm" {...option} />
            ))}
          </Stack>
        </Checkbox.Group>
      );
    case 'check':
      return (
        <Checkbox
          {...{ name, label, description: says, error }}
          checked={value === 'yes'}
          onChange={({ currentTarget: { checked } }) => type(checked ? 'yes' : '')}
        />
      );
    case 'suggest':
      return (
        <Autocomplete
          {...given}
          data={[...labels.keys()]}
          limit={SUGGESTED}
          filter={({ options: all, search }) =>
            all.filter(
              (option) =>
                'value' in option &&
                `${option.value} ${labels.get(option.value)}`.toLowerCase().includes(search.trim().toLowerCase()),
            )
          }
          renderOption={({ option }) => labels.get(option.value) ?? option.value}
          onChange={type}
        />
      );
    case 'line':
    case 'date': {
      const behind = unit === undefined ? {} : { rightSection: <Text size="xs">{unit}</Text>, rightSectionWidth: 56 };
      return <TextInput {...given} {...behind} type={as === 'date' ? 'date' : 'text'} onChange={onChange} />;
    }
    default:
      return as satisfies never;
  }
}

/** The texts of lines, without empty ones: how several pieces of evidence are typed. */
export function linesOf(text: string | undefined): string[] {
  return (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** What every exception asks for. */
export const REASON: Field = {
  ...{ name: 'reason', label: 'Reason', as: 'text', required: true },
  empty: 'The reason is empty; say in a sentence why this is done.',
};
export const EVIDENCE: Field = {
  ...{ name: 'evidence', label: 'Evidence', as: 'text', is: 'lines' },
  says: 'Links or short texts, one a line.',
  empty: 'The evidence is empty; name at least one link or text that proves it.',
};
