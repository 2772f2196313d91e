import { Alert, Anchor, Button, Group, List, Stack, Table, Text, Title } from '@mantine/core';
import { IconCircleCheck, IconCircleX, IconPrinter } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { $api } from '../../api/client.ts';
import { onlyAt, useAsOf } from '../../parts/address.ts';
import { GoTo } from '../../parts/go-to.tsx';
import { Day } from '../../parts/moment.tsx';
import { Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer } from '../../parts/states.tsx';
import type { Pack } from './pack.ts';

/** What does somebody who takes over have to know? Found in the log, nothing chosen. */
export function Handover() {
  const asOf = useAsOf();
  const pack = $api.useQuery('get', '/v1/handover', { params: { query: { asOf } } }, { staleTime: 60_000 });
  return (
    <Page
      title="Handover"
      says="Everything that somebody who takes over has to know. It is found in the log; nobody has chosen it."
      actions={
        <Button variant="default" leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => print()}>
          Print
        </Button>
      }
    >
      <Answer of={pack}>{(answer) => <Parts pack={answer} />}</Answer>
    </Page>
  );
}

function Parts({ pack }: { readonly pack: Pack }) {
  const { asOf, today, calendar, closes, coming, definitions, people } = pack;
  return (
    <Stack gap="xl">
      <Text size="sm" c="dimmed">
        As of position {asOf}, <Day day={today} />. Closes by {calendar.cadence}, in {calendar.currency}, days of{' '}
        {calendar.timeZone}.
      </Text>
      <nav aria-label="Parts of the pack">
        <Group gap="sm">
          {SECTIONS.map(({ id, title }) => (
            <Anchor key={id} href={`#${id}`} size="sm">
              {title}
            </Anchor>
          ))}
        </Group>
      </nav>
      <RehearsalPart rehearsal={pack.rehearsal} />
      <BusFactorPart of={pack.busFactor} />
      <Part
        id="waits"
        none="Nothing waits."
        isEmpty={pack.money.length + pack.waiting.length + pack.queries.length === 0}
      >
        <List size="sm">
          {pack.money.map(({ period, state, statements, totals }) => (
            <List.Item key={`${period} ${state}`}>
              <GoTo to="/payouts" search={{ period }}>
                {period}
              </GoTo>
              : {statements} {statements === 1 ? 'statement' : 'statements'} {state}, <Totals totals={totals} />
            </List.Item>
          ))}
          {pack.waiting.map(({ name, says, requestedBy, expiresOn, roles }) => (
            <List.Item key={name}>
              {says}: asked for by {requestedBy}, waits for {roles.join(' or ')} until <Day day={expiresOn} />
            </List.Item>
          ))}
          {pack.queries.map(({ query, participant, period, says, holder }) => (
            <List.Item key={query}>
              {participant} asks about {period}: {says} ({holder ?? 'nobody has it'})
            </List.Item>
          ))}
        </List>
      </Part>
      <Part id="calendar" none="" isEmpty={false}>
        <Rows
          label="Close calendar"
          head={['Period', 'From', 'Until before', 'State']}
          rows={closes.map(({ period, from, to, state }) => [
            period,
            <Day key="f" day={from} />,
            <Day key="t" day={to} />,
            state,
          ])}
        />
        {coming.length === 0 ? null : (
          <List size="sm" mt="sm">
            {coming.map(({ on, says }) => (
              <List.Item key={`${on} ${says}`}>
                <Day day={on} />: {says}
              </List.Item>
            ))}
          </List>
        )}
      </Part>
      <Part id="unusual" none="Nothing stands out." isEmpty={pack.unusual.length === 0}>
        <Rows
          label="Unusual decisions"
          head={['Why', 'What', 'By', 'Moved']}
          rows={pack.unusual.map(({ why, says, reason, by, position, moved }) => [
            why,
            <span key="s">
              {says}
              {reason === null ? '' : ` (${reason})`}{' '}
              {position === null ? null : (
                <GoTo to="/audit" search={onlyAt(position)}>
                  position {position}
                </GoTo>
              )}
            </span>,
            by ?? '',
            <Totals key="m" totals={moved} />,
          ])}
        />
      </Part>
      <Part id="exceptions" none="No exception is in force." isEmpty={pack.exceptions.length === 0}>
        <Rows
          label="Exceptions"
          head={['What', 'Why', 'Approved by', 'Until']}
          rows={pack.exceptions.map(({ says, reason, approvedBy, expiresOn }) => [
            says,
            reason,
            approvedBy.join(', '),
            expiresOn === null ? 'no end' : <Day key="e" day={expiresOn} />,
          ])}
        />
      </Part>
      <Part id="definitions" none="Nothing is defined." isEmpty={definitions.length === 0}>
        <Rows
          label="Definitions"
          head={['Kind', 'Name', 'In force', 'Last change']}
          rows={definitions.map(({ kind, name, title, inForce, versions }) => {
            const last = versions.at(-1);
            return [
              kind,
              `${title} (${name})`,
              inForce === null ? 'none' : `version ${inForce}`,
              last === undefined ? '' : `${last.reason} Approved by ${last.approvedBy}.`,
            ];
          })}
        />
      </Part>
      <Part id="people" none="Nobody earns." isEmpty={people.length === 0}>
        <Rows
          label="People"
          head={['Person', 'Plans', 'Reports to', 'Quotas']}
          rows={people.map(({ participant, plans, manager, quotas }) => [
            participant,
            plans.join(', '),
            manager ?? 'nobody',
            quotas.map(({ metric, year, says }) => `${metric} ${year}: ${says}`).join('; '),
          ])}
        />
      </Part>
    </Stack>
  );
}

const SECTIONS = [
  { id: 'rehearsal', title: 'Rehearsal' },
  { id: 'bus-factor', title: 'Bus factor' },
  { id: 'waits', title: 'What waits' },
  { id: 'calendar', title: 'Calendar, and what comes' },
  { id: 'unusual', title: 'Unusual decisions' },
  { id: 'exceptions', title: 'Exceptions' },
  { id: 'definitions', title: 'Definitions' },
  { id: 'people', title: 'People' },
] as const;

function Part({
  id,
  none,
  isEmpty,
  children,
}: {
  readonly id: (typeof SECTIONS)[number]['id'];
  readonly none: string;
  readonly isEmpty: boolean;
  readonly children: ReactNode;
}) {
  const title = SECTIONS.find((each) => each.id === id)?.title ?? id;
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <Title order={2} size="h4" mb="xs" id={`${id}-title`}>
        {title}
      </Title>
      {isEmpty ? <Text size="sm">{none}</Text> : children}
    </section>
  );
}

function RehearsalPart({ rehearsal }: Pick<Pack, 'rehearsal'>) {
  return (
    <Part id="rehearsal" none="Nothing is frozen that could be rehearsed." isEmpty={rehearsal === null}>
      {rehearsal === null ? null : (
        <Stack gap="xs">
          <Alert
            variant="light"
            color={rehearsal.equal ? 'green' : 'red'}
            icon={rehearsal.equal ? <IconCircleCheck aria-hidden /> : <IconCircleX aria-hidden />}
            title={
              rehearsal.equal
                ? `${rehearsal.period} was computed again: all ${rehearsal.statements} statements come out the same`
                : `${rehearsal.period} was computed again, and does not come out the same`
            }
          >
            {rehearsal.unequal.map(({ participant, frozen, recomputed }) => (
              <Text size="sm" key={participant}>
                {participant}: frozen <Money amount={frozen} />, now{' '}
                {recomputed === null ? 'cannot be calculated' : <Money amount={recomputed} />}
              </Text>
            ))}
            {Object.entries(rehearsal.since.totals).map(([currency, { frozen, replayed, delta }]) => (
              <Text size="sm" key={currency}>
                By what is known now it would be <Money amount={replayed} currency={currency} /> instead of{' '}
                <Money amount={frozen} currency={currency} />: <Money amount={delta} currency={currency} signed /> to
                correct.
              </Text>
            ))}
          </Alert>
          {rehearsal.since.causes.length === 0 ? null : (
            <Rows
              label="Corrections to come"
              head={['Person', 'Component', 'Because', 'Moved']}
              rows={rehearsal.since.causes.map(({ participant, component, says, delta, currency }) => [
                participant,
                component,
                says,
                <Money key="d" amount={delta} currency={currency} signed />,
              ])}
            />
          )}
        </Stack>
      )}
    </Part>
  );
}

function BusFactorPart({ of }: { readonly of: Pack['busFactor'] }) {
  const alone = of.filter(({ only }) => only !== null);
  return (
    <Part id="bus-factor" none="Nobody has done anything yet." isEmpty={of.length === 0}>
      <Text size="sm" mb="xs">
        {alone.length === 0
          ? 'Everything that was done has been done by two people at least.'
          : `${alone.length} of ${of.length} kinds of work have only ever been done by one person.`}
      </Text>
      <Rows
        label="Bus factor"
        head={['Work', 'Who has done it', '']}
        rows={of.map(({ what, people, only }) => [
          what,
          people.map(({ id, times }) => `${id} (${times})`).join(', '),
          only === null ? '' : `only ${only}`,
        ])}
      />
    </Part>
  );
}

function Totals({ totals }: { readonly totals: Readonly<Record<string, string>> }) {
  return (
    <>
      {Object.entries(totals).map(([currency, amount], at) => (
        <span key={currency}>
          {at === 0 ? '' : ', '}
          <Money amount={amount} currency={currency} />
        </span>
      ))}
    </>
  );
}

/** A short table; it scrolls by itself where the screen is narrow. */
function Rows({
  label,
  head,
  rows,
}: {
  readonly label: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly ReactNode[])[];
}) {
  return (
    <Table.ScrollContainer minWidth={560} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table aria-label={label} verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            {head.map((title) => (title === '' ? <Table.Td key="none" /> : <Table.Th key={title}>{title}</Table.Th>))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((cells, row) => (
            <Table.Tr key={row}>
              {cells.map((cell, at) => (
                <Table.Td key={head[at] ?? at}>{cell}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
