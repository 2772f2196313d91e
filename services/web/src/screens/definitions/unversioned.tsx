import { Alert, Badge, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { $api } from '../../api/client.ts';
import { useAsOf } from '../../parts/address.ts';
import { GoTo } from '../../parts/go-to.tsx';
import { dayText } from '../../parts/moment.tsx';
import { amountText } from '../../parts/money.tsx';
import { useMe } from '../../shell/me.tsx';
import { FieldList, shortText } from './fields.tsx';
import type { Definition, DefinitionChange, Versioned } from './kinds.ts';
import { TimeLine } from './time-line.tsx';
import { AsFile } from './version.tsx';
import { useWaiting } from './waiting.ts';

type Unversioned = Exclude<Definition, Versioned>;
type Of<Name extends Unversioned['kind']> = Extract<Unversioned, { kind: Name }>;

/** What has no versions: quotas, rates, the calendar, how corrections are posted. */
export function Now({
  of,
  name,
  changes,
}: {
  readonly of: Unversioned;
  readonly name: string;
  readonly changes: readonly DefinitionChange[];
}) {
  const asOf = useAsOf();
  const words = $api.useQuery('get', '/v1/definitions/{kind}/{name}/words', {
    params: { path: { kind: of.kind, name }, query: { asOf } },
  });
  return (
    <Stack maw={860}>
      <Waits name={name} kind={of.kind} />
      <Said of={of} />
      <TimeLine kind={of.kind} name={name} changes={changes} />
      <History of={of} />
      {words.data === undefined ? null : <AsFile text={words.data.text} />}
    </Stack>
  );
}

/** What would change it once somebody decides. */
function Waits({ kind, name }: { readonly kind: Unversioned['kind']; readonly name: string }) {
  const waiting = useWaiting(`quota/${name}/`, `relief/${name}/`);
  if (kind !== 'quota' || waiting.length === 0) return null;
  return (
    <Alert color="orange" variant="light" title="Something waits for approval">
      {waiting.map(({ name: request, says }) => (
        <Text key={request} size="sm">
          <GoTo to={`/requests/${encodeURIComponent(request)}`}>{says}</GoTo>
        </Text>
      ))}
    </Alert>
  );
}

const TRAIL: readonly string[] = ['auditor', 'finance', 'ops', 'admin'];

/** Everything that was recorded of it, what was asked for and declined as well. */
function History({ of }: { readonly of: Unversioned }) {
  const { role } = useMe();
  if (!TRAIL.includes(role)) return null;
  const search =
    of.kind === 'quota'
      ? { participant: of.participant, types: 'quota' }
      : {
          types: { rates: 'ExchangeRateRecorded', calendar: 'CloseCalendarSet', corrections: 'CorrectionPolicySet' }[
            of.kind
          ],
        };
  return (
    <Text size="sm">
      <GoTo to="/audit" search={search}>
        Every event about it, in the trail
      </GoTo>
    </Text>
  );
}

function Said({ of }: { readonly of: Unversioned }) {
  switch (of.kind) {
    case 'quota':
      return <Quota of={of} />;
    case 'rates':
      return <Rates of={of} />;
    case 'calendar': {
      const { kind: _, changedBy: _by, event: _event, ...terms } = of;
      return (
        <Paper withBorder p="md" component="section" aria-label="Calendar">
          <FieldList of={terms} />
        </Paper>
      );
    }
    case 'corrections':
      return <Corrections of={of} />;
    default:
      return of satisfies never;
  }
}

const QUARTERS = ['First quarter', 'Second quarter', 'Third quarter', 'Fourth quarter'];
const MONTH = new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' });

function intervalName(per: string, index: number): string {
  if (per === 'year') return 'Year';
  return per === 'quarter' ? (QUARTERS[index] ?? '') : MONTH.format(Date.UTC(2026, index, 1));
}

function Quota({ of: { participant, metric, year, quota, reliefs } }: { readonly of: Of<'quota'> }) {
  const { role } = useMe();
  const count = quota?.per === 'month' ? 12 : quota?.per === 'quarter' ? 4 : 1;
  const [first = ''] = quota?.amounts ?? [];
  const amounts = quota === null ? [] : Array.from({ length: count }, (_, index) => quota.amounts[index] ?? first);
  const { per: _per, amounts: _amounts, currency: _currency, event: _event, approvedBy: _by, ...terms } = quota ?? {};
  return (
    <>
      <Paper withBorder p="md" component="section" aria-label="What is to be reached">
        <Title order={2} size="h4">
          {participant}, {year}
        </Title>
        <Text size="sm" mb="xs">
          Of <GoTo to={`/definitions/metric/${metric}`}>{metric}</GoTo>.
          {quota === null ? ' Nothing has been approved yet.' : ` Approved by ${quota.approvedBy}.`}
        </Text>
        {quota === null ? null : (
          <Table aria-label="Amounts" maw={420}>
            <Table.Tbody>
              {amounts.map((amount, index) => (
                <Table.Tr key={intervalName(quota.per, index)}>
                  <Table.Th fw={400}>{intervalName(quota.per, index)}</Table.Th>
                  <Table.Td ta="end">
                    {amountText(amount, quota.currency ?? undefined)} {quota.currency ?? ''}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        {Object.keys(terms).length === 0 ? null : <FieldList of={terms} />}
      </Paper>
      <Paper withBorder p="md" component="section" aria-label="Relief">
        <Title order={2} size="h4" mb="xs">
          Relief
        </Title>
        {reliefs.length === 0 ? (
          <Text size="sm">Nothing is taken off it.</Text>
        ) : (
          reliefs.map(({ relief, kind, from, to, basis, reason, requestedBy, approvedBy, expiresOn }) => (
            <div key={relief}>
              <Text size="sm" fw={600}>
                <Badge size="sm" color="grape.8" mr="xs">
                  {kind}
                </Badge>
                {dayText(from)} up to {dayText(to)}:{' '}
                {basis.by === 'days'
                  ? `${basis.share} of the quota of those days`
                  : `${amountText(basis.amount)} of it`}
              </Text>
              <Text size="sm">
                {reason}
                {expiresOn === null ? '' : ` It ends ${dayText(expiresOn)}.`}
              </Text>
              <Text size="xs" c="dimmed" mb="sm">
                Asked by {requestedBy}, approved by {approvedBy}.{' '}
                {role === 'rep' ? null : (
                  <GoTo
                    to={`/requests/${encodeURIComponent(`relief/${participant}.${metric}.${year}/${relief}`)}`}
                    inherit
                  >
                    The request
                  </GoTo>
                )}
              </Text>
            </div>
          ))
        )}
      </Paper>
    </>
  );
}

function Rates({ of: { base, quote, rates } }: { readonly of: Of<'rates'> }) {
  return (
    <Table aria-label={`What one ${base} is worth in ${quote}`} striped>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>From</Table.Th>
          <Table.Th ta="end">
            1 {base} in {quote}
          </Table.Th>
          <Table.Th ta="end">Before</Table.Th>
          <Table.Th>Who says so</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rates.toReversed().map(({ on, rate, source, event }, at, newest) => (
          <Table.Tr key={event}>
            <Table.Td>{dayText(on)}</Table.Td>
            <Table.Td ta="end">{rate}</Table.Td>
            <Table.Td ta="end">{newest[at + 1]?.rate ?? '–'}</Table.Td>
            <Table.Td>{source}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

const POLICIES: Readonly<Record<string, string>> = {
  'true-up': 'Paid or taken back at once',
  'positives-only': 'Nothing is taken back',
  spread: 'In equal parts over several pay periods',
};

function Corrections({ of: { policies, replays } }: { readonly of: Of<'corrections'> }) {
  return (
    <Paper withBorder p="md" component="section" aria-label="Policies">
      {policies.toReversed().map(({ policy, waiveUnder, from, reason, setBy, event }) => (
        <div key={event}>
          <Text size="sm" fw={600}>
            From {dayText(from)}: {POLICIES[policy.by] ?? policy.by}
            {'over' in policy ? `, over ${policy.over}` : ''}
          </Text>
          {Object.keys(waiveUnder).length === 0 ? null : (
            <Text size="sm">What takes back less than {shortText(waiveUnder)} is left alone.</Text>
          )}
          <Text size="sm">{reason}</Text>
          <Text size="xs" c="dimmed" mb="sm">
            Set by {setBy}.
          </Text>
        </div>
      ))}
      {replays.map(({ replay, policy, reason, approvedBy, event }) => (
        <div key={event}>
          <Text size="sm" fw={600}>
            Of replay {replay}: {POLICIES[policy.by] ?? shortText(policy)}
          </Text>
          <Text size="sm">{reason}</Text>
          <Text size="xs" c="dimmed" mb="sm">
            Approved by {approvedBy}.
          </Text>
        </div>
      ))}
    </Paper>
  );
}
