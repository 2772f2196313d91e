import { Badge, Button, Group, Stack, Text, Timeline, Title } from '@mantine/core';
import { useState } from 'react';
import { $api, type AnswerOf } from '../../api/client.ts';
import { onlyAt, useAsOf, usePart } from '../../parts/address.ts';
import { GoTo } from '../../parts/go-to.tsx';
import { asSaid, Instant } from '../../parts/moment.tsx';
import { Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer } from '../../parts/states.tsx';
import { AsOfSlider } from '../finance/as-of-slider.tsx';

type Life = AnswerOf<'/v1/periods/{period}/statements/{participant}/audit'>;
type Event = Life['events'][number];

/** Events of a station that are shown before one asks for all. */
const FIRST = 50;

/** One payout's whole life: from the deal to the bank. */
export function PayoutLife() {
  const [period, participant, asOf] = [usePart('period'), usePart('participant'), useAsOf()];
  const life = $api.useQuery('get', '/v1/periods/{period}/statements/{participant}/audit', {
    params: { path: { period, participant }, query: { asOf } },
  });
  return (
    <Page title={`${participant}, ${period}`} says="Everything that touched this payout, from the deal to the bank.">
      <AsOfSlider />
      <Answer of={life}>
        {({ state, currency, total, digest, computedAsOf, missing, events }) => (
          <Stack gap="lg">
            <Group gap="md">
              <Text size="xl" fw={700}>
                <Money amount={total} currency={currency} />
              </Text>
              <Badge variant="light" color={state === 'frozen' ? 'blue' : 'gray'}>
                {state}
              </Badge>
              <Text size="sm" c="dimmed">
                computed as of position {computedAsOf}
                {digest === null ? '' : `, SHA-256 ${digest.slice(0, 16)}…`}
              </Text>
            </Group>
            {missing.map((each) => (
              <Text size="sm" key={each}>
                Missing: {each}
              </Text>
            ))}
            {[...Map.groupBy(events, ({ part }) => part)].map(([part, own]) => (
              <Station key={part} part={part} events={own} />
            ))}
          </Stack>
        )}
      </Answer>
    </Page>
  );
}

function Station({ part, events }: { readonly part: string; readonly events: readonly Event[] }) {
  const [isAll, all] = useState(false);
  const shown = isAll ? events : events.slice(0, FIRST);
  return (
    <section aria-label={part}>
      <Title order={2} size="h4" mb="sm" tt="capitalize">
        {part}{' '}
        <Text span c="dimmed" size="sm">
          {events.length}
        </Text>
      </Title>
      <Timeline bulletSize={14} lineWidth={2} active={shown.length}>
        {shown.map(({ id, says, why, recordedAt, meta, requestedBy, approvedBy, position, event, lines }) => (
          <Timeline.Item
            key={id}
            title={
              <Text span fw={600} size="sm">
                {asSaid(says)}
              </Text>
            }
          >
            {why === null ? null : <Text size="sm">{why}</Text>}
            <Text size="xs" c="dimmed">
              <Instant at={recordedAt} />, {event.type}, by {meta.actor.id}
              {requestedBy === null || requestedBy === meta.actor.id ? '' : `, requested by ${requestedBy}`}
              {approvedBy.length === 0 ? '' : `, approved by ${approvedBy.join(' and ')}`},{' '}
              <GoTo to="/audit" search={onlyAt(position)}>
                position {position}
              </GoTo>
              {lines.length === 0 ? '' : `, in ${lines.length === 1 ? `line ${lines[0]}` : `${lines.length} lines`}`}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
      {shown.length < events.length ? (
        <Button mt="sm" variant="default" size="xs" onClick={() => all(true)}>
          Show all {events.length}
        </Button>
      ) : null}
    </section>
  );
}
