import type { Component, ReturnRule } from '@ledger/events';
import fc from 'fast-check';
import { capTerms, planCaps, withCaps } from './draw-caps.ts';
import { exchange } from './draw-exchange.ts';
import {
  factors,
  type GateTerms,
  gateTerms,
  looks,
  type Other,
  pickedByLook,
  withFactors,
  withGate,
} from './draw-looks.ts';
import { mostly } from './draw-plan.ts';
import { type DefinitionChange, day, type Story, story } from './draw-story.ts';
import {
  columns,
  curves,
  ownPick,
  pickedByDeal,
  products,
  withColumns,
  withCurve,
  withProducts,
} from './draw-tables.ts';
import { release, returned } from './draw-time.ts';

/**
 * Draws plans whose rates depend on more than what a component measures in its window. What happens is that of a base story of fewer
 * deals.
 */

function rarely<T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 10 - weight, arbitrary: fc.constant(null) }, { weight, arbitrary });
}

const SHAPES = ['plain', 'picked', 'columns', 'columns', 'products', 'by-deal', 'curve'] as const;

const terms = fc.record({
  isPlain: mostly(8, true, false),
  shape: fc.constantFrom(...SHAPES),
  look: looks,
  columns,
  products,
  ownPick,
  curve: curves,
  caps: capTerms,
  gates: fc.oneof(
    { weight: 5, arbitrary: fc.constant<GateTerms[]>([]) },
    { weight: 5, arbitrary: fc.array(gateTerms, { minLength: 1, maxLength: 3 }) },
  ),
  factors: rarely(3, factors),
  returned: rarely(2, returned),
  /** Where pay is in another currency: by and by, and what comes back when it does. */
  inTime: fc.record({ release: rarely(5, release), returned: rarely(7, returned) }),
});
type Terms = typeof terms extends fc.Arbitrary<infer T> ? T : never;

/** A component of a base story as plans of this family have it. */
function said(drawn: Component, own: Terms, other: Other | null, isPaidElsewhere: boolean): Component {
  const { isPlain, gates, factors: measured, inTime } = own;
  const rules = isPaidElsewhere ? (inTime.returned?.map(inItsPeriod) ?? null) : own.returned;
  const shaped = shapedBy(isPlain ? plain(drawn) : drawn, own, other);
  const limited = withCaps(shaped, own.caps);
  const gated = gates.reduce((component, gate, at) => withGate(component, gate, other, at), limited);
  const factored = measured === null ? gated : withFactors(gated, measured, other);
  const returning = rules === null ? factored : withReturns(factored, rules);
  return isPaidElsewhere && inTime.release !== null ? { ...returning, release: inTime.release } : returning;
}

function inItsPeriod(rule: ReturnRule): ReturnRule {
  return { ...rule, credit: 'period-of-return' };
}

/** Credit cannot be taken from tables of which each deal has its own. */
function withReturns(component: Component, rules: readonly ReturnRule[]): Component {
  const { products, columns: beside, window } = component;
  const isBeside = window !== 'deal' && (products !== undefined || (beside !== undefined && 'deal' in beside.by));
  const kept = rules.filter(({ on }) => !isBeside || on.by !== 'unpaid');
  const said = kept.map(
    (each): ReturnRule => ({
      ...each,
      credit: isBeside ? 'original-period' : each.on.by === 'unpaid' ? 'period-of-return' : each.credit,
    }),
  );
  return said.length === 0 ? component : { ...component, returned: said };
}

function shapedBy(drawn: Component, terms: Terms, other: Other | null): Component {
  switch (terms.shape) {
    case 'plain':
      return drawn;
    case 'picked':
      return pickedByLook(drawn, terms.look, other);
    case 'columns':
      return withColumns(drawn, terms.columns, other);
    case 'products':
      return withProducts(drawn, terms.products);
    case 'by-deal':
      return pickedByDeal(drawn, terms.ownPick);
    case 'curve':
      return withCurve(drawn, terms.curve);
  }
}

function plain(drawn: Component): Component {
  return { ...drawn, when: 'true', gates: [], table: drawn.table.map((band) => ({ ...band, gate: null })) };
}

export const ratesStory = fc
  .record({
    base: story,
    deals: fc.integer({ min: 2, max: 5 }),
    keepsPeople: mostly(8, false, true),
    side: mostly(6, true, false),
    /** A change of a plan may be of these rates alone. */
    alike: fc.boolean(),
    planCaps,
    /** Not every deal says it. */
    discounts: fc.array(mostly<string | null>(3, '0.1', '0', '0.15', '0.25', '0.2', null), {
      minLength: 7,
      maxLength: 7,
    }),
    exchange: rarely(5, exchange),
    /** Of a deal, what comes back. */
    refunds: fc.array(fc.array(fc.record({ day, amount: fc.constantFrom('250', '500', null) }), { maxLength: 2 }), {
      minLength: 7,
      maxLength: 7,
    }),
    lines: fc.array(fc.record({ product: fc.constantFrom('p1', 'p2', 'p3'), variant: mostly(6, null, 'v1', 'v2') }), {
      minLength: 14,
      maxLength: 14,
    }),
    terms: fc.array(terms, { minLength: 4, maxLength: 4 }),
  })
  .map(({ base, terms: drawn, ...more }) => {
    // What caps offer again stays as it is while a component lives, as caps do.
    const isPaid = drawn[0]?.caps.isPaid ?? false;
    const list = drawn.map((each) => ({ ...each, caps: { ...each.caps, isPaid } }));
    const hasSide = more.side && base.side !== null;
    const rated: Rated = (component, name, at) => {
      const own = list[at];
      const other = name === 'main' ? base.side : base.component;
      const named =
        hasSide && name !== 'other' && other !== null
          ? { id: name === 'main' ? 'side' : 'main', measure: other.measure }
          : null;
      return own === undefined ? component : said(component, own, named, more.exchange?.paidIn != null);
    };
    return { ...more, base: smaller(base, more, rated) };
  });
export type RatesStory = typeof ratesStory extends fc.Arbitrary<infer S> ? S : never;

interface Smaller {
  readonly deals: number;
  readonly side: boolean;
  readonly keepsPeople: boolean;
  readonly alike: boolean;
}

type Rated = (drawn: Component, name: 'main' | 'side' | 'other', at: number) => Component;

function smaller(base: Story, { deals, side, keepsPeople, alike }: Smaller, rated: Rated): Story {
  const changed = (each: DefinitionChange & { readonly kind: 'plan' }): DefinitionChange => {
    const name = each.name === 'side' ? 'side' : 'main';
    const was = name === 'side' ? base.side : base.component;
    const drawn = alike && was !== null ? was : each.component;
    return { ...each, keeps: each.keeps && !alike, component: rated(drawn, name, 3) };
  };
  const change = (each: DefinitionChange): DefinitionChange => (each.kind === 'plan' ? changed(each) : each);
  return {
    ...base,
    component: rated(base.component, 'main', 0),
    side: side && base.side !== null ? rated(base.side, 'side', 1) : null,
    other: rated(base.other, 'other', 2),
    deals: base.deals.slice(0, deals),
    changes: base.changes.slice(0, 2).map(change),
    people: keepsPeople ? base.people : null,
    pay: null,
  };
}
