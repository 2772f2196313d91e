import type { PlanDocument } from '@ledger/events';
import fc from 'fast-check';
import { mostly } from './draw-plan.ts';

/** Draws how plans exchange money, what they pay in, and which rates are recorded. */

const policies = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom<'booking-date' | 'period-average' | 'payment-date'>(
      'booking-date',
      'period-average',
      'payment-date',
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom({ on: '2026-01-01' }, { on: '2026-02-15' }) },
  { weight: 3, arbitrary: fc.constantFrom('direct' as const, 'inverse', 'by-way') },
);
type Policy = typeof policies extends fc.Arbitrary<infer P> ? P : never;

const payout = fc.record({
  rate: fc.constantFrom<NonNullable<PlanDocument['payout']>['rate'][]>('period-end', 'booking-date', {
    daysAfterPeriod: 15,
  }),
  difference: fc.constantFrom<NonNullable<PlanDocument['payout']>['difference'][]>('within-lines', 'own-line'),
});

export const exchange = fc.record({
  /** The ledger's own currency; `home`: that of the plan. */
  ledger: mostly(4, 'home', 'GBP', 'EUR'),
  /** What the participant is paid in. */
  paidIn: mostly<string | null>(4, null, 'EUR', 'JPY', 'GBP', 'KWD'),
  policies: fc.array(policies, { minLength: 3, maxLength: 3 }),
  payouts: fc.array(payout, { minLength: 3, maxLength: 3 }),
  /** Pairs of the plan's currency that are recorded before anything else. */
  hasPairs: mostly(5, true, false),
  rates: fc.array(
    fc.record({
      pair: fc.constantFrom(
        'foreign/home',
        'home/foreign',
        'foreign/ledger',
        'ledger/home',
        'home/paid',
        'paid/ledger',
      ),
      foreign: fc.constantFrom('EUR', 'JPY'),
      day: fc.integer({ min: 0, max: 140 }),
      value: fc.constantFrom('1.25', '0.9', '1.0871', '3', '0.007'),
      stage: mostly(7, 0, 1, 2),
    }),
    { maxLength: 5 },
  ),
  /** Pairs for which a rate is recorded in every month. */
  monthly: fc.constantFrom<readonly string[]>(
    ['foreign/home'],
    ['home/foreign', 'home/paid'],
    ['foreign/ledger', 'home/ledger', 'paid/ledger'],
    [],
  ),
  paid: fc.array(mostly<number | null>(5, null, 20, 45, 70, 100), { minLength: 7, maxLength: 7 }),
});
export type ExchangeTerms = typeof exchange extends fc.Arbitrary<infer E> ? E : never;

/** A pair as currencies; `null` where it is one and the same. */
export function pairOf({ ledger, paidIn }: ExchangeTerms, home: string, pair: string, foreign: string) {
  const names: Readonly<Record<string, string>> = {
    home,
    foreign,
    ledger: ledger === 'home' ? home : ledger,
    paid: paidIn ?? home,
  };
  const [from = '', to = ''] = pair.split('/');
  const [base, quote] = [names[from] ?? home, names[to] ?? home];
  return base === quote ? null : { base, quote };
}

export function policyOf(terms: ExchangeTerms, home: string, policy: Policy): PlanDocument['exchange'] {
  if (policy !== 'direct' && policy !== 'inverse' && policy !== 'by-way') return policy;
  const pairs = { direct: ['foreign/home'], inverse: ['home/foreign'], 'by-way': ['foreign/ledger', 'home/ledger'] }[
    policy
  ];
  const rates = ['EUR', 'JPY', 'USD'].flatMap((foreign, at) =>
    pairs.flatMap((pair, index) => {
      const found = pairOf(terms, home, pair, foreign);
      return found === null ? [] : [{ ...found, rate: ['1.25', '0.8', '3', '1.1'][at + index] ?? '2' }];
    }),
  );
  const once = rates.filter(
    ({ base, quote }, at) =>
      rates.findIndex((each) => [base, quote].includes(each.base) && [base, quote].includes(each.quote)) === at,
  );
  return once.length === 0 ? 'booking-date' : { rates: once };
}
