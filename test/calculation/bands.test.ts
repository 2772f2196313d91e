import { describe, expect, test } from 'vitest';
import {
  amounts,
  band,
  bandOf,
  company,
  deal,
  type Given,
  given,
  inAll,
  metric,
  perUnit,
  quota,
  total,
} from './given.ts';

/** Deals one a day from 5 January on, each with an amount; returns what each is paid. */
function paid(
  ledger: Given,
  list: readonly string[],
  attributes: readonly Record<string, string>[] = [],
): readonly string[] {
  for (const [at, amount] of list.entries()) {
    const given = Object.entries(attributes[at] ?? {}).map(([name, decimal]) => [name, { decimal }] as const);
    deal(ledger, {
      deal: `D-${at + 1}`,
      amount,
      closedOn: `2026-01-${String(5 + at).padStart(2, '0')}`,
      attributes: Object.fromEntries(given),
    });
  }
  return Object.values(amounts(ledger));
}

const TRANSACTIONS = ['200.00', '300.00', '1500.00', '1200.00', '2000.00', '4500.00'];

describe('each deal by itself', () => {
  // oracle-fusion-step-individual: 1 % to 1,000, 2 % to 3,000, 3 % to 8,000, 5 % to 20,000; nothing accumulates. 164 in all.
  test('shares of Oracle, by step', () => {
    const table = [
      band('0', '1%'),
      band('1000', '2%'),
      band('3000', '3%'),
      bandOf('8000', { to: '20000', pays: { by: 'share', share: '5%' } }),
    ];
    const ledger = company(given(), { window: 'deal', tierBy: 'amount', table });
    expect(paid(ledger, TRANSACTIONS)).toEqual(['2.00', '3.00', '20.00', '14.00', '30.00', '95.00']);
    expect(total(ledger)).toBe(164);
  });

  // oracle-fusion-interpolated-individual: amounts of 10, 40, 100 and 2,000 for whole bands, in proportion. 149 in all.
  test('amounts of Oracle, interpolated', () => {
    const table = [
      bandOf('0', { pays: inAll('10.00') }),
      bandOf('1000', { pays: inAll('40.00') }),
      bandOf('3000', { pays: inAll('100.00') }),
      bandOf('8000', { to: '20000', pays: inAll('2000.00') }),
    ];
    const ledger = company(given(), { window: 'deal', tierBy: 'amount', table });
    expect(paid(ledger, TRANSACTIONS)).toEqual(['2.00', '3.00', '20.00', '14.00', '30.00', '80.00']);
    expect(total(ledger)).toBe(149);
  });

  // oca-section-single-band: 20 % of the whole from 15,000 to 16,000, nothing outside.
  test.each([
    ['14999.99', 0],
    ['15000.00', 3000],
    ['15100.00', 3020],
    ['16000.00', 3200],
    ['16000.01', 0],
  ])('a single section of OCA, closed at both ends: %s pays %d', (amount, pays) => {
    const one = bandOf('15000', { to: '16000.01', pays: { by: 'share', share: '20%' }, applies: 'retroactive' });
    const ledger = company(given(), { window: 'deal', tierBy: 'amount', read: 'retroactive', table: [one] });
    deal(ledger, { deal: 'D-1', amount });
    expect(total(ledger)).toBe(pays);
  });
});

describe('a metric picks the band, another one is paid on', () => {
  // intime-tier-by-count: 7 placements of 3,500 margin each; 1-3 10 %, 4-6 12 %, 7 and more 15 % of all: 3,675.
  test('the count of placements, paid on their margin', () => {
    const table = [band('0', '10%', 'retroactive'), band('4', '12%', 'retroactive'), band('7', '15%', 'retroactive')];
    const ledger = company(given('month'), {
      window: 'month',
      measure: 'placements',
      paysOn: 'arr',
      tierBy: 'amount',
      read: 'retroactive',
      table,
    });
    metric(ledger, { metric: 'placements', unit: 'number', amount: '1' });
    for (let at = 1; at <= 7; at += 1) deal(ledger, { deal: `D-${at}`, amount: '3500.00', closedOn: `2026-01-0${at}` });
    // 3 at 10 %, the 4th brings 2 % on the 3 before, the 7th 3 % on the 6 before.
    expect(Object.values(amounts(ledger, '2026-01'))).toEqual([
      '350.00',
      '350.00',
      '350.00',
      '630.00',
      '420.00',
      '420.00',
      '1155.00',
    ]);
    expect(total(ledger, '2026-01')).toBe(3675);
  });

  // osc-unit-nonquota-accumulate-split: 40 units for 500, then 600 units for 500: 5 % to 500 units, 10 % to 1,000.
  test('units pick the band, revenue is split by them: 185/6', () => {
    const ledger = company(given(), {
      measure: 'units',
      paysOn: 'arr',
      tierBy: 'amount',
      table: [band('0', '5%'), band('500', '10%'), band('1000', '15%')],
    });
    metric(ledger, { metric: 'units', unit: 'number', amount: 'deal.units' });
    expect(paid(ledger, ['500.00', '500.00'], [{ units: '40' }, { units: '600' }])).toEqual(['25.00', '30.83']);
  });

  test('what measures nothing lies whole where the window stands; what pays nothing moves it', () => {
    const ledger = company(given(), {
      measure: 'units',
      paysOn: 'arr',
      tierBy: 'amount',
      table: [band('0', '5%'), band('10', '10%')],
    });
    metric(ledger, { metric: 'units', unit: 'number', counts: 'has(deal.units)', amount: 'deal.units' });
    expect(paid(ledger, ['0.00', '1000.00'], [{ units: '10' }, {}])).toEqual(['0.00', '100.00']);
  });

  test('money for each unit, and none for the rest', () => {
    const ledger = company(given(), {
      measure: 'units',
      tierBy: 'amount',
      table: [bandOf('0', { pays: perUnit('20.00') }), bandOf('10', { pays: perUnit('35.50') })],
    });
    metric(ledger, { metric: 'units', unit: 'number', amount: 'deal.units' });
    expect(paid(ledger, ['1.00', '1.00'], [{ units: '8' }, { units: '4' }])).toEqual(['160.00', '111.00']);
  });
});

describe('lump sums', () => {
  // sec-1100917-sales-bonus: 5 % to half of plan, 10 % to plan, a bonus at plan, 15 % above; 1,200,000 on 1,000,000 pays 105,000 and it.
  test('a bonus at 100 % is paid once, lost with the band, and paid again', () => {
    const table = [band('0%', '5%'), band('50%', '10%'), { ...band('100%', '15%'), lump: '7000.00' }];
    const ledger = company(given(), { window: 'year', table });
    quota(ledger, ['1000000'], { per: 'year' });
    // 300,000 back at 15 %, 100,000 at 10 %, and the bonus.
    expect(paid(ledger, ['900000.00', '300000.00', '100000.00', '-400000.00', '100000.00'])).toEqual([
      '65000.00',
      '47000.00',
      '15000.00',
      '-62000.00',
      '17000.00',
    ]);
  });

  test('at 0 it is reached by the first unit, so that a window of nothing pays nothing', () => {
    const ledger = company(given(), { tierBy: 'amount', table: [bandOf('0', { lump: '500.00' })] });
    expect(paid(ledger, ['100.00', '-100.00', '1.00', '1.00'])).toEqual(['500.00', '-500.00', '500.00', '0.00']);
  });

  test('a bound that is hit exactly pays the lump only where hits are of the upper band', () => {
    for (const [atBound, pays] of [
      ['upper-band', 500],
      ['lower-band', 0],
    ] as const) {
      const ledger = company(given(), {
        tierBy: 'amount',
        atBound,
        table: [band('0', '0%'), bandOf('1000', { lump: '500.00' })],
      });
      deal(ledger, { deal: 'D-1', amount: '1000.00' });
      expect(total(ledger)).toBe(pays);
    }
  });
});

describe('gaps', () => {
  const table = [
    bandOf('0', { to: '100', pays: { by: 'share', share: '10%' } }),
    bandOf('200', { pays: { by: 'share', share: '20%' } }),
  ];

  test('pay nothing where bands are marginal', () => {
    const ledger = company(given(), { tierBy: 'amount', table });
    expect(paid(ledger, ['150.00', '100.00', '-250.00'])).toEqual(['10.00', '10.00', '-20.00']);
  });

  test('pay nothing for everything while a retroactive table stands in one', () => {
    const retroactive = table.map((each) => ({ ...each, applies: 'retroactive' as const }));
    const ledger = company(given(), { tierBy: 'amount', read: 'retroactive', table: retroactive });
    expect(paid(ledger, ['100.00', '50.00', '50.00'])).toEqual(['0.00', '0.00', '40.00']);
  });

  test('whatever was paid on in bands above, when another metric moves the amount back into one', () => {
    const units = { measure: 'units', paysOn: 'arr', tierBy: 'amount' as const, read: 'retroactive' as const };
    const bands = [
      bandOf('0', { to: '1', pays: { by: 'share', share: '10%' }, applies: 'retroactive' }),
      bandOf('2', { pays: { by: 'share', share: '20%' }, applies: 'retroactive' }),
    ];
    const ledger = company(given(), { ...units, table: bands });
    metric(ledger, { metric: 'units', unit: 'number', amount: 'deal.units' });
    expect(paid(ledger, ['100.00', '0.00', '0.00'], [{ units: '3' }, { units: '-1.5' }, { units: '-1' }])).toEqual([
      '20.00',
      '-20.00',
      '10.00',
    ]);
  });

  test('below the first band nothing is paid, nor taken for a negative amount', () => {
    const ledger = company(given(), { tierBy: 'amount', table: [band('100', '10%')] });
    expect(paid(ledger, ['-50.00', '150.00', '50.00'])).toEqual(['0.00', '0.00', '5.00']);
  });
});

describe('the whole deal at one rate', () => {
  // osc-revenue-nonquota-accumulate-boundary: 5, 10, 15 % from 0, 500, 1,000; two of 500.
  test.each([
    ['upper-band', 'after', ['50.00', '75.00']],
    ['lower-band', 'after', ['25.00', '50.00']],
    ['upper-band', 'before', ['25.00', '50.00']],
  ] as const)('a hit is of the %s, the rate is that %s the deal', (atBound, rateAt, pays) => {
    const table = [band('0', '5%'), band('500', '10%'), band('1000', '15%')];
    const ledger = company(given(), { tierBy: 'amount', read: 'whole-deal', atBound, rateAt, table });
    expect(paid(ledger, ['500.00', '500.00'])).toEqual(pays);
  });

  test('what takes a deal away at once takes what it was paid, lump and all', () => {
    for (const rateAt of ['after', 'before'] as const) {
      const table = [band('0', '5%'), { ...band('500', '10%'), lump: '40.00' }];
      const ledger = company(given(), { tierBy: 'amount', read: 'whole-deal', rateAt, table });
      const [, there, back] = paid(ledger, ['300.00', '400.00', '-400.00']);
      expect([there, back]).toEqual(rateAt === 'after' ? ['80.00', '-80.00'] : ['60.00', '-60.00']);
    }
  });
});

describe('curves', () => {
  // scp014-threshold-cap: 40,000 on a quota of 2,000,000; nothing under 75 %; 70,000 at 150 %, 95,000 at 175 %, capped at 200 %.
  const curve = [
    { at: '0%', pays: '0%' },
    { at: '75%', pays: '0%' },
    { at: '75%', pays: '50%' },
    { at: '100%', pays: '100%' },
    { at: '150%', pays: '175%' },
    { at: '175%', pays: '237.5%' },
  ];

  test.each([
    ['1400000.00', 0],
    ['1500000.00', 20000],
    ['2000000.00', 40000],
    ['2500000.00', 55000],
    ['3000000.00', 70000],
    ['3500000.00', 95000],
    ['9000000.00', 95000],
  ])('the curve of SCP-014: %s pays %d before the cap', (amount, pays) => {
    const ledger = company(given(), { window: 'year', read: 'curve', table: [], curve, targetIncentive: '40000.00' });
    quota(ledger, ['2000000'], { per: 'year' });
    deal(ledger, { deal: 'D-1', amount });
    expect(total(ledger)).toBe(pays);
  });

  test('a jump that is hit exactly is paid by the point that the plan names, and steps along a curve add up', () => {
    const ledger = company(given(), {
      window: 'year',
      read: 'curve',
      table: [],
      curve,
      targetIncentive: '40000.00',
      atBound: 'lower-band',
    });
    quota(ledger, ['2000000'], { per: 'year' });
    expect(paid(ledger, ['1500000.00', '0.01', '499999.99', '-2000000.00'])).toEqual([
      '0.00',
      '20000.00',
      '20000.00',
      '-40000.00',
    ]);
  });

  test('without a target incentive, a rate that moves along the amount', () => {
    const points = [
      { at: '0', pays: '4%' },
      { at: '1000', pays: '8%' },
    ];
    const ledger = company(given(), { tierBy: 'amount', read: 'curve', table: [], curve: points });
    // f(500) = 6 %, f(1,000) = f(2,000) = 8 %, of all that is credited.
    expect(paid(ledger, ['500.00', '500.00', '1000.00'])).toEqual(['30.00', '50.00', '80.00']);
  });
});

describe('what is credited, and what a deal earns', () => {
  const threeYears = [
    { when: 'has(deal.years) && deal.years >= 3', by: '1.1' },
    { when: 'deal.amount >= 1000', by: '2' },
  ];

  test('factors on credit multiply, and move the band and the pay alike', () => {
    const ledger = company(given(), {
      tierBy: 'amount',
      multiplyCredit: threeYears,
      table: [band('0', '10%'), band('2000', '20%')],
    });
    // 500; 500 × 1.1; 1,000 × 1.1 × 2 of which 950 lie below 2,000.
    expect(paid(ledger, ['500.00', '500.00', '1000.00'], [{}, { years: '3' }, { years: '5' }])).toEqual([
      '50.00',
      '55.00',
      '345.00',
    ]);
  });

  test('factors on the earning, then the floor, then the cap of a deal; a reversal has neither', () => {
    const ledger = company(given(), {
      tierBy: 'amount',
      table: [band('0', '10%')],
      multiplyEarning: threeYears,
      floor: { deal: '30.00' },
      cap: { deal: '250.00', period: null, window: null, year: null, excess: 'forfeited' },
    });
    const years = [{}, { years: '3' }, { years: '3' }, {}, {}];
    expect(paid(ledger, ['100.00', '900.00', '2000.00', '-100.00', '-5000.00'], years)).toEqual([
      '30.00',
      '99.00',
      '250.00',
      '-10.00',
      '-500.00',
    ]);
  });

  test('a condition lets only some deals count, and one that has no answer stops the statement', () => {
    const ledger = company(given(), { tierBy: 'amount', when: 'deal.kind == "new"', table: [band('0', '10%')] });
    deal(ledger, { deal: 'A', attributes: { kind: 'new' } });
    deal(ledger, { deal: 'B', attributes: { kind: 'renewal' } });
    expect(amounts(ledger)).toEqual({ 'new-business/crm.A': '10000.00' });
    deal(ledger, { deal: 'C' });
    expect(() => ledger.statement('ada', '2026-Q1')).toThrow(
      'deal crm.C: plan ae version 1 has no answer for crm.C: kind is not there, in when: `deal.kind == "new"`; correct the deal, or begin with has(deal.kind) && ….',
    );
  });
});
