import {
  Button,
  Checkbox,
  Group,
  Paper,
  Progress,
  SegmentedControl,
  Stack,
  Text,
  Textarea,
  Title,
} from '@mantine/core';
import { useEffect, useState } from 'react';
import { $api, api, type Schemas } from '../../../api/client.ts';
import { named, useSending } from '../../../api/send.ts';
import { Page } from '../../../parts/page.tsx';
import { Empty, ProblemNote, problemOf } from '../../../parts/states.tsx';
import { ColumnsForm } from './columns-form.tsx';
import { Done } from './done.tsx';
import { Drop } from './drop.tsx';
import { type Head, headOf } from './file.ts';
import { guessed, type Known, nameOf } from './guess.ts';
import { columnsIn, type Mapping, mapIn, mappingOf, mappingText, textIn } from './mapping.ts';
import { Preview, useFirstRows } from './preview.tsx';
import { RefusedRows, rowErrorsIn } from './refused.tsx';
import { uploading } from './upload.ts';

type Report = Schemas['Import'];

interface Opened {
  readonly file: File;
  readonly head: Head;
}

/** Which column of a file is which field, what would it record, and what is wrong with it? Then: record it. */
export function Import() {
  const latest = $api.useQuery('get', '/v1/deals', { params: { query: { limit: '50', sort: '-closed' } } });
  const [opened, open] = useState<Opened>();
  const [mapping, map] = useState<Mapping>({});
  // As it was typed, with its comments, until the form says something else.
  const [typed, type] = useState<string>();
  const [isText, setText] = useState(false);
  const [isAll, setAll] = useState(false);
  const [report, setReport] = useState<Report>();
  const [sent, setSent] = useState<{ readonly part: number; readonly dryRun: boolean }>();
  const { send, refused, isSending, forget } = useSending();
  const text = typed ?? (Object.keys(mapping).length === 0 ? '' : mappingText(mapping));

  // Its columns have other names when it is read otherwise.
  const encoding = textIn(mapIn(mapping, 'format'), 'encoding') ?? 'utf-8';
  useEffect(() => {
    if (opened === undefined || opened.head.encoding === encoding) return;
    const { file } = opened;
    void headOf(file, encoding).then((head) => open({ file, head }));
  }, [opened, encoding]);

  /** What was found out is of another file, mapping or scope. */
  const anew = () => {
    setReport(undefined);
    forget();
  };
  const take = async (file: File | null) => {
    anew();
    if (file === null) {
      map({});
      type(undefined);
      return open(undefined);
    }
    const head = await headOf(file);
    // The same export again, corrected: what was said of its columns holds.
    if (!isOf(mapping, head)) {
      map(guessed(head, knownFrom(latest.data?.deals ?? [])));
      type(undefined);
    }
    open({ file, head });
  };
  const give = async (dryRun: boolean) => {
    if (opened === undefined) return;
    const { file } = opened;
    const query = {
      dryRun: dryRun ? ('true' as const) : ('false' as const),
      snapshot: isAll ? ('true' as const) : ('false' as const),
      ...(text.trim() === '' ? {} : { mapping: text }),
    };
    setReport(undefined);
    setSent({ part: 0, dryRun });
    const found = await send((key) =>
      api.POST('/v1/deals/csv', {
        params: { query, header: named(key) },
        // The file leaves by the call below; what stands here is not sent.
        body: '',
        bodySerializer: (body: string) => body,
        headers: { 'content-type': 'text/csv' },
        fetch: uploading(file, (part) => setSent({ part, dryRun })),
      }),
    );
    setSent(undefined);
    setReport(found);
  };
  const wrongRows = rowErrorsIn(refused);
  const first = useFirstRows(opened?.file, opened?.head, text);

  return (
    <Page
      title="Import deals"
      says="A CSV file of a CRM. All of it is recorded, or nothing; the same file again records nothing."
    >
      <Stack maw={1080} gap="lg">
        <Drop file={opened?.file ?? null} take={(file) => void take(file)} />
        {opened === undefined ? (
          <Empty title="No file yet">
            Its columns are looked at here, nothing is sent. You say which is which, see the first rows as they would be
            read, and try it before anything is recorded.
          </Empty>
        ) : (
          <>
            <Columns
              opened={opened}
              mapping={mapping}
              text={text}
              isText={isText}
              setText={setText}
              refused={refused ?? first.error ?? undefined}
              say={(next) => {
                map(next);
                type(undefined);
                anew();
              }}
              write={(next) => {
                type(next);
                map((before) => mappingOf(next) ?? before);
                anew();
              }}
            />
            <Preview head={opened.head} of={first} />
            <Checkbox
              label="The file holds all deals of its source: those that it lacks have vanished there"
              checked={isAll}
              onChange={({ currentTarget: { checked } }) => {
                setAll(checked);
                anew();
              }}
            />
            <Group>
              <Button variant="default" loading={isSending && sent?.dryRun === true} onClick={() => void give(true)}>
                Dry run
              </Button>
              <Button
                disabled={report?.dryRun !== true}
                loading={isSending && sent?.dryRun === false}
                onClick={() => void give(false)}
              >
                Import
              </Button>
              {report === undefined && refused === undefined && sent === undefined ? (
                <Text size="sm" c="dimmed">
                  A dry run first: it says what would be recorded.
                </Text>
              ) : null}
            </Group>
            {sent === undefined ? null : <Sending {...sent} />}
            {refused === undefined ? null : wrongRows.length > 0 ? (
              <RefusedRows file={opened.file} head={opened.head} errors={wrongRows} says={problemOf(refused).detail} />
            ) : (
              <ProblemNote problem={refused} />
            )}
            {report === undefined ? null : <Done report={report} />}
          </>
        )}
      </Stack>
    </Page>
  );
}

/** Whether a mapping is of a file with such columns. */
function isOf(mapping: Mapping, { columns, delimiter }: Head): boolean {
  const said = textIn(mapIn(mapping, 'format'), 'delimiter') ?? ',';
  const named = columnsIn(mapping);
  return named.size > 0 && nameOf(delimiter) === said && [...named].every((name) => columns.includes(name));
}

/** What deals of the ledger are like. */
function knownFrom(deals: readonly Schemas['DealView'][]): Known {
  const [latest] = deals;
  const attributes = deals.flatMap((deal) =>
    Object.entries(deal.attributes).map(([name, value]) => [name, kindOf(value)]),
  );
  return { source: latest?.source, currency: latest?.currency, attributes: Object.fromEntries(attributes) };
}

function kindOf(value: Schemas['DealView']['attributes'][string]): string {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  return 'decimal' in value ? 'decimal' : 'date';
}

const FORM = 'form';
const TEXT = 'text';

/** The mapping, by form or as the text that is sent. */
function Columns({
  opened,
  mapping,
  text,
  isText,
  setText,
  refused,
  say,
  write,
}: {
  readonly opened: Opened;
  readonly mapping: Mapping;
  readonly text: string;
  readonly isText: boolean;
  readonly setText: (isText: boolean) => void;
  readonly refused: unknown;
  readonly say: (mapping: Mapping) => void;
  readonly write: (text: string) => void;
}) {
  const isMapping = text.trim() === '' || mappingOf(text) !== undefined;
  return (
    <Paper withBorder p="lg" radius="md" component="section" aria-label="Columns">
      <Group justify="space-between" mb="md">
        <div>
          <Title order={2} size="h4">
            Which column is which
          </Title>
          <Text size="sm" c="dimmed">
            Guessed by names and values. Look at it once; the same columns later mean the same.
          </Text>
        </div>
        <SegmentedControl
          aria-label="How the columns are said"
          data={[
            { value: FORM, label: 'By form', disabled: !isMapping },
            { value: TEXT, label: 'Edit as text' },
          ]}
          value={isText ? TEXT : FORM}
          onChange={(value) => setText(value === TEXT)}
        />
      </Group>
      {isText ? (
        <Textarea
          label="Mapping"
          description="YAML, as for the command line: keep it beside your plans. Left empty, the columns are deal_id, rep_id, amount, currency, closed_on."
          autosize
          minRows={8}
          maxRows={28}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          error={isMapping ? undefined : 'This is no YAML that the form could show.'}
          value={text}
          onChange={({ currentTarget: { value } }) => write(value)}
        />
      ) : (
        <ColumnsForm head={opened.head} mapping={mapping} change={say} errorOf={errorIn(refused)} />
      )}
    </Paper>
  );
}

/** Codes of refusals that name no field of the mapping, and are about one all the same. */
const FIELD_OF: Readonly<Record<string, string>> = {
  csv_unknown_column: 'other-columns',
  csv_delimiter: 'format/delimiter',
};

function errorIn(refused: unknown): (field: string) => string | undefined {
  if (refused === undefined) return () => undefined;
  const { code, detail, errors } = problemOf(refused);
  return (field) => {
    if (FIELD_OF[code] === field) return detail;
    const found = errors.find(({ pointer }) => pointer === `/${field}` || pointer.startsWith(`/${field}/`));
    return found?.detail;
  };
}

/** How much of the file has left, then that the ledger works on it: it takes all of it or nothing. */
function Sending({ part, dryRun }: { readonly part: number; readonly dryRun: boolean }) {
  const percent = Math.floor(part * 100);
  const says = part < 1 ? `Sending: ${percent} %` : dryRun ? 'Checking every row …' : 'Recording …';
  return (
    <div role="status">
      <Text size="sm" mb={4}>
        {says}
      </Text>
      <Progress value={part < 1 ? percent : 100} animated={part >= 1} aria-label={says} />
    </div>
  );
}
