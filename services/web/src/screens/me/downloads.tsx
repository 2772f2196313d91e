import { Button } from '@mantine/core';
import { api } from '../../api/client.ts';
import { useAsOf } from '../../parts/address.ts';
import { saveFile, saveTable, useSaving } from '../../parts/save.tsx';

const FORMATS = ['pdf', 'csv', 'json'] as const;

/** A statement as files to keep. */
export function Downloads({ participant, period }: { readonly participant: string; readonly period: string }) {
  const asOf = useAsOf();
  const { save, note } = useSaving();
  const base = '/v1/periods/{period}/statements/{participant}' as const;
  const options = { params: { path: { period, participant }, query: { asOf } }, parseAs: 'blob' } as const;
  const calls = {
    json: () => api.GET(base, options),
    csv: () => api.GET(`${base}/csv`, options),
    pdf: () => api.GET(`${base}/pdf`, options),
  };
  return (
    <>
      {FORMATS.map((format) => (
        <Button
          key={format}
          size="compact-sm"
          variant="default"
          onClick={() =>
            void save(
              calls[format],
              `statement-${participant}-${period}.${format}`,
              format === 'csv' ? saveTable : saveFile,
            )
          }
        >
          {format.toUpperCase()}
        </Button>
      ))}
      {note}
    </>
  );
}
