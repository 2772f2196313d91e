import { Box, Button, Group, SimpleGrid, Stack, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { type Called, useSending } from '../api/send.ts';
import { asSent, type Field, FieldInput, fitOf, type Typed, wrongIn } from './field.tsx';
import { ProblemNote, problemOf } from './states.tsx';

export interface FormProps<Answer extends object> {
  /** What the button does, as a verb. */
  readonly label: string;
  readonly fields: readonly Field[];
  /** The call that does it; `key` names it, so that it is done once however often it is sent. */
  readonly send: (typed: Typed, key: string) => Called<Answer>;
  /** What came of it. */
  readonly done?: ((answer: Answer) => void) | undefined;
  /** What it is about: with another one a refusal is over, and what was typed stays. */
  readonly of?: string;
  /** Where the page itself reads what is typed. */
  readonly kept?: readonly [Typed, (next: Typed) => void];
  /** Fields beside each other, where there is room; texts take all of it. */
  readonly columns?: number;
  /** It only asks, and records nothing: what is on the page stays. */
  readonly onlyAsks?: boolean;
  /** Where it goes on after it was sent, everything that was typed is over. */
  readonly isEmptied?: boolean;
}

/**
 * A form. Everything that is wrong with what was typed is said at once, at its field, before anything is sent; what the API refuses goes
 * to its field, too. Whatever was typed stays as it was typed, and the first field that is wrong has the focus.
 */
export function Form<Answer extends object>({
  label,
  fields,
  send,
  done,
  of,
  kept,
  columns = 1,
  onlyAsks = false,
  isEmptied = false,
}: FormProps<Answer>) {
  const own = useState<Typed>({});
  const [changed, change] = kept ?? own;
  const sending = useSending({ onlyAsks });
  const [isChecked, check] = useState(false);
  const [broken, setBroken] = useState<ReadonlySet<string>>(new Set());
  const [refusedAs, setRefusedAs] = useState<Typed>({});
  const form = useRef<HTMLFormElement>(null);
  const [failures, countFailure] = useState(0);
  const forget = () => {
    sending.forget();
    check(false);
    setBroken(new Set());
  };
  // Only what it is about ends a refusal.
  useEffect(forget, [of]);
  useEffect(() => {
    if (failures > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [failures]);
  const given = Object.fromEntries(fields.map(({ name, value = '' }) => [name, changed[name] ?? value]));
  const asked = fields.filter(({ when }) => when === undefined || when(given));
  const typed = Object.fromEntries(asked.map(({ name }) => [name, given[name] ?? '']));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const unread = brokenIn(form.current);
    setBroken(unread);
    check(true);
    const isWrong = asked.some(
      (field) => wrongIn(field, typed[field.name] ?? '', unread.has(field.name)) !== undefined,
    );
    if (isWrong) {
      sending.forget();
      return countFailure((count) => count + 1);
    }
    const sent = Object.fromEntries(asked.map((field) => [field.name, asSent(field, typed[field.name] ?? '')]));
    const answer = await sending.send((key) => send(sent, key));
    if (answer === undefined) {
      setRefusedAs(typed);
      return countFailure((count) => count + 1);
    }
    check(false);
    if (isEmptied) change({});
    done?.(answer);
  };

  const refusals = refusalsAt(asked, sending.refused);
  const errorOf = (field: Field): string | undefined => {
    const text = typed[field.name] ?? '';
    const found = isChecked ? wrongIn(field, text, broken.has(field.name)) : undefined;
    // What was refused is over where something else stands now.
    return found ?? (refusedAs[field.name] === text ? refusals.get(field.name) : undefined);
  };
  const input = (field: Field) => (
    <Box key={field.name} style={isWide(field) ? { gridColumn: '1 / -1' } : undefined}>
      <FieldInput
        field={field}
        value={typed[field.name] ?? ''}
        error={errorOf(field)}
        type={(value) => {
          change({ ...changed, [field.name]: value });
          if (broken.has(field.name)) setBroken(brokenIn(form.current));
        }}
      />
    </Box>
  );
  const more = asked.filter(({ isMore }) => isMore === true);
  const isSaid = problemOf(sending.refused).errors.length > 0 && refusals.size > 0 && refusals.get('') === undefined;
  return (
    <form ref={form} onSubmit={(event) => void submit(event)} aria-label={label} noValidate>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: columns }}>
          {asked.filter(({ isMore }) => isMore !== true).map(input)}
        </SimpleGrid>
        {more.length === 0 ? null : (
          <More isWrong={more.some((field) => errorOf(field) !== undefined)}>
            <SimpleGrid cols={{ base: 1, sm: columns }}>{more.map(input)}</SimpleGrid>
          </More>
        )}
        {sending.refused === undefined || isSaid ? null : <ProblemNote problem={sending.refused} />}
        <Group justify="flex-end">
          <Button type="submit" loading={sending.isSending}>
            {label}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function isWide({ as }: Field): boolean {
  return as === 'text' || as === 'check' || as === 'choices';
}

/** Days that are half there, or that no calendar has: the browser shows them, and says of their value that it is empty. */
function brokenIn(form: HTMLFormElement | null): ReadonlySet<string> {
  const days = [...(form?.querySelectorAll<HTMLInputElement>('input[type="date"]') ?? [])];
  return new Set(days.filter(({ validity }) => validity.badInput).map(({ name }) => name));
}

/** What was refused, by the field that it is about; under the empty name what is about none that is there. */
function refusalsAt(fields: readonly Field[], refused: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (refused === undefined) return found;
  for (const { pointer, detail } of problemOf(refused).errors) {
    const [best] = fields
      .map((field) => ({ name: field.name, fit: fitOf(field, pointer) }))
      .filter(({ fit }) => fit > 0)
      .sort((a, b) => b.fit - a.fit);
    const name = best?.name ?? '';
    if (!found.has(name)) found.set(name, detail);
  }
  return found;
}

/** What is rarely needed. It opens by itself where something in it is wrong. */
function More({ isWrong, children }: { readonly isWrong: boolean; readonly children: React.ReactNode }) {
  const [isOpen, open] = useState(false);
  const isShown = isOpen || isWrong;
  const id = useId();
  const Icon = isShown ? IconChevronDown : IconChevronRight;
  return (
    <Stack gap="sm">
      <UnstyledButton
        type="button"
        w="fit-content"
        fz="sm"
        fw={600}
        aria-expanded={isShown}
        aria-controls={id}
        onClick={() => open(!isShown)}
      >
        <Group gap={4} component="span">
          <Icon size={16} aria-hidden /> More terms
        </Group>
      </UnstyledButton>
      <div id={id} hidden={!isShown}>
        {children}
      </div>
    </Stack>
  );
}
