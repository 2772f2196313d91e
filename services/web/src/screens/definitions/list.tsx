import { Badge, Button, Group, Paper, Select, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQueries } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { $api, api } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { answered } from '../../api/send.ts';
import { useAddress, useAsOf, useGo } from '../../parts/address.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { GoTo } from '../../parts/go-to.tsx';
import { asSaid, dayText } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer, Empty, ProblemNote, problemOf, Waiting } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';
import classes from './definitions.module.css';
import { KINDS, type Kind, kindNamed, nameOf, pathOf, quotaNamed, type Summary } from './kinds.ts';
import { kindsFor } from './templates.ts';
import { useWaiting } from './waiting.ts';

/** What rules here, by kind, and which version of it on a day? */
export function Definitions() {
  const { role } = useMe();
  const asOf = useAsOf();
  const go = useGo();
  const [{ text, kind: named, on }, change] = useAddress();
  const [typed, type] = useState(text ?? '');
  const [asked] = useDebouncedValue(typed, 150);
  // Only what was typed changes the address.
  useEffect(() => {
    if (asked !== (text ?? '')) change({ text: asked === '' ? undefined : asked });
  }, [asked]);
  const kind = kindNamed(named);
  const ask = { text, on, asOf };
  return (
    <Page
      title="Definitions"
      says="What rules: plans, metrics, quotas and the rest, each with its versions and why they came to be."
      actions={
        kindsFor(role).length === 0 || asOf !== undefined ? null : (
          <Button size="xs" onClick={() => go('/definitions/new', kind === undefined ? {} : { kind })}>
            New definition
          </Button>
        )
      }
    >
      <Group gap="sm" align="flex-end">
        <TextInput
          label="Search"
          type="search"
          placeholder="Part of a name"
          value={typed}
          onChange={({ currentTarget: { value } }) => type(value)}
        />
        <Select
          label="Kind"
          clearable
          placeholder="all"
          data={KINDS.map((each) => ({ value: each.kind, label: each.many }))}
          value={kind ?? null}
          onChange={(value) => change({ kind: value ?? undefined })}
        />
        <TextInput
          label="Applies on"
          type="date"
          value={on ?? ''}
          onChange={({ currentTarget: { value } }) => change({ on: value })}
        />
      </Group>
      <Waits kind={kind} />
      {kind === undefined ? <AllKinds ask={ask} /> : <OfKind key={kind} kind={kind} ask={ask} />}
    </Page>
  );
}

const PROPOSED = ['plan/', 'metric/', 'quota/', 'relief/', 'crediting/', 'jurisdiction/', 'approvals@'];

/** What somebody has asked for, which rules nothing yet. */
function Waits({ kind }: { readonly kind: Kind | undefined }) {
  const waiting = useWaiting(...PROPOSED.filter((each) => kind === undefined || each.startsWith(kind)));
  if (waiting.length === 0) return null;
  return (
    <Paper withBorder p="md" component="section" aria-label="Waiting for approval">
      <Title order={2} size="h4">
        Waiting for approval
      </Title>
      <ul className={classes.rows}>
        {waiting.slice(0, FEW).map(({ name, says, reason, requestedBy }) => (
          <li key={name} className={classes.row}>
            <div>
              <Text size="sm" fw={600}>
                <GoTo to={`/requests/${encodeURIComponent(name)}`}>{says}</GoTo>
              </Text>
              <Text size="xs" c="dimmed">
                {reason} Asked by {requestedBy}.
              </Text>
            </div>
          </li>
        ))}
      </ul>
      {waiting.length > FEW ? (
        <Text size="sm" mt="xs">
          <GoTo to="/requests">All that waits</GoTo>
        </Text>
      ) : null}
    </Paper>
  );
}

interface Ask {
  readonly text: string | undefined;
  readonly on: string | undefined;
  readonly asOf: string | undefined;
}

/** Of each kind the first few; there is a page of each for the rest. */
const FEW = 8;

function AllKinds({ ask }: { readonly ask: Ask }) {
  const answers = useQueries({
    queries: KINDS.map(({ kind }) =>
      $api.queryOptions('get', '/v1/definitions', { params: { query: { ...ask, kind, limit: String(FEW) } } }),
    ),
  });
  if (answers.some(({ isPending }) => isPending)) return <Waiting />;
  // What one may not see is not there.
  const failed = answers.find(({ error }) => error !== null && problemOf(error).code !== 'role_forbidden');
  if (failed !== undefined) return <ProblemNote problem={failed.error} again={() => void failed.refetch()} />;
  const sections = KINDS.map((each, index) => ({ ...each, answer: answers[index]?.data }));
  const shown = sections.filter(({ answer }) => (answer?.definitions.length ?? 0) > 0);
  if (shown.length === 0) {
    return (
      <Empty title={ask.text === undefined ? 'Nothing rules here yet' : 'Nothing is called like that'}>
        {ask.text === undefined ? 'Ops propose the first metric and the first plan.' : 'Change what you search for.'}
      </Empty>
    );
  }
  return (
    <div className={classes.kinds}>
      {shown.map(({ kind, many, says, answer }) => (
        <Paper key={kind} withBorder p="md" component="section" aria-label={many}>
          <Title order={2} size="h4">
            {many}
          </Title>
          <Text size="sm" c="dimmed">
            {says}
          </Text>
          <ul className={classes.rows}>
            {answer?.definitions.map((each) => (
              <Row key={each.name} of={each} />
            ))}
          </ul>
          {answer?.next == null ? null : (
            <Text size="sm" mt="xs">
              <GoTo to="/definitions" search={{ kind, text: ask.text, on: ask.on }}>
                All {many.toLowerCase()}
              </GoTo>
            </Text>
          )}
        </Paper>
      ))}
    </div>
  );
}

function Row({ of }: { readonly of: Summary }) {
  return (
    <li className={classes.row}>
      <div>
        <Text size="sm" fw={600}>
          <GoTo to={pathOf(of)}>{nameOf(of)}</GoTo>
        </Text>
        <Text size="xs" c="dimmed">
          {of.says === null ? of.name : asSaid(of.says)}
        </Text>
      </div>
      <Standing of={of} />
    </li>
  );
}

/** Which version holds on the day, where there are versions. */
function Standing({ of: { kind, versions, inForce, retiredFrom, says } }: { readonly of: Summary }) {
  if (kind === 'quota')
    return says?.includes('reduced for') === true ? (
      <Badge color="grape.8" miw="fit-content">
        relief
      </Badge>
    ) : null;
  if (versions === 0) return null;
  if (inForce !== null) {
    return (
      <Group gap={4} justify="flex-end">
        <Badge variant="outline" color="blue">
          version {inForce}
        </Badge>
        {retiredFrom === null ? null : <Badge color="gray.7">ends {dayText(retiredFrom)}</Badge>}
      </Group>
    );
  }
  return <Badge color="gray.7">{retiredFrom === null ? 'not in force' : 'ended'}</Badge>;
}

const VERSIONED: readonly Column<Summary>[] = [
  {
    name: 'title',
    title: 'Title',
    width: 'minmax(12rem, 2fr)',
    cell: (row) => <GoTo to={pathOf(row)}>{nameOf(row)}</GoTo>,
  },
  { name: 'name', title: 'Name', width: 'minmax(10rem, 1fr)', cell: ({ name }) => name },
  { name: 'state', title: 'On the day', width: '14rem', cell: (row) => <Standing of={row} /> },
  { name: 'versions', title: 'Versions', width: '6rem', right: true, cell: ({ versions }) => versions },
];

const QUOTAS: readonly Column<Summary>[] = [
  {
    name: 'person',
    title: 'Person',
    width: 'minmax(8rem, 1fr)',
    cell: (row) => <GoTo to={pathOf(row)}>{quotaNamed(row.name).participant}</GoTo>,
  },
  {
    name: 'says',
    title: 'What is to be reached',
    width: 'minmax(18rem, 3fr)',
    cell: ({ says }) => (says === null ? 'none yet' : <span title={says}>{asSaid(says)}</span>),
  },
  { name: 'relief', title: 'Relief', width: '6rem', cell: (row) => <Standing of={row} /> },
  { name: 'metric', title: 'Metric', width: 'minmax(10rem, 1fr)', cell: ({ name }) => quotaNamed(name).metric },
  { name: 'year', title: 'Year', width: '5rem', cell: ({ name }) => quotaNamed(name).year },
];

const OTHERS: readonly Column<Summary>[] = [
  {
    name: 'name',
    title: 'Name',
    width: 'minmax(10rem, 1fr)',
    cell: (row) => <GoTo to={pathOf(row)}>{nameOf(row)}</GoTo>,
  },
  {
    name: 'says',
    title: 'On the day',
    width: 'minmax(18rem, 3fr)',
    cell: ({ says }) => (says === null ? '–' : asSaid(says)),
  },
];

function columnsOf(kind: Kind): readonly Column<Summary>[] {
  if (kind === 'quota') return QUOTAS;
  return kind === 'rates' || kind === 'calendar' || kind === 'corrections' ? OTHERS : VERSIONED;
}

function OfKind({ kind, ask: { asOf, ...ask } }: { readonly kind: Kind; readonly ask: Ask }) {
  const go = useGo();
  const query = { ...ask, kind, limit: '200' };
  const found = usePages(
    ['get', '/v1/definitions', query],
    asOf,
    async (at, signal) =>
      answered(await api.GET('/v1/definitions', { params: { query: { ...query, ...at } }, signal })),
    { keeps: true },
  );
  const { many = '' } = KINDS.find((each) => each.kind === kind) ?? {};
  return (
    <Answer of={found}>
      {(pages) => {
        const rows = pages.flatMap((page) => page.definitions);
        return rows.length === 0 ? (
          <Empty title="Nothing is like that">Change what you search for, or propose the first one.</Empty>
        ) : (
          <DataTable
            label={many}
            columns={columnsOf(kind)}
            rows={rows}
            keyOf={({ name }) => name}
            open={(row) => go(pathOf(row))}
            more={found.more}
          />
        );
      }}
    </Answer>
  );
}
