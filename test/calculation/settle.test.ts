import { type History, replay, settle } from '@ledger/calculation';
import { type Statement, statement as statementSchema } from '@ledger/events';
import { describe, expect, test } from 'vitest';
import {
  amend,
  band,
  cancel,
  company,
  deal,
  fx,
  type Given,
  given,
  MARGINAL,
  metric,
  person,
  plan,
  quota,
  reach,
  relief,
  split,
  terms,
} from './given.ts';

function lines(statement: Statement): readonly string[] {
  expect(statementSchema.safeParse(statement).error).toBeUndefined();
  return statement.lines.map(({ line, amount }) => `${line} ${amount}`);
}

function quarter(options: Parameters<typeof company>[1] = {}): Given {
  const ledger = company(given(), options);
  quota(ledger, ['100000']);
  return ledger;
}

describe('an open period', () => {
  test('earnings by component in the order of credits, with their sum', () => {
    const ledger = quarter();
    deal(ledger, { deal: 'B', closedOn: '2026-01-20' });
    deal(ledger, { deal: 'A', closedOn: '2026-02-20', amount: '50000.00' });
    const statement = ledger.statement('ada', '2026-Q1');
    expect(lines(statement)).toEqual(['new-business/crm.B 8000.00', 'new-business/crm.A 6000.00']);
    expect(statement).toMatchObject({ period: '2026-Q1', participant: 'ada', currency: 'USD', total: '14000.00' });
    expect(statement.attainment).toEqual([
      {
        component: 'new-business',
        metric: 'arr',
        window: '2026-Q1',
        unit: 'USD',
        credited: '150000',
        quota: '100000',
        attainment: '1.5',
      },
    ]);
  });

  test('nothing earned is a statement of 0, with attainment of 0', () => {
    const statement = quarter().statement('ada', '2026-Q3');
    expect(statement).toMatchObject({ lines: [], total: '0.00' });
    expect(statement.attainment[0]).toMatchObject({ credited: '0', attainment: '0' });
  });

  test('a currency without minor units has none', () => {
    const ledger = company(given(), {
      currency: 'JPY',
      tierBy: 'amount',
      table: [band('0', '0.5%')],
    });
    deal(ledger, { deal: 'A', amount: '1100', currency: 'JPY' });
    expect(ledger.statement('ada', '2026-Q1')).toMatchObject({ total: '6', currency: 'JPY' });
  });

  test("rounding is the plan's: half-even and half-up, symmetric for negatives", () => {
    for (const [rounding, expected] of [
      ['half-even', ['0.02', '-0.02']],
      ['half-up', ['0.03', '-0.03']],
    ] as const) {
      const ledger = company(given(), {
        rounding,
        tierBy: 'amount',
        table: [band('0', '10%')],
      });
      deal(ledger, { deal: 'A', amount: '0.25' });
      deal(ledger, { deal: 'B', amount: '-0.25' });
      expect(ledger.statement('ada', '2026-Q1').lines.map(({ amount }) => amount)).toEqual(expected);
    }
  });

  test('a problem anywhere in it stops the statement', () => {
    const ledger = quarter();
    deal(ledger, { deal: 'A', currency: 'EUR' });
    const settled = settle(ledger.history('ada'), '2026-Q1');
    expect('problems' in settled && settled.problems.map(({ code, deal: key }) => [code, key])).toEqual([
      ['rate_missing', 'crm.A'],
    ]);
  });
});

describe('corrections', () => {
  test('a late cancellation restates the frozen period, and every deal behind it is named', () => {
    const ledger = quarter();
    deal(ledger, { deal: 'A', closedOn: '2026-01-20' });
    deal(ledger, { deal: 'B', closedOn: '2026-02-20' });
    ledger.freeze('2026-Q1');
    const cause = cancel(ledger, 'A');
    deal(ledger, { deal: 'C', closedOn: '2026-05-01', amount: '10000.00' });
    const statement = ledger.statement('ada', '2026-Q2');
    expect(lines(statement)).toEqual(['new-business/crm.C 800.00', `2026-Q1/new-business/${cause} -12000.00`]);
    expect(statement.total).toBe('-11200.00');
    const [, correction] = statement.lines;
    expect(correction).toMatchObject({ kind: 'correction', period: '2026-Q1', cause, plan: 'ae', planVersion: 1 });
    expect(correction?.trace).toEqual({
      step: 'correction',
      says: '2026-Q1, new-business: -12,000.00 USD. Deal crm.A was cancelled on 2026-04-20: customer withdrew',
      formula: 'deal1 + deal2',
      result: '-12000.00',
      events: [cause],
      steps: [
        {
          step: 'deal',
          as: 'deal1',
          says: 'crm.B: -4,000.00 USD.',
          formula: 'after - before',
          inputs: { before: '12000.00', after: '8000.00' },
          result: '-4000.00',
        },
        {
          step: 'deal',
          as: 'deal2',
          says: 'crm.A: -8,000.00 USD.',
          formula: 'after - before',
          inputs: { before: '8000.00', after: '0.00' },
          result: '-8000.00',
        },
      ],
    });
  });

  test('one line for each cause, in the order in which they were recorded; they add up to the difference', () => {
    const ledger = quarter();
    deal(ledger, { deal: 'A', closedOn: '2026-01-20' });
    ledger.freeze('2026-Q1');
    const late = deal(ledger, { deal: 'B', closedOn: '2026-01-10' });
    const relieved = relief(ledger, '2026-01-01', '2026-02-15', { by: 'days', share: '100%' });
    const amended = amend(ledger, { deal: 'A', closedOn: '2026-01-20', amount: '50000.00' });
    expect(lines(ledger.statement('ada', '2026-Q2'))).toEqual([
      `2026-Q1/new-business/${late} 12000.00`,
      `2026-Q1/new-business/${relieved} 2000.00`,
      `2026-Q1/new-business/${amended} -6000.00`,
    ]);
    const { rows } = replay(ledger.history('ada'), '2026-Q1', '2026-Q1');
    expect(rows.map(({ period, frozen, replayed, delta }) => [period, frozen, replayed, delta])).toEqual([
      ['2026-Q1', '8000.00', '16000.00', '8000.00'],
    ]);
    expect(rows[0]?.causes.map(({ says }) => says)).toEqual([
      'Deal crm.B was recorded: 100,000.00 USD, closed on 2026-01-10.',
      'Relief r1 of the quota of ada for arr in 2026, approved by fin: because',
      'Deal crm.A was amended: 50,000.00 USD, closed on 2026-01-20; before 100,000.00 USD, closed on 2026-01-20.',
    ]);
  });

  test('are paid once: the next period has none, and a replay of what has been corrected is 0', () => {
    const ledger = quarter();
    deal(ledger, { deal: 'A' });
    ledger.freeze('2026-Q1');
    cancel(ledger, 'A');
    ledger.freeze('2026-Q2');
    expect(lines(ledger.statement('ada', '2026-Q3'))).toEqual([]);
    expect(replay(ledger.history('ada'), '2026-Q1', '2026-Q2').rows).toEqual([
      {
        period: '2026-Q1',
        component: 'new-business',
        currency: 'USD',
        frozen: '0.00',
        replayed: '0.00',
        delta: '0.00',
        causes: [],
      },
    ]);
  });

  test('belong to the first open period and to no later one', () => {
    const ledger = quarter();
    deal(ledger, { deal: 'A' });
    ledger.freeze('2026-Q1');
    const cause = cancel(ledger, 'A');
    expect(lines(ledger.statement('ada', '2026-Q2'))).toEqual([`2026-Q1/new-business/${cause} -8000.00`]);
    expect(lines(ledger.statement('ada', '2026-Q3'))).toEqual([]);
  });

  test('a deal that moves to another period leaves the one and enters the other', () => {
    const ledger = quarter();
    deal(ledger, { deal: 'A' });
    ledger.freeze('2026-Q1');
    const cause = amend(ledger, { deal: 'A', closedOn: '2026-04-02' });
    expect(lines(ledger.statement('ada', '2026-Q2'))).toEqual([
      'new-business/crm.A 8000.00',
      `2026-Q1/new-business/${cause} -8000.00`,
    ]);
  });

  test('a redefined metric and a back-dated plan restate, with the version as the cause', () => {
    const ledger = quarter();
    deal(ledger, { deal: 'A', attributes: { type: 'new' } });
    deal(ledger, { deal: 'B', closedOn: '2026-03-01', attributes: { type: 'expansion' } });
    ledger.freeze('2026-Q1');
    const redefined = metric(ledger, { version: 2, counts: 'deal.type == "expansion"' });
    const published = plan(ledger, {
      version: 2,
      from: '2026-03-01',
      table: [band('0%', '20%'), ...MARGINAL.slice(1)],
    });
    const later = plan(ledger, { version: 3, from: '2026-04-01' });
    const statement = ledger.statement('ada', '2026-Q2');
    expect(lines(statement)).toEqual([
      `2026-Q1/new-business/${redefined} -12000.00`,
      `2026-Q1/new-business/${published} 12000.00`,
    ]);
    expect(statement.lines.map(({ trace }) => trace.events)).not.toContainEqual([later]);
  });

  test('what vanishes is returned in full, what appears is paid in full, for every recipient', () => {
    const ledger = given();
    metric(ledger, {});
    plan(ledger, { credits: 'overlay', tierBy: 'amount', table: [band('0', '100%')] });
    for (const participant of ['owner', 'm1', 'm2', 'm3']) person(ledger, participant);
    const overlay = (shares: Record<string, string>) =>
      Object.entries(shares).map(([participant, share]) => ({ participant, pool: 'overlay' as const, share }));
    deal(ledger, { deal: 'A', amount: '1000.00', credits: overlay({ owner: '0.15', m1: '0.03', m2: '0.015' }) });
    ledger.freeze('2026-Q1');
    amend(ledger, { deal: 'A', amount: '1000.00', credits: overlay({ owner: '0.075', m1: '0.015', m3: '0.01' }) });
    const due = (participant: string) => ledger.statement(participant, '2026-Q2').total;
    expect(['owner', 'm1', 'm3', 'm2'].map(due)).toEqual(['-75.00', '-15.00', '10.00', '-15.00']);
    cancel(ledger, 'A');
    expect(['owner', 'm1', 'm3', 'm2'].map(due)).toEqual(['-150.00', '-30.00', '0.00', '-15.00']);
  });

  test('a split exception after the freeze moves credit between people', () => {
    const ledger = quarter();
    person(ledger, 'ben');
    quota(ledger, ['100000'], { participant: 'ben' });
    deal(ledger, { deal: 'A' });
    ledger.freeze('2026-Q1');
    const cause = split(ledger, 'A', { ada: '0.7', ben: '0.3' });
    expect(lines(ledger.statement('ada', '2026-Q2'))).toEqual([`2026-Q1/new-business/${cause} -2400.00`]);
    expect(lines(ledger.statement('ben', '2026-Q2'))).toEqual([`2026-Q1/new-business/${cause} 2400.00`]);
  });

  test('somebody who is onboarded after the freeze is paid for it, with the cause', () => {
    const ledger = quarter();
    quota(ledger, ['100000'], { participant: 'eve' });
    deal(ledger, { deal: 'A', credits: [{ participant: 'eve', pool: 'primary', share: '1' }] });
    ledger.freeze('2026-Q1');
    ledger.record('ParticipantOnboarded', {
      participant: 'eve',
      startsOn: '2026-01-01',
      currency: 'USD',
      manager: null,
      jobTitle: null,
    });
    const cause = ledger.record('PlanAssigned', {
      participant: 'eve',
      plan: 'ae',
      effectiveFrom: '2026-01-01',
      effectiveTo: null,
      reason: 'late',
    });
    const history = ledger.history('eve');
    const base: History['base'] = {
      ...history.base,
      periods: new Map([
        [
          '2026-Q1',
          {
            kind: 'period',
            changedBy: 'e',
            period: '2026-Q1',
            from: '2026-01-01',
            to: '2026-04-01',
            state: 'frozen',
            asOf: '1',
            digest: null,
            event: 'e',
          },
        ],
      ]),
    };
    const settled = settle({ ...history, base }, '2026-Q2');
    expect('statement' in settled && lines(settled.statement)).toEqual([`2026-Q1/new-business/${cause} 8000.00`]);
  });

  test('a difference that no event explains has a line without a cause', () => {
    const ledger = quarter();
    deal(ledger, { deal: 'A' });
    ledger.freeze('2026-Q1');
    const history = ledger.history('ada');
    const posted = history.posted.map((entry) => ({
      ...entry,
      statement: { ...entry.statement, lines: entry.statement.lines.map((line) => ({ ...line, amount: '7999.99' })) },
    }));
    const settled = settle({ ...history, posted }, '2026-Q2');
    expect('statement' in settled && lines(settled.statement)).toEqual(['2026-Q1/new-business/unexplained 0.01']);
    expect('statement' in settled && settled.statement.lines[0]).toMatchObject({ cause: null });
  });

  test('what is recorded about later periods is not looked at, and changes nothing', () => {
    const ledger = quarter();
    deal(ledger, { deal: 'A' });
    ledger.freeze('2026-Q1');
    for (let at = 0; at < 50; at += 1) deal(ledger, { deal: `L-${at}`, closedOn: '2026-05-05', amount: '10.00' });
    ledger.record('ExchangeRateRecorded', { base: 'EUR', quote: 'USD', on: '2026-05-01', rate: '1.1', source: 'bank' });
    expect(ledger.statement('ada', '2026-Q2').lines.every(({ kind }) => kind === 'earning')).toBe(true);
    expect(replay(ledger.history('ada'), '2026-Q1', '2026-Q1').rows[0]?.causes).toEqual([]);
  });

  test('the quota of the next year explains a window that ends in it', () => {
    const window = { every: [{ count: 3, unit: 'months' as const }], from: '2026-02-01' };
    const ledger = company(given(), { window, table: [band('0%', '1%'), band('100%', '10%', 'retroactive')] });
    quota(ledger, ['120000'], { per: 'year' });
    quota(ledger, ['120000'], { per: 'year', year: 2027 });
    deal(ledger, { deal: 'A', closedOn: '2026-12-10', amount: '30000.00' });
    for (const period of ['2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4']) ledger.freeze(period);
    expect(lines(ledger.statement('ada', '2026-Q4'))).toEqual(['new-business/crm.A 3000.00']);
    // Two months of 10,000.00 and one of 20,000.00: 75 % of quota.
    const cause = quota(ledger, ['240000'], { per: 'year', year: 2027 });
    expect(lines(ledger.statement('ada', '2027-Q1'))).toEqual([`2026-Q4/new-business/${cause} -2700.00`]);
  });

  test('the rate of a later day explains an override on what is exchanged on the day of payment', () => {
    const ledger = company(given(), {
      tierBy: 'amount',
      table: [band('0', '10%')],
      also: { exchange: 'payment-date' },
    });
    const override = { measure: 'earnings', paysOn: null, earningsOf: ['new-business'], credits: 'team' as const };
    plan(ledger, { plan: 'lead', component: 'override', tierBy: 'amount', table: [band('0', '50%')], ...override });
    person(ledger, 'eve', 'USD', 'lead');
    const line = { participant: 'ada', manager: 'eve', effectiveFrom: '2025-01-01', reason: 'r' };
    ledger.record('ReportingLineChanged', line);
    fx(ledger, 'EURUSD', '2026-01-01', '1.1');
    deal(ledger, { deal: 'A', currency: 'EUR', amount: '10000.00' });
    reach(ledger, 'A', 'paid', '2026-04-10', null);
    ledger.freeze('2026-Q1');
    const cause = fx(ledger, 'EURUSD', '2026-04-10', '1.2');
    expect(lines(ledger.statement('eve', '2026-Q2'))).toEqual([`2026-Q1/override/${cause} 50.00`]);
  });
});

test('a proposed definition can be tried: the history with one change more', () => {
  const ledger = quarter();
  deal(ledger, { deal: 'A' });
  ledger.freeze('2026-Q1');
  const history = ledger.history('ada');
  const entry = history.base.metrics.get('arr');
  const newest = entry?.versions[0];
  if (entry === undefined || newest === undefined) throw new Error('the metric is defined');
  const proposed = {
    ...entry,
    versions: [
      ...entry.versions,
      { ...newest, version: 2, document: { ...newest.document, amount: 'deal.amount / 2' } },
    ],
  };
  const tried = replay(
    { ...history, changes: [...history.changes, { position: 0n, event: 'proposal', entry: proposed }] },
    '2026-Q1',
    '2026-Q1',
  );
  expect(tried.rows[0]).toMatchObject({
    frozen: '8000.00',
    replayed: '4000.00',
    delta: '-4000.00',
    causes: [{ event: 'proposal', delta: '-4000.00' }],
  });
  expect(tried.rows[0]?.causes[0]?.deals).toEqual([
    { deal: 'crm.A', before: '8000.00', after: '4000.00', delta: '-4000.00' },
  ]);
  expect(terms({ deal: 'A' }).amount).toBe('100000.00');
});
