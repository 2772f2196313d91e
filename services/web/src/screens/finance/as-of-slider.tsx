import { Button, Group, NativeSelect, Paper, Slider, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { $api, type AnswerOf } from '../../api/client.ts';
import { useAddress } from '../../parts/address.ts';
import { Instant } from '../../parts/moment.tsx';

type Moments = AnswerOf<'/v1/moments'>;

/** What made history, and whether one looks at it from before or after: a freeze takes more than one event. */
const SAYS: Readonly<Record<string, { readonly what: string; readonly sides: readonly ('After' | 'Before')[] }>> = {
  PeriodFreezeStarted: { what: 'freeze', sides: ['Before'] },
  PeriodFrozen: { what: 'freeze', sides: ['After'] },
  PeriodReopened: { what: 'reopening', sides: ['After', 'Before'] },
  PayRunReleased: { what: 'pay run', sides: ['After', 'Before'] },
  ReplayApplied: { what: 'replay', sides: ['After', 'Before'] },
};

/** `freeze of 2026-Q1`. */
export function markText(type: string, stream: string): string {
  return `${SAYS[type]?.what ?? type} of ${stream.replace(/^[a-z]+-/, '')}`;
}

/** Moves the whole page along the log: by position, or to just before and after what made history. At the end it is now again. */
export function AsOfSlider() {
  const [{ asOf }] = useAddress();
  const moments = $api.useQuery(
    'get',
    '/v1/moments',
    { params: { query: { asOf } } },
    { placeholderData: (old) => old },
  );
  if (moments.data === undefined || moments.data.head.position === '0') return null;
  return <Positions key={moments.data.head.position} moments={moments.data} />;
}

function Positions({ moments }: { readonly moments: Moments }) {
  const [{ asOf }, change] = useAddress();
  const head = Number(moments.head.position);
  const at = asOf === undefined ? head : Number(moments.at.position);
  const [held, hold] = useState(at);
  useEffect(() => hold(at), [at]);
  // To be anywhere but at the end is to look back.
  const go = (position: number) => change({ asOf: position >= head ? undefined : String(position) });
  const options = moments.marks.toReversed().flatMap(({ position, type, stream }) => {
    const sides = SAYS[type]?.sides ?? [];
    return sides.map((side) => ({
      value: side === 'After' ? position : String(BigInt(position) - 1n),
      label: `${side} the ${markText(type, stream)}`,
    }));
  });
  const isListed = options.some(({ value }) => value === asOf);
  return (
    <Paper withBorder p="sm" component="section" aria-label="As of">
      <Stack gap="xs">
        <Group justify="space-between" gap="sm">
          <Text size="sm">
            As of position <strong>{moments.at.position}</strong>
            {moments.at.recordedAt === null ? null : (
              <>
                , <Instant at={moments.at.recordedAt} />
              </>
            )}
          </Text>
          <Group gap="xs">
            <NativeSelect
              size="xs"
              aria-label="Moments of the log"
              value={isListed ? asOf : ''}
              onChange={({ currentTarget: { value } }) => value !== '' && go(Number(value))}
              data={[{ value: '', label: 'Go to …' }, ...options]}
            />
            <Button size="xs" variant="default" disabled={asOf === undefined} onClick={() => go(head)}>
              Now
            </Button>
          </Group>
        </Group>
        <Slider
          thumbLabel="Position of the log"
          thumbProps={{ 'aria-valuetext': `position ${held} of ${head}` }}
          min={1}
          max={Math.max(2, head)}
          value={held}
          onChange={hold}
          onChangeEnd={go}
          label={(position) => `position ${position}`}
        />
      </Stack>
    </Paper>
  );
}
