import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { useAsOf } from '../../parts/address.ts';
import { saveFile } from '../../parts/save.ts';
import { problemOf } from '../../parts/states.tsx';

const FORMATS = ['pdf', 'csv', 'json'] as const;

/** Files to keep. They are fetched with who asks in a header: an address alone opens nothing. */
export function Downloads({ participant, period }: { readonly participant: string; readonly period: string }) {
  const asOf = useAsOf();
  const [refused, refuse] = useState<string>();
  const load = async (format: (typeof FORMATS)[number]) => {
    refuse(undefined);
    try {
      const { bytes, name } = await fetched(format, { participant, period, asOf });
      saveFile(bytes, name);
    } catch (problem) {
      refuse(problemOf(problem).detail);
    }
  };
  return (
    <>
      {FORMATS.map((format) => (
        <Button key={format} size="compact-sm" variant="default" onClick={() => void load(format)}>
          {format.toUpperCase()}
        </Button>
      ))}
      {refused === undefined ? null : (
        <Text size="sm" role="alert">
          {refused}
        </Text>
      )}
    </>
  );
}

async function fetched(
  format: (typeof FORMATS)[number],
  {
    participant,
    period,
    asOf,
  }: { readonly participant: string; readonly period: string; readonly asOf: string | undefined },
): Promise<{ readonly bytes: Blob; readonly name: string }> {
  const base = '/v1/periods/{period}/statements/{participant}' as const;
  const options = { params: { path: { period, participant }, query: { asOf } }, parseAs: 'blob' } as const;
  const { data, error, response } =
    format === 'json'
      ? await api.GET(base, options)
      : format === 'csv'
        ? await api.GET(`${base}/csv`, options)
        : await api.GET(`${base}/pdf`, options);
  if (data === undefined) throw error;
  const [, name] = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? [];
  return { bytes: data, name: name ?? `statement-${participant}-${period}.${format}` };
}
