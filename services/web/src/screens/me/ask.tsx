import { Stack, Text } from '@mantine/core';
import { $api, api } from '../../api/client.ts';
import { named } from '../../api/send.ts';
import { dealNamed, useAddress, useAsOf, useGo } from '../../parts/address.ts';
import { partsOf } from '../../parts/exact.ts';
import type { Field, Typed } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
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
            <AskForm
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

/** What is asked: in words, and where somebody sees the facts otherwise, with theirs. */
function fieldsOf({ currency }: About, deal: string | null): readonly Field[] {
  const words: readonly Field[] = [
    { name: 'says', label: 'What do you want to know?', as: 'text', required: true },
    {
      ...{ name: 'expects', label: 'What should it come to?', is: 'amount', unit: currency },
      says: 'If you know; it may stay empty.',
    },
  ];
  if (deal === null) return words;
  const facts: readonly Field[] = [
    {
      ...{ name: 'share', label: 'My share of the deal, in %', is: 'percent' },
      at: ['/facts/splits', '/shares'],
    },
    {
      ...{ name: 'rest', label: 'The rest belongs to', is: 'id', says: 'Id of the colleague.' },
      at: ['/facts/splits/0/shares/1/participant'],
    },
    {
      ...{ name: 'amount', label: 'Amount of the deal', is: 'amount', says: 'In the currency of the deal.' },
      at: ['/facts/deals/0/amount'],
    },
    { name: 'closed', label: 'Closed on', as: 'date', at: ['/facts/deals/0/closed', '/closedOn'] },
  ];
  const own: Field = {
    ...{ name: 'own', label: 'I see the facts otherwise', as: 'check' },
    says: 'The ledger then calculates your version beside its own.',
  };
  return [...words, own, ...facts.map((field): Field => ({ ...field, when: ({ own: is }) => is === 'yes' }))];
}

function AskForm({ of, deal }: { readonly of: About; readonly deal: string | null }) {
  const go = useGo();
  const { participant, period, line } = of;
  return (
    <Form
      label="Ask"
      fields={fieldsOf(of, deal)}
      columns={2}
      send={({ says = '', expects = '', own, ...facts }, key) =>
        api.POST('/v1/queries', {
          params: { header: named(key) },
          body: {
            ...{ participant, period, line, says: says.trim() },
            expects: expects === '' ? null : expects,
            facts: own === 'yes' && deal !== null ? factsOf(facts, participant, deal) : null,
          },
        })
      }
      done={({ query }) => go(`/my-queries/${query}`)}
    />
  );
}

/** What somebody says of a deal: of the ledger's own, only what is different. */
function factsOf({ share = '', rest = '', amount = '', closed = '' }: Typed, participant: string, key: string) {
  const name = dealNamed(key);
  const told = { amount: amount === '' ? undefined : amount, closed: closed === '' ? undefined : closed };
  const isTold = told.amount !== undefined || told.closed !== undefined;
  const shares = share === '' ? [] : sharesOf(share, participant, rest);
  return {
    deals: isTold ? [{ ...name, ...told }] : [],
    splits: shares.length === 0 ? [] : [{ ...name, shares }],
  };
}

/** Mine, and the rest for somebody else. */
function sharesOf(percent: string, participant: string, rest: string) {
  const { share, others } = partsOf(percent);
  const own = { participant, share };
  return others === undefined || rest === '' ? [own] : [own, { participant: rest, share: others }];
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
