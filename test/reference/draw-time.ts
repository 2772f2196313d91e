import type { Component, ReleasePart } from '@ledger/events';
import fc from 'fast-check';
import { mostly } from './draw-plan.ts';
import { type DefinitionChange, day, type Story, story } from './draw-story.ts';

/** Draws stories of what moves money in time. What happens is that of a base story of fewer deals. */

export function rarely<T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 10 - weight, arbitrary: fc.constant(null) }, { weight, arbitrary });
}

/** Without what is not there. */
export function said<T extends object>(terms: T): T {
  return Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== undefined)) as T;
}

const SHARES = [['100%'], ['50%', '50%'], ['33.3%', '66.7%'], ['50%', '30%', '20%'], ['12.5%', '87.5%']];

const part = fc.record({
  at: fc.constantFrom('paid', 'closed', 'invoiced'),
  inProportion: mostly<true | undefined>(4, true, undefined),
  fromShare: mostly<string | undefined>(6, undefined, '90%', '50%', '100%'),
  after: mostly<ReleasePart['after']>(
    5,
    undefined,
    { count: 1, unit: 'months' },
    { count: 30, unit: 'days' },
    { count: 2, unit: 'months' },
    { count: 45, unit: 'days' },
  ),
});

const release: fc.Arbitrary<ReleasePart[]> = fc
  .record({ shares: fc.constantFrom(...SHARES), parts: fc.array(part, { minLength: 3, maxLength: 3 }) })
  .map(({ shares, parts }) =>
    shares.map((share, at): ReleasePart => {
      const terms = parts[at] ?? { at: 'closed', inProportion: undefined, fromShare: undefined, after: undefined };
      const more = terms.at === 'closed' ? { inProportion: undefined, fromShare: undefined } : {};
      return said({ ...terms, ...more, share });
    }),
  );

/** What a component says of time. */
const timeTerms = fc.record({ release: rarely(7, release) });
type TimeTerms = typeof timeTerms extends fc.Arbitrary<infer T> ? T : never;

function timed(drawn: Component, { release: parts }: TimeTerms): Component {
  return { ...drawn, ...(parts === null ? {} : { release: parts }) };
}

/** Often without conditions, so that stories of few deals pay something. */
function plain(drawn: Component): Component {
  return { ...drawn, when: 'true', gates: [], table: drawn.table.map((band) => ({ ...band, gate: null })) };
}

const milestone = fc.record({
  milestone: fc.constantFrom('paid', 'invoiced', 'refunded'),
  day,
  amount: mostly<string | null>(4, '500', '1000', '250', '100', '-250', '0', null, '333.33'),
  /** Freezes after the deal was told. */
  after: mostly(6, 0, 1, 2),
});
export type Milestone = typeof milestone extends fc.Arbitrary<infer M> ? M : never;

export const timeStory = fc
  .record({
    base: story,
    deals: fc.integer({ min: 2, max: 5 }),
    side: fc.boolean(),
    isPlain: mostly(6, true, false),
    main: timeTerms,
    other: timeTerms,
    changed: fc.array(timeTerms, { minLength: 2, maxLength: 2 }),
    milestones: fc.array(fc.array(milestone, { maxLength: 4 }), { minLength: 5, maxLength: 5 }),
  })
  .map(({ base, deals, side, isPlain, main, other, changed, ...time }) => {
    const often = (drawn: Component, terms: TimeTerms) => timed(isPlain ? plain(drawn) : drawn, terms);
    const smaller: Story = {
      ...base,
      deals: base.deals.slice(0, deals),
      component: often(base.component, main),
      other: often(base.other, other),
      side: side && base.side !== null ? often(base.side, other) : null,
      changes: base.changes.slice(0, 2).map((change, at): DefinitionChange => {
        const terms = changed[at];
        if (change.kind !== 'plan' || terms === undefined) return change;
        return { ...change, component: often(change.component, terms) };
      }),
      pay: null,
    };
    return { ...time, base: smaller };
  });
export type TimeStory = typeof timeStory extends fc.Arbitrary<infer S> ? S : never;
