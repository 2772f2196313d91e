import {
  Autocomplete,
  Box,
  Button,
  type ButtonProps,
  Checkbox,
  Group,
  type InputWrapperProps,
  Modal,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { type Called, useSending } from '../api/send.ts';
import { ProblemNote, problemOf } from './states.tsx';

/** What a form asks for. Its name is that of the API's field, so that a refusal finds its way to it; `draw/amount` is a field of a field. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly says?: string;
  /** `choices`: several of the options, one a line. `suggest`: a line that offers the options while it is typed, and takes any other text. */
  readonly as?: 'line' | 'text' | 'date' | 'choice' | 'choices' | 'suggest';
  readonly options?: readonly (string | { readonly value: string; readonly label: string })[];
  readonly required?: boolean;
  readonly value?: string | undefined;
  /** What stands behind it, as a currency. */
  readonly unit?: string | undefined;
  /** It is asked for only where this holds of what was typed. */
  readonly when?: (typed: Typed) => boolean;
}

/** What was typed, by the names of the fields. Nothing was typed: the empty text. */
export type Typed = Readonly<Record<string, string>>;

export interface ActionProps<Answer extends object> {
  /** What the button does, as a verb. */
  readonly label: string;
  readonly says?: ReactNode;
  readonly fields: readonly Field[];
  /** The call that does it; `key` names it, so that it is done once however often it is sent. */
  readonly send: (typed: Typed, key: string) => Called<Answer>;
  readonly button?: ButtonProps;
  /** What came of it; the dialog is closed by then. */
  readonly done?: (answer: Answer) => void;
}

/** A button that asks what has to be known and does it. A refusal goes to its field and leaves everything as it was typed. */
export function Action<Answer extends object>({ label, says, fields, send, button, done }: ActionProps<Answer>) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" {...button} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={label} closeButtonProps={{ 'aria-label': 'Close' }}>
        <Stack>
          {says === undefined ? null : (
            <Text size="sm" c="dimmed" component="div">
              {says}
            </Text>
          )}
          <Form
            label={label}
            fields={fields}
            send={send}
            done={(answer) => {
              setOpen(false);
              done?.(answer);
            }}
          />
        </Stack>
      </Modal>
    </>
  );
}

/** The form alone, where it is part of a page. */
export function Form<Answer extends object>({
  label,
  fields,
  send,
  done,
  of,
  kept,
  columns = 1,
}: Pick<ActionProps<Answer>, 'label' | 'fields' | 'send' | 'done'> & {
  /** What it is about: with another one a refusal is over, and what was typed stays. */
  readonly of?: string;
  /** Where the page itself reads what is typed. */
  readonly kept?: readonly [Typed, (next: Typed) => void];
  /** Fields beside each other, where there is room; texts take all of it. */
  readonly columns?: number;
}) {
  const own = useState<Typed>({});
  const [changed, change] = kept ?? own;
  const { send: sent, refused, isSending, forget } = useSending();
  // Only what it is about ends a refusal.
  useEffect(forget, [of]);
  const given = Object.fromEntries(fields.map(({ name, value = '' }) => [name, changed[name] ?? value]));
  const asked = fields.filter(({ when }) => when === undefined || when(given));
  const typed = Object.fromEntries(asked.map(({ name }) => [name, given[name] ?? '']));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const answer = await sent((key) => send(typed, key));
    if (answer !== undefined) done?.(answer);
  };
  const errors = refused === undefined ? [] : problemOf(refused).errors;
  const errorOf = (name: string) =>
    errors.find(({ pointer }) => pointer === `/${name}` || pointer.startsWith(`/${name}/`))?.detail;
  const isSaid =
    errors.length > 0 && errors.every(({ pointer }) => asked.some(({ name }) => pointer.startsWith(`/${name}`)));
  return (
    <form onSubmit={(event) => void submit(event)} aria-label={label} noValidate>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: columns }}>
          {asked.map((field) => (
            <Box key={field.name} style={field.as === 'text' ? { gridColumn: '1 / -1' } : undefined}>
              <Input
                field={field}
                value={typed[field.name] ?? ''}
                error={errorOf(field.name)}
                type={(value) => change({ ...changed, [field.name]: value })}
              />
            </Box>
          ))}
        </SimpleGrid>
        {refused === undefined || isSaid ? null : <ProblemNote problem={refused} />}
        <Group justify="flex-end">
          <Button type="submit" loading={isSending}>
            {label}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What a field means stands below it: fields beside each other begin at one height. */
const ORDER: InputWrapperProps['inputWrapperOrder'] = ['label', 'input', 'error', 'description'];

/** What is offered at once; more is found by typing. */
const SUGGESTED = 30;

function Input({
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
  if (as === 'text') return <Textarea {...given} autosize minRows={2} onChange={onChange} />;
  if (as === 'choice') {
    const data = options.map((option) => (typeof option === 'string' ? option : { ...option }));
    return (
      <Select
        {...given}
        data={data}
        searchable={data.length > 8}
        value={value === '' ? null : value}
        onChange={(chosen) => type(chosen ?? '')}
      />
    );
  }
  if (as === 'choices') {
    const data = options.map((each) => (typeof each === 'string' ? { value: each, label: each } : each));
    return (
      <Checkbox.Group {...given} value={linesOf(value)} onChange={(chosen) => type(chosen.join('\n'))}>
        <Stack gap={6} my={6}>
          {data.map((option) => (
            <Checkbox key={option.value} size="sm" {...option} />
          ))}
        </Stack>
      </Checkbox.Group>
    );
  }
  if (as === 'suggest') {
    const labels = new Map(options.map((each) => (typeof each === 'string' ? [each, each] : [each.value, each.label])));
    const fits = (option: string, search: string) => `${option} ${labels.get(option)}`.toLowerCase().includes(search);
    return (
      <Autocomplete
        {...given}
        data={[...labels.keys()]}
        limit={SUGGESTED}
        filter={({ options: all, search }) =>
          all.filter((option) => 'value' in option && fits(option.value, search.trim().toLowerCase()))
        }
        renderOption={({ option }) => labels.get(option.value) ?? option.value}
        onChange={type}
      />
    );
  }
  const behind = unit === undefined ? {} : { rightSection: <Text size="xs">{unit}</Text>, rightSectionWidth: 56 };
  return <TextInput {...given} {...behind} type={as === 'date' ? 'date' : 'text'} onChange={onChange} />;
}

/** The texts of lines, without empty ones: how several pieces of evidence are typed. */
export function linesOf(text: string | undefined): string[] {
  return (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** What every exception asks for. */
export const REASON: Field = { name: 'reason', label: 'Reason', as: 'text', required: true };
export const EVIDENCE: Field = {
  name: 'evidence',
  label: 'Evidence',
  says: 'Links or short texts, one a line.',
  as: 'text',
};
