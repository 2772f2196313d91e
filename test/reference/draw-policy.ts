import type { Component, CorrectionPolicy, ReplayPolicy } from '@ledger/events';
import fc from 'fast-check';
import { lawfulPayment } from './draw-payment.ts';
import { mostly } from './draw-plan.ts';
import { type DefinitionChange, day, lawfulStory, type Next, type Story } from './draw-story.ts';
import { rarely } from './draw-time.ts';

/**
 * Draws how corrections are posted, what is decided about some of them, and holds of little. What happens is that of a base story of few
 * deals, of which the company learns late.
 */

const spread = fc
  .constantFrom(2, 3, 4)
  .map((over): Extract<CorrectionPolicy, { by: 'spread' }> => ({ by: 'spread', over }));

const standing = fc.oneof(
  fc.constant({ by: 'true-up' as const }),
  fc.constant({ by: 'positives-only' as const }),
  spread,
  spread,
);

const set = fc.record({
  stage: fc.nat({ max: 2 }),
  from: fc.oneof(fc.constant(-300), day),
  policy: standing,
  waiveUnder: mostly<string | null>(5, null, '20', '60', '110'),
});

const replay = fc.record({
  stage: fc.integer({ min: 1, max: 3 }),
  policy: fc.oneof<fc.Arbitrary<ReplayPolicy>[]>(
    standing,
    fc.constant({ by: 'waive' }),
    fc.constant({ by: 'waive' }),
    fc.constant({ by: 'prospective', from: '2026-06-01' }),
  ),
  /** Which of the newest events are its definitions. */
  causes: fc.uniqueArray(fc.nat({ max: 4 }), { minLength: 1, maxLength: 3 }),
});

const month = mostly(3, 0, 1, 2);
const name = mostly<string | null>(5, null, 'main', 'side');

const waiver = fc.record({
  kind: fc.constant('waiver' as const),
  period: month,
  component: name,
  /** Which of the newest events, or one that a replay rules; none in particular. */
  cause: rarely(7, fc.oneof(fc.nat({ max: 4 }), fc.constant('of a replay' as const))),
});

/** What a hold names of a statement: a deal's line, one without a deal, an adjustment, a correction. */
const line = fc.oneof(
  fc.record({ of: fc.constant('deal' as const), at: fc.nat({ max: 3 }) }),
  fc.record({ of: fc.constant('name' as const), name: fc.constantFrom('period/2026-01', 'true-up/2026-Q1', 'cap') }),
  fc.record({ of: fc.constant('adjustment' as const) }),
  fc.record({ of: fc.constant('correction' as const), period: month, cause: fc.nat({ max: 4 }) }),
);
export type HeldLine = typeof line extends fc.Arbitrary<infer L> ? L : never;

const hold = fc.record({
  kind: fc.constant('hold' as const),
  from: mostly<number | null>(7, null, 10, 40, 70),
  until: rarely(3, fc.constantFrom(30, 60, 90)),
  component: name,
  deal: mostly<string | null>(6, null, 'crm.D-0', 'crm.D-1', 'crm.D-2'),
  period: rarely(7, month),
  line: rarely(4, line),
});

const release = fc.record({
  kind: fc.constant('release' as const),
  /** Of those that are drawn. */
  hold: fc.nat({ max: 5 }),
  period: month,
  share: fc.constantFrom('50%', '33.3%', '100%', '70%'),
});

const decided = fc.record({
  stage: mostly(3, 1, 0, 2, 3),
  terms: fc.oneof(waiver, waiver, hold, hold, hold, release),
  expires: rarely(2, day),
  /** Freezes until it is revoked. */
  revoked: mostly<number | null>(7, null, 1, 2),
});
export type DecidedOnCorrections = typeof decided extends fc.Arbitrary<infer D> ? D : never;

/** Freezes between closing and being told, and what becomes of the deal then. */
const news = fc.record({
  late: mostly(4, 0, 1, 2),
  next: fc.constantFrom<Next['kind'][]>('amend', 'cancel', 'split', 'vanish'),
  after: fc.integer({ min: 1, max: 2 }),
});

export const policyStory = fc
  .record({
    base: lawfulStory,
    deals: fc.integer({ min: 2, max: 4 }),
    freezes: fc.constantFrom(3, 2, 4, 5),
    isPlain: mostly(7, true, false),
    pay: rarely(6, lawfulPayment),
    news: fc.array(rarely(7, news), { minLength: 4, maxLength: 4 }),
    policies: fc.array(set, { maxLength: 3 }),
    replays: fc.array(replay, { maxLength: 2 }),
    decisions: fc.array(decided, { minLength: 1, maxLength: 6 }),
    adjustment: rarely(3, month),
    endsOn: rarely(2, fc.constantFrom(48, 62, 76, 90, 107)),
  })
  .map(({ base, isPlain, pay, deals, freezes, endsOn, news: told, ...more }) => {
    const said = (component: Component) => (isPlain ? plain(component) : component);
    const changes = base.changes.slice(0, 2);
    const smaller: Story = {
      ...base,
      endsOn,
      freezes,
      cadence: 'month',
      firstPeriod: 0,
      // What is not there is told by the base.
      rateMissing: false,
      component: said(base.component),
      side: base.side === null ? null : said(base.side),
      other: said(base.other),
      changes: changes.map((change): DefinitionChange => {
        const stage = Math.max(1, change.stage);
        return change.kind === 'plan' ? { ...change, stage, component: said(change.component) } : { ...change, stage };
      }),
      people: null,
      pay,
      deals: base.deals.slice(0, deals).map((deal, at) => {
        const late = told[at] ?? null;
        // In the first two months, and of ada.
        const shares =
          deal.terms.shares.ada.length === 0 ? { ...deal.terms.shares, ada: ['1'], ben: [] } : deal.terms.shares;
        const terms = { ...deal.terms, day: 17 + (deal.terms.day % 58), shares };
        if (late === null) return { ...deal, terms };
        const [known] = deal.next;
        const next = { ada: '0.5' as const, expires: null, terms: { ...terms, amount: '500' as const }, ...known };
        return { terms, late: late.late, next: [{ ...next, kind: late.next, after: late.after }] };
      }),
    };
    return { ...more, base: smaller };
  });
export type PolicyStory = typeof policyStory extends fc.Arbitrary<infer S> ? S : never;

/** Without conditions, so that most deals pay something. */
function plain(drawn: Component): Component {
  return { ...drawn, when: 'true', gates: [], table: drawn.table.map((band) => ({ ...band, gate: null })) };
}
