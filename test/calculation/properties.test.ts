import { replay, settle } from '@ledger/calculation';
import { type Statement, statement as statementSchema } from '@ledger/events';
import { exact, isZero, sum, toText } from '@ledger/money';
import fc from 'fast-check';
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
  metric,
  person,
  quota,
  relief,
  split,
} from './given.ts';

/** A fact of the story: what it says does not depend on when it is told, as long as a deal is told before what happens to it. */
interface Fact {
  readonly about: string;
  readonly tell: (ledger: Given) => void;
}

const day = fc
  .integer({ min: 0, max: 180 })
  .map((days) => new Date(Date.UTC(2026, 0, 1 + days)).toISOString().slice(0, 10));
const money = fc.integer({ min: -2_000_00, max: 90_000_00 }).map((cents) => toText({ n: BigInt(cents), d: 100n }));
const share = fc.integer({ min: 1, max: 99 });

const dealFacts = fc
  .record({
    closedOn: day,
    amount: money,
    currency: fc.constantFrom('USD', 'USD', 'EUR', 'GBP'),
    sequence: fc.integer({ min: 0, max: 2 }),
    ada: share,
    after: fc.constantFrom('nothing', 'cancel', 'amend', 'split'),
    amendedTo: money,
    movedTo: day,
    exception: share,
  })
  .map((facts) => ({ ...facts, ben: 100 - facts.ada }));

const story = fc.record({
  deals: fc.array(dealFacts, { minLength: 1, maxLength: 12 }),
  quota: fc.integer({ min: 1000, max: 200_000 }),
  relief: fc.boolean(),
  retroactive: fc.boolean(),
  window: fc.constantFrom('month' as const, 'quarter' as const, 'year' as const),
  rounding: fc.constantFrom('half-up' as const, 'half-even' as const),
  redefine: fc.boolean(),
});
type Story = typeof story extends fc.Arbitrary<infer S> ? S : never;

function factsOf({ deals, relief: relieved, redefine }: Story): readonly Fact[] {
  const hundredth = (part: number) => `0.${String(part).padStart(2, '0')}`;
  const facts: Fact[] = deals.flatMap((each, index) => {
    const id = `D-${index}`;
    const credits = [
      { participant: 'ada', pool: 'primary' as const, share: hundredth(each.ada) },
      { participant: 'ben', pool: 'primary' as const, share: hundredth(each.ben) },
    ];
    const common = { deal: id, currency: each.currency, sequence: each.sequence, credits };
    const told: Fact[] = [
      { about: id, tell: (to) => deal(to, { ...common, closedOn: each.closedOn, amount: each.amount }) },
    ];
    if (each.after === 'cancel') told.push({ about: id, tell: (to) => cancel(to, id) });
    if (each.after === 'amend') {
      told.push({ about: id, tell: (to) => amend(to, { ...common, closedOn: each.movedTo, amount: each.amendedTo }) });
    }
    if (each.after === 'split') {
      const shares = { ada: hundredth(each.exception), ben: hundredth(100 - each.exception) };
      told.push({ about: id, tell: (to) => split(to, id, shares) });
    }
    return told;
  });
  if (relieved)
    facts.push({ about: 'relief', tell: (to) => relief(to, '2026-01-10', '2026-02-20', { by: 'days', share: '60%' }) });
  if (redefine)
    facts.push({
      about: 'metric',
      tell: (to) => metric(to, { version: 2, amount: 'deal.amount * decimal("0.7") / 3' }),
    });
  return facts;
}

function begin({ quota: amount, retroactive, window, rounding }: Story): Given {
  const applies = retroactive ? ('retroactive' as const) : ('marginal' as const);
  const ledger = company(given('month'), {
    window,
    rounding,
    table: [band('0%', '3%'), band('50%', '7.5%', applies), band('100%', '12%')],
  });
  person(ledger, 'ben');
  for (const participant of ['ada', 'ben']) quota(ledger, [String(amount)], { participant, per: 'month' });
  fx(ledger, 'EURUSD', '2025-12-01', '1.0871');
  fx(ledger, 'USDGBP', '2025-12-01', '0.79');
  return ledger;
}

/** Facts in another order, each deal's own story still in its own. */
function reordered(facts: readonly Fact[], order: readonly number[]): readonly Fact[] {
  const queues = new Map<string, Fact[]>();
  for (const fact of facts) queues.set(fact.about, [...(queues.get(fact.about) ?? []), fact]);
  const abouts = facts
    .map(({ about }, index) => [order[index % order.length] ?? 0, about] as const)
    .sort((a, b) => a[0] - b[0]);
  return abouts.flatMap(([, about]) => queues.get(about)?.shift() ?? []);
}

const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06', '2026-07'];

function statements(ledger: Given): readonly Statement[] {
  return ['ada', 'ben'].flatMap((participant) => MONTHS.map((period) => ledger.statement(participant, period)));
}

/** What does not depend on event ids: they are drawn in order of arrival. */
function withoutIds(list: readonly Statement[]): string {
  return JSON.stringify(list, (name, value) => (name === 'events' ? undefined : value));
}

const totalOf = (list: readonly Statement[]) => toText(sum(list.map(({ total }) => exact(total))));
const runs = { numRuns: 60 };

describe('whatever happens', () => {
  test('the same facts in any order of arrival give the same statements', () => {
    fc.assert(
      fc.property(story, fc.array(fc.nat(1000), { minLength: 5, maxLength: 40 }), (told, order) => {
        const facts = factsOf(told);
        const one = begin(told);
        for (const fact of facts) fact.tell(one);
        const other = begin(told);
        for (const fact of reordered(facts, order)) fact.tell(other);
        expect(withoutIds(statements(other))).toBe(withoutIds(statements(one)));
      }),
      runs,
    );
  });

  test('freezes at any time change when it is paid and never how much: corrections + posted = R', () => {
    fc.assert(
      fc.property(story, fc.array(fc.nat(40), { minLength: 3, maxLength: 6 }), (told, cuts) => {
        const facts = factsOf(told);
        const never = begin(told);
        for (const fact of facts) fact.tell(never);

        const ledger = begin(told);
        const frozen: Statement[] = [];
        const freezeAt = [...cuts].sort((a, b) => a - b);
        for (const [index, fact] of facts.entries()) {
          while (frozen.length < freezeAt.length * 2 && (freezeAt[frozen.length / 2] ?? 99) <= index) {
            const period = MONTHS[frozen.length / 2] ?? '';
            frozen.push(...['ada', 'ben'].map((participant) => ledger.statement(participant, period)));
            ledger.freeze(period);
          }
          fact.tell(ledger);
        }
        const open = MONTHS.slice(frozen.length / 2);
        const rest = ['ada', 'ben'].flatMap((participant) =>
          open.map((period) => ledger.statement(participant, period)),
        );
        for (const each of [...frozen, ...rest]) {
          expect(statementSchema.safeParse(each).error).toBeUndefined();
          expect(each.lines.filter((line) => line.kind === 'correction' && line.cause === null)).toEqual([]);
        }
        expect(totalOf([...frozen, ...rest])).toBe(totalOf(statements(never)));
      }),
      runs,
    );
  });

  test('a replay with nothing changed is 0 everywhere, and cancelling everything returns everything', () => {
    fc.assert(
      fc.property(story, (told) => {
        const ledger = begin(told);
        for (const fact of factsOf(told)) fact.tell(ledger);
        const posted = MONTHS.slice(0, 6).flatMap((period) => {
          const both = ['ada', 'ben'].map((participant) => ledger.statement(participant, period));
          ledger.freeze(period);
          return both;
        });
        for (const participant of ['ada', 'ben']) {
          const { rows } = replay(ledger.history(participant), '2026-01', '2026-06');
          expect(rows.filter(({ delta }) => delta !== '0.00')).toEqual([]);
          expect(rows.flatMap(({ causes }) => causes)).toEqual([]);
        }
        for (const index of told.deals.keys()) cancel(ledger, `D-${index}`);
        const last = ['ada', 'ben'].map((participant) => ledger.statement(participant, '2026-07'));
        expect(totalOf([...posted, ...last])).toBe('0');
      }),
      runs,
    );
  });

  test('replay shows what settle corrects', () => {
    fc.assert(
      fc.property(story, (told) => {
        const ledger = begin(told);
        const facts = factsOf(told);
        for (const fact of facts.slice(0, facts.length / 2)) fact.tell(ledger);
        for (const period of MONTHS.slice(0, 3)) ledger.freeze(period);
        for (const fact of facts.slice(facts.length / 2)) fact.tell(ledger);
        const history = ledger.history('ada');
        const settled = settle(history, '2026-04');
        const shown = replay(history, '2026-01', '2026-03').rows.flatMap(({ period, component, causes }) =>
          causes.map(({ event, delta }) => `${period}/${component}/${event} ${delta}`),
        );
        const paid = 'statement' in settled ? settled.statement.lines.filter(({ kind }) => kind === 'correction') : [];
        // What moves lines against each other is a correction of nothing, and no cause of a difference.
        const moving = paid.filter(({ amount }) => !isZero(exact(amount)));
        expect(moving.map(({ line, amount }) => `${line} ${amount}`)).toEqual(shown);
      }),
      runs,
    );
  });
});
