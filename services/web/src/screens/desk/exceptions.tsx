import { Badge, Checkbox, Group, Paper, Stack, Text } from '@mantine/core';
import { $api, type Schemas } from '../../api/client.ts';
import { useAddress, useAsOf } from '../../parts/address.ts';
import { GoTo } from '../../parts/go-to.tsx';
import { Day } from '../../parts/moment.tsx';
import { Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';
import { RevokeAction } from '../ops/request-actions.tsx';

type Exception = Schemas['RegisteredException'];

/** What departs from the rules, until when, and what does it move? */
export function Exceptions() {
  const asOf = useAsOf();
  const [{ money }, change] = useAddress();
  const query = { asOf, limit: '500', money: money === 'true' ? ('true' as const) : ('false' as const) };
  const register = $api.useQuery('get', '/v1/exceptions', { params: { query } });
  return (
    <Page
      title="Exceptions"
      says="Every decision that departs from the rules: who asked, who approved, until when it holds."
      actions={
        <Checkbox
          label="With what each moves"
          checked={money === 'true'}
          onChange={({ currentTarget: { checked } }) => change({ money: checked ? 'true' : undefined })}
        />
      }
    >
      <Answer of={register}>
        {({ exceptions }) =>
          exceptions.length === 0 ? (
            <Empty title="Nothing departs from the rules">Ask for a split from the deal that it is about.</Empty>
          ) : (
            <Stack gap="sm" role="list" aria-label="Exceptions">
              {exceptions.map((each) => (
                <Row key={each.name} exception={each} />
              ))}
            </Stack>
          )
        }
      </Answer>
    </Page>
  );
}

const COLOUR = { 'in-force': 'blue.9', expiring: 'orange.9', expired: 'gray.7', revoked: 'gray.7' } as const;

function Row({ exception }: { readonly exception: Exception }) {
  const { name, kind, says, reason, evidence, requestedBy, approvedBy, expiresOn, endsOn, state, moves } = exception;
  const { role } = useMe();
  const asOf = useAsOf();
  const isRevocable = (state === 'in-force' || state === 'expiring') && kind !== 'freeze-override';
  const until = expiresOn ?? endsOn;
  return (
    <Paper withBorder p="sm" role="listitem">
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="md">
        <div>
          <Group gap="xs">
            <Badge size="sm" color={COLOUR[state]}>
              {state}
            </Badge>
            <Text size="sm" fw={600}>
              {says}
            </Text>
          </Group>
          <Text size="sm" mt={4}>
            {reason}
            {evidence.length === 0 ? '' : ` (${evidence.join('; ')})`}
          </Text>
          <Text size="xs" c="dimmed" mt={4}>
            Asked by {requestedBy}, approved by {approvedBy.join(', ')}.{' '}
            {until === null ? (
              'Holds until it is revoked.'
            ) : (
              <>
                Until <Day day={until} />.
              </>
            )}
          </Text>
          {moves.map(({ participant, currency, total, periods }) => (
            <Text size="sm" key={`${participant} ${currency}`} mt={4}>
              {participant}: {total === null ? 'cannot be said' : <Money amount={total} currency={currency} signed />}
              {periods.map(({ period }) => (
                <Text span inherit key={period}>
                  {' '}
                  <GoTo to={`/statements/${period}/${participant}`}>{period}</GoTo>
                </Text>
              ))}
            </Text>
          ))}
        </div>
        {isRevocable && role === 'finance' && asOf === undefined ? <RevokeAction request={name} /> : null}
      </Group>
    </Paper>
  );
}
