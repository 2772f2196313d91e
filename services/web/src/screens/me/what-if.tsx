import { Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { $api, api } from '../../api/client.ts';
import { useAsOf } from '../../parts/address.ts';
import type { Field, Typed } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { GoTo } from '../../parts/go-to.tsx';
import { asSaid, dayBefore } from '../../parts/moment.tsx';
import { Money } from '../../parts/money.tsx';
import { Page } from '../../parts/page.tsx';
import { Empty } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';
import type { Trace as Step, WouldBe } from './answers.ts';
import classes from './me.module.css';
import { usePeriodDays } from './periods.tsx';
import { ratioText } from './ratio.ts';
import { Trace } from './trace.tsx';

/** What would a deal bring? Calculated by the ledger itself, on top of what it knows; nothing is written. */
export function WhatIf() {
  const me = useMe();
  const asOf = useAsOf();
  const latest = $api.useQuery('get', '/v1/deals', {
    params: { query: { participant: me.id, sort: '-closed', limit: '20', asOf } },
  });
  const deals = latest.data?.deals ?? [];
  const days = usePeriodDays();
  const [would, tell] = useState<WouldBe>();
  const [typed, type] = useState<Typed>({});
  const like = deals.find((deal) => keyOf(deal) === typed.like) ?? deals[0];
  const fields: readonly Field[] = [
    {
      ...{ name: 'amount', label: 'Amount', is: 'amount', required: true, at: ['/deals/0/amount'] },
      // Of another currency the ledger says what it has.
      unit: typed.currency === undefined ? like?.currency : undefined,
    },
    {
      ...{ name: 'currency', label: 'Currency', is: 'currency', required: true },
      ...{ value: like?.currency ?? 'USD', at: ['/deals/0/currency'] },
    },
    {
      ...{ name: 'closedOn', label: 'Closes on', as: 'date', required: true, at: ['/deals/0/closedOn'] },
      // Today where its period is open; otherwise the nearest day of the newest one.
      value: nearest(today(), days),
    },
    ...(like === undefined
      ? []
      : [
          {
            ...{ name: 'like', label: 'It is like', as: 'choice' as const, value: keyOf(like) },
            options: deals.map((deal) => ({
              value: keyOf(deal),
              label: `${keyOf(deal)} ${attributesText(deal.attributes)}`,
            })),
          },
        ]),
  ];
  return (
    <Page title="What if I close this deal" says="The ledger calculates your statement with it. Nothing is recorded.">
      <Paper withBorder p="md" maw={760}>
        <Form
          label="Calculate"
          fields={fields}
          columns={2}
          kept={[typed, type]}
          onlyAsks
          send={({ amount = '', currency = '', closedOn = '' }) =>
            api.POST('/v1/what-would', {
              body: {
                ...{ asOf, participant: me.id, splits: [] },
                deals: [
                  {
                    ...{ source: 'what-if', deal: 'new', owner: me.id, amount, currency, closedOn },
                    attributes: like?.attributes ?? {},
                  },
                ],
              },
            })
          }
          done={(answer) => tell(answer)}
        />
      </Paper>
      <div aria-live="polite">{would === undefined ? null : <Would would={would} who={me.id} />}</div>
    </Page>
  );
}

function nearest(day: string, days: { readonly from: string; readonly to: string } | undefined): string {
  if (days === undefined || (day >= days.from && day < days.to)) return day;
  if (day < days.from) return days.from;
  return dayBefore(days.to);
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

const keyOf = ({ source, deal }: { readonly source: string; readonly deal: string }) => `${source}.${deal}`;

/** What a source says of a deal besides its amount, as `type new, region north`. */
function attributesText(attributes: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(attributes).map(([name, value]) => {
    if (typeof value !== 'object' || value === null) return `${name} ${String(value)}`;
    return `${name} ${Object.values(value).join('')}`;
  });
  return parts.length === 0 ? '' : `(${parts.join(', ')})`;
}

/** A deal that nobody has closed has no name that anybody knows. */
function ofThis(step: Step): Step {
  const says = step.says
    .replaceAll('deal what-if:new.new:1', 'this deal')
    .replaceAll('Deal what-if:new.new:1', 'This deal');
  return { ...step, says, steps: step.steps?.map(ofThis) };
}

function Would({ would, who }: { readonly would: WouldBe; readonly who: string }) {
  const own = would.participants.find(({ participant }) => participant === who);
  if (own === undefined || own.periods.length === 0) {
    return (
      <Empty title="It would change nothing">
        Your plan does not count such a deal, or its day lies in no open period. <GoTo to="/my-plan">My plan</GoTo> says
        what it measures.
      </Empty>
    );
  }
  return (
    <Stack>
      {own.periods.map(({ period, before, after, difference, lines, attainment, problem }) => (
        <Paper key={period} withBorder p="sm" component="section" aria-label={period}>
          <Title order={2} size="h4">
            {period}: {difference === null ? 'not known' : <Money amount={difference} currency={own.currency} signed />}
          </Title>
          {problem === null ? null : <Text size="sm">{problem.message}</Text>}
          {before === null || after === null ? null : (
            <Text size="sm">
              <Money amount={before} currency={own.currency} /> → <Money amount={after} currency={own.currency} />
            </Text>
          )}
          {attainment.map(({ before: was, after: is }) =>
            is?.attainment == null ? null : (
              <Text size="sm" key={`${is.component} ${is.window}`}>
                {is.component}, {is.window}: {was?.attainment == null ? '' : `${ratioText(was.attainment)} → `}
                <strong>{ratioText(is.attainment)}</strong>
              </Text>
            ),
          )}
          {lines.map((line) => {
            const trace = ofThis(line.trace);
            return (
              <details key={line.line} className={classes.line}>
                <summary>
                  <span>{asSaid(trace.says)}</span>
                  <Money amount={line.amount} currency={own.currency} />
                </summary>
                <div className={classes.inside}>
                  <Trace step={trace} />
                </div>
              </details>
            );
          })}
        </Paper>
      ))}
    </Stack>
  );
}
