import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Day } from '../../parts/moment.tsx';

/** The parts of the pack, in the order in which they are read. */
export const SECTIONS = [
  { id: 'rehearsal', title: 'Rehearsal' },
  { id: 'bus-factor', title: 'Bus factor' },
  { id: 'waits', title: 'What waits' },
  { id: 'calendar', title: 'Calendar, and what comes' },
  { id: 'unusual', title: 'Unusual decisions' },
  { id: 'exceptions', title: 'Exceptions' },
  { id: 'definitions', title: 'Definitions' },
  { id: 'rules', title: 'Rules' },
  { id: 'people', title: 'People' },
] as const;

export function Part({
  id,
  none,
  isEmpty,
  children,
}: {
  readonly id: (typeof SECTIONS)[number]['id'];
  readonly none: string;
  readonly isEmpty: boolean;
  readonly children: ReactNode;
}) {
  const title = SECTIONS.find((each) => each.id === id)?.title ?? id;
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <Title order={2} size="h4" mb="xs" id={`${id}-title`}>
        {title}
      </Title>
      {isEmpty ? <Text size="sm">{none}</Text> : children}
    </section>
  );
}

/** From when on, and until when where it ends. */
export function Span({ from, until }: { readonly from: string | null; readonly until: string | null }) {
  return (
    <span>
      {from === null ? '' : <Day day={from} />}
      {until === null ? null : (
        <>
          {' until before '}
          <Day day={until} />
        </>
      )}
    </span>
  );
}

/** A line below a cell, in smaller letters. */
export function Below({ children }: { readonly children: ReactNode }) {
  return (
    <Text span size="xs" c="dimmed" display="block">
      {children}
    </Text>
  );
}
