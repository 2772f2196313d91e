import { standingOf, teamPage } from '@ledger/application';
import { describe, expect, test } from 'vitest';
import { approveAll, defineText, freeze, importRows, makeCompany, sound } from '../support/company.ts';

const ADA = { participant: 'ada', period: '2026-Q1' };

const SCORED_PLAN = `
plan: seller
title: Seller
currency: USD
from: 2026-01-01
reason: Goals, too
components:
  bookings: { measure: bookings, window: quarter, table: [{ from: 0%, pays: 8% }] }
  goals:
    window: quarter
    target-incentive: 1000.00
    objectives: [{ name: forecast, title: Forecast, weight: 60% }, { name: training, weight: 40% }]
    unscored: counts-0
`;
const scoreOf = (objective: string, score: string) => `
exception: score
name: ${objective}
participant: ada
component: goals
objective: ${objective}
window: 2026-Q1
score: ${score}
reason: Reviewed
evidence: [Review]
`;

describe('how somebody stands', () => {
  test('bands in money, where they stand in them, and what the calculation says that the next one is worth', async () => {
    const made = await makeCompany();
    made.at('2026-02-14T09:00:00Z');
    await importRows(made, ['D-1,ada,60000,USD,2026-02-01']);
    const { pay, ladders, ...rest } = sound(await standingOf(made.ledger, ADA));
    expect(rest).toMatchObject({
      state: 'open',
      total: '4800.00',
      earned: '4800.00',
      settled: '0.00',
      on: '2026-02-14',
    });
    expect(pay).toMatchObject({ standing: null, every: null, says: expect.stringContaining('Not final yet') });
    expect(ladders).toEqual([
      expect.objectContaining({
        component: 'bookings',
        metricTitle: 'Bookings',
        unit: 'USD',
        credited: '60000.00',
        quota: '100000.00',
        attainment: '0.6',
        at: 0,
        next: { band: 1, from: '100000.00', away: '40000.00' },
        // 45 of 90 days: half the quota, and 10,000 more than that.
        pace: { elapsed: '0.5', expected: '50000.00', ahead: '10000.00' },
        worth: {
          deals: 1,
          amount: '40000.00',
          currency: 'USD',
          closedOn: '2026-02-14',
          earned: '3200.00',
          paid: '3200.00',
        },
        says: null,
      }),
    ]);
    expect(ladders[0]?.bands).toEqual([
      expect.objectContaining({
        from: '0.00',
        to: '100000.00',
        toShare: '1',
        pays: { by: 'share', rate: '0.08', until: null },
      }),
      expect.objectContaining({
        from: '100000.00',
        to: null,
        fromShare: '1',
        pays: { by: 'share', rate: '0.12', until: null },
      }),
    ]);
  });

  test('deals that count are supposed as many as are missing, and in the currency in which they are sold', async () => {
    const made = await makeCompany();
    made.at('2026-02-14T09:00:00Z');
    await defineText(
      made.ledger,
      `
metric: logos
title: New customers
unit: number
amount: "1"
from: 2026-01-01
reason: Plan year 2026
---
plan: seller
title: Seller
currency: USD
from: 2026-01-01
reason: New customers count, too
components:
  bookings:
    measure: bookings
    window: quarter
    table: [{ from: 0%, pays: 8% }, { from: 100%, pays: 12% }]
  logos:
    title: New customers
    measure: logos
    window: quarter
    tier-by: amount
    table: [{ from: 0, per-unit: 0 }, { from: 4, per-unit: 0, lump: 1000 }]
`,
    );
    await approveAll(made.ledger);
    await importRows(made, ['D-1,ada,55000,EUR,2026-02-01']);
    const { ladders } = sound(await standingOf(made.ledger, ADA));
    const [bookings, logos] = ladders;
    // 60,500 USD are in; 39,500 are missing: 35,909.10 EUR at 1.10.
    expect(bookings).toMatchObject({
      credited: '60500.00',
      worth: { deals: 1, amount: '35909.10', currency: 'EUR', earned: '3160.00' },
    });
    // Three more such deals: 55,000 EUR each bring bookings beyond the quota, too.
    expect(logos).toMatchObject({
      unit: 'number',
      credited: '1',
      next: { away: '3' },
      worth: { deals: 3, amount: '165000.00' },
    });
    expect(logos?.worth?.earned).toBe('21200.00');
  });

  test('objectives need no quota: what has been scored of them, weighed, is how far somebody is', async () => {
    const made = await makeCompany();
    await defineText(made.ledger, SCORED_PLAN);
    await approveAll(made.ledger);
    const goals = async () =>
      sound(await standingOf(made.ledger, ADA)).ladders.find(({ component }) => component === 'goals');
    expect(await goals()).toMatchObject({
      ...{ quota: null, attainment: null, bands: null },
      says: 'Paid by objectives, without a quota: Forecast not scored yet (weight 60 %), training not scored yet (weight 40 %).',
    });
    await defineText(made.ledger, scoreOf('forecast', '80%'));
    await approveAll(made.ledger);
    expect(await goals()).toMatchObject({
      attainment: '0.48',
      says: 'Paid by objectives, without a quota: Forecast 80 % (weight 60 %), training not scored yet (weight 40 %); together 48 %.',
    });
    await defineText(made.ledger, scoreOf('training', '100%'));
    await approveAll(made.ledger);
    expect(await goals()).toMatchObject({ attainment: '0.88', says: expect.stringContaining('together 88 %.') });
  });

  test('of a frozen period it says where the money is, and supposes nothing', async () => {
    const made = await makeCompany();
    await importRows(made, ['D-1,ada,60000,USD,2026-02-01']);
    made.at('2026-04-02T09:00:00Z');
    await freeze(made.ledger, '2026-Q1');
    const { state, pay, ladders, digest, frozenAt } = sound(await standingOf(made.ledger, ADA));
    expect([state, pay.standing, pay.says]).toEqual(['frozen', 'frozen', 'Final, and waiting for the next pay run.']);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(frozenAt).toMatch(/^2026-04-02T09:00:00/);
    expect(ladders).toMatchObject([{ worth: null, pace: { elapsed: '1', ahead: '-40000.00' } }]);
    // What is told later is a matter of later statements: the frozen one is measured as it was.
    await importRows(made, ['D-1,ada,60000,USD,2026-02-01', 'D-2,ada,90000,USD,2026-03-01']);
    const later = sound(await standingOf(made.ledger, ADA));
    expect(later.ladders).toMatchObject([{ credited: '60000.00' }]);
    const team = sound(await teamPage(made.ledger, { kind: 'all' }, { period: '2026-Q1' }));
    expect(team.people[0]).toMatchObject({ state: 'frozen', total: '4800.00', ladders: [{ credited: '60000.00' }] });
  });

  test('of a team: who is behind a straight line, and who is near a higher band', async () => {
    const made = await makeCompany();
    made.at('2026-03-01T09:00:00Z');
    await importRows(made, ['D-1,ada,95000,USD,2026-02-01', 'D-2,ben,5000,USD,2026-02-01']);
    const all = sound(await teamPage(made.ledger, { kind: 'all' }, { period: '2026-Q1' }));
    expect(all.people).toMatchObject([
      { participant: 'ada', name: 'Ada Berg', total: '7600.00', behind: [], near: ['bookings'] },
      { participant: 'ben', name: 'Ben Osei', total: '400.00', behind: ['bookings'], near: [] },
    ]);
    // Where bands go by amounts, no target is there to be behind; the quota is told all the same.
    await defineText(
      made.ledger,
      'plan: seller\ntitle: Seller\ncurrency: USD\nfrom: 2026-01-01\nreason: x\ncomponents: { bookings: { measure: bookings, window: quarter, tier-by: amount, table: [{ from: 0, pays: 8% }, { from: 96000, pays: 9% }] } }',
    );
    await approveAll(made.ledger);
    const byAmount = sound(await teamPage(made.ledger, { kind: 'all' }, { period: '2026-Q1' }));
    expect(byAmount.people).toMatchObject([
      { behind: [], near: ['bookings'], ladders: [{ pace: null, quota: '100000.00' }] },
      { behind: [], near: [], ladders: [{ pace: null, attainment: '0.05' }] },
    ]);
    const own = { kind: 'people', ids: new Set(['ben']) } as const;
    const seen = sound(await teamPage(made.ledger, own, { period: '2026-Q1' }));
    expect(seen.people.map(({ participant }) => participant)).toEqual(['ben']);
  });
});
