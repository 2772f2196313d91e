import { Autocomplete, Badge, Button, Chip, Group, Paper, Select, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { $api, type AnswerOf, api, type Schemas } from '../../api/client.ts';
import { type PageAt, usePages } from '../../api/pages.ts';
import { answered } from '../../api/send.ts';
import { useAddress, useAsOf } from '../../parts/address.ts';
import { GoTo } from '../../parts/go-to.tsx';
import { asSaid, Day } from '../../parts/moment.tsx';
import { Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';
import { RevokeAction } from '../ops/request-actions.tsx';
import { FORMS, isAsked, titleOf } from './exception-forms.ts';

type Exception = Schemas['RegisteredException'];
type Register = AnswerOf<'/v1/exceptions'>;
type State = Exception['state'];

const STATES = ['expiring', 'in-force', 'expired', 'revoked'] as const;
const SAYS: Readonly<Record<State, string>> = {
  expiring: 'Ending soon',
  'in-force': 'In force',
  expired: 'Ended',
  revoked: 'Revoked',
};
const COLOUR = { 'in-force': 'blue.9', expiring: 'orange.4', expired: 'gray.7', revoked: 'gray.7' } as const;
/** Kinds that nobody asks for here: they come with what is asked for of a period, and nobody revokes them. */
const OF_PERIODS = ['freeze-override', 'reopening'] as const;
const isOfPeriod = (kind: string | undefined) => OF_PERIODS.find((each) => each === kind);
const KINDS = [...Object.keys(FORMS), ...OF_PERIODS].map((value) => ({ value, label: titleOf(value) }));

/** What departs from the rules, until when, and what does it move? */
export function Exceptions() {
  const asOf = useAsOf();
  const { role } = useMe();
  const register = useRegister();
  return (
    <Page
      title="Exceptions"
      says="Every decision that departs from the rules: who asked, who approved, until when it holds, and what it moves."
      actions={
        (role === 'ops' || role === 'manager') && asOf === undefined ? (
          <Button renderRoot={(given) => <Link to="/exceptions/ask" {...given} />}>Ask for an exception</Button>
        ) : undefined
      }
    >
      <Filters counts={register.data?.at(0)?.counts} />
      <Answer of={register}>
        {(pages) => {
          const exceptions = pages.flatMap((page) => page.exceptions);
          return exceptions.length === 0 ? (
            <Empty title="Nothing departs from the rules like that">
              What is asked for and approved appears here. Choose another kind, person or state to see more.
            </Empty>
          ) : (
            <Stack gap="sm">
              <Stack gap="sm" role="list" aria-label="Exceptions">
                {exceptions.map((each) => (
                  <Row key={each.name} exception={each} isCounted={register.isCounted(each.name)} />
                ))}
              </Stack>
              {register.more === undefined ? null : (
                <Button variant="default" onClick={register.more} w="fit-content">
                  Show more
                </Button>
              )}
            </Stack>
          );
        }}
      </Answer>
    </Page>
  );
}

/** The register at once; what each moves as soon as it is calculated, which takes longer. */
function useRegister() {
  const asOf = useAsOf();
  const [search] = useAddress();
  const state = STATES.find((each) => each === search.state);
  const kind = isAsked(search.kind) ? search.kind : isOfPeriod(search.kind);
  const query = { limit: '50', state, kind, participant: search.participant };
  const pageWith = (money: 'true' | 'false') => async (at: PageAt, signal: AbortSignal) =>
    answered(await api.GET('/v1/exceptions', { params: { query: { ...query, ...at, money } }, signal }));
  const told = usePages(['get', '/v1/exceptions', query], asOf, pageWith('false'), { keeps: true });
  const counted = usePages(['get', '/v1/exceptions', query, 'money'], asOf, pageWith('true'));
  // What each moves is asked for as far as the register is shown.
  const isBehind = (counted.data?.length ?? 0) < (told.data?.length ?? 0);
  const { more: countMore } = counted;
  useEffect(() => {
    if (isBehind) countMore?.();
  }, [isBehind, countMore]);
  const moves = new Map(counted.data?.flatMap(({ exceptions }) => exceptions.map((each) => [each.name, each])));
  return {
    ...told,
    data: told.data?.map(
      (page): Register => ({
        ...page,
        exceptions: page.exceptions.map((each) => {
          const { moves: moved, felt } = moves.get(each.name) ?? each;
          return { ...each, moves: moved, felt };
        }),
      }),
    ),
    isCounted: (name: string) => moves.has(name),
  };
}

/** What is in the address of this screen: a link to it shows the same. */
function Filters({ counts }: { readonly counts: Register['counts'] | undefined }) {
  const [{ state = '', kind, participant }, change] = useAddress();
  const asOf = useAsOf();
  const people = $api.useQuery('get', '/v1/participants', { params: { query: { asOf, limit: '500' } } });
  const all = counts === undefined ? undefined : STATES.reduce((sum, each) => sum + counts[each], 0);
  return (
    <Stack gap="sm">
      <Chip.Group value={state} onChange={(value) => change({ state: value === '' ? undefined : String(value) })}>
        <Group gap={6} role="radiogroup" aria-label="How they stand">
          {[['', 'All', all] as const, ...STATES.map((each) => [each, SAYS[each], counts?.[each]] as const)].map(
            ([value, says, count]) => (
              <Chip key={value} value={value} size="xs" variant="outline">
                {says}
                {count === undefined ? '' : ` (${count})`}
              </Chip>
            ),
          )}
        </Group>
      </Chip.Group>
      <Group gap="sm" align="flex-end">
        <Select
          label="Kind"
          clearable
          searchable
          placeholder="any"
          data={KINDS}
          value={kind ?? null}
          onChange={(value) => change({ kind: value ?? undefined })}
        />
        <Autocomplete
          label="Person"
          placeholder="anybody"
          clearable
          limit={30}
          data={people.data?.participants.map((each) => each.participant) ?? []}
          defaultValue={participant ?? ''}
          onOptionSubmit={(id) => change({ participant: id })}
          onChange={(value) => (value === '' ? change({ participant: undefined }) : undefined)}
          onKeyDown={({ key, currentTarget: { value } }) =>
            key === 'Enter' ? change({ participant: value.trim() }) : undefined
          }
        />
      </Group>
    </Stack>
  );
}

function Row({ exception, isCounted }: { readonly exception: Exception; readonly isCounted: boolean }) {
  const { name, kind, says, reason, evidence, requestedBy, approvedBy, state, felt, revoked } = exception;
  const { role } = useMe();
  const asOf = useAsOf();
  const isRevocable = (state === 'in-force' || state === 'expiring') && isOfPeriod(kind) === undefined;
  const isStillFelt = state === 'expired' && felt === true;
  return (
    <Paper withBorder p="md" role="listitem">
      <Group justify="space-between" align="flex-start" gap="md">
        <div style={{ flex: '1 1 20rem', minWidth: 0 }}>
          <Group gap="xs" mb={4}>
            <Badge size="sm" color={isStillFelt ? 'grape.9' : COLOUR[state]}>
              {isStillFelt ? 'Ended, still felt' : SAYS[state]}
            </Badge>
            <Text size="xs" c="dimmed">
              {titleOf(kind)}
            </Text>
          </Group>
          <Text size="sm" fw={600}>
            <GoTo to={`/requests/${encodeURIComponent(name)}`}>{asSaid(says)}</GoTo>
          </Text>
          <Text size="sm" mt={4}>
            {reason}
            {evidence.length === 0 ? '' : ` (${evidence.join('; ')})`}
          </Text>
          <Text size="xs" c="dimmed" mt={4}>
            Asked by {requestedBy}, approved by {approvedBy.join(', ')}. <Until exception={exception} />
          </Text>
          {revoked === null ? null : (
            <Text size="xs" c="dimmed">
              Revoked by {revoked.by}: {revoked.reason}
            </Text>
          )}
        </div>
        <Moves exception={exception} isCounted={isCounted} />
        {isRevocable && role === 'finance' && asOf === undefined ? <RevokeAction request={name} /> : null}
      </Group>
    </Paper>
  );
}

function Until({ exception: { endsOn, state, kind } }: { readonly exception: Exception }) {
  if (state === 'revoked' || kind === 'freeze-override') return null;
  if (endsOn === null && kind === 'reopening') return <>Until the period is frozen again.</>;
  if (endsOn === null) return <>Holds until it is revoked.</>;
  return (
    <>
      {state === 'expired' ? 'Ended on' : 'Ends on'} <Day day={endsOn} />.
    </>
  );
}

/** What it moves: the same statements with it and without it, by person and period. */
function Moves({ exception: { moves }, isCounted }: { readonly exception: Exception; readonly isCounted: boolean }) {
  if (!isCounted) {
    return (
      <Text size="xs" c="dimmed">
        Calculating what it moves …
      </Text>
    );
  }
  if (moves.length === 0) {
    return (
      <Text size="xs" c="dimmed">
        Moves no statement
      </Text>
    );
  }
  return (
    <Stack gap={6} style={{ flex: '0 1 auto' }}>
      {moves.map(({ participant, currency, total, periods }) => (
        <div key={`${participant} ${currency}`}>
          <Text size="sm" ta="end">
            {participant}{' '}
            {total === null ? 'cannot be said' : <Money amount={total} currency={currency} signed fw={700} />}
          </Text>
          {periods.map(({ period, difference, state }) => (
            <Text size="xs" c="dimmed" ta="end" key={period}>
              <GoTo to={`/statements/${period}/${participant}`}>{period}</GoTo> {state}{' '}
              {difference === null || periods.length === 1 ? null : (
                <Money amount={difference} currency={currency} bare signed />
              )}
            </Text>
          ))}
        </div>
      ))}
    </Stack>
  );
}
