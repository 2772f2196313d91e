import { paymentDecider, type RecordPayment } from '@ledger/decisions';
import type { LedgerEvent } from '@ledger/events';
import { describe, test } from 'vitest';
import { sampleData } from '../events/samples.ts';
import { FINANCE, given } from './scenario.ts';

const event = (type: LedgerEvent['type'], more: object = {}): LedgerEvent =>
  ({ type, data: { ...(sampleData(type) as object), ...more } }) as LedgerEvent;

const { currency, amount, statement } = sampleData('PayoutPaid') as RecordPayment & { readonly statement: string };
const said = (outcome: RecordPayment['outcome'], on: string): RecordPayment => ({
  type: 'RecordPayment',
  period: '2026-Q1',
  participant: 'ada',
  run: 1,
  outcome,
  on,
  currency,
  amount,
  statement: null,
  reference: outcome === 'paid' ? 'PR-2026-04/17' : null,
  reason: outcome === 'paid' ? null : 'The account is closed.',
  released: { currency, amount, statement },
});
const TODAY = '2026-04-16';

test('whom it pays says again what is known of a payment, and nothing else', () => {
  const ADA = { ...FINANCE, id: 'ada' };
  const none = given(paymentDecider);
  none.when(said('paid', '2026-04-15'), ADA, TODAY).refuses('own_pay');
  const paid = none.when(said('paid', '2026-04-15'), FINANCE, TODAY).records({ type: 'PayoutPaid' });
  paid.when(said('paid', '2026-04-15'), ADA, TODAY).recordsNothing();
  paid.when(said('returned', TODAY), ADA, TODAY).refuses('own_pay');
});

describe('the day on which the bank moved money', () => {
  const released = given(paymentDecider);

  test('is today or was before; one that is to come is refused, with what to do', () => {
    released.when(said('paid', TODAY), FINANCE, TODAY).records({ type: 'PayoutPaid', data: { paidOn: TODAY } });
    released.when(said('returned', TODAY), FINANCE, TODAY).records({ type: 'PayoutReturned' });
    const tomorrow = '2026-04-17';
    const says = /on 2026-04-17 yet: today is 2026-04-16 .*; correct the day, or give the row again from that day on/;
    released.when(said('paid', tomorrow), FINANCE, TODAY).refuses('date_invalid', says, '/date');
    released.when(said('returned', tomorrow), FINANCE, TODAY).refuses('date_invalid', says, '/date');
    // The quarter is paid when it is over.
    for (const [became, type] of [
      ['paid', 'PayoutPaid'],
      ['returned', 'PayoutReturned'],
    ] as const) {
      const early = /lasted until 2026-04-01, and is paid after that/;
      released.when(said(became, '2026-03-31'), FINANCE, TODAY).refuses('date_invalid', early, '/date');
      released.when(said(became, '2026-04-01'), FINANCE, TODAY).records({ type });
    }
  });

  test('as it was recorded before such days were refused, is known already, and what came back since came back', () => {
    const mistaken = given(paymentDecider, [event('PayoutPaid', { paidOn: '2062-04-15' })]);
    mistaken.when(said('paid', '2062-04-15'), FINANCE, TODAY).recordsNothing();
    mistaken
      .when(said('returned', TODAY), FINANCE, TODAY)
      .records({ type: 'PayoutReturned', data: { returnedOn: TODAY } });
  });

  test('of what came back is not before that of the payment', () => {
    given(paymentDecider, [event('PayoutPaid')])
      .when(said('returned', '2026-04-14'), FINANCE, TODAY)
      .refuses('date_invalid', /was paid on 2026-04-15 and cannot have been returned on 2026-04-14/, '/date');
  });

  test('of what takes the place of a payment that came back is not before it came back', () => {
    const back = given(paymentDecider, [event('PayoutReturned', { run: 1, returnedOn: '2026-04-14' })]);
    const again = (outcome: RecordPayment['outcome'], on: string) => ({ ...said(outcome, on), run: 2 });
    for (const became of ['paid', 'returned'] as const) {
      const says = new RegExp(
        `2 cannot have been ${became} on 2026-04-13: .* of 2026-Q1.ada.1, which came back on 2026-04-14`,
      );
      back.when(again(became, '2026-04-13'), FINANCE, TODAY).refuses('date_invalid', says, '/date');
    }
    back.when(again('paid', '2026-04-14'), FINANCE, TODAY).records({ type: 'PayoutPaid', data: { run: 2 } });
    // Of an older payment, whose rows may arrive later, the newer ones say nothing.
    given(paymentDecider, [event('PayoutReturned', { run: 2, returnedOn: '2026-04-15' })])
      .when(said('paid', '2026-04-02'), FINANCE, TODAY)
      .records({ type: 'PayoutPaid', data: { run: 1 } });
  });
});
