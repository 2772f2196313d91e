import { Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { usePrinted } from './printed.ts';

/** A screen: its one question as a heading, what can be done with all of it, and the answer. */
export function Page({
  title,
  says,
  actions,
  children,
}: {
  readonly title: string;
  readonly says?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  // On paper there is nothing to press.
  const isPrinted = usePrinted();
  useDocumentTitle(`${title} · Commission ledger`);
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ minWidth: 0 }}>
          <Title order={1} size="h2">
            {title}
          </Title>
          {says === undefined ? null : (
            <Text component="div" c="dimmed" size="sm">
              {says}
            </Text>
          )}
        </div>
        {actions === undefined || isPrinted ? null : <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
