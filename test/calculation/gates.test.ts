import { settle } from '@ledger/calculation';
import { describe, expect, test } from 'vitest';
import {
  amounts,
  band,
  bandOf,
  cancel,
  codes,
  company,
  deal,
  type Given,
  gate,
  given,
  metric,
  person,
  plan,
  quota,
} from './given.ts';

/** Ada sells new business of 10 % on any amount, if renewals let her. */
function gated(options: Parameters<typeof gate>[1], rest: Parameters<typeof company>[1] = {}): Given {
  const ledger = company(given('month'), {
    tierBy: 'amount',
    table: [band('0', '10%')],
    when: 'deal.kind == "new"',
    gates: [gate('renewals', options)],
    ...rest,
  });
  metric(ledger, { metric: 'renewals', counts: 'deal.kind == "renewal"' });
  quota(ledger, ['1000'], { metric: 'renewals' });
  return ledger;
}

function sold(ledger: Given, id: string, kind: 'new' | 'renewal', amount: string, closedOn: string): void {
  deal(ledger, { deal: id, amount, closedOn, attributes: { kind } });
}

const months = (ledger: Given, ids: readonly string[]) => ids.map((id) => amounts(ledger, id));
const Q1 = ['2026-01', '2026-02', '2026-03'];

describe('a gate on another measure', () => {
  test('nothing is paid while it is closed; what was withheld in the window is earned when it opens', () => {
    const ledger = gated({});
    sold(ledger, 'A', 'new', '500.00', '2026-01-10');
    sold(ledger, 'R', 'renewal', '900.00', '2026-02-10');
    sold(ledger, 'B', 'new', '300.00', '2026-02-20');
    sold(ledger, 'C', 'new', '100.00', '2026-03-20');
    sold(ledger, 'D', 'new', '100.00', '2026-04-20');
    expect(months(ledger, [...Q1, '2026-04'])).toEqual([
      { 'new-business/crm.A': '0.00' },
      { 'new-business/crm.B': '30.00', 'new-business/true-up/2026-Q1': '50.00' },
      { 'new-business/crm.C': '10.00' },
      { 'new-business/crm.D': '0.00' },
    ]);
  });

  test.each([
    ['re-evaluate', '-80.00'],
    ['latch', undefined],
  ] as const)('%s: what was paid when it closes again is %s', (opens, trueUp) => {
    const ledger = gated({ opens });
    sold(ledger, 'R', 'renewal', '900.00', '2026-01-05');
    sold(ledger, 'A', 'new', '500.00', '2026-01-10');
    sold(ledger, 'B', 'new', '300.00', '2026-02-20');
    sold(ledger, 'S', 'renewal', '-1.00', '2026-03-02');
    sold(ledger, 'C', 'new', '100.00', '2026-03-20');
    expect(months(ledger, Q1)).toEqual([
      { 'new-business/crm.A': '50.00' },
      { 'new-business/crm.B': '30.00' },
      {
        'new-business/crm.C': opens === 'latch' ? '10.00' : '0.00',
        ...(trueUp === undefined ? {} : { 'new-business/true-up/2026-Q1': trueUp }),
      },
    ]);
  });

  test('a latch of the quarter stays open for the months in it', () => {
    const ledger = gated({ opens: 'latch' }, { window: 'month' });
    sold(ledger, 'R', 'renewal', '900.00', '2026-01-05');
    sold(ledger, 'S', 'renewal', '-900.00', '2026-02-05');
    sold(ledger, 'A', 'new', '500.00', '2026-02-10');
    sold(ledger, 'B', 'new', '500.00', '2026-04-10');
    expect(months(ledger, ['2026-02', '2026-04'])).toEqual([
      { 'new-business/crm.A': '50.00' },
      { 'new-business/crm.B': '0.00' },
    ]);
  });

  // Weighted average over 90 %: 60 % of weight at 100 %, 40 % at 75 %: exactly 90 %.
  test('a weighted average of several measures', () => {
    const measures = [
      { measure: 'arr', weight: '60%' },
      { measure: 'renewals', weight: '40%' },
    ];
    const ledger = gated({ measures });
    quota(ledger, ['500']);
    sold(ledger, 'A', 'new', '500.00', '2026-01-10');
    sold(ledger, 'R', 'renewal', '749.99', '2026-01-20');
    expect(months(ledger, ['2026-01'])).toEqual([{ 'new-business/crm.A': '0.00' }]);
    sold(ledger, 'S', 'renewal', '0.01', '2026-01-21');
    expect(months(ledger, ['2026-01'])).toEqual([{ 'new-business/crm.A': '50.00' }]);
  });

  test('an amount instead of a quota; a quota that is missing or 0 stops the statement', () => {
    const byAmount = gated({ against: 'amount', atLeast: '700' });
    sold(byAmount, 'A', 'new', '500.00', '2026-01-10');
    sold(byAmount, 'R', 'renewal', '700.00', '2026-02-10');
    expect(months(byAmount, Q1)).toEqual([
      { 'new-business/crm.A': '0.00' },
      { 'new-business/true-up/2026-Q1': '50.00' },
      {},
    ]);

    const ledger = gated({ measures: [{ measure: 'arr', weight: '100%' }] });
    sold(ledger, 'A', 'new', '500.00', '2026-01-10');
    expect(codes(ledger)).toEqual(['quota_missing']);
    quota(ledger, ['0']);
    expect(codes(ledger)).toEqual(['quota_zero']);
    quota(ledger, ['100'], { currency: 'EUR' });
    expect(codes(ledger)).toEqual(['quota_currency']);
  });
});

// excelforum-annual-gate: accelerators unlock only once the annual quota of 400,000 is passed; 50, 75, 200 thousand pay 5 %.
test('bands that wait for a gate pay like the band below them', () => {
  const ledger = company(given(), {
    window: 'quarter',
    table: [band('0%', '5%'), { ...band('100%', '8%'), gate: 'year' }, { ...band('150%', '10%'), gate: 'year' }],
    gates: [gate('arr', { name: 'year', window: 'year', atLeast: '100%', guards: 'bands' })],
  });
  quota(ledger, ['100000']);
  for (const [id, amount, closedOn] of [
    ['A', '50000.00', '2026-03-01'],
    ['B', '75000.00', '2026-06-01'],
    ['C', '200000.00', '2026-09-01'],
  ] as const) {
    deal(ledger, { deal: id, amount, closedOn });
  }
  const quarters = () => months(ledger, ['2026-Q1', '2026-Q2', '2026-Q3']).map((lines) => Object.values(lines));
  expect(quarters()).toEqual([['2500.00'], ['3750.00'], ['10000.00']]);
  deal(ledger, { deal: 'D', amount: '75000.00', closedOn: '2026-09-02' });
  // 400,000: in Q3 100,000 at 5 %, 50,000 at 8 %, 125,000 at 10 %; C has 200,000 of it.
  expect(quarters()).toEqual([['2500.00'], ['3750.00'], ['14000.00', '7500.00']]);
});

describe('a threshold of the component itself', () => {
  const table = [band('0%', '10%'), band('100%', '20%')];
  const own = (pays: 'everything' | 'excess') => gate('arr', { atLeast: '50%', pays });

  test.each([
    // 600 of 1,000, then 1,200: everything 60 and 140; the excess over 500 alone 10 and 90.
    ['everything', ['0.00', '60.00', '80.00']],
    ['excess', ['0.00', '10.00', '80.00']],
  ] as const)('lets through %s', (pays, [first, second, third]) => {
    const ledger = company(given('month'), { table, gates: [own(pays)] });
    quota(ledger, ['1000']);
    deal(ledger, { deal: 'A', amount: '400.00', closedOn: '2026-01-10' });
    deal(ledger, { deal: 'B', amount: '200.00', closedOn: '2026-02-10' });
    deal(ledger, { deal: 'C', amount: '600.00', closedOn: '2026-03-10' });
    const all = months(ledger, Q1);
    const sums = all.map((lines) =>
      Object.values(lines)
        .reduce((sum, amount) => sum + Number(amount), 0)
        .toFixed(2),
    );
    expect(sums).toEqual([first, second, third]);
    expect(all[1]).toEqual(
      pays === 'everything'
        ? { 'new-business/crm.B': '20.00', 'new-business/true-up/2026-Q1': '40.00' }
        : { 'new-business/crm.B': '10.00' },
    );
  });

  test('the excess of a retroactive table: r(A) · A less r(threshold) · threshold', () => {
    const retroactive = table.map((each) => ({ ...each, applies: 'retroactive' as const }));
    const ledger = company(given(), { read: 'retroactive', table: retroactive, gates: [own('excess')] });
    quota(ledger, ['1000']);
    deal(ledger, { deal: 'A', amount: '1200.00' });
    // 20 % of 1,200 − 10 % of 500.
    expect(amounts(ledger)).toEqual({ 'new-business/crm.A': '190.00' });
  });

  test('lumps at or below the threshold are not of the excess', () => {
    const lumps = [band('0%', '0%'), bandOf('50%', { lump: '100.00' }), bandOf('80%', { lump: '300.00' })];
    const ledger = company(given(), { table: lumps, gates: [own('excess')] });
    quota(ledger, ['1000']);
    deal(ledger, { deal: 'A', amount: '900.00' });
    expect(amounts(ledger)).toEqual({ 'new-business/crm.A': '300.00' });
  });
});

describe('frozen periods', () => {
  test('a late deal that closes a gate returns what was paid, line by line, by its cause', () => {
    const ledger = gated({});
    sold(ledger, 'R', 'renewal', '900.00', '2026-01-05');
    sold(ledger, 'A', 'new', '500.00', '2026-01-10');
    ledger.freeze('2026-01');
    sold(ledger, 'B', 'new', '100.00', '2026-02-10');
    ledger.freeze('2026-02');
    cancel(ledger, 'R', '2026-03-05');
    const statement = ledger.statement('ada', '2026-03');
    expect(statement.lines.map(({ line, amount }) => `${line} ${amount}`)).toEqual([
      expect.stringMatching(/^2026-01\/new-business\/e[0-9]+ -50\.00$/),
      expect.stringMatching(/^2026-02\/new-business\/e[0-9]+ -10\.00$/),
    ]);
    expect(statement.lines[0]?.trace.steps?.map(({ says }) => says)).toEqual(['crm.A: -50.00 USD.']);
  });

  test('a true-up that vanishes is a correction that names it', () => {
    const ledger = gated({});
    sold(ledger, 'A', 'new', '500.00', '2026-01-10');
    ledger.freeze('2026-01');
    sold(ledger, 'R', 'renewal', '900.00', '2026-02-05');
    expect(ledger.statement('ada', '2026-02').lines.map(({ line }) => line)).toEqual(['new-business/true-up/2026-Q1']);
    ledger.freeze('2026-02');
    cancel(ledger, 'R', '2026-03-05');
    const [correction, ...others] = ledger.statement('ada', '2026-03').lines;
    expect(others).toEqual([]);
    expect(correction).toMatchObject({ kind: 'correction', period: '2026-02', amount: '-50.00' });
    expect(correction?.trace.steps?.map(({ says }) => says)).toEqual(['true-up/2026-Q1: -50.00 USD.']);
  });
});

test('a gate that a later version of the plan brings holds for the deals of that version', () => {
  const ledger = gated({}, { gates: [] });
  plan(ledger, {
    version: 2,
    from: '2026-02-01',
    tierBy: 'amount',
    table: [band('0', '10%')],
    when: 'deal.kind == "new"',
    gates: [gate('renewals')],
  });
  person(ledger, 'ben');
  sold(ledger, 'A', 'new', '500.00', '2026-01-10');
  sold(ledger, 'B', 'new', '300.00', '2026-02-10');
  expect(months(ledger, Q1)).toEqual([{ 'new-business/crm.A': '50.00' }, { 'new-business/crm.B': '0.00' }, {}]);
  sold(ledger, 'R', 'renewal', '900.00', '2026-03-05');
  expect(months(ledger, Q1)).toEqual([
    { 'new-business/crm.A': '50.00' },
    { 'new-business/crm.B': '0.00' },
    { 'new-business/true-up/2026-Q1': '30.00' },
  ]);
  expect('statement' in settle(ledger.history('ada'), '2026-03')).toBe(true);
});
