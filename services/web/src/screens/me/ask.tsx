import { Button, Checkbox, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { $api, api } from '../../api/client.ts';
import { named, useSending } from '../../api/send.ts';
import { dealNamed, useAddress, useAsOf, useGo } from '../../parts/address.ts';
import { Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer, Empty, ProblemNote } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';
import { Trace } from './trace.tsx';

/** Asks about a line of a statement, or disputes it with facts of one's own. The ledger answers with both calculations. */
export function Ask() {
  const me = useMe();
  const [{ participant = me.id, period = '', line = '' }] = useAddress();
  const asOf = useAsOf();
  const about = $api.useQuery(
    'get',
    '/v1/periods/{period}/statements/{participant}/line',
    { params: { path: { period, participant }, query: { line, asOf } } },
    { enabled: period !== '' && line !== '' },
  );
  if (period === '' || line === '') {
    return (
      <Page title="Ask about a line">
        <Empty title="Ask from the line itself">
          Open your statement, open the line that you wonder about, and choose “Ask about this line”.
        </Empty>
      </Page>
    );
  }
  return (
    <Page title="Ask about a line" says={`${participant}, ${period}`}>
      <Answer of={about}>
        {({ line: seen, currency }) => (
          <Stack maw={680}>
            <Text size="sm">
              You ask about <strong>{seen.line}</strong>, <Money amount={seen.amount} currency={currency} />.
            </Text>
            <details>
              <summary>How the ledger comes to it</summary>
              <Trace step={seen.trace} />
            </details>
            <Form
              of={{ participant, period, line: seen.line, currency }}
              deal={seen.kind === 'earning' ? seen.deal : null}
            />
            <HowLong />
          </Stack>
        )}
      </Answer>
    </Page>
  );
}

interface About {
  readonly participant: string;
  readonly period: string;
  readonly line: string;
  readonly currency: string;
}

function Form({ of, deal }: { readonly of: About; readonly deal: string | null }) {
  const go = useGo();
  const { send: sent, refused, isSending } = useSending();
  const [isOwn, setOwn] = useState(false);
  const [typed, type] = useState({ says: '', expects: '', share: '', rest: '', amount: '', closed: '' });
  const field = (name: keyof typeof typed) => ({
    value: typed[name],
    onChange: ({ currentTarget: { value } }: { readonly currentTarget: { readonly value: string } }) =>
      type((before) => ({ ...before, [name]: value })),
  });
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const { participant, period, line } = of;
    const facts = isOwn && deal !== null ? factsOf(typed, participant, deal) : null;
    const expects = numberIn(typed.expects) ?? null;
    const body = { participant, period, line, says: typed.says.trim(), expects, facts };
    const opened = await sent((key) => api.POST('/v1/queries', { body, params: { header: named(key) } }));
    if (opened !== undefined) go(`/my-queries/${opened.query}`);
  };
  return (
    <form onSubmit={(event) => void send(event)}>
      <Stack gap="sm">
        <Textarea label="What do you want to know?" required autosize minRows={3} {...field('says')} />
        <TextInput
          label={`What should it come to, in ${of.currency}?`}
          description="If you know; it may stay empty"
          inputMode="decimal"
          {...field('expects')}
        />
        {deal === null ? null : (
          <Checkbox
            label="I see the facts otherwise"
            description="The ledger then calculates your version beside its own"
            checked={isOwn}
            onChange={({ currentTarget: { checked } }) => setOwn(checked)}
          />
        )}
        {isOwn && deal !== null ? (
          <Group align="flex-start" gap="sm">
            <TextInput label="My share of the deal, in %" inputMode="decimal" {...field('share')} />
            <TextInput label="The rest belongs to" description="Id of the colleague" {...field('rest')} />
            <TextInput label="Amount of the deal" inputMode="decimal" {...field('amount')} />
            <TextInput label="Closed on" type="date" {...field('closed')} />
          </Group>
        ) : null}
        {refused === undefined ? null : <ProblemNote problem={refused} />}
        <Button type="submit" loading={isSending} w="fit-content">
          Ask
        </Button>
      </Stack>
    </form>
  );
}

function numberIn(text: string): string | undefined {
  const plain = text.replaceAll(',', '').trim();
  return plain === '' ? undefined : plain;
}

interface Typed {
  readonly share: string;
  readonly rest: string;
  readonly amount: string;
  readonly closed: string;
}

/** What somebody says of a deal: of the ledger's own, only what is different. */
function factsOf({ share, rest, amount, closed }: Typed, participant: string, key: string) {
  const name = dealNamed(key);
  const told = { amount: numberIn(amount), closed: closed === '' ? undefined : closed };
  const isTold = told.amount !== undefined || told.closed !== undefined;
  const own = numberIn(share);
  const shares = own === undefined ? [] : sharesOf(own, participant, rest.trim());
  return {
    deals: isTold ? [{ ...name, ...told }] : [],
    splits: shares.length === 0 ? [] : [{ ...name, shares }],
  };
}

/** Shares are fractions of one, exactly: 70 % and the rest. What does not read is sent as it is, and refused with its reason. */
function sharesOf(percent: string, participant: string, rest: string) {
  const [, whole, part = ''] = /^(\d{1,3})(?:\.(\d{1,8}))?$/.exec(percent) ?? [];
  if (whole === undefined) return [{ participant, share: percent }];
  const scale = 10n ** BigInt(part.length + 2);
  const own = BigInt(whole + part);
  const shares = [{ participant, share: fractionText(own, scale) }];
  return own >= scale || rest === ''
    ? shares
    : [...shares, { participant: rest, share: fractionText(scale - own, scale) }];
}

function fractionText(of: bigint, scale: bigint): string {
  const decimals = scale.toString().length - 1;
  const digits = of.toString().padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`.replace(/\.?0+$/, '');
}

/** How long it may take. */
function HowLong() {
  const clocks = $api.useQuery('get', '/v1/queries/clocks');
  const days = clocks.data?.days;
  if (days === undefined) return null;
  const parts = [
    days['first-answer'] === null ? '' : `a first answer within ${dayCount(days['first-answer'])}`,
    days.resolution === null ? '' : `a decision within ${dayCount(days.resolution)}`,
  ].filter((part) => part !== '');
  return (
    <Text size="sm" c="dimmed">
      {parts.length === 0 ? 'No time is promised for an answer here.' : `You get ${parts.join(' and ')}.`}
    </Text>
  );
}

function dayCount(days: number): string {
  return days === 1 ? 'one working day' : `${days} working days`;
}
