import { earn, settle } from '@ledger/calculation';
import type { Component, Counting, OnLeaving, PhaseIn, QuotaAmounts, Statement } from '@ledger/events';
import { exact, sum, toText } from '@ledger/money';
import { recompute } from '@ledger/recompute';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { component, dateOf, type Sold, sold, tell } from './drawn.ts';
import { amounts, band, deal, type Given, given, metric, person, plan, quota } from './given.ts';

/**
 * People who come, change plans, are away and leave, under components drawn from everything that one can say: what is lost, prorated
 * or held against an old plan is never paid twice, whatever is learned when (mechanics §8, §9, §15, §18, §21).
 */

const day = fc.integer({ min: 20, max: 330 });
const counting = fc.record<Counting>({
  by: fc.constantFrom('calendar-days', 'working-days', 'whole-months', '30-360'),
  of: fc.constantFrom('actual', '365'),
  decidingDay: fc.constantFrom(1, 15, 31),
  changeDay: fc.constantFrom('new', 'old'),
  roundShare: fc.constantFrom(null, 1),
  roundAmount: fc.constantFrom(null, '10'),
});

const quotaTerms = fc
  .record({
    changes: fc.boolean(),
    changedOn: day,
    ramp: fc.constantFrom<QuotaAmounts['ramp'] | null>(
      null,
      { shares: ['50%', '75%'], per: 'month', from: 'start', steps: 'anniversary', leave: 'pauses' },
      { shares: ['25%'], per: 'quarter', from: '2026-03-10', steps: 'next', leave: 'counts' },
    ),
    count: counting,
  })
  .map(
    ({ changes, changedOn, ramp, count }): Partial<QuotaAmounts> => ({
      ...(changes ? { changes: [{ from: dateOf(changedOn), amount: '1400' }] } : {}),
      ...(ramp === null ? {} : { ramp }),
      count,
    }),
  );

const people = fc.record({
  component,
  starts: fc.constantFrom('2026-01-01', '2026-02-12'),
  quota: quotaTerms,
  prorate: fc.boolean(),
  over: fc.constantFrom('assigned' as const, 'employed' as const),
  count: counting,
  leaveDays: fc.constantFrom('counts' as const, 'left-out' as const),
  without: fc.constantFrom('pays-base' as const, 'full-attainment' as const, 'pays-nothing' as const),
  change: fc.constantFrom(undefined, 'restart' as const, 'finish' as const),
  duringLeave: fc.boolean(),
  barred: fc.boolean(),
  partial: fc.constantFrom('paid' as const, 'prorated' as const, 'forfeited' as const),
  of: fc.constantFrom('period' as const, 'window' as const),
  phaseIn: fc.constantFrom(null, 'floor' as const, 'blend' as const),
  changesOn: day,
  leave: day,
  leaves: fc.option(day, { nil: null }),
  kind: fc.constantFrom('voluntary' as const, 'involuntary' as const),
});
type People = typeof people extends fc.Arbitrary<infer P> ? P : never;

function componentOf(drawn: People): Partial<Component> {
  const { window, tierBy, table = [], target } = drawn.component;
  const isByPeriod = window === 'deal' || (typeof window === 'object' && 'rolling' in window);
  const asksQuota = tierBy === 'attainment' && (typeof target === 'string' || drawn.prorate);
  return {
    ...drawn.component,
    table: table.map((band, at) => (drawn.barred && at === 2 ? { ...band, inRamp: 'barred' as const } : band)),
    ...(asksQuota ? { withoutQuota: drawn.without } : {}),
    ...(drawn.prorate
      ? {
          prorate: {
            over: drawn.over,
            leave: drawn.leaveDays,
            what: ['quota', 'target', 'target-incentive', 'lumps', 'bounds', 'caps'],
            count: drawn.count,
          },
        }
      : {}),
    ...(drawn.change === undefined || (drawn.change === 'finish' && isByPeriod) ? {} : { onPlanChange: drawn.change }),
    ...(drawn.duringLeave ? { duringLeave: 'not-paid' as const } : {}),
  };
}

/** What happened, each to be told at any time. */
function factsOf(drawn: People, deals: readonly Sold[]): readonly ((ledger: Given) => void)[] {
  const of = { participant: 'ada', reason: 'r' };
  const change = dateOf(drawn.changesOn);
  const from = dateOf(drawn.leave);
  const back = dateOf(drawn.leave + 25);
  const facts: ((ledger: Given) => void)[] = [
    (ledger) => {
      ledger.record('PlanUnassigned', { ...of, plan: 'ae', effectiveFrom: change });
      ledger.record('PlanAssigned', { ...of, plan: 'new', effectiveFrom: change, effectiveTo: null });
    },
    (ledger) => ledger.record('LeaveRecorded', { ...of, from, to: back, kind: 'parental leave' }),
    ...deals.map((one, at) => (ledger: Given) => tell(ledger, [one], at)),
  ];
  const { leaves, kind } = drawn;
  if (leaves !== null) {
    facts.push((ledger) => ledger.record('ParticipantOffboarded', { ...of, endsOn: dateOf(leaves), kind }));
  }
  return facts;
}

function begin(drawn: People): Given {
  const ledger = given('month');
  metric(ledger, {});
  metric(ledger, { metric: 'units', unit: 'number', amount: 'deal.units' });
  metric(ledger, { metric: 'renewals', counts: 'deal.renewal' });
  const terms = componentOf(drawn);
  const { partial, of, phaseIn } = drawn;
  const onLeaving: OnLeaving = {
    voluntary: { partial, of, pipeline: [] },
    default: {
      partial: 'paid',
      of,
      pipeline: [
        { days: 30, pays: '100%' },
        { days: 60, pays: '50%' },
      ],
    },
  };
  plan(ledger, { ...terms, also: { onLeaving } });
  const shares = ['90%', '50%'];
  const phased =
    phaseIn === null ? {} : { phaseIn: { of: 'ae', shares, per: 'month' as const, from: null, as: phaseIn } };
  plan(ledger, { ...terms, plan: 'new', floor: null, also: { onLeaving, ...phased } });
  const joins = { participant: 'ada', startsOn: drawn.starts, currency: 'USD', manager: null, jobTitle: null };
  ledger.record('ParticipantOnboarded', joins);
  ledger.record('PlanAssigned', {
    participant: 'ada',
    plan: 'ae',
    effectiveFrom: drawn.starts,
    effectiveTo: null,
    reason: 'r',
  });
  for (const year of [2025, 2026]) {
    quota(ledger, ['1000'], { per: 'month', year, ...(year === 2026 ? { terms: drawn.quota } : {}) });
    quota(ledger, ['600'], { metric: 'renewals', per: 'month', year });
  }
  return ledger;
}

/** A gate whose prorated quota is 0 has no answer, and stops the statement: such a history is no case. */
function statementOf(ledger: Given, month: string): Statement {
  const settled = settle(ledger.history('ada'), month);
  if (!('problems' in settled)) return settled.statement;
  fc.pre(settled.problems.some(({ code }) => code !== 'quota_zero'));
  throw new Error(settled.problems.map(({ message }) => message).join('\n'));
}

const MONTHS = Array.from({ length: 12 }, (_, month) => `2026-${String(month + 1).padStart(2, '0')}`);
const some = fc.array(sold, { minLength: 1, maxLength: 8 });
const runs = { numRuns: 40 };

describe('whoever comes, goes, is away or changes plans', () => {
  test('every step of every line can be computed again', () => {
    fc.assert(
      fc.property(people, some, (drawn, deals) => {
        const ledger = begin(drawn);
        for (const fact of factsOf(drawn, deals)) fact(ledger);
        for (const month of MONTHS) {
          expect(recompute(statementOf(ledger, month)).lines.flatMap(({ wrong }) => wrong)).toEqual([]);
        }
      }),
      runs,
    );
  });

  test('the order in which it is learned changes nothing', () => {
    fc.assert(
      fc.property(people, some, (drawn, deals) => {
        const [one, other] = [begin(drawn), begin(drawn)];
        const facts = factsOf(drawn, deals);
        for (const fact of facts) fact(one);
        for (const fact of [...facts].reverse()) fact(other);
        const lines = (ledger: Given) =>
          [...earn(ledger.book('ada'), '2027-01-01').lines].map(([period, all]) => [
            period,
            all.map(({ line, exact: amount }) => `${line} ${toText(amount)}`),
          ]);
        expect(lines(other)).toEqual(lines(one));
      }),
      runs,
    );
  });

  test('what was frozen before it was learned is corrected to the cent', () => {
    fc.assert(
      fc.property(people, some, fc.integer({ min: 1, max: 11 }), (drawn, deals, months) => {
        const ledger = begin(drawn);
        const facts = factsOf(drawn, deals);
        const known = facts.filter((_, at) => at % 2 === 0);
        for (const fact of known) fact(ledger);
        const posted: string[] = [];
        for (const month of MONTHS.slice(0, months)) {
          posted.push(statementOf(ledger, month).total);
          ledger.freeze(month);
        }
        for (const fact of facts) if (!known.includes(fact)) fact(ledger);
        for (const month of MONTHS.slice(months)) posted.push(statementOf(ledger, month).total);
        const all = begin(drawn);
        for (const fact of facts) fact(all);
        const due = MONTHS.map((month) => statementOf(all, month).total);
        expect(toText(sum(posted.map(exact)))).toBe(toText(sum(due.map(exact))));
      }),
      runs,
    );
  });

  test('what is forfeited or left of the pipeline is no more than what was earned', () => {
    fc.assert(
      fc.property(people, some, (drawn, deals) => {
        const ledger = begin(drawn);
        for (const fact of factsOf(drawn, deals)) fact(ledger);
        for (const line of [...earn(ledger.book('ada'), '2027-01-01').lines.values()].flat()) {
          if (line.basis.kind !== 'forfeited') continue;
          const { earned, share } = line.basis;
          expect(share.n >= 0n && share.n <= share.d).toBe(true);
          expect(toText(line.exact)).not.toBe('0');
          if (line.deal === null) expect(earned.n > 0n).toBe(true);
        }
      }),
      runs,
    );
  });
});

test('two plans that come in at once have a line each, by their names', () => {
  const ledger = given('month');
  metric(ledger, {});
  const pays = (share: string) =>
    ({ window: 'month', tierBy: 'amount', table: [band('0', share)] }) satisfies Partial<Component>;
  const phaseIn = { of: 'old', shares: ['100%'], per: 'month', from: null, as: 'floor' } satisfies PhaseIn;
  plan(ledger, { ...pays('10%'), plan: 'old', component: 'old' });
  plan(ledger, { ...pays('2%'), plan: 'b', component: 'b', also: { phaseIn } });
  plan(ledger, { ...pays('3%'), plan: 'a', component: 'a', also: { phaseIn } });
  person(ledger, 'ada', 'USD', 'b');
  const assigned = { participant: 'ada', effectiveFrom: '2026-01-01', effectiveTo: null, reason: 'r' };
  ledger.record('PlanAssigned', { ...assigned, plan: 'a' });
  deal(ledger, { deal: 'D', amount: '1000.00', closedOn: '2026-01-10' });
  // 50 are earned. With old in the place of a, 100 and 20 would be; in that of b, 100 and 30.
  expect(amounts(ledger, '2026-01')).toEqual({
    'a/crm.D': '30.00',
    'b/crm.D': '20.00',
    'phase-in/2026-01': '70.00',
    'phase-in/2026-01~2': '80.00',
  });
});
