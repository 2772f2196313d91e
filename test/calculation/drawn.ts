import type { Component } from '@ledger/events';
import { toText } from '@ledger/money';
import fc from 'fast-check';
import { bandOf, caps, company, deal, type Given, gate, given, inAll, metric, perUnit, quota } from './given.ts';

/** Components drawn from everything that one can say, such as may be published, and deals for them. */

const amount = fc.integer({ min: -300_00, max: 900_00 }).map((cents) => toText({ n: BigInt(cents), d: 100n }));
export const sold = fc.record({
  day: fc.integer({ min: 0, max: 350 }),
  amount,
  units: fc.integer({ min: 0, max: 5 }),
  renewal: fc.boolean(),
});
export type Sold = typeof sold extends fc.Arbitrary<infer S> ? S : never;

const applies = fc.constantFrom('marginal' as const, 'retroactive' as const);
const SHARES = ['7.5%', '0%', '12%', '3%'].map((share) => ({ by: 'share', share }) as const);
const MONEY = ['0.25', '0.00', '3.00', '0.10'].map(perUnit);
const ABOVE = { attainment: ['0%', '40%', '90%', '150%'], amount: ['0', '400', '900', '1500'] } as const;

/** Bands at 0, 40, 90, 150 % of a quota of 1,000, or the same in amounts; odd ones where the draw says so. */
const table = fc
  .record({
    rates: fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }),
    applies: fc.array(applies, { minLength: 4, maxLength: 4 }),
    second: fc.constantFrom('rate' as const, 'gap' as const, 'amount' as const),
    lump: fc.boolean(),
  })
  .map(
    ({ rates, applies: applying, second, lump }) =>
      (
        tierBy: 'attainment' | 'amount',
        payIn: 'share' | 'unit',
        isWhole: boolean,
        gateName: string | null,
      ): Component['table'] =>
        ABOVE[tierBy].map((from, at) => {
          const pays = (payIn === 'share' ? SHARES : MONEY)[rates[at] ?? 0] ?? null;
          const one = bandOf(from, { pays, applies: isWhole ? 'marginal' : (applying[at] ?? 'marginal') });
          if (at === 1 && second === 'gap') return { ...one, to: tierBy === 'attainment' ? '60%' : '600' };
          if (at === 1 && second === 'amount' && !isWhole) return { ...one, pays: inAll('35.00'), applies: 'marginal' };
          if (at === 2 && lump) return { ...one, lump: '50.00' };
          return at === 3 ? { ...one, gate: gateName } : one;
        }),
  );

const CURVE = [
  { at: '0%', pays: '0%' },
  { at: '50%', pays: '20%' },
  { at: '50%', pays: '60%' },
  { at: '120%', pays: '150%' },
];

export const component = fc
  .record({
    window: fc.constantFrom<Component['window']>(
      'deal',
      'half-month',
      'month',
      'quarter',
      'half',
      'year',
      { rolling: 3 },
      { from: '2026-02-10', to: '2026-09-20' },
    ),
    target: fc.constantFrom<Component['target']>('quota', 'quota-to-date', { amount: '1000.00' }),
    tierBy: fc.constantFrom('attainment' as const, 'amount' as const),
    read: fc.constantFrom('marginal' as const, 'retroactive' as const, 'whole-deal' as const, 'curve' as const),
    rateAt: fc.constantFrom('after' as const, 'before' as const),
    each: fc.constantFrom('deal' as const, 'deal' as const, 'period' as const),
    atBound: fc.constantFrom('upper-band' as const, 'lower-band' as const),
    paysOn: fc.constantFrom(null, 'units'),
    round: fc.constantFrom('each-line' as const, 'to-date' as const),
    incentive: fc.boolean(),
    table,
    multiply: fc.boolean(),
    floor: fc.boolean(),
    cap: fc.constantFrom(
      null,
      caps({ deal: '60.00' }),
      caps({ period: '40.00', excess: 'later' }),
      caps({ period: '50.00', window: '120.00', year: '150.00' }),
    ),
    gates: fc.constantFrom<readonly ('own' | 'renewals' | 'excess' | 'bands')[]>(
      [],
      [],
      ['renewals'],
      ['own', 'bands'],
      ['excess'],
    ),
    opens: fc.constantFrom('latch' as const, 're-evaluate' as const),
  })
  .map((drawn): Partial<Component> => {
    const { window, read, opens, each } = drawn;
    const isCurve = read === 'curve';
    const isWhole = read === 'whole-deal';
    const isAlone = window === 'deal';
    const isRolling = typeof window === 'object' && 'rolling' in window;
    const tierBy = isCurve ? 'attainment' : drawn.tierBy;
    const atLeast = '40%';
    const all = {
      own: gate('arr', { name: 'own', window: 'quarter', atLeast, opens }),
      renewals: gate('renewals', { name: 'renewals', window: 'half', atLeast, opens }),
      excess: gate('arr', { name: 'excess', window, atLeast, opens, pays: 'excess' }),
      bands: gate('renewals', { name: 'bands', window: 'year', atLeast, opens, guards: 'bands' }),
    };
    const gates = drawn.gates.filter(
      (name) => (name !== 'bands' || !isCurve) && (name !== 'excess' || !(isAlone || isRolling || isWhole)),
    );
    const payIn = drawn.paysOn === 'units' ? 'unit' : 'share';
    const merges = each === 'period' && !isAlone;
    const { cap } = drawn;
    const isFree = cap === null || (merges && cap.deal !== null);
    return {
      window,
      target: drawn.target,
      tierBy,
      read,
      rateAt: isWhole ? drawn.rateAt : 'after',
      each: merges ? 'period' : 'deal',
      atBound: drawn.atBound,
      paysOn: drawn.paysOn,
      round: drawn.round,
      table: isCurve ? [] : drawn.table(tierBy, payIn, isWhole, gates.includes('bands') ? 'bands' : null),
      curve: isCurve ? CURVE : [],
      targetIncentive: isCurve && (drawn.incentive || payIn === 'unit') ? '100.00' : null,
      multiplyCredit: drawn.multiply ? [{ when: 'deal.amount >= 500', by: '1.5' }] : [],
      multiplyEarning: drawn.multiply && !merges ? [{ when: 'deal.units >= 2', by: '0.9' }] : [],
      floor: drawn.floor && !merges ? { deal: '1.00' } : null,
      cap: isFree ? null : { ...cap, window: isAlone || isRolling ? null : cap.window },
      gates: gates.map((name) => all[name]),
    };
  });

export const dateOf = (day: number) => new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);

export function begin(terms: Partial<Component>, cadence: 'month' | 'quarter' = 'month'): Given {
  const ledger = company(given(cadence), terms);
  metric(ledger, { metric: 'units', unit: 'number', amount: 'deal.units' });
  metric(ledger, { metric: 'renewals', counts: 'deal.renewal' });
  for (const year of [2025, 2026]) {
    quota(ledger, ['1000'], { per: 'month', year });
    quota(ledger, ['600'], { metric: 'renewals', per: 'month', year });
  }
  return ledger;
}

export function tell(ledger: Given, deals: readonly Sold[], from = 0): void {
  for (const [at, { day, amount: worth, units, renewal }] of deals.entries()) {
    deal(ledger, {
      deal: `D-${from + at}`,
      amount: worth,
      closedOn: dateOf(day),
      sequence: at,
      attributes: { units: { decimal: String(units) }, renewal },
    });
  }
}
