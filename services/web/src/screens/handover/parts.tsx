import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Money } from '../../parts/money.tsx';

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

/** Sums by currency, in one line. */
export function Totals({
  totals,
  signed = false,
}: {
  readonly totals: Readonly<Record<string, string>>;
  readonly signed?: boolean;
}) {
  return (
    <>
      {Object.entries(totals).map(([currency, amount], at) => (
        <span key={currency}>
          {at === 0 ? '' : ', '}
          <Money amount={amount} currency={currency} signed={signed} />
        </span>
      ))}
    </>
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
