import { Alert, Button, Checkbox, FileInput, Group, Stack, Table, Text, Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import { api, type Schemas } from '../../api/client.ts';
import { named, useSending } from '../../api/send.ts';
import { Page } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/states.tsx';

type Report = Schemas['Import'];

/** Bytes of a file that are looked at to show its first rows. */
const LOOK = 4_000;

/** What would a file of deals record? Then: record it. */
export function Import() {
  const [file, take] = useState<File | null>(null);
  const [mapping, map] = useState('');
  const [isAll, setAll] = useState(false);
  const [report, setReport] = useState<Report>();
  const { send: sent, refused, isSending, forget } = useSending();
  /** What was found out is of another file, mapping or scope. */
  const anew = () => {
    setReport(undefined);
    forget();
  };
  const send = async (dryRun: boolean) => {
    if (file === null) return;
    const query = {
      dryRun: dryRun ? ('true' as const) : ('false' as const),
      snapshot: isAll ? ('true' as const) : ('false' as const),
      ...(mapping.trim() === '' ? {} : { mapping }),
    };
    const found = await sent((key) =>
      api.POST('/v1/deals/csv', {
        params: { query, header: named(key) },
        body: file as unknown as string,
        bodySerializer: (body: unknown) => body as BodyInit,
        headers: { 'content-type': 'text/csv' },
      }),
    );
    setReport(found);
  };
  return (
    <Page
      title="Import deals"
      says="A CSV file of a CRM. All of it is recorded, or nothing; the same file again records nothing."
    >
      <Stack maw={860}>
        <FileInput
          label="File"
          placeholder="Choose a CSV file"
          accept=".csv,text/csv"
          clearable
          value={file}
          onChange={(next) => {
            take(next);
            anew();
          }}
        />
        {file === null ? null : <Head file={file} />}
        <Textarea
          label="Which column is which field"
          description="As YAML, as the mapping of an import on the command line. Left empty: deal_id, rep_id, amount, currency, closed_on."
          autosize
          minRows={4}
          maxRows={16}
          styles={{ input: { fontFamily: 'ui-monospace, monospace' } }}
          value={mapping}
          onChange={({ currentTarget: { value } }) => {
            map(value);
            anew();
          }}
        />
        <Checkbox
          label="The file holds all deals of its source: those that it lacks have vanished there"
          checked={isAll}
          onChange={({ currentTarget: { checked } }) => {
            setAll(checked);
            anew();
          }}
        />
        <Group>
          <Button variant="default" disabled={file === null} loading={isSending} onClick={() => void send(true)}>
            Dry run
          </Button>
          <Button disabled={report?.dryRun !== true} loading={isSending} onClick={() => void send(false)}>
            Import
          </Button>
        </Group>
        {refused === undefined ? null : <ProblemNote problem={refused} />}
        {report === undefined ? null : <Done report={report} />}
      </Stack>
    </Page>
  );
}

/** The first lines as they stand in the file. */
function Head({ file }: { readonly file: File }) {
  const [text, setText] = useState('');
  useEffect(() => {
    void file
      .slice(0, LOOK)
      .text()
      .then((found) =>
        setText(
          found
            .split(/\r\n|\r|\n/)
            .slice(0, 5)
            .join('\n'),
        ),
      );
  }, [file]);
  return (
    <Text
      component="pre"
      size="xs"
      tabIndex={0}
      role="region"
      aria-label="First lines of the file"
      style={{ overflow: 'auto' }}
    >
      {text}
    </Text>
  );
}

function Done({ report }: { readonly report: Report }) {
  const counts = [
    ['Rows', report.rows],
    ['Deals', report.deals],
    ['New', report.closed],
    ['Told otherwise than before', report.amended],
    ['Cancelled', report.cancelled],
    ['Vanished', report.vanished],
    ['As before', report.unchanged],
    ['Rows left out by the mapping', report.ignored],
    ['Rows given twice', report.duplicates],
    ['Deals that credit nobody', report.withoutOwner],
  ] as const;
  return (
    <Alert
      color={report.dryRun ? 'blue' : 'green'}
      variant="light"
      role="status"
      title={report.dryRun ? 'This would be recorded; nothing is yet' : 'Recorded'}
    >
      <Table aria-label="What the file holds">
        <Table.Tbody>
          {counts
            .filter(([, count]) => count > 0)
            .map(([what, count]) => (
              <Table.Tr key={what}>
                <Table.Td>{what}</Table.Td>
                <Table.Td ta="end">{count}</Table.Td>
              </Table.Tr>
            ))}
        </Table.Tbody>
      </Table>
    </Alert>
  );
}
