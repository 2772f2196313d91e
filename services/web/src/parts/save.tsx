import { Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { problemOf } from './states.tsx';

/** Has the browser save bytes as a file. */
export function saveFile(bytes: Blob, name: string): void {
  const address = URL.createObjectURL(bytes);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** A file as the client of the API answers it. */
type Fetched = Promise<{ readonly data?: Blob; readonly error?: unknown; readonly response: Response }>;

/**
 * Files to keep: fetched with who asks in a header, for an address alone opens nothing, and saved under the name that the API gives, or
 * else under this one. `note` says why there is none.
 */
export function useSaving(): {
  readonly save: (fetched: () => Fetched, name: string) => Promise<void>;
  readonly note: ReactNode;
} {
  const [refused, refuse] = useState<string>();
  return {
    async save(fetched, name) {
      refuse(undefined);
      try {
        const { data, error, response } = await fetched();
        if (data === undefined) throw error;
        const [, given] = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? [];
        saveFile(data, given ?? name);
      } catch (problem) {
        refuse(problemOf(problem).detail);
      }
    },
    note:
      refused === undefined ? null : (
        <Text size="sm" role="alert">
          {refused}
        </Text>
      ),
  };
}
