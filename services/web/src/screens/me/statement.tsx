import { Badge, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useAgain } from '../../api/again.ts';
import { $api } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import { useAddress, useAsOf, useGo, usePart } from '../../parts/address.ts';
import { GoTo } from '../../parts/go-to.tsx';
import { dayBefore, dayText, Instant } from '../../parts/moment.tsx';
import { isZero, Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { usePrinted } from '../../parts/printed.ts';
import { Answer, Empty, Waiting } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';
import type { Standing } from './answers.ts';
import { Downloads } from './downloads.tsx';
import { LadderCard } from './ladder.tsx';
import { Lines } from './lines.tsx';
import classes from './me.module.css';
import { PeriodSelect, useOpened, usePeriod, usePeriods } from './periods.tsx';
import { Reopened } from './reopened.tsx';

/** What am I paid, when, and for what? */
export function MyStatement() {
  const me = useMe();
  const { period, periods } = usePeriod();
  const [, change] = useAddress();
  if (periods === undefined) return <Waiting />;
  if (period === undefined) {
    return (
      <Page title="My statement">
        <Empty title="No period is open yet">Your statement is here as soon as ops open the first period.</Empty>
      </Page>
    );
  }
  return (
    <Sheet
      participant={me.id}
      period={period}
      periods={periods}
      title="My statement"
      choose={(next) => change({ period: next })}
    />
  );
}

/** The same of anybody whose pay one sees. */
export function StatementOf() {
  const [participant, period] = [usePart('participant'), usePart('period')];
  const periods = usePeriods() ?? [];
  const go = useGo();
  return (
    <Sheet
      participant={participant}
      period={period}
      periods={periods}
      title={`Statement of ${participant}`}
      choose={(next) => go(`/statements/${next}/${participant}`)}
    />
  );
}

interface SheetProps {
  readonly participant: string;
  readonly period: string;
  readonly periods: readonly string[];
  readonly title: string;
  readonly choose: (period: string) => void;
}

function Sheet({ participant, period, periods, title, choose }: SheetProps) {
  const asOf = useAsOf();
  const me = useMe();
  const isPrinted = usePrinted();
  const params = { path: { period, participant }, query: { asOf } };
  const standing = $api.useQuery('get', '/v1/periods/{period}/statements/{participant}/standing', { params });
  const statement = $api.useQuery('get', '/v1/periods/{period}/statements/{participant}', { params });
  const days = useOpened()?.find((each) => each.period === period);
  const again = useAgain('/v1/periods');
  const live = useLive(
    `/v1/periods/${encodeURIComponent(period)}/statements/${encodeURIComponent(participant)}/stream`,
    asOf === undefined ? standing.data?.asOf : undefined,
    again,
  );
  const actions = (
    <Group gap="xs">
      <PeriodSelect periods={periods} period={period} choose={choose} />
      <Button size="xs" variant="default" onClick={() => print()}>
        Print
      </Button>
    </Group>
  );
  const isNobody = standing.error !== null && 'code' in standing.error && standing.error.code === 'not_found';
  if (isNobody || standing.error?.code === 'participant_unknown') {
    return (
      <Page title={title} actions={actions}>
        <Empty title="There is no statement here">
          Nobody with the id {participant} is paid by this ledger, or you may not see it.
        </Empty>
      </Page>
    );
  }
  const from = daysOf(days) ?? period;
  const isLive = live === 'live' && standing.data?.state === 'open';
  // A sheet of paper is by itself: whose it is, of which ledger and of which moment stands on it.
  const onPaper = `${from}, ledger ${me.ledger}, as of position ${standing.data?.asOf ?? ''}`;
  const owner = participant === me.id && me.name !== null ? `${me.name} (${me.id})` : participant;
  return (
    <Page
      title={isPrinted ? `Statement of ${owner}` : title}
      says={isPrinted ? onPaper : `${from}${isLive ? ' · kept up to date while you look' : ''}`}
      actions={actions}
    >
      <Answer of={standing}>
        {(head) => {
          // What one is measured by comes first; what is paid at one rate needs no looking after.
          const ladders = head.ladders.toSorted((a, b) => Number(b.quota !== null) - Number(a.quota !== null));
          return (
            <Stack>
              <Head head={head} reopenings={days?.reopenings ?? []} />
              <SimpleGrid cols={{ base: 1, md: ladders.length > 1 ? 2 : 1 }}>
                {ladders.map((ladder) => (
                  <LadderCard
                    key={`${ladder.component} ${ladder.window.id}`}
                    ladder={ladder}
                    currency={head.currency}
                  />
                ))}
              </SimpleGrid>
              <Answer of={statement}>
                {({ statement: sheet }) => (
                  <Lines
                    statement={sheet}
                    titles={new Map(ladders.map(({ component, title: name }) => [component, name]))}
                  />
                )}
              </Answer>
            </Stack>
          );
        }}
      </Answer>
    </Page>
  );
}

/** From the first day to the last: the end of a period is the day after it. */
function daysOf(period: { readonly from: string; readonly to: string } | undefined): string | undefined {
  return period === undefined ? undefined : `${dayText(period.from)} to ${dayText(dayBefore(period.to))}`;
}

/** What is paid and when. What is frozen looks so: with its date, its digest, and files to keep. */
function Head({ head, reopenings }: { readonly head: Standing; readonly reopenings: readonly string[] }) {
  const { currency, total, earned, corrected, settled, pay, state, digest, frozenAt, participant, period } = head;
  const isFrozen = state === 'frozen';
  const me = useMe();
  const asOf = useAsOf();
  return (
    <Paper withBorder p="md" className={isFrozen ? classes.frozen : undefined}>
      <Stack gap="xs">
        <Group justify="space-between" align="flex-start">
          <div>
            <Text size="sm" c="dimmed">
              {isFrozen ? 'Total' : 'Total so far'}
            </Text>
            <Title order={2}>
              <Money amount={total} currency={currency} />
            </Title>
          </div>
          <Badge variant={isFrozen ? 'filled' : 'outline'} color={isFrozen ? 'blue.9' : 'gray'} autoContrast>
            {isFrozen ? 'Frozen' : state === 'freezing' ? 'Being frozen' : 'Open'}
          </Badge>
        </Group>
        <Text size="sm">{pay.says}</Text>
        <Reopened participant={participant} period={period} reopenings={reopenings} isFrozen={isFrozen} />
        {isZero(corrected) && isZero(settled) ? null : (
          <Text size="sm">
            Earned <Money amount={earned} currency={currency} />
            {isZero(corrected) ? null : (
              <>
                , corrections of earlier periods <Money amount={corrected} currency={currency} signed />
              </>
            )}
            {isZero(settled) ? null : (
              <>
                , draws, holds and payment <Money amount={settled} currency={currency} signed />
              </>
            )}
            .
          </Text>
        )}
        {pay.balances.map(({ balance, of, closing }) => (
          <Text size="sm" key={`${balance} ${of ?? ''}`}>
            {BALANCES[balance]}
            {of === null ? '' : ` (${of})`}: <Money amount={closing} currency={currency} />
          </Text>
        ))}
        {isFrozen ? (
          <Text size="xs" c="dimmed">
            {frozenAt === null ? null : (
              <>
                Frozen on <Instant at={frozenAt} />.{' '}
              </>
            )}
            {digest === null ? 'Nothing was due.' : null}
            {digest === null ? null : (
              <>
                SHA-256 <span className={classes.digest}>{digest}</span>
              </>
            )}
          </Text>
        ) : null}
        <Group gap="xs" className={classes.noPrint}>
          <Downloads participant={participant} period={period} />
          <GoTo to="/why" search={{ participant, period }} size="sm">
            Why did it change?
          </GoTo>
          {isFrozen || asOf !== undefined || me.id === participant || !(me.role === 'ops' || me.role === 'manager')
            ? null
            : ASKED.map(([kind, says]) => (
                <GoTo key={kind} to="/exceptions/ask" search={{ kind, participant, period }} size="sm">
                  {says}
                </GoTo>
              ))}
        </Group>
      </Stack>
    </Paper>
  );
}

/** What ops and managers ask for about a statement of somebody else. */
const ASKED = [
  ['adjustment', 'Adjust'],
  ['hold', 'Hold this'],
] as const;

const BALANCES: Readonly<Record<Standing['pay']['balances'][number]['balance'], string>> = {
  owed: 'Owed on a draw',
  forgiven: 'Forgiven of a draw',
  held: 'Held until it is decided',
  spread: 'Corrections still to come',
  deferred: 'Earned, and not yet due for payment',
  'to-recover': 'Paid too much, and to be paid back',
  'written-off': 'No longer asked back',
  carried: 'Carried, below the least payment',
};
