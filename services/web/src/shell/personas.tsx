import { Group, NativeSelect, Text } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import type { AnswerOf } from '../api/client.ts';
import { currentSession, watchSession } from '../api/session.ts';
import classes from './shell.module.css';

export type Persona = AnswerOf<'/v1/sign-in'>['personas'][number];

/** Names the demo, and lets one be somebody else of it. */
export function Personas({
  personas,
  ledger,
  be,
}: {
  readonly personas: readonly Persona[];
  readonly ledger: string;
  readonly be: (persona: Persona) => void;
}) {
  const session = useSyncExternalStore(watchSession, currentSession);
  const value = session?.token.replace(/^demo:/, '') ?? null;
  const options = Object.entries(Object.groupBy(personas, ({ role }) => role)).map(([group, members = []]) => ({
    group,
    items: members.map(({ role, id, name }) => ({ value: `${role}:${id}`, label: `${name ?? id} (${role})` })),
  }));
  // Whoever signed in otherwise, as by a link, is somebody all the same.
  const [role, id] = value?.split(':') ?? [];
  const isKnown = value === null || personas.some((each) => `${each.role}:${each.id}` === value);
  const own = value === null ? [{ value: '', label: 'nobody yet', disabled: true }] : [];
  if (!isKnown) own.push({ value, label: `${id} (${role})`, disabled: false });
  return (
    <Group component="aside" aria-label="Demo" className={classes.demo} gap="sm" justify="center">
      <Text size="sm">
        Demo ledger <strong>{ledger}</strong>: invented people, invented pay. You are
      </Text>
      <NativeSelect
        size="xs"
        aria-label="Persona"
        data={[...own, ...options]}
        value={value ?? ''}
        onChange={({ currentTarget }) => {
          const persona = personas.find(({ role, id }) => `${role}:${id}` === currentTarget.value);
          if (persona !== undefined) be(persona);
        }}
      />
    </Group>
  );
}
