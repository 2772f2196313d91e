import { Alert, Group, NativeSelect, SegmentedControl, Stack, Table, Text, Title } from '@mantine/core';
import { $api, type AnswerOf } from '../../api/client.ts';
import { useAddress } from '../../parts/address.ts';
import { amountText, Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { Framed } from '../../parts/short-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { AsOfSlider } from './as-of-slider.tsx';
import { Bars } from './chart.tsx';

type CostAnswer = AnswerOf<'/v1/cost'>;
type Group_ = CostAnswer['groups'][number];
type Spread = CostAnswer['attainment'][number];

const BY = ['period', 'team', 'plan'] as const;
type By = (typeof BY)[number];
const NAMES: Readonly<Record<By, string>> = { period: 'Period', team: 'Team of', plan: 'Plan' };
const NOBODY: Readonly<Record<By, string>> = { period: '', team: 'nobody', plan: 'no plan' };

/** The parts of a bar: what they are called, and of which figures. */
const PARTS = [
  { of: 'paid', title: 'paid' },
  { of: 'inRun', title: 'with payroll' },
  { of: 'payable', title: 'payable' },
  { of: 'open', title: 'open' },
  { of: 'held', title: 'held' },
] as const;

const COLUMNS = [
  { of: 'accrued', title: 'Accrued', says: 'earned, corrected and settled: held, open and posted together' },
  { of: 'held', title: 'Held', says: 'kept back by decision' },
  { of: 'open', title: 'Open', says: 'on statements that are not frozen' },
  { of: 'posted', title: 'Posted', says: 'on frozen statements' },
  { of: 'payable', title: 'Payable', says: 'frozen and in no run' },
  { of: 'inRun', title: 'With payroll', says: 'in a run' },
  { of: 'paid', title: 'Paid', says: 'as payroll said' },
  { of: 'returned', title: 'Came back', says: 'payable again' },
  { of: 'owed', title: 'Owed', says: 'less than nothing' },
] as const;

/** What do commissions cost, and where is the money? */
export function Cost() {
  const [{ asOf, by: given, from, to }, change] = useAddress();
  const by = BY.find((each) => each === given) ?? 'period';
  const query = { asOf, by, from, to };
  const cost = $api.useQuery('get', '/v1/cost', { params: { query } }, { placeholderData: (old) => old });
  const periods = $api.useQuery('get', '/v1/periods', { params: { query: { asOf, limit: '500' } } });
  const names = periods.data?.periods.map(({ period }) => period) ?? [];
  const options = [{ value: '', label: 'any' }, ...names.map((value) => ({ value, label: value }))];
  return (
    <Page
      title="Cost"
      says="What commissions cost, by period, team or plan: accrued, held, paid. Currencies are never added up."
    >
      <AsOfSlider />
      <Group align="flex-end" gap="sm">
        <SegmentedControl
          aria-label="Add up by"
          transitionDuration={0}
          value={by}
          onChange={(value) => change({ by: value === 'period' ? undefined : value })}
          data={BY.map((value) => ({ value, label: `By ${value}` }))}
        />
        <NativeSelect
          label="First period"
          value={from ?? ''}
          onChange={({ currentTarget: { value } }) => change({ from: value })}
          data={options}
        />
        <NativeSelect
          label="Last period"
          value={to ?? ''}
          onChange={({ currentTarget: { value } }) => change({ to: value })}
          data={options}
        />
      </Group>
      <Answer of={cost}>
        {(answer) =>
          answer.groups.length === 0 ? (
            <Empty title="Nothing has been earned then">Choose other periods, or another moment.</Empty>
          ) : (
            <Stack gap="lg">
              {[...new Set(answer.totals.map(({ currency }) => currency))].map((currency) => (
                <InCurrency key={currency} answer={answer} currency={currency} />
              ))}
              <Problems problems={answer.problems} />
              <Attainment spreads={answer.attainment} />
            </Stack>
          )
        }
      </Answer>
    </Page>
  );
}

function InCurrency({ answer, currency }: { readonly answer: CostAnswer; readonly currency: string }) {
  const groups = answer.groups.filter((group) => group.currency === currency);
  const total = answer.totals.find((each) => each.currency === currency);
  const nameOf = ({ of }: Group_) => of ?? NOBODY[answer.by];
  return (
    <section aria-label={`Cost in ${currency}`}>
      <Title order={2} size="h4" mb="xs">
        {currency}
      </Title>
      <Bars
        title={`Cost by ${answer.by} in ${currency}`}
        says={groups.map((group) => `${nameOf(group)}: ${amountText(group.accrued, currency)} accrued`).join('; ')}
        kinds={PARTS.map(({ title }) => title)}
        bars={groups.map((group) => ({
          name: nameOf(group),
          parts: PARTS.map(({ of, title }) => ({
            of: title,
            length: Number(group[of]),
            says: `${nameOf(group)}: ${title} ${amountText(group[of], currency)} ${currency}`,
          })),
        }))}
      />
      <Framed label={`Cost by ${answer.by} in ${currency}`} from={900} tabularNums>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{NAMES[answer.by]}</Table.Th>
            <Table.Th ta="right">People</Table.Th>
            {COLUMNS.map(({ of, title, says }) => (
              <Table.Th key={of} ta="right" title={says}>
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {groups.map((group) => (
            <Table.Tr key={group.of ?? ''}>
              <Table.Th scope="row" fw={400}>
                {nameOf(group)}
              </Table.Th>
              <Figures group={group} />
            </Table.Tr>
          ))}
        </Table.Tbody>
        {total === undefined ? null : (
          <Table.Tfoot>
            <Table.Tr>
              <Table.Th scope="row">Total</Table.Th>
              <Figures group={total} />
            </Table.Tr>
          </Table.Tfoot>
        )}
      </Framed>
    </section>
  );
}

function Figures({ group }: { readonly group: Omit<Group_, 'of'> }) {
  return (
    <>
      <Table.Td ta="right">{group.people}</Table.Td>
      {COLUMNS.map(({ of }) => (
        <Table.Td key={of} ta="right">
          <Money amount={group[of]} currency={group.currency} bare />
        </Table.Td>
      ))}
    </>
  );
}

function Problems({ problems }: Pick<CostAnswer, 'problems'>) {
  if (problems.length === 0) return null;
  return (
    <Alert color="orange" variant="light" title="Not in these figures">
      {problems.map(({ participant, period, problem }) => (
        <Text size="sm" key={`${participant} ${period}`}>
          {participant} in {period}: {problem.message}
        </Text>
      ))}
    </Alert>
  );
}

const EDGES = [
  'under 25%',
  '25% to 50%',
  '50% to 75%',
  '75% to 90%',
  '90% to 100%',
  '100% to 110%',
  '110% to 125%',
  '125% to 150%',
  '150% to 200%',
  '200% and more',
];

/** How many people came how far: of one period and component at a time. */
function Attainment({ spreads }: { readonly spreads: readonly Spread[] }) {
  const [{ spread: chosen }, change] = useAddress();
  const keyOf = ({ period, plan, component }: Spread) => `${period} ${plan ?? ''} ${component}`;
  const told = spreads.filter(({ people, without }) => people > without);
  const spread = told.find((each) => keyOf(each) === chosen) ?? told.at(-1);
  if (spread === undefined) return null;
  const { people, without, bars, component, period } = spread;
  const says = (count: number) => `${count} ${count === 1 ? 'person' : 'people'}`;
  return (
    <section aria-label="Attainment">
      <Group align="flex-end" justify="space-between" mb="xs">
        <Title order={2} size="h4">
          How far people came
        </Title>
        <NativeSelect
          label="Component"
          value={keyOf(spread)}
          onChange={({ currentTarget: { value } }) => change({ spread: value })}
          data={told.map((each) => ({
            value: keyOf(each),
            label: `${each.component}, ${each.plan ?? 'no plan'}, ${each.period}`,
          }))}
        />
      </Group>
      <Bars
        title={`Attainment of ${component} in ${period}`}
        says={bars.map((count, at) => `${EDGES[at]}: ${says(count)}`).join('; ')}
        kinds={['people']}
        bars={bars.map((count, at) => ({
          name: `${EDGES[at]}: ${count}`,
          parts: [{ of: 'people', length: count, says: `${EDGES[at]}: ${says(count)}` }],
        }))}
      />
      <Text size="sm" c="dimmed">
        {says(people)} measured{without === 0 ? '' : `, ${without} of them without a quota`}.
      </Text>
    </section>
  );
}
