import type { PlanDocument } from '@ledger/events';
import { find, type Node } from './node.ts';
import type { PlanFile } from './plan-schema.ts';
import type { Report } from './source.ts';

/** The exchange of a plan as its document says it. `checkExchange` has seen that it names one thing. */
export function exchangeOf({ exchange, payout }: PlanFile): Pick<PlanDocument, 'exchange' | 'payout'> {
  return { exchange: policyOf(exchange), ...(payout === undefined ? {} : { payout: payoutOf(payout) }) };
}

function policyOf(exchange: PlanFile['exchange']): PlanDocument['exchange'] {
  if (typeof exchange === 'string') return exchange;
  if (exchange.on !== undefined) return { on: exchange.on };
  const rates = Object.entries(exchange.rates ?? {}).map(([pair, rate]) => {
    const [base = '', quote = ''] = pair.split('/');
    return { base, quote, rate };
  });
  return { rates };
}

function payoutOf({ rate, difference }: NonNullable<PlanFile['payout']>): NonNullable<PlanDocument['payout']> {
  return {
    rate: typeof rate === 'string' ? rate : { daysAfterPeriod: Number(rate['days-after-period']) },
    difference,
  };
}

export function checkExchange(document: Node, report: Report): void {
  const exchange = find(document, ['exchange']);
  if (exchange?.kind === 'fields') {
    const [on, rates] = [find(exchange, ['on']), find(exchange, ['rates'])];
    if (on !== undefined && rates !== undefined) {
      report('field_invalid', ['exchange', 'rates'], 'on and rates are both there; keep one of them.');
    } else if (on === undefined && (rates === undefined || (rates.kind === 'fields' && rates.fields.size === 0))) {
      report('field_missing', ['exchange'], 'says nothing; write on: 2026-01-01, or rates: { EUR/USD: 1.10 }.');
    }
    if (rates?.kind === 'fields') {
      for (const pair of rates.fields.keys()) {
        const [base, quote] = pair.split('/');
        if (base === quote)
          report('field_invalid', ['exchange', 'rates', pair], `${pair} exchanges nothing; remove it.`);
        else if (rates.fields.has(`${quote}/${base}`) && `${base}` > `${quote}`) {
          report('field_invalid', ['exchange', 'rates', pair], `${quote}/${base} is there, too; keep one of them.`);
        }
      }
    }
  }
  const payout = find(document, ['payout']);
  const [rate, difference] = payout === undefined ? [] : [find(payout, ['rate']), find(payout, ['difference'])];
  if (
    rate?.kind === 'text' &&
    rate.text === 'booking-date' &&
    difference?.kind === 'text' &&
    difference.text === 'own-line'
  ) {
    report(
      'field_invalid',
      ['payout', 'difference'],
      'deals are paid at the rate that they were booked at, so there is none; remove it.',
    );
  }
}
