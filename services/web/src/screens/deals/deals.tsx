import { Group, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { api, type Schemas } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { answered } from '../../api/send.ts';
import { dealPath, useAddress, useAsOf, useGo } from '../../parts/address.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { GoTo } from '../../parts/go-to.tsx';
import { Day } from '../../parts/moment.tsx';
import { Money, percentText } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer, Empty } from '../../parts/states.tsx';

type DealView = Schemas['DealView'];

const STATES = ['closed', 'cancelled', 'vanished'] as const;
const SORTS = ['closed', '-closed', 'amount', '-amount'] as const;

const COLUMNS: readonly Column<DealView>[] = [
  {
    name: 'deal',
    title: 'Deal',
    width: 'minmax(8rem, 1fr)',
    cell: (row) => <GoTo to={dealPath(row)}>{`${row.source}.${row.deal}`}</GoTo>,
  },
  { name: 'account', title: 'Account', width: 'minmax(8rem, 2fr)', cell: ({ account }) => account ?? '–' },
  { name: 'closed', title: 'Closed', width: '8rem', sortable: true, cell: ({ closedOn }) => <Day day={closedOn} /> },
  {
    name: 'amount',
    title: 'Amount',
    width: '10rem',
    right: true,
    sortable: true,
    cell: ({ amount, currency }) => <Money amount={amount} currency={currency} />,
  },
  {
    name: 'credits',
    title: 'Credited',
    width: 'minmax(8rem, 2fr)',
    cell: ({ credits }) =>
      credits.length === 0
        ? 'nobody'
        : credits.map(({ participant, share }) => `${participant} ${percentText(share)}`).join(', '),
  },
  { name: 'state', title: 'State', width: '6rem', cell: ({ state }) => state },
];

/** Which deals are there, and whom does each credit? */
export function Deals() {
  const asOf = useAsOf();
  const go = useGo();
  const [{ text, state, sort = '-closed', uncredited }, change] = useAddress();
  const [typed, type] = useState(text ?? '');
  const [asked] = useDebouncedValue(typed, 150);
  // Only what was typed changes the address.
  useEffect(() => {
    if (asked !== (text ?? '')) change({ text: asked === '' ? undefined : asked });
  }, [asked]);
  const query = {
    text,
    limit: '200',
    sort: SORTS.find((each) => each === sort),
    state: STATES.find((each) => each === state),
    ...(uncredited === 'true' ? { uncredited: 'true' as const } : {}),
  };
  const deals = usePages(
    ['get', '/v1/deals', query],
    asOf,
    async (at, signal) => answered(await api.GET('/v1/deals', { params: { query: { ...query, ...at } }, signal })),
    { keeps: true },
  );
  return (
    <Page title="Deals" says="As their sources tell them, with whom each one credits.">
      <Group gap="sm" align="flex-end">
        <TextInput
          label="Search"
          placeholder="Part of the id or the account"
          value={typed}
          onChange={({ currentTarget: { value } }) => type(value)}
        />
        <Select
          label="State"
          clearable
          placeholder="any"
          data={[...STATES]}
          value={query.state ?? null}
          onChange={(value) => change({ state: value ?? undefined })}
        />
        <Select
          label="Credit"
          clearable
          placeholder="any"
          data={[{ value: 'true', label: 'credits nobody, or not everybody' }]}
          value={uncredited === 'true' ? 'true' : null}
          onChange={(value) => change({ uncredited: value ?? undefined })}
        />
      </Group>
      <Answer of={deals}>
        {(pages) => {
          const rows = pages.flatMap((page) => page.deals);
          return rows.length === 0 ? (
            <Empty title="No deal is like that">Change what you search for, or import a file.</Empty>
          ) : (
            <DataTable
              label="Deals"
              columns={COLUMNS}
              rows={rows}
              keyOf={(row) => `${row.source}.${row.deal}`}
              open={(row) => go(dealPath(row))}
              sort={sort}
              onSort={(next) => change({ sort: next })}
              more={deals.more}
            />
          );
        }}
      </Answer>
    </Page>
  );
}
