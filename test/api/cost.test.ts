import {
  assignPlan,
  type CostAnswer,
  type CostAsk,
  type CostGroup,
  costOf,
  openPeriod,
  payoutsOf,
  payRun,
  type Reach,
  statementOf,
} from '@ledger/application';
import { exact, sum, toText } from '@ledger/money';
import { describe, expect, test } from 'vitest';
import { approveAll, defineText, FINANCE, freeze, importRows, makeCompany, OPS, sound } from '../support/company.ts';
import { type Api, codeOf, makeApi } from './given.ts';

const ALL: Reach = { kind: 'all' };

const PARTNERS = `
plan: partner
title: Partners
currency: EUR
from: 2026-01-01
reason: Plan year 2026
components:
  bookings:
    measure: bookings
    window: quarter
    table: [{ from: 0%, pays: 5% }]
---
participants:
  - { id: mo, name: Mo, starts: 2026-01-01, currency: USD }
  - { id: cy, name: Cy, starts: 2026-01-01, currency: EUR, manager: mo }
---
quotas:
  - { participant: cy, metric: bookings, year: 2026, per: quarter, amount: 10000, currency: EUR }
---
{ exception: hold, name: audit, participant: ben, from: 2026-04-01, reason: Audit of the territory, evidence: [memo 7] }
`;

/**
 * The first quarter is frozen and in a run, the second one open: with a correction of ada's first quarter, all that ben earns held, and cy
 * in EUR under another plan, who reports to mo.
 */
async function company(): Promise<Api> {
  const made = await makeCompany();
  const { ledger } = made;
  await defineText(ledger, PARTNERS);
  await approveAll(ledger);
  sound(
    await assignPlan(ledger, { participant: 'cy', plan: 'partner', from: '2026-01-01', to: null, reason: 'Plan' }, OPS),
  );
  sound(await importRows(made, ['D-1,ada,120000.00,USD,2026-02-01', 'D-2,cy,9000.00,EUR,2026-02-02']));
  made.at('2026-04-20T09:00:00Z');
  await freeze(ledger, '2026-Q1');
  sound(await payRun(ledger, { period: '2026-Q1', release: true }, FINANCE));
  sound(await openPeriod(ledger, '2026-Q2', OPS));
  sound(
    await importRows(made, [
      'D-3,ada,500.00,USD,2026-03-01',
      'D-4,ben,1000.00,USD,2026-04-02',
      'D-5,cy,50.00,EUR,2026-05-02',
    ]),
  );
  return makeApi({ made });
}

const cost = async ({ ledger }: Api, ask: CostAsk = {}, reach = ALL): Promise<CostAnswer> =>
  sound(await costOf(ledger, reach, ask));

function figuresOf(groups: readonly CostGroup[], of: string | null, currency: string): Partial<CostGroup> {
  const found = groups.filter((group) => group.of === of && group.currency === currency);
  expect([of, currency, found.length]).toEqual([of, currency, 1]);
  return found[0] ?? {};
}

describe('what commissions cost', () => {
  test('is accrued, held, open and posted by period, each currency by itself', async () => {
    const { groups, periods } = await cost(await company());
    expect(periods.map(({ period, state }) => [period, state])).toEqual([
      ['2026-Q1', 'frozen'],
      ['2026-Q2', 'open'],
    ]);
    // 8 % of 100,000 and 12 % of the rest.
    expect(figuresOf(groups, '2026-Q1', 'USD')).toMatchObject({
      accrued: '10400.00',
      posted: '10400.00',
      inRun: '10400.00',
    });
    expect(figuresOf(groups, '2026-Q1', 'EUR')).toMatchObject({
      people: 1,
      accrued: '450.00',
      inRun: '450.00',
      open: '0.00',
    });
    // 12 % of D-3 is a correction; 8 % of D-4 is held.
    expect(figuresOf(groups, '2026-Q2', 'USD')).toMatchObject({
      people: 2,
      accrued: '140.00',
      earned: '80.00',
      corrected: '60.00',
      held: '80.00',
      open: '60.00',
      posted: '0.00',
    });
    expect(figuresOf(groups, '2026-Q2', 'EUR')).toMatchObject({ open: '2.50' });
  });

  test('adds up to the same by period, by team and by plan, and to what statements and payouts say', async () => {
    const api = await company();
    const answers = await Promise.all((['period', 'team', 'plan'] as const).map((by) => cost(api, { by })));
    for (const { groups, totals } of answers) {
      expect(totals).toEqual(answers[0]?.totals);
      for (const total of totals) {
        const own = groups.filter(({ currency }) => currency === total.currency);
        for (const figure of ['accrued', 'held', 'open', 'posted', 'inRun'] as const) {
          expect(toText(sum(own.map((group) => exact(group[figure]))))).toBe(toText(exact(total[figure])));
        }
      }
    }
    const [, teams, plans] = answers;
    expect(figuresOf(teams?.groups ?? [], 'mo', 'EUR')).toMatchObject({ people: 1, accrued: '452.50' });
    expect(figuresOf(plans?.groups ?? [], 'partner', 'EUR')).toMatchObject({ accrued: '452.50' });
    // A hold is a decision about the person: what it keeps back is under no plan.
    expect(figuresOf(plans?.groups ?? [], null, 'USD')).toMatchObject({ held: '80.00' });
    // Whoever has no line is among those whom the plan is for.
    const [early] = (await cost(api, { by: 'plan', from: '2026-Q1', to: '2026-Q1' })).groups.filter(
      ({ currency }) => currency === 'USD',
    );
    expect(early).toMatchObject({ of: 'seller', people: 2 });
    const payouts = sound(await payoutsOf(api.ledger, { period: '2026-Q1' }));
    const open = await Promise.all(
      ['ada', 'ben'].map(async (participant) => {
        const { statement } = sound(await statementOf(api.ledger, { participant, period: '2026-Q2' }));
        return exact(statement.total);
      }),
    );
    const usd = answers[0]?.totals.find(({ currency }) => currency === 'USD');
    expect([usd?.inRun, usd?.open]).toEqual([payouts.totals['in-run']?.USD, `${toText(sum(open))}.00`]);
  });

  test('is as of any position, and goes on from what was calculated by what was recorded since', async () => {
    const api = await company();
    const before = await cost(api);
    sound(await importRows(api, ['D-6,ben,2000.00,USD,2026-04-09']));
    const after = await cost(api);
    expect(figuresOf(after.groups, '2026-Q2', 'USD')).toMatchObject({
      earned: '240.00',
      held: '240.00',
      open: '60.00',
    });
    // The same from nothing: views of another handle know of no answer before.
    const fresh = await makeApi({ made: { ...api, ledger: { ...api.ledger, views: { ...api.ledger.views } } } });
    expect(await cost(fresh)).toEqual(after);
    expect(await cost(api, { asOf: before.asOf })).toEqual(before);
    expect(await cost(api, { from: '2026-Q1', to: '2026-Q1' })).toMatchObject({ periods: [{ period: '2026-Q1' }] });
  });

  test('tells how many people came how far', async () => {
    const { attainment } = await cost(await company(), { from: '2026-Q1', to: '2026-Q1' });
    expect(attainment).toMatchObject([
      { plan: 'partner', component: 'bookings', people: 1, bars: [0, 0, 0, 0, 1, 0, 0, 0, 0, 0] },
      // ben reached nothing, ada 120 %.
      { plan: 'seller', component: 'bookings', people: 2, without: 0, bars: [1, 0, 0, 0, 0, 0, 1, 0, 0, 0] },
    ]);
  });

  test('is of those whose pay one sees, over HTTP', async () => {
    const api = await company();
    const read = async (as: string, query = '') =>
      (await api.call('GET', `/v1/cost${query}`, { as })).body as CostAnswer;
    expect(await read('finance:fred')).toEqual(await cost(api));
    const team = await read('manager:mo', '?by=plan');
    expect(team.groups).toMatchObject([{ of: 'partner', currency: 'EUR', accrued: '452.50' }]);
    expect((await read('rep:ben')).totals).toMatchObject([{ currency: 'USD', people: 1, accrued: '80.00' }]);
    expect((await read('rep:eve')).totals).toEqual([]);
    expect(codeOf(await api.call('GET', '/v1/cost', { as: 'admin:ann' }))).toBe('403 role_forbidden');
    expect(codeOf(await api.call('GET', '/v1/cost?from=2030-Q1', { as: 'finance:fred' }))).toBe('404 period_unknown');
    const backwards = await api.call('GET', '/v1/cost?from=2026-Q2&to=2026-Q1', { as: 'finance:fred' });
    expect(codeOf(backwards)).toBe('422 interval_invalid');
    expect(codeOf(await api.call('GET', '/v1/cost?by=rep', { as: 'finance:fred' }))).toBe('400 parameter_invalid');
  });
});
