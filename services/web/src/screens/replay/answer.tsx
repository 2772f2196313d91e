import { Alert, Badge, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import { isZero, Money } from '../../parts/money.tsx';
import { Empty } from '../../parts/states.tsx';
import { rangeText } from './ask.ts';
import { Causes } from './causes.tsx';
import { People } from './people.tsx';
import { Radius } from './radius.tsx';
import classes from './replay.module.css';
import { causesOf, peopleOf, type ReplayAnswer } from './sums.ts';

/** What a replay came to: the money, whose it is, why, and what a proposal moves besides. */
export function ReplayResult({ answer, keep }: { readonly answer: ReplayAnswer; readonly keep?: ReactNode }) {
  const { totals, proposals = [], blastRadius, asOf, digest, owed, owing } = answer;
  const people = useMemo(() => peopleOf(answer), [answer]);
  const causes = useMemo(() => causesOf(answer), [answer]);
  const isMoved = causes.length > 0 || (blastRadius?.participants.length ?? 0) > 0;
  return (
    <Stack gap="xl" component="section" aria-label="What it came to">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" gap="sm">
          <div>
            <Title order={2} size="h3">
              Replay of {rangeText(answer)}
            </Title>
            <Text size="sm" c="dimmed">
              As the ledger was at position {asOf}. Nothing was written.
            </Text>
          </div>
          {keep}
        </Group>
        {proposals.map(({ request, says }) => (
          <Group key={request ?? says} gap="xs">
            <Badge variant="light" color="violet" tt="none" autoContrast>
              tried out
            </Badge>
            <Text size="sm">{says}</Text>
          </Group>
        ))}
        <States periods={answer.periods} />
        <Problems answer={answer} />
        {Object.entries(totals).map(([currency, sum]) => (
          <Totals
            key={currency}
            currency={currency}
            sum={sum}
            owed={owed.filter((each) => each.currency === currency).length}
            owing={owing.filter((each) => each.currency === currency).length}
          />
        ))}
      </Stack>
      {isMoved ? null : (
        <Empty title="Nothing would change">
          {people.length === 0
            ? 'None of these periods is frozen, and nothing that was tried out moves anybody’s pay.'
            : 'Every frozen period comes out as it was frozen, to the last cent.'}
        </Empty>
      )}
      {causes.length === 0 ? null : <People people={people} />}
      {causes.length === 0 ? null : <Causes causes={causes} answer={answer} />}
      {blastRadius === undefined || !isMoved ? null : <Radius radius={blastRadius} />}
      <Text size="xs" c="dimmed">
        Digest of what was asked and what came out: <span className={classes.digest}>{digest}</span>
      </Text>
    </Stack>
  );
}

type Sum = ReplayAnswer['totals'][string];

export function Totals({
  currency,
  sum: { frozen, replayed, delta },
  owed,
  owing,
}: {
  readonly currency: string;
  readonly sum: Sum;
  readonly owed?: number;
  readonly owing?: number;
}) {
  const people = (count: number) => `${count} ${count === 1 ? 'person' : 'people'}`;
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm" role="group" aria-label={`Totals in ${currency}`}>
      <Card title="As frozen" amount={frozen} currency={currency} says="Posted in all, corrections included." />
      <Card title="As replayed" amount={replayed} currency={currency} says="What it would be now." />
      <Card
        title="Difference"
        amount={delta}
        currency={currency}
        isSigned
        says={
          owed === undefined || owing === undefined
            ? isZero(delta)
              ? 'Nothing is to be corrected.'
              : 'What there is to correct.'
            : owed + owing === 0
              ? 'Nobody is owed anything.'
              : `${people(owed)} would be owed, ${people(owing)} would owe.`
        }
      />
    </SimpleGrid>
  );
}

function Card({
  title,
  amount,
  currency,
  says,
  isSigned = false,
}: {
  readonly title: string;
  readonly amount: string;
  readonly currency: string;
  readonly says: string;
  readonly isSigned?: boolean;
}) {
  return (
    <Paper withBorder p="md">
      <Text size="sm" c="dimmed">
        {title}
      </Text>
      <Text size="xl" fw={700}>
        <Money amount={amount} currency={currency} signed={isSigned} />
      </Text>
      <Text size="xs" c="dimmed">
        {says}
      </Text>
    </Paper>
  );
}

/** Which periods of the range are not frozen: there is nothing to hold against what they come to. */
function States({ periods }: Pick<ReplayAnswer, 'periods'>) {
  const others = periods.filter(({ state }) => state !== 'frozen');
  if (others.length === 0 || periods.length === others.length) return null;
  const named = others.slice(0, 12).map(({ period, state }) => `${period} (${state})`);
  const more = others.length > named.length ? ` and ${others.length - named.length} more` : '';
  return (
    <Text size="sm">
      Not frozen, so not compared: {named.join(', ')}
      {more}.
    </Text>
  );
}

/** Whose pay cannot be calculated, and so is in no figure. */
function Problems({ answer: { participants, blastRadius } }: { readonly answer: ReplayAnswer }) {
  const inRange = participants.flatMap(({ participant, replay }) =>
    replay.problems.map(({ code, message }) => ({ participant, code, message })),
  );
  const known = new Set(inRange.map(({ message }) => message));
  const later = (blastRadius?.problems ?? []).filter(({ message }) => !known.has(message));
  const failing = [...inRange, ...later.map(({ participant = '', code, message }) => ({ participant, code, message }))];
  if (failing.length === 0) return null;
  return (
    <Alert color="orange" variant="light" role="alert" title="Not in these figures">
      {failing.slice(0, 20).map(({ participant, code, message }) => (
        <Text size="sm" key={`${participant} ${message}`}>
          {participant}: {message} ({code})
        </Text>
      ))}
      {failing.length > 20 ? <Text size="sm">And {failing.length - 20} more.</Text> : null}
    </Alert>
  );
}
