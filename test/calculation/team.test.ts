import { attainments, type Book, creditingOf, earn, presentBook } from '@ledger/calculation';
import type { CreditingDocument, CreditRule } from '@ledger/events';
import { add, type Exact, equal, exact, fromText, ONE, sum, toText, ZERO } from '@ledger/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { band, deal, type Given, given, metric, plan, UP_TO } from './given.ts';

/** A company of five: who reports to whom from when on, what they sell, which rules credit others. */

const PEOPLE = ['ada', 'ben', 'cy', 'dan', 'eve'] as const;
type Who = (typeof PEOPLE)[number];

const someone = fc.constantFrom<Who>(...PEOPLE);
const day = fc
  .integer({ min: 1, max: 28 })
  .map((date) => `2026-${String((date % 6) + 1).padStart(2, '0')}-${String(date).padStart(2, '0')}`);

/** Only those who come later in the list are managers of earlier ones, so that nobody reports in a circle. */
const line = fc
  .record({ of: fc.integer({ min: 0, max: 3 }), up: fc.integer({ min: 1, max: 4 }), from: day })
  .map(({ of, up, from }) => ({
    participant: PEOPLE[of] ?? 'ada',
    manager: PEOPLE[Math.min(of + up, 4)] ?? 'eve',
    from,
  }));

const sale = fc.record({
  owner: someone,
  cents: fc.integer({ min: 1, max: 9_000_000 }),
  closed: day,
  other: fc.option(fc.record({ who: someone, percent: fc.integer({ min: 1, max: 99 }) }), { nil: undefined }),
  overlay: fc.option(someone, { nil: undefined }),
  engineer: fc.option(fc.constantFrom('ada', 'ben', 'nobody'), { nil: undefined }),
});

const rule: fc.Arbitrary<Omit<CreditRule, 'rule'>> = fc.record({
  when: fc.constantFrom('true', 'deal.amount > decimal("1000")'),
  from: fc.constantFrom(null, '2026-02-01'),
  to: fc.constantFrom(null, '2026-05-01'),
  credits: fc.oneof(
    fc.constant({ by: 'owner' as const }),
    fc.record({ by: fc.constant('manager' as const), level: fc.integer({ min: 1, max: 2 }) }),
    fc.record({ by: fc.constant('participant' as const), participant: someone }),
    fc.constant({ by: 'attribute' as const, attribute: 'engineer' }),
  ),
  on: fc.constant('closed' as const),
  pool: fc.constantFrom('primary' as const, 'primary' as const, 'overlay' as const),
  share: fc.constantFrom('10%', '1/3', '25%', '40%'),
  ifUnreachable: fc.constant('rest' as const),
});

const rules = fc.record({
  apply: fc.constantFrom<CreditingDocument['apply']>('all', 'first'),
  sourceCredits: fc.constantFrom<CreditingDocument['sourceCredits']>('keep', 'reduce', 'replace'),
  rest: fc.constantFrom<CreditingDocument['rest']>('owner', 'spread'),
  rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
});

const company = fc.record({
  lines: fc.array(line, { maxLength: 6 }),
  sales: fc.array(sale, { minLength: 1, maxLength: 8 }),
  rules: fc.option(rules, { nil: undefined }),
});
type Company = (typeof company)['generate'] extends (...args: never[]) => { value: infer T } ? T : never;

const ask = { reason: 'r', evidence: ['e'], requestedBy: 'ops' };
const approval = { approvedBy: 'fin', requestHash: '0'.repeat(64), requestRevision: 1 };

/** Records the company, people in the given order; deals and rules after the freeze, where one is asked for. */
function recorded({ lines, sales, rules: set }: Company, people: readonly Who[], freeze = false): Given {
  const ledger = given('month');
  metric(ledger, {});
  const flat = { tierBy: 'amount' as const, table: [band('0', '10%')] };
  plan(ledger, { ...flat, plan: 'seller', component: 'own' });
  plan(ledger, { ...flat, plan: 'leader', component: 'team', credits: 'team', window: 'year' });
  const earnings = { measure: 'earnings', earningsOf: ['own'] };
  plan(ledger, { ...flat, plan: 'override', component: 'override', credits: 'team', ...earnings });
  for (const participant of people) {
    const terms = { participant, startsOn: '2025-01-01', currency: 'USD', manager: null, jobTitle: null };
    ledger.record('ParticipantOnboarded', terms);
    for (const id of ['seller', 'leader', 'override']) {
      ledger.record('PlanAssigned', {
        participant,
        plan: id,
        effectiveFrom: '2026-01-01',
        effectiveTo: null,
        reason: 'r',
      });
    }
  }
  if (freeze) ledger.freeze('2026-01');
  for (const { participant, manager, from } of lines) {
    ledger.record('ReportingLineChanged', { participant, manager, effectiveFrom: from, reason: 'r' });
  }
  if (set !== undefined) {
    const document: CreditingDocument = {
      crediting: 'c',
      title: 'C',
      territories: [],
      ...set,
      rules: set.rules.map((each, at) => ({ rule: `r${at}`, ...each })),
    };
    const terms = { crediting: 'c', version: 1, document, effectiveFrom: '2026-01-01', effectiveTo: null };
    ledger.record('CreditingDefined', { ...terms, ...ask, ...approval });
  }
  sales.forEach(({ owner, cents, closed, other, overlay, engineer }, at) => {
    const shared = other !== undefined && other.who !== owner;
    const primary = shared
      ? [
          { participant: owner, pool: 'primary' as const, share: String((100 - other.percent) / 100) },
          { participant: other.who, pool: 'primary' as const, share: String(other.percent / 100) },
        ]
      : [{ participant: owner, pool: 'primary' as const, share: '1' }];
    deal(ledger, {
      deal: `D-${at}`,
      owner,
      amount: (cents / 100).toFixed(2),
      closedOn: closed,
      credits: overlay === undefined ? primary : [...primary, { participant: overlay, pool: 'overlay', share: '1' }],
      attributes: engineer === undefined ? {} : { engineer },
    });
  });
  return ledger;
}

function told(book: Book): readonly string[] {
  const { lines, problems } = earn(book, UP_TO);
  const said = [...lines.values()]
    .flat()
    .map(({ line: id, period, exact: amount }) => `${period} ${id} ${toText(amount)}`);
  return [...said, ...problems.map(({ message }) => message)];
}

const isWhole = (book: Book) => [...book.deals.values()].every((each) => creditingOf(book, each).obstacle === null);
const credited = (book: Book, component: string): Exact => {
  const result = attainments(book, '2026-06').results.find((each) => each.component === component);
  return result === undefined ? ZERO : fromText(result.credited);
};

const runs = { numRuns: 120 };

describe('teams and crediting rules', () => {
  test('§21.1: the primary credits of a deal are the whole deal, whatever rules there are', () => {
    fc.assert(
      fc.property(company, (drawn) => {
        const book = recorded(drawn, PEOPLE).book('eve');
        for (const each of book.deals.values()) {
          const { credits, obstacle } = creditingOf(book, each);
          if (obstacle !== null) continue;
          const primary = credits.filter(({ pool }) => pool === 'primary').map(({ share }) => share);
          expect(equal(sum(primary), ONE), each.deal).toBe(true);
        }
      }),
      runs,
    );
  });

  test('§21.2: nothing depends on the order in which people were recorded', () => {
    fc.assert(
      fc.property(company, fc.shuffledSubarray([...PEOPLE], { minLength: 5 }), someone, (drawn, people, who) => {
        expect(told(recorded(drawn, people).book(who))).toEqual(told(recorded(drawn, PEOPLE).book(who)));
      }),
      runs,
    );
  });

  test('a roll-up is the sum of what the reports are credited with, by the manager of the day', () => {
    fc.assert(
      fc.property(company, (drawn) => {
        const ledger = recorded(drawn, PEOPLE);
        const top = ledger.book('eve');
        fc.pre(isWhole(top));
        let expected = ZERO;
        for (const each of top.deals.values()) {
          for (const { participant, pool, share } of creditingOf(top, each).credits) {
            if (pool !== 'primary' || !reports(drawn, participant, each.closedOn)) continue;
            expected = add(expected, { n: exact(each.amount).n * share.n, d: exact(each.amount).d * share.d });
          }
        }
        expect(toText(credited(top, 'team'))).toBe(toText(expected));
      }),
      runs,
    );
  });

  test('an override is its rate of what the reports earn on the deals of their days', () => {
    fc.assert(
      fc.property(company, (drawn) => {
        const ledger = recorded(drawn, PEOPLE);
        fc.pre(isWhole(ledger.book('eve')));
        const earned = PEOPLE.slice(0, 4).flatMap((who) =>
          [...earn(ledger.book(who), UP_TO).lines.values()]
            .flat()
            .filter(({ component, closedOn }) => component === 'own' && reports(drawn, who, closedOn ?? '')),
        );
        const override = [...earn(ledger.book('eve'), UP_TO).lines.values()]
          .flat()
          .filter(({ component }) => component === 'override');
        const tenth = { n: 1n, d: 10n };
        const expected = sum(earned.map(({ exact: { n, d } }) => ({ n: n * tenth.n, d: d * tenth.d })));
        expect(toText(sum(override.map((each) => each.exact)))).toBe(toText(expected));
      }),
      runs,
    );
  });

  test('§21.8: the book of the freeze with every change is the book from nothing', () => {
    fc.assert(
      fc.property(company, someone, (drawn, who) => {
        const ledger = recorded(drawn, PEOPLE, true);
        expect(told(presentBook(ledger.history(who)))).toEqual(told(ledger.book(who)));
      }),
      runs,
    );
  });
});

/** Whether somebody reports to eve on a day, by the drawn lines alone. */
function reports({ lines }: Company, participant: string, on: string): boolean {
  let at: string | undefined = participant;
  while (at !== undefined && at !== 'eve') {
    const own: readonly Company['lines'][number][] = lines.filter((each) => each.participant === at && each.from <= on);
    const latest = own
      .map(({ from }) => from)
      .sort()
      .at(-1);
    at = own.findLast(({ from }) => from === latest)?.manager;
  }
  return at === 'eve' && participant !== 'eve';
}
