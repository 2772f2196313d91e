import { Badge, Button, Code, Drawer, Group, List, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { $api, type AnswerOf, api } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { answered } from '../../api/send.ts';
import { useAddress } from '../../parts/address.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { GoTo } from '../../parts/go-to.tsx';
import { asSaid, Instant } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Found } from '../../shell/found.tsx';

type Entry = AnswerOf<'/v1/audit'>['events'][number];
type Raw = AnswerOf<'/v1/events'>['events'][number];
/** What both of them say. */
type Row = Raw & Partial<Pick<Entry, 'why' | 'approvedBy' | 'requestedBy' | 'evidence' | 'changes'>>;

const FILTERS = [
  { name: 'participant', label: 'Person', placeholder: 'ada' },
  { name: 'deal', label: 'Deal', placeholder: 'crm.D-1' },
  { name: 'plan', label: 'Plan', placeholder: '' },
  { name: 'metric', label: 'Metric', placeholder: '' },
  { name: 'period', label: 'Period', placeholder: '2026-Q1' },
  { name: 'request', label: 'Request or exception', placeholder: '' },
  { name: 'actor', label: 'Done by', placeholder: 'olga' },
  { name: 'types', label: 'Types of events', placeholder: 'DealClosed, quota' },
  { name: 'since', label: 'Recorded from', placeholder: '2026-04-01' },
  { name: 'until', label: 'Recorded before', placeholder: '' },
] as const;

/** Who did what, when, why, and who approved it? */
export function Trail() {
  const [search, change] = useAddress();
  const { asOf, text = '' } = search;
  const asked = Object.fromEntries(FILTERS.flatMap(({ name }) => (search[name] ? [[name, search[name]]] : [])));
  const isAsked = Object.keys(asked).length > 0;
  const find = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const names = ['text', ...FILTERS.map(({ name }) => name)];
    change(Object.fromEntries(names.map((name) => [name, String(given.get(name) ?? '').trim()])), { replace: false });
  };
  return (
    <Page
      title="Audit trail"
      says="Who did what, when, why, and who approved it: every event of the log that you may see."
    >
      <form onSubmit={find} key={JSON.stringify([text, asked])} aria-label="Filters">
        <Group align="flex-end" gap="sm">
          <TextInput
            name="text"
            label="Anything"
            placeholder="Deal, person, position …"
            defaultValue={text}
            type="search"
          />
          {FILTERS.map(({ name, label, placeholder }) => (
            <TextInput
              key={name}
              name={name}
              label={label}
              placeholder={placeholder}
              defaultValue={search[name] ?? ''}
              w={150}
            />
          ))}
          <Button type="submit">Find</Button>
          {isAsked || text !== '' ? (
            <Button
              variant="default"
              onClick={() =>
                change({ text: undefined, ...Object.fromEntries(FILTERS.map(({ name }) => [name, undefined])) })
              }
            >
              Clear
            </Button>
          ) : null}
        </Group>
      </form>
      {text === '' ? null : <Found text={text} asOf={asOf} />}
      {isAsked ? <Filtered asked={asked} asOf={asOf} /> : text === '' ? <Everything asOf={asOf} /> : null}
    </Page>
  );
}

function Filtered({
  asked,
  asOf,
}: {
  readonly asked: Readonly<Record<string, string>>;
  readonly asOf: string | undefined;
}) {
  const trail = $api.useQuery('get', '/v1/audit', { params: { query: { ...asked, asOf } } });
  return (
    <Answer of={trail}>
      {({ events }) => <Events rows={events} says={`${events.length} ${events.length === 1 ? 'event' : 'events'}`} />}
    </Answer>
  );
}

/** Without a filter: the log itself, page by page. */
function Everything({ asOf }: { readonly asOf: string | undefined }) {
  const log = usePages(['events'], asOf, async (at) =>
    answered(await api.GET('/v1/events', { params: { query: { limit: '200', ...at } } })),
  );
  return (
    <Answer of={log}>
      {(pages) => (
        <Events rows={pages.flatMap(({ events }) => events)} says="The log from its beginning" more={log.more} />
      )}
    </Answer>
  );
}

/** `ParticipantOnboarded` → Participant onboarded. */
function typeText(type: string): string {
  return type.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function Events({
  rows,
  says,
  more,
}: {
  readonly rows: readonly Row[];
  readonly says: string;
  readonly more?: (() => void) | undefined;
}) {
  const [shown, show] = useState<Row | undefined>();
  if (rows.length === 0) return <Empty title="No event fits">Take a filter away, or write it otherwise.</Empty>;
  const columns: readonly Column<Row>[] = [
    { name: 'position', title: 'Position', width: '6rem', right: true, cell: (row) => <Opens row={row} show={show} /> },
    { name: 'when', title: 'Recorded', width: '12rem', cell: ({ recordedAt }) => <Instant at={recordedAt} /> },
    { name: 'type', title: 'What', width: 'minmax(10rem, 1fr)', cell: ({ event }) => typeText(event.type) },
    {
      name: 'says',
      title: 'In words',
      width: 'minmax(18rem, 3fr)',
      cell: ({ says: words }) => asSaid(words),
    },
    { name: 'by', title: 'By', width: '7rem', cell: ({ meta }) => meta.actor.id },
    { name: 'approved', title: 'Approved by', width: '8rem', cell: ({ approvedBy }) => approvedBy?.join(', ') ?? '' },
  ];
  return (
    <>
      <Text size="sm" c="dimmed">
        {says}
      </Text>
      <DataTable label="Events" columns={columns} rows={rows} keyOf={({ id }) => id} open={show} more={more} />
      <Drawer
        opened={shown !== undefined}
        onClose={() => show(undefined)}
        position="right"
        size="lg"
        title={shown === undefined ? '' : `${typeText(shown.event.type)}, position ${shown.position}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {shown === undefined ? null : <Detail row={shown} />}
      </Drawer>
    </>
  );
}

function Opens({ row, show }: { readonly row: Row; readonly show: (row: Row) => void }) {
  return (
    <Button variant="subtle" size="compact-xs" onClick={() => show(row)} aria-label={`Event ${row.position}`}>
      {row.position}
    </Button>
  );
}

function Detail({ row }: { readonly row: Row }) {
  const {
    says,
    why,
    evidence = [],
    requestedBy,
    approvedBy = [],
    changes = [],
    recordedAt,
    stream,
    revision,
    meta,
    hash,
    id,
  } = row;
  return (
    <Stack gap="sm">
      <Text>{asSaid(says)}</Text>
      {why === null || why === undefined ? null : (
        <Text>
          <strong>Why:</strong> {why}
        </Text>
      )}
      <Text size="sm">
        Recorded <Instant at={recordedAt} /> by {meta.actor.id} ({meta.actor.role})
        {meta.actor.onBehalfOf === undefined ? '' : ` for ${meta.actor.onBehalfOf}`}
        {requestedBy == null ? '' : `, requested by ${requestedBy}`}
        {approvedBy.length === 0 ? '' : `, approved by ${approvedBy.join(' and ')}`}.
      </Text>
      {evidence.map((each) => (
        <Badge key={each} variant="default" tt="none">
          {each}
        </Badge>
      ))}
      {changes.length === 0 ? null : (
        <List size="sm">
          {changes.map(({ field, says: changed }) => (
            <List.Item key={`${field} ${changed}`}>{changed}</List.Item>
          ))}
        </List>
      )}
      <Text size="sm">
        <GoTo to="/audit" search={{ asOf: row.position }}>
          Look at the ledger as of this event
        </GoTo>
      </Text>
      <Code block tabIndex={0} aria-label="The event as it was recorded">
        {JSON.stringify({ stream, revision, id, hash, data: row.event.data }, null, 2)}
      </Code>
    </Stack>
  );
}
