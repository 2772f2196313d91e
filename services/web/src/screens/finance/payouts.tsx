import { Badge, Button, Group, NativeSelect, Text } from '@mantine/core';
import { IconArrowsDiff, IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { $api, type AnswerOf, api } from '../../api/client.ts';
import { type PageAt, usePages } from '../../api/pages.ts';
import { answered } from '../../api/send.ts';
import { useAddress, useGo } from '../../parts/address.ts';
import { type Column, DataTable, moneyColumn } from '../../parts/data-table.tsx';
import { GoTo } from '../../parts/go-to.tsx';
import { Day } from '../../parts/moment.tsx';
import { isZero, Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer, Empty, ProblemNote } from '../../parts/states.tsx';
import { AsOfSlider } from './as-of-slider.tsx';
import { saveCsv } from './csv.ts';

type Payouts = AnswerOf<'/v1/periods/{period}/payouts'>;
type Payout = Payouts['payouts'][number];
type Period = AnswerOf<'/v1/periods'>['periods'][number];

/** A line of the history: a frozen statement with its money, or one that would be posted. */
interface Line {
  readonly participant: string;
  readonly name: string | null;
  readonly currency: string;
  readonly amount: string | null;
  readonly state: Payout['state'] | 'open';
  readonly payment: Payout['payments'][number] | undefined;
}

const SAYS: Readonly<Record<Line['state'], string>> = {
  open: 'open',
  frozen: 'payable',
  'in-run': 'with payroll',
  paid: 'paid',
  returned: 'came back',
  nothing: 'nothing due',
  negative: 'owed',
};
const COLOURS: Readonly<Record<Line['state'], string>> = {
  open: 'gray',
  frozen: 'blue',
  'in-run': 'violet',
  paid: 'green',
  returned: 'orange',
  nothing: 'gray',
  negative: 'red',
};

/** Who was paid what, in any period, as it was known at any moment? */
export function Payouts() {
  const [{ asOf, period }] = useAddress();
  const periods = $api.useQuery('get', '/v1/periods', { params: { query: { asOf, limit: '500' } } });
  return (
    <Page title="Payout history" says="Who was paid what, in any period, as it was known at any moment.">
      <AsOfSlider />
      <Answer of={periods}>
        {({ periods: all }) => {
          const chosen = all.find((each) => each.period === period) ?? all.findLast(isFrozen) ?? all.at(-1);
          return chosen === undefined ? (
            <Empty title="No period was open then">Look at a later moment; ops open periods.</Empty>
          ) : (
            <PayoutsOf period={chosen} periods={all} />
          );
        }}
      </Answer>
    </Page>
  );
}

function isFrozen({ state }: Period): boolean {
  return state === 'frozen';
}

/** States of a frozen statement's money. */
const STANDS = ['frozen', 'in-run', 'paid', 'returned', 'nothing', 'negative'] as const;

/** A page of a period, of those alone whose money is in a state; empty: of all. */
async function pageOf({ period, state }: Period, at: PageAt, wanted: string) {
  const query = { ...at, limit: '500' };
  const path = { period };
  if (state !== 'frozen') {
    const params = { path, query };
    const { statements, next, asOf, totals } = answered(await api.GET('/v1/periods/{period}/statements', { params }));
    // Of what is open nothing is anywhere else.
    if (wanted !== '' && wanted !== 'open') return { lines: [], next: null, asOf, totals: {} };
    const lines = statements.map(
      ({ participant, name, currency, total, state: stands }): Line => ({
        participant,
        name,
        currency,
        amount: total,
        // What is being frozen is payable no sooner than what is open.
        state: stands === 'freezing' ? 'open' : stands,
        payment: undefined,
      }),
    );
    return { lines, next, asOf, totals: { open: totals } as Payouts['totals'] };
  }
  const stands = STANDS.find((each) => each === wanted);
  // A cursor goes on with what was asked for.
  const params = { path, query: stands === undefined || 'cursor' in at ? query : { ...query, state: stands } };
  const { payouts, next, asOf, totals } = answered(await api.GET('/v1/periods/{period}/payouts', { params }));
  if (wanted === 'open') return { lines: [], next: null, asOf, totals: {} };
  const lines = payouts.map(({ payments, ...payout }): Line => ({ ...payout, payment: payments.at(-1) }));
  return { lines, next, asOf, totals };
}

function PayoutsOf({ period, periods }: { readonly period: Period; readonly periods: readonly Period[] }) {
  const [{ asOf, state = '' }, change] = useAddress();
  const go = useGo();
  const [isSaving, saving] = useState(false);
  const [refused, refuse] = useState<unknown>();
  const found = usePages(['payouts', period.period, period.state, state], asOf, (at) => pageOf(period, at, state));
  const lines = found.data?.flatMap((page): readonly Line[] => page.lines) ?? [];
  const totals = Object.entries((found.data?.at(0)?.totals ?? {}) as Payouts['totals']);
  const lifeOf = ({ participant }: Line) => `/audit/payouts/${period.period}/${participant}`;
  const columns: readonly Column<Line>[] = [
    {
      name: 'participant',
      title: 'Person',
      width: 'minmax(8rem, 1.4fr)',
      cell: (line) => <GoTo to={lifeOf(line)}>{line.name ?? line.participant}</GoTo>,
    },
    moneyColumn(
      { name: 'amount', title: 'Amount', width: 'minmax(9rem, 1fr)', none: 'cannot be calculated' },
      ({ amount, currency }) => (amount === null ? null : { amount, currency }),
    ),
    {
      name: 'state',
      title: 'State',
      width: 'minmax(8rem, 1fr)',
      cell: ({ state: stands }) => (
        <Badge variant="light" color={COLOURS[stands]} autoContrast>
          {SAYS[stands]}
        </Badge>
      ),
    },
    {
      name: 'payment',
      title: 'Payment',
      width: 'minmax(14rem, 2fr)',
      cell: ({ payment }) => <Paid payment={payment} />,
    },
  ];
  const save = async () => {
    saving(true);
    refuse(undefined);
    const rows: Line[] = [];
    let speaks = '';
    for (let at: PageAt | undefined = { asOf }; at !== undefined; ) {
      const page: Awaited<ReturnType<typeof pageOf>> = await pageOf(period, at, state);
      rows.push(...page.lines);
      speaks = page.asOf;
      at = page.next === null ? undefined : { cursor: page.next };
    }
    const head = [
      'period',
      'participant',
      'currency',
      'amount',
      'state',
      'payment',
      'paid on',
      'reference',
      'as of position',
    ];
    saveCsv(`payouts-${period.period}-as-of-${speaks}.csv`, [
      head,
      ...rows.map(({ participant, currency, amount, state: stands, payment }) => [
        period.period,
        participant,
        currency,
        amount ?? '',
        SAYS[stands],
        payment?.payment ?? '',
        payment?.paidOn ?? '',
        payment?.reference ?? '',
        speaks,
      ]),
    ]);
  };
  return (
    <>
      <Group justify="space-between" align="flex-end" gap="sm">
        <Group gap="sm" align="flex-end">
          <NativeSelect
            label="Period"
            value={period.period}
            onChange={({ currentTarget: { value } }) => change({ period: value })}
            data={periods.map(({ period: name, state: stands }) => ({ value: name, label: `${name} (${stands})` }))}
          />
          <NativeSelect
            label="State"
            value={state}
            onChange={({ currentTarget: { value } }) => change({ state: value })}
            data={[{ value: '', label: 'all' }, ...Object.entries(SAYS).map(([value, label]) => ({ value, label }))]}
          />
        </Group>
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<IconArrowsDiff size={16} aria-hidden />}
            onClick={() => go('/payouts/compare', { period: period.period })}
          >
            Compare two moments
          </Button>
          <Button
            variant="default"
            loading={isSaving}
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() =>
              void save()
                .catch(refuse)
                .finally(() => saving(false))
            }
          >
            Export CSV
          </Button>
        </Group>
      </Group>
      {refused === undefined ? null : <ProblemNote problem={refused} />}
      {found.error !== null ? <ProblemNote problem={found.error} again={() => void found.refetch()} /> : null}
      <Group gap="lg" aria-label="Totals" role="group">
        {totals.map(([stands, sums]) =>
          Object.entries(sums ?? {}).map(([currency, amount]) =>
            isZero(amount) ? null : (
              <Text size="sm" key={`${stands} ${currency}`}>
                {SAYS[stands as Line['state']] ?? stands}: <Money amount={amount} currency={currency} fw={600} />
              </Text>
            ),
          ),
        )}
      </Group>
      {lines.length === 0 && found.data !== undefined ? (
        <Empty title={`Nobody has ${state === '' ? 'a statement' : 'money in this state'} in ${period.period}`}>
          Choose another state or period, or move to another moment.
        </Empty>
      ) : (
        <DataTable
          label={`Payouts of ${period.period}`}
          columns={columns}
          rows={lines}
          keyOf={({ participant }) => participant}
          open={(line) => go(lifeOf(line))}
          more={found.more}
        />
      )}
    </>
  );
}

function Paid({ payment }: { readonly payment: Line['payment'] }) {
  if (payment === undefined) return '–';
  const { payment: name, state, paidOn, returnedOn, reason } = payment;
  const on = state === 'returned' ? returnedOn : paidOn;
  return (
    <Text span inherit truncate>
      {name}
      {on === null ? '' : ', '}
      {on === null ? null : <Day day={on} />}
      {reason === null ? '' : `: ${reason}`}
    </Text>
  );
}
