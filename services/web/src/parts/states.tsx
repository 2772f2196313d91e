import { Alert, Button, Center, Code, List, Loader, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Problem } from '../api/client.ts';
import { isUnreached, Unreached } from '../api/unreached.ts';

/** What was refused, in the API's own sentence, with its code and every field that it names. */
export function ProblemNote({
  problem,
  again,
}: {
  readonly problem: unknown;
  readonly again?: (() => void) | undefined;
}) {
  const { title, detail, code, requestId, errors } = problemOf(problem);
  return (
    <Alert color="red" variant="light" role="alert" icon={<IconAlertTriangle aria-hidden />} title={title}>
      <Stack gap="xs">
        <Text size="sm">{detail}</Text>
        {errors.some((each) => each.detail !== detail) ? (
          <List size="sm">
            {errors.map((each) => (
              <List.Item key={`${each.pointer} ${each.detail}`}>
                {each.pointer === '' ? null : <Code>{each.pointer}</Code>} {each.detail}
              </List.Item>
            ))}
          </List>
        ) : null}
        <Text size="xs" c="dimmed">
          {code}
          {requestId === '' ? '' : ` · request ${requestId}`}
        </Text>
        {again === undefined ? null : (
          <Button size="xs" variant="default" onClick={again} w="fit-content">
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

interface Said {
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
}

/** In the words of people: those of HTTP are for programs. */
const TITLES: Readonly<Record<number, string>> = {
  401: 'You are signed out',
  403: 'This is for others to do',
  404: 'There is nothing here',
  409: 'This is not possible any more, or not yet',
  413: 'This is too large',
  429: 'Too much at once',
  503: 'The ledger is busy',
};

/** Whatever was thrown, as a problem: what the network says is no refusal of the ledger. */
export function problemOf(thrown: unknown): Said {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'detail' in thrown) {
    const { status, detail, code, requestId } = thrown as Problem;
    return {
      title: TITLES[status] ?? (status < 500 ? 'This cannot be done like this' : 'Something went wrong'),
      detail: detail ?? '',
      code,
      requestId: requestId ?? '',
      errors: partsOf(thrown as Problem).map((each) => ({ pointer: each.pointer ?? '', detail: each.detail })),
    };
  }
  const isAway = isUnreached(thrown);
  const title = isAway ? 'The ledger does not answer' : 'Something went wrong';
  const detail = isAway ? new Unreached().message : thrown instanceof Error ? thrown.message : String(thrown);
  return { title, detail, code: 'network', requestId: '', errors: [] };
}

/** What is wrong with each field; a refusal of one alone names it itself. */
function partsOf({
  errors = [],
  pointer,
  detail,
}: Problem): readonly { readonly pointer?: string; readonly detail: string }[] {
  return errors.length > 0 || pointer === undefined ? errors : [{ pointer, detail: detail ?? '' }];
}

/** What a file would record, or has recorded. */
export function Recorded({ dryRun, children }: { readonly dryRun: boolean; readonly children: ReactNode }) {
  return (
    <Alert
      color={dryRun ? 'blue' : 'green'}
      variant="light"
      role="status"
      title={dryRun ? 'This would be recorded; nothing is yet' : 'Recorded'}
    >
      {children}
    </Alert>
  );
}

/** Nothing here yet, and what to do next. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <Center mih={160}>
      <Stack align="center" gap="xs" maw={440} ta="center">
        <Title order={2} size="h4">
          {title}
        </Title>
        <Text component="div" c="dimmed" size="sm">
          {children}
        </Text>
      </Stack>
    </Center>
  );
}

export function Waiting() {
  return (
    <Center mih={160} role="status" aria-label="Loading">
      <Loader />
    </Center>
  );
}

/** What a query of the page has: its answer, that it is awaited, or why there is none. */
export function Answer<T>({
  of,
  children,
}: {
  readonly of: { readonly data: T | undefined; readonly error: unknown; readonly refetch: () => unknown };
  readonly children: (data: T) => ReactNode;
}) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.error !== null && of.error !== undefined)
    return <ProblemNote problem={of.error} again={() => void of.refetch()} />;
  return <Waiting />;
}
