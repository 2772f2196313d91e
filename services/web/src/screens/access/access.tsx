import { Badge, Code, Group, Text } from '@mantine/core';
import { api, type Schemas } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { answered } from '../../api/send.ts';
import { useAsOf, useGo } from '../../parts/address.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { GoTo } from '../../parts/go-to.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';
import { RegisterAction } from './access-actions.tsx';

type Principal = Schemas['Principal'];

function accessPath({ principal }: Pick<Principal, 'principal'>): string {
  return `/access/${encodeURIComponent(principal)}`;
}

/** Keys that have not been ended; those that have run out open nothing either, which their day says. */
export function keysOf({ keys }: Principal): NonNullable<Principal['keys']> {
  return (keys ?? []).filter(({ revoked }) => !revoked);
}

const COLUMNS: readonly Column<Principal>[] = [
  {
    name: 'principal',
    title: 'Who',
    width: 'minmax(9rem, 1.5fr)',
    cell: (row) => (
      <>
        <GoTo to={accessPath(row)}>{row.principal}</GoTo> {row.name ?? ''}
      </>
    ),
  },
  {
    name: 'kind',
    title: 'Kind',
    width: '6rem',
    cell: ({ kind }) => (kind === 'machine' ? 'program' : kind),
  },
  {
    name: 'roles',
    title: 'Roles',
    width: 'minmax(8rem, 1.5fr)',
    cell: ({ roles }) => (roles.length === 0 ? 'none' : roles.map(({ role }) => role).join(', ')),
  },
  {
    name: 'keys',
    title: 'Keys',
    width: '5rem',
    right: true,
    cell: (row) => (row.keys === null ? '–' : keysOf(row).length),
  },
  {
    name: 'state',
    title: 'State',
    width: 'minmax(9rem, 1fr)',
    cell: (row) => <StateBadge of={row} />,
  },
];

export function StateBadge({ of }: { readonly of: Principal }) {
  if (of.disabled) {
    return (
      <Badge size="sm" color="red.9">
        let in no more
      </Badge>
    );
  }
  return of.roles.length + keysOf(of).length === 0 ? (
    <Badge size="sm" color="gray.7">
      may nothing
    </Badge>
  ) : (
    <Badge size="sm" color="blue.9">
      comes in
    </Badge>
  );
}

/** Who may come in, as what, and who gave it to them? */
export function Access() {
  const asOf = useAsOf();
  const { role } = useMe();
  const go = useGo();
  const access = usePages(['get', '/v1/access'], asOf, async (at, signal) =>
    answered(await api.GET('/v1/access', { params: { query: { limit: '200', ...at } }, signal })),
  );
  return (
    <Page
      title="Access"
      says="Everybody who may come in, with roles and keys. An admin asks, finance approves; each of it is an event."
      actions={
        <Group gap="xs">
          <GoTo to="/approval-rules" size="sm">
            Who approves what
          </GoTo>
          <GoTo to="/requests" size="sm">
            What waits for approval
          </GoTo>
          {role === 'admin' && asOf === undefined ? <RegisterAction /> : null}
        </Group>
      }
    >
      <Answer of={access}>
        {(pages) => {
          const rows = pages.flatMap(({ principals }) => principals);
          return rows.length === 0 ? (
            <Empty title="Nobody is known yet">
              <Text inherit>
                The first admin and the first of finance are made where the ledger lies, by{' '}
                <Code>ledger access init</Code>. On a demo, personas come in without.
              </Text>
            </Empty>
          ) : (
            <DataTable
              label="Access"
              columns={COLUMNS}
              rows={rows}
              keyOf={({ principal }) => principal}
              open={(row) => go(accessPath(row))}
              more={access.more}
            />
          );
        }}
      </Answer>
    </Page>
  );
}
