import { Alert, Anchor, Button, Group, List, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleX, IconPrinter } from '@tabler/icons-react';
import { $api } from '../../api/client.ts';
import { onlyAt, useAsOf } from '../../parts/address.ts';
import { GoTo } from '../../parts/go-to.tsx';
import { asSaid, Day } from '../../parts/moment.tsx';
import { Money, Sums } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { usePrinted } from '../../parts/printed.ts';
import { Rows } from '../../parts/short-table.tsx';
import { Answer } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';
import type { Pack } from './pack.ts';
import { Below, Part, SECTIONS } from './parts.tsx';
import { DefinitionsPart, RulesPart } from './rules.tsx';
import { WaitsPart } from './waits.tsx';

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
  const { ledger } = useMe();
  const isPrinted = usePrinted();
  return (
    <Stack gap="xl">
      <Text size="sm" c="dimmed">
        Ledger {ledger}, as of position {asOf}, <Day day={today} />. Closes by {calendar.cadence}, in{' '}
        {calendar.currency}, days of {calendar.timeZone}.
      </Text>
      {isPrinted ? null : (
        <nav aria-label="Parts of the pack">
          <Group gap="sm">
            {SECTIONS.map(({ id, title }) => (
              <Anchor key={id} href={`#${id}`} size="sm">
                {title}
              </Anchor>
            ))}
          </Group>
        </nav>
      )}
      <RehearsalPart rehearsal={pack.rehearsal} />
      <BusFactorPart of={pack.busFactor} />
      <WaitsPart pack={pack} />
      <Part id="calendar" none="" isEmpty={false}>
        {pack.close === null ? null : (
          <Text size="sm" mb="xs">
            Next: <GoTo to={`/close/${pack.close.period}`}>the close of {pack.close.period}</GoTo>, step by step.
          </Text>
        )}
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
        <Carried of={pack.carried} />
      </Part>
      <Part id="unusual" none="Nothing stands out." isEmpty={pack.unusual.length === 0}>
        <Rows
          label="Unusual decisions"
          head={['Why', 'What', 'By', { title: 'Moved', end: true, whole: true }]}
          rows={pack.unusual.map(({ why, says, reason, by, approvedBy, position, moved }) => [
            why,
            <span key="s">
              {asSaid(says)}
              {reason === null ? '' : ` (${reason})`}{' '}
              {position === null ? null : (
                <GoTo to="/audit" search={onlyAt(position)}>
                  position {position}
                </GoTo>
              )}
            </span>,
            <span key="b">
              {by}
              {approvedBy.length === 0 ? null : <Below>approved by {approvedBy.join(' and ')}</Below>}
            </span>,
            <Sums key="m" totals={moved} />,
          ])}
        />
      </Part>
      <ExceptionsPart of={pack.exceptions} />
      <DefinitionsPart of={definitions} />
      <RulesPart of={pack.policies} />
      <Part id="people" none="Nobody earns." isEmpty={people.length === 0}>
        <Rows
          label="People"
          head={['Person', 'Plans', 'Reports to', 'Quotas']}
          rows={people.map(({ participant, plans, manager, quotas }) => [
            participant,
            plans.join(', '),
            manager ?? 'nobody',
            quotas.map(({ metric, year, says }) => `${metric} ${year}: ${asSaid(says)}`).join('; '),
          ])}
        />
      </Part>
    </Stack>
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
            {rehearsal.unequal.map(({ participant, frozen, recomputed, says, problem }) => (
              <Text size="sm" key={participant}>
                {participant}: frozen {frozen === null ? 'none' : <Money amount={frozen} />}, now{' '}
                {recomputed === null ? 'none' : <Money amount={recomputed} />}. {says} {problem?.message}
              </Text>
            ))}
            {Object.entries(rehearsal.since.totals).map(([currency, { frozen, replayed, delta }]) => (
              <Text size="sm" key={currency}>
                Earned in all that is frozen: <Money amount={frozen} currency={currency} /> as frozen,{' '}
                <Money amount={replayed} currency={currency} /> as things are known now;{' '}
                <Money amount={delta} currency={currency} signed /> to correct.
              </Text>
            ))}
          </Alert>
          {rehearsal.since.causes.length === 0 ? null : (
            <Rows
              label="Corrections to come"
              head={['Person', 'Of', 'Component', 'Because', { title: 'Moved', end: true, whole: true }]}
              rows={rehearsal.since.causes.map(({ participant, period, component, says, delta, currency }) => [
                participant,
                period,
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

/** How long what nobody revokes holds. */
const UNTIL: Readonly<Record<string, string>> = {
  'freeze-override': 'for that freeze',
  reopening: 'until it is frozen again',
};

const STANDS: Readonly<Record<Pack['exceptions'][number]['state'], string>> = {
  'in-force': '',
  expiring: 'ends soon',
  expired: 'over, and still felt',
  revoked: 'revoked',
};

/** What departs from the rules, what each one moves, and what a freeze went on in spite of. */
function ExceptionsPart({ of }: { readonly of: Pack['exceptions'] }) {
  return (
    <Part id="exceptions" none="No exception is in force." isEmpty={of.length === 0}>
      <Rows
        label="Exceptions"
        head={[
          'What',
          'Why',
          'Asked for and approved by',
          { title: 'Until', whole: true },
          { title: 'Moves', end: true, whole: true },
        ]}
        from={680}
        rows={of.map((each) => [
          <span key="w">
            {asSaid(each.says)}
            {STANDS[each.state] === '' ? null : <Below>{STANDS[each.state]}</Below>}
          </span>,
          <span key="r">
            {each.reason}
            {each.evidence.length === 0 ? null : <Below>Evidence: {each.evidence.join('; ')}</Below>}
          </span>,
          `${each.requestedBy}, ${each.approvedBy.join(' and ')}`,
          each.endsOn === null ? (UNTIL[each.kind] ?? 'no end') : <Day key="e" day={each.endsOn} />,
          <Moves key="m" of={each.moves} />,
        ])}
      />
    </Part>
  );
}

function Moves({ of }: { readonly of: Pack['exceptions'][number]['moves'] }) {
  return of.flatMap(({ participant, currency, periods }) =>
    periods.map(({ period, difference }) => (
      <div key={`${participant} ${period}`}>
        {participant}, {period}:{' '}
        {difference === null ? 'cannot be said' : <Money amount={difference} currency={currency} signed />}
      </div>
    )),
  );
}

/** What the last frozen statements carry into the next ones. */
function Carried({ of }: { readonly of: Pack['carried'] }) {
  const balances = of.flatMap(({ balances: own, ...statement }) =>
    own.map((balance) => ({ ...statement, ...balance })),
  );
  if (balances.length === 0) return null;
  return (
    <Rows
      label="What statements carry on"
      head={['Person', 'Balance', 'After', { title: 'Amount', end: true }]}
      rows={balances.map(({ participant, leftOn, balance, of: name, period, closing, currency }) => [
        leftOn === null ? participant : `${participant}, who left on ${leftOn}`,
        name === null ? balance : `${balance}, ${name}`,
        period,
        <Money key="a" amount={closing} currency={currency} />,
      ])}
    />
  );
}
