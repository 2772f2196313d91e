import { Badge, List, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { GoTo } from '../../parts/go-to.tsx';
import { asSaid, Day, Instant } from '../../parts/moment.tsx';
import { Money, Sums } from '../../parts/money.tsx';
import { Rows } from '../../parts/short-table.tsx';
import type { Pack } from './pack.ts';
import { Below, Part } from './parts.tsx';

/** What waits for somebody: money under way, decisions with who may take them, queries with all that was said, replays that were kept. */
export function WaitsPart({ pack: { money, waiting, queries, replays } }: { readonly pack: Pack }) {
  const isEmpty = money.length + waiting.length + queries.length + replays.length === 0;
  return (
    <Part id="waits" none="Nothing waits." isEmpty={isEmpty}>
      <Stack gap="md">
        <Group title="Money under way" of={money}>
          <Rows
            label="Money under way"
            head={['Period', 'Where it is', { title: 'Statements', end: true }, { title: 'Together', end: true }]}
            rows={money.map(({ period, state, statements, totals }) => [
              <GoTo key="p" to="/payouts" search={{ period }}>
                {period}
              </GoTo>,
              MONEY[state],
              statements,
              <Sums key="t" totals={totals} />,
            ])}
          />
        </Group>
        <Group title="Decisions" of={waiting}>
          <Rows
            label="Decisions that wait"
            head={['What', 'Asked for by', 'Who may decide', { title: 'Before', whole: true }]}
            rows={waiting.map((each) => [
              <GoTo key="w" to={`/requests/${encodeURIComponent(each.name)}`}>
                {asSaid(each.says)}
              </GoTo>,
              <span key="a">
                {each.requestedBy}, <Instant at={each.requestedAt} />
                <Below>{each.reason}</Below>
              </span>,
              <MayDecide key="m" of={each} />,
              <Day key="d" day={each.expiresOn} />,
            ])}
          />
        </Group>
        <Group title="Queries" of={queries}>
          <Stack gap="sm">
            {queries.map((query) => (
              <Thread key={query.query} of={query} />
            ))}
          </Stack>
        </Group>
        <Group title="Replays that were kept, and neither applied nor discarded" of={replays}>
          <Rows
            label="Kept replays"
            head={['Replay', 'Of', 'Kept by', 'Tried out', { title: 'Against the frozen', end: true, whole: true }]}
            rows={replays.map(({ replay, from, to, by, recordedAt, reason, definitions, deltas }) => [
              <GoTo key="r" to={`/replay/${replay}`}>
                {replay}
              </GoTo>,
              from === to ? from : `${from} to ${to}`,
              <span key="b">
                {by}, <Instant at={recordedAt} />
                <Below>{reason}</Below>
              </span>,
              definitions.join(', ') || 'what was known then',
              <Sums key="d" totals={deltas} signed />,
            ])}
          />
        </Group>
      </Stack>
    </Part>
  );
}

const MONEY: Readonly<Record<Pack['money'][number]['state'], string>> = {
  frozen: 'payable, in no run',
  'in-run': 'with payroll, not said to be paid',
  returned: 'came back, payable again',
  negative: 'takes money back, which no payment can',
};

function Group({
  title,
  of,
  children,
}: {
  readonly title: string;
  readonly of: readonly unknown[];
  readonly children: ReactNode;
}) {
  if (of.length === 0) return null;
  return (
    <div>
      <Title order={3} size="h5" mb={4}>
        {title}
      </Title>
      {children}
    </div>
  );
}

/** By role and by name: who may still give which approval, who has, and who may not although they have the role. */
function MayDecide({ of: { needs, rules, not, before, approvedSoFar } }: { readonly of: Pack['waiting'][number] }) {
  return (
    <>
      {needs.map((roles) => roles.join(' or ')).join(' and ')}
      {not.length === 0 ? '' : `, not ${not.join(' or ')}`}
      {approvedSoFar.length === 0 ? null : <Below>Approved so far by {approvedSoFar.join(' and ')}.</Below>}
      {before.length === 0 ? null : <Below>Decided before by {before.join(', ')}.</Below>}
      {rules.length === 0 ? null : <Below>By the rules: {rules.join('; ')}.</Below>}
    </>
  );
}

function Thread({ of }: { readonly of: Pack['queries'][number] }) {
  const { query, participant, period, line, currency, saw, expects, difference, says, openedBy, openedAt, thread } = of;
  const whose = of.ball === 'participant' ? participant : (of.holder ?? 'nobody has it');
  return (
    <div>
      <Text size="sm">
        <GoTo to={`/queries/${query}`} fw={600}>
          {participant}, {line} in {period}
        </GoTo>
        {': '}
        <Money amount={saw} currency={currency} />
        {expects === null ? null : (
          <>
            , expects <Money amount={expects} currency={currency} />
          </>
        )}
        {difference === null ? null : (
          <>
            , by their own facts <Money amount={difference} currency={currency} signed />
          </>
        )}
        . Whose move: {whose}
        {of.dueOn === null ? null : (
          <>
            , by <Day day={of.dueOn} />
          </>
        )}{' '}
        {of.isLate ? (
          <Badge color="red" size="sm" tt="none" autoContrast>
            late
          </Badge>
        ) : null}
      </Text>
      <List size="sm" withPadding>
        <List.Item>
          <Instant at={openedAt} /> {openedBy}: {says}
        </List.Item>
        {thread.map(({ at, by, says: said }) => (
          <List.Item key={`${at} ${said}`}>
            <Instant at={at} /> {by} {said}
          </List.Item>
        ))}
      </List>
    </div>
  );
}
