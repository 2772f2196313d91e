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

/** Bytes that tell a spreadsheet on Windows that a table is in UTF-8; without them it spells names and signs wrongly. */
const MARK = '\ufeff';

/** Has the browser save a table that somebody opens in a spreadsheet. */
export function saveTable(table: BlobPart, name: string): void {
  saveFile(new Blob([MARK, table], { type: 'text/csv;charset=utf-8' }), name);
}

/** A file as the client of the API answers it. */
type Fetched = Promise<{ readonly data?: Blob; readonly error?: unknown; readonly response: Response }>;

/**
 * Files to keep: fetched with who asks in a header, for an address alone opens nothing, and saved under the name that the API gives, or
 * else under this one. `note` says why there is none. `saveWith`: `saveTable` for what is opened in a spreadsheet; every other file stays as
 * it is, byte for byte.
 */
export function useSaving(): {
  readonly save: (fetched: () => Fetched, name: string, saveWith?: typeof saveFile) => Promise<void>;
  readonly note: ReactNode;
} {
  const [refused, refuse] = useState<string>();
  return {
    async save(fetched, name, saveWith = saveFile) {
      refuse(undefined);
      try {
        const { data, error, response } = await fetched();
        if (data === undefined) throw error;
        const [, given] = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? [];
        saveWith(data, given ?? name);
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
