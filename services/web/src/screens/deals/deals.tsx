import { Badge, Group, Select } from '@mantine/core';
import { api, type Schemas } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { answered } from '../../api/send.ts';
import { dealPath, useAddress, useAsOf, useGo } from '../../parts/address.ts';
import { type Column, DataTable, moneyColumn } from '../../parts/data-table.tsx';
import { GoTo } from '../../parts/go-to.tsx';
import { Day } from '../../parts/moment.tsx';
import { percentText } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';
import { usePeriods } from '../me/periods.tsx';
import { findingsOf, WARNING } from './findings.ts';
import { InTheWay } from './in-the-way.tsx';
import { SearchField } from './search-field.tsx';

type DealView = Schemas['DealView'];

const STATES = ['closed', 'cancelled', 'vanished'] as const;
const CREDIT = 'credit';
/** Who is told what is in the way of a freeze. */
const MAY_CLOSE = ['ops', 'finance', 'auditor'] as const;
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
  moneyColumn({ name: 'amount', title: 'Amount', width: '10rem', sortable: true }, ({ amount, currency }) => ({
    amount,
    currency,
  })),
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
  {
    name: 'findings',
    title: 'Findings',
    width: '13rem',
    cell: (row) =>
      findingsOf(row).map(({ short, says }) => (
        <Badge key={says} size="sm" color={WARNING} title={says} tt="none">
          {short}
        </Badge>
      )),
  },
];

/** Which deals are there, and whom does each credit? */
export function Deals() {
  const asOf = useAsOf();
  const go = useGo();
  const [{ text, state, sort = '-closed', uncredited, findings }, change] = useAddress();
  const query = {
    text,
    limit: '100',
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
  const { role } = useMe();
  const periods = usePeriods() ?? [];
  const inPeriods = MAY_CLOSE.some((each) => each === role)
    ? [{ group: 'In the way of a freeze', items: periods.map((each) => ({ value: each, label: `deals of ${each}` })) }]
    : [];
  return (
    <Page title="Deals" says="As their sources tell them, with whom each one credits.">
      <Group gap="sm" align="flex-end">
        <SearchField asked={text ?? ''} ask={(word) => change({ text: word })} isAwaited={deals.isAwaited} />
        <Select
          label="State"
          clearable
          placeholder="any"
          data={[...STATES]}
          value={query.state ?? null}
          onChange={(value) => change({ state: value ?? undefined })}
        />
        <Select
          label="Findings"
          clearable
          placeholder="any"
          w={300}
          data={[{ value: CREDIT, label: 'credits nobody, or not everybody' }, ...inPeriods]}
          value={uncredited === 'true' ? CREDIT : (findings ?? null)}
          onChange={(value) =>
            change(
              value === CREDIT
                ? { uncredited: 'true', findings: undefined }
                : { uncredited: undefined, findings: value ?? undefined },
            )
          }
        />
      </Group>
      {findings === undefined ? null : <InTheWay period={findings} />}
      <Answer of={deals}>
        {(pages) => {
          const rows = pages.flatMap((page) => page.deals);
          return rows.length === 0 ? (
            <Empty title="No deal is like that">Change what you search for; ops import files.</Empty>
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
