import { Button, type ButtonProps, Group, Modal, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { type Called, useSending } from '../api/send.ts';
import { ProblemNote, problemOf } from './states.tsx';

/** What a form asks for. Its name is that of the API's field, so that a refusal finds its way to it. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly says?: string;
  readonly as?: 'line' | 'text' | 'date' | 'choice';
  readonly options?: readonly (string | { readonly value: string; readonly label: string })[];
  readonly required?: boolean;
  readonly value?: string;
}

/** What was typed, by the names of the fields. Nothing was typed: the empty text. */
export type Typed = Readonly<Record<string, string>>;

export interface ActionProps {
  /** What the button does, as a verb. */
  readonly label: string;
  readonly says?: ReactNode;
  readonly fields: readonly Field[];
  /** The call that does it; `key` names it, so that it is done once however often it is sent. */
  readonly send: (typed: Typed, key: string) => Called<object>;
  readonly button?: ButtonProps;
}

/** A button that asks what has to be known and does it. A refusal goes to its field and leaves everything as it was typed. */
export function Action({ label, says, fields, send, button }: ActionProps) {
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
          <Form label={label} fields={fields} send={send} done={() => setOpen(false)} />
        </Stack>
      </Modal>
    </>
  );
}

/** The form alone, where it is part of a page. */
export function Form({
  label,
  fields,
  send,
  done,
}: Pick<ActionProps, 'label' | 'fields' | 'send'> & { readonly done?: () => void }) {
  const [typed, type] = useState<Typed>(() => Object.fromEntries(fields.map(({ name, value = '' }) => [name, value])));
  const { send: sent, refused, isSending } = useSending();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if ((await sent((key) => send(typed, key))) !== undefined) done?.();
  };
  const errors = refused === undefined ? [] : problemOf(refused).errors;
  const errorOf = (name: string) =>
    errors.find(({ pointer }) => pointer === `/${name}` || pointer.startsWith(`/${name}/`))?.detail;
  const isSaid =
    errors.length > 0 && errors.every(({ pointer }) => fields.some(({ name }) => pointer.startsWith(`/${name}`)));
  return (
    <form onSubmit={(event) => void submit(event)} aria-label={label} noValidate>
      <Stack>
        {fields.map((field) => (
          <Input
            key={field.name}
            field={field}
            value={typed[field.name] ?? ''}
            error={errorOf(field.name)}
            type={(value) => type((before) => ({ ...before, [field.name]: value }))}
          />
        ))}
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

function Input({
  field: { name, label, says, as = 'line', options = [], required = false },
  value,
  error,
  type,
}: {
  readonly field: Field;
  readonly value: string;
  readonly error: string | undefined;
  readonly type: (value: string) => void;
}) {
  const given = { name, label, description: says, error, required, value };
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
  return <TextInput {...given} type={as === 'date' ? 'date' : 'text'} onChange={onChange} />;
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
